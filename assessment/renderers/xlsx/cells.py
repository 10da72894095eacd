"""Released numbers as entries of a sheet; what is withheld is its reason in words."""

from assessment import wording
from assessment.renderers import stated
from assessment.renderers.telling import PANELS
from assessment.renderers.xlsx.book import Entry, Kind, around_bound
from assessment.report import Both, Estimate, Gap, Interval, Pair, Share, Withheld

NOTHING = Entry(None)
Entries = list[Entry]


def bound(found: stated.Stated, kind: Kind) -> Entry:
    match found.bound:
        case stated.Bound.EXACT:
            return Entry(found.value, kind)
        case stated.Bound.AT_MOST:
            return Entry(found.value, kind, around_bound(least=False))
        case stated.Bound.AT_LEAST:
            return Entry(found.value, kind, around_bound(least=True))


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
        favourable = bound(stated.stated_share(found.favourable), Kind.SHARE)
    return [
        Entry(found.n, Kind.COUNT),
        bound(stated.stated_score(found), Kind.SCORE),
        *interval(found.interval, Kind.SCORE),
        Entry(found.sd, Kind.SCORE),
        favourable,
    ]


def gap(found: Gap | Withheld) -> Entries:
    """Gap, the ends of its interval, effect size, adjusted p, verdict."""
    if isinstance(found, Withheld):
        return [why(found), *[NOTHING] * 5]
    return [
        Entry(found.value, Kind.GAP),
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
        bound(stated.stated_share(found.share), Kind.SHARE),
        *interval(stated.share_interval(found), Kind.SHARE),
    ]


def both(found: Both) -> Entries:
    """Both sides' shares, then the difference in points with the ends of its interval."""
    apart = stated.difference(found)
    sides = [entry for panel in PANELS for entry in share(getattr(found, panel))]
    if isinstance(apart, Withheld):
        return [*sides, why(apart), NOTHING, NOTHING]
    points = (100 * apart.value, 100 * apart.interval[0], 100 * apart.interval[1])
    return [*sides, *(Entry(value, Kind.GAP) for value in points)]


def distribution(found: Estimate | Withheld, options: int) -> Entries:
    if isinstance(found, Withheld):
        return [why(found), *[NOTHING] * (options - 1)]
    if not found.distribution:
        return [why(Withheld("too_few_for_distribution")), *[NOTHING] * (options - 1)]
    return [bound(one, Kind.SHARE) for one in stated.stated_distribution(found.distribution)]


def unsure(found: float | Withheld) -> Entry:
    return why(found) if isinstance(found, Withheld) else bound(stated.stated_share(found), Kind.SHARE)
