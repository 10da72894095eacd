"""Every released aggregate as one long table: which people, which statistic, the number, or why it is not there.

`cell` is the group of people as the confidentiality rules name it; `statistic` is what was measured of them.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from assessment.renderers.stated import Bound, stated
from assessment.renderers.telling import PANELS, choices
from assessment.report import (
    Both,
    Dimension,
    Estimate,
    Gap,
    Interval,
    Item,
    Number,
    Pair,
    Report,
    Share,
    Withheld,
)

EVERYBODY = "organization"
BETWEEN = "gap"


@dataclass(frozen=True)
class Figure:
    """`status`: empty for a number, the verdict of a gap, the kind of a bound, or why there is no number.

    A bound has no interval; a number `between` two has its ends as low and high.
    """

    section: str
    cell: str
    statistic: str
    panel: str
    n: int | None = None
    value: float | None = None
    low: float | None = None
    high: float | None = None
    status: str = ""


@dataclass(frozen=True)
class Place:
    section: str
    cell: str = EVERYBODY

    def withheld(self, statistic: str, panel: str, found: Withheld) -> Figure:
        return Figure(self.section, self.cell, statistic, panel, status=found.reason)

    def number(
        self,
        statistic: str,
        panel: str,
        value: float,
        *,
        n: int | None = None,
        interval: Interval | None = None,
    ) -> Figure:
        low, high = interval or (None, None)
        return Figure(self.section, self.cell, statistic, panel, n, value, low, high)

    def bounded(
        self,
        statistic: str,
        panel: str,
        number: Number,
        *,
        n: int | None = None,
        interval: Interval | None = None,
        status: str = "",
    ) -> Figure:
        found = stated(number)
        if found.bound is Bound.BETWEEN:
            ends = (found.value, found.other)
            return Figure(self.section, self.cell, statistic, panel, n, None, *ends, found.bound.value)
        low, high = interval or (None, None)
        told = found.bound.value or status
        return Figure(self.section, self.cell, statistic, panel, n, found.value, low, high, told)

    def estimate(self, name: str, panel: str, found: Estimate | Withheld) -> Iterator[Figure]:
        if isinstance(found, Withheld):
            yield self.withheld(f"{name}.mean", panel, found)
            return
        yield self.bounded(f"{name}.mean", panel, found.mean, n=found.n, interval=found.interval)
        if found.sd is not None:
            yield self.number(f"{name}.sd", panel, found.sd, n=found.n)
        if found.favourable is not None:
            interval = found.favourable_interval
            yield self.bounded(f"{name}.favourable", panel, found.favourable, n=found.n, interval=interval)
        for option, one in enumerate(found.spread or (), start=1):
            yield self.bounded(f"{name}.option-{option}", panel, one, n=found.n)

    def gap(self, name: str, found: Gap | Withheld) -> Iterator[Figure]:
        if isinstance(found, Withheld):
            yield self.withheld(f"{name}.gap", BETWEEN, found)
            return
        verdict = found.verdict.value
        yield self.bounded(f"{name}.gap", BETWEEN, found.value, interval=found.interval, status=verdict)
        if found.hedges_g is not None:
            yield self.number(f"{name}.hedges-g", BETWEEN, found.hedges_g, interval=found.g_interval)
        for statistic, p in (("p", found.p), ("p-adjusted", found.p_adjusted)):
            if p is not None:
                yield self.number(f"{name}.{statistic}", BETWEEN, p)

    def pair(self, name: str, found: Pair) -> Iterator[Figure]:
        for panel in PANELS:
            yield from self.estimate(name, panel, getattr(found, panel))
        yield from self.gap(name, found.gap)

    def both(self, name: str, found: Both) -> Iterator[Figure]:
        for panel in PANELS:
            side: Share | Withheld = getattr(found, panel)
            if isinstance(side, Withheld):
                yield self.withheld(f"{name}.share", panel, side)
            else:
                yield self.bounded(f"{name}.share", panel, side.share, n=side.n, interval=side.interval)
        apart = found.difference
        if isinstance(apart, Withheld):
            yield self.withheld(f"{name}.gap", BETWEEN, apart)
        else:
            yield self.bounded(f"{name}.gap", BETWEEN, apart.value, interval=apart.interval)


def figures(report: Report) -> Iterator[Figure]:
    yield from _participation(report)
    yield from Place("headline").gap("empowerment", report.headline)
    for dimension in report.dimensions:
        yield from Place("dimensions").pair(dimension.id, dimension.pair)
        yield from _reliability(dimension)
    for item in report.items:
        yield from Place("items").pair(item.id, item.pair)
        yield from _dont_know(item)
    yield from _ladder(report)
    for choice in choices(report):
        for place, option in enumerate(choice.options, start=1):
            yield from Place("choices").both(f"{choice.id}.option-{place}", option.both)
    for place, obstacle in enumerate(report.obstacles, start=1):
        yield from Place("obstacles").both(f"obstacles.option-{place}", obstacle.both)
    yield from _groups(report)
    yield from _agreement(report)
    yield from _beside(report)
    yield from _change(report)


def _participation(report: Report) -> Iterator[Figure]:
    place = Place("participation")
    for panel in PANELS:
        found = report.participation[panel]
        if isinstance(found, Withheld):
            yield place.withheld("answered", panel, found)
            continue
        yield place.number("answered", panel, found.answered)
        if found.headcount is not None:
            yield place.number("headcount", panel, found.headcount)
        if found.rate is not None:
            yield place.number("rate", panel, found.rate)


def _dont_know(item: Item) -> Iterator[Figure]:
    place = Place("items")
    for panel in PANELS:
        found = item.dont_know[panel]
        statistic = f"{item.id}.dont-know"
        if isinstance(found, Withheld):
            yield place.withheld(statistic, panel, found)
        else:
            yield place.bounded(statistic, panel, found)


def _reliability(dimension: Dimension) -> Iterator[Figure]:
    place = Place("reliability")
    for panel in PANELS:
        found = dimension.reliability[panel]
        if isinstance(found, Withheld):
            yield place.withheld(f"{dimension.id}.alpha", panel, found)
            continue
        if found.alpha is not None:
            statistic = f"{dimension.id}.alpha"
            yield place.number(statistic, panel, found.alpha, n=found.n, interval=found.alpha_interval)
        if found.omega is not None:
            yield place.number(f"{dimension.id}.omega", panel, found.omega, n=found.n)


def _ladder(report: Report) -> Iterator[Figure]:
    if report.ladder is None:
        return
    place = Place("ladder")
    for step in report.ladder.steps:
        yield from place.both(f"decides-{step.amount}", step.both)
    for panel in PANELS:
        found = report.ladder.ceiling[panel]
        if isinstance(found, Withheld):
            yield place.withheld("ceiling", panel, found)
        else:
            low, high = found.interval
            status = "" if found.amount is not None else found.where
            yield Figure("ladder", EVERYBODY, "ceiling", panel, None, found.amount, low, high, status)


def _groups(report: Report) -> Iterator[Figure]:
    for unit in report.units:
        place = Place("units", f"unit: {unit.path}")
        yield from _all(place, unit.frontline)
        for name, gap in unit.gap.items():
            yield from place.gap(name, gap)
    for cut in report.cuts:
        for level in cut.levels:
            yield from _all(Place("cuts", f"{cut.title}: {level.label}"), level.frontline)


def _all(place: Place, found: Mapping[str, Estimate | Withheld]) -> Iterator[Figure]:
    for name, estimate in found.items():
        yield from place.estimate(name, PANELS[0], estimate)


def _agreement(report: Report) -> Iterator[Figure]:
    """Within executives, and between units of the front line; a measure that could not be computed has no row."""
    place = Place("agreement")
    sides = (
        (PANELS[1], report.executive_agreement, ("rwg", "ad")),
        (PANELS[0], report.unit_differences, ("icc1", "icc2")),
    )
    for panel, found, measures in sides:
        for name, one in found.items():
            if isinstance(one, Withheld):
                yield place.withheld(f"{name}.agreement", panel, one)
                continue
            for measure in measures:
                value = getattr(one, measure)
                if value is not None:
                    yield place.number(f"{name}.{measure}", panel, value)


def _beside(report: Report) -> Iterator[Figure]:
    """The same means weighted to head counts, and without answers that look careless."""
    for name, found in report.weighted.items():
        statistic, place = f"{name}.mean", Place("weighted")
        if isinstance(found, Withheld):
            yield place.withheld(statistic, PANELS[0], found)
            continue
        yield place.bounded(statistic, PANELS[0], found.mean, n=found.n, interval=found.interval)
        yield place.number(f"{name}.design-effect", PANELS[0], found.design_effect)
        yield place.number(f"{name}.effective-n", PANELS[0], found.effective_n)
        yield place.number(f"{name}.covered", PANELS[0], found.covered)
    place = Place("careless")
    for panel, means in report.careful.items():
        for name, one in means.items():
            if isinstance(one, Withheld):
                yield place.withheld(f"{name}.mean", panel, one)
            else:
                yield place.bounded(f"{name}.mean", panel, one.mean, n=one.n)
                yield place.number(f"{name}.set-aside", panel, one.set_aside)


def _change(report: Report) -> Iterator[Figure]:
    if report.change is None:
        return
    place = Place("change")
    yield from place.gap("empowerment", report.change.headline)
    for one in report.change.dimensions:
        for part in (*PANELS, BETWEEN):
            for figure in place.gap(one.id, getattr(one, part)):
                yield replace(figure, panel=part)
