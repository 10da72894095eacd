"""Released numbers as entries of a sheet; what is withheld is its reason in words."""

from assessment import wording
from assessment.renderers.stated import Bound, stated
from assessment.renderers.telling import PANELS
from assessment.renderers.xlsx.book import Entry, Kind, around_bound
from assessment.report import Both, Bounded, Estimate, Gap, Interval, Number, Pair, Share, Withheld

NOTHING = Entry(None)
Entries = list[Entry]


def bound(number: Number, kind: Kind) -> Entry:
    found = stated(number)
    match found.bound:
        case Bound.EXACT:
            return Entry(found.value, kind)
        case Bound.AT_MOST:
            return Entry(found.value, kind, around_bound(least=False))
        case Bound.AT_LEAST:
            return Entry(found.value, kind, around_bound(least=True))
        case Bound.BETWEEN:
            return Entry(f"{found.value} \N{EN DASH} {found.other}")


def gap_value(number: Number) -> Entry:
    """A gap; as a range in words where one of its sides is only a bound."""
    if isinstance(number, Bounded):
        return Entry(wording.bounded(number, wording.signed))
    return Entry(number, Kind.GAP)


def percent(number: Number) -> Number:
    """A share in points of a hundred."""
    if not isinstance(number, Bounded):
        return 100 * number
    low, high = (None if end is None else 100 * end for end in (number.low, number.high))
    return Bounded(low, high)


def why(found: Withheld) -> Entry:
    return Entry(wording.why_withheld(found), Kind.NOTE)


def interval(found: Interval | None, kind: Kind) -> Entries:
    return [NOTHING, NOTHING] if found is None else [Entry(end, kind) for end in found]


def estimate(found: Estimate | Withheld) -> Entries:
    """Number of answers, mean, the ends of its interval, SD, share favourable."""
    if isinstance(found, Withheld):
        return [NOTHING, why(found), *[NOTHING] * 4]
    favourable = NOTHING
    if found.favourable is not None:
        favourable = bound(found.favourable, Kind.SHARE)
    return [
        Entry(found.n, Kind.COUNT),
        bound(found.mean, Kind.SCORE),
        *interval(found.interval, Kind.SCORE),
        Entry(found.sd, Kind.SCORE),
        favourable,
    ]


def gap(found: Gap | Withheld) -> Entries:
    """Gap, the ends of its interval, effect size, adjusted p, verdict."""
    if isinstance(found, Withheld):
        return [why(found), *[NOTHING] * 5]
    return [
        gap_value(found.value),
        *interval(found.interval, Kind.GAP),
        Entry(found.hedges_g, Kind.COEFFICIENT),
        Entry(found.p_adjusted, Kind.PROBABILITY),
        Entry(str(wording.VERDICTS[found.verdict])),
    ]


def pair(found: Pair) -> Entries:
    quadrant = str(wording.QUADRANTS[found.quadrant]) if found.quadrant else None
    sides = [entry for panel in PANELS for entry in estimate(getattr(found, panel))]
    return [*sides, *gap(found.gap), Entry(quadrant)]


def share(found: Share | Withheld) -> Entries:
    """Number of answers, share, the ends of its interval."""
    if isinstance(found, Withheld):
        return [NOTHING, why(found), NOTHING, NOTHING]
    return [
        Entry(found.n, Kind.COUNT),
        bound(found.share, Kind.SHARE),
        *interval(found.interval, Kind.SHARE),
    ]


def both(found: Both) -> Entries:
    """Both sides' shares, then the difference in points with the ends of its interval."""
    apart = found.difference
    sides = [entry for panel in PANELS for entry in share(getattr(found, panel))]
    if isinstance(apart, Withheld):
        return [*sides, why(apart), NOTHING, NOTHING]
    ends = (100 * apart.interval[0], 100 * apart.interval[1]) if apart.interval else None
    return [*sides, gap_value(percent(apart.value)), *interval(ends, Kind.GAP)]


def distribution(found: Estimate | Withheld, options: int) -> Entries:
    if isinstance(found, Withheld):
        return [why(found), *[NOTHING] * (options - 1)]
    if not found.spread:
        return [why(Withheld("too_few_for_distribution")), *[NOTHING] * (options - 1)]
    return [bound(one, Kind.SHARE) for one in found.spread]


def unsure(found: Number | Withheld) -> Entry:
    return why(found) if isinstance(found, Withheld) else bound(found, Kind.SHARE)
