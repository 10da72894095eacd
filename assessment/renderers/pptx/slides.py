"""What stands on each slide, in the order of the page. Numbers are stated as they are there."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from assessment import wording
from assessment.renderers import stated, telling
from assessment.renderers.pptx.canvas import (
    ACCENT,
    HUES,
    SOFT,
    SUNKEN,
    WARN,
    WARN_SOFT,
    Box,
    Canvas,
    Mark,
    Point,
    RGBColor,
    Series,
    Words,
)
from assessment.renderers.saying import GapSaid, Said, said_estimate, said_gap
from assessment.renderers.telling import PANELS
from assessment.report import Both, Choice, Estimate, Gap, Item, Quadrant, Report, Share, Unit, Withheld

CLOSE_UPS = 2
LONGEST_TABLE = 11


def fill(canvas: Canvas, report: Report) -> None:
    """`report` states bounds already (`stated.only`)."""
    opening(canvas, report)
    dimensions(canvas, report)
    ladder(canvas, report)
    blind = report.in_quadrant(Quadrant.BLIND_SPOT)
    if blind:
        questions(canvas, blind, Quadrant.BLIND_SPOT)
    for item in (blind or report.items_by_gap)[:CLOSE_UPS]:
        close_up(canvas, item)
    obstacles(canvas, report)
    scenarios(canvas, report)
    if report.escalation:
        escalation(canvas, report.escalation)
    units(canvas, report)
    strengths = report.in_quadrant(Quadrant.AGREED_STRENGTH)
    if strengths:
        questions(canvas, strengths, Quadrant.AGREED_STRENGTH)
    behind(canvas, report)


def said_text(found: Said | GapSaid) -> str:
    return found.text or _("not shown")


def opening(canvas: Canvas, report: Report) -> None:
    slide = canvas.opening()
    if slide.shapes.title is not None:
        slide.shapes.title.text_frame.text = f"{report.organization.name} · {report.campaign.name}"
    found = report.headline
    sure = wording.interval_in_words(found) if isinstance(found, Gap) else ""
    sentence = wording.headline(found)
    canvas.text(slide, Box(top=0.03, height=0.1), Words(_("Empowerment-gap report"), 18, colour=SOFT))
    if isinstance(found, Gap):
        canvas.text(
            slide,
            Box(top=0.12, height=0.33),
            Words(f"{wording.signed(found.value)} {_('points')}", 80, bold=True, colour=ACCENT),
        )
    canvas.text(slide, Box(top=0.47, height=0.2, width=0.9), Words(sentence, 26))
    verdict = [Words(wording.verdict_about(found.verdict), 16)] if isinstance(found, Gap) else []
    canvas.text(slide, Box(top=0.68, height=0.2, width=0.9), *verdict, Words(sure, 16, colour=SOFT))
    canvas.text(slide, Box(top=0.92, height=0.08), Words(telling.period(report), 14, colour=SOFT))
    canvas.notes(slide, [sentence, sure, said_gap(found).detail, _turnout(report)])


def _turnout(report: Report) -> str:
    parts = []
    for panel in PANELS:
        found = telling.answered(report.participation[panel])
        rate = f" ({found.detail})" if found.detail else ""
        parts.append(f"{telling.panel_name(panel)}: {found.text or found.withheld}{rate}")
    return ". ".join(parts)


def score_point(found: Estimate | Withheld) -> Point:
    if isinstance(found, Withheld):
        return Point(None, "")
    score = stated.stated_score(found)
    return Point(round(score.value, 1), said_estimate(found).text if score.bound else "")


def share_point(found: Share | Withheld) -> Point:
    if isinstance(found, Withheld):
        return Point(None, "")
    share = stated.stated_share(found.share)
    return Point(round(share.value, 2), telling.said_share(found).text if share.bound else "")


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
            "lived": said_text(telling.said_share(both.frontline)),
            "believed": said_text(telling.said_share(both.executive)),
        }
        for label, both in found
    ]
    return f"{title}. {'; '.join(rows)}."


def both_notes(found: Sequence[tuple[str, Both]]) -> list[str]:
    notes = []
    for label, both in found:
        sides = []
        for panel in PANELS:
            said = telling.said_share(getattr(both, panel))
            detail = f" ({said.detail})" if said.detail else ""
            sides.append(f"{telling.panel_name(panel)} {said.text or said.withheld}{detail}")
        apart = telling.said_difference(both)
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


def dimensions(canvas: Canvas, report: Report) -> None:
    found = report.dimensions
    notes = [pair_notes(one.title, one.pair.frontline, one.pair.executive, one.pair.gap) for one in found]
    slide = canvas.slide(_("Dimensions"), [wording.headline(report.headline), *notes])
    series = [
        Series(panel, telling.panel_name(panel), [score_point(getattr(one.pair, panel)) for one in found])
        for panel in PANELS
    ]
    alt = f"{_('Dimensions')}. {'; '.join(telling_alt(one.title, one.pair.frontline, one.pair.executive) for one in found)}."
    canvas.dumbbell(slide, Box(width=0.62), [one.title for one in found], series, alt, top=100)
    rows = [[Mark(one.title), gap_mark(one.pair.gap), Mark(said_gap(one.pair.gap).verdict)] for one in found]
    heads = (_("Dimension"), _("Gap"), _("Verdict"))
    canvas.table(slide, Box(left=0.65, top=0.08, width=0.35, height=0.5), heads, rows, (4, 3, 4), alt)
    canvas.text(
        slide,
        Box(left=0.65, top=0.62, width=0.35, height=0.36),
        Words(
            _(
                "Scores run from 0 to 100; above 50, more people agree than not. The gap is what executives believe "
                "minus what the front line lives."
            ),
            14,
            colour=SOFT,
        ),
    )


def telling_alt(title: str, frontline: Estimate | Withheld, executive: Estimate | Withheld) -> str:
    return _("%(title)s: front line %(lived)s, executives %(believed)s") % {
        "title": title,
        "lived": said_text(said_estimate(frontline)),
        "believed": said_text(said_estimate(executive)),
    }


def gap_mark(found: Gap | Withheld) -> Mark:
    return Mark(said_text(said_gap(found)), SOFT if isinstance(found, Withheld) else ACCENT, bold=True)


def ladder(canvas: Canvas, report: Report) -> None:
    found = report.ladder
    if found is None:
        return
    labelled = [(telling.amount(report, step.amount), step.both) for step in found.steps]
    sentence = telling.ladder_sentence(report, found)
    title = _("Who decides: the front line’s authority in money")  # noqa: RUF001  # as on the page
    ceilings = {panel: telling.ceiling(report, found, found.ceiling[panel]) for panel in PANELS}
    sure = [
        f"{telling.panel_name(panel)}: {one.text or one.withheld} {one.detail}"
        for panel, one in ceilings.items()
    ]
    slide = canvas.slide(title, [sentence, *sure, *both_notes(labelled)])
    both = [one for _label, one in labelled]
    alt = alt_text(_("Share who would decide on the spot, at each cost"), labelled)
    canvas.text(slide, Box(height=0.14), Words(sentence, 20))
    canvas.dumbbell(
        slide,
        Box(top=0.15, width=0.64, height=0.85),
        [label for label, _both in labelled],
        both_series(both),
        alt,
        top=1,
    )
    for place, (panel, one) in enumerate(ceilings.items()):
        canvas.text(
            slide,
            Box(left=0.68, top=0.2 + 0.36 * place, width=0.32, height=0.32),
            Words(telling.panel_name(panel), 14, bold=True, colour=HUES[panel]),
            Words(one.text or _("not shown"), 36, bold=True, colour=HUES[panel]),
            Words(one.detail or one.withheld, 12, colour=SOFT),
            fill=SUNKEN,
        )


def questions(canvas: Canvas, found: Sequence[Item], quadrant: Quadrant) -> None:
    title, about = str(wording.QUADRANTS[quadrant]), str(wording.QUADRANTS_ABOUT[quadrant])
    notes = [pair_notes(one.label, one.pair.frontline, one.pair.executive, one.pair.gap) for one in found]
    slide = canvas.slide(title, [about, *notes])
    canvas.text(slide, Box(height=0.1), Words(about, 16, colour=SOFT))
    rows = [
        [
            Mark(one.label),
            Mark(said_text(said_estimate(one.pair.frontline)), HUES["frontline"]),
            Mark(said_text(said_estimate(one.pair.executive)), HUES["executive"]),
            gap_mark(one.pair.gap),
            Mark(said_gap(one.pair.gap).verdict),
        ]
        for one in found[:LONGEST_TABLE]
    ]
    heads = (_("Question"), *(telling.panel_name(panel) for panel in PANELS), _("Gap"), _("Verdict"))
    canvas.table(slide, Box(top=0.12, height=0.8), heads, rows, (8, 2, 2, 2, 3), f"{title}. {about}")
    if len(found) > LONGEST_TABLE:
        more = _("%(number)s more are in the notes and in the workbook.") % {
            "number": len(found) - LONGEST_TABLE
        }
        canvas.text(slide, Box(top=0.94, height=0.06), Words(more, 12, colour=SOFT))


def close_up(canvas: Canvas, item: Item) -> None:
    """One question: both wordings, both distributions, the gap."""
    finding = telling.finding(item.pair.gap)
    notes = [finding, pair_notes(item.label, item.pair.frontline, item.pair.executive, item.pair.gap)]
    slide = canvas.slide(item.label, notes)
    for place, panel in enumerate(PANELS):
        canvas.text(
            slide,
            Box(left=0.51 * place, width=0.49, height=0.19),
            Words(telling.panel_name(panel), 12, bold=True, colour=HUES[panel]),
            Words(f"“{item.wording[panel]}”", 16, italic=True),
        )
    series = [_spread(item, panel) for panel in PANELS]
    if any(point.value is not None for one in series for point in one.points):
        canvas.bars(
            slide, Box(top=0.2, width=0.66, height=0.8), item.options, series, _spread_alt(item, series)
        )
    said = said_gap(item.pair.gap)
    canvas.text(
        slide,
        Box(left=0.69, top=0.24, width=0.31, height=0.72),
        *(
            Words(
                f"{telling.panel_name(panel)} {said_text(said_estimate(getattr(item.pair, panel)))}",
                20,
                colour=HUES[panel],
            )
            for panel in PANELS
        ),
        Words(f"{_('Gap')} {said_text(said)}", 30, bold=True, colour=ACCENT),
        Words(finding, 16),
        Words(said.detail, 12, colour=SOFT),
    )


def _spread(item: Item, panel: str) -> Series:
    found: Estimate | Withheld = getattr(item.pair, panel)
    counts = found.distribution if isinstance(found, Estimate) else None
    shares = stated.stated_distribution(counts) if counts else ()
    if not shares:
        return Series(panel, telling.panel_name(panel), [Point(None, "") for _option in item.options])
    return Series(
        panel, telling.panel_name(panel), [Point(round(one.value, 2), _bound(one)) for one in shares]
    )


def _bound(found: stated.Stated) -> str:
    share = wording.whole_percent(found.value)
    match found.bound:
        case stated.Bound.EXACT:
            return ""
        case stated.Bound.AT_MOST:
            return _("%(bound)s or less") % {"bound": share}
        case stated.Bound.AT_LEAST:
            return _("%(bound)s or more") % {"bound": share}


def _spread_alt(item: Item, series: Sequence[Series]) -> str:
    def said(point: Point) -> str:
        if point.value is None:
            return _("not shown")
        return point.label or wording.whole_percent(point.value)

    parts = []
    for one in series:
        shares = [f"{option} {said(point)}" for option, point in zip(item.options, one.points, strict=True)]
        parts.append(f"{one.name}: {', '.join(shares)}")
    return f"{item.label}. {'; '.join(parts)}."


def obstacles(canvas: Canvas, report: Report) -> None:
    labelled = [(one.label, one.both) for one in telling.obstacles(report)]
    if not labelled:
        return
    unseen = telling.unseen_obstacles(report)
    title = _("Rules that get in the way")
    slide = canvas.slide(title, [unseen, *both_notes(labelled)])
    if unseen:
        canvas.text(slide, Box(height=0.09), Words(unseen, 18, colour=WARN), fill=WARN_SOFT)
    _bars(canvas, slide, Box(top=0.11, height=0.86), title, labelled)


def _bars(canvas: Canvas, slide: object, box: Box, title: str, labelled: Sequence[tuple[str, Both]]) -> None:
    both = [one for _label, one in labelled]
    canvas.bars(
        slide, box, [label for label, _both in labelled], both_series(both), alt_text(title, labelled)
    )  # type: ignore[arg-type]
    if hidden(both):
        below = Box(left=box.left, top=box.top + box.height - 0.02, width=box.width, height=0.06)
        canvas.text(slide, below, Words(hidden(both), 11, italic=True, colour=SOFT))  # type: ignore[arg-type]


def options(found: Choice) -> list[tuple[str, Both]]:
    return [(option.label["frontline"], option.both) for option in found.options]


def scenarios(canvas: Canvas, report: Report) -> None:
    if not report.scenarios:
        return
    notes = [
        line
        for one in report.scenarios
        for line in (one.label, one.wording["frontline"], *both_notes(options(one)))
    ]
    slide = canvas.slide(_("What happens next"), notes)
    width = 1 / len(report.scenarios)
    for place, one in enumerate(report.scenarios):
        left = place * width
        canvas.text(
            slide,
            Box(left=left, width=width - 0.02, height=0.3),
            Words(one.label, 16, bold=True, colour=ACCENT),
            Words(one.wording["frontline"], 12, italic=True),
        )
        _bars(
            canvas, slide, Box(left=left, top=0.3, width=width - 0.01, height=0.66), one.label, options(one)
        )


def escalation(canvas: Canvas, found: Choice) -> None:
    labelled = options(found)
    title = _("How soon someone is there who can decide")
    slide = canvas.slide(
        title, [found.wording["frontline"], found.wording["executive"], *both_notes(labelled)]
    )
    canvas.text(slide, Box(height=0.1), Words(f"“{found.wording['frontline']}”", 16, italic=True))
    _bars(canvas, slide, Box(top=0.12, height=0.84), title, labelled)


def units(canvas: Canvas, report: Report) -> None:
    """The top units; with one root or few of them, the level below too, as far as the slide goes."""
    if not report.units:
        return
    shown = [one for one in report.units if one.depth == 0]
    shown = shown if len(shown) > 1 else list(report.units)
    about = _(
        "What the front line lives, group by group. Only groups that can be shown without exposing anybody are here."
    )
    notes = [
        f"{one.path}: "
        + "; ".join(
            f"{dim.title} {said_text(said_estimate(one.frontline[dim.id]))}" for dim in report.dimensions
        )
        for one in report.units
    ]
    slide = canvas.slide(_("Where"), [about, *notes])
    canvas.text(slide, Box(height=0.1), Words(about, 14, colour=SOFT))
    rows = [[Mark(one.name), *_heat(one, report)] for one in shown[:LONGEST_TABLE]]
    heads = (_("Unit"), *(dimension.title for dimension in report.dimensions))
    widths = (3, *(2 for _dimension in report.dimensions))
    canvas.table(slide, Box(top=0.12, height=0.8), heads, rows, widths, f"{_('Where')}. {about}")
    if len(report.units) > len(rows):
        more = _("%(number)s more are in the notes and in the workbook.") % {
            "number": len(report.units) - len(rows)
        }
        canvas.text(slide, Box(top=0.94, height=0.06), Words(more, 12, colour=SOFT))


def _heat(unit: Unit, report: Report) -> list[Mark]:
    return [
        Mark(said_text(said_estimate(unit.frontline[one.id])), fill=heat(unit.frontline[one.id]))
        for one in report.dimensions
    ]


def heat(found: Estimate | Withheld) -> RGBColor | None:
    """The fuller, the further from 50: orange below, green above."""
    if isinstance(found, Withheld):
        return None
    away = (stated.stated_score(found).value - 50) / 50
    end = (0xE0, 0x8A, 0x4A) if away < 0 else (0x4F, 0x9A, 0x84)
    red, green, blue = (round(255 + (channel - 255) * abs(away) * 0.9) for channel in end)
    return RGBColor(red, green, blue)


def behind(canvas: Canvas, report: Report) -> None:
    """Response, how to read it, and what is withheld."""
    reasons = [f"{reason} ({number})" for reason, number in telling.reasons(report)]
    withheld = reasons or [_("Nothing was withheld.")]
    title = _("How sure this is, and what is withheld")
    slide = canvas.slide(title, [_turnout(report), telling.promise(report), *withheld])
    rows = [[Mark(term), Mark(meaning)] for term, meaning in telling.reading()]
    canvas.table(
        slide, Box(width=0.56, height=0.9), (_("Term"), _("Meaning")), rows, (1, 3), _("How to read it")
    )
    canvas.text(
        slide,
        Box(left=0.6, width=0.4, height=0.96),
        Words(_turnout(report), 15),
        Words(_("What is withheld, and why"), 17, bold=True, colour=ACCENT),
        Words(telling.promise(report), 13),
        *(Words(one, 13) for one in withheld),
    )
