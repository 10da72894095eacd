"""The planner: chooses cells by who answered, never by what was answered."""

from dataclasses import dataclass, field, replace
from typing import NamedTuple

from assessment.disclosure.attack import Finding, audit, audit_alone
from assessment.disclosure.cells import NOTHING, Chosen
from assessment.disclosure.counts import CellCounts, Counted
from assessment.disclosure.cuts import choose_levels, information
from assessment.disclosure.forms import Forms
from assessment.disclosure.incidence import Publication, incidence, most_rank
from assessment.disclosure.membership import Membership, Tree
from assessment.disclosure.tree import choose_units


@dataclass(frozen=True, eq=False)
class Task:
    """What to plan for: one panel, one statistic (None: all respondents), and what may be published of it.

    `sample` is a part of the membership that may be enough for the proof; `before` what was released
    earlier, and `added` the people who came since. `forms` is shared between the tasks of a panel.
    """

    tree: Tree
    membership: Membership
    counted: CellCounts
    statistic: str | None
    k: int
    allowed: Chosen
    sample: Membership | None = None
    before: tuple[Publication, ...] = ()
    added: Membership | None = None
    forms: Forms = field(default_factory=Forms)
    _audited: dict[Chosen, Finding] = field(default_factory=dict, repr=False)

    def audit(self, chosen: Chosen) -> Finding:
        """Audit a choice together with everything released before."""
        if chosen not in self._audited:
            self._audited[chosen] = self._audit(chosen)
        return self._audited[chosen]

    def _audit(self, chosen: Chosen) -> Finding:
        if self.before:
            added = self.membership if self.added is None else self.added
            latest = Publication(added, added.counts(self.statistic), chosen)
            return audit(incidence(self.tree, [*self.before, latest]), self.k)
        if chosen == Chosen(organization=True):
            return audit_alone(self.counted.organization, self.k)
        rank = most_rank(self.tree, self.counted, chosen)
        if self.sample is not None:
            finding = self.forms.audit(self.tree, self.sample, self.statistic, chosen, self.k, rank=rank)
            if finding.safe:
                return finding
        required = None if self.membership.totals is None else rank
        return self.forms.audit(self.tree, self.membership, self.statistic, chosen, self.k, rank=required)


def choose(task: Task) -> Chosen:
    """Choose cells so that the release is k-safe, with little loss.

    The tree first (exact, see `choose_units`), then the questions: all of them where the auditor passes
    all of them at once, else one after the other, the most informative first. A question that it refuses
    together with what is already chosen loses its smallest level, until it passes or has no level left.
    """
    total = task.counted.organization
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
        allowed = sorted(level for asked, level in task.allowed.levels if asked == number)
        people = {level: task.counted.levels.get((number, level), 0) for level in allowed}
        if levels := choose_levels(people, total, task.k):
            ranked.append((information(people, levels, total), _Question(number, people)))
    return [question for _, question in sorted(ranked, key=lambda entry: (-entry[0], entry[1].number))]


def _choose_tree(task: Task) -> Chosen:
    """The units; after an earlier release only those that pass together with it.

    Where the best choice for everybody does not pass, units that were published before are published
    again as far as the people added since leave no small residual either.
    """
    units = choose_units(task.tree, task.counted.own, task.k, task.allowed.units)
    best = Chosen(organization=True, units=units)
    if not task.before or task.added is None:
        return best
    again = task.allowed.units.intersection(*(earlier.chosen.units for earlier in task.before))
    fresh = Counted(task.tree, task.added).of(task.statistic).own
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
