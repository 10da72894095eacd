"""The planner: chooses cells by who answered, never by what was answered."""

from dataclasses import dataclass, field, replace
from typing import NamedTuple

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
    _audited: dict[Chosen, Finding] = field(default_factory=dict, repr=False)

    def audit(self, chosen: Chosen) -> Finding:
        """Audit a choice together with everything released before."""
        if chosen not in self._audited:
            design = incidence(self.tree, [*self.before, self.latest(chosen)])
            self._audited[chosen] = audit(design, self.k)
        return self._audited[chosen]

    def latest(self, chosen: Chosen) -> Publication:
        if self.added is None or self.added_counts is None:
            return Publication(self.membership, self.counts, chosen)
        return Publication(self.added, self.added_counts, chosen)


def choose(task: Task) -> Chosen:
    """Choose cells so that the release is k-safe, with little loss.

    The tree first (exact, see `choose_units`), then the questions: all of them where the auditor passes
    all of them at once, else one after the other, the most informative first. A question that it refuses
    together with what is already chosen loses its smallest level, until it passes or has no level left.
    """
    total = int(task.counts.sum())
    if not task.allowed.organization or total < task.k:
        return NOTHING
    chosen = _choose_tree(task)
    if not chosen.organization:
        return NOTHING
    questions = _questions(task, total)
    levels = frozenset(
        (question.number, level)
        for question in questions
        for level in choose_levels(question.people, total, task.k)
    )
    everything = replace(chosen, levels=levels)
    if not levels or task.audit(everything).safe:
        return everything
    for question in questions:
        chosen = _add_question(task, chosen, question, total)
    return chosen


class _Question(NamedTuple):
    number: int
    people: dict[int, int]


def _questions(task: Task, total: int) -> list[_Question]:
    """Questions with a level that can be published, the most informative first."""
    ranked: list[tuple[float, _Question]] = []
    for number in sorted({number for number, _ in task.allowed.levels}):
        table = np.bincount(task.membership.levels[:, number], weights=task.counts).astype(int)
        allowed = [level for asked, level in task.allowed.levels if asked == number and level < len(table)]
        people = {level: int(table[level]) for level in sorted(allowed)}
        if levels := choose_levels(people, total, task.k):
            ranked.append((information(people, levels, total), _Question(number, people)))
    return [question for _, question in sorted(ranked, key=lambda entry: (-entry[0], entry[1].number))]


def _choose_tree(task: Task) -> Chosen:
    """The units; after an earlier release only those that pass together with it.

    Where the best choice for everybody does not pass, units that were published before are published
    again as far as the people added since leave no small residual either.
    """
    own = task.membership.own(task.tree, task.counts)
    best = Chosen(organization=True, units=choose_units(task.tree, own, task.k, task.allowed.units))
    if not task.before:
        return best
    added = task.latest(best)
    again = task.allowed.units.intersection(*(earlier.chosen.units for earlier in task.before))
    fresh = added.added.own(task.tree, added.counts)
    choices = [best, Chosen(organization=True, units=choose_units(task.tree, fresh, task.k, again))]
    choices.append(Chosen(organization=True))
    return next((chosen for chosen in choices if task.audit(chosen).safe), NOTHING)


def _add_question(task: Task, chosen: Chosen, question: _Question, total: int) -> Chosen:
    candidates = dict(question.people)
    while levels := choose_levels(candidates, total, task.k):
        tried = replace(chosen, levels=chosen.levels | {(question.number, level) for level in levels})
        if task.audit(tried).safe:
            return tried
        del candidates[min(levels, key=lambda level: (candidates[level], level))]
    return chosen
