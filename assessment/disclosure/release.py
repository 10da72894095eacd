"""The only maker of a `ReleasedTable`: plan, audit, and refuse what is not proven."""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Protocol, Self, TypeVar, assert_never

import numpy as np
from numpy.typing import NDArray

from assessment.disclosure.attack import Finding
from assessment.disclosure.cells import (
    NOTHING,
    Cell,
    Chosen,
    CutCell,
    Detail,
    PanelCell,
    Reason,
    Released,
    UnitCell,
    Verdict,
    Withheld,
)
from assessment.disclosure.membership import CellCounts, Membership, Tree
from assessment.disclosure.plan import Task, audit_once, choose
from assessment.disclosure.policy import Policy
from assessment.disclosure.tree import choose_units
from assessment.stats.layout import Panel

_SEAL = object()


class UnsafeReleaseError(Exception):
    """The auditor did not prove the set of cells that was about to be released. Nothing leaves."""


class Reducible(Protocol):
    """A number with the people behind it, as `stats.sample.Sample` is one."""

    @property
    def n(self) -> int: ...

    def mean_only(self) -> Self:
        """The same with everything but n and mean taken out."""
        ...


Number = TypeVar("Number", bound=Reducible)
Result = TypeVar("Result")


@dataclass(frozen=True, eq=False)
class Part:
    """One panel and statistic: what is shown, what in full detail, and the proofs of both."""

    counted: CellCounts
    shown: Chosen
    full: Chosen
    proof: Finding
    full_proof: Finding
    regions: NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class ReleasedTable:
    """The cells that may leave, statistic by statistic. Made by `release` alone; unknown means closed."""

    policy: Policy
    parts: Mapping[tuple[Panel, str], Part]
    comment_cells: Mapping[Panel, Chosen]
    _seal: object = field(repr=False, default=None)

    def __post_init__(self) -> None:
        if self._seal is not _SEAL:
            raise TypeError("A ReleasedTable is made by disclosure.release only.")

    def verdict(self, cell: Cell, statistic: str) -> Verdict:
        """Say whether, and in which detail, a statistic of a cell may leave.

        A cell or statistic that the table does not know is withheld as a small group: nobody is in it.
        """
        part = self.parts.get((cell.panel, statistic))
        if part is None:
            return Withheld(Reason.SMALL_GROUP)
        people = _people(part.counted, cell)
        if people < self.policy.minimum(cell.panel):
            return Withheld(Reason.SMALL_GROUP)
        if not _holds(part.shown, cell):
            return Withheld(Reason.PROTECTS_ANOTHER)
        return Released(Detail.FULL if _holds(part.full, cell) else Detail.MEAN_ONLY, people)

    def take(self, cell: Cell, statistic: str, value: Number) -> Number | Withheld:
        """Pass one number through the gate: it comes back as far as it may leave, else the reason.

        ValueError where the number is not of as many people as the cell has: it belongs elsewhere.
        """
        verdict = self.verdict(cell, statistic)
        match verdict:
            case Withheld():
                return verdict
            case Released(detail, people):
                if value.n != people:
                    raise ValueError(f"A number of {value.n} people was offered for a cell of {people}.")
                return value if detail is Detail.FULL else value.mean_only()
            case _:
                assert_never(verdict)

    def derive(
        self, statistic: str, values: Mapping[Cell, Number], result: Callable[..., Result]
    ) -> Result | Withheld:
        """Compute something from several cells (a gap) where all of them are released.

        `result` gets the numbers in the order of `values`, undiminished, and must return none of them: it
        is for gaps, whose interval needs the SD. The first withheld cell's reason comes back otherwise.
        """
        for cell, value in values.items():
            taken = self.take(cell, statistic, value)
            if isinstance(taken, Withheld):
                return taken
        return result(*values.values())

    def cells(self, panel: Panel, statistic: str) -> Iterator[tuple[Cell, Verdict]]:
        """Every cell that exists for a panel and statistic, with its verdict; the organization first."""
        part = self.parts.get((panel, statistic))
        if part is None:
            return
        everything: list[Cell] = [
            PanelCell(panel),
            *(UnitCell(panel, unit) for unit in range(len(part.counted.units))),
            *(CutCell(panel, *pair) for pair in sorted(part.counted.levels)),
        ]
        for cell in everything:
            yield cell, self.verdict(cell, statistic)

    def strata(self, panel: Panel, statistic: str) -> NDArray[np.int64]:
        """For each unit its stratum: the nearest published unit, itself included; -1 the organization.

        An estimate weighted by these strata (their head counts added up) is a combination of released
        numbers and gives nothing away. Weights by raw units would tell units of one stratum apart.
        KeyError for a statistic that the table does not have.
        """
        return self.parts[panel, statistic].regions.copy()

    def comments(self, cell: Cell) -> Reason | None:
        """None where comments of this cell may be shown, else why not.

        Panels and top units only; never a unit further down, never a background answer.
        """
        if _holds(self.comment_cells.get(cell.panel, NOTHING), cell):
            return None
        return Reason.TOO_FEW_COMMENTERS


def release(
    policy: Policy,
    tree: Tree,
    memberships: Mapping[Panel, Membership],
    *,
    panel_only: Collection[str] = (),
) -> ReleasedTable:
    """Choose what may leave and prove it.

    Parameters
    ----------
    policy : Policy
    tree : Tree
    memberships : mapping of panel to Membership
        Who answered. A panel that is missing has no released cell.
    panel_only : collection of str
        Statistics that are published for whole panels only (single items); all their other cells are
        withheld.

    Returns
    -------
    ReleasedTable. The plan is made once a panel from all respondents and only ever tightened for a
    statistic, whose people are those who answered it. A distribution is held to `min_distribution` in
    the same sense as a mean to k: not even by subtraction is there a distribution of fewer people.

    Raises
    ------
    UnsafeReleaseError
        The auditor did not prove the very set of cells that would be returned.
    ValueError
        A membership that does not fit the tree.
    """
    parts: dict[tuple[Panel, str], Part] = {}
    comment_cells: dict[Panel, Chosen] = {}
    for panel, membership in memberships.items():
        membership.check_against(tree)
        planner = _Planner(policy, tree, panel, membership)
        comment_cells[panel] = planner.comments()
        for statistic in membership.statistics:
            parts[panel, statistic] = planner.part(statistic, panel_only=statistic in panel_only)
    return ReleasedTable(policy, parts, comment_cells, _SEAL)


class _Planner:
    """One panel's plan, made once for all respondents and tightened for each statistic."""

    def __init__(self, policy: Policy, tree: Tree, panel: Panel, membership: Membership) -> None:
        self.policy = policy
        self.tree = tree
        self.panel = panel
        self.membership = membership
        self.k = policy.minimum(panel)
        self.everybody = self._task(None, self.k, self._publishable())
        self.base = choose(self.everybody)

    def _publishable(self) -> Chosen:
        """All cells of the panel that could be published at all."""
        match self.panel:
            case Panel.FRONTLINE:
                counted = self.membership.cell_counts(self.tree, self.membership.counts(None))
                return Chosen(
                    organization=True,
                    units=frozenset(range(len(self.tree))),
                    levels=frozenset(counted.levels),
                )
            case Panel.EXECUTIVE:
                return Chosen(organization=True, units=self.tree.tops())
            case _:
                assert_never(self.panel)

    def _task(self, statistic: str | None, k: int, allowed: Chosen) -> Task:
        return Task(self.tree, self.membership, self.membership.counts(statistic), k, allowed)

    def part(self, statistic: str, *, panel_only: bool) -> Part:
        allowed = Chosen(organization=self.base.organization) if panel_only else self.base
        shown, proof = _proven(self._task(statistic, self.k, allowed))
        detailed = max(self.k, self.policy.min_distribution)
        full, full_proof = _proven(self._task(statistic, detailed, shown))
        counted = self.membership.cell_counts(self.tree, self.membership.counts(statistic))
        return Part(counted, shown, full, proof, full_proof, _nearest(self.tree, shown.units))

    def comments(self) -> Chosen:
        k = max(self.k, self.policy.min_comments)
        task = self.everybody
        if not self.base.organization or int(task.counts.sum()) < k:
            return NOTHING
        tops = self.tree.tops() & self.base.units
        return Chosen(organization=True, units=choose_units(self.tree, task.own, k, tops))


def _proven(task: Task) -> tuple[Chosen, Finding]:
    chosen = choose(task)
    finding = audit_once(task, chosen)
    if not finding.safe:
        raise UnsafeReleaseError(f"{len(chosen)} cells with a minimum of {task.k}: {finding.proof}.")
    return chosen, finding


def _people(counted: CellCounts, cell: Cell) -> int:
    match cell:
        case PanelCell():
            return counted.organization
        case UnitCell(_, unit):
            return int(counted.units[unit]) if 0 <= unit < len(counted.units) else 0
        case CutCell(_, question, level):
            return counted.levels.get((question, level), 0)
        case _:
            assert_never(cell)


def _holds(chosen: Chosen, cell: Cell) -> bool:
    match cell:
        case PanelCell():
            return chosen.organization
        case UnitCell(_, unit):
            return unit in chosen.units
        case CutCell(_, question, level):
            return (question, level) in chosen.levels
        case _:
            assert_never(cell)


def _nearest(tree: Tree, published: frozenset[int]) -> NDArray[np.int64]:
    nearest = np.full(len(tree), -1, np.int64)
    for unit in tree.order:
        parent = tree.parents[unit]
        above = -1 if parent is None else nearest[parent]
        nearest[unit] = unit if unit in published else above
    return nearest
