"""From rows to counts: the campaign's blocks become tallies and memberships."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import assert_never
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from assessment.disclosure.links import Link
from assessment.disclosure.membership import Membership, Tree
from assessment.disclosure.policy import Policy
from assessment.snapshot.answered import Answered, anyone, left_out, of_panel
from assessment.stats import careless
from assessment.stats.layout import Column, Dimension, Kind, Layout, Panel
from assessment.stats.tally import Tally
from surveys import queries
from surveys.instruments.codec import Field, FieldKind
from surveys.models import Campaign, CampaignUnit

Block = tuple[Panel, int, bytes]
TOGETHER = 1 << 22  # bytes of sheets that are counted together, so that small units cost little
HELD = 1 << 26  # bytes of sheets up to which the second reading is from memory
PEOPLE = 1 << 13  # of these looked at together: what is made of them stays in the second-level cache

KINDS = {
    FieldKind.BACKGROUND: Kind.BACKGROUND,
    FieldKind.AGREE: Kind.AGREE,
    FieldKind.LADDER: Kind.LADDER,
    FieldKind.SCENARIO: Kind.SCENARIO,
    FieldKind.CHOICE: Kind.CHOICE,
    FieldKind.MULTI: Kind.MULTI,
}


@dataclass(frozen=True)
class Gathered:
    """All that is known of a closed campaign. It stays inside `assessment.snapshot`.

    `tally` is of everybody, `complete` of the executives and those of the front line who have every dimension: what is
    told of units, levels and pairs of dimensions is theirs, and so are sums of products in both. `careful` is
    `complete` without sheets that look careless.
    """

    campaign: Campaign
    units: tuple[CampaignUnit, ...]
    tree: Tree
    policy: Policy
    layout: Layout
    tally: Tally
    complete: Tally
    careful: Tally
    memberships: dict[Panel, Membership]

    def headcount(self, panel: Panel) -> int | None:
        """People of a panel in the whole organization; None where any unit's number is unknown."""
        counts = [_headcount(unit, panel) for unit in self.units]
        known = [count for count in counts if count is not None]
        return sum(known) if len(known) == len(counts) else None

    def headcount_below(self, panel: Panel, unit: int) -> int | None:
        """The same for a unit and everything under it."""
        known, unknown = self._below[panel]
        return None if unknown[unit] else int(known[unit])

    @cached_property
    def _below(self) -> dict[Panel, tuple[NDArray[np.int64], NDArray[np.int64]]]:
        """Of each unit and everything under it: people, and units whose number of people is unknown."""
        found = {}
        for panel in Panel:
            counts = [_headcount(unit, panel) for unit in self.units]
            known = np.array([count or 0 for count in counts], np.int64)
            unknown = np.array([count is None for count in counts], np.int64)
            found[panel] = self.tree.subtree_sums(known), self.tree.subtree_sums(unknown)
        return found


def _headcount(unit: CampaignUnit, panel: Panel) -> int | None:
    match panel:
        case Panel.FRONTLINE:
            return unit.frontline_headcount
        case Panel.EXECUTIVE:
            return unit.executive_headcount
        case _:
            assert_never(panel)


def layout_of(campaign: Campaign) -> Layout:
    dimensions = tuple(
        Dimension(
            dimension.id,
            tuple(item.id for item in campaign.instrument.items_in(dimension.id)),
            dimension.headline,
        )
        for dimension in campaign.instrument.dimensions
    )
    return Layout(tuple(map(_column, campaign.codec.fields)), dimensions)


def _column(entry: Field) -> Column:
    return Column(entry.id, KINDS[entry.kind], entry.options, entry.reverse, entry.dont_know)


def gather(campaign: Campaign, batches: int | None = None, *, row_by_row: bool = False) -> Gathered:
    """Everything that was answered, from the rows; of the first `batches` only, where told.

    `row_by_row`: also of a large panel everybody, so that two releases can be held against each other.
    """
    units = tuple(queries.campaign_units(campaign))
    index = {unit.id: position for position, unit in enumerate(units)}
    tree = Tree(tuple(index[unit.parent_id] if unit.parent_id else None for unit in units))
    blocks, first = (partial(_blocks, campaign, index, upto) for upto in (batches, 1))
    return gather_blocks(campaign, units, tree, blocks, first if row_by_row else None)


def gather_blocks(
    campaign: Campaign,
    units: tuple[CampaignUnit, ...],
    tree: Tree,
    blocks: Callable[[], Iterable[Block]],
    first: Callable[[], Iterable[Block]] | None = None,
) -> Gathered:
    """Two readings, a block at a time: what careless answers differ from, then everything else.

    `first`, for a second report: the blocks that tell what is careless, because late answers must not change what was
    said of the others. The memberships then hold everybody row by row.
    """
    layout = layout_of(campaign)
    blocks = Rereadable(blocks)
    sizes = {panel: np.zeros(len(units), np.int64) for panel in Panel}
    if first is None:
        overall = careless.overall_moments(layout, lambda: _measured(blocks(), sizes, layout.width))
    else:
        for _ in _measured(blocks(), sizes, layout.width):
            pass
        overall = careless.overall_moments(layout, first)
    counter = Counted(
        layout, careless.Screen(layout, careless.Rule(), overall), sizes, row_by_row=first is not None
    )
    everybody = Tally.of(layout, counter.passing(blocks()), len(units))
    complete = everybody - counter.incomplete()
    tally = everybody.with_products_of(complete)
    complete = replace(complete, within_of=tally)
    return Gathered(
        campaign=campaign,
        units=units,
        tree=tree,
        policy=Policy(**campaign.policy),
        layout=layout,
        tally=tally,
        complete=complete,
        careful=complete - counter.careless(),
        memberships=counter.memberships(),
    )


def _measured(
    blocks: Iterable[Block], sizes: Mapping[Panel, NDArray[np.int64]], width: int
) -> Iterator[Block]:
    for panel, unit, sheets in blocks:
        sizes[panel][unit] += len(sheets) // width
        yield panel, unit, sheets


def _blocks(campaign: Campaign, index: dict[UUID, int], batches: int | None) -> Iterator[Block]:
    for panel, unit, sheets in queries.answer_blocks(campaign, batches):
        yield Panel(panel.value), index[unit], sheets


def links(layout: Layout) -> list[Link]:
    """A dimension is a person's mean over items that are themselves published: the release must know."""
    return [Link(d.id, d.columns, anyone(d), left_out(d), of_panel(d.id)) for d in layout.dimensions]


class Rereadable:
    """Blocks that are read more than once: where they are few they stay in memory after the first reading."""

    def __init__(self, read: Callable[[], Iterable[Block]]) -> None:
        self.read = read
        self.kept: list[Block] | None = None

    def __call__(self) -> Iterator[Block]:
        if self.kept is not None:
            yield from self.kept
            return
        kept: list[Block] = []
        size = 0
        for block in self.read():
            size += len(block[2])
            if size <= HELD:
                kept.append(block)
            else:
                kept.clear()
            yield block
        if size <= HELD:
            self.kept = kept


class Counted:
    """Counts who answered what, and tallies sheets that are careless or without a dimension, while the blocks pass by
    on their way to the tally.

    `sizes` says how many sheets will come of each unit.
    """

    def __init__(
        self,
        layout: Layout,
        screen: careless.Screen,
        sizes: Mapping[Panel, NDArray[np.int64]],
        *,
        row_by_row: bool = False,
    ) -> None:
        self.layout, self.screen = layout, screen
        self.units = len(sizes[Panel.FRONTLINE])
        self.waiting: list[Block] = []
        self.size = 0
        self._careless, self._incomplete = _Aside(layout, self.units), _Aside(layout, self.units)
        self.incidence = {
            panel: Answered(layout, panel, sizes[panel], row_by_row=row_by_row) for panel in Panel
        }

    def passing(self, blocks: Iterable[Block]) -> Iterator[Block]:
        for block in blocks:
            self.waiting.append(block)
            self.size += len(block[2])
            if self.size >= TOGETHER:
                self._count()
            yield block

    def _count(self) -> None:
        width = self.layout.width
        for panel in Panel:
            some = [(unit, sheets) for whose, unit, sheets in self.waiting if whose is panel]
            if not some:
                continue
            sheets = np.frombuffer(b"".join(block for _, block in some), np.uint8).reshape(-1, width)
            units = np.repeat([unit for unit, _ in some], [len(block) // width for _, block in some])
            flags, whole = np.zeros(len(sheets), bool), np.zeros(len(sheets), bool)
            for start in range(0, len(sheets), PEOPLE):
                part = slice(start, start + PEOPLE)
                raw = np.ascontiguousarray(sheets[part].T)
                flags[part] = self.screen.columnwise(raw)
                whole[part] = self.incidence[panel].add(units[part], raw, flags[part])
            for aside, wanted in ((self._careless, flags & whole), (self._incomplete, ~whole)):
                aside.add(_by_unit(panel, units[wanted], sheets[wanted]))
        self.waiting, self.size = [], 0

    def careless(self) -> Tally:
        """Of those who have every dimension."""
        self._count()
        return self._careless.tally()

    def incomplete(self) -> Tally:
        self._count()
        return self._incomplete.tally()

    def memberships(self) -> dict[Panel, Membership]:
        self._count()
        return {panel: one.membership() for panel, one in self.incidence.items()}


class _Aside:
    """Sheets that are tallied once more by themselves, some megabytes at a time."""

    def __init__(self, layout: Layout, units: int) -> None:
        self.layout, self.units = layout, units
        self.found: list[Block] = []
        self.tallied = Tally.of(layout, [], units)

    def add(self, blocks: list[Block]) -> None:
        self.found += blocks
        if sum(len(sheets) for _, _, sheets in self.found) >= TOGETHER:
            self.tally()

    def tally(self) -> Tally:
        self.tallied += Tally.of(self.layout, self.found, self.units)
        self.found = []
        return self.tallied


def _by_unit(panel: Panel, units: NDArray[np.int64], sheets: NDArray[np.uint8]) -> list[Block]:
    """Rows of one unit stand together."""
    starts = np.flatnonzero(np.diff(units, prepend=-1))
    parts = np.split(sheets, starts[1:])
    return [(panel, int(units[start]), part.tobytes()) for start, part in zip(starts, parts, strict=False)]
