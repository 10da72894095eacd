"""The planner: chooses cells by who answered, never by what was answered."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from assessment.disclosure.attack import Finding, audit
from assessment.disclosure.cells import NOTHING, Chosen
from assessment.disclosure.cuts import choose_levels, information
from assessment.disclosure.incidence import Publication, incidence
from assessment.disclosure.membership import Membership, Tree
from assessment.disclosure.tree import choose_units


@dataclass(frozen=True, eq=False)
class Task:
    """What to plan for: one panel, one statistic, and all that may be published of it.

    `counts` are the people of each row of `membership`, all of them; `before` what was released earlier,
    and `added`, `added_counts` the people who came since (everybody where nothing was).
    """

    tree: Tree
    membership: Membership
    counts: NDArray[np.int64]
    k: int
    allowed: Chosen
    before: tuple[Publication, ...] = ()
    added: Membership | None = None
    added_counts: NDArray[np.int64] | None = None

    def latest(self, chosen: Chosen) -> Publication:
        if self.added is None or self.added_counts is None:
            return Publication(self.membership, self.counts, chosen)
        return Publication(self.added, self.added_counts, chosen)


def choose(task: Task) -> Chosen:
    """Choose cells so that the release is k-safe, with little loss.

    The tree first (exact, see `choose_units`), then one question after the other, the most informative
    first. A question that the auditor refuses together with what is already chosen loses its smallest
    level, until it passes or has no level left.
    """
    counted = task.membership.cell_counts(task.tree, task.counts)
    if not task.allowed.organization or counted.organization < task.k:
        return NOTHING
    chosen = _choose_tree(task)
    if not chosen.organization:
        return NOTHING
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


def _choose_tree(task: Task) -> Chosen:
    """The units; after an earlier release only those that pass together with it.

    Where the best choice for everybody does not pass, units that were published before are published
    again as far as the people added since leave no small residual either.
    """
    own = own_people(task.tree, task.membership, task.counts)
    best = Chosen(organization=True, units=choose_units(task.tree, own, task.k, task.allowed.units))
    if not task.before:
        return best
    added = task.latest(best)
    again = task.allowed.units.intersection(*(earlier.chosen.units for earlier in task.before))
    fresh = own_people(task.tree, added.added, added.counts)
    choices = [best, Chosen(organization=True, units=choose_units(task.tree, fresh, task.k, again))]
    choices.append(Chosen(organization=True))
    return next((chosen for chosen in choices if audit_once(task, chosen).safe), NOTHING)


def _add_question(task: Task, chosen: Chosen, question: int, people: dict[int, int], total: int) -> Chosen:
    candidates = dict(people)
    while levels := choose_levels(candidates, total, task.k):
        tried = replace(chosen, levels=chosen.levels | {(question, level) for level in levels})
        if audit_once(task, tried).safe:
            return tried
        del candidates[min(levels, key=lambda level: (candidates[level], level))]
    return chosen


def audit_once(task: Task, chosen: Chosen) -> Finding:
    """Audit a choice together with everything released before."""
    return audit(incidence(task.tree, [*task.before, task.latest(chosen)]), task.k)


def own_people(tree: Tree, membership: Membership, counts: NDArray[np.int64]) -> list[int]:
    """People who sit in each unit itself."""
    people = np.zeros(len(tree), np.int64)
    np.add.at(people, membership.units, counts)
    return [int(count) for count in people]
