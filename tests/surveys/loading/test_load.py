"""Storing a folder that has no fault: one closed campaign, or nothing at all."""

import re
from pathlib import Path

import pytest
from django.db import DatabaseError, connection

from surveys import collect, queries
from surveys.instruments.instrument import Panel
from surveys.loading.load import load_campaign
from surveys.loading.problems import BadInput
from surveys.models import (
    AnswerBlock,
    Campaign,
    CampaignUnit,
    Comment,
    Event,
    Firm,
    InstrumentVersion,
    Organization,
    State,
    Unit,
)
from surveys.models.event import Verb
from surveys.tenancy import across_all, within
from tests.surveys.loading.writing import CAMPAIGN, RESPONSES, UNITS, write_folder
from tests.world import World

STORED = (AnswerBlock, Campaign, CampaignUnit, Comment, Event, InstrumentVersion, Organization, Unit)
DOCS = Path(__file__).resolve().parents[3] / "docs" / "loading.md"


@pytest.fixture
def firm(db: None) -> Firm:
    return Firm.objects.create(name="Meridian")


def rows() -> dict[str, int]:
    with across_all("a test counts"):
        return {model.__name__: model.objects.count() for model in STORED}


def blocks(campaign: Campaign) -> dict[tuple[str, Panel], bytes]:
    with within(campaign.organization_id):
        paths = dict(CampaignUnit.objects.filter(campaign=campaign).values_list("id", "path"))
        return {(paths[unit], panel): sheets for panel, unit, sheets in queries.answer_blocks(campaign)}


def tree(campaign: Campaign) -> dict[str, tuple[str | None, int | None, int | None]]:
    with within(campaign.organization_id):
        return {
            unit.path: (
                unit.parent.path if unit.parent else None,
                unit.frontline_headcount,
                unit.executive_headcount,
            )
            for unit in CampaignUnit.objects.filter(campaign=campaign).select_related("parent")
        }


def todays_tree(organization: Organization) -> dict[str, tuple[str, str | None, int | None]]:
    with within(organization):
        return {
            unit.path: (unit.name, unit.parent.path if unit.parent else None, unit.frontline_headcount)
            for unit in Unit.objects.select_related("parent")
        }


def test_a_folder_becomes_a_closed_campaign(firm: Firm, tmp_path: Path) -> None:
    loaded = load_campaign(write_folder(tmp_path), firm=firm)
    campaign = loaded.campaign
    assert loaded.responses == {Panel.FRONTLINE: 3, Panel.EXECUTIVE: 1}
    assert (campaign.state, campaign.wrapped_key, campaign.background) == (State.CLOSED, None, ["D1"])
    assert (campaign.organization.name, campaign.organization.currency) == ("Harbour Stores", "AUD")
    assert campaign.closes_at.isoformat() == "2015-03-27T23:59:59+08:00"
    assert campaign.policy == {
        "min_group": 5,
        "min_executives": 4,
        "min_comments": 10,
        "min_distribution": 10,
    }
    assert blocks(campaign) == {
        ("North/Store 1", Panel.FRONTLINE): bytes([0, 255, 0, 4, 1, 1, 2, 7]),
        ("North/Store 2", Panel.FRONTLINE): bytes([3, 2, 2, 2]),
        ("Head office", Panel.EXECUTIVE): bytes([2, 1, 1, 1]),
    }
    assert tree(campaign) == {
        "Head office": (None, 0, 6),
        "North": (None, 0, 0),
        "North/Store 1": ("North", 20, 0),
        "North/Store 2": ("North", None, None),
    }
    with within(campaign.organization_id):
        events = set(Event.objects.values_list("verb", flat=True))
    assert events == {Verb.CREATED, Verb.LOADED}
    assert queries.due_to_report() == [queries.Due(campaign.id, campaign.organization_id)]


def test_the_order_of_the_file_leaves_no_trace(firm: Firm, tmp_path: Path) -> None:
    head, *lines = RESPONSES.splitlines()
    turned = "\n".join([head, *reversed(lines)])
    first = load_campaign(write_folder(tmp_path / "a"), firm=firm).campaign
    second = load_campaign(write_folder(tmp_path / "b", {"responses.csv": turned}), firm=firm).campaign
    assert blocks(first) == blocks(second)


@pytest.mark.parametrize(
    "files",
    [
        {"responses.csv": RESPONSES + "frontline,North/Store 1,1,9,1,1\n"},
        {"units.csv": UNITS + "South,x,\n"},
        {"campaign.yaml": CAMPAIGN.replace("AUD", "AUX")},
        {"campaign.yaml": None, "units.csv": None, "responses.csv": None},
        {"units.csv": "path,frontline_headcount,executive_headcount\n"},
    ],
)
def test_a_fault_stores_nothing(firm: Firm, tmp_path: Path, files: dict[str, str | bytes | None]) -> None:
    with pytest.raises(BadInput, match=r"^Nothing was stored: [1-9]\d* fault"):
        load_campaign(write_folder(tmp_path, files), firm=firm)
    assert set(rows().values()) == {0}


def test_a_failure_on_the_last_step_stores_nothing(
    firm: Firm, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stored: list[dict[str, int]] = []

    def broken(*_: object) -> None:
        stored.append(rows())
        raise DatabaseError

    monkeypatch.setattr(collect, "store_answers", broken)
    with pytest.raises(DatabaseError):
        load_campaign(write_folder(tmp_path), firm=firm)
    assert stored[0]["CampaignUnit"] == 4
    assert set(rows().values()) == {0}


def test_the_same_organization_again_is_the_next_wave(firm: Firm, tmp_path: Path) -> None:
    first = load_campaign(write_folder(tmp_path / "a"), firm=firm).campaign
    before = tree(first)
    later = CAMPAIGN.replace("2015-", "2016-").replace("Harbour Stores", "HARBOUR STORES")
    units = (
        "path,frontline_headcount,executive_headcount\nNorth/Store 1,30,\nSouth/Store 3,7,\nHead office,0,6\n"
    )
    answers = RESPONSES.replace("North/Store 2", "South/Store 3")
    files: dict[str, str | bytes | None] = {
        "campaign.yaml": later,
        "units.csv": units,
        "responses.csv": answers,
    }
    second = load_campaign(write_folder(tmp_path / "b", files), firm=firm).campaign
    assert second.organization == first.organization
    assert todays_tree(second.organization) == {
        "Head office": ("Head office", None, 0),
        "North": ("North", None, 0),
        "North/Store 1": ("Store 1", "North", 30),
        "South": ("South", None, 0),
        "South/Store 3": ("Store 3", "South", 7),
    }
    assert tree(first) == before
    with within(first.organization):
        assert queries.wave_before(second) == first
        assert CampaignUnit.objects.filter(campaign=second, unit__isnull=True).count() == 0
        shared = CampaignUnit.objects.filter(path="North/Store 1").values_list("unit", flat=True)
        assert len(set(shared)) == 1


def test_an_older_wave_leaves_todays_tree_alone(firm: Firm, tmp_path: Path) -> None:
    newer = load_campaign(write_folder(tmp_path / "a"), firm=firm).campaign
    today = todays_tree(newer.organization)
    files: dict[str, str | bytes | None] = {
        "campaign.yaml": CAMPAIGN.replace("2015-", "2013-"),
        "units.csv": UNITS.replace("20,0", "11,0") + "Closed since,3,\n",
    }
    older = load_campaign(write_folder(tmp_path / "b", files), firm=firm).campaign
    assert todays_tree(older.organization) == today
    assert tree(older)["North/Store 1"] == ("North", 11, 0)
    assert tree(older)["Closed since"] == (None, 3, None)


def test_another_zone_or_currency_than_the_stored_one_is_a_fault(firm: Firm, tmp_path: Path) -> None:
    load_campaign(write_folder(tmp_path / "a"), firm=firm)
    before = rows()
    changed = CAMPAIGN.replace("Australia/Perth", "Europe/Madrid").replace("AUD", "EUR")
    answers = RESPONSES + "boss,North/Store 1,1,1,1,1\n"
    folder = write_folder(tmp_path / "b", {"campaign.yaml": changed, "responses.csv": answers})
    with pytest.raises(BadInput) as caught:
        load_campaign(folder, firm=firm)
    assert [str(fault) for fault in caught.value.faults] == [
        "responses.csv, line 6, column panel: 'boss' is no panel; expected frontline or executive",
        (
            "campaign.yaml, line 3: organization > timezone: is 'Europe/Madrid';"
            " expected 'Australia/Perth', as Harbour Stores has it here"
        ),
        (
            "campaign.yaml, line 4: organization > currency: is 'EUR';"
            " expected 'AUD', as Harbour Stores has it here"
        ),
    ]
    assert rows() == before


def test_a_client_of_another_firm_with_the_same_name_is_another_client(firm: Firm, tmp_path: Path) -> None:
    folder = write_folder(tmp_path)
    other = Firm.objects.create(name="Elsewhere")
    first, second = (load_campaign(folder, firm=owner).campaign for owner in (firm, other))
    assert first.organization_id != second.organization_id
    assert {first.organization.firm, second.organization.firm} == {firm, other}


def test_loading_leaves_the_other_clients_units_alone(world: World, tmp_path: Path) -> None:
    before = todays_tree(world.organization)
    load_campaign(write_folder(tmp_path), firm=world.firm)
    assert todays_tree(world.organization) == before


def test_an_installed_instrument_is_named_by_its_id(firm: Firm, tmp_path: Path) -> None:
    settings = CAMPAIGN.replace("instrument: perception", "instrument: empowered-service")
    settings = settings.replace("campaign:\n", "campaign:\n  amounts: [5, 10, 20, 40, 80]\n")
    folder = write_folder(tmp_path, {"campaign.yaml": settings})
    with pytest.raises(BadInput) as caught:
        load_campaign(folder, firm=firm)
    missing = [fault.column for fault in caught.value.faults if "is missing" in fault.message]
    assert len(missing) == caught.value.count - 4  # the four columns of the other instrument
    table = [
        ["panel", "unit", "contact", *missing],
        ["frontline", "North/Store 1", "", *[""] * len(missing)],
        ["executive", "Head office", "4", *["1"] * len(missing)],
    ]
    (folder / "responses.csv").write_text("\n".join(",".join(row) for row in table))
    (folder / "comments.csv").write_text(
        "panel,unit,item,text\nexecutive,Head office,open,B\nfrontline,Head office,open,A\n"
    )
    loaded = load_campaign(folder, firm=firm)
    assert loaded.campaign.amounts == [5, 10, 20, 40, 80]
    assert blocks(loaded.campaign)["North/Store 1", Panel.FRONTLINE] == bytes(1 + len(missing))
    assert blocks(loaded.campaign)["Head office", Panel.EXECUTIVE] == bytes([4] + [1] * len(missing))
    with within(loaded.campaign.organization_id):
        assert set(Comment.objects.values_list("panel", "text")) == {("frontline", "A"), ("executive", "B")}


def test_the_example_of_the_documentation_loads(firm: Firm, tmp_path: Path) -> None:
    found = re.findall(
        r"^`([\w./]+)`\n\n```\w+\n(.*?)^```", DOCS.read_text("utf-8"), re.MULTILINE | re.DOTALL
    )
    assert len(found) == 6
    (tmp_path / "perception").mkdir()
    for name, content in found:
        (tmp_path / name).write_text(content, "utf-8")
    loaded = load_campaign(tmp_path, firm=firm)
    assert loaded.responses == {Panel.FRONTLINE: 3, Panel.EXECUTIVE: 1}
    with within(loaded.campaign.organization_id):
        assert Comment.objects.get().text == "The till.\nIt asks for a manager each time."


def test_the_number_of_queries_does_not_grow_with_rows_and_units(firm: Firm, tmp_path: Path) -> None:
    taken = []
    for size in (2, 30):
        units = "".join(f"Region {n % 3}/Store {n},9,\n" for n in range(size))
        answers = "".join(f"frontline,Region {n % 3}/Store {n},1,1,1,1\n" for n in range(size))
        files: dict[str, str | bytes | None] = {
            "campaign.yaml": CAMPAIGN.replace("Harbour", f"Harbour {size}"),
            "units.csv": UNITS + units,
            "responses.csv": RESPONSES + answers,
        }
        folder = write_folder(tmp_path / str(size), files)
        connection.force_debug_cursor = True
        before = len(connection.queries_log)
        load_campaign(folder, firm=firm)
        taken.append(len(connection.queries_log) - before)
        connection.force_debug_cursor = False
    assert taken[1] <= taken[0]  # the instrument version is there the second time


def test_ids_are_random(firm: Firm, tmp_path: Path) -> None:
    campaign = load_campaign(write_folder(tmp_path), firm=firm).campaign
    with within(campaign.organization_id):
        block_ids = AnswerBlock.objects.values_list("id", flat=True)
        unit_ids = CampaignUnit.objects.values_list("id", flat=True)
        assert {key.version for key in [*block_ids, *unit_ids]} == {4}
