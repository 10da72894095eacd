"""The report as plain data for the Typst template: texts as they are printed, and places of marks from 0 to 1.

The template sees nothing else, so that what is not said here cannot be printed.
"""

from collections.abc import Iterable, Mapping

from django.utils.translation import gettext as _

from assessment import charts, wording
from assessment.renderers import telling
from assessment.renderers.beginning import beginnings, method
from assessment.renderers.foreword import Foreword, paragraphs, reads_from_right
from assessment.renderers.pdf.behind import (
    Json,
    agreement,
    beside,
    change,
    distribution,
    printed,
    said,
    spreads,
    unspread,
)
from assessment.renderers.pdf.words import words
from assessment.renderers.saying import (
    GapSaid,
    Said,
    said_difference,
    said_estimate,
    said_gap,
    said_reliability,
    said_share,
    share_text,
)
from assessment.renderers.telling import PANELS
from assessment.report import (
    Both,
    Bounded,
    Choice,
    Dimension,
    Estimate,
    Gap,
    Interval,
    Item,
    Number,
    Pair,
    Quadrant,
    Report,
    Share,
    Unit,
    Withheld,
)

QUADRANT_ORDER = (
    Quadrant.BLIND_SPOT,
    Quadrant.UNDERVALUED_STRENGTH,
    Quadrant.AGREED_WEAKNESS,
    Quadrant.AGREED_STRENGTH,
)

A_FEW_LINES = 300  # characters that leave room for the rest of the page


def written(report: Report, found: Foreword | None) -> Json:
    """The consultants' words: what stands before the report, and the note of each section that it has."""
    if found is None:
        return {"foreword": None, "notes": {}}
    present = sections(report)
    left = found.without(present)
    return {
        "foreword": left
        and {
            "summary": _turned(left.summary),
            "notes": [{"title": str(one.title), "text": _turned(one.text)} for one in left.notes],
            "long": bool(left.notes) or len(left.summary) > A_FEW_LINES,
        },
        "notes": {one.section: _turned(one.text) for one in found.notes if one.section in present},
    }


def _turned(text: str) -> list[Json]:
    return [{"text": one, "right": reads_from_right(one)} for one in paragraphs(text)]


def sections(report: Report) -> set[str]:
    """The sections that this file has of those that a note can stand in."""
    there = {
        "dimensions": True,
        "ladder": report.ladder,
        "blind_spot": report.in_quadrant(Quadrant.BLIND_SPOT),
        "obstacles": report.obstacles,
        "choices": report.scenarios,
        "soon": report.escalation,
        "where": report.units,
        "cuts": report.cuts,
        "agreed_strength": report.in_quadrant(Quadrant.AGREED_STRENGTH),
        "items": True,
        "comments": report.comments,
        "change": report.change,
        "begin": True,
    }
    return {section for section, found in there.items() if found}


def content(report: Report) -> Json:
    blind = report.in_quadrant(Quadrant.BLIND_SPOT)
    return {
        "language": telling.language().split("-")[0],
        "title": telling.title(report),
        "organization": report.organization.name,
        "campaign": report.campaign.name,
        "period": telling.period(report),
        "closed": [telling.closed(report).year, telling.closed(report).month, telling.closed(report).day],
        "simulated": telling.simulated() if report.simulated else "",
        "squares": False,
        "words": words(),
        "headline": headline(report.headline),
        "turnout": [_turnout(report, panel) for panel in PANELS],
        "first": [item(one.item) | {"why": one.why} for one in beginnings(report)],
        "first_by": method(report),
        "dimensions": [dimension(found) for found in report.dimensions],
        "ladder": ladder(report),
        "quadrants": [quadrant(report, one) for one in QUADRANT_ORDER],
        "placed": any(found.pair.quadrant for found in report.items),
        "blind": [item(found) for found in blind],
        "obstacles": [
            bars(found.label, found.both, blind=bool(found.blind_spot)) for found in telling.obstacles(report)
        ],
        "unseen": telling.unseen_obstacles(report),
        "scenarios": [choice(found) for found in report.scenarios],
        "escalation": choice(report.escalation) if report.escalation else None,
        "choices": [choice(found) for found in report.choices],
        "heads": [found.title for found in report.dimensions],
        "units": [_unit(found, report.dimensions) for found in report.units],
        "cuts": [
            {"title": cut.title, "rows": [_row(one.label, 0, one.frontline, report) for one in cut.levels]}
            for cut in report.cuts
        ],
        "items": [item(found) for found in report.items_by_gap],
        "spreads": spreads(report),
        "reliability": [_reliability(found) for found in report.dimensions],
        "agreement": agreement(report),
        "beside": beside(report),
        "change": change(report),
        "comments": [
            {
                "panel": found["panel"],
                "text": found["text"],
                "right": reads_from_right(found["text"]),
                "theme": found.get("theme", ""),
            }
            for found in sorted(report.comments, key=lambda one: one.get("theme", ""))
        ],
        "reading": [list(found) for found in telling.reading()],
        "promise": telling.promise(report),
        "withheld": [{"reason": reason, "number": str(number)} for reason, number in telling.reasons(report)],
        "instrument": f"{report.campaign.instrument} {report.campaign.version}",
    }


def headline(gap: Gap | Withheld) -> Json:
    sentence = wording.headline(gap)
    if isinstance(gap, Withheld):
        return {"number": "", "sentence": sentence, "sure": "", "verdict": "", "about": "", "bar": None}
    reach = charts.gap_bar(gap).reach
    scale = (-float(reach), float(reach))
    number = said_gap(gap).text
    bar = _gap_mark(gap, scale) | {"ends": [wording.signed(end) for end in scale]}
    return {
        "number": number,
        "sentence": sentence,
        "sure": wording.interval_in_words(gap),
        "verdict": str(wording.VERDICTS[gap.verdict]),
        "kind": gap.verdict.value,
        "about": wording.verdict_about(gap.verdict),
        "detail": said_gap(gap).detail,
        "bar": bar,
        "alt": f"{_('Empowerment gap')}: {number}. {said_gap(gap).detail}",
    }


def dimension(found: Dimension) -> Json:
    return _line(found.title, found.pair) | {"about": found.about}


def item(found: Item) -> Json:
    return _line(found.label, found.pair) | {
        "wording": dict(found.wording),
        "spread": spread(found),
        "unspread": unspread(found),
        "unsure": {panel: said(_unsure(found.dont_know[panel])) for panel in PANELS},
    }


def _line(title: str, pair: Pair) -> Json:
    frontline, executive = said_estimate(pair.frontline), said_estimate(pair.executive)
    return {
        "title": title,
        "frontline": said(frontline),
        "executive": said(executive),
        "gap": said(said_gap(pair.gap)),
        "finding": wording.finding(pair.gap),
        "marks": {panel: score_mark(getattr(pair, panel)) for panel in PANELS},
        "alt": alt(title, frontline, executive),
    }


def alt(title: str, frontline: Said, executive: Said) -> str:
    return _("%(title)s: front line %(lived)s, executives %(believed)s") % {
        "title": title,
        "lived": frontline.text or _("not shown"),
        "believed": executive.text or _("not shown"),
    }


def score_mark(found: Estimate | Withheld) -> Json | None:
    if isinstance(found, Withheld):
        return None
    return _mark(charts.held(found.mean, charts.SCORES), found.interval, charts.SCORES)


def share_mark(found: Share | Withheld) -> Json | None:
    if isinstance(found, Withheld):
        return None
    return _mark(charts.held(found.share, charts.SHARES), found.interval, charts.SHARES)


def _mark(value: float, interval: Interval | None, scale: Interval) -> Json:
    def at(point: float) -> float:
        return round(charts.position(point, scale) / 100, 4)

    ends = [at(end) for end in interval] if interval else [None, None]
    return {"at": at(value), "low": ends[0], "high": ends[1]}


def _gap_mark(gap: Gap, scale: Interval) -> Json:
    """A gap that is only a bound has no place of its own, but the reach of all that it can be."""
    if not isinstance(gap.value, Bounded):
        return _mark(gap.value, gap.interval, scale)
    low, high = gap.value.low, gap.value.high
    return _mark(scale[0], (scale[0] if low is None else low, scale[1] if high is None else high), scale) | {
        "at": None
    }


def _unsure(found: Number | Withheld) -> Said:
    return (
        Said(withheld=wording.why_withheld(found)) if isinstance(found, Withheld) else Said(share_text(found))
    )


def spread(found: Item) -> list[Json]:
    """How the answers are spread, for the panels large enough to show it; empty where none is."""
    shares = {panel: distribution(getattr(found.pair, panel)) for panel in PANELS}
    if not any(shares.values()):
        return []
    rows = []
    for place, label in enumerate(found.options):
        sides = {panel: shares[panel][place] if shares[panel] else None for panel in PANELS}
        texts = [printed(sides[panel]) for panel in PANELS]
        rows.append(
            {
                "label": label,
                **{panel: printed(side) for panel, side in sides.items()},
                "at": {panel: _at(side) for panel, side in sides.items()},
                "alt": alt(label, Said(texts[0]), Said(texts[1])),
            }
        )
    return rows


def _at(share: Number | None) -> float | None:
    return None if share is None else round(charts.held(share, charts.SHARES), 4)


def bars(label: str, both: Both, *, blind: bool = False) -> Json:
    frontline, executive = said_share(both.frontline), said_share(both.executive)
    return {
        "label": label,
        "frontline": said(frontline),
        "executive": said(executive),
        "gap": said(said_difference(both)),
        "at": {panel: _share_at(getattr(both, panel)) for panel in PANELS},
        "marks": {panel: share_mark(getattr(both, panel)) for panel in PANELS},
        "blind": blind,
        "alt": alt(label, frontline, executive),
    }


def _share_at(found: Share | Withheld) -> float | None:
    return None if isinstance(found, Withheld) else round(charts.held(found.share, charts.SHARES), 4)


def choice(found: Choice) -> Json:
    return {
        "title": found.label,
        "wording": dict(found.wording),
        "bars": [bars(option.label["frontline"], option.both) for option in found.options],
    }


def ladder(report: Report) -> Json | None:
    found = report.ladder
    if found is None:
        return None
    return {
        "sentence": telling.ladder_sentence(report, found),
        "ceiling": {panel: said(telling.ceiling(report, found, found.ceiling[panel])) for panel in PANELS},
        "steps": [bars(telling.amount(report, step.amount), step.both) for step in found.steps],
    }


def quadrant(report: Report, which: Quadrant) -> Json:
    return {
        "kind": which.value,
        "title": str(wording.QUADRANTS[which]),
        "about": str(wording.QUADRANTS_ABOUT[which]),
        "items": [_line(found.label, found.pair) for found in report.in_quadrant(which)],
    }


def _turnout(report: Report, panel: str) -> Json:
    found = telling.answered(report.participation[panel])
    return {"panel": panel, "name": telling.panel_name(panel), **said(found)}


def _row(name: str, depth: int, cells: Mapping[str, Estimate | Withheld], report: Report) -> Json:
    found = [cells[one.id] for one in report.dimensions]
    return {"name": name, "depth": depth, "cells": [_cell(one) for one in found]}


def _cell(found: Estimate | Withheld) -> Json:
    plain = said(said_estimate(found))
    if isinstance(found, Estimate):
        plain |= {"short": said_estimate(found).short, "at": charts.held(found.mean, charts.SCORES) / 100}
    return plain


def _unit(found: Unit, dimensions: Iterable[Dimension]) -> Json:
    cells = []
    for one in dimensions:
        gap = said_gap(found.gap[one.id]) if one.id in found.gap else GapSaid()
        cells.append(_cell(found.frontline[one.id]) | {"gap": said(gap)})
    return {"name": found.name, "depth": found.depth, "cells": cells}


def _reliability(found: Dimension) -> Json:
    return {
        "title": found.title,
        **{panel: said(said_reliability(found.reliability[panel])) for panel in PANELS},
    }
