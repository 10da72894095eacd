import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from assessment.stats import counting
from assessment.stats.layout import Column, Dimension, Kind, Layout, Panel
from assessment.stats.sample import Sample
from assessment.stats.tally import Tally
from tests.assessment.stats.sheets import (
    LAYOUT,
    Block,
    Rows,
    blocks,
    dimension_scores,
    item_scores,
    rows_of,
    sheets,
)

pytestmark = pytest.mark.pure

UNITS = 3
SCORED = [c.id for c in LAYOUT.columns if c.kind is Kind.AGREE] + [d.id for d in LAYOUT.dimensions]


def scores(rows: Rows, name: str) -> NDArray[np.float64]:
    known = {d.id for d in LAYOUT.dimensions}
    found = dimension_scores(rows, name) if name in known else item_scores(rows, name)
    return found[~np.isnan(found)]


def same(sample: Sample, expected: NDArray[np.float64]) -> None:
    assert sample.n == len(expected) == sum(sample.counts)
    rounded = np.round(expected, 9)
    assert sample.favourable == (rounded > 50).sum()
    assert sample.neutral == (rounded == 50).sum()
    assert sample.unfavourable == (rounded < 50).sum()
    if len(expected):
        assert sample.mean == pytest.approx(expected.mean(), rel=1e-12)
    else:
        assert sample.mean is None
    if len(expected) > 1:
        assert sample.sd == pytest.approx(expected.std(ddof=1), rel=1e-10, abs=1e-10)
    else:
        assert sample.sd is None


@given(blocks(), blocks())
@settings(max_examples=25, deadline=None)
def test_tallies_add(a: list[Block], b: list[Block]) -> None:
    both = Tally.of(LAYOUT, a, UNITS) + Tally.of(LAYOUT, b, UNITS)
    assert both == Tally.of(LAYOUT, a + b, UNITS)
    assert both == Tally.of(LAYOUT, b, UNITS) + Tally.of(LAYOUT, a, UNITS)


@given(blocks())
@settings(max_examples=25, deadline=None)
def test_samples_equal_those_from_rows(some: list[Block]) -> None:
    tally = Tally.of(LAYOUT, some, UNITS)
    for panel in Panel:
        for name in SCORED:
            same(tally.sample(panel, name), scores(rows_of(some, panel), name))
            same(tally.sample(panel, name, [0, 2]), scores(rows_of(some, panel, {0, 2}), name))


@given(blocks())
@settings(max_examples=20, deadline=None)
def test_cuts_equal_those_from_rows(some: list[Block]) -> None:
    tally = Tally.of(LAYOUT, some, UNITS)
    for panel in Panel:
        rows = rows_of(some, panel)
        for position, levels in ((0, 4), (1, 2)):
            for level in range(levels + 1):
                part = rows[rows[:, position] == level]
                for name in SCORED:
                    same(tally.cut(panel, LAYOUT.columns[position].id, level, name), scores(part, name))
                chosen = tally.cut_options(panel, LAYOUT.columns[position].id, level, "soon")
                assert chosen.counts == tuple((part[:, -1] == option).sum() for option in range(1, 6))


@given(blocks())
@settings(max_examples=20, deadline=None)
def test_options_dont_know_and_none_are_counted_apart(some: list[Block]) -> None:
    tally = Tally.of(LAYOUT, some, UNITS)
    for panel in Panel:
        rows = rows_of(some, panel)
        multi, soon, item = rows[:, -2], rows[:, -1], tally.sample(panel, "p1")
        found = tally.options(panel, "obstacles")
        assert found.counts == tuple(int(((multi >> bit) & 1).sum()) for bit in range(8))
        assert (found.answered, found.unanswered) == ((multi > 0).sum(), (multi == 0).sum())
        found = tally.options(panel, "soon")
        assert found.counts == tuple((soon == option).sum() for option in range(1, 6))
        assert (found.dont_know, found.unanswered) == ((soon == 255).sum(), (soon == 0).sum())
        assert item.dont_know == (rows[:, 2] == 255).sum()
        assert item.n + item.dont_know + item.unanswered == len(rows) == tally.respondents(panel).sum()


@given(blocks(most=60))
@settings(max_examples=20, deadline=None)
def test_covariances_equal_those_from_rows(some: list[Block]) -> None:
    tally = Tally.of(LAYOUT, some, UNITS)
    for panel in Panel:
        rows = rows_of(some, panel)
        for dimension in LAYOUT.dimensions:
            items = np.array([item_scores(rows, column) for column in dimension.columns])
            complete = items[:, ~np.isnan(items).any(axis=0)]
            n, covariance = tally.covariance(panel, dimension.id)
            assert n == complete.shape[1]
            if n > 1:
                np.testing.assert_allclose(covariance, np.cov(complete), rtol=1e-10, atol=1e-9)
            else:
                assert not covariance.any()


@given(blocks(most=60))
@settings(max_examples=20, deadline=None)
def test_joint_headline_equals_that_from_rows(some: list[Block]) -> None:
    tally = Tally.of(LAYOUT, some, UNITS)
    for panel in Panel:
        rows = rows_of(some, panel)
        a, b = dimension_scores(rows, "purpose"), dimension_scores(rows, "authority")
        both = ~np.isnan(a) & ~np.isnan(b)
        joint = tally.joint(panel)
        assert joint.dimensions == ("purpose", "authority")
        assert joint.both[0, 1] == joint.both[1, 0] == both.sum()
        assert joint.n.tolist() == [(~np.isnan(a)).sum(), (~np.isnan(b)).sum()]
        if both.sum() > 1:
            expected = np.cov(a[both], b[both])[0, 1]
            assert joint.covariance[0, 1] == pytest.approx(expected, rel=1e-9, abs=1e-8)


@given(blocks())
@settings(max_examples=20, deadline=None)
def test_unit_sums_equal_the_samples(some: list[Block]) -> None:
    tally = Tally.of(LAYOUT, some, UNITS)
    for name in ("p3", "authority"):
        sums = tally.unit_sums(Panel.FRONTLINE, name)
        for unit in range(UNITS):
            sample = tally.sample(Panel.FRONTLINE, name, [unit])
            assert sums.n[unit] == sample.n
            assert sums.total[unit] == pytest.approx((sample.mean or 0) * sample.n)
            assert sums.squares[unit] == pytest.approx((sample.sd or 0) ** 2 * max(sample.n - 1, 0), abs=1e-6)


@given(blocks(units=6), st.permutations(range(6)))
@settings(max_examples=20, deadline=None)
def test_units_roll_up(some: list[Block], names: list[int]) -> None:
    # 0 > (1 > 3, 2), 4 > 5, with the units named in any order
    tree = {0: None, 1: 0, 2: 0, 3: 1, 4: None, 5: 4}
    below = {0: {0, 1, 2, 3}, 1: {1, 3}, 2: {2}, 3: {3}, 4: {4, 5}, 5: {5}}
    parent: list[int | None] = [None] * 6
    for unit, above in tree.items():
        parent[names[unit]] = None if above is None else names[above]
    tally = Tally.of(LAYOUT, some, 6)
    rolled = tally.rolled_up(parent)
    for unit, members in below.items():
        inside = [names[member] for member in members]
        for name in ("a2", "purpose"):
            expected = tally.sample(Panel.FRONTLINE, name, inside)
            assert rolled.sample(Panel.FRONTLINE, name, [names[unit]]) == expected
    assert rolled.sample(Panel.FRONTLINE, "purpose") == tally.sample(Panel.FRONTLINE, "purpose")
    assert rolled.joint(Panel.FRONTLINE).n.tolist() == tally.joint(Panel.FRONTLINE).n.tolist()


@given(blocks())
@settings(max_examples=10, deadline=None)
def test_merged_units_are_units_counted_together(some: list[Block]) -> None:
    moved = [(panel, [1, 0, 1][unit], block) for panel, unit, block in some]
    assert Tally.of(LAYOUT, some, UNITS).merged([1, 0, 1], 2) == Tally.of(LAYOUT, moved, 2)


def test_how_the_sheets_are_cut_makes_no_difference(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = sheets(LAYOUT, 500, 7)
    whole = Tally.of(LAYOUT, [(Panel.FRONTLINE, 0, rows.tobytes())], UNITS)
    monkeypatch.setattr(counting, "CHUNK", 7)
    monkeypatch.setattr(counting, "BATCH", 3)
    pieces = [(Panel.FRONTLINE, 0, row.tobytes()) for row in np.random.default_rng(1).permutation(rows)]
    assert Tally.of(LAYOUT, pieces, UNITS) == whole
    assert Tally.of(LAYOUT, [(Panel.FRONTLINE, 0, rows.tobytes())], UNITS) == whole


@pytest.mark.parametrize("parent", [[None, 0], [1, 0, None], [0, None, None], [None, 3, 0], [None, -1, 0]])
def test_a_tree_that_is_none_is_refused(parent: list[int | None]) -> None:
    with pytest.raises(ValueError):
        Tally.of(LAYOUT, [], UNITS).rolled_up(parent)


def test_a_rolled_up_tally_is_not_rolled_up_again() -> None:
    tally = Tally.of(LAYOUT, [], UNITS).rolled_up([None, 0, 0])
    with pytest.raises(ValueError, match="already"):
        tally.rolled_up([None, 0, 0])


@pytest.mark.parametrize(
    ("column", "value"), [("tenure", 5), ("tenure", 255), ("p1", 6), ("p1", 254), ("a1", 255), ("step", 7)]
)
def test_an_illegal_byte_is_refused(column: str, value: int) -> None:
    rows = sheets(LAYOUT, 9, 1)
    rows[4, LAYOUT.offset(column)] = value
    with pytest.raises(ValueError, match=column):
        Tally.of(LAYOUT, [(Panel.FRONTLINE, 0, rows.tobytes())], 1)


def test_an_illegal_bit_mask_is_refused() -> None:
    layout = Layout((Column("m", Kind.MULTI, 3),), ())
    assert Tally.of(layout, [(Panel.FRONTLINE, 0, b"\x07")], 1).options(Panel.FRONTLINE, "m").counts == (
        1,
        1,
        1,
    )
    with pytest.raises(ValueError, match="'m'"):
        Tally.of(layout, [(Panel.FRONTLINE, 0, b"\x08")], 1)


@pytest.mark.parametrize(("unit", "block"), [(1, b""), (-1, b""), (0, b"\x01")])
def test_a_block_that_does_not_fit_is_refused(unit: int, block: bytes) -> None:
    with pytest.raises(ValueError):
        Tally.of(LAYOUT, [(Panel.FRONTLINE, unit, block)], 1)


@pytest.mark.parametrize(
    "layout",
    [
        Layout((Column("a", Kind.AGREE, 1),), ()),
        Layout((Column("a", Kind.MULTI, 9),), ()),
        Layout((Column("a", Kind.MULTI, 3, dont_know=True),), ()),
        Layout((Column("a", Kind.CHOICE, 254),), ()),
        Layout((Column("a", Kind.AGREE, 5), Column("a", Kind.AGREE, 5)), ()),
        Layout((Column("a", Kind.AGREE, 5),), (Dimension("a", ("a",)),)),
        Layout((Column("a", Kind.CHOICE, 5),), (Dimension("d", ("a",)),)),
        Layout((Column("a", Kind.AGREE, 5),), (Dimension("d", ()),)),
        Layout((Column("a", Kind.AGREE, 5),), (Dimension("d", ("a", "a")),)),
        Layout((Column("a", Kind.AGREE, 5),), (Dimension("d", ("b",)),)),
    ],
)
def test_a_layout_that_cannot_be_counted_is_refused(layout: Layout) -> None:
    with pytest.raises(ValueError):
        Tally.of(layout, [], 1)


def test_unknown_names_are_refused() -> None:
    tally = Tally.of(LAYOUT, [], 1)
    for call in (
        lambda: tally.sample(Panel.FRONTLINE, "nothing"),
        lambda: tally.sample(Panel.FRONTLINE, "soon"),
        lambda: tally.cut(Panel.FRONTLINE, "p1", 1, "p1"),
        lambda: tally.cut(Panel.FRONTLINE, "shift", 3, "p1"),
        lambda: tally.covariance(Panel.FRONTLINE, "p1"),
        lambda: tally.options(Panel.FRONTLINE, "purpose"),
    ):
        with pytest.raises(ValueError):
            call()


def test_different_layouts_or_units_do_not_add() -> None:
    tally = Tally.of(LAYOUT, [], 2)
    for other in (
        Tally.of(LAYOUT, [], 3),
        Tally.of(Layout(LAYOUT.columns, ()), [], 2),
        tally.rolled_up([None, 0]),
    ):
        with pytest.raises(ValueError):
            _ = tally + other


def test_equal_sheets_do_not_vary_by_rounding() -> None:
    for seed in range(20):
        rows = np.repeat(sheets(LAYOUT, 1, seed, missing=0), 103, axis=0)
        tally = Tally.of(LAYOUT, [(panel, 1, rows.tobytes()) for panel in Panel], UNITS)
        assert not tally.joint(Panel.EXECUTIVE).covariance.any()
        for name in SCORED:
            assert tally.sample(Panel.FRONTLINE, name).sd == 0.0
            assert not tally.unit_sums(Panel.FRONTLINE, name).squares.any()


def test_a_dimension_on_which_nobody_differs_varies_with_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Tally, "_pair_covariance", lambda *_: 1e-28)  # what rounding may leave
    rows = np.repeat(sheets(LAYOUT, 1, 1, missing=0), 9, axis=0)
    tally = Tally.of(LAYOUT, [(Panel.EXECUTIVE, 1, rows.tobytes())], UNITS)
    assert not tally.joint(Panel.EXECUTIVE).covariance.any()


def test_what_was_added_can_be_taken_away() -> None:
    first, second = sheets(LAYOUT, 60, 3).tobytes(), sheets(LAYOUT, 40, 4).tobytes()
    some, others = [(Panel.FRONTLINE, 0, first)], [(Panel.FRONTLINE, 1, second), (Panel.EXECUTIVE, 0, second)]
    both = Tally.of(LAYOUT, [*some, *others], 2)
    assert both - Tally.of(LAYOUT, others, 2) == Tally.of(LAYOUT, some, 2)
    with pytest.raises(ValueError):
        both - Tally.of(LAYOUT, some, 3)
