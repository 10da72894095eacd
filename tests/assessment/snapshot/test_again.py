"""Late answers and the report that counts them: both reports together isolate nobody, or there is no second one."""

import csv
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.core.management import CommandError, call_command

from assessment.audit import audit_document
from assessment.disclosure.release import UnsafeReleaseError
from assessment.models import ReportSnapshot
from assessment.simulate import Simulation
from assessment.snapshot import comparing
from assessment.snapshot.again import OtherRulesError
from assessment.snapshot.build import build, build_once, compose_document
from assessment.snapshot.document import digest
from assessment.snapshot.gather import gather
from assessment.stats.layout import Panel as Asked
from surveys import collect
from surveys.instruments.codec import FieldKind
from surveys.instruments.instrument import ItemKind, Panel
from surveys.models import AnswerBlock, Campaign, Event, Unit
from surveys.models.event import Verb
from surveys.tenancy import within
from tests.assessment.snapshot.test_build import LIVED, closed_campaign
from tests.world import World

K = 5


def reported(world: World) -> tuple[Campaign, dict[str, Any]]:
    campaign = closed_campaign(world, frontline=10)
    with within(world.organization):
        snapshot = build_once(campaign.id)
        assert snapshot is not None
        return Campaign.objects.get(id=campaign.id), snapshot.document


def add(world: World, campaign: Campaign, late: dict[str, int]) -> None:
    simulation = Simulation(campaign.instrument, campaign.codec, campaign.amounts, np.random.default_rng(8))
    with within(world.organization):
        sheets = {
            (world.unit(campaign, path).id, Panel.FRONTLINE): simulation.sheets(LIVED, number).tobytes()
            for path, number in late.items()
        }
        collect.store_answers(campaign, sheets, [], batch=2)


def people(document: dict[str, Any], dimension: str) -> dict[str, int]:
    """How many are behind each number of the front line."""
    whole = next(one for one in document["dimensions"] if one["id"] == dimension)
    found = {"": whole["frontline"]}
    found |= {unit["path"]: unit["frontline"][dimension] for unit in document["units"]}
    for cut in document["cuts"]:
        found |= {f"{cut['question']}={one['level']}": one["frontline"][dimension] for one in cut["levels"]}
    return {cell: one["n"] for cell, one in found.items() if "n" in one}


def test_enough_late_answers_make_another_report(world: World) -> None:
    campaign, first = reported(world)
    add(world, campaign, {"North/Store 1": 8, "South/Store 2": 6})
    with within(world.organization):
        second = build(campaign).document
    assert people(first, "authority")[""] == 40
    assert people(second, "authority")[""] == 54
    for dimension in ("purpose", "authority", "rules"):
        before, after = people(first, dimension), people(second, dimension)
        added = {cell: after[cell] - before[cell] for cell in before.keys() & after.keys()}
        assert all(number == 0 or number >= K for number in added.values()), added
    assert (first["proof"]["batches"], second["proof"]["batches"]) == (1, 2)
    assert audit_document(second).passed


def test_what_a_difference_would_tell_is_not_released_again(world: World) -> None:
    """Two people in one store: neither it nor its region may be stated anew, though both have enough by themselves."""
    campaign, first = reported(world)
    add(world, campaign, {"North/Store 1": 2, "South/Store 2": 8})
    with within(world.organization):
        second = build(campaign).document
    before, after = people(first, "rules"), people(second, "rules")
    assert "North/Store 1" in before
    assert all(after[cell] - before[cell] in {0, 8, 10} for cell in before.keys() & after.keys())
    assert after[""] - before[""] == 10
    assert "North/Store 1" not in after or after["North/Store 1"] == before["North/Store 1"]


def leaning_on_products(document: dict[str, Any]) -> dict[str, bool]:
    """Which numbers that are no sums over people a document states."""
    agreement = document["agreement"]
    careless = [one for panel in document["quality"]["careless"].values() for one in panel.values()]
    reliable = [one for found in document["dimensions"] for one in found["reliability"].values()]
    return {
        "reliability": any("alpha" in one for one in reliable),
        "agreement of executives": any("rwg" in one for one in agreement["executive"].values()),
        "agreement within units": bool(agreement["within"]),
        "differences between units": any("icc1" in one for one in agreement["units"].values()),
        "weights": any(one["weight"] is not None for one in document["priorities"]),
        "without careless answers": any("mean" in one for one in careless),
    }


def test_a_second_report_tells_sums_only(world: World) -> None:
    """Only sums are proven over time. The headline's interval takes covariances as large as they can be."""
    with within(world.organization):
        Unit.objects.filter(path__contains="/").update(frontline_headcount=600)
        Unit.objects.filter(path="North").update(executive_headcount=400)
    campaign = closed_campaign(world, frontline=150, executives=120)
    with within(world.organization):
        snapshot = build_once(campaign.id)
        assert snapshot is not None
        first = snapshot.document
        campaign.refresh_from_db()
    planted = leaning_on_products(first)
    assert all(planted.values()), planted
    add(
        world,
        campaign,
        dict.fromkeys(["North/Store 1", "North/Store 2", "South/Store 1", "South/Store 2"], 150),
    )
    with within(world.organization):
        second = build(campaign).document
    assert second["participation"]["frontline"]["answered"] == 1200
    assert leaning_on_products(second) == dict.fromkeys(planted, False)
    assert shares_of_parts(first)
    assert not shares_of_parts(second), "two choices of what stays back would tell"
    alone = widths(second)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(comparing, "NOBODY", campaign.min_distribution)
        with within(world.organization):
            assert widths(compose_document(campaign)) < alone


def shares_of_parts(document: dict[str, Any]) -> int:
    levels = [level for cut in document["cuts"] for level in cut["levels"]]
    estimates = [one for part in (*document["units"], *levels) for one in part["frontline"].values()]
    return sum("favourable" in one for one in estimates)


def widths(document: dict[str, Any]) -> float:
    low, high = document["headline"]["gap"]["interval"]
    return float(high - low)


def test_late_answers_change_nothing_of_who_looked_careless(world: World) -> None:
    """With many late people who answer at random, those who did before would look usual."""
    campaign = closed_campaign(world, frontline=20)
    rng = np.random.default_rng(4)

    def at_random(number: int) -> bytes:
        found = rng.integers(1, 3, (number, campaign.codec.width)).astype(np.uint8)
        agree = [i for i, field in enumerate(campaign.codec.fields) if field.kind is FieldKind.AGREE]
        found[:, agree] = rng.integers(1, 6, (number, len(agree)))
        return found.tobytes()

    with within(world.organization):
        north = world.unit(campaign, "North").id
        for number, batch in ((6, 1), (60, 2)):
            collect.store_answers(campaign, {(north, Panel.FRONTLINE): at_random(number)}, [], batch=batch)
        before, after = (gather(campaign, batches, row_by_row=True) for batches in (1, 2))
        naive = gather(campaign)
    whole, then, otherwise = (one.memberships[Asked.FRONTLINE] for one in (after, before, naive))
    assert whole.without(then).respondents.sum() == 60
    with pytest.raises(ValueError, match="earlier"):
        otherwise.without(then)


def test_a_first_report_of_other_people_in_the_same_cells_allows_no_second(world: World) -> None:
    """The cells are the same; the keyed hashes say that it was not these people."""
    campaign, document = reported(world)
    add(world, campaign, {"North/Store 1": 8})
    commitments = {name: "0" * len(one) for name, one in document["proof"]["commitments"].items()}
    assert commitments
    other = document | {"proof": document["proof"] | {"commitments": commitments}}
    with within(world.organization):
        ReportSnapshot.objects.create(campaign=campaign, document=other, digest=digest(other))
        with pytest.raises(OtherRulesError):
            build(campaign)
        again = document | {"comments": []}
        ReportSnapshot.objects.create(campaign=campaign, document=again, digest=digest(again))
        assert build(campaign).document["proof"]["batches"] == 2


def test_too_few_late_answers_make_none(world: World) -> None:
    campaign, _ = reported(world)
    add(world, campaign, {"North/Store 1": 2})
    with within(world.organization):
        with pytest.raises(UnsafeReleaseError, match="Fewer than 5"):
            build(campaign)
        assert ReportSnapshot.objects.count() == 1


def test_a_report_that_cannot_be_repeated_allows_no_other(world: World) -> None:
    campaign, _ = reported(world)
    add(world, campaign, {"North/Store 1": 8})
    with within(world.organization):
        Campaign.objects.filter(id=campaign.id).update(min_group=8)
        campaign.refresh_from_db()
        with pytest.raises(OtherRulesError):
            build(campaign)


def write(folder: Path, campaign: Campaign, late: list[tuple[str, str]], code: str = "2") -> None:
    items = [item for item in campaign.instrument.items if item.kind is not ItemKind.TEXT]
    with (folder / "responses.csv").open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        out.writerow(["panel", "unit", *campaign.background, *(item.id for item in items)])
        for number, (panel, unit) in enumerate(late):
            levels = [str(1 + number % 2)] * len(campaign.background)
            out.writerow([panel, unit, *levels, *(code for _ in items)])


def stored(world: World) -> tuple[int, int]:
    with within(world.organization):
        return AnswerBlock.objects.count(), ReportSnapshot.objects.count()


def test_the_command_adds_them_and_builds_the_report(world: World, tmp_path: Path) -> None:
    campaign, _ = reported(world)
    write(tmp_path, campaign, [("frontline", "North/Store 1")] * 6)
    call_command("add_answers", str(campaign.id), str(tmp_path))
    assert stored(world) == (6, 2)
    with within(world.organization):
        assert people(ReportSnapshot.objects.latest().document, "authority")[""] == 46
        assert Event.objects.get(verb=Verb.LATE).detail == {"answers": {"frontline": 6}}


@pytest.mark.parametrize(
    ("late", "code", "said"),
    [
        ([("frontline", "North/Store 1")] * 3, "2", "could isolate somebody"),
        ([("frontline", "North/Store 1")] * 11, "2", "21 answers with those of before, of 20 people"),
        ([("frontline", "East")], "2", "'East' has no row"),
        ([("frontline", "North/Store 1")] * 6, "77", "column"),
    ],
)
def test_the_command_stores_all_or_nothing(
    world: World, tmp_path: Path, late: list[tuple[str, str]], code: str, said: str
) -> None:
    campaign, _ = reported(world)
    before = stored(world)
    write(tmp_path, campaign, late, code)
    with pytest.raises(CommandError, match=said):
        call_command("add_answers", str(campaign.id), str(tmp_path))
    assert stored(world) == before


def test_late_comments_and_an_open_campaign_are_refused(world: World, tmp_path: Path) -> None:
    campaign, _ = reported(world)
    write(tmp_path, campaign, [("frontline", "North/Store 1")] * 6)
    (tmp_path / "comments.csv").write_text("panel,unit,item,text\n", "utf-8")
    with pytest.raises(CommandError, match="without comments"):
        call_command("add_answers", str(campaign.id), str(tmp_path))
    running = world.open_campaign("Wave 2")
    with pytest.raises(CommandError, match="this one is open"):
        call_command("add_answers", str(running.id), str(tmp_path))
