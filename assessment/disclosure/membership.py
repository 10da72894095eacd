"""Who answered, as counts only: the sole thing that the choice of cells may look at."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from assessment.disclosure.totals import Totals

Ints = NDArray[np.integer]


@dataclass(frozen=True)
class Tree:
    """The organization's units by index; `parents[u]` is None for a top unit, of which there may be several.

    The organization itself is the implicit root. A unit's cell means its whole subtree, and people may
    sit in inner units. ValueError for a parent that does not exist or a circle.
    """

    parents: tuple[int | None, ...]
    parent: NDArray[np.int64] = field(init=False, repr=False, compare=False)
    level: NDArray[np.int64] = field(init=False, repr=False, compare=False)
    by_depth: tuple[NDArray[np.intp], ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        parent = np.array([-1 if one is None else one for one in self.parents], np.int64)
        if any(one is not None and not 0 <= one < len(parent) for one in self.parents):
            raise ValueError("A unit has a parent that does not exist.")
        level, at = np.zeros(len(parent), np.int64), parent.copy()
        while (at >= 0).any():
            level += at >= 0
            at = np.where(at >= 0, parent[at], -1)
            if level.size and level.max() >= len(parent):
                raise ValueError("The units are not a tree: there is a circle of parents.")
        deepest = int(level.max(initial=-1))
        object.__setattr__(self, "parent", parent)
        object.__setattr__(self, "level", level)
        by_depth = tuple(np.flatnonzero(level == depth) for depth in range(deepest + 1))
        object.__setattr__(self, "by_depth", by_depth)

    def __len__(self) -> int:
        return len(self.parents)

    def tops(self) -> frozenset[int]:
        return frozenset(np.flatnonzero(self.parent < 0).tolist())

    def subtree_sums(self, own: NDArray[np.int64]) -> NDArray[np.int64]:
        """Add up `own`, shape (units, ...), over each unit's subtree."""
        sums = own.copy()
        for units in reversed(self.by_depth[1:]):
            np.add.at(sums, self.parent[units], sums[units])
        return sums

    def nearest(self, marked: NDArray[np.bool_]) -> NDArray[np.int64]:
        """For each unit itself or its nearest marked ancestor; -1 where there is none."""
        found = np.full(len(self), -1, np.int64)
        for units in self.by_depth:
            above = np.where(self.parent[units] >= 0, found[self.parent[units]], -1)
            found[units] = np.where(marked[units], units, above)
        return found


@dataclass(frozen=True, eq=False)
class Membership:
    """Who of one panel answered, for each observed combination of unit and background answers.

    Parameters
    ----------
    units : int array, shape (c,)
        Index in the tree of the unit the people belong to (not its ancestors).
    levels : int array, shape (c, q)
        Background answers 1..m; 0 = no answer.
    respondents : int array, shape (c,)
        People with that combination, at least 0. A combination may occur in several rows.
    answered : int array, shape (c, s)
        Of them, those with a valid value of each statistic ("don't know" and no answer are missing).
    statistics : tuple of str
        Names of the s columns of `answered`; unique.
    marks : int array, shape (c, m), optional
        Further things the people of a row have in common (say, how many items of a dimension they left
        out), so that a combination then has a row for each of its marks.
    mark_names : tuple of str
        Names of the m columns of `marks`.
    totals : Totals, optional
        Where the rows hold only some of the people: how many there are of everybody. Such a membership is
        enough for a first release (see `thinning`), not to tell who was added by a later one.

    Raises
    ------
    ValueError
        Shapes that do not fit, negative counts, or more answers than respondents.
    """

    units: Ints
    levels: Ints
    respondents: Ints
    answered: Ints
    statistics: tuple[str, ...]
    marks: Ints = field(default_factory=lambda: np.zeros((0, 0), np.int16))
    mark_names: tuple[str, ...] = ()
    totals: Totals | None = None

    def __post_init__(self) -> None:
        rows = len(self.units)
        if not self.mark_names:
            object.__setattr__(self, "marks", np.zeros((rows, 0), np.int16))
        if self.levels.ndim != 2:  # noqa: PLR2004
            raise ValueError("levels must have one row a combination and one column a question.")
        shapes = {
            "units": (rows,),
            "levels": (rows, self.levels.shape[1]),
            "respondents": (rows,),
            "answered": (rows, len(self.statistics)),
            "marks": (rows, len(self.mark_names)),
        }
        for name, shape in shapes.items():
            _check_counts(name, getattr(self, name), shape)
        for names in (self.statistics, self.mark_names):
            if len(set(names)) != len(names):
                raise ValueError("A statistic or mark is named twice.")
        if self.answered.size and bool((self.answered > self.respondents[:, None]).any()):
            raise ValueError("More people answered a statistic than there are respondents.")

    @property
    def questions(self) -> int:
        return int(self.levels.shape[1])

    @classmethod
    def of_people(
        cls,
        units: Ints,
        levels: Ints,
        answered: NDArray[np.bool_],
        statistics: tuple[str, ...],
        *,
        marks: Ints | None = None,
        mark_names: tuple[str, ...] = (),
    ) -> "Membership":
        """Count people, one row a person: units (n,), levels (n, q), answered (n, s), marks (n, m).

        Rows in sorted order, as an AnswerBlock has them, are counted fastest; any order is right.
        """
        marks = np.zeros((len(units), 0), np.int16) if marks is None else marks
        runs = _starts_of_runs(_keys(units, levels, marks))
        counted = np.diff(np.append(runs, len(units)))
        small = np.min_scalar_type(int(counted.max(initial=0)))
        totals = np.add.reduceat(answered, runs, axis=0, dtype=small) if len(runs) else answered
        people = cls(
            units=units[runs].astype(np.int32),
            levels=levels[runs].astype(np.int16),
            respondents=counted.astype(np.int32),
            answered=totals.astype(small),
            statistics=statistics,
            marks=marks[runs].astype(np.int16),
            mark_names=mark_names,
        )
        return people.compact()

    @classmethod
    def nobody(cls, like: "Membership") -> "Membership":
        """No people, with the questions and names of another membership."""
        none = np.zeros(0, np.intp)
        return replace(
            like,
            units=like.units[none],
            levels=like.levels[none],
            respondents=like.respondents[none],
            answered=like.answered[none],
            marks=like.marks[none],
            totals=None,
        )

    def compact(self) -> "Membership":
        """The same people, each combination in one row, sorted; rows without people are dropped."""
        present = self.respondents > 0
        keys = _keys(self.units, self.levels, self.marks)[present]
        order = np.lexsort(keys.T[::-1])
        runs = _starts_of_runs(keys[order])
        first = np.flatnonzero(present)[order]
        people, answered = self.respondents[first], self.answered[first]
        if 0 < len(runs) < len(first):
            people = np.add.reduceat(people, runs, dtype=np.int32)
            small = np.min_scalar_type(int(people.max()))
            answered = np.add.reduceat(answered, runs, axis=0, dtype=small)
        return Membership(
            units=self.units[first[runs]],
            levels=self.levels[first[runs]],
            respondents=people,
            answered=answered,
            statistics=self.statistics,
            marks=self.marks[first[runs]],
            mark_names=self.mark_names,
            totals=self.totals,
        )

    def __add__(self, other: "Membership") -> "Membership":
        """Two disjoint sets of people counted together. ValueError for other questions or names."""
        return Membership.concatenate([self, other])

    @classmethod
    def concatenate(cls, parts: Sequence["Membership"]) -> "Membership":
        """Any number of disjoint sets of people (one a unit block, say) counted together."""
        return cls._stacked(parts).compact()

    @classmethod
    def _stacked(cls, parts: Sequence["Membership"]) -> "Membership":
        first = parts[0]
        for part in parts:
            if (part.statistics, part.mark_names, part.questions) != (
                first.statistics,
                first.mark_names,
                first.questions,
            ):
                raise ValueError("Only memberships of the same questions and names can be added.")
            if part.totals is not None:
                raise ValueError("A membership without a row for everybody cannot be added or compared.")
        return cls(
            units=np.concatenate([part.units for part in parts]),
            levels=np.concatenate([part.levels for part in parts]),
            respondents=np.concatenate([part.respondents for part in parts]),
            answered=np.concatenate([part.answered for part in parts]),
            statistics=first.statistics,
            marks=np.concatenate([part.marks for part in parts]),
            mark_names=first.mark_names,
        )

    def without(self, earlier: "Membership") -> "Membership":
        """The people added since `earlier`, whose people must all still be here with the same answers.

        ValueError where somebody has gone or has answered differently: then no difference of counts tells
        who was added. (The caller knows that earlier sheets are still there; counts can only refuse what
        is impossible.)
        """
        both = Membership._stacked([self, earlier])
        keys = _keys(both.units, both.levels, both.marks)
        order = np.lexsort(keys.T[::-1])
        runs = _starts_of_runs(keys[order])
        sign = np.where(np.arange(len(keys)) < len(self.units), 1, -1)
        tables = np.column_stack([both.respondents, both.answered]).astype(np.int64) * sign[:, None]
        rest = np.add.reduceat(tables[order], runs, axis=0) if len(runs) else tables
        if rest.size and ((rest < 0).any() or (rest[:, 1:] > rest[:, :1]).any()):
            raise ValueError("People of an earlier release have gone or answered differently.")
        at = order[runs]
        return Membership(
            units=both.units[at],
            levels=both.levels[at],
            respondents=rest[:, 0].astype(np.int32),
            answered=rest[:, 1:].astype(np.int32),
            statistics=self.statistics,
            marks=both.marks[at],
            mark_names=self.mark_names,
        ).compact()

    def mark(self, name: str) -> NDArray[np.int64]:
        """The mark of each row. KeyError if unknown."""
        if name not in self.mark_names:
            raise KeyError(name)
        return self.marks[:, self.mark_names.index(name)].astype(np.int64)

    def counts(self, statistic: str | None) -> NDArray[np.int64]:
        """People a combination who answered a statistic; None for all respondents. KeyError if unknown."""
        if statistic is None:
            return self.respondents.astype(np.int64)
        try:
            column = self.statistics.index(statistic)
        except ValueError:
            raise KeyError(statistic) from None
        return self.answered[:, column].astype(np.int64)

    def check_against(self, tree: Tree) -> None:
        """ValueError where a unit is not in the tree."""
        if self.units.size and int(self.units.max()) >= len(tree):
            raise ValueError(f"Unit {int(self.units.max())} is not in the tree of {len(tree)}.")

    def sample(self, rows: int) -> "Membership":
        """At most about `rows` rows, evenly from every unit, with all their people; in the same order."""
        if len(self.units) <= rows:
            return self
        order = np.argsort(self.units, kind="stable")
        _, size = np.unique(self.units[order], return_counts=True)
        each = max(1, rows // len(size))
        place = np.arange(len(order)) - np.repeat(np.cumsum(size) - size, size)
        step = np.repeat(np.maximum(1, size // each), size)
        kept = np.sort(order[place % step == 0])
        return replace(
            self,
            units=self.units[kept],
            levels=self.levels[kept],
            respondents=self.respondents[kept],
            answered=self.answered[kept],
            marks=self.marks[kept],
        )


def _check_counts(name: str, array: Ints, shape: tuple[int, ...]) -> None:
    if array.shape != shape:
        raise ValueError(f"{name} has the shape {array.shape}, not {shape}.")
    if not np.issubdtype(array.dtype, np.integer):
        raise ValueError(f"{name} must hold whole numbers.")
    if array.size and int(array.min()) < 0:
        raise ValueError(f"{name} holds a negative number.")


def _keys(units: Ints, levels: Ints, marks: Ints) -> Ints:
    return np.column_stack([units, levels, marks])


def _starts_of_runs(keys: Ints) -> NDArray[np.intp]:
    """Positions of the rows that differ from the row above; the first row always."""
    changed = np.ones(len(keys), bool)
    changed[1:] = (keys[1:] != keys[:-1]).any(axis=1)
    return np.flatnonzero(changed)
