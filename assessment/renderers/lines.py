"""Rows of the report page: numbers of both panels beside each other, with their chart."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from assessment import charts, wording
from assessment.renderers import finding
from assessment.renderers.saying import (
    GapSaid,
    Said,
    said_difference,
    said_estimate,
    said_gap,
    said_share,
    share_text,
)
from assessment.report import (
    PANELS,
    Both,
    Choice,
    Dimension,
    Estimate,
    Item,
    Number,
    Report,
    Share,
    Withheld,
)

NO_GAP = GapSaid()


@dataclass(frozen=True)
class Bars:
    """An answer option with the share of each panel that chose it."""

    label: str
    frontline: Said
    executive: Said
    frontline_bar: charts.Bar | None
    executive_bar: charts.Bar | None
    note: str = ""
    sentence: str = ""
    gap: GapSaid = NO_GAP


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
    sentence: str = ""


@dataclass(frozen=True)
class ChoiceSaid:
    id: str
    title: str
    wordings: tuple[tuple[str, str, str], ...]
    bars: tuple[Bars, ...]


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
        sentence=wording.finding(found.pair.gap),
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
        str(wording.QUADRANTS[found.pair.quadrant]) if found.pair.quadrant else "",
        wordings(found.wording),
        spread(found),
        tuple((str(wording.PANEL_NAMES[panel]), unsure(found.dont_know[panel])) for panel in PANELS),
        wording.finding(found.pair.gap),
    )


def unsure(found: Number | Withheld) -> Said:
    if isinstance(found, Withheld):
        return Said(withheld=wording.why_withheld(found))
    return Said(share_text(found))


def spread(item: Item) -> tuple[Bars, ...]:
    """How the answers are spread, for the panels large enough to show it."""
    frontline, executive = _shares(item.pair.frontline), _shares(item.pair.executive)
    if not frontline and not executive:
        return ()
    return tuple(
        _bars(label, frontline[place] if frontline else None, executive[place] if executive else None)
        for place, label in enumerate(item.options)
    )


def _shares(found: Estimate | Withheld) -> tuple[Number, ...]:
    return () if isinstance(found, Withheld) else found.spread or ()


def _bars(label: str, frontline: Number | None, executive: Number | None) -> Bars:
    too_few = Said(withheld=str(wording.REASONS["too_few_for_distribution"]))
    return Bars(
        label,
        too_few if frontline is None else Said(share_text(frontline)),
        too_few if executive is None else Said(share_text(executive)),
        None if frontline is None else charts.bar(frontline),
        None if executive is None else charts.bar(executive),
    )


def both_bars(label: str, both: Both, note: str = "") -> Bars:
    return Bars(
        label,
        said_share(both.frontline),
        said_share(both.executive),
        charts.bar(both.frontline.share) if isinstance(both.frontline, Share) else None,
        charts.bar(both.executive.share) if isinstance(both.executive, Share) else None,
        note,
        finding.difference(both.difference),
        said_difference(both),
    )


def obstacles(report: Report) -> tuple[Bars, ...]:
    """The front line's most frequent first; what it did not show comes last, in the order of the questionnaire."""

    def frequency(both: Both) -> float:
        return -charts.held(both.frontline.share, charts.SHARES) if isinstance(both.frontline, Share) else 1.0

    ordered = sorted(report.obstacles, key=lambda found: frequency(found.both))
    return tuple(
        both_bars(found.label, found.both, _("blind spot") if found.blind_spot else "") for found in ordered
    )


def choice(found: Choice) -> ChoiceSaid:
    bars = tuple(both_bars(option.label["frontline"], option.both) for option in found.options)
    return ChoiceSaid(found.id, found.label, wordings(found.wording), bars)
