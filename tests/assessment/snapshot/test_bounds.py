"""A number that is stated as a bound cannot be had from the exact ones beside it."""

from typing import Any

import numpy as np

from surveys import collect
from surveys.instruments.codec import FieldKind
from surveys.instruments.instrument import Panel
from surveys.models import CampaignUnit
from surveys.tenancy import within
from tests.assessment.snapshot.test_protection import document_of, few_executives
from tests.world import World, a_sheet

PEOPLE = 15


def one_store_of_one_mind(world: World, answer: int = 5, name: str = "Wave 1") -> dict[str, Any]:
    """In one store everybody says the same of purpose; everywhere and everything else is mixed, nothing skipped."""
    campaign = world.open_campaign(name)
    fields = campaign.codec.fields
    rng = np.random.default_rng(5)

    def sheets(people: int, *, full: bool) -> bytes:
        found = []
        for _ in range(people):
            sheet = bytearray(a_sheet(campaign))
            for place, field in enumerate(fields):
                if field.kind is FieldKind.AGREE:
                    said = 6 - answer if field.reverse else answer
                    sheet[place] = said if full and field.dimension == "purpose" else rng.integers(1, 6)
            found.append(bytes(sheet))
        return b"".join(found)

    closed = world.closed(campaign)
    with within(world.organization):
        units = {unit.path: unit.id for unit in CampaignUnit.objects.filter(campaign=campaign)}
        stores = sorted(path for path in units if "/" in path)
        blocks = {(units[path], Panel.FRONTLINE): sheets(PEOPLE, full=path == stores[0]) for path in stores}
        blocks[units["North"], Panel.EXECUTIVE] = sheets(12, full=False)
        collect.store_answers(closed, blocks, [])
    return document_of(world, closed)


def test_a_bounded_unit_is_not_the_difference_of_its_parent_and_its_siblings(world: World) -> None:
    document = one_store_of_one_mind(world)
    means = {unit["path"]: unit["frontline"]["purpose"] for unit in document["units"]}
    bounded = [path for path, estimate in means.items() if isinstance(estimate.get("mean"), dict)]
    assert len(bounded) == 1
    parent = bounded[0].rpartition("/")[0]
    siblings = [path for path in means if path.startswith(f"{parent}/") and path != bounded[0]]
    assert isinstance(means[parent]["mean"], float)
    hidden = [path for path in siblings if means[path] == {"status": "protects_another"}]
    assert hidden
    named = [row["cell"] for row in document["withheld"] if row["reason"] == "protects_another"]
    assert {"panel": "frontline", "statistic": "purpose", "unit": hidden[0]} in named
    assert document["weighted"]["purpose"] == {"status": "nothing_to_compare"}
    # the other dimensions have no bound, so that nothing stays back there
    assert all("mean" in unit["frontline"]["rules"] for unit in document["units"])


def test_where_one_store_does_not_differ_no_spread_of_stores_is_stated(world: World) -> None:
    """Its mean is 75 and no bound, its spread stays back: the weighted interval and the ICC would tell it."""
    document = one_store_of_one_mind(world, answer=4)
    alike = [unit["frontline"]["purpose"] for unit in document["units"]]
    assert [one["mean"] for one in alike if one["sd"] is None] == [75.0]
    assert all(isinstance(one["mean"], float) for one in alike)
    weighted, between = document["weighted"], document["agreement"]["units"]
    assert isinstance(weighted["purpose"]["mean"], float)
    assert weighted["purpose"]["interval"] is None
    assert weighted["rules"]["interval"] is not None
    assert between["purpose"] == {"status": "nothing_to_compare"}
    assert "icc1" in between["rules"]


def test_where_a_store_is_a_bound_the_differences_between_stores_stay_back(world: World) -> None:
    between = one_store_of_one_mind(world)["agreement"]["units"]
    assert between["purpose"] == {"status": "nothing_to_compare"}
    assert "icc1" in between["rules"]


def test_a_bounded_share_is_not_the_difference_of_its_parent_and_its_siblings(world: World) -> None:
    """All of one store are favourable, and their mean is no bound: nothing else stays back."""
    document = one_store_of_one_mind(world, answer=4)
    shares = {unit["path"]: unit["frontline"]["purpose"].get("favourable") for unit in document["units"]}
    bounded = [path for path, share in shares.items() if isinstance(share, dict)]
    assert len(bounded) == 1
    parent = bounded[0].rpartition("/")[0]
    siblings = [path for path in shares if path.startswith(f"{parent}/") and path != bounded[0]]
    assert isinstance(shares[parent], float)
    assert [shares[path] for path in siblings] == [None]
    hidden = next(unit["frontline"] for unit in document["units"] if unit["path"] == siblings[0])
    assert isinstance(hidden["purpose"]["mean"], float)
    assert "favourable_interval" not in hidden["purpose"]
    assert isinstance(hidden["rules"]["favourable"], float)


def test_a_spread_that_is_not_stated_is_lent_to_nobody(world: World) -> None:
    """Five executives take the front line's spread; where nearly all of those said one thing it stays back."""
    rng = np.random.default_rng(2)
    mixed = [[1, 5, 2], [3, 3, 2], [2, 4, 2], [1, 4, 3], [3, 4, 1]]
    alike = few_executives(world, "Wave 1", mixed, lambda places: np.full(places, 4))
    other = few_executives(world, "Wave 2", mixed, lambda places: rng.integers(1, 6, places))
    for document, lent in ((alike, False), (other, True)):
        for found in document["items"]:
            assert (found["frontline"]["sd"] is not None) is lent
            assert (found["executive"]["interval"] is not None) is lent


def test_alpha_stays_back_where_few_answered_no_more_than_an_item(world: World) -> None:
    """Covariances are of whole sheets: beside an item's spread they would tell of the six who gave nothing else."""
    found = {}
    for more in (0, 6):
        document = with_some_who_answer_one_item(world, more)
        purpose = next(one for one in document["dimensions"] if one["id"] == "purpose")
        first, *others = [one for one in document["items"] if one["dimension"] == "purpose"]
        assert first["frontline"]["n"] == 60 + more
        assert all("sd" in one["frontline"] for one in (first, *others))
        assert purpose["frontline"]["n"] == 60
        found[more] = purpose["reliability"]["frontline"]
    assert "alpha" in found[0]
    assert found[6] == {"status": "too_few_for_distribution"}


def with_some_who_answer_one_item(world: World, some: int) -> dict[str, Any]:
    campaign = world.open_campaign(f"Wave {some}")
    purpose = [i for i, field in enumerate(campaign.codec.fields) if field.dimension == "purpose"]
    rng, sheets = np.random.default_rng(6), []
    for person in range(60 + some):
        sheet = bytearray(a_sheet(campaign))
        for place in purpose:
            sheet[place] = 0 if person >= 60 and place != purpose[0] else rng.integers(1, 6)
        sheets.append(bytes(sheet))
    closed = world.closed(campaign)
    with within(world.organization):
        store = CampaignUnit.objects.get(campaign=campaign, path="North/Store 1")
        collect.store_answers(closed, {(store.id, Panel.FRONTLINE): b"".join(sheets)}, [])
    return document_of(world, closed)
