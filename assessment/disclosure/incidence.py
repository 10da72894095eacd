"""The auditor's own view of a release: which people every published number is a sum over."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from assessment.disclosure.cells import Chosen
from assessment.disclosure.counts import CellCounts
from assessment.disclosure.membership import Ints, Membership, Tree

Longs = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Incidence:
    """Published sums (rows) over classes of people who look the same to all of them (columns).

    Parameters
    ----------
    rows : sparse array, shape (p, c)
        Coefficient of each class in each published sum; 0/1 for cells, any real number is allowed.
    people : int array, shape (c,)
        People in each class.
    nested : bool array, shape (p,)
        A hint that these rows are sets nested in one another. The auditor checks it; a wrong hint
        costs time, never safety.
    class_of : int array, shape (r,), optional
        The class of each row of the memberships, all publications one after the other; -1 where a row has
        no people in `people`.
    """

    rows: sparse.csr_array
    people: NDArray[np.int64]
    nested: NDArray[np.bool_]
    class_of: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, np.int64))

    def __post_init__(self) -> None:
        if self.rows.shape != (len(self.nested), len(self.people)):
            raise ValueError("rows, people and nested do not fit together.")
        if self.people.size and int(self.people.min()) < 0:
            raise ValueError("A class cannot have a negative number of people.")

    def people_of(self, counts: NDArray[np.int64]) -> NDArray[np.int64]:
        """People in each class, of other counts by row: of a statistic that some did not answer.

        ValueError where a row has people now that had none before: it may belong to no class.
        """
        if ((self.class_of < 0) & (counts > 0)).any():
            raise ValueError("A row without a class has people.")
        found = np.bincount(self.class_of + 1, weights=counts, minlength=len(self.people) + 1)
        return np.rint(found[1:]).astype(np.int64)


@dataclass(frozen=True, eq=False)
class Publication:
    """One release of a campaign: the people new in it (none of an earlier one), and what it published.

    A publication's cells are sums over its own people and those of all publications before it.

    Parameters
    ----------
    added : Membership
    counts : int array, shape (c,)
        People of each row of `added` who count for the statistic.
    chosen : Chosen
        The published cells.
    extras : tuple of int arrays, each of shape (c,)
        Further published sums over the people of this publication, with a coefficient a row: the sum
        over a marked group, say.
    outside : bool array, shape (c,), optional
        Rows whose people are in none of the cells, only in the extras.
    """

    added: Membership
    counts: NDArray[np.int64]
    chosen: Chosen
    extras: tuple[NDArray[np.int64], ...] = ()
    outside: NDArray[np.bool_] | None = None


Name = tuple[str, int, int]

OUTSIDE = -2


class _Row(NamedTuple):
    """A published sum over the people of the publications first..latest."""

    name: Name
    first: int
    latest: int


def incidence(tree: Tree, publications: Sequence[Publication]) -> Incidence:
    """Rows and classes of one statistic over a sequence of releases, the oldest first.

    A cell that was published before enters as the sum over the people added since: the difference of
    two published numbers spans the same space and keeps the rows nested. Units are expanded by walking
    up the parents, so that nothing of the planner's bookkeeping is trusted.
    """
    seen: dict[Name, int] = {}
    rows: list[_Row] = []
    for latest, publication in enumerate(publications):
        for name in _names(publication.chosen):
            rows.append(_Row(name, seen.get(name, 0), latest))
            seen[name] = latest + 1
        rows.extend(_Row(("extra", number, 0), latest, latest) for number in range(len(publication.extras)))
    entries: list[_Entries] = []
    people: list[Longs] = []
    class_of: list[Longs] = []
    classes = 0
    for batch, publication in enumerate(publications):
        valid = {row.name: at for at, row in enumerate(rows) if row.first <= batch <= row.latest}
        block = _Block(tree, publication, seen)
        found = block.entries(valid)
        entries.append(_Entries(found.rows, found.columns + classes, found.values))
        people.append(block.people)
        class_of.append(np.where(block.class_of < 0, -1, block.class_of + classes))
        classes += len(block.people)
    row, column, value = (np.concatenate(parts) for parts in zip(*entries, strict=True))
    table = sparse.csr_array((value, (row, column)), shape=(len(rows), classes))
    nested = np.array([name[0] in {"organization", "unit"} for name, _, _ in rows], dtype=bool)
    return Incidence(table, np.concatenate(people), nested, np.concatenate(class_of))


def most_rank(tree: Tree, counted: CellCounts, chosen: Chosen, extras: int = 0) -> int:
    """A bound from above on the rank of one release: its regions with people, its levels and extras.

    Of a question whose published levels hold everybody one level depends on the others and the
    organization.
    """
    marked = np.zeros(len(tree), bool)
    marked[list(chosen.units)] = True
    regions = len(np.unique(tree.nearest(marked)[counted.own > 0]))
    rank = regions + len(chosen.levels) + extras
    for question in {question for question, _ in chosen.levels}:
        shown = sum(counted.levels.get(pair, 0) for pair in chosen.levels if pair[0] == question)
        rank -= shown == counted.organization
    return rank


class _Entries(NamedTuple):
    rows: Longs
    columns: Longs
    values: Floats


def _names(chosen: Chosen) -> list[Name]:
    organization: list[Name] = [("organization", 0, 0)] if chosen.organization else []
    return [
        *organization,
        *(("unit", unit, 0) for unit in sorted(chosen.units)),
        *(("level", *pair) for pair in sorted(chosen.levels)),
    ]


class _Block:
    """The people of one publication, merged where no published sum tells them apart."""

    def __init__(self, tree: Tree, publication: Publication, names: Collection[Name]) -> None:
        present = np.flatnonzero(publication.counts)
        self.parents = np.array([-1 if parent is None else parent for parent in tree.parents], np.int64)
        self.published = np.zeros(len(tree), bool)
        self.published[[unit for kind, unit, _ in names if kind == "unit"]] = True
        unit = np.full(len(present), -1)
        if self.published.any():
            unit = self._nearest()[publication.added.units[present]]
        levels = _shown_levels(publication.added.levels, present, names)
        if publication.outside is not None:
            outside = publication.outside[present]
            unit[outside] = OUTSIDE
            levels = {question: np.where(outside, 0, column) for question, column in levels.items()}
        extras = [extra[present] for extra in publication.extras]
        first, place, self.people = _merge([unit, *levels.values(), *extras], publication.counts[present])
        self.class_of = np.full(len(publication.counts), -1, np.int64)
        self.class_of[present] = place
        self.unit = unit[first]
        self.levels = {question: column[first] for question, column in levels.items()}
        self.extras = [extra[first] for extra in extras]

    def _nearest(self) -> Longs:
        """For each unit itself or its nearest published ancestor; -1 for the organization."""
        at = np.arange(len(self.parents))
        while (climbing := (at >= 0) & ~self.published[at]).any():
            at[climbing] = self.parents[at[climbing]]
        return at

    def entries(self, valid: Mapping[Name, int]) -> _Entries:
        """Row, column and value of everything these people are in."""
        row_of = np.full(len(self.parents), -1)
        for (kind, unit, _), row in valid.items():
            if kind == "unit":
                row_of[unit] = row
        organization = valid.get(("organization", 0, 0), -1)
        found: list[tuple[Longs, Longs]] = []
        who = np.flatnonzero(self.unit != OUTSIDE)
        found.append((np.full(len(who), organization), who))
        at = self.unit[who]
        while (inside := at >= 0).any():
            at, who = at[inside], who[inside]
            found.append((row_of[at], who))
            at = self.parents[at]
        for question, column in self.levels.items():
            row_at = np.full(int(column.max(initial=0)) + 1, -1)
            for (kind, asked, level), row in valid.items():
                if kind == "level" and asked == question and level < len(row_at):
                    row_at[level] = row
            found.append((row_at[column], np.arange(len(column))))
        rows, columns = (np.concatenate(parts) for parts in zip(*found, strict=True))
        columns, rows = columns[rows >= 0], rows[rows >= 0]
        values = [np.ones(len(rows))]
        for (kind, number, _), row in valid.items():
            if kind == "extra":
                who = np.flatnonzero(self.extras[number])
                rows = np.append(rows, np.full(len(who), row))
                columns = np.append(columns, who)
                values.append(self.extras[number][who].astype(np.float64))
        return _Entries(rows, columns, np.concatenate(values))


def _shown_levels(levels: Ints, present: Longs, names: Collection[Name]) -> dict[int, Longs]:
    """Background answers by question, 0 where the level is in no published cell."""
    shown: dict[int, Longs] = {}
    most = int(levels.max(initial=0))
    for kind, question, level in names:
        if kind == "level" and question < levels.shape[1] and level <= most:
            shown.setdefault(question, np.zeros(most + 1, np.int64))[level] = level
    return {question: table[levels[present, question]] for question, table in shown.items()}


def _merge(columns: Sequence[Longs], people: Longs) -> tuple[Longs, Longs, Longs]:
    """The first row of each distinct combination, the combination of each row, and its people."""
    packed, distinct = np.zeros(len(people), np.int64), 1
    for column in columns:
        low, high = int(column.min(initial=0)), int(column.max(initial=0))
        if low == high:
            continue
        if distinct * (high - low + 1) > 1 << 62:
            packed = np.unique(packed, return_inverse=True)[1].astype(np.int64)
            distinct = int(packed.max(initial=0)) + 1
        packed = packed * (high - low + 1) + (column - low)
        distinct *= high - low + 1
    order = np.argsort(packed, kind="stable")
    starts = np.flatnonzero(np.diff(packed[order], prepend=-1))
    place = np.empty(len(order), np.int64)
    place[order] = np.repeat(np.arange(len(starts)), np.diff(np.append(starts, len(order))))
    merged = np.add.reduceat(people[order], starts) if len(starts) else people[order]
    return order[starts], place, merged.astype(np.int64)
