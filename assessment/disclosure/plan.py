"""The planner: chooses cells by who answered, never by what was answered."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from assessment.disclosure.attack import Finding, audit
from assessment.disclosure.cells import NOTHING, Chosen
from assessment.disclosure.cuts import choose_levels, information
from assessment.disclosure.incidence import Publication, incidence
from assessment.disclosure.membership import Membership, Tree
from assessment.disclosure.tree import choose_units

Levels = frozenset[tuple[int, int]]
Audit = Callable[[Chosen], Finding]


@dataclass(frozen=True, eq=False)
class Task:
    """What to plan for: one panel, one statistic, and all that may be published of it."""

    tree: Tree
    membership: Membership
    counts: NDArray[np.int64]
    k: int
    allowed: Chosen

    @property
    def own(self) -> list[int]:
        people = np.zeros(len(self.tree), np.int64)
        np.add.at(people, self.membership.units, self.counts)
        return [int(count) for count in people]


def choose(task: Task) -> Chosen:
    """Choose cells so that the release is k-safe, with little loss.

    The tree first (exact, see `choose_units`), then one question after the other, the most informative
    first. A question that the auditor refuses together with what is already chosen loses the level in
    which a counterexample lies, until it passes or has no level left.
    """
    counted = task.membership.cell_counts(task.tree, task.counts)
    if not task.allowed.organization or counted.organization < task.k:
        return NOTHING
    chosen = Chosen(
        organization=True,
        units=choose_units(task.tree, task.own, task.k, task.allowed.units),
    )
    open_questions = []
    for question in range(task.membership.questions):
        people = {
            level: counted.levels.get((question, level), 0)
            for asked, level in task.allowed.levels
            if asked == question
        }
        levels = choose_levels(people, counted.organization, task.k)
        if levels:
            worth = information(people, levels, counted.organization)
            open_questions.append((-worth, question, people))
    for _, question, people in sorted(open_questions, key=lambda entry: entry[:2]):
        chosen = _add_question(task, chosen, question, people, counted.organization)
    return chosen


def _add_question(task: Task, chosen: Chosen, question: int, people: dict[int, int], total: int) -> Chosen:
    candidates = dict(people)
    while levels := choose_levels(candidates, total, task.k):
        tried = replace(chosen, levels=chosen.levels | {(question, level) for level in levels})
        if audit_once(task, tried).safe:
            return tried
        del candidates[min(levels, key=lambda level: (candidates[level], level))]
    return chosen


def audit_once(task: Task, chosen: Chosen) -> Finding:
    publication = Publication(task.membership, task.counts, chosen)
    return audit(incidence(task.tree, [publication]), task.k)
