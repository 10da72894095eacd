"""From rows to counts: the campaign's blocks become a tally and the memberships, in one reading."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from assessment.disclosure.membership import Membership, Tree
from assessment.disclosure.panel import Link
from assessment.disclosure.policy import Policy
from assessment.stats import careless
from assessment.stats.layout import DONT_KNOW, NO_ANSWER, Column, Dimension, Kind, Layout, Panel
from assessment.stats.tally import Tally
from surveys import queries
from surveys.instruments.codec import Field, FieldKind
from surveys.models import Campaign, CampaignUnit

Block = tuple[Panel, int, bytes]
Screen = Callable[[bytes], NDArray[np.bool_]]
CARELESS = "careless"

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
    """All that is known of a closed campaign. It stays inside `assessment.snapshot`."""

    campaign: Campaign
    units: tuple[CampaignUnit, ...]
    tree: Tree
    policy: Policy
    layout: Layout
    tally: Tally
    careful: Tally
    memberships: dict[Panel, Membership]

    def headcount(self, panel: Panel) -> int | None:
        """People of a panel in the whole organization; None where any unit's number is unknown."""
        return self.headcount_below(panel, None)

    def headcount_below(self, panel: Panel, unit: int | None) -> int | None:
        """The same for a unit and everything under it."""
        names = {Panel.FRONTLINE: "frontline_headcount", Panel.EXECUTIVE: "executive_headcount"}
        counts = [
            getattr(self.units[index], names[panel])
            for index in range(len(self.units))
            if unit is None or self.is_below(index, unit)
        ]
        return None if None in counts else sum(counts)

    def is_below(self, index: int, top: int) -> bool:
        at: int | None = index
        while at is not None:
            if at == top:
                return True
            at = self.tree.parents[at]
        return False


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


def gather(campaign: Campaign) -> Gathered:
    """Three readings, a block at a time: what careless answers differ from, everybody, the careful ones."""
    units = tuple(queries.campaign_units(campaign))
    index = {unit.id: position for position, unit in enumerate(units)}
    tree = Tree(tuple(index[unit.parent_id] if unit.parent_id else None for unit in units))
    layout = layout_of(campaign)
    blocks = partial(_blocks, campaign, index)
    screen = partial(screened, layout, careless.overall_moments(layout, blocks))
    counter = _Memberships(layout, screen)
    tally = Tally.of(layout, counter.passing(blocks()), len(units))
    return Gathered(
        campaign=campaign,
        units=units,
        tree=tree,
        policy=Policy(**campaign.policy),
        layout=layout,
        tally=tally,
        careful=Tally.of(layout, _careful(layout, blocks(), screen), len(units)),
        memberships=counter.finished(),
    )


def screened(layout: Layout, overall: careless.Moments | None, block: bytes) -> NDArray[np.bool_]:
    """Who of a block looks careless."""
    return careless.careless(careless.answers(layout, block), careless.Rule(), overall)


def _careful(layout: Layout, blocks: Iterator[Block], screen: Screen) -> Iterator[Block]:
    for panel, unit, block in blocks:
        sheets = np.frombuffer(block, np.uint8).reshape(-1, layout.width)
        yield panel, unit, sheets[~screen(block)].tobytes()


def _blocks(campaign: Campaign, index: dict[UUID, int]) -> Iterator[Block]:
    for panel, unit, sheets in queries.answer_blocks(campaign):
        yield Panel(panel.value), index[unit], sheets


def links(layout: Layout) -> list[Link]:
    """A dimension is a person's mean over items that are themselves published: the release must know."""
    return [Link(d.id, d.columns, _anyone(d), _left_out(d)) for d in layout.dimensions]


def _anyone(dimension: Dimension) -> str:
    return f"any:{dimension.id}"


def _left_out(dimension: Dimension) -> str:
    return f"left-out:{dimension.id}"


class _Memberships:
    """Counts who answered what while the blocks pass by on their way to the tally."""

    def __init__(self, layout: Layout, screen: Screen) -> None:
        self.screen = screen
        self.width = layout.width
        self.background = [i for i, column in enumerate(layout.columns) if column.kind is Kind.BACKGROUND]
        self.asked = [i for i, column in enumerate(layout.columns) if column.kind is not Kind.BACKGROUND]
        self.dimensions = [[layout.offset(column) for column in d.columns] for d in layout.dimensions]
        self.statistics = (
            *(layout.columns[i].id for i in self.asked),
            *(dimension.id for dimension in layout.dimensions),
            *(_anyone(dimension) for dimension in layout.dimensions),
        )
        self.several = np.array([column.kind is Kind.MULTI for column in layout.columns])
        self.marks = (*(_left_out(dimension) for dimension in layout.dimensions), CARELESS)
        self.parts: dict[Panel, list[Membership]] = {panel: [] for panel in Panel}

    def passing(self, blocks: Iterator[Block]) -> Iterator[Block]:
        for panel, unit, block in blocks:
            self.parts[panel].append(self._membership(panel, unit, block))
            yield panel, unit, block

    def _membership(self, panel: Panel, unit: int, block: bytes) -> Membership:
        sheets = np.frombuffer(block, np.uint8).reshape(-1, self.width)
        valid = (sheets != NO_ANSWER) & (
            (sheets != DONT_KNOW) | self.several
        )  # all eight of a mask are 255 too
        given = np.stack([valid[:, items].sum(axis=1) for items in self.dimensions], axis=1)
        sizes = np.array([len(items) for items in self.dimensions])
        answered = np.column_stack([valid[:, self.asked], given * 2 >= sizes, given > 0])
        # executives have no background cuts; what they answered there must not split them into classes
        background = self.background if panel is Panel.FRONTLINE else []
        return Membership.of_people(
            np.full(len(sheets), unit),
            sheets[:, background].astype(np.int16),
            answered,
            self.statistics,
            marks=np.column_stack([sizes - given, self.screen(block)]).astype(np.int16),
            mark_names=self.marks,
        )

    def finished(self) -> dict[Panel, Membership]:
        nobody = {panel: self._membership(panel, 0, b"") for panel in Panel}
        return {
            panel: Membership.concatenate(parts) if parts else nobody[panel]
            for panel, parts in self.parts.items()
        }
