"""The report as a page: every number in words, every mark in its place, so that templates only loop and print."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from assessment import charts, wording
from assessment.report import (
    Both,
    Choice,
    Dimension,
    Estimate,
    Gap,
    Interval,
    Item,
    Ladder,
    Participation,
    Quadrant,
    Reliability,
    Report,
    Share,
    Withheld,
)
from surveys.formats import day, money
from surveys.models import Campaign, State

LOWEST, HIGHEST = 5, 95  # beyond these a value is a bound: it would say what nearly everybody answered
FIRST_PLACES = 3
PANELS = ("frontline", "executive")
QUADRANT_ORDER = (
    Quadrant.BLIND_SPOT,
    Quadrant.UNDERVALUED_STRENGTH,
    Quadrant.AGREED_WEAKNESS,
    Quadrant.AGREED_STRENGTH,
)


@dataclass(frozen=True)
class Said:
    """One number as it is printed: `text`, what stands behind it, or why it is not shown."""

    text: str = ""
    detail: str = ""
    withheld: str = ""


@dataclass(frozen=True)
class GapSaid:
    text: str = ""
    detail: str = ""
    verdict: str = ""
    kind: str = ""
    withheld: str = ""


@dataclass(frozen=True)
class Bars:
    """An answer option with the share of each panel that chose it."""

    label: str
    frontline: Said
    executive: Said
    frontline_bar: charts.Bar | None
    executive_bar: charts.Bar | None
    note: str = ""


@dataclass(frozen=True)
class Line:
    """A pair of numbers, the gap between them and its chart: a dimension, an item, a step of the ladder."""

    id: str
    title: str
    about: str
    frontline: Said
    executive: Said
    gap: GapSaid
    chart: charts.Dumbbell
    quadrant: str = ""
    wordings: tuple[tuple[str, str, str], ...] = ()
    spread: tuple[Bars, ...] = ()
    unsure: tuple[tuple[str, Said], ...] = ()


@dataclass(frozen=True)
class Headline:
    number: str
    sentence: str
    sure: str
    verdict: str
    verdict_about: str
    kind: str
    chart: charts.GapBar | None


@dataclass(frozen=True)
class Turnout:
    panel: str
    name: str
    answered: str
    rate: Said
    bar: charts.Bar | None


@dataclass(frozen=True)
class Field:
    """One of the four quadrants."""

    key: str
    title: str
    about: str
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class CeilingSaid:
    panel: str
    name: str
    amount: str
    between: str
    withheld: str = ""


@dataclass(frozen=True)
class Table:
    """Row titles, column titles and what stands in the cells."""

    title: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, int, tuple[Said, ...]], ...]


@dataclass(frozen=True)
class ChoiceSaid:
    id: str
    title: str
    wordings: tuple[tuple[str, str, str], ...]
    bars: tuple[Bars, ...]


@dataclass(frozen=True)
class Page:
    period: str
    headline: Headline
    turnout: tuple[Turnout, ...]
    first: tuple[Line, ...]
    dimensions: tuple[Line, ...]
    fields: tuple[Field, ...]
    placed: bool
    items: tuple[Line, ...]
    ceilings: tuple[CeilingSaid, ...]
    steps: tuple[Line, ...]
    obstacles: tuple[Bars, ...]
    blind_obstacles: tuple[str, ...]
    choices: tuple[ChoiceSaid, ...]
    tables: tuple[Table, ...]
    reliability: Table
    withheld: tuple[tuple[str, int], ...]
    policy: Mapping[str, int]


STEPS: tuple[tuple[str, Promise], ...] = (
    ("waiting", gettext_lazy("Opening the ballot box")),
    ("counting", gettext_lazy("Counting the answers")),
    ("protecting", gettext_lazy("Deciding what can be shown without exposing anybody")),
    ("comparing", gettext_lazy("Comparing the two sides")),
    ("writing", gettext_lazy("Checking and saving the report")),
)


class Build(Protocol):
    """How far a report has come."""

    step: str


@dataclass(frozen=True)
class StepSaid:
    label: str
    state: str


def progress(campaign: Campaign, build: Build | None) -> dict[str, Any]:
    """The page while there is no report: `is_open` where answers are still taken, else the steps."""
    names = [name for name, _label in STEPS]
    now = names.index(build.step) if build and build.step in names else 0
    states = ["done"] * now + ["now"] + [""] * (len(STEPS) - now - 1)
    taking = campaign.state == State.OPEN and timezone.now() < campaign.closes_at
    return {
        "campaign": campaign,
        "organization": campaign.organization,
        "simulated": campaign.organization.simulated,
        "is_open": campaign.state == State.DRAFT or taking,
        "failed": build is not None and build.step == "failed",
        "steps": [StepSaid(str(label), state) for (_name, label), state in zip(STEPS, states, strict=True)],
    }


def context(report: Report, campaign: UUID) -> dict[str, Any]:
    return {
        "report": report,
        "page": page(report),
        "identifier": campaign,
        "organization": report.organization,
        "simulated": report.simulated,
    }


def page(report: Report) -> Page:
    lines = {item.id: item_line(item) for item in report.items}
    in_order = tuple(lines[item.id] for item in report.items_by_gap)
    fields = tuple(
        Field(
            quadrant.value,
            str(wording.QUADRANTS[quadrant]),
            str(wording.QUADRANTS_ABOUT[quadrant]),
            tuple(lines[item.id] for item in report.in_quadrant(quadrant)),
        )
        for quadrant in QUADRANT_ORDER
    )
    choices = [*report.scenarios, *((report.escalation,) if report.escalation else ()), *report.choices]
    return Page(
        period=period(report),
        headline=headline(report.headline),
        turnout=tuple(turnout(panel, report.participation[panel]) for panel in PANELS),
        first=fields[0].lines[:FIRST_PLACES],
        dimensions=tuple(dimension_line(dimension) for dimension in report.dimensions),
        fields=fields,
        placed=any(field.lines for field in fields),
        items=in_order,
        ceilings=ceilings(report.ladder, report.organization.currency) if report.ladder else (),
        steps=steps(report.ladder, report.organization.currency) if report.ladder else (),
        obstacles=obstacles(report),
        blind_obstacles=tuple(found.label for found in report.obstacles if found.blind_spot),
        choices=tuple(choice(found) for found in choices),
        tables=tuple(tables(report)),
        reliability=reliability(report.dimensions),
        withheld=reasons(report),
        policy=report.campaign.policy,
    )


# --- Numbers in words -----------------------------------------------------------------------------


def score(value: float) -> str:
    if value <= LOWEST:
        return _("%(bound)s or less") % {"bound": LOWEST}
    if value >= HIGHEST:
        return _("%(bound)s or more") % {"bound": HIGHEST}
    return wording.one_decimal(value)


def share_text(share: float) -> str:
    if share * 100 <= LOWEST:
        return _("%(bound)s or less") % {"bound": wording.whole_percent(LOWEST / 100)}
    if share * 100 >= HIGHEST:
        return _("%(bound)s or more") % {"bound": wording.whole_percent(HIGHEST / 100)}
    return wording.whole_percent(share)


def count(number: int) -> str:
    return number_format(number, use_l10n=True, force_grouping=True)


def people(number: int) -> str:
    return _("%(number)s answers") % {"number": count(number)}


def span(low: str, high: str) -> str:
    return _("%(low)s to %(high)s") % {"low": low, "high": high}


def said_estimate(found: Estimate | Withheld) -> Said:
    if isinstance(found, Withheld):
        return Said(withheld=wording.why_withheld(found))
    parts = [people(found.n)]
    if found.interval:
        parts.append(_("95%% interval %(span)s") % {"span": span(*map(wording.one_decimal, found.interval))})
    if found.favourable is not None:
        parts.append(_("%(share)s favourable") % {"share": share_text(found.favourable)})
    return Said(score(found.mean), ", ".join(parts))


def said_share(found: Share | Withheld) -> Said:
    if isinstance(found, Withheld):
        return Said(withheld=wording.why_withheld(found))
    interval = span(*map(wording.whole_percent, found.interval))
    return Said(
        share_text(found.share), f"{people(found.n)}, " + _("95%% interval %(span)s") % {"span": interval}
    )


def said_gap(found: Gap | Withheld) -> GapSaid:
    if isinstance(found, Withheld):
        return GapSaid(withheld=wording.why_withheld(found))
    parts = []
    if found.interval:
        parts.append(_("95%% interval %(span)s") % {"span": span(*map(wording.signed, found.interval))})
    if found.hedges_g is not None:
        parts.append(_("effect size %(size)s") % {"size": number_format(found.hedges_g, decimal_pos=2)})
    if found.p_adjusted is not None:
        parts.append(_("adjusted p %(p)s") % {"p": probability(found.p_adjusted)})
    return GapSaid(
        wording.signed(found.value),
        ", ".join(parts),
        str(wording.VERDICTS[found.verdict]),
        found.verdict.value,
    )


def probability(value: float) -> str:
    least = 0.001
    return (
        _("below %(least)s") % {"least": number_format(least)} if value < least else number_format(value, 3)
    )


def said_difference(both: Both) -> GapSaid:
    found = both.difference
    if isinstance(found, Withheld):
        return GapSaid(withheld=wording.why_withheld(found))
    low, high = found.interval
    ends = span(wording.signed(100 * low), wording.signed(100 * high))
    return GapSaid(wording.signed(100 * found.value), _("95%% interval %(span)s") % {"span": ends})


# --- Parts of the page ----------------------------------------------------------------------------


def period(report: Report) -> str:
    zone, language = ZoneInfo(report.organization.timezone), get_language() or "en"
    ends: Iterable[dt.datetime] = (report.campaign.opened, report.campaign.closed)
    return span(*(day(end, zone, language) for end in ends))


def headline(gap: Gap | Withheld) -> Headline:
    sentence = wording.headline(gap)
    if isinstance(gap, Withheld):
        return Headline("", sentence, "", "", "", "", None)
    return Headline(
        wording.signed(gap.value),
        sentence,
        wording.interval_in_words(gap),
        str(wording.VERDICTS[gap.verdict]),
        wording.verdict_about(gap.verdict),
        gap.verdict.value,
        charts.gap_bar(gap),
    )


def turnout(panel: str, found: Participation | Withheld) -> Turnout:
    name = str(wording.PANEL_NAMES[panel])
    if isinstance(found, Withheld):
        return Turnout(panel, name, "", Said(withheld=wording.why_withheld(found)), None)
    answered = people(found.answered)
    if found.headcount is not None:
        answered = _("%(answered)s of %(asked)s people") % {
            "answered": count(found.answered),
            "asked": count(found.headcount),
        }
    if found.rate is None:
        return Turnout(panel, name, answered, Said(), None)
    return Turnout(panel, name, answered, Said(wording.whole_percent(found.rate)), charts.bar(found.rate))


def wordings(texts: Mapping[str, str]) -> tuple[tuple[str, str, str], ...]:
    return tuple((panel, str(wording.PANEL_NAMES[panel]), texts[panel]) for panel in PANELS)


def dimension_line(found: Dimension) -> Line:
    return Line(
        found.id,
        found.title,
        found.about,
        said_estimate(found.pair.frontline),
        said_estimate(found.pair.executive),
        said_gap(found.pair.gap),
        charts.score_dumbbell(found.pair),
        str(wording.QUADRANTS[found.pair.quadrant]) if found.pair.quadrant else "",
    )


def item_line(found: Item) -> Line:
    return Line(
        found.id,
        found.label,
        "",
        said_estimate(found.pair.frontline),
        said_estimate(found.pair.executive),
        said_gap(found.pair.gap),
        charts.score_dumbbell(found.pair),
        found.pair.quadrant.value if found.pair.quadrant else "",
        wordings(found.wording),
        spread(found),
        tuple((str(wording.PANEL_NAMES[panel]), unsure(found.dont_know[panel])) for panel in PANELS),
    )


def unsure(found: float | Withheld) -> Said:
    if isinstance(found, Withheld):
        return Said(withheld=wording.why_withheld(found))
    return Said(wording.whole_percent(found))


def spread(item: Item) -> tuple[Bars, ...]:
    """How the answers are spread, for the panels large enough to show it."""
    shares = {panel: _shares(getattr(item.pair, panel)) for panel in PANELS}
    if not any(shares.values()):
        return ()
    return tuple(
        _bars(label, *(shares[panel][place] if shares[panel] else None for panel in PANELS))
        for place, label in enumerate(item.options)
    )


def _shares(found: Estimate | Withheld) -> list[float]:
    if isinstance(found, Withheld) or not found.distribution or not sum(found.distribution):
        return []
    total = sum(found.distribution)
    return [number / total for number in found.distribution]


def _bars(label: str, frontline: float | None, executive: float | None, note: str = "") -> Bars:
    too_few = Said(withheld=str(wording.REASONS["too_few_for_distribution"]))
    return Bars(
        label,
        too_few if frontline is None else Said(wording.whole_percent(frontline)),
        too_few if executive is None else Said(wording.whole_percent(executive)),
        None if frontline is None else charts.bar(frontline),
        None if executive is None else charts.bar(executive),
        note,
    )


def both_bars(label: str, both: Both, note: str = "") -> Bars:
    return Bars(
        label,
        said_share(both.frontline),
        said_share(both.executive),
        charts.bar(both.frontline.share) if isinstance(both.frontline, Share) else None,
        charts.bar(both.executive.share) if isinstance(both.executive, Share) else None,
        note,
    )


def obstacles(report: Report) -> tuple[Bars, ...]:
    """The front line's most frequent first; what it did not show comes last, in the order of the questionnaire."""

    def frequency(both: Both) -> float:
        return -both.frontline.share if isinstance(both.frontline, Share) else 1.0

    ordered = sorted(report.obstacles, key=lambda found: frequency(found.both))
    note = str(wording.QUADRANTS[Quadrant.BLIND_SPOT])
    return tuple(
        both_bars(found.label, found.both, _("blind spot") if found.blind_spot and note else "")
        for found in ordered
    )


def choice(found: Choice) -> ChoiceSaid:
    bars = tuple(both_bars(option.label["frontline"], option.both) for option in found.options)
    return ChoiceSaid(found.id, found.label, wordings(found.wording), bars)


def rounded(amount: float) -> float:
    """Two figures: the ladder's steps do not know more."""
    return float(f"{amount:.2g}")


def ceilings(ladder: Ladder, currency: str) -> tuple[CeilingSaid, ...]:
    """Where the authority of the front line ends, in the eyes of each panel."""
    language = get_language() or "en"
    first, last = (money(ladder.steps[end].amount, currency, language) for end in (0, -1))
    below, beyond = _("below %(amount)s") % {"amount": first}, _("beyond %(amount)s") % {"amount": last}

    def said(amount: float | None, otherwise: str) -> str:
        return otherwise if amount is None else money(rounded(amount), currency, language)

    found = []
    for panel in PANELS:
        ceiling = ladder.ceiling[panel]
        name = str(wording.PANEL_NAMES[panel])
        if isinstance(ceiling, Withheld):
            found.append(CeilingSaid(panel, name, "", "", wording.why_withheld(ceiling)))
            continue
        amount = said(ceiling.amount, below if ceiling.where == "below_first" else beyond)
        low, high = ceiling.interval
        found.append(CeilingSaid(panel, name, amount, span(said(low, below), said(high, beyond))))
    return tuple(found)


def steps(ladder: Ladder, currency: str) -> tuple[Line, ...]:
    language = get_language() or "en"
    return tuple(
        Line(
            str(step.amount),
            money(step.amount, currency, language),
            "",
            said_share(step.both.frontline),
            said_share(step.both.executive),
            said_difference(step.both),
            charts.share_dumbbell(step.both),
        )
        for step in ladder.steps
    )


def tables(report: Report) -> Iterable[Table]:
    heads = {dimension.id: dimension.title for dimension in report.dimensions}
    titles = tuple(heads.values())
    if report.units:
        rows = [
            (unit.name, unit.depth, tuple(said_estimate(unit.frontline[name]) for name in heads))
            for unit in report.units
        ]
        yield Table(_("Units"), titles, tuple(rows))
    for cut in report.cuts:
        cells = [
            (level.label, 0, tuple(said_estimate(level.frontline[name]) for name in heads))
            for level in cut.levels
        ]
        yield Table(cut.title, titles, tuple(cells))


def reliability(dimensions: Iterable[Dimension]) -> Table:
    rows = [
        (dimension.title, 0, tuple(said_reliability(dimension.reliability[panel]) for panel in PANELS))
        for dimension in dimensions
    ]
    return Table(
        _("Do the questions of a dimension belong together?"),
        tuple(str(wording.PANEL_NAMES[p]) for p in PANELS),
        tuple(rows),
    )


def said_reliability(found: Reliability | Withheld) -> Said:
    if isinstance(found, Withheld):
        return Said(withheld=wording.why_withheld(found))
    if found.alpha is None:
        return Said(withheld=_("Too few complete answers to say."))
    return Said(number_format(found.alpha, decimal_pos=2), _alpha_detail(found.alpha_interval, found.n))


def _alpha_detail(interval: Interval | None, number: int) -> str:
    if interval is None:
        return people(number)
    ends = span(*(number_format(end, decimal_pos=2) for end in interval))
    return f"{people(number)}, " + _("95%% interval %(span)s") % {"span": ends}


def reasons(report: Report) -> tuple[tuple[str, int], ...]:
    """Why numbers are missing, and how many for each reason, the most frequent first."""
    counted = Counter(cell.reason for cell in report.withheld)
    return tuple((wording.why_withheld(Withheld(reason)), number) for reason, number in counted.most_common())
