"""A few people leave a dimension out: nothing that is told of units, levels or pairs of dimensions may be about them."""

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from assessment.disclosure.membership import Tree
from assessment.snapshot.beside import Beside
from assessment.snapshot.comparing import Comparer
from assessment.snapshot.gather import Gathered, gather_blocks, layout_of
from assessment.snapshot.priorities import Priorities
from assessment.snapshot.protecting import protect
from assessment.snapshot.within import within_units
from assessment.stats.layout import Kind, Layout, Panel
from surveys.instruments.loading import load_installed
from surveys.models import Campaign, CampaignUnit, InstrumentVersion

Sheets = NDArray[np.uint8]
LEFT_OUT = "promise"
UNITS = (60, 50, 45, 45)
FEW = (0, 70, 120)  # people whose answers are exchanged
MANY = range(0, 195, 15)


@pytest.fixture
def campaign() -> Campaign:
    instrument = load_installed("empowered-service")
    version = InstrumentVersion(identifier=instrument.id, version=1, definition=instrument.to_json())
    asked = [question.id for question in instrument.background]
    return Campaign(instrument_version=version, amounts=list(instrument.amounts), background=asked)


def drawn(layout: Layout, people: int, rng: np.random.Generator) -> Sheets:
    columns = [
        np.clip(np.rint(rng.normal(3, 1.2, people)), 1, column.options)
        if column.kind is Kind.AGREE
        else rng.integers(1, column.options + 1, people)
        for column in layout.columns
    ]
    return np.stack(columns, axis=1).astype(np.uint8)


def gathered(campaign: Campaign, change: Callable[[Sheets, Layout], None]) -> Gathered:
    layout = layout_of(campaign)
    rng = np.random.default_rng(7)
    frontline, executives = drawn(layout, sum(UNITS), rng), drawn(layout, 14, rng)
    change(frontline, layout)
    starts = np.cumsum((0, *UNITS))
    blocks = [
        (Panel.FRONTLINE, unit, frontline[start:stop].tobytes())
        for unit, (start, stop) in enumerate(pairwise(starts))
    ]
    blocks.append((Panel.EXECUTIVE, 0, executives.tobytes()))
    units = tuple(
        CampaignUnit(
            path=f"U{unit}", frontline_headcount=2 * people, executive_headcount=20 if unit == 0 else 0
        )
        for unit, people in enumerate(UNITS)
    )
    return gather_blocks(campaign, units, Tree((None,) * len(UNITS)), lambda: blocks)


def leave_out(layout: Layout, sheets: Sheets, people: Any) -> None:
    items = next(d.columns for d in layout.dimensions if d.id == LEFT_OUT)
    sheets[np.ix_(list(people), [layout.offset(item) for item in items])] = 0


def told(one: Gathered) -> dict[str, Any]:
    """What a document says of dimensions."""
    table = protect(one)
    compared = Comparer(one, table)
    beside = Beside(one, table, compared)
    units = [{"path": f"U{index}", "frontline": found, "gap": gap} for index, found, gap in compared.units()]
    return {
        "panels": {name: compared.pair(name, distribution=False) for name in compared.dimensions},
        "units": units,
        "levels": [
            compared.cut(number, question, level)
            for number, question in enumerate(one.campaign.background)
            for level in range(1, one.layout.columns[one.layout.offset(question)].options + 1)
        ],
        "headline": compared.headline(),
        "weights": {name: Priorities(one, table, compared).weight(name) for name in compared.dimensions},
        "weighted": {name: beside.weighted(name) for name in compared.dimensions},
        "careless": beside.careless(),
        "units differ": compared.agreement()["units"],
        "within": within_units(one, table, compared, units),
        "reliability": {name: compared.reliability(Panel.FRONTLINE, name) for name in compared.dimensions},
    }


def test_few_may_have_answered_anything(campaign: Campaign) -> None:
    """Their other answers are exchanged for the opposite: nothing told of dimensions changes by a digit."""

    def few(sheets: Sheets, layout: Layout) -> None:
        leave_out(layout, sheets, FEW)

    def opposite(sheets: Sheets, layout: Layout) -> None:
        for place, column in enumerate(layout.columns):
            if column.kind in {Kind.AGREE, Kind.BACKGROUND}:
                rows = list(FEW)
                sheets[rows, place] = column.options + 1 - sheets[rows, place]
        leave_out(layout, sheets, FEW)

    found = told(gathered(campaign, few))
    assert found == told(gathered(campaign, opposite))
    assert {one["frontline"]["n"] for one in found["panels"].values()} == {sum(UNITS) - len(FEW)}


def test_every_cell_has_one_number_of_people(campaign: Campaign) -> None:
    def some(sheets: Sheets, layout: Layout) -> None:
        leave_out(layout, sheets, FEW)

    found = told(gathered(campaign, some))
    for cell in [*(unit["frontline"] for unit in found["units"]), *found["levels"]]:
        assert len({estimate.get("n") for estimate in cell.values()}) == 1


def test_many_count_where_no_cell_is_told(campaign: Campaign) -> None:
    """A panel's number is of all who have the dimension where those between are enough for a distribution."""

    def many(sheets: Sheets, layout: Layout) -> None:
        leave_out(layout, sheets, MANY)

    found = told(gathered(campaign, many))
    assert found["panels"]["purpose"]["frontline"]["n"] == sum(UNITS)
    assert found["panels"][LEFT_OUT]["frontline"]["n"] == sum(UNITS) - len(MANY)
    assert sum(unit["frontline"]["purpose"]["n"] for unit in found["units"]) == sum(UNITS) - len(MANY)
