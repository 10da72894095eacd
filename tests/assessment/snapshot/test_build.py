import numpy as np
import pytest
from django.db import DatabaseError, transaction

from assessment.models import ReportBuild, ReportSnapshot, Step
from assessment.report import Gap, compose
from assessment.simulate import Beliefs, Simulation
from assessment.snapshot.build import build_once, claimed
from surveys import collect
from surveys.instruments.instrument import Panel
from surveys.models import Campaign, CampaignUnit, State
from surveys.tenancy import within
from tests.waves import released
from tests.world import World, a_sheet

LIVED = Beliefs({"purpose": 60, "authority": 40, "rules": 42, "promise": 50}, 80, (4, 3, 3, 2, 2, 1, 1, 1))
BELIEVED = Beliefs(
    {"purpose": 75, "authority": 70, "rules": 65, "promise": 70}, 600, (1, 1, 2, 4, 1, 1, 1, 1)
)


def closed_campaign(
    world: World, frontline: int = 15, executives: int = 12, name: str = "Wave 1"
) -> Campaign:
    """A closed wave with simulated answers in every store and in one region."""
    campaign = world.open_campaign(name)
    simulation = Simulation(campaign.instrument, campaign.codec, campaign.amounts, np.random.default_rng(7))
    closed = world.closed(campaign)
    with within(world.organization):
        units = {unit.path: unit.id for unit in CampaignUnit.objects.filter(campaign=campaign)}
        sheets = {
            (units[path], Panel.FRONTLINE): simulation.sheets(LIVED, frontline).tobytes()
            for path in units
            if "/" in path and frontline
        }
        if executives:
            sheets[units["North"], Panel.EXECUTIVE] = simulation.sheets(BELIEVED, executives).tobytes()
        collect.store_answers(closed, sheets, [])
    return closed


def test_a_closed_campaign_becomes_a_reported_one(world: World) -> None:
    campaign = closed_campaign(world)
    with within(world.organization):
        snapshot = build_once(campaign.id)
        assert snapshot is not None
        assert Campaign.objects.get(id=campaign.id).state == State.REPORTED
        assert ReportBuild.objects.get().step == Step.DONE
    report = compose(snapshot.document)
    assert isinstance(report.headline, Gap)
    assert isinstance(report.headline.value, float)
    assert 10 < report.headline.value < 40
    assert {d.id for d in report.dimensions} == {"purpose", "authority", "rules", "promise"}
    assert len(report.units) == 6


def test_a_report_is_built_once(world: World) -> None:
    campaign = closed_campaign(world)
    with within(world.organization):
        build_once(campaign.id)
        assert build_once(campaign.id) is None
        assert ReportSnapshot.objects.count() == 1


def test_a_released_report_cannot_be_changed(world: World) -> None:
    campaign = closed_campaign(world)
    with within(world.organization):
        build_once(campaign.id)
        with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
            ReportSnapshot.objects.update(digest="other")


def test_a_panel_under_the_minimum_is_withheld_everywhere(world: World) -> None:
    campaign = closed_campaign(world, executives=3)
    with within(world.organization):
        snapshot = build_once(campaign.id)
    assert snapshot is not None
    document = snapshot.document
    assert document["headline"]["gap"] == {"status": "small_group"}
    assert document["participation"]["executive"] == {"status": "small_group"}
    for found in [*document["dimensions"], *document["items"]]:
        assert found["executive"] == {"status": "small_group"}
        assert "status" in found["gap"]
        assert found["quadrant"] is None


def test_a_campaign_nobody_answered_still_has_a_report(world: World) -> None:
    campaign = closed_campaign(world, frontline=0, executives=0)
    with within(world.organization):
        snapshot = build_once(campaign.id)
    assert snapshot is not None
    assert snapshot.document["units"] == []
    assert snapshot.document["headline"]["gap"] == {"status": "small_group"}


def test_a_failure_is_kept_by_kind_and_tried_again_later(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    campaign = closed_campaign(world)

    def fails(_: object) -> None:
        raise RuntimeError("a message that quotes an answer")

    monkeypatch.setattr("assessment.snapshot.build.validate", fails)
    with within(world.organization):
        with pytest.raises(RuntimeError):
            build_once(campaign.id)
        found = ReportBuild.objects.get()
        assert (found.step, found.error, found.attempts) == (Step.FAILED, "RuntimeError", 1)
        assert ReportSnapshot.objects.count() == 0
        monkeypatch.undo()
        assert build_once(campaign.id) is None, "it waits after a failure"
        ReportBuild.objects.update(not_before=None)
        assert build_once(campaign.id) is not None


def test_units_that_are_all_alike_have_a_report(world: World) -> None:
    campaign = world.open_campaign()
    alike = np.stack(
        [np.frombuffer(a_sheet(campaign, value), np.uint8) for value in (1, 2, 3, 4, 5, 5) * 2]
    ).tobytes()
    closed = world.closed(campaign)
    with within(world.organization):
        units = CampaignUnit.objects.filter(campaign=campaign, path__contains="/")
        collect.store_answers(closed, {(unit.id, Panel.FRONTLINE): alike for unit in units}, [])
        snapshot = build_once(campaign.id)
    assert snapshot is not None
    assert snapshot.document["agreement"]["units"]["purpose"]["icc2"] is None


def test_a_wave_waits_for_the_one_before_and_tells_the_change(world: World) -> None:
    first = closed_campaign(world)
    second = closed_campaign(world, name="Wave 2")
    with within(world.organization):
        assert build_once(second.id) is None
        assert build_once(first.id) is not None
    released(world, first)
    with within(world.organization):
        snapshot = build_once(second.id)
    assert snapshot is not None
    assert snapshot.document["change"]["since"]["name"] == "Wave 1"


def test_a_wave_does_not_wait_for_one_that_cannot_be_built(world: World) -> None:
    first = closed_campaign(world)
    second = closed_campaign(world, name="Wave 2")
    with within(world.organization):
        ReportBuild.objects.create(campaign=first, step=Step.FAILED)
        assert build_once(second.id) is not None


def test_two_workers_do_not_build_the_same_report(world: World) -> None:
    campaign = closed_campaign(world)
    with within(world.organization), claimed(campaign.id) as mine:
        assert mine


def test_what_to_do_first_is_clear_and_in_the_order_of_gap_times_weight(world: World) -> None:
    campaign = closed_campaign(world, frontline=40)
    with within(world.organization):
        snapshot = build_once(campaign.id)
    assert snapshot is not None
    document = snapshot.document
    items = {item["id"]: item for item in document["items"]}
    first = document["priorities"]
    assert first
    for found in first:
        assert items[found["item"]]["gap"]["verdict"] == "clear"
        assert items[found["item"]]["gap"]["value"] == found["gap"] > 0
        assert found["dimension"] == items[found["item"]]["dimension"] != "promise"
        low, high = found["weight_interval"]
        assert low <= found["weight"] <= high
    products = [found["gap"] * found["weight"] for found in first]
    assert products == sorted(products, reverse=True)
    assert [found["rank"] for found in first] == list(range(1, len(first) + 1))
    assert [found.item for found in compose(document).priorities] == [found["item"] for found in first]


def test_a_front_line_of_few_has_no_weights(world: World) -> None:
    campaign = world.open_campaign()
    simulation = Simulation(campaign.instrument, campaign.codec, campaign.amounts, np.random.default_rng(3))
    closed = world.closed(campaign)
    with within(world.organization):
        unit = CampaignUnit.objects.get(campaign=campaign, path="North")
        sheets = {
            (unit.id, Panel.FRONTLINE): simulation.sheets(LIVED, 9).tobytes(),
            (unit.id, Panel.EXECUTIVE): simulation.sheets(BELIEVED, 30).tobytes(),
        }
        collect.store_answers(closed, sheets, [])
        snapshot = build_once(campaign.id)
    assert snapshot is not None
    assert snapshot.document["priorities"]
    assert {found["weight"] for found in snapshot.document["priorities"]} == {None}
