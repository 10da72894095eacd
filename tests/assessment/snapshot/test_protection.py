"""Numbers that are sums over others stay back where one of the others does."""

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from assessment.snapshot.build import compose_document
from surveys import collect
from surveys.instruments.codec import FieldKind
from surveys.instruments.instrument import Panel
from surveys.models import Campaign, CampaignUnit
from surveys.tenancy import within
from tests.assessment.snapshot.test_build import closed_campaign
from tests.world import World, a_sheet


def document_of(world: World, campaign: Campaign) -> dict[str, Any]:
    with within(world.organization):
        found: dict[str, Any] = compose_document(
            Campaign.objects.select_related("organization", "instrument_version").get(id=campaign.id)
        )
    return found


def executives(world: World, skipped: int) -> dict[str, Any]:
    """Twelve executives with mixed answers; `skipped` of them leave out the first item of purpose."""
    campaign = world.open_campaign()
    fields = campaign.codec.fields
    first = next(i for i, field in enumerate(fields) if field.dimension == "purpose")
    rng, sheets = np.random.default_rng(3), []
    for person in range(12):
        sheet = bytearray(a_sheet(campaign))
        for place, field in enumerate(fields):
            if field.kind is FieldKind.AGREE:
                sheet[place] = rng.integers(1, 6)
        if person < skipped:
            sheet[first] = 0
        sheets.append(bytes(sheet))
    closed = world.closed(campaign)
    with within(world.organization):
        north = CampaignUnit.objects.get(campaign=campaign, path="North")
        store = CampaignUnit.objects.get(campaign=campaign, path="North/Store 1")
        blocks = {
            (north.id, Panel.EXECUTIVE): b"".join(sheets),
            (store.id, Panel.FRONTLINE): b"".join(sheets),
        }
        collect.store_answers(closed, blocks, [])
    return document_of(world, closed)


def test_agreement_and_reliability_stay_back_where_an_item_does(world: World) -> None:
    document = executives(world, skipped=1)
    items = {item["id"]: item for item in document["items"]}
    purpose = [item for item in items.values() if item["dimension"] == "purpose"]
    assert sum("status" in item["executive"] for item in purpose) == 1
    assert document["agreement"]["executive"]["purpose"] == {"status": "protects_another"}
    assert "rwg" in document["agreement"]["executive"]["rules"]
    found = {one["id"]: one["reliability"]["executive"] for one in document["dimensions"]}
    assert found["purpose"] == {"status": "protects_another"}
    assert "alpha" in found["rules"]


def test_with_every_item_shown_they_are_too(world: World) -> None:
    document = executives(world, skipped=0)
    assert "rwg" in document["agreement"]["executive"]["purpose"]


def test_the_weighted_interval_stays_back_where_a_unit_shows_its_mean_only(world: World) -> None:
    shown = document_of(world, closed_campaign(world, frontline=15))["weighted"]["purpose"]
    assert shown["interval"] is not None
    few = document_of(world, closed_campaign(world, frontline=6, name="Wave 2"))["weighted"]["purpose"]
    assert few["mean"] is not None
    assert few["interval"] is None


def test_an_empty_level_and_one_with_a_single_person_look_the_same(world: World) -> None:
    document = document_of(world, closed_campaign(world))
    levels = {
        (row["cell"]["question"], row["cell"]["level"], row["reason"])
        for row in document["withheld"]
        if "question" in row["cell"]
    }
    shown = {
        (cut["question"], level["level"])
        for cut in document["cuts"]
        for level in cut["levels"]
        if any("mean" in estimate for estimate in level["frontline"].values())
    }
    everything = {(cut["question"], level["level"]) for cut in document["cuts"] for level in cut["levels"]}
    assert everything == shown | {(question, level) for question, level, _ in levels}


def few_executives(
    world: World, name: str, answers: list[list[int]], front: Callable[[int], Iterable[int]] | None = None
) -> dict[str, Any]:
    """A report with executives who give these answers to the questions of every dimension, in turn. The front line
    answers at random, or as `front` says.
    """
    campaign = world.open_campaign(name)
    places = [i for i, field in enumerate(campaign.codec.fields) if field.kind is FieldKind.AGREE]
    rng, lived = np.random.default_rng(3), []
    for _ in range(40):
        sheet = bytearray(a_sheet(campaign))
        said = front(len(places)) if front else rng.integers(1, 6, len(places))
        for place, value in zip(places, said, strict=True):
            sheet[place] = value
        lived.append(bytes(sheet))
    believed = []
    for own in answers:
        sheet = bytearray(a_sheet(campaign))
        for number, place in enumerate(places):
            sheet[place] = own[number % len(own)]
        believed.append(bytes(sheet))
    closed = world.closed(campaign)
    with within(world.organization):
        north = CampaignUnit.objects.get(campaign=campaign, path="North")
        store = CampaignUnit.objects.get(campaign=campaign, path="North/Store 1")
        collect.store_answers(
            closed,
            {(north.id, Panel.EXECUTIVE): b"".join(believed), (store.id, Panel.FRONTLINE): b"".join(lived)},
            [],
        )
    return document_of(world, closed)


def test_different_answers_of_few_with_the_same_means_make_the_same_document(world: World) -> None:
    """Their spread is in the document as one of four classes, and nowhere else."""
    spread = few_executives(world, "Wave 1", [[1, 5, 2], [3, 3, 2], [2, 4, 2], [1, 4, 3], [3, 4, 1]])
    alike = few_executives(world, "Wave 2", [[2, 4, 2]] * 5)
    for document in (spread, alike):
        assert document["participation"]["executive"]["answered"] == 5
        assert document["headline"]["gap"]["interval"] is not None
        for varying in ("campaign", "proof", "change"):
            del document[varying]
    assert spread == alike


def test_how_alike_a_unit_answers_is_told_where_its_sd_is(world: World) -> None:
    document = document_of(world, closed_campaign(world, frontline=40))
    units = {unit["path"]: unit["frontline"] for unit in document["units"]}
    within_units = document["agreement"]["within"]
    assert within_units
    for unit in within_units:
        for name, found in unit["frontline"].items():
            assert ("rwg" in found) <= (units[unit["path"]][name].get("sd") is not None)
            assert "status" in found or (0 <= found["rwg"] <= 1 and found["ad"] >= 0)
    few = document_of(world, closed_campaign(world, frontline=8, name="Wave 2"))
    with_agreement = {unit["path"] for unit in few["agreement"]["within"]}
    assert with_agreement <= {"North", "South"}, "stores of eight show a mean only"
