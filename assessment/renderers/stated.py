"""Released numbers as a file may state them: outside the middle nine tenths of a scale a number is a bound.

Where it is a bound, its interval, its spread and what is computed from it are left out: each gives it away.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from assessment.report import (
    Both,
    Difference,
    Estimate,
    Gap,
    Interval,
    Pair,
    Report,
    Share,
    Unit,
    Withheld,
)

LOW, HIGH = 0.05, 0.95
ONLY_A_BOUND = "only_a_bound"


class Bound(StrEnum):
    EXACT = ""
    AT_MOST = "at_most"
    AT_LEAST = "at_least"


@dataclass(frozen=True)
class Stated:
    """`value` on its own scale, or the bound that stands for it."""

    value: float
    bound: Bound = Bound.EXACT


def stated(value: float, top: float) -> Stated:
    """A number of a scale from 0 to `top`."""
    if value >= HIGH * top:
        return Stated(HIGH * top, Bound.AT_LEAST)
    if value <= LOW * top:
        return Stated(LOW * top, Bound.AT_MOST)
    return Stated(value)


def stated_score(found: Estimate) -> Stated:
    return stated(found.mean, 100)


def stated_share(share: float) -> Stated:
    return stated(share, 1)


def stated_distribution(counts: Sequence[int]) -> tuple[Stated, ...]:
    """Shares of a whole. A single bound would follow by subtraction, so the smallest other share joins it."""
    total = sum(counts)
    if not total:
        return ()
    found = [stated_share(number / total) for number in counts]
    bounds = [place for place, one in enumerate(found) if one.bound]
    if len(bounds) == 1 and len(found) > 1:
        others = [place for place in range(len(found)) if place != bounds[0]]
        partner = min(others, key=lambda place: (counts[place], place))
        together = (counts[partner] + counts[bounds[0]]) / total
        found[partner] = Stated(min(together, HIGH), Bound.AT_MOST)
    return tuple(found)


def estimate(found: Estimate | Withheld) -> Estimate | Withheld:
    """An estimate without what would tell its mean or its favourable share where that is only a bound."""
    if isinstance(found, Withheld):
        return found
    if stated_score(found).bound:
        return replace(found, sd=None, interval=None, favourable_interval=None)
    if found.favourable is not None and stated_share(found.favourable).bound:
        return replace(found, favourable_interval=None)
    return found


def share_interval(found: Share) -> Interval | None:
    return None if stated_share(found.share).bound else found.interval


def gap(found: Gap | Withheld, *sides: Estimate | Withheld) -> Gap | Withheld:
    """A gap, where neither of its sides is only a bound."""
    told = any(isinstance(side, Estimate) and stated_score(side).bound for side in sides)
    return Withheld(ONLY_A_BOUND) if told and isinstance(found, Gap) else found


def difference(found: Both) -> Difference | Withheld:
    sides = (found.frontline, found.executive)
    told = any(isinstance(side, Share) and stated_share(side.share).bound for side in sides)
    return Withheld(ONLY_A_BOUND) if told and isinstance(found.difference, Difference) else found.difference


def only(report: Report) -> Report:
    """The report with nothing in it that tells a number beyond its bound. Shares keep their own functions here."""
    executives = {one.id: one.pair.executive for one in report.dimensions}
    return replace(
        report,
        dimensions=tuple(replace(one, pair=_pair(one.pair)) for one in report.dimensions),
        items=tuple(replace(one, pair=_pair(one.pair)) for one in report.items),
        units=tuple(_unit(one, executives) for one in report.units),
        cuts=tuple(
            replace(cut, levels=tuple(replace(one, frontline=_all(one.frontline)) for one in cut.levels))
            for cut in report.cuts
        ),
    )


def _pair(found: Pair) -> Pair:
    return replace(
        found,
        frontline=estimate(found.frontline),
        executive=estimate(found.executive),
        gap=gap(found.gap, found.frontline, found.executive),
    )


def _all(found: Mapping[str, Estimate | Withheld]) -> dict[str, Estimate | Withheld]:
    return {name: estimate(one) for name, one in found.items()}


def _unit(found: Unit, executives: Mapping[str, Estimate | Withheld]) -> Unit:
    """A unit's gaps are measured from the executives of the whole organization."""
    gaps = {
        name: gap(one, found.frontline[name], executives.get(name, Withheld("not_asked")))
        for name, one in found.gap.items()
    }
    return replace(found, frontline=_all(found.frontline), gap=gaps)
