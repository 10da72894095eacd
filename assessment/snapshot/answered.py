"""Who of one panel answered what: the combinations that disclosure control looks at, and nothing else."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from assessment.disclosure.membership import Membership
from assessment.disclosure.thinning import Thinning
from assessment.disclosure.totals import Totals
from assessment.stats.layout import DONT_KNOW, NO_ANSWER, Dimension, Kind, Layout, Panel

CARELESS = "careless"
EVERYBODY = 60_000  # people of a panel up to whom each one is in a row of the membership
THINNED = 1 << 16  # people among whom the rows to keep are chosen at a time
LARGEST = 1 << 62

Rows = tuple[NDArray[np.integer], ...]
Flags = NDArray[np.bool_]
Looked = tuple[NDArray[np.int64], NDArray[np.uint8], NDArray[np.uint8], Flags]
"""Unit (n,), background answers (questions, n), marks (marks, n) and who answered what (statistics, n)."""


def anyone(dimension: Dimension) -> str:
    return f"any:{dimension.id}"


def left_out(dimension: Dimension) -> str:
    return f"left-out:{dimension.id}"


def of_panel(dimension: str) -> str:
    """The dimension over everybody of the panel who has it. In cells it is over people who have all dimensions."""
    return f"panel:{dimension}"


class Answered:
    """Who of one panel answered what, by unit, background answers and marks, a part of the panel at a time.

    Of the front line only who has every dimension counts for the dimensions: were each counted over its own people,
    the numbers of people would tell the unit and every background answer of the few who left one dimension out.

    A combination that comes in several parts stays several rows: units come whole, so that there are few. Of a
    panel of more than `EVERYBODY` people only some are kept in rows, and everybody is counted (`Thinning`, `Totals`).
    """

    def __init__(
        self, layout: Layout, panel: Panel, sizes: NDArray[np.int64], *, row_by_row: bool = False
    ) -> None:
        kinds = [column.kind for column in layout.columns]
        # executives have no background cuts; what they answered there must not split them into classes
        self.cells = panel is Panel.FRONTLINE
        self.background = [i for i, kind in enumerate(kinds) if kind is Kind.BACKGROUND and self.cells]
        self.asked = [i for i, kind in enumerate(kinds) if kind is not Kind.BACKGROUND]
        self.masks = np.array([[kind is Kind.MULTI] for kind in kinds])
        self.dimensions = [[layout.offset(column) for column in d.columns] for d in layout.dimensions]
        self.statistics = (
            *(layout.columns[i].id for i in self.asked),
            *(dimension.id for dimension in layout.dimensions),
            *(anyone(dimension) for dimension in layout.dimensions),
            *(of_panel(dimension.id) for dimension in layout.dimensions if self.cells),
        )
        self.marks = (*(left_out(dimension) for dimension in layout.dimensions), CARELESS)
        self.parts: list[Rows] = []
        self.everybody: _Everybody | None = None
        levels = [layout.columns[i].options + 1 for i in self.background]
        if not row_by_row and int(sizes.sum()) > EVERYBODY:
            self.everybody = _Everybody(len(sizes), levels, len(self.statistics), len(self.marks))
            self.thinning = Thinning(sizes, [*levels, *(2 for _ in self.marks)])
            self.waiting: list[Looked] = []

    def add(self, units: NDArray[np.int64], raw: NDArray[np.uint8], flags: Flags) -> Flags:
        """Some people of the panel: unit (n,), their bytes column by column (width, n), and who looks careless.

        Who of them counts for the dimensions in cells.
        """
        valid = (raw != NO_ANSWER) & ((raw != DONT_KNOW) | self.masks)
        given = [valid[items].sum(axis=0, dtype=np.uint8) for items in self.dimensions]
        sizes = [len(items) for items in self.dimensions]
        scored = [one >= (size + 1) // 2 for size, one in zip(sizes, given, strict=True)]
        whole: Flags = (
            np.logical_and.reduce(scored, axis=0) if self.cells and scored else np.ones(len(units), bool)
        )
        counted = [whole] * len(scored) if self.cells else scored
        own = [scored] if self.cells else []
        answered = np.concatenate([valid[self.asked], counted, [one > 0 for one in given], *own])
        left_out = [np.uint8(size) - one for size, one in zip(sizes, given, strict=True)]
        looked = (units, raw[self.background], np.stack([*left_out, flags.astype(np.uint8)]), answered)
        if self.everybody is None:
            self.parts.append(_combinations(*looked))
            return whole
        self.everybody.add(*looked)
        self.waiting.append(looked)
        if sum(len(some[0]) for some in self.waiting) >= THINNED:
            self._thin()
        return whole

    def _thin(self) -> None:
        units, levels, marks, answered = (
            np.concatenate(some, axis=-1) for some in zip(*self.waiting, strict=True)
        )
        self.waiting = []
        whole = answered[len(self.asked) : len(self.asked) + len(self.dimensions)]
        partial: Flags = np.logical_not(np.logical_and.reduce(whole, axis=0))
        kept = np.flatnonzero(self.thinning.kept(units, [*levels, *(marks != 0)], partial))
        self.parts.append(_combinations(units[kept], levels[:, kept], marks[:, kept], answered[:, kept]))

    def membership(self) -> Membership:
        if self.everybody is not None and self.waiting:
            self._thin()
        if not self.parts:
            self.parts.append(self._nobody())
        units, rows, people, totals = (
            np.concatenate(some, axis=-1) for some in zip(*self.parts, strict=True)
        )
        questions = len(self.background)
        return Membership(
            units=units,
            levels=rows[:questions].T,
            respondents=people,
            answered=totals.T,
            statistics=self.statistics,
            marks=rows[questions:].T,
            mark_names=self.marks,
            totals=None if self.everybody is None else self.everybody.totals(),
        )

    def _nobody(self) -> Rows:
        shapes = ((0,), (len(self.background) + len(self.marks), 0), (0,), (len(self.statistics), 0))
        return tuple(np.zeros(shape, np.uint8) for shape in shapes)


class _Everybody:
    """Exact numbers of everybody, by unit, background answer and mark.

    Sums of zeros and ones in single precision are exact up to 2^24, far above the people of one call.
    """

    def __init__(self, units: int, levels: Sequence[int], statistics: int, marks: int) -> None:
        self.level_sizes = levels
        self.own = np.zeros((units, 1 + statistics), np.int64)
        self.kinds = np.zeros((sum(levels) + marks, 1 + statistics), np.int64)

    def add(
        self,
        units: NDArray[np.int64],
        levels: NDArray[np.uint8],
        marks: NDArray[np.uint8],
        answered: Flags,
    ) -> None:
        people = np.ones((1 + len(answered), len(units)), np.float32)
        people[1:] = answered
        starts = np.flatnonzero(np.diff(units, prepend=-1))
        self.own[units[starts]] += np.add.reduceat(people, starts, axis=1).T.astype(np.int64)
        kinds = np.empty((len(self.kinds), len(units)), np.float32)
        at = 0
        for column, size in zip(levels, self.level_sizes, strict=True):
            np.equal(column, np.arange(size, dtype=np.uint8)[:, None], out=kinds[at : at + size])
            at += size
        np.not_equal(marks, 0, out=kinds[at:])
        self.kinds += (kinds @ people.T).astype(np.int64)

    def totals(self) -> Totals:
        most = max(self.level_sizes, default=1)
        levels = np.zeros((len(self.level_sizes), most, self.own.shape[1]), np.int64)
        at = 0
        for question, size in enumerate(self.level_sizes):
            levels[question, :size] = self.kinds[at : at + size]
            at += size
        return Totals(self.own, levels, self.kinds[at:])


def _combinations(
    units: NDArray[np.int64], levels: NDArray[np.uint8], marks: NDArray[np.uint8], answered: Flags
) -> Rows:
    """Equal people in one row. Numbers are kept as small as they fit."""
    rows = np.concatenate([levels, marks])
    order, starts = _runs([units, *rows])
    people = np.diff(np.append(starts, len(order)))
    totals = answered[:, order].view(np.uint8)
    if len(starts) < len(order):
        totals = np.add.reduceat(totals, starts, axis=1, dtype=np.min_scalar_type(people.max()))
    first = order[starts]
    return units[first].astype(np.int32), rows[:, first], people.astype(totals.dtype), totals


def _runs(keys: Sequence[NDArray[np.integer]]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """An order in which equal combinations stand together, and where each begins."""
    packed = np.zeros(len(keys[0]), np.int64)
    distinct = 1
    for key in keys:
        size = int(key.max(initial=0)) + 1
        if distinct * size > LARGEST:
            packed = np.unique(packed, return_inverse=True)[1].astype(np.int64)
            distinct = int(packed.max(initial=0)) + 1
        packed = packed * size + key
        distinct *= size
    order = np.argsort(packed, kind="stable")
    return order, np.flatnonzero(np.diff(packed[order], prepend=-1))
