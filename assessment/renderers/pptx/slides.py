"""What stands on each slide, in the order of the page. Numbers are stated as they are there."""

from collections.abc import Sequence

from django.utils.translation import gettext as _
from pptx.slide import Slide

from assessment import wording
from assessment.renderers import telling
from assessment.renderers.beginning import beginnings, method
from assessment.renderers.pptx.foreword import Annotated
from assessment.renderers.pptx.parts import (
    ACCENT,
    HUES,
    LONGEST_TABLE,
    SOFT,
    SUNKEN,
    WARN,
    WARN_SOFT,
    Box,
    Grid,
    Mark,
    Plot,
    Series,
    Words,
)
from assessment.renderers.pptx.points import (
    alt_text,
    both_notes,
    both_series,
    gap_mark,
    hidden,
    pair_alt,
    pair_notes,
    said_text,
    score_point,
    spread,
    spread_alt,
    turnout,
)
from assessment.renderers.pptx.where import units
from assessment.renderers.saying import said_estimate, said_gap
from assessment.renderers.telling import PANELS
from assessment.report import Both, Choice, Gap, Item, Quadrant, Report

CLOSE_UPS = 2


def fill(canvas: Annotated, report: Report) -> None:
    opening(canvas, report)
    canvas.words(sections(report))
    dimensions(canvas, report)
    begin(canvas, report)
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


def sections(report: Report) -> set[str]:
    """The sections that have a slide, of those that a note can stand in."""
    there = {
        "dimensions": True,
        "begin": beginnings(report),
        "ladder": report.ladder,
        "blind_spot": report.in_quadrant(Quadrant.BLIND_SPOT),
        "obstacles": report.obstacles,
        "choices": report.scenarios,
        "soon": report.escalation,
        "where": report.units,
        "agreed_strength": report.in_quadrant(Quadrant.AGREED_STRENGTH),
    }
    return {section for section, found in there.items() if found}


def begin(canvas: Annotated, report: Report) -> None:
    """What to do first: three questions with their two numbers, and why in this order."""
    first = beginnings(report)
    if not first:
        return
    notes = [method(report), *(f"{one.item.label}: {one.why}" for one in first if one.why)]
    slide = canvas.slide(_("What to do first"), notes, section="begin")
    canvas.text(slide, Box(height=0.14), Words(method(report), 16, colour=SOFT))
    for place, one in enumerate(first):
        top = 0.17 + 0.275 * place
        pair = one.item.pair
        canvas.text(
            slide, Box(top=top, width=0.06, height=0.25), Words(str(place + 1), 40, bold=True, colour=ACCENT)
        )
        canvas.text(
            slide,
            Box(left=0.06, top=top, width=0.58, height=0.25),
            Words(one.item.label, 22, bold=True, colour=ACCENT),
            Words(wording.finding(pair.gap), 15),
        )
        for side, panel in enumerate(PANELS):
            canvas.text(
                slide,
                Box(left=0.66 + 0.11 * side, top=top, width=0.11, height=0.25),
                Words(telling.panel_name(panel), 12, bold=True, colour=HUES[panel]),
                Words(said_text(said_estimate(getattr(pair, panel))), 24, bold=True, colour=HUES[panel]),
            )
        canvas.text(
            slide,
            Box(left=0.89, top=top, width=0.11, height=0.25),
            Words(_("Gap"), 12, bold=True, colour=SOFT),
            Words(said_text(said_gap(pair.gap)), 24, bold=True, colour=ACCENT),
        )


def opening(canvas: Annotated, report: Report) -> None:
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
            Words(f"{said_gap(found).text} {_('points')}", 80, bold=True, colour=ACCENT),
        )
    canvas.text(slide, Box(top=0.47, height=0.2, width=0.9), Words(sentence, 26))
    verdict = [Words(wording.verdict_about(found.verdict), 16)] if isinstance(found, Gap) else []
    canvas.text(slide, Box(top=0.68, height=0.2, width=0.9), *verdict, Words(sure, 16, colour=SOFT))
    canvas.text(slide, Box(top=0.92, height=0.08), Words(telling.period(report), 14, colour=SOFT))
    canvas.notes(slide, [sentence, sure, said_gap(found).detail, turnout(report)])


def dimensions(canvas: Annotated, report: Report) -> None:
    found = report.dimensions
    notes = [pair_notes(one.title, one.pair.frontline, one.pair.executive, one.pair.gap) for one in found]
    slide = canvas.slide(_("Dimensions"), [wording.headline(report.headline), *notes], section="dimensions")
    series = [
        Series(panel, telling.panel_name(panel), [score_point(getattr(one.pair, panel)) for one in found])
        for panel in PANELS
    ]
    said = "; ".join(pair_alt(one.title, one.pair.frontline, one.pair.executive) for one in found)
    alt = f"{_('Dimensions')}. {said}."
    plot = Plot([one.title for one in found], series, alt)
    canvas.dumbbell(slide, Box(width=0.62), plot, top=100)
    rows = [[Mark(one.title), gap_mark(one.pair.gap), Mark(said_gap(one.pair.gap).verdict)] for one in found]
    heads = (_("Dimension"), _("Gap"), _("Verdict"))
    canvas.table(slide, Box(left=0.65, top=0.08, width=0.35, height=0.5), Grid(heads, rows, (4, 3, 4), alt))
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


def ladder(canvas: Annotated, report: Report) -> None:
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
    slide = canvas.slide(title, [sentence, *sure, *both_notes(labelled)], section="ladder")
    both = [one for _label, one in labelled]
    alt = alt_text(_("Share who would decide on the spot, at each cost"), labelled)
    canvas.text(slide, Box(height=0.14), Words(sentence, 20))
    plot = Plot([label for label, _both in labelled], both_series(both), alt)
    canvas.dumbbell(slide, Box(top=0.15, width=0.64, height=0.8), plot, top=1)
    canvas.text(
        slide, Box(top=0.95, width=0.64, height=0.05), Words(hidden(both), 11, italic=True, colour=SOFT)
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


def questions(canvas: Annotated, found: Sequence[Item], quadrant: Quadrant) -> None:
    title, about = str(wording.QUADRANTS[quadrant]), str(wording.QUADRANTS_ABOUT[quadrant])
    notes = [pair_notes(one.label, one.pair.frontline, one.pair.executive, one.pair.gap) for one in found]
    slide = canvas.slide(title, [about, *notes], section=quadrant.value)
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
    canvas.table(slide, Box(top=0.12, height=0.8), Grid(heads, rows, (8, 2, 2, 2, 3), f"{title}. {about}"))
    if len(found) > LONGEST_TABLE:
        more = _("%(number)s more are in the notes and in the workbook.") % {
            "number": len(found) - LONGEST_TABLE
        }
        canvas.text(slide, Box(top=0.94, height=0.06), Words(more, 12, colour=SOFT))


def close_up(canvas: Annotated, item: Item) -> None:
    """One question: both wordings, both distributions, the gap."""
    finding = wording.finding(item.pair.gap)
    notes = [finding, pair_notes(item.label, item.pair.frontline, item.pair.executive, item.pair.gap)]
    slide = canvas.slide(item.label, notes)
    for place, panel in enumerate(PANELS):
        canvas.text(
            slide,
            Box(left=0.51 * place, width=0.49, height=0.19),
            Words(telling.panel_name(panel), 12, bold=True, colour=HUES[panel]),
            Words(f"“{item.wording[panel]}”", 16, italic=True),
        )
    series = [spread(item, panel) for panel in PANELS]
    if any(point.value is not None for one in series for point in one.points):
        plot = Plot(item.options, series, spread_alt(item, series))
        canvas.bars(slide, Box(top=0.2, width=0.66, height=0.8), plot)
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
        *(
            Words(f"{telling.panel_name(panel)}: {why}", 12, italic=True, colour=SOFT)
            for panel in PANELS
            if (why := telling.unspread(getattr(item.pair, panel)))
        ),
    )


def obstacles(canvas: Annotated, report: Report) -> None:
    labelled = [(one.label, one.both) for one in telling.obstacles(report)]
    if not labelled:
        return
    unseen = telling.unseen_obstacles(report)
    title = _("Rules that get in the way")
    slide = canvas.slide(title, [unseen, *both_notes(labelled)], section="obstacles")
    if unseen:
        canvas.text(slide, Box(height=0.09), Words(unseen, 18, colour=WARN), fill=WARN_SOFT)
    _bars(canvas, slide, Box(top=0.11, height=0.86), title, labelled)


def _bars(
    canvas: Annotated, slide: Slide, box: Box, title: str, labelled: Sequence[tuple[str, Both]]
) -> None:
    both = [one for _label, one in labelled]
    labels = [label for label, _both in labelled]
    canvas.bars(slide, box, Plot(labels, both_series(both), alt_text(title, labelled)))
    if hidden(both):
        below = Box(left=box.left, top=box.top + box.height - 0.02, width=box.width, height=0.06)
        canvas.text(slide, below, Words(hidden(both), 11, italic=True, colour=SOFT))


def options(found: Choice) -> list[tuple[str, Both]]:
    return [(option.label["frontline"], option.both) for option in found.options]


def scenarios(canvas: Annotated, report: Report) -> None:
    if not report.scenarios:
        return
    notes = [
        line
        for one in report.scenarios
        for line in (one.label, one.wording["frontline"], *both_notes(options(one)))
    ]
    slide = canvas.slide(_("What happens next"), notes, section="choices")
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


def escalation(canvas: Annotated, found: Choice) -> None:
    labelled = options(found)
    title = _("How soon someone is there who can decide")
    notes = [found.wording["frontline"], found.wording["executive"], *both_notes(labelled)]
    slide = canvas.slide(title, notes, section="soon")
    canvas.text(slide, Box(height=0.1), Words(f"“{found.wording['frontline']}”", 16, italic=True))
    _bars(canvas, slide, Box(top=0.12, height=0.84), title, labelled)


def behind(canvas: Annotated, report: Report) -> None:
    """Response, how to read it, and what is withheld."""
    reasons = [f"{reason} ({number})" for reason, number in telling.reasons(report)]
    withheld = reasons or [_("Nothing was withheld.")]
    title = _("How sure this is, and what is withheld")
    slide = canvas.slide(title, [turnout(report), telling.promise(report), *withheld])
    rows = [[Mark(term), Mark(meaning)] for term, meaning in telling.reading()]
    grid = Grid((_("Term"), _("Meaning")), rows, (1, 3), _("How to read it"))
    canvas.table(slide, Box(width=0.56, height=0.9), grid)
    canvas.text(
        slide,
        Box(left=0.6, width=0.4, height=0.96),
        Words(turnout(report), 15),
        Words(_("What is withheld, and why"), 17, bold=True, colour=ACCENT),
        Words(telling.promise(report), 13),
        *(Words(one, 13) for one in withheld),
    )
