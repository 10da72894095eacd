"""The simulation's own truth is in what it draws, and a campaign of it is a campaign like any other."""

import json
from io import StringIO
from typing import Any
from uuid import UUID

import numpy as np
import pytest
from django.core.management import CommandError, call_command

from assessment import simulate
from assessment.simulate import Asked, Beliefs, Simulation, Truth
from assessment.snapshot.build import build_once
from surveys import campaigns, queries
from surveys.instruments.codec import SheetCodec
from surveys.instruments.instrument import Panel
from surveys.models import Ballot, Campaign, Organization, State
from surveys.tenancy import across_all, within
from tests.world import instrument

EVEN = Beliefs(
    {"purpose": 55, "authority": 45, "rules": 50, "promise": 60}, 80, (1,) * 8, skipped=0, dont_know=0
)


def simulation(seed: int = 1) -> Simulation:
    codec = SheetCodec(instrument(), ("tenure", "contact"))
    return Simulation(instrument(), codec, instrument().amounts, np.random.default_rng(seed))


def made(**options: Any) -> dict[str, Any]:
    out = StringIO()
    call_command("simulate", json=True, stdout=out, **options)
    found: dict[str, Any] = json.loads(out.getvalue())
    return found


def campaign_of(found: dict[str, Any]) -> Campaign:
    with across_all("a test looks for its campaign"):
        return Campaign.objects.select_related("organization").get(id=UUID(found["campaign"]))


@pytest.mark.pure
@pytest.mark.parametrize(("units", "depth"), [(1, 1), (7, 3), (40, 2), (500, 4)])
def test_a_tree_has_the_size_and_depth_asked_for(units: int, depth: int) -> None:
    places = simulate.organization(3000, 9, units, depth, np.random.default_rng(1))
    assert len(places) == units + 1
    assert max(place.path.count("/") for place in places) == depth - 1
    assert len({place.path for place in places}) == len(places)
    assert sum(place.frontline for place in places) == 3000
    assert sum(place.executives for place in places) == 9
    for place in places:
        above = "" if place.parent is None else places[place.parent].path
        assert place.path.rpartition("/")[0] == above
        assert not place.frontline or place.path.count("/") == depth - 1


@pytest.mark.pure
def test_levels_without_a_unit_are_refused() -> None:
    with pytest.raises(ValueError, match="2 units in 3 levels"):
        simulate.organization(10, 3, 2, 3, np.random.default_rng(1))


@pytest.mark.pure
@pytest.mark.parametrize("chunk", [1, 70, 50_000])
def test_exactly_so_many_answer_and_every_sheet_is_legal(monkeypatch: pytest.MonkeyPatch, chunk: int) -> None:
    monkeypatch.setattr(simulate, "CHUNK", chunk)
    one, truth = simulation(), Truth()
    places = simulate.organization(300, 5, 12, 2, one.rng)
    blocks = dict(simulate.answers(one, Asked(Panel.FRONTLINE, EVEN, 200), places, truth))
    width = one.codec.width
    sheets = [block[i : i + width] for block in blocks.values() for i in range(0, len(block), width)]
    assert len(sheets) == 200
    assert truth.people == 300
    assert all(len(block) // width <= places[place].frontline for place, block in blocks.items())
    for sheet in sheets:
        one.codec.check(sheet)


@pytest.mark.pure
def test_the_truth_is_what_everybody_would_have_said() -> None:
    """Where everybody answers everything, it can be counted from the sheets."""
    one, truth = simulation(), Truth()
    places = simulate.organization(80, 0, 3, 1, one.rng)
    blocks = simulate.answers(one, Asked(Panel.FRONTLINE, EVEN, 80), places, truth)
    rows = np.frombuffer(b"".join(block for _, block in blocks), np.uint8).reshape(-1, one.codec.width)
    for dimension, mean in truth.means(instrument()).items():
        scores = []
        for place, entry in enumerate(one.codec.fields):
            if entry.dimension == dimension:
                score = 100 * (rows[:, place] - 1.0) / (entry.options - 1)
                scores.append(100 - score if entry.reverse else score)
        assert mean == pytest.approx(np.mean(scores))


@pytest.mark.pure
def test_a_seed_repeats_an_organization() -> None:
    def drawn() -> list[tuple[int, bytes]]:
        one = simulation(5)
        places = simulate.organization(60, 5, 6, 2, one.rng)
        return list(simulate.answers(one, Asked(Panel.FRONTLINE, EVEN, 40), places, Truth()))

    assert drawn() == drawn()


@pytest.mark.pure
def test_careless_people_press_one_button() -> None:
    one = simulation()
    careless = Beliefs(EVEN.levels, 80, (1,) * 8, careless=1.0)
    agree = [i for i, entry in enumerate(one.codec.fields) if entry.dimension is not None]
    rows = one.sheets(careless, 50)[:, agree]
    assert (rows == rows[:, :1]).all()


@pytest.mark.pure
def test_so_many_are_careless() -> None:
    one = simulation()
    some = Beliefs(EVEN.levels, 80, (1,) * 8, careless=0.2)
    agree = [i for i, entry in enumerate(one.codec.fields) if entry.dimension is not None]
    rows = one.sheets(some, 4000)[:, agree]
    assert (rows == rows[:, :1]).all(axis=1).mean() == pytest.approx(0.2, abs=0.025)


@pytest.mark.pure
@pytest.mark.parametrize("spread", [0.0, 8.0, 24.0])
def test_people_differ_as_much_as_asked(spread: float) -> None:
    one = simulation()
    levels = one._levels(Beliefs(EVEN.levels, 80, (1,) * 8, spread=spread, unit_spread=0), 20_000, None)
    assert np.std(levels["rules"]) == pytest.approx(spread, rel=0.03)
    apart = one._levels(
        Beliefs(EVEN.levels, 80, (1,) * 8, spread=0, unit_spread=0), 3, np.array([0, 0, spread])
    )
    assert np.ptp(apart["rules"]) == pytest.approx(spread)


@pytest.mark.django_db
def test_where_everybody_answers_everything_the_report_states_the_truth() -> None:
    everything = {"response": 1.0, "executive_response": 1.0, "skipped": 0.0, "dont_know": 0.0}
    found = made(people=300, units=6, executives=9, gap=["authority=40", "rules=-10"], seed=5, **everything)
    campaign = campaign_of(found)
    with within(campaign.organization):
        snapshot = build_once(campaign.id)
    assert snapshot is not None
    told = {one["id"]: one["gap"]["value"] for one in snapshot.document["dimensions"]}
    headline = snapshot.document["headline"]["gap"]
    assert told | {"headline": headline["value"]} == pytest.approx(found["gaps"])
    assert headline["interval"] == pytest.approx([headline["value"]] * 2), "nothing is left to estimate"


@pytest.mark.django_db
def test_a_simulated_campaign_can_be_reported() -> None:
    found = made(people=400, units=8, executives=14, gap=["authority=40", "rules=10"], seed=3)
    campaign = campaign_of(found)
    assert campaign.state == State.CLOSED
    assert campaign.organization.simulated
    assert found["responses"] == {"frontline": 280, "executive": 11}
    with within(campaign.organization):
        snapshot = build_once(campaign.id)
    assert snapshot is not None
    low, high = snapshot.document["headline"]["gap"]["interval"]
    assert low - 5 < found["gaps"]["headline"] < high + 5
    assert found["gaps"]["authority"] > found["gaps"]["rules"] + 10
    executives = [block for panel, _, block in _blocks(campaign) if panel is Panel.EXECUTIVE]
    background = len(campaign.background)
    assert all(not any(block[:background]) for block in executives)


def _blocks(campaign: Campaign) -> list[tuple[Panel, UUID, bytes]]:
    with within(campaign.organization):
        return list(queries.answer_blocks(campaign))


@pytest.mark.django_db
def test_many_blocks_are_stored_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("assessment.management.commands.simulate.STORED_TOGETHER", 1000)
    campaign = campaign_of(made(people=100, units=9, executives=5, response=1.0))
    width = campaign.codec.width
    assert sum(len(block) // width for _, _, block in _blocks(campaign)) == 104


@pytest.mark.django_db
def test_an_open_one_has_its_answers_in_the_sealed_box() -> None:
    found = made(people=40, units=4, executives=6, open=True, background=["tenure"])
    campaign = campaign_of(found)
    assert campaign.state == State.OPEN
    with within(campaign.organization):
        assert Ballot.objects.filter(campaign=campaign).count() == 28 + 5
        campaigns.ask_to_close(campaign, actor=None)
        assert campaigns.close(campaign)
    assert sum(len(block) for _, _, block in _blocks(campaign)) == 33 * campaign.codec.width


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"response": 1.5}, "response is 1.5"),
        ({"executive_spread": -1.0}, "executive_spread is -1.0"),
        ({"gap": ["courage=3"]}, "--gap courage=3"),
        ({"units": 2, "depth": 3}, "2 units in 3 levels"),
        ({"background": ["shoe-size"]}, "shoe-size"),
        ({"instrument": "no-such"}, "no-such"),
    ],
)
def test_what_makes_no_sense_is_refused_and_leaves_nothing(options: dict[str, Any], message: str) -> None:
    with pytest.raises(CommandError, match=message):
        made(**options)
    assert not Organization.objects.filter(name__startswith="Simulation").exists()
