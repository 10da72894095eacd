"""Random layouts and sheets for the tests, and the naive answers computed from rows."""

from typing import Any

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray

from assessment.stats.layout import Column, Dimension, Kind, Layout, Panel

Rows = NDArray[np.uint8]
Block = tuple[Panel, int, bytes]

LAYOUT = Layout(
    (
        Column("tenure", Kind.BACKGROUND, 4),
        Column("shift", Kind.BACKGROUND, 2),
        Column("p1", Kind.AGREE, 5, dont_know=True),
        Column("p2", Kind.AGREE, 5, reverse=True, dont_know=True),
        Column("p3", Kind.AGREE, 7, dont_know=True),
        Column("a1", Kind.AGREE, 5),
        Column("a2", Kind.AGREE, 5, reverse=True),
        Column("a3", Kind.AGREE, 5),
        Column("a4", Kind.AGREE, 5),
        Column("x1", Kind.AGREE, 4),
        Column("step", Kind.LADDER, 6),
        Column("obstacles", Kind.MULTI, 8),
        Column("soon", Kind.CHOICE, 5, dont_know=True),
    ),
    (
        Dimension("purpose", ("p1", "p2", "p3")),
        Dimension("authority", ("a1", "a2", "a3", "a4")),
        Dimension("promise", ("x1", "a1"), headline=False),
    ),
)


def sheets(layout: Layout, n: int, seed: int, *, missing: float = 0.15) -> Rows:
    """n legal sheets, answers independent and uniform."""
    rng = np.random.default_rng(seed)
    result = np.zeros((n, layout.width), dtype=np.uint8)
    for position, column in enumerate(layout.columns):
        top = (1 << column.options) - 1 if column.kind is Kind.MULTI else column.options
        values = rng.integers(1, top + 1, n)
        if column.dont_know:
            values[rng.random(n) < missing] = 255
        values[rng.random(n) < missing] = 0
        result[:, position] = values
    return result


@st.composite
def blocks(draw: Any, units: int = 3, most: int = 40) -> list[Block]:
    """Blocks of `LAYOUT` in any order, some empty, units repeated."""
    shape = st.tuples(st.sampled_from(list(Panel)), st.integers(0, units - 1), st.integers(0, most))
    seed = draw(st.integers(0, 2**32 - 1))
    drawn = draw(st.lists(shape, max_size=6))
    return [(panel, unit, sheets(LAYOUT, n, seed + i).tobytes()) for i, (panel, unit, n) in enumerate(drawn)]


def rows_of(some: list[Block], panel: Panel, units: set[int] | None = None) -> Rows:
    joined = b"".join(block for one, unit, block in some if one is panel and (units is None or unit in units))
    return np.frombuffer(joined, dtype=np.uint8).reshape(-1, LAYOUT.width)


def item_scores(rows: Rows, name: str, layout: Layout = LAYOUT) -> NDArray[np.float64]:
    """Scores 0..100 of every row, NaN where there is none."""
    position = layout.offset(name)
    column = layout.columns[position]
    raw = rows[:, position].astype(float)
    raw[(raw == 0) | (raw == 255)] = np.nan
    score = 100 * (raw - 1) / (column.options - 1)
    return 100 - score if column.reverse else score


def dimension_scores(rows: Rows, name: str, layout: Layout = LAYOUT) -> NDArray[np.float64]:
    dimension = next(d for d in layout.dimensions if d.id == name)
    items = np.array([item_scores(rows, column, layout) for column in dimension.columns])
    answered = (~np.isnan(items)).sum(axis=0)
    total = np.nansum(items, axis=0)
    enough = 2 * answered >= len(dimension.columns)
    return np.where(enough, total / np.maximum(answered, 1), np.nan)
