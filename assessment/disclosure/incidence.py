"""The auditor's own view of a release: which people every published number is a sum over."""

from collections.abc import Sequence
from dataclasses import dataclass

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
    """

    added: Membership
    counts: NDArray[np.int64]
    chosen: Chosen


def incidence(tree: Tree, publications: Sequence[Publication]) -> Incidence:
    """Rows and classes of one statistic over a sequence of releases, the oldest first.

    A cell that was published before enters as the sum over the people added since: the difference of
    two published numbers spans the same space and keeps the rows nested. Units are expanded by walking
    up the parents, so that nothing of the planner's bookkeeping is trusted.
    """
    seen: dict[tuple[object, ...], int] = {}
    rows: list[tuple[int, tuple[object, ...], int]] = []
    for latest, publication in enumerate(publications):
        for name in _names(publication.chosen):
            rows.append((seen.get(name, 0), name, latest))
            seen[name] = latest + 1
    blocks = [_classes(tree, publication, frozenset(seen)) for publication in publications]
    people = np.concatenate([counts for _, counts in blocks])
    columns = []
    for batch, (members, counts) in enumerate(blocks):
        empty = np.zeros(0, np.intp)
        entries = [
            members.get(name, empty) if first <= batch <= latest else empty for first, name, latest in rows
        ]
        indices = np.concatenate([*entries, empty])
        starts = np.concatenate([[0], np.cumsum([len(entry) for entry in entries], dtype=np.intp)])
        shape = (len(rows), len(counts))
        columns.append(sparse.csr_array((np.ones(len(indices)), indices, starts), shape=shape))
    nested = np.array([name[0] != "level" for _, name, _ in rows], dtype=bool)
    return Incidence(sparse.csr_array(sparse.hstack(columns)), people, nested)


def _names(chosen: Chosen) -> list[tuple[object, ...]]:
    organization: list[tuple[object, ...]] = [("organization",)] if chosen.organization else []
    return [
        *organization,
        *(("unit", unit) for unit in sorted(chosen.units)),
        *(("level", *pair) for pair in sorted(chosen.levels)),
    ]


def _classes(
    tree: Tree, publication: Publication, names: frozenset[tuple[object, ...]]
) -> tuple[dict[tuple[object, ...], NDArray[np.intp]], NDArray[np.int64]]:
    """Merge people whom no published cell tells apart; list the classes in each cell."""
    membership = publication.added
    present = publication.counts > 0
    counts = publication.counts[present]
    nearest = _nearest_published(tree, names)[membership.units[present]]
    levels = membership.levels[present].astype(np.int64)
    for question in range(levels.shape[1]):
        shown = [
            level for level in np.unique(levels[:, question]) if ("level", question, int(level)) in names
        ]
        levels[~np.isin(levels[:, question], shown), question] = 0
    keys = np.column_stack([nearest, levels])
    order = np.lexsort(keys.T[::-1])
    keys, counts = keys[order], counts[order]
    starts = np.flatnonzero(np.concatenate([[True], (keys[1:] != keys[:-1]).any(axis=1)])[: len(keys)])
    merged = np.add.reduceat(counts, starts) if len(starts) else counts
    return _members(tree, keys[starts], names), merged.astype(np.int64)


def _nearest_published(tree: Tree, names: frozenset[tuple[object, ...]]) -> NDArray[np.int64]:
    """For each unit itself or its nearest published ancestor; -1 for the organization."""
    nearest = np.full(len(tree), -1, np.int64)
    for unit in tree.order:
        parent = tree.parents[unit]
        above = -1 if parent is None else nearest[parent]
        nearest[unit] = unit if ("unit", unit) in names else above
    return nearest


def _members(
    tree: Tree, keys: NDArray[np.int64], names: frozenset[tuple[object, ...]]
) -> dict[tuple[object, ...], NDArray[np.intp]]:
    members: dict[tuple[object, ...], NDArray[np.intp]] = {("organization",): np.arange(len(keys))}
    parents = np.array([-1 if parent is None else parent for parent in tree.parents], np.int64)
    published = np.array([("unit", unit) in names for unit in range(len(tree))], bool)
    found: list[tuple[NDArray[np.int64], NDArray[np.intp]]] = []
    at, who = keys[:, 0], np.arange(len(keys))
    while len(who):
        inside = at >= 0
        at, who = at[inside], who[inside]
        found.append((at[published[at]], who[published[at]]))
        at = parents[at]
    units = np.concatenate([unit for unit, _ in found] or [np.zeros(0, np.int64)])
    classes = np.concatenate([who for _, who in found] or [np.zeros(0, np.intp)])
    members |= {("unit", unit): inside for unit, inside in _grouped(units, classes)}
    for question in range(keys.shape[1] - 1):
        levels = keys[:, question + 1]
        chosen = np.flatnonzero(levels)
        members |= {("level", question, level): inside for level, inside in _grouped(levels[chosen], chosen)}
    return members


def _grouped(labels: NDArray[np.int64], values: NDArray[np.intp]) -> list[tuple[int, NDArray[np.intp]]]:
    order = np.argsort(labels, kind="stable")
    labels, values = labels[order], values[order]
    starts = np.flatnonzero(np.concatenate([[True], labels[1:] != labels[:-1]])[: len(labels)])
    return [
        (int(labels[start]), part) for start, part in zip(starts, np.split(values, starts[1:]), strict=False)
    ]
