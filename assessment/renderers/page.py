"""The report as a page: every number in words, every mark in its place, so that templates only loop and print."""

import json
import secrets
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import zip_longest
from typing import Any, Protocol
from uuid import UUID
from zoneinfo import ZoneInfo

from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from assessment import charts, wording
from assessment.renderers import telling
from assessment.renderers.authority import CeilingSaid, ceilings, steps
from assessment.renderers.beginning import beginnings, method
from assessment.renderers.beside import ChangeSaid, Table, changes, quality
from assessment.renderers.explaining import SECTIONS
from assessment.renderers.foreword import Foreword
from assessment.renderers.kept import Kept
from assessment.renderers.lines import Bars, ChoiceSaid, Line, choice, dimension_line, item_line, obstacles
from assessment.renderers.moving import LADDER, measured, obstacle_id
from assessment.renderers.saying import Said, count, people, said_estimate, span
from assessment.renderers.where import View, where
from assessment.report import PANELS, Gap, Participation, Quadrant, Report, Withheld
from surveys.formats import day
from surveys.models import Campaign, State

BREAK = (
    f"[{secrets.token_hex(16)}]"  # around the names of open places: made anew at each start, no text holds it
)
UNITS = f"{BREAK}units{BREAK}"
SEAM = f"[{secrets.token_hex(16)}]"  # between the article and its units


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
class Plannable:
    """A finding that is no line of a chart, and that an action can be planned for."""

    id: str
    title: str


@dataclass(frozen=True)
class Page:
    period: str
    headline: Headline
    turnout: tuple[Turnout, ...]
    first: tuple[tuple[Line, str], ...]
    first_by: str
    dimensions: tuple[Line, ...]
    fields: tuple[Field, ...]
    placed: bool
    items: tuple[Line, ...]
    ceilings: tuple[CeilingSaid, ...]
    authority: str
    steps: tuple[Line, ...]
    obstacles: tuple[Bars, ...]
    unseen: str
    rules_to_plan: tuple[Plannable, ...]
    ladder_to_plan: Plannable
    scenarios: tuple[ChoiceSaid, ...]
    escalation: tuple[ChoiceSaid, ...]
    choices: tuple[ChoiceSaid, ...]
    cuts: tuple[Table, ...]
    change: ChangeSaid | None
    quality: tuple[Table, ...]
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
        "is_read": build is not None and build.step == "done",
        "failed": build is not None and build.step == "failed",
        "steps": [StepSaid(str(label), state) for (_name, label), state in zip(STEPS, states, strict=True)],
    }


ARTICLES = Kept()


@dataclass(frozen=True)
class Piece:
    """A part of the article, the place behind it that is filled at each request, and the note that stands there."""

    text: SafeString
    place: str = ""
    note: str = ""


def context(report: Report, campaign: UUID, view: View | None = None) -> dict[str, Any]:
    """For `assessment/report.html`, drawn anew."""
    return _context(draw(report, campaign), draw_units(report, view or View()), campaign, None)


@dataclass(frozen=True)
class Source:
    """Where a released report comes from: its digest, its document, and its page if that was drawn before."""

    digest: str
    load: Callable[[], Report]
    packed: Callable[[], str | None] = lambda: None


def kept_context(source: Source, campaign: UUID, view: View, words: Foreword | None = None) -> dict[str, Any]:
    """The same of a snapshot, which is loaded only if it was not drawn yet in this language."""
    key = (source.digest, campaign, get_language())
    drawn, units = ARTICLES.get(key, lambda: _whole(source, campaign)).split(SEAM)
    known = json.loads(drawn.partition(BREAK)[0])["dimensions"]
    view = view if view.sort in known else replace(view, sort="")
    if view != View():
        units = ARTICLES.get((*key, view), lambda: draw_units(source.load(), view))
    return _context(drawn, units, campaign, words)


def _whole(source: Source, campaign: UUID) -> str:
    """The article with its frame, and the units as they are shown at first."""
    packed = source.packed()
    if packed is not None:
        return SEAM.join(BREAK.join(parts) for parts in json.loads(packed))
    report = source.load()
    return SEAM.join((draw(report, campaign), draw_units(report, View())))


def packed(report: Report, campaign: UUID) -> str:
    """A drawn page, for keeping: its open places are named otherwise in each process."""
    drawn = (draw(report, campaign), draw_units(report, View()))
    return json.dumps([part.split(BREAK) for part in drawn])


def draw(report: Report, campaign: UUID) -> str:
    """What the frame has to know of the report, and the article with its open places."""
    known = {
        "organization": {"name": report.organization.name},
        "campaign": {"name": report.campaign.name, "instrument": report.campaign.instrument},
        "version": report.campaign.version,
        "simulated": report.simulated,
        "dimensions": [dimension.id for dimension in report.dimensions],
        "measured": measured(report),
    }
    filled = {
        "report": report,
        "page": page(report),
        "reads": SECTIONS,
        "BREAK": BREAK,
        "identifier": campaign,
    }
    return json.dumps(known) + BREAK + render_to_string("assessment/article.html", filled)


def draw_units(report: Report, view: View) -> str:
    if not report.units:
        return ""
    filled = {"where": where(report, view), "reads": SECTIONS, "BREAK": BREAK}
    return render_to_string("assessment/parts/where.html", filled)


def _context(drawn: str, units: str, campaign: UUID, words: Foreword | None) -> dict[str, Any]:
    known, *parts = drawn.replace(UNITS, units).split(BREAK)
    article = [
        Piece(mark_safe(text), place, words.about(place) if words else "")  # noqa: S308  # our own templates escape
        for text, place in zip_longest(parts[::2], parts[1::2], fillvalue="")
    ]
    left = words.without({piece.place for piece in article}) if words else None
    return {**json.loads(known), "article": article, "foreword": left, "identifier": campaign}


def page(report: Report) -> Page:
    lines = {item.id: item_line(item) for item in report.items}
    currency = report.organization.currency
    fields = tuple(
        Field(
            quadrant.value,
            str(wording.QUADRANTS[quadrant]),
            str(wording.QUADRANTS_ABOUT[quadrant]),
            tuple(lines[item.id] for item in report.in_quadrant(quadrant)),
        )
        for quadrant in QUADRANT_ORDER
    )
    return Page(
        period=period(report),
        headline=headline(report.headline),
        turnout=tuple(turnout(panel, report.participation[panel]) for panel in PANELS),
        first=tuple((lines[one.item.id], one.why) for one in beginnings(report)),
        first_by=method(report),
        dimensions=tuple(dimension_line(dimension) for dimension in report.dimensions),
        fields=fields,
        placed=any(field.lines for field in fields),
        items=tuple(lines[item.id] for item in report.items_by_gap),
        ceilings=ceilings(report.ladder, currency) if report.ladder else (),
        authority=telling.ladder_sentence(report, report.ladder) if report.ladder else "",
        steps=steps(report.ladder, currency) if report.ladder else (),
        obstacles=obstacles(report),
        unseen=telling.unseen_obstacles(report),
        rules_to_plan=_rules_to_plan(report),
        ladder_to_plan=Plannable(LADDER, _("Who may decide")),
        scenarios=tuple(map(choice, report.scenarios)),
        escalation=(choice(report.escalation),) if report.escalation else (),
        choices=tuple(map(choice, report.choices)),
        cuts=tuple(cuts(report)),
        change=changes(report),
        quality=tuple(quality(report)),
        withheld=reasons(report),
        policy=report.campaign.policy,
    )


def _rules_to_plan(report: Report) -> tuple[Plannable, ...]:
    """What executives do not see, else what the front line names most."""
    drawn = obstacles(report)
    chosen = [bars for bars in drawn if bars.note] or drawn[:1]
    return tuple(Plannable(obstacle_id(bars.label), bars.label) for bars in chosen)


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


def cuts(report: Report) -> Iterable[Table]:
    names = [dimension.id for dimension in report.dimensions]
    titles = tuple(dimension.title for dimension in report.dimensions)
    for cut in report.cuts:
        rows = [
            (level.label, 0, tuple(said_estimate(level.frontline[name]) for name in names))
            for level in cut.levels
        ]
        yield Table(cut.title, titles, tuple(rows), "score")


def reasons(report: Report) -> tuple[tuple[str, int], ...]:
    """Why numbers are missing, and how many for each reason, the most frequent first."""
    counted = Counter(cell.reason for cell in report.withheld)
    return tuple((wording.why_withheld(Withheld(reason)), number) for reason, number in counted.most_common())
