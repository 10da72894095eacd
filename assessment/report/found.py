"""What a report holds: released numbers, bounds of numbers, and words for why a number did not leave."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

PANELS = ("frontline", "executive")

Payload = Mapping[str, Any]
Interval = tuple[float, float]


class Verdict(StrEnum):
    CLEAR = "clear"
    LEANING = "leaning"
    NO_CLEAR_GAP = "no_clear_gap"
    CANNOT_TELL = "cannot_tell"


class Quadrant(StrEnum):
    AGREED_STRENGTH = "agreed_strength"
    BLIND_SPOT = "blind_spot"
    UNDERVALUED_STRENGTH = "undervalued_strength"
    AGREED_WEAKNESS = "agreed_weakness"


@dataclass(frozen=True)
class Withheld:
    """A number that did not leave: why, and nothing else."""

    reason: str
    shown: bool = False


@dataclass(frozen=True)
class Bounded:
    """A number of which only a bound left: exactly stated, it would say what nearly everybody answered.

    It lies from `low` to `high`, both included; None is the end of its scale. At least one end is known.
    """

    low: float | None = None
    high: float | None = None
    shown: bool = True

    def __post_init__(self) -> None:
        if self.low is None and self.high is None:
            raise ValueError("A bound needs a lower or an upper end.")
        if self.low is not None and self.high is not None and self.low > self.high:
            raise ValueError(f"A number cannot lie from {self.low} to {self.high}.")


Number = float | Bounded


@dataclass(frozen=True)
class Estimate:
    """`distribution`: answers per option where the document counts them; `spread`: their shares, or bounds of them."""

    n: int
    mean: Number
    sd: float | None
    interval: Interval | None
    favourable: Number | None
    favourable_interval: Interval | None
    distribution: tuple[int, ...] | None
    spread: tuple[Number, ...] | None = None
    shown: bool = True


@dataclass(frozen=True)
class Gap:
    value: Number
    interval: Interval | None
    hedges_g: float | None
    g_interval: Interval | None
    p: float | None
    p_adjusted: float | None
    verdict: Verdict
    shown: bool = True


@dataclass(frozen=True)
class Share:
    n: int
    share: Number
    interval: Interval | None
    shown: bool = True


@dataclass(frozen=True)
class Difference:
    value: Number
    interval: Interval | None
    p_adjusted: float | None
    shown: bool = True


@dataclass(frozen=True)
class Ceiling:
    """The stake at which half a panel would still decide on the spot; None beyond the ladder's ends."""

    amount: float | None
    interval: tuple[float | None, float | None]
    where: str
    shown: bool = True


@dataclass(frozen=True)
class Participation:
    answered: int
    headcount: int | None
    rate: float | None
    shown: bool = True


@dataclass(frozen=True)
class Reliability:
    n: int
    alpha: float | None
    alpha_interval: Interval | None
    omega: float | None
    shown: bool = True


@dataclass(frozen=True)
class Pair:
    """What both panels said to the mirrored question, and the gap between them."""

    frontline: Estimate | Withheld
    executive: Estimate | Withheld
    gap: Gap | Withheld
    quadrant: Quadrant | None


@dataclass(frozen=True)
class Dimension:
    id: str
    title: str
    about: str
    headline: bool
    pair: Pair
    reliability: Mapping[str, Reliability | Withheld]


@dataclass(frozen=True)
class Item:
    id: str
    dimension: str
    label: str
    wording: Mapping[str, str]
    options: tuple[str, ...]
    reverse: bool
    pair: Pair
    dont_know: Mapping[str, Number | Withheld]


@dataclass(frozen=True)
class Priority:
    """Where to begin, the first by `rank` 1.

    `weight`: how strongly the item's dimension goes with the outcome in the front line, a correlation; None where that
    is not known. Where it is known for all of them the order is by gap times weight, else by gap.
    """

    rank: int
    dimension: str
    item: str
    gap: Number
    weight: float | None
    weight_interval: Interval | None


@dataclass(frozen=True)
class Both:
    """A share in both panels and their difference, executive minus front line."""

    frontline: Share | Withheld
    executive: Share | Withheld
    difference: Difference | Withheld


@dataclass(frozen=True)
class Step:
    amount: int
    both: Both


@dataclass(frozen=True)
class Ladder:
    steps: tuple[Step, ...]
    ceiling: Mapping[str, Ceiling | Withheld]


@dataclass(frozen=True)
class Option:
    label: Mapping[str, str]
    both: Both


@dataclass(frozen=True)
class Choice:
    id: str
    label: str
    wording: Mapping[str, str]
    options: tuple[Option, ...]


@dataclass(frozen=True)
class Obstacle:
    label: str
    both: Both
    blind_spot: bool | None


@dataclass(frozen=True)
class Unit:
    path: str
    frontline: Mapping[str, Estimate | Withheld]
    gap: Mapping[str, Gap | Withheld]

    @property
    def name(self) -> str:
        return self.path.rsplit("/", 1)[-1]

    @property
    def depth(self) -> int:
        return self.path.count("/")


@dataclass(frozen=True)
class Level:
    label: str
    frontline: Mapping[str, Estimate | Withheld]


@dataclass(frozen=True)
class Cut:
    title: str
    levels: tuple[Level, ...]


@dataclass(frozen=True)
class DimensionChange:
    """Now minus then: of what the front line lives, of what executives believe, and of the gap between them."""

    id: str
    title: str
    frontline: Gap | Withheld
    executive: Gap | Withheld
    gap: Gap | Withheld


@dataclass(frozen=True)
class Change:
    """Against the released report of the wave before. Other people may have answered then."""

    since: str
    closed: dt.datetime
    headline: Gap | Withheld
    dimensions: tuple[DimensionChange, ...]


@dataclass(frozen=True)
class Weighted:
    """The front line's mean weighted to head counts. `covered`: the share of people whose group has answers."""

    n: int
    mean: Number
    interval: Interval | None
    design_effect: float
    effective_n: float
    covered: float
    shown: bool = True


@dataclass(frozen=True)
class Careful:
    """A mean without the answers that look careless. `set_aside`: how many those were."""

    n: int
    mean: Number
    set_aside: int
    shown: bool = True


@dataclass(frozen=True)
class Agreement:
    """How alike people answered. `ad`: mean distance from their mean, in options of the scale."""

    rwg: float | None
    ad: float | None
    shown: bool = True


@dataclass(frozen=True)
class UnitAgreement:
    """How alike the people of one unit answered, dimension by dimension."""

    path: str
    frontline: Mapping[str, Agreement | Withheld]


@dataclass(frozen=True)
class UnitDifferences:
    """How much of the differences between people lies between units."""

    icc1: float | None
    icc2: float | None
    shown: bool = True


@dataclass(frozen=True)
class WithheldCell:
    cell: Mapping[str, Any]
    reason: str


@dataclass(frozen=True)
class Organization:
    name: str
    timezone: str
    currency: str
    language: str


@dataclass(frozen=True)
class Campaign:
    name: str
    opened: dt.datetime
    closed: dt.datetime
    instrument: str
    version: int
    policy: Mapping[str, int]


@dataclass(frozen=True)
class Report:
    simulated: bool
    organization: Organization
    campaign: Campaign
    participation: Mapping[str, Participation | Withheld]
    headline: Gap | Withheld
    dimensions: tuple[Dimension, ...]
    items: tuple[Item, ...]
    ladder: Ladder | None
    scenarios: tuple[Choice, ...]
    obstacles: tuple[Obstacle, ...]
    escalation: Choice | None
    choices: tuple[Choice, ...]
    units: tuple[Unit, ...]
    cuts: tuple[Cut, ...]
    comments: tuple[Mapping[str, str], ...]
    withheld: tuple[WithheldCell, ...]
    change: Change | None
    agreement: Payload  # as in the document; `executive_agreement` and `unit_differences` are read from it
    executive_agreement: Mapping[str, Agreement | Withheld]
    unit_differences: Mapping[str, UnitDifferences | Withheld]
    careful: Mapping[str, Mapping[str, Careful | Withheld]]
    weighted: Mapping[str, Weighted | Withheld]
    priorities: tuple[Priority, ...] = ()
    unit_agreement: tuple[UnitAgreement, ...] = ()

    @property
    def items_by_gap(self) -> tuple[Item, ...]:
        """Largest gap first, whichever its sign; items without a gap last, in the order of the questionnaire."""
        return tuple(sorted(self.items, key=lambda item: -width(item.pair.gap)))

    def in_quadrant(self, quadrant: Quadrant) -> tuple[Item, ...]:
        return tuple(item for item in self.items_by_gap if item.pair.quadrant is quadrant)


def width(found: Gap | Withheld) -> float:
    """How wide a gap is at least; less than nothing where there is none to show."""
    if isinstance(found, Withheld):
        return -1.0
    return least(found.value)


def least(value: Number) -> float:
    """The smallest size, without its sign, that the number can have: 0 where a bound allows both signs."""
    if not isinstance(value, Bounded):
        return abs(value)
    if value.low is not None and value.low > 0:
        return value.low
    if value.high is not None and value.high < 0:
        return -value.high
    return 0.0
