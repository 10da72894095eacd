"""The one pass over the sheets: bytes in, whole-number sums out.

Sheets are turned column-major a chunk at a time, checked, and up to three columns become one joint code,
so that a single `numpy.bincount` counts several of them; the marginal counts are taken at the end of a
batch. Joint codes of a person's dimension scores ride in the same count. A background cut is the same
count once more with the person's level in front.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assessment.stats.layout import Kind
from assessment.stats.plan import Group, Ints, Plan

Bytes = NDArray[np.uint8]
Places = NDArray[np.intp]

CHUNK = 8192  # sheets: the joint codes of a chunk stay in the second-level cache
BATCH = 64  # runs whose joint counts wait to be reduced together
EXACT_FLOAT32 = 1 << 24

Person = tuple[NDArray[np.uint8], NDArray[np.uint16]]  # number answered and keyed sum, one each a sheet
Run = tuple[int, int, int]  # unit, first row, row after the last


@dataclass(frozen=True)
class DimensionSums:
    """Over people who answered every item of a dimension: how many, sums, and sums of products."""

    n: int
    sums: Ints
    products: Ints


@dataclass(frozen=True)
class Chunk:
    """Sheets of one panel, and which rows belong to which unit."""

    sheets: Bytes
    runs: tuple[Run, ...]


def chunks(blocks: Iterable[tuple[int, bytes]], width: int, units: int) -> Iterator[Chunk]:
    """Cut large blocks and gather small ones, so that work is done on about `CHUNK` rows at a time.

    Raises
    ------
    ValueError
        Where a block is not a whole number of sheets or its unit is outside 0..units - 1.
    """
    waiting: list[Bytes] = []
    runs: list[Run] = []
    rows = 0
    for unit, block in blocks:
        if not 0 <= unit < units:
            raise ValueError(f"There is no unit {unit}: the tally has {units}.")
        if len(block) % width:
            raise ValueError(f"A block of {len(block)} bytes is not a whole number of sheets of {width}.")
        sheets = np.frombuffer(block, dtype=np.uint8).reshape(-1, width)
        for start in range(0, len(sheets), CHUNK):
            part = sheets[start : start + CHUNK]
            waiting.append(part)
            runs.append((unit, rows, rows + len(part)))
            rows += len(part)
            if rows >= CHUNK:
                yield _gathered(waiting, runs)
                waiting, runs, rows = [], [], 0
    if rows:
        yield _gathered(waiting, runs)


def _gathered(parts: list[Bytes], runs: list[Run]) -> Chunk:
    return Chunk(parts[0] if len(parts) == 1 else np.concatenate(parts), tuple(runs))


class Counter:
    """Counts of one panel, filled a chunk at a time. Memory does not grow with the number of sheets."""

    def __init__(self, plan: Plan, units: int) -> None:
        self.plan = plan
        columns = plan.layout.columns
        multi = np.array([c.kind is Kind.MULTI for c in columns], dtype=bool)
        options = np.array([c.options for c in columns], dtype=np.int64)
        self._multi = multi
        self._top = np.where(multi, (1 << np.minimum(options, 8)) - 1, options + 1).astype(np.uint8)[:, None]
        self._groups = sorted(
            plan.groups, key=lambda group: columns[group.columns[0]].kind is not Kind.BACKGROUND
        )
        sizes = [group.cells for group in self._groups] + [d.codes for d in plan.dimensions]
        self._starts = np.concatenate([[0], np.cumsum(sizes)]).astype(np.intp)
        own = sum(columns[group.columns[0]].kind is Kind.BACKGROUND for group in self._groups)
        self._first_cut = own  # joint codes before this one hold background columns only
        self.respondents = np.zeros(units, dtype=np.int64)
        self.counts = np.zeros((units, plan.places[-1]), dtype=np.int32)
        self.scores = np.zeros((units, plan.score_places[-1]), dtype=np.int32)
        self._cuts = np.zeros((plan.level_places[-1], self._starts[-1] - self._starts[own]), dtype=np.int64)
        self.products = [_Products(len(d.columns)) for d in plan.dimensions]
        self.pair_counts = [_pair_cells(plan, a, b) for a, b in plan.pairs]
        self.pair_sums = [_pair_cells(plan, a, b) for a, b in plan.pairs]
        self._waiting = np.zeros((BATCH, self._starts[-1]), dtype=np.int64)
        self._waiting_units: list[int] = []

    def add(self, chunk: Chunk) -> None:
        raw = np.ascontiguousarray(chunk.sheets.T)
        codes = self._checked(raw)
        joint = np.empty((len(self._starts) - 1, raw.shape[1]), dtype=np.intp)
        for row, group in enumerate(self._groups):
            _join(codes, group, joint[row])
        self._score(codes, joint[len(self._groups) :])
        joint += self._starts[:-1, None]
        for unit, start, stop in chunk.runs:
            self.respondents[unit] += stop - start
            if len(self._waiting_units) == BATCH:
                self._reduce()
            self._waiting[len(self._waiting_units)] = np.bincount(
                joint[:, start:stop].ravel(), minlength=self._starts[-1]
            )
            self._waiting_units.append(unit)
        self._cut(codes, joint)

    def finish(self) -> tuple[Ints, Ints]:
        """Reduce what is waiting; the counts and scores of the cuts, a row a level."""
        self._reduce()
        full = np.zeros((len(self._cuts), self._starts[-1]), dtype=np.int64)
        full[:, self._starts[self._first_cut] :] = self._cuts
        return self._marginal_counts(full), self._marginal_scores(full)

    def _checked(self, raw: Bytes) -> Bytes:
        """Codes 0 none, 1..m, m + 1 don't know; `multi` keeps its mask. ValueError for an illegal byte."""
        shifted = np.where(self._multi[:, None], raw, raw + np.uint8(1))  # 255 wraps to 0
        illegal = shifted.max(axis=1, initial=0) > self._top[:, 0]
        for position, column in enumerate(self.plan.layout.columns):
            if not illegal[position] and not column.dont_know and column.kind is not Kind.MULTI:
                illegal[position] = raw[position].max(initial=0) > column.options
            if illegal[position]:
                raise ValueError(f"A sheet holds a value that column {column.id!r} does not have.")
        codes: Bytes = np.minimum(raw, self._top)
        return codes

    def _score(self, codes: Bytes, joint: Places) -> None:
        people: list[Person] = []
        for number, dimension in enumerate(self.plan.dimensions):
            answered = np.zeros(codes.shape[1], dtype=np.uint8)
            keyed = np.empty((len(dimension.columns), codes.shape[1]), dtype=np.uint16)
            for row, position in enumerate(dimension.columns):
                column = self.plan.layout.columns[position]
                value = codes[position] - np.uint8(1)  # none wraps to 255, don't know is m
                present = value < column.options
                if column.reverse:
                    value = np.uint8(column.options - 1) - value
                np.multiply(value, present, out=keyed[row], dtype=np.uint16)
                if dimension.factors[row] != 1:
                    keyed[row] *= np.uint16(dimension.factors[row])
                answered += present
            total = keyed.sum(axis=0, dtype=np.uint16)
            np.multiply(answered, dimension.top + 1, out=joint[number], dtype=np.intp)
            joint[number] += total
            self.products[number].add(keyed, answered == len(dimension.columns), dimension.unit)
            people.append((answered, total))
        for pair, (a, b) in enumerate(self.plan.pairs):
            self._pair(pair, people[a], people[b])

    def _pair(self, pair: int, a: Person, b: Person) -> None:
        """People with both scores, and the sum of b's sums: by (answered a, sum a, answered b)."""
        first, second = (self.plan.dimensions[number] for number in self.plan.pairs[pair])
        (answered_a, sum_a), (answered_b, weight) = a, b
        both = (answered_a >= first.least) & (answered_b >= second.least)
        place = (answered_a - np.uint8(first.least)).astype(np.intp)  # wraps where `both` is false
        place = (place * (first.top + 1) + sum_a) * second.levels + (answered_b - np.uint8(second.least))
        if not both.all():
            place, weight = place[both], weight[both]
        size = self.pair_counts[pair].size
        shape = self.pair_counts[pair].shape
        self.pair_counts[pair] += np.bincount(place, minlength=size).reshape(shape)
        sums = np.bincount(place, weights=weight, minlength=size)  # whole numbers under 2^53: exact
        self.pair_sums[pair] += sums.astype(np.int64).reshape(shape)

    def _cut(self, codes: Bytes, joint: Places) -> None:
        first = self._starts[self._first_cut]
        width = int(self._starts[-1] - first)
        part = joint[self._first_cut :] - first
        for number, position in enumerate(self.plan.background):
            start, stop = self.plan.level_places[number : number + 2]
            place = part + codes[position].astype(np.intp) * width
            self._cuts[start:stop] += np.bincount(place.ravel(), minlength=(stop - start) * width).reshape(
                -1, width
            )

    def _reduce(self) -> None:
        waiting = self._waiting[: len(self._waiting_units)]
        units = np.array(self._waiting_units, dtype=np.intp)
        np.add.at(self.counts, units, self._marginal_counts(waiting).astype(np.int32))
        np.add.at(self.scores, units, self._marginal_scores(waiting).astype(np.int32))
        self._waiting_units = []

    def _marginal_counts(self, joint: Ints) -> Ints:
        result = np.zeros((len(joint), self.plan.places[-1]), dtype=np.int64)
        for number, group in enumerate(self._groups):
            cells = joint[:, self._starts[number] : self._starts[number + 1]]
            if group.multi:
                result[:, self.plan.column_slice(group.columns[0])] = _bits(cells)
                continue
            shaped = cells.reshape(len(joint), *group.sizes)
            for axis, position in enumerate(group.columns, start=1):
                others = tuple(i for i in range(1, shaped.ndim) if i != axis)
                result[:, self.plan.column_slice(position)] = shaped.sum(axis=others)
        return result

    def _marginal_scores(self, joint: Ints) -> Ints:
        starts = self._starts[len(self._groups) : -1]
        kept = [d.kept + start for d, start in zip(self.plan.dimensions, starts, strict=True)]
        return joint[:, np.concatenate(kept)] if kept else np.zeros((len(joint), 0), dtype=np.int64)


class _Products:
    """Growing sums for `DimensionSums`; products in floats that hold them exactly."""

    def __init__(self, items: int) -> None:
        self.n = 0
        self.sums = np.zeros(items, dtype=np.int64)
        self.products = np.zeros((items, items), dtype=np.int64)

    def add(self, keyed: NDArray[np.uint16], complete: NDArray[np.bool_], top: int) -> None:
        self.n += int(np.count_nonzero(complete))
        exact = keyed.shape[1] * top * top < EXACT_FLOAT32
        values = np.multiply(keyed, complete, dtype=np.float32 if exact else np.float64)
        self.sums += values.sum(axis=1, dtype=np.float64).astype(np.int64)
        for i, first in enumerate(values):  # a matrix product would wake BLAS threads, which wait by spinning
            for j in range(i, len(values)):
                self.products[i, j] += int(first @ values[j])

    def frozen(self) -> DimensionSums:
        upper = np.triu(self.products)
        return DimensionSums(self.n, self.sums, upper + np.triu(upper, 1).T)


def _join(codes: Bytes, group: Group, out: Places) -> None:
    joint = codes[group.columns[0]].astype(np.uint16)
    for position, size in zip(group.columns[1:], group.sizes[1:], strict=True):
        joint *= np.uint16(size)
        joint += codes[position]
    out[:] = joint


def _bits(cells: Ints) -> Ints:
    """From counts of bit masks: none, each bit, and the number who answered."""
    masks = np.arange(cells.shape[1])
    bits = (masks[:, None] >> np.arange(int(cells.shape[1]).bit_length() - 1)) & 1
    none = cells[:, :1]
    return np.hstack([none, cells @ bits, cells.sum(axis=1, keepdims=True) - none])


def _pair_cells(plan: Plan, a: int, b: int) -> Ints:
    first, second = plan.dimensions[a], plan.dimensions[b]
    return np.zeros((first.levels, first.top + 1, second.levels), dtype=np.int64)
