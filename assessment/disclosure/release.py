"""The only maker of a `ReleasedTable`: plan, audit, and refuse what is not proven."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol, Self, TypeVar, assert_never

import numpy as np
from numpy.typing import NDArray

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
from assessment.disclosure.counts import CellCounts
from assessment.disclosure.links import Link
from assessment.disclosure.membership import Membership, Tree
from assessment.disclosure.panel import Before, PanelPlan, Part, UnsafeReleaseError
from assessment.disclosure.policy import Policy
from assessment.stats.layout import Panel

__all__ = ["Earlier", "Link", "Reducible", "ReleasedTable", "UnsafeReleaseError", "release"]

_SEAL = object()


class Reducible(Protocol):
    """A number with the people behind it, as `stats.sample.Sample` is one."""

    @property
    def n(self) -> int: ...

    def mean_only(self) -> Self:
        """Return the same with everything but n and mean taken out."""
        ...


Number = TypeVar("Number", bound=Reducible)
Result = TypeVar("Result")


@dataclass(frozen=True, eq=False)
class Earlier:
    """A release of the same campaign that is out already: who was in it, its cells and compared marks."""

    memberships: Mapping[Panel, Membership]
    shown: Mapping[tuple[Panel, str], Chosen]
    full: Mapping[tuple[Panel, str], Chosen]
    compared: Mapping[tuple[Panel, str], tuple[str, ...]]
    compared_in_full: Mapping[tuple[Panel, str], tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class ReleasedTable:
    """The cells that may leave, statistic by statistic. Made by `release` alone; unknown means closed.

    `again`: something of these people was released before. Then sums of products are not covered (only sums are
    audited over time), and what leans on them must not leave.
    """

    policy: Policy
    memberships: Mapping[Panel, Membership]
    parts: Mapping[tuple[Panel, str], Part]
    comment_cells: Mapping[Panel, Chosen]
    again: bool = False
    _seal: object = field(repr=False, default=None)

    def __post_init__(self) -> None:
        if self._seal is not _SEAL:
            raise TypeError("A ReleasedTable is made by disclosure.release only.")

    def verdict(self, cell: Cell, statistic: str) -> Verdict:
        """Say whether, and in which detail, a statistic of a cell may leave.

        A cell or statistic that the table does not know is withheld as a small group: nobody is in it.
        """
        part = self.parts.get((cell.panel, statistic))
        people = 0 if part is None else _people(part.counted, cell)
        if part is None or people < self.policy.minimum(cell.panel):
            return Withheld(Reason.SMALL_GROUP)
        if not _holds(part.shown, cell):
            return Withheld(Reason.PROTECTS_ANOTHER)
        return Released(Detail.FULL if _holds(part.full, cell) else Detail.MEAN_ONLY, people)

    def without(self, panel: Panel, statistic: str, mark: str) -> Verdict:
        """Verdict on a panel's number without the people who carry a mark (careless answers, say)."""
        part = self.parts.get((panel, statistic))
        if part is None or mark not in part.compared:
            return Withheld(Reason.PROTECTS_ANOTHER)
        people, full = part.compared[mark]
        return Released(Detail.FULL if full else Detail.MEAN_ONLY, people)

    def take(self, cell: Cell, statistic: str, value: Number) -> Number | Withheld:
        """Pass one number through the gate: it comes back as far as it may leave, else the reason.

        ValueError where the number is not of as many people as the cell has: it belongs elsewhere.
        """
        return _gate(self.verdict(cell, statistic), value)

    def take_without(self, panel: Panel, statistic: str, mark: str, value: Number) -> Number | Withheld:
        """Pass the panel's number without the marked people through the gate."""
        return _gate(self.without(panel, statistic, mark), value)

    def derive(
        self, statistic: str, values: Sequence[tuple[Cell, Number]], result: Callable[..., Result]
    ) -> Result | Withheld:
        """Compute something from several cells (a gap) where all of them are released.

        `result` gets the numbers in the order of `values`, undiminished, and must return none of them: it
        is for gaps, whose interval needs the SD. The first withheld cell's reason comes back otherwise.
        """
        for cell, value in values:
            taken = self.take(cell, statistic, value)
            if isinstance(taken, Withheld):
                return taken
        return result(*(value for _, value in values))

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

    def as_earlier(self) -> Earlier:
        """What a later release of the same campaign has to know of this one."""
        return Earlier(
            self.memberships,
            {key: part.shown for key, part in self.parts.items()},
            {key: part.full for key, part in self.parts.items()},
            {key: tuple(part.compared) for key, part in self.parts.items()},
            {
                key: tuple(mark for mark, (_, full) in part.compared.items() if full)
                for key, part in self.parts.items()
            },
        )


def release(
    policy: Policy,
    tree: Tree,
    memberships: Mapping[Panel, Membership],
    *,
    panel_only: Collection[str] = (),
    links: Sequence[Link] = (),
    comparisons: Mapping[str, Collection[str]] | None = None,
    earlier: Sequence[Earlier] = (),
) -> ReleasedTable:
    """Choose what may leave and prove it.

    Parameters
    ----------
    policy : Policy
    tree : Tree
    memberships : mapping of panel to Membership
        Everybody who answered, also before. A panel that is missing has no released cell.
    panel_only : collection of str
        Statistics that are published for whole panels only; all their other cells are withheld.
    links : sequence of Link
        Statistics that are a person's mean over others (dimensions over items). Their parts are
        `panel_only` without being named there, and their `anyone` is never released.
    comparisons : mapping of mark to statistics, optional
        Statistics whose panel number shall also be given without the people who carry the mark; in a first
        release only.
    earlier : sequence of Earlier
        All releases of this campaign so far, the oldest first.

    Returns
    -------
    ReleasedTable. The plan is made once a panel from all respondents and only ever tightened for a
    statistic, whose people are those who answered it. A distribution is held to `min_distribution` in
    the same sense as a mean to k: not even by subtraction is there a distribution of fewer people.

    Raises
    ------
    UnsafeReleaseError
        The auditor did not prove the very set of cells that would be returned, or the people added since
        an earlier release are too few to publish anything again.
    ValueError
        A membership that does not fit the tree or an earlier release; a comparison of a link's part.
    """
    comparisons = {} if earlier else comparisons or {}
    for statistics in comparisons.values():
        if inseparable := {part for link in links for part in link.parts} & set(statistics):
            raise ValueError(f"Parts of a link cannot be compared: {', '.join(sorted(inseparable))}.")
    whole_panels = {*panel_only, *(part for link in links for part in (*link.parts, link.own or ""))}
    parts: dict[tuple[Panel, str], Part] = {}
    comment_cells: dict[Panel, Chosen] = {}
    for panel, membership in memberships.items():
        plan = _plan(policy, tree, panel, membership, earlier)
        base = plan.base()
        comment_cells[panel] = plan.comment_cells(base)
        found = _parts(plan, base, whole_panels, comparisons, links)
        parts |= {(panel, statistic): part for statistic, part in found.items()}
    return ReleasedTable(policy, dict(memberships), parts, comment_cells, bool(earlier), _SEAL)


def _plan(
    policy: Policy, tree: Tree, panel: Panel, membership: Membership, earlier: Sequence[Earlier]
) -> PanelPlan:
    """Split the people by the release in which they were new."""
    before: list[Before] = []
    so_far = Membership.nobody(membership)
    for past in earlier:
        then = past.memberships.get(panel, so_far)
        shown, full = _of(panel, past.shown), _of(panel, past.full)
        compared, in_full = _of(panel, past.compared), _of(panel, past.compared_in_full)
        before.append(Before(then.without(so_far), shown, full, compared, in_full))
        so_far = then
    added = membership.without(so_far) if before else membership
    plan = PanelPlan(policy, tree, panel, membership, added, before)
    if before and 0 < plan.added.respondents.sum() < plan.k:
        raise UnsafeReleaseError(f"Fewer than {plan.k} of the {panel} panel were added since.")
    return plan


def _of(panel: Panel, found: Mapping[tuple[Panel, str], Result]) -> dict[str, Result]:
    return {statistic: value for (where, statistic), value in found.items() if where is panel}


def _parts(
    plan: PanelPlan,
    base: Chosen,
    whole_panels: Collection[str],
    comparisons: Mapping[str, Collection[str]],
    links: Sequence[Link],
) -> dict[str, Part]:
    everyone = Chosen(organization=base.organization)
    parts = {
        statistic: plan.part(statistic, everyone if statistic in whole_panels else base)
        for statistic in plan.membership.statistics
        if statistic not in {link.anyone for link in links}
    }
    for mark, statistics in comparisons.items():
        for statistic in statistics:
            parts[statistic] = plan.compared(statistic, parts[statistic], mark)
    for link in links:
        gone = set() if link.own is None or plan.stands_alone(link, parts) else {link.own}
        for statistic in gone & parts.keys():
            parts[statistic] = _closed(parts[statistic])
        for statistic in plan.withheld_parts(link, parts):
            parts[statistic] = _closed(parts[statistic])
    return parts


def _closed(part: Part) -> Part:
    return replace(part, shown=NOTHING, full=NOTHING, compared={})


def _gate(verdict: Verdict, value: Number) -> Number | Withheld:
    match verdict:
        case Withheld():
            return verdict
        case Released(detail, people):
            if value.n != people:
                raise ValueError(f"A number of {value.n} people was offered for a cell of {people}.")
            return value if detail is Detail.FULL else value.mean_only()
        case _:
            assert_never(verdict)


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
