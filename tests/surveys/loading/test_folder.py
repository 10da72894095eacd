"""Reading a folder: what is accepted, and what is said of what is not."""

from pathlib import Path

import pytest

from surveys.instruments.instrument import Instrument, Panel
from surveys.instruments.loading import load
from surveys.loading import settings_file
from surveys.loading.problems import MOST_SHOWN
from tests.surveys.instruments.writing import STRUCTURE
from tests.surveys.loading.writing import CAMPAIGN, RESPONSES, UNITS, faults_of, reading, write_folder

pytestmark = pytest.mark.pure


@pytest.fixture(autouse=True)
def _same_instrument_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Sixty folders with one instrument: its YAML is most of the time."""
    monkeypatch.setattr(settings_file, "load", read_once)


_known: dict[tuple[str, ...], Instrument] = {}


def read_once(folder: Path) -> Instrument:
    content = tuple(path.read_text(encoding="utf-8") for path in sorted(folder.iterdir()))
    if content not in _known:
        _known[content] = load(folder)
    return _known[content]


ROW = "frontline,North/Store 1,1,1,2,7"


def test_a_complete_folder_has_no_fault(tmp_path: Path) -> None:
    found, error = reading(write_folder(tmp_path))
    assert error.count == 0
    assert found.answers is not None
    assert found.units is not None
    assert found.answers.background == ("D1",)
    assert {key: bytes(block) for key, block in found.answers.sheets.items()} == {
        ("North/Store 1", Panel.FRONTLINE): bytes([1, 1, 2, 7, 0, 255, 0, 4]),
        ("North/Store 2", Panel.FRONTLINE): bytes([3, 2, 2, 2]),
        ("Head office", Panel.EXECUTIVE): bytes([2, 1, 1, 1]),
    }
    counts = {path: tuple(row.headcounts.values()) for path, row in found.units.items()}
    assert counts == {
        "Head office": (0, 6),
        "North": (0, 0),
        "North/Store 1": (20, 0),
        "North/Store 2": (None, None),
    }


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda text: "\ufeff" + text, id="BOM"),
        pytest.param(lambda text: text.replace("\n", "\r\n"), id="CRLF"),
        pytest.param(lambda text: text.replace("\n", "\r"), id="old Macintosh"),
        pytest.param(lambda text: text.rstrip("\n"), id="no last line end"),
        pytest.param(
            lambda text: text + "\n" + "," * text.split("\n")[0].count(",") + "\n\n", id="empty lines"
        ),
        pytest.param(lambda text: text.replace("North/Store 1", '" North / Store 1 "'), id="spaces"),
        pytest.param(lambda text: text.replace(",", " , "), id="spaces around cells"),
    ],
)
def test_what_spreadsheets_write_is_accepted(tmp_path: Path, change: object) -> None:
    plain = reading(write_folder(tmp_path / "plain"))[0]
    files = {name: change(text) for name, text in (("units.csv", UNITS), ("responses.csv", RESPONSES))}  # type: ignore[operator]
    found, error = reading(write_folder(tmp_path / "changed", files))
    assert [str(fault) for fault in error.faults] == []
    assert found.answers == plain.answers


def test_line_numbers_count_lines_inside_quotes(tmp_path: Path) -> None:
    comments = 'panel,unit,item,text\nfrontline,Nowhere,why,"two\nlines"\nfrontline,Nowhere,why,one\n'
    faults = faults_of(tmp_path, {"comments.csv": comments})
    assert [fault.split(":")[0] for fault in faults] == [
        "comments.csv, line 2, column unit",
        "comments.csv, line 2, column item",
        "comments.csv, line 4, column unit",
        "comments.csv, line 4, column item",
    ]


def test_strange_line_separators_inside_a_cell_end_no_row(tmp_path: Path) -> None:
    odd = "North/Store\u2028 1"
    files = {
        "units.csv": UNITS.replace("North/Store 1", odd),
        "responses.csv": RESPONSES.replace("North/Store 1", odd),
    }
    assert faults_of(tmp_path, dict(files)) == []


def test_somebody_who_answered_nothing_is_a_sheet_and_an_empty_line_is_nobody(tmp_path: Path) -> None:
    rows = RESPONSES + "frontline,North/Store 2,,,,\n,,,,,\n\n"
    found, error = reading(write_folder(tmp_path, {"responses.csv": rows}))
    assert error.count == 0
    assert found.answers is not None
    assert found.answers.count(Panel.FRONTLINE) == 4
    assert found.answers.sheets["North/Store 2", Panel.FRONTLINE].endswith(bytes(4))


def test_all_faults_of_all_files_are_told_at_once(tmp_path: Path) -> None:
    faults = faults_of(
        tmp_path,
        {
            "campaign.yaml": CAMPAIGN.replace("Australia/Perth", "Mars/Base").replace("AUD", "AUX"),
            "units.csv": UNITS.replace("20,0", "many,-1") + "North/Store 2,1,1\n",
            "responses.csv": RESPONSES + "boss,Store 9,4,9,x,1;2\n",
            "comments.csv": "panel,unit,item,text\nfrontline,North/Store 1,A2b,Hello\n",
        },
    )
    assert faults == [
        "campaign.yaml, line 3: organization > timezone: is 'Mars/Base'; expected a time zone like Europe/Madrid",
        "campaign.yaml, line 4: organization > currency: is 'AUX'; expected an ISO 4217 currency like EUR",
        (
            "units.csv, line 2, column frontline_headcount: 'many' is no head count;"
            " expected a whole number like 120, or blank for unknown"
        ),
        (
            "units.csv, line 2, column executive_headcount: '-1' is no head count;"
            " expected a whole number like 120, or blank for unknown"
        ),
        "units.csv, line 5, column path: 'North/Store 2' stands on line 3 already; expected each unit once",
        "responses.csv, line 6, column panel: 'boss' is no panel; expected frontline or executive",
        "responses.csv, line 6, column unit: 'Store 9' has no row in units.csv; expected one of its paths",
        "responses.csv, line 6, column D1: '4' is no answer; expected 1 to 3 or blank for no answer",
        (
            "responses.csv, line 6, column A2b: '9' is no answer;"
            " expected 1 to 7, 8 for don't know or blank for no answer"
        ),
        (
            "responses.csv, line 6, column A2c: 'x' is no answer;"
            " expected 1 to 7, 8 for don't know or blank for no answer"
        ),
        (
            "responses.csv, line 6, column A3a: '1;2' is no answer;"
            " expected 1 to 7, 8 for don't know or blank for no answer"
        ),
        "comments.csv, line 2, column item: 'A2b' is no open question; expected no comments",
    ]


def test_the_first_fifty_faults_are_shown_and_all_are_counted(tmp_path: Path) -> None:
    rows = RESPONSES + "frontline,North/Store 2,9,9,9,9\n" * 100
    _, error = reading(write_folder(tmp_path, {"responses.csv": rows}))
    assert (len(error.faults), error.count) == (MOST_SHOWN, 400)
    assert str(error).startswith(
        "Nothing was stored: 400 faults in the files.\n  responses.csv, line 6, column D1:"
    )
    assert str(error).endswith("\n  ... and 350 more.")


@pytest.mark.parametrize("name", ["campaign.yaml", "units.csv", "responses.csv"])
def test_each_file_must_be_there_and_be_utf8(tmp_path: Path, name: str) -> None:
    (missing,) = faults_of(tmp_path / "a", {name: None})
    assert missing.startswith(name)
    assert "No such file" in missing or "there is no such file" in missing
    good = {"campaign.yaml": CAMPAIGN, "units.csv": UNITS, "responses.csv": RESPONSES}[name]
    (latin,) = faults_of(tmp_path / "b", {name: good.encode() + "# Café\n".encode("latin-1")})
    assert latin.startswith(f"{name}, line {good.count(chr(10)) + 1}")
    assert "is not UTF-8 here" in latin
    (wide,) = faults_of(tmp_path / "c", {name: good.encode("utf-16")})
    assert "is not UTF-8 here" in wide


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("units.csv", "", "units.csv, line 1: is empty; expected column names, separated by commas"),
        ("units.csv", "\ufeff\n", "units.csv, line 1: is empty; expected column names, separated by commas"),
        (
            "units.csv",
            "path,frontline_headcount,executive_headcount\n",
            "units.csv, line 2: there is no unit",
        ),
        ("responses.csv", "", "responses.csv, line 1: is empty; expected column names"),
        ("responses.csv", "panel,unit,D1,A2b,A2c,A3a\n", "responses.csv, line 2: there is no answer"),
        (
            "responses.csv",
            RESPONSES.replace(",", ";"),
            "responses.csv, line 1: is separated by semicolons; expected commas between the columns",
        ),
        ("units.csv", UNITS.replace(",", "\t"), "units.csv, line 1: is separated by tabs; expected commas"),
        (
            "units.csv",
            UNITS.replace("executive_headcount", "executives"),
            "units.csv, line 1, column executives: is not a known column; expected one of path,",
        ),
        ("units.csv", UNITS + "South,1\n", "units.csv, line 5: has 2 cells; expected 3, as in the header"),
        (
            "units.csv",
            UNITS + "South//Store,1,1\n",
            "units.csv, line 5, column path: 'South//Store' is no path",
        ),
        ("units.csv", UNITS + f"{'S' * 121},1,1\n", "is too long; expected at most 120 letters a name"),
        (
            "units.csv",
            UNITS + "South,12345678,1\n",
            "column frontline_headcount: '12345678' is no head count",
        ),
        ("units.csv", UNITS + "South,1.0,1\n", "column frontline_headcount: '1.0' is no head count"),
        ("units.csv", UNITS + 'South,"1,1\n', "units.csv, line 5: is not CSV (unexpected end of data)"),
        ("units.csv", UNITS + "So\0uth,1,1\n", "units.csv, line 5: has a NUL character"),
        ("responses.csv", RESPONSES + f"{ROW},1\n", "responses.csv, line 6: has 7 cells; expected 6"),
        (
            "responses.csv",
            RESPONSES.replace("A3a", "A3z"),
            "responses.csv, line 1, column A3a: is missing; expected a column for each item",
        ),
        (
            "responses.csv",
            RESPONSES.replace("A3a", "A2b"),
            "column A2b: stands twice; expected each column once",
        ),
        ("responses.csv", RESPONSES.replace("D1", ""), "responses.csv, line 1: column 3 has no name"),
        (
            "responses.csv",
            RESPONSES + "executive,North,1,1,1,1\n",
            "responses.csv, line 6, column unit: 'North' has no row in units.csv",
        ),
        ("responses.csv", RESPONSES + ROW.replace("frontline", "Frontline"), "'Frontline' is no panel"),
        ("responses.csv", RESPONSES + ROW.replace("7", "1.0"), "column A3a: '1.0' is no answer"),
        (
            "responses.csv",
            RESPONSES + "executive,North/Store 1,,,,\n",
            (
                "units.csv, line 2, column executive_headcount: is 0, but responses.csv has 1 answers;"
                " expected 1 or more, or blank for unknown"
            ),
        ),
        ("comments.csv", "panel,unit,item\n", "comments.csv, line 1, column text: is missing"),
        (
            "comments.csv",
            "panel,unit,item,text,name\n",
            "comments.csv, line 1, column name: is not a known column",
        ),
    ],
)
def test_a_fault_says_where_it_is_and_what_was_expected(
    tmp_path: Path, name: str, content: str, said: str
) -> None:
    assert any(said in fault for fault in faults_of(tmp_path, {name: content}))


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("2015-03-27", "2015-03-01", "line 8: campaign > closes: is not after the opening"),
        ("2015-03-27", "2015-13-01", "campaign.yaml, line 8: month must be in 1..12; expected valid YAML"),
        ("2015-03-27", "soon", "line 8: campaign > closes: is soon; expected a day like 2026-03-31"),
        ("2015-03-27", "", "line 8: campaign > closes: is nothing; expected a day like 2026-03-31"),
        ("2015-03-27", "3015-03-27", "line 8: campaign > closes: is 3015-03-27; expected a day"),
        (
            "  currency: AUD\n",
            "",
            "line 1: organization: lacks currency; expected the keys name, timezone, currency",
        ),
        ("Spring 2015", "2015", 'line 6: campaign > name: is 2015; expected a text (put it in quotes: "…")'),
        (
            "Spring 2015",
            "S" * 201,
            "line 6: campaign > name: has 201 letters; expected a name of at most 200",
        ),
        ("Spring 2015", '"S\\u0007 \\ud800"', "line 6: campaign > name:"),
        ("min_group: 5", "min_group: 3", "policy > min_group: is 3; expected a whole number from 4 to 1000"),
        ("min_group: 5", "min_grp: 5", "policy > min_grp: is not a known key; expected min_group"),
        (
            "min_group: 5",
            "min_group: 12, min_distribution: 11",
            "is 11; expected 12 (min_group and min_executives) or more",
        ),
        (
            "instrument: perception",
            "instrument: perceptions",
            "line 9: instrument: is 'perceptions'; expected ",
        ),
        ("  opens:", "  amounts: [1]\n  opens:", "line 7: campaign > amounts: are 1; expected 0 amounts"),
        ("organization:", "organization", "campaign.yaml, line 2"),
        (CAMPAIGN, "", "campaign.yaml, line 1: is nothing; expected a mapping"),
    ],
)
def test_a_fault_of_the_settings_has_its_line(tmp_path: Path, old: str, new: str, said: str) -> None:
    faults = faults_of(tmp_path, {"campaign.yaml": CAMPAIGN.replace(old, new)})
    assert any(said in fault for fault in faults), faults


def test_the_problems_of_an_instrument_beside_the_settings_name_its_files(tmp_path: Path) -> None:
    folder = write_folder(tmp_path)
    (folder / "perception" / "instrument.yaml").write_text(STRUCTURE.replace("options: 7", "options: 1"))
    (fault, *_) = reading(folder)[1].faults
    assert str(fault).startswith("perception/instrument.yaml, line 8: ")


@pytest.mark.parametrize(
    ("written", "opens", "closes"),
    [
        ("2015-03-02", "2015-03-02T00:00:00+08:00", "2015-03-02T23:59:59+08:00"),
        ('"2015-03-02"', "2015-03-02T00:00:00+08:00", "2015-03-02T23:59:59+08:00"),
    ],
)
def test_a_day_is_the_organizations_whole_day(tmp_path: Path, written: str, opens: str, closes: str) -> None:
    text = CAMPAIGN.replace("2015-03-02", written).replace("2015-03-27", written)
    settings = reading(write_folder(tmp_path, {"campaign.yaml": text}))[0].settings
    assert settings is not None
    assert (settings.opens_at.isoformat(), settings.closes_at.isoformat()) == (opens, closes)


def test_a_moment_keeps_its_own_zone_or_takes_the_organizations(tmp_path: Path) -> None:
    text = CAMPAIGN.replace("2015-03-02", "2015-03-02 09:00").replace(
        "2015-03-27", "2015-03-27T17:00:00+02:00"
    )
    settings = reading(write_folder(tmp_path, {"campaign.yaml": text}))[0].settings
    assert settings is not None
    assert settings.opens_at.isoformat() == "2015-03-02T09:00:00+08:00"
    assert settings.closes_at.isoformat() == "2015-03-27T17:00:00+02:00"


def test_thresholds_have_defaults_and_a_distribution_never_asks_for_less_than_a_group(tmp_path: Path) -> None:
    text = CAMPAIGN.replace("policy: {min_group: 5, min_executives: 4, min_comments: 10}\n", "")
    settings = reading(write_folder(tmp_path / "a", {"campaign.yaml": text}))[0].settings
    assert settings is not None
    assert settings.policy == {"min_distribution": 10}
    settings = reading(write_folder(tmp_path / "b", {"campaign.yaml": text + "policy: {min_group: 12}\n"}))[
        0
    ].settings
    assert settings is not None
    assert settings.policy == {"min_group": 12, "min_distribution": 12}


def test_accents_written_in_two_ways_are_the_same_unit(tmp_path: Path) -> None:
    units, rows = UNITS.replace("Store 1", "Caf\u00e9"), RESPONSES.replace("Store 1", "Cafe\u0301")
    assert faults_of(tmp_path, {"units.csv": units, "responses.csv": rows}) == []
