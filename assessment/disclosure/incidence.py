"""The auditor's own view of a release: which people every published number is a sum over."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from assessment.disclosure.cells import Chosen
from assessment.disclosure.membership import Membership, Tree


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
    """

    rows: sparse.csr_array
    people: NDArray[np.int64]
    nested: NDArray[np.bool_]

    def __post_init__(self) -> None:
        if self.rows.shape != (len(self.nested), len(self.people)):
            raise ValueError("rows, people and nested do not fit together.")
        if self.people.size and int(self.people.min()) < 0:
            raise ValueError("A class cannot have a negative number of people.")


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
        rows.extend(_Row(("extra", number), latest, latest) for number in range(len(publication.extras)))
    names = frozenset(seen)
    blocks = [_block(tree, publication, names, rows, batch) for batch, publication in enumerate(publications)]
    table = sparse.csr_array(sparse.hstack([block for block, _ in blocks]))
    nested = np.array([row.name[0] in {"organization", "unit"} for row in rows], dtype=bool)
    return Incidence(table, np.concatenate([people for _, people in blocks]), nested)


Name = tuple[str | int, ...]


class _Row(NamedTuple):
    """A published sum over the people of the publications first..latest."""

    name: Name
    first: int
    latest: int


def _names(chosen: Chosen) -> list[Name]:
    organization: list[Name] = [("organization",)] if chosen.organization else []
    return [
        *organization,
        *(("unit", unit) for unit in sorted(chosen.units)),
        *(("level", *pair) for pair in sorted(chosen.levels)),
    ]


def _block(
    tree: Tree, publication: Publication, names: frozenset[Name], rows: Sequence[_Row], batch: int
) -> tuple[sparse.csr_array, NDArray[np.int64]]:
    """One publication's people as classes, and their coefficients in all rows of all publications."""
    keys, extras, people = _classes(tree, publication, names)
    members = _members(tree, keys, names)
    empty = np.zeros(0, np.intp)
    indices, values = [empty], [np.zeros(0)]
    for row in rows:
        if not row.first <= batch <= row.latest:
            indices.append(empty)
        elif row.name[0] == "extra":
            column = extras[:, int(row.name[1])]
            indices.append(np.flatnonzero(column))
            values.append(column[indices[-1]].astype(np.float64))
        else:
            indices.append(members.get(row.name, empty))
            values.append(np.ones(len(indices[-1])))
    starts = np.cumsum([len(entry) for entry in indices], dtype=np.intp)
    shape = (len(rows), len(people))
    return sparse.csr_array((np.concatenate(values), np.concatenate(indices), starts), shape=shape), people


OUTSIDE = -2


def _classes(
    tree: Tree, publication: Publication, names: frozenset[Name]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Merge people whom no published sum tells apart: (unit, levels) keys, extras and people a class."""
    membership = publication.added
    present = publication.counts > 0
    people = publication.counts[present]
    nearest = _nearest_published(tree, names)[membership.units[present]]
    levels = membership.levels[present].astype(np.int64)
    for question in range(levels.shape[1]):
        observed = np.unique(levels[:, question])
        shown = [level for level in observed if ("level", question, int(level)) in names]
        levels[~np.isin(levels[:, question], shown), question] = 0
    if publication.outside is not None:
        nearest[publication.outside[present]] = OUTSIDE
        levels[publication.outside[present]] = 0
    extras = [extra[present] for extra in publication.extras]
    keys = np.column_stack([nearest, levels, *extras])
    order = np.lexsort(keys.T[::-1])
    keys, people = keys[order], people[order]
    changed = np.ones(len(keys), bool)
    changed[1:] = (keys[1:] != keys[:-1]).any(axis=1)
    starts = np.flatnonzero(changed)
    merged = np.add.reduceat(people, starts) if len(starts) else people
    cut = keys.shape[1] - len(extras)
    return keys[starts, :cut], keys[starts, cut:], merged.astype(np.int64)


def _nearest_published(tree: Tree, names: frozenset[Name]) -> NDArray[np.int64]:
    """For each unit itself or its nearest published ancestor; -1 for the organization."""
    nearest = np.full(len(tree), -1, np.int64)
    for unit in tree.order:
        parent = tree.parents[unit]
        above = -1 if parent is None else nearest[parent]
        nearest[unit] = unit if ("unit", unit) in names else above
    return nearest


def _members(tree: Tree, keys: NDArray[np.int64], names: frozenset[Name]) -> dict[Name, NDArray[np.intp]]:
    """The classes in each cell."""
    members: dict[Name, NDArray[np.intp]] = {("organization",): np.flatnonzero(keys[:, 0] != OUTSIDE)}
    parents = np.array([-1 if parent is None else parent for parent in tree.parents], np.int64)
    published = np.array([("unit", unit) in names for unit in range(len(tree))], bool)
    units, classes = [np.zeros(0, np.int64)], [np.zeros(0, np.intp)]
    at, who = keys[:, 0], np.arange(len(keys))
    while len(who):
        inside = at >= 0
        at, who = at[inside], who[inside]
        units.append(at[published[at]])
        classes.append(who[published[at]])
        at = parents[at]
    found = _grouped(np.concatenate(units), np.concatenate(classes))
    members |= {("unit", unit): inside for unit, inside in found}
    for question in range(keys.shape[1] - 1):
        levels = keys[:, question + 1]
        chosen = np.flatnonzero(levels)
        found = _grouped(levels[chosen], chosen)
        members |= {("level", question, level): inside for level, inside in found}
    return members


def _grouped(labels: NDArray[np.int64], values: NDArray[np.intp]) -> list[tuple[int, NDArray[np.intp]]]:
    order = np.argsort(labels, kind="stable")
    labels, values = labels[order], values[order]
    starts = np.flatnonzero(np.concatenate([[True], labels[1:] != labels[:-1]])[: len(labels)])
    parts = np.split(values, starts[1:])
    return [(int(labels[start]), part) for start, part in zip(starts, parts, strict=False)]
