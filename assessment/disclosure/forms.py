"""Auditors that are kept: the same cells of another statistic, or with another minimum, cost little."""

from collections import OrderedDict
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from assessment.disclosure.attack import Auditor, Finding
from assessment.disclosure.cells import Chosen
from assessment.disclosure.incidence import Incidence, Publication, incidence
from assessment.disclosure.membership import Membership, Tree

MOST = 4  # kept at a time; each is some megabytes

Key = tuple[int, Chosen, tuple[str, ...]]


class Forms:
    """Audits of first releases, whatever the statistic: who is in a cell is worked out once for all respondents."""

    def __init__(self) -> None:
        self._known: OrderedDict[Key, tuple[Membership, Incidence, Auditor]] = OrderedDict()

    def audit(
        self,
        tree: Tree,
        people: Membership,
        statistic: str | None,
        chosen: Chosen,
        k: int,
        *,
        marks: tuple[str, ...] = (),
        rank: int | None = None,
    ) -> Finding:
        """Audit cells of a statistic, and beside them the sums over the people who carry each of `marks`."""
        key = id(people), chosen, marks
        if key not in self._known:
            extras = tuple(marked(people, marks))
            design = incidence(tree, [Publication(people, people.counts(None), chosen, extras)])
            self._known[key] = people, design, Auditor(design)  # holding the people keeps their id
            if len(self._known) > MOST:
                self._known.popitem(last=False)
        _, design, auditor = self._known[key]
        return auditor.audit(design.people_of(people.counts(statistic)), k, rank=rank)


def marked(people: Membership, marks: Sequence[str]) -> list[NDArray[np.int64]]:
    """For each mark a 1 for the rows that carry it."""
    return [(people.mark(mark) != 0).astype(np.int64) for mark in marks]
