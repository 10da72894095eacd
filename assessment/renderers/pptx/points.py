"""Numbers of the report as points of a chart, lines of the notes, and descriptions."""

from collections.abc import Callable, Sequence

from django.utils.translation import gettext as _
from pptx.dml.color import RGBColor

from assessment import charts, wording
from assessment.renderers import telling
from assessment.renderers.pptx.parts import ACCENT, SOFT, Mark, Point, Series
from assessment.renderers.saying import (
    GapSaid,
    Said,
    said_difference,
    said_estimate,
    said_gap,
    said_share,
    share_text,
)
from assessment.renderers.telling import PANELS
from assessment.report import Both, Bounded, Estimate, Gap, Item, Number, Report, Share, Withheld


def said_text(found: Said | GapSaid) -> str:
    return found.text or _("not shown")


def score_point(found: Estimate | Withheld) -> Point:
    if isinstance(found, Withheld):
        return Point(None)
    value = float(wording.rounded(charts.held(found.mean, charts.SCORES), 1))
    if not isinstance(found.mean, Bounded):
        return Point(value)
    return Point(value, said_estimate(found).text, _sign(found.mean, wording.one_decimal))


def share_point(found: Share | Withheld) -> Point:
    return Point(None) if isinstance(found, Withheld) else number_point(found.share)


def number_point(share: Number) -> Point:
    value = float(wording.rounded(charts.held(share, charts.SHARES), 2))
    if not isinstance(share, Bounded):
        return Point(value)
    return Point(value, share_text(share), _sign(share, wording.whole_percent))


def _sign(found: Bounded, said: Callable[[float], str]) -> str:
    """A bound as short as it can be said; a range stays in words."""
    if found.low is None and found.high is not None:
        return f"≤ {said(found.high)}"
    if found.high is None and found.low is not None:
        return f"≥ {said(found.low)}"
    return wording.bounded(found, said)


def both_series(found: Sequence[Both]) -> list[Series]:
    return [
        Series(panel, telling.panel_name(panel), [share_point(getattr(one, panel)) for one in found])
        for panel in PANELS
    ]


def hidden(found: Sequence[Both]) -> str:
    """Why a side has no marks, where all of it is withheld."""
    reasons = []
    for panel in PANELS:
        sides = [getattr(one, panel) for one in found]
        if sides and all(isinstance(side, Withheld) for side in sides):
            reasons.append(f"{telling.panel_name(panel)}: {wording.why_withheld(sides[0])}")
    return " ".join(reasons)


def alt_text(title: str, found: Sequence[tuple[str, Both]]) -> str:
    rows = [
        _("%(title)s: front line %(lived)s, executives %(believed)s")
        % {
            "title": label,
            "lived": said_text(said_share(both.frontline)),
            "believed": said_text(said_share(both.executive)),
        }
        for label, both in found
    ]
    return f"{title}. {'; '.join(rows)}."


def both_notes(found: Sequence[tuple[str, Both]]) -> list[str]:
    notes = []
    for label, both in found:
        sides = []
        for panel in PANELS:
            said = said_share(getattr(both, panel))
            detail = f" ({said.detail})" if said.detail else ""
            sides.append(f"{telling.panel_name(panel)} {said.text or said.withheld}{detail}")
        apart = said_difference(both)
        gap = f"{_('Gap')} {apart.text} ({apart.detail})" if apart.text else f"{_('Gap')}: {apart.withheld}"
        notes.append(f"{label}: {'; '.join(sides)}; {gap}")
    return notes


def pair_notes(
    title: str, frontline: Estimate | Withheld, executive: Estimate | Withheld, gap: Gap | Withheld
) -> str:
    sides = []
    for name, found in zip(PANELS, (frontline, executive), strict=True):
        said = said_estimate(found)
        detail = f" ({said.detail})" if said.detail else ""
        sides.append(f"{telling.panel_name(name)} {said.text or said.withheld}{detail}")
    apart = said_gap(gap)
    told = (
        f"{_('Gap')} {apart.text} ({apart.verdict}; {apart.detail})"
        if apart.text
        else f"{_('Gap')}: {apart.withheld}"
    )
    return f"{title}: {'; '.join(sides)}; {told}"


def pair_alt(title: str, frontline: Estimate | Withheld, executive: Estimate | Withheld) -> str:
    return _("%(title)s: front line %(lived)s, executives %(believed)s") % {
        "title": title,
        "lived": said_text(said_estimate(frontline)),
        "believed": said_text(said_estimate(executive)),
    }


def gap_mark(found: Gap | Withheld) -> Mark:
    return Mark(said_text(said_gap(found)), SOFT if isinstance(found, Withheld) else ACCENT, bold=True)


def spread(item: Item, panel: str) -> Series:
    found: Estimate | Withheld = getattr(item.pair, panel)
    shares = found.spread if isinstance(found, Estimate) else None
    points = [number_point(one) for one in shares] if shares else [Point(None) for _option in item.options]
    return Series(panel, telling.panel_name(panel), points)


def spread_alt(item: Item, series: Sequence[Series]) -> str:
    def said(point: Point) -> str:
        if point.value is None:
            return _("not shown")
        return point.label or wording.whole_percent(point.value)

    parts = []
    for one in series:
        shares = [f"{option} {said(point)}" for option, point in zip(item.options, one.points, strict=True)]
        parts.append(f"{one.name}: {', '.join(shares)}")
    return f"{item.label}. {'; '.join(parts)}."


def heat(found: Estimate | Withheld) -> RGBColor | None:
    """The fuller, the further from 50: orange below, green above."""
    if isinstance(found, Withheld):
        return None
    away = (charts.held(found.mean, charts.SCORES) - 50) / 50
    end = (0xE0, 0x8A, 0x4A) if away < 0 else (0x4F, 0x9A, 0x84)
    red, green, blue = (round(255 + (channel - 255) * abs(away) * 0.9) for channel in end)
    return RGBColor(red, green, blue)


def turnout(report: Report) -> str:
    parts = []
    for panel in PANELS:
        found = telling.answered(report.participation[panel])
        rate = f" ({found.detail})" if found.detail else ""
        parts.append(f"{telling.panel_name(panel)}: {found.text or found.withheld}{rate}")
    return ". ".join(parts)
