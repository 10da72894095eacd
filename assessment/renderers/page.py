"""The report as a page: every number in words, every mark in its place, so that templates only loop and print."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from assessment import charts, wording
from assessment.renderers.lines import (
    PANELS,
    Bars,
    ChoiceSaid,
    Line,
    choice,
    dimension_line,
    item_line,
    obstacles,
    steps,
)
from assessment.renderers.saying import Said, count, people, said_estimate, said_reliability, span
from assessment.report import Dimension, Gap, Ladder, Participation, Quadrant, Report, Withheld
from surveys.formats import day, money
from surveys.models import Campaign, State

FIRST_PLACES = 3


QUADRANT_ORDER = (
    Quadrant.BLIND_SPOT,
    Quadrant.UNDERVALUED_STRENGTH,
    Quadrant.AGREED_WEAKNESS,
    Quadrant.AGREED_STRENGTH,
)


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


def period(report: Report) -> str:
    zone, language = ZoneInfo(report.organization.timezone), get_language() or "en"
    ends = (report.campaign.opened, report.campaign.closed)
    return span(*(day(end, zone, language) for end in ends))


def headline(gap: Gap | Withheld) -> Headline:
    sentence = wording.headline(gap)
    if isinstance(gap, Withheld):
        return Headline("", sentence, "", "", "", "", None)
    return Headline(
        wording.bounded(gap.value, wording.signed),
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


def reasons(report: Report) -> tuple[tuple[str, int], ...]:
    """Why numbers are missing, and how many for each reason, the most frequent first."""
    counted = Counter(cell.reason for cell in report.withheld)
    return tuple((wording.why_withheld(Withheld(reason)), number) for reason, number in counted.most_common())
