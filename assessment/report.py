"""The one object every renderer draws from. `compose` reads a `latitude.report/1` document and nothing else."""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar

SCHEMA = "latitude.report/1"
PANELS = ("frontline", "executive")
T = TypeVar("T")

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
class Estimate:
    n: int
    mean: float
    sd: float | None
    interval: Interval | None
    favourable: float | None
    favourable_interval: Interval | None
    distribution: tuple[int, ...] | None
    shown: bool = True


@dataclass(frozen=True)
class Gap:
    value: float
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
    share: float
    interval: Interval
    shown: bool = True


@dataclass(frozen=True)
class Difference:
    value: float
    interval: Interval
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
    dont_know: Mapping[str, float | Withheld]


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
    change: Payload | None
    agreement: Payload
    quality: Payload
    weighted: Payload

    @property
    def items_by_gap(self) -> tuple[Item, ...]:
        """Largest gap first, whichever its sign; items without a gap last, in the order of the questionnaire."""
        return tuple(
            sorted(
                self.items,
                key=lambda item: -abs(item.pair.gap.value) if isinstance(item.pair.gap, Gap) else 1.0,
            )
        )

    def in_quadrant(self, quadrant: Quadrant) -> tuple[Item, ...]:
        return tuple(item for item in self.items_by_gap if item.pair.quadrant is quadrant)


def compose(payload: Payload) -> Report:
    """The report of a document. ValueError where it is of a schema this program does not know."""
    if payload.get("schema") != SCHEMA:
        raise ValueError(f"The document's schema is {payload.get('schema')!r}; expected {SCHEMA}.")
    campaign = payload["campaign"]
    return Report(
        simulated=payload["simulated"],
        organization=Organization(**payload["organization"]),
        campaign=Campaign(
            name=campaign["name"],
            opened=dt.datetime.fromisoformat(campaign["opened"]),
            closed=dt.datetime.fromisoformat(campaign["closed"]),
            instrument=campaign["instrument"],
            version=campaign["version"],
            policy=campaign["policy"],
        ),
        participation=by_panel(payload["participation"], lambda found: Participation(**found)),
        headline=or_withheld(payload["headline"]["gap"], gap),
        dimensions=tuple(map(_dimension, payload["dimensions"])),
        items=tuple(map(_item, payload["items"])),
        ladder=_ladder(payload["ladder"]) if payload["ladder"] else None,
        scenarios=tuple(map(_choice, payload["scenarios"])),
        obstacles=tuple(
            Obstacle(found["label"], both(found), found["blind_spot"]) for found in payload["obstacles"]
        ),
        escalation=_choice(payload["escalation"]) if payload["escalation"] else None,
        choices=tuple(map(_choice, payload.get("choices", ()))),
        units=tuple(
            Unit(found["path"], estimates(found["frontline"]), gaps(found["gap"]))
            for found in payload["units"]
        ),
        cuts=tuple(
            Cut(
                cut["title"],
                tuple(Level(level["label"], estimates(level["frontline"])) for level in cut["levels"]),
            )
            for cut in payload["cuts"]
        ),
        comments=tuple(payload["comments"]),
        withheld=tuple(WithheldCell(**found) for found in payload["withheld"]),
        change=payload["change"],
        agreement=payload["agreement"],
        quality=payload.get("quality", {}),
        weighted=payload.get("weighted", {}),
    )


def or_withheld(found: Payload, make: Callable[[Payload], T]) -> T | Withheld:
    return Withheld(found["status"]) if "status" in found else make(found)


def by_panel(found: Payload, make: Callable[[Payload], T]) -> dict[str, T | Withheld]:
    return {panel: or_withheld(found[panel], make) for panel in PANELS}


def estimate(found: Payload) -> Estimate:
    return Estimate(
        n=found["n"],
        mean=found["mean"],
        sd=found.get("sd"),
        interval=pair_of(found.get("interval")),
        favourable=found.get("favourable"),
        favourable_interval=pair_of(found.get("favourable_interval")),
        distribution=tuple(found["distribution"]) if "distribution" in found else None,
    )


def gap(found: Payload) -> Gap:
    return Gap(
        value=found["value"],
        interval=pair_of(found["interval"]),
        hedges_g=found["hedges_g"],
        g_interval=pair_of(found["g_interval"]),
        p=found["p"],
        p_adjusted=found["p_adjusted"],
        verdict=Verdict(found["verdict"]),
    )


def share(found: Payload) -> Share:
    low, high = found["interval"]
    return Share(found["n"], found["share"], (low, high))


def difference(found: Payload) -> Difference:
    low, high = found["interval"]
    return Difference(found["value"], (low, high), found.get("p_adjusted"))


def both(found: Payload) -> Both:
    return Both(
        or_withheld(found["frontline"], share),
        or_withheld(found["executive"], share),
        or_withheld(found["difference"], difference),
    )


def estimates(found: Mapping[str, Payload]) -> dict[str, Estimate | Withheld]:
    return {name: or_withheld(value, estimate) for name, value in found.items()}


def gaps(found: Mapping[str, Payload]) -> dict[str, Gap | Withheld]:
    return {name: or_withheld(value, gap) for name, value in found.items()}


def pair_of(found: Sequence[float] | None) -> Interval | None:
    return (found[0], found[1]) if found is not None else None


def _pair(found: Payload) -> Pair:
    return Pair(
        or_withheld(found["frontline"], estimate),
        or_withheld(found["executive"], estimate),
        or_withheld(found["gap"], gap),
        Quadrant(found["quadrant"]) if found["quadrant"] else None,
    )


def _reliability(found: Payload) -> Reliability:
    return Reliability(found["n"], found["alpha"], pair_of(found["alpha_interval"]), found["omega"])


def _dimension(found: Payload) -> Dimension:
    return Dimension(
        id=found["id"],
        title=found["title"],
        about=found.get("about", ""),
        headline=found["headline"],
        pair=_pair(found),
        reliability=by_panel(found["reliability"], _reliability),
    )


def _item(found: Payload) -> Item:
    known: dict[str, float | Withheld] = {
        panel: Withheld(value["status"]) if isinstance(value, Mapping) else float(value)
        for panel, value in found["dont_know"].items()
    }
    return Item(
        id=found["id"],
        dimension=found["dimension"],
        label=found["label"],
        wording=found["wording"],
        options=tuple(found.get("options", ())),
        reverse=found["reverse"],
        pair=_pair(found),
        dont_know=known,
    )


def _ceiling(found: Payload) -> Ceiling:
    low, high = found["interval"]
    return Ceiling(found["amount"], (low, high), found["where"])


def _ladder(found: Payload) -> Ladder:
    steps = tuple(Step(step["amount"], both(step)) for step in found["steps"])
    return Ladder(steps, by_panel(found["ceiling"], _ceiling))


def _choice(found: Payload) -> Choice:
    options = tuple(Option(option["label"], both(option)) for option in found["options"])
    return Choice(found["id"], found["label"], found["wording"], options)
