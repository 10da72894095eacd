"""A file's way from upload to stored, and every fault of it at once."""

import io
import zipfile

import pytest
from openpyxl import Workbook

from surveys.importing import storing
from surveys.importing.columns import Column, guess
from surveys.importing.faults import Wrong
from surveys.models import Event, Import, ImportKind, ImportState, Person, Unit
from surveys.models.event import Verb
from surveys.refusing import Refused
from surveys.tenancy import within
from tests import rosters
from tests.world import World


def sent(world: World, content: bytes, kind: ImportKind = ImportKind.PEOPLE) -> Import:
    made = storing.start(world.organization, kind, "file", content, world.consultant)
    storing.run(made.id)
    return Import.objects.get(id=made.id)


def stored(made: Import) -> Import:
    storing.confirm(made.id)
    storing.run(made.id)
    return Import.objects.get(id=made.id)


def wrongs(made: Import) -> list[tuple[Wrong, int, str]]:
    return [(fault.wrong, fault.row, fault.column) for fault in storing.faults_of(made)]


def test_a_clients_workbook_becomes_its_people_and_its_tree(world: World) -> None:
    with within(world.organization):
        made = sent(world, rosters.workbook(40, 300, 12))
        assert made.fault_count == 0, storing.faults_of(made)
        assert made.state == ImportState.READ
        assert (made.found["added"], len(made.found["new_units"])) == (300, 40)
        assert Person.objects.count() == 0
        done = stored(made)
        assert (done.state, done.content) == (ImportState.DONE, None)
        assert Person.objects.count() == 300
        assert Person.objects.filter(panel="executive", unit__path="Head office").count() == 12
        assert Person.objects.filter(phone__startswith="+346").count() == 96
        assert Unit.objects.get(path="Head office").executive_headcount == 12
        assert set(Person.objects.values_list("language", flat=True)) == {"es", "en"}
        assert Event.objects.filter(verb=Verb.IMPORTED).count() == 1


def test_of_a_column_what_is_in_it_is_shown_also_where_it_begins_empty(world: World) -> None:
    with within(world.organization):
        made = sent(world, rosters.workbook(10, 60, 30))
        region, store, role, *_rest = made.found["columns"]
    assert region[0] == "Head office"
    assert store == ["Store 003", "Store 004", "Store 005"]
    assert role == ["Directora", "Empleada"]
    assert len(made.found["columns"]) == len(made.mapping)


def test_the_same_file_again_changes_nothing(world: World) -> None:
    with within(world.organization):
        stored(sent(world, rosters.workbook(10, 60, 5)))
        again = sent(world, rosters.workbook(10, 60, 5))
        assert {name: again.found[name] for name in ("added", "changed", "unchanged", "left_out")} == {
            "added": 0,
            "changed": 0,
            "unchanged": 60,
            "left_out": 0,
        }


def test_a_worker_that_was_killed_is_followed_by_one_that_goes_on(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(storing, "PIECE", 10)
    with within(world.organization):
        made = sent(world, rosters.workbook(10, 60, 5))
        storing.confirm(made.id)
        monkeypatch.setattr(storing, "_end", lambda _kept: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            storing.run(made.id)
        Person.objects.filter(id__in=list(Person.objects.values_list("id", flat=True)[:25])).delete()
        monkeypatch.undo()
        storing.run(made.id)
        assert Person.objects.count() == 60
        assert Import.objects.get(id=made.id).state == ImportState.DONE


def test_every_fault_is_told_at_once_with_row_and_column(world: World) -> None:
    text = (
        "Unit;Panel;E-mail;Phone;Language\n"
        "North;boss;ana@example.org;;es\n"
        ";;not-an-address;12;klingon\n"
        "North;;ANA@example.org;=1+1;\n"
    )
    with within(world.organization):
        made = sent(world, text.encode("utf-16"))
        made = _with(made, ["unit", "panel", "email", "phone", "language"])
        assert sorted(wrongs(made)) == sorted(
            [
                (Wrong.PANEL, 2, "Panel"),
                (Wrong.NO_UNIT, 3, "Unit"),
                (Wrong.EMAIL, 3, "E-mail"),
                (Wrong.PHONE, 3, "Phone"),
                (Wrong.LANGUAGE, 3, "Language"),
                (Wrong.FORMULA, 4, "Phone"),
                (Wrong.SAME_EMAIL, 4, "E-mail"),
            ]
        )
        assert all(fault.sentence for fault in storing.faults_of(made))
        with pytest.raises(Refused, match="faults"):
            storing.confirm(made.id)


def _with(made: Import, words: list[str]) -> Import:
    storing.change(made.id, words, made.sheet, made.options)
    storing.run(made.id)
    return Import.objects.get(id=made.id)


def test_units_come_with_their_head_counts(world: World) -> None:
    text = "path,frontline_headcount,executive_headcount\nNorth/Store 1,25,0\nEast/Depot/Night,7,\n"
    with within(world.organization):
        made = sent(world, text.encode("utf-8-sig"), ImportKind.UNITS)
        assert made.fault_count == 0
        assert (made.found["added"], made.found["changed"], made.found["new_units"]) == (
            3,
            1,
            ["East/Depot", "East"],
        )
        assert made.found["left_out"] == 4
        stored(made)
        night = Unit.objects.get(path="East/Depot/Night")
        assert (night.frontline_headcount, night.executive_headcount) == (7, None)
        assert night.parent is not None
        assert night.parent.path == "East/Depot"
        assert Unit.objects.get(path="North/Store 1").frontline_headcount == 25


@pytest.mark.parametrize(
    ("content", "wrong"),
    [
        (b"", Wrong.NO_TABLE),
        (b"unit,email\n", Wrong.NO_ROWS),
        (b"foo,bar\n1,2\n", Wrong.NO_UNIT_COLUMN),
        (b"PK\x03\x04 not a zip", Wrong.NOT_A_WORKBOOK),
        (b'unit,email\n"North,a@b.example\n', Wrong.NOT_CSV),
        (b"unit\n\x00\x01", Wrong.NOT_TEXT),
    ],
)
def test_what_is_no_table_is_told_so(world: World, content: bytes, wrong: Wrong) -> None:
    with within(world.organization):
        assert [one for one, _row, _column in wrongs(sent(world, content or b"\n"))] == [wrong]


def test_a_bomb_is_refused_before_it_is_unpacked(world: World) -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/worksheets/sheet1.xml", b"0" * 30_000_000)
    with within(world.organization):
        assert wrongs(sent(world, file.getvalue())) == [(Wrong.TOO_BIG, 0, "")]


def test_entities_are_refused(world: World) -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as packed:
        packed.writestr("xl/workbook.xml", b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]><x/>')
    with within(world.organization):
        assert wrongs(sent(world, file.getvalue())) == [(Wrong.NOT_A_WORKBOOK, 0, "")]


def test_a_formula_in_a_workbook_is_no_value(world: World) -> None:
    book = Workbook()
    book.active.append(["Unit", "Name"])
    book.active.append(["North", '=CONCAT("A","na")'])
    file = io.BytesIO()
    book.save(file)
    with within(world.organization):
        assert wrongs(sent(world, file.getvalue())) == [(Wrong.FORMULA, 2, "Name")]


def test_windows_letters_are_read_and_told(world: World) -> None:
    with within(world.organization):
        made = sent(world, "Unidad;Nombre\nNorth;Íñigo\n".encode("cp1252"))
        assert (made.fault_count, made.found["guessed"]) == (0, True)
        stored(made)
        assert Person.objects.get().name == "Íñigo"


def test_people_without_anything_are_counted_not_mixed_up(world: World) -> None:
    with within(world.organization):
        stored(sent(world, b"unit,panel\nNorth,frontline\nNorth,frontline\nNorth,frontline\n"))
        fewer = sent(world, b"unit,panel\nNorth,frontline\n")
        assert (fewer.found["unchanged"], fewer.found["left_out"]) == (1, 2)


def test_who_is_left_out_goes_only_when_it_was_asked_for(world: World) -> None:
    with within(world.organization):
        stored(sent(world, b"unit,email\nNorth,a@x.example\nNorth,b@x.example\n"))
        kept = sent(world, b"unit,email\nSouth,a@x.example\n")
        assert (kept.found["changed"], kept.found["left_out"]) == (1, 1)
        storing.change(kept.id, kept.mapping, kept.sheet, {**kept.options, "remove": True})
        storing.run(kept.id)
        stored(kept)
        assert list(Person.objects.values_list("email", "unit__path")) == [("a@x.example", "South")]


@pytest.mark.pure
def test_columns_are_guessed_from_their_headings() -> None:
    headings = [
        "Region",
        "Filiale",
        "Vorname",
        "Nachname",
        "E-Mail-Adresse",
        "Handynummer",
        "Sprache",
        "Personal-Nr",
    ]
    assert guess(ImportKind.PEOPLE, headings) == [
        Column.UNIT,
        Column.UNIT,
        Column.GIVEN,
        Column.NAME,
        Column.EMAIL,
        Column.PHONE,
        Column.LANGUAGE,
        Column.IGNORED,
    ]
    assert guess(ImportKind.UNITS, ["Name", "Frontline headcount", "Executives"]) == [
        Column.UNIT,
        Column.FRONTLINE,
        Column.EXECUTIVE,
    ]
