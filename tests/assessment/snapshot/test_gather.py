"""What is counted while the blocks pass by is what the plain definitions count."""

from functools import partial

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assessment.disclosure.counts import Counted as CellCount
from assessment.disclosure.membership import Membership, Tree
from assessment.disclosure.thinning import Thinning
from assessment.snapshot import answered, gather
from assessment.snapshot.answered import Answered
from assessment.snapshot.gather import Counted
from assessment.stats import careless
from assessment.stats.layout import DONT_KNOW, NO_ANSWER, Column, Dimension, Kind, Layout, Panel
from assessment.stats.tally import Tally
from tests.assessment.stats.sheets import LAYOUT, sheets

pytestmark = pytest.mark.pure
UNITS = 4


def blocks(seed: int) -> list[gather.Block]:
    rng = np.random.default_rng(seed)
    return [
        (panel, unit, sheets(LAYOUT, int(rng.integers(0, 40)), seed + unit).tobytes())
        for unit in range(UNITS)
        for panel in Panel
    ]


def rows(block: bytes) -> "np.ndarray[tuple[int, int], np.dtype[np.uint8]]":
    return np.frombuffer(block, np.uint8).reshape(-1, LAYOUT.width)


def sizes(some: list[gather.Block]) -> dict[Panel, "np.ndarray[tuple[int], np.dtype[np.int64]]"]:
    found = {panel: np.zeros(UNITS, np.int64) for panel in Panel}
    for panel, unit, block in some:
        found[panel][unit] += len(block) // LAYOUT.width
    return found


def one_by_one(some: list[gather.Block], panel: Panel, screen: careless.Screen) -> set[tuple[object, ...]]:
    """(unit, background, marks, respondents, answers) from the definitions, a person at a time."""
    counted = Answered(LAYOUT, panel, np.zeros(UNITS, np.int64))
    found: dict[tuple[object, ...], np.ndarray[tuple[int], np.dtype[np.int64]]] = {}
    for whose, unit, block in some:
        if whose is not panel:
            continue
        for row, flag in zip(rows(block), screen(block), strict=True):
            told = [
                value != NO_ANSWER and (value != DONT_KNOW or column.kind is Kind.MULTI)
                for value, column in zip(row, LAYOUT.columns, strict=True)
            ]
            given = [sum(told[LAYOUT.offset(c)] for c in d.columns) for d in LAYOUT.dimensions]
            items = [len(d.columns) for d in LAYOUT.dimensions]
            scored = [2 * n >= size for n, size in zip(given, items, strict=True)]
            front = panel is Panel.FRONTLINE
            answers = [
                1,
                *(told[i] for i in counted.asked),
                *([all(scored)] * len(scored) if front else scored),
                *(n > 0 for n in given),
                *(scored if front else ()),
            ]
            key = (
                unit,
                *row[counted.background].tolist(),
                *(size - n for n, size in zip(given, items, strict=True)),
                int(flag),
            )
            found[key] = found.get(key, 0) + np.array(answers, np.int64)
    return {(*key, *numbers.tolist()) for key, numbers in found.items()}


def has_all(panel: Panel, block: bytes) -> "np.ndarray[tuple[int], np.dtype[np.bool_]]":
    """Who has every dimension; all executives count."""
    told = (rows(block) != NO_ANSWER) & (rows(block) != DONT_KNOW)
    columns = [[LAYOUT.offset(c) for c in d.columns] for d in LAYOUT.dimensions]
    each = [2 * told[:, some].sum(axis=1) >= len(some) for some in columns]
    counts: np.ndarray[tuple[int], np.dtype[np.bool_]] = np.all(each, axis=0) | (panel is Panel.EXECUTIVE)
    return counts


def written(membership: Membership) -> set[tuple[object, ...]]:
    one = membership.compact()
    table = np.column_stack([one.units, one.levels, one.marks, one.respondents, one.answered])
    return set(map(tuple, table.tolist()))


@given(st.integers(0, 10**6), st.sampled_from([1, 700, 1 << 22]), st.sampled_from([7, 1 << 16]))
@settings(max_examples=15, deadline=None)
def test_everybody_is_counted_as_the_definitions_say(seed: int, together: int, people: int) -> None:
    some = blocks(seed)
    screen = careless.Screen(LAYOUT, careless.Rule(run=0.3, distance=None), None)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(gather, "TOGETHER", together)
        patch.setattr(gather, "PEOPLE", people)
        counter = Counted(LAYOUT, screen, sizes(some))
        assert list(counter.passing(some)) == some
        memberships = counter.memberships()
        flagged = [(p, u, rows(b)[screen(b) & has_all(p, b)].tobytes()) for p, u, b in some]
        assert counter.careless() == Tally.of(LAYOUT, flagged, UNITS)
        lacking = [(p, u, rows(b)[~has_all(p, b)].tobytes()) for p, u, b in some]
        assert counter.incomplete() == Tally.of(LAYOUT, lacking, UNITS)
    for panel in Panel:
        assert written(memberships[panel]) == one_by_one(some, panel, screen)


def test_nobody_is_a_membership_too() -> None:
    found = Counted(LAYOUT, careless.Screen(LAYOUT, careless.Rule(), None), sizes([])).memberships()
    assert {len(one.units) for one in found.values()} == {0}
    assert found[Panel.FRONTLINE].questions == sum(c.kind is Kind.BACKGROUND for c in LAYOUT.columns)
    assert found[Panel.EXECUTIVE].questions == 0


def test_keys_that_do_not_fit_into_one_number_are_renumbered(monkeypatch: pytest.MonkeyPatch) -> None:
    some = blocks(1)
    screen = careless.Screen(LAYOUT, careless.Rule(), None)

    def counted() -> set[tuple[object, ...]]:
        counter = Counted(LAYOUT, screen, sizes(some))
        list(counter.passing(some))
        return written(counter.memberships()[Panel.FRONTLINE])

    expected = counted()
    monkeypatch.setattr(answered, "LARGEST", 1000)
    assert counted() == expected


def test_all_options_of_a_question_chosen_is_an_answer() -> None:
    """Eight of eight is the byte that means "don't know" elsewhere."""
    layout = Layout(
        (Column("many", Kind.MULTI, 8), Column("one", Kind.AGREE, 5)), (Dimension("d", ("one",)),)
    )
    counted = Answered(layout, Panel.FRONTLINE, np.ones(1, np.int64))
    counted.add(np.zeros(1, np.int64), np.array([[255], [3]], np.uint8), np.zeros(1, bool))
    assert counted.membership().counts("many").tolist() == [1]


@pytest.mark.parametrize("seed", range(5))
def test_of_many_people_some_are_in_rows_and_all_are_counted(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    some = blocks(seed)
    screen = careless.Screen(LAYOUT, careless.Rule(run=0.3, distance=None), None)
    tree = Tree((None,) * UNITS)

    def counted() -> dict[Panel, Membership]:
        counter = Counted(LAYOUT, screen, sizes(some))
        list(counter.passing(some))
        return counter.memberships()

    expected = counted()
    monkeypatch.setattr(answered, "EVERYBODY", 0)
    monkeypatch.setattr(answered, "THINNED", 9)
    monkeypatch.setattr(answered, "Thinning", partial(Thinning, few=2, rows=1, each=3))
    found = counted()
    assert len(found[Panel.FRONTLINE].units) < len(expected[Panel.FRONTLINE].units)
    for panel in Panel:
        assert found[panel].totals is not None
        whole, thin = (CellCount(tree, one[panel]) for one in (expected, found))
        for statistic in (None, *expected[panel].statistics):
            assert thin.of(statistic).own.tolist() == whole.of(statistic).own.tolist()
            assert thin.of(statistic).levels == whole.of(statistic).levels
            for mark in expected[panel].mark_names:
                assert thin.marked(statistic, mark) == whole.marked(statistic, mark)
