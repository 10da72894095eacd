"""A `latitude.report/1` document, read into what a report holds; nothing else is read."""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from assessment.report.found import (
    PANELS,
    Agreement,
    Both,
    Bounded,
    Campaign,
    Careful,
    Ceiling,
    Change,
    Choice,
    Cut,
    Difference,
    Dimension,
    DimensionChange,
    Estimate,
    Gap,
    Interval,
    Item,
    Ladder,
    Level,
    Number,
    Obstacle,
    Option,
    Organization,
    Pair,
    Participation,
    Payload,
    Priority,
    Quadrant,
    Reliability,
    Report,
    Share,
    Step,
    Unit,
    UnitAgreement,
    UnitDifferences,
    Verdict,
    Weighted,
    Withheld,
    WithheldCell,
)

SCHEMA = "latitude.report/1"
LOWEST, HIGHEST = 0.05, 0.95  # beyond these parts of a scale a number is a bound
T = TypeVar("T")


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
            Unit(found["path"], each(found["frontline"], estimate), each(found["gap"], gap))
            for found in payload["units"]
        ),
        cuts=tuple(
            Cut(
                cut["title"],
                tuple(Level(level["label"], each(level["frontline"], estimate)) for level in cut["levels"]),
            )
            for cut in payload["cuts"]
        ),
        comments=tuple(payload["comments"]),
        withheld=tuple(WithheldCell(**found) for found in payload["withheld"]),
        change=_change(payload["change"]) if payload["change"] else None,
        agreement=payload["agreement"],
        executive_agreement=each(payload["agreement"]["executive"], _agreement),
        unit_differences=each(payload["agreement"]["units"], _unit_differences),
        careful={
            panel: each(found, _careful)
            for panel, found in payload.get("quality", {}).get("careless", {}).items()
        },
        weighted=each(payload.get("weighted", {}), _weighted),
        unit_agreement=tuple(
            UnitAgreement(found["path"], each(found["frontline"], _agreement))
            for found in payload["agreement"].get("within", ())
        ),
        priorities=tuple(map(_priority, payload.get("priorities", ()))),
    )


def or_withheld(found: Payload, make: Callable[[Payload], T]) -> T | Withheld:
    return Withheld(found["status"]) if "status" in found else make(found)


def by_panel(found: Payload, make: Callable[[Payload], T]) -> dict[str, T | Withheld]:
    return {panel: or_withheld(found[panel], make) for panel in PANELS}


def estimate(found: Payload) -> Estimate:
    mean = inside(found["mean"], 100)
    favourable = None if found.get("favourable") is None else inside(found["favourable"], 1)
    counts, spread = _distribution(found.get("distribution"))
    return Estimate(
        n=found["n"],
        mean=mean,
        sd=None if isinstance(mean, Bounded) else found.get("sd"),
        interval=beside(mean, found.get("interval")),
        favourable=favourable,
        favourable_interval=beside(favourable, found.get("favourable_interval")),
        distribution=counts,
        spread=spread,
    )


def number(found: float | Mapping[str, Any]) -> Number:
    """A number, or the bound that was stated in its place. ValueError for an object that is no bound."""
    if not isinstance(found, Mapping):
        return float(found)
    match dict(found):
        case {"at_least": low, **rest} if not rest:
            return Bounded(low=float(low))
        case {"at_most": high, **rest} if not rest:
            return Bounded(high=float(high))
        case {"between": [low, high], **rest} if not rest:
            return Bounded(float(low), float(high))
        case _:
            raise ValueError(f"{found!r} is neither a number nor a bound of one.")


def inside(found: float | Mapping[str, Any], top: float) -> Number:
    """A number of a scale from 0 to `top`; outside its middle nine tenths it is a bound, as documents state it."""
    value = number(found)
    if isinstance(value, Bounded):
        return value
    if value >= HIGHEST * top:
        return Bounded(low=HIGHEST * top)
    return Bounded(high=LOWEST * top) if value <= LOWEST * top else value


def beside(value: Number | None, interval: Sequence[float] | None) -> Interval | None:
    """The interval of a number. A bound has none: its ends would tell what the bound keeps."""
    return None if isinstance(value, Bounded) else pair_of(interval)


def _distribution(
    found: Sequence[int | float | Payload] | None,
) -> tuple[tuple[int, ...] | None, tuple[Number, ...] | None]:
    """Counts and shares. Where any share is only a bound the document states shares in place of counts."""
    if not found:
        return None, None
    if all(isinstance(one, int) for one in found):
        counts = tuple(one for one in found if isinstance(one, int))
        total = sum(counts)
        return counts, tuple(inside(one / total, 1) for one in counts) if total else None
    return None, tuple(inside(one, 1) for one in found)


def gap(found: Payload) -> Gap:
    return Gap(
        value=number(found["value"]),
        interval=pair_of(found["interval"]),
        hedges_g=found["hedges_g"],
        g_interval=pair_of(found["g_interval"]),
        p=found["p"],
        p_adjusted=found["p_adjusted"],
        verdict=Verdict(found["verdict"]),
    )


def share(found: Payload) -> Share:
    value = inside(found["share"], 1)
    return Share(found["n"], value, beside(value, found["interval"]))


def difference(found: Payload) -> Difference:
    return Difference(number(found["value"]), pair_of(found["interval"]), found.get("p_adjusted"))


def both(found: Payload) -> Both:
    return Both(
        or_withheld(found["frontline"], share),
        or_withheld(found["executive"], share),
        or_withheld(found["difference"], difference),
    )


def each(found: Mapping[str, Payload], make: Callable[[Payload], T]) -> dict[str, T | Withheld]:
    return {name: or_withheld(value, make) for name, value in found.items()}


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
    known: dict[str, Number | Withheld] = {
        panel: Withheld(value["status"])
        if isinstance(value, Mapping) and "status" in value
        else inside(value, 1)
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


def _change(found: Payload) -> Change:
    since = found["since"]
    return Change(
        since["name"],
        dt.datetime.fromisoformat(since["closed"]),
        or_withheld(found["headline"], gap),
        tuple(
            DimensionChange(
                one["id"],
                one["title"],
                *(or_withheld(one[side], gap) for side in ("frontline", "executive", "gap")),
            )
            for one in found["dimensions"]
        ),
    )


def _priority(found: Payload) -> Priority:
    return Priority(
        rank=found["rank"],
        dimension=found["dimension"],
        item=found["item"],
        gap=number(found["gap"]),
        weight=found["weight"],
        weight_interval=pair_of(found["weight_interval"]),
    )


def _weighted(found: Payload) -> Weighted:
    return Weighted(
        n=found["n"],
        mean=inside(found["mean"], 100),
        interval=beside(inside(found["mean"], 100), found["interval"]),
        design_effect=found["design_effect"],
        effective_n=found["effective_n"],
        covered=found["covered"],
    )


def _careful(found: Payload) -> Careful:
    return Careful(found["n"], inside(found["mean"], 100), found["set_aside"])


def _agreement(found: Payload) -> Agreement:
    return Agreement(found["rwg"], found["ad"])


LEAST_RELIABLE = (
    -10.0
)  # groups whose means are alike divide by next to nothing: any number below says the same


def _unit_differences(found: Payload) -> UnitDifferences:
    icc2 = found["icc2"]
    return UnitDifferences(found["icc1"], icc2 if icc2 is None or icc2 > LEAST_RELIABLE else None)
