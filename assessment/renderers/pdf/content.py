"""The report as plain data for the Typst template: texts as they are printed, and places of marks from 0 to 1.

The template sees nothing else, so that what is not said here cannot be printed.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from assessment import charts, wording
from assessment.renderers import telling
from assessment.renderers.pdf.words import words
from assessment.renderers.saying import (
    GapSaid,
    Said,
    interval_said,
    said_difference,
    said_estimate,
    said_gap,
    said_reliability,
    said_share,
    score,
    share_text,
)
from assessment.renderers.telling import PANELS
from assessment.report import (
    Agreement,
    Both,
    Bounded,
    Careful,
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
    UnitDifferences,
    Weighted,
    Withheld,
)

Json = dict[str, Any]
QUADRANT_ORDER = (
    Quadrant.BLIND_SPOT,
    Quadrant.UNDERVALUED_STRENGTH,
    Quadrant.AGREED_WEAKNESS,
    Quadrant.AGREED_STRENGTH,
)
FIRST_PLACES = 3


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
        "words": words(),
        "headline": headline(report.headline),
        "turnout": [_turnout(report, panel) for panel in PANELS],
        "first": [item(found) for found in blind[:FIRST_PLACES]],
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
            {"panel": found["panel"], "text": found["text"], "theme": found.get("theme", "")}
            for found in report.comments
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


def said(found: Said | GapSaid) -> Json:
    plain: Json = {"text": found.text, "detail": found.detail, "withheld": found.withheld}
    if isinstance(found, GapSaid):
        plain |= {"verdict": found.verdict, "kind": found.kind}
    return plain


def dimension(found: Dimension) -> Json:
    return _line(found.title, found.pair) | {"about": found.about}


def item(found: Item) -> Json:
    return _line(found.label, found.pair) | {
        "wording": dict(found.wording),
        "spread": spread(found),
        "unspread": _unspread(found),
        "unsure": {panel: said(_unsure(found.dont_know[panel])) for panel in PANELS},
    }


def _line(title: str, pair: Pair) -> Json:
    frontline, executive = said_estimate(pair.frontline), said_estimate(pair.executive)
    return {
        "title": title,
        "frontline": said(frontline),
        "executive": said(executive),
        "gap": said(said_gap(pair.gap)),
        "finding": telling.finding(pair.gap),
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
    shares = {panel: _distribution(getattr(found.pair, panel)) for panel in PANELS}
    if not any(shares.values()):
        return []
    rows = []
    for place, label in enumerate(found.options):
        sides = {panel: shares[panel][place] if shares[panel] else None for panel in PANELS}
        texts = [_share_text(sides[panel]) for panel in PANELS]
        rows.append(
            {
                "label": label,
                **{panel: _share_text(side) for panel, side in sides.items()},
                "at": {panel: _at(side) for panel, side in sides.items()},
                "alt": alt(label, Said(texts[0]), Said(texts[1])),
            }
        )
    return rows


def spreads(report: Report) -> list[Json]:
    """All distributions, questions with the same answer options together."""
    found = []
    for options in dict.fromkeys(one.options for one in report.items if one.options):
        rows = [
            {"title": one.label, "shares": _both_spread(one)}
            for one in report.items
            if one.options == options
        ]
        if any(any(row["shares"]) for row in rows):
            missing = {why: None for one in report.items if one.options == options for why in _unspread(one)}
            found.append({"options": list(options), "rows": rows, "missing": list(missing)})
    return found


def _unspread(found: Item) -> list[str]:
    return list(
        dict.fromkeys(filter(None, (telling.unspread(getattr(found.pair, panel)) for panel in PANELS)))
    )


def _both_spread(found: Item) -> list[str]:
    texts = []
    for panel in PANELS:
        shares = _distribution(getattr(found.pair, panel))
        texts += [_share_text(one) for one in shares] or [""] * len(found.options)
    return texts


def _distribution(found: Estimate | Withheld) -> tuple[Number, ...]:
    return () if isinstance(found, Withheld) else found.spread or ()


def _at(share: Number | None) -> float | None:
    return None if share is None else round(charts.held(share, charts.SHARES), 4)


def _share_text(share: Number | None) -> str:
    return "" if share is None else share_text(share)


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


def agreement(report: Report) -> list[Json]:
    """How much executives agree with each other, and how much units differ, by dimension."""
    sides = ((report.executive_agreement, ("rwg", "ad")), (report.unit_differences, ("icc1", "icc2")))
    return [
        {
            "title": one.title,
            "cells": [
                said(_measure(found.get(one.id, Withheld("not_asked")), measure))
                for found, measures in sides
                for measure in measures
            ],
        }
        for one in report.dimensions
    ]


def _measure(found: Agreement | UnitDifferences | Withheld, measure: str) -> Said:
    if isinstance(found, Withheld):
        return Said(withheld=wording.why_withheld(found))
    value: float | None = getattr(found, measure)
    return (
        Said(withheld=_("Too few complete answers to say."))
        if value is None
        else Said(wording.decimals(value, 2))
    )


def beside(report: Report) -> list[Json]:
    """Means as they are, weighted to head counts, and without answers that look careless."""
    return [
        {
            "title": one.title,
            "cells": [
                said(said_estimate(one.pair.frontline)),
                said(_weighted(report.weighted.get(one.id, Withheld("not_asked")))),
                *(
                    said(_careful(report.careful.get(panel, {}).get(one.id, Withheld("not_asked"))))
                    for panel in PANELS
                ),
            ],
        }
        for one in report.dimensions
        if one.id in report.weighted or any(one.id in found for found in report.careful.values())
    ]


def _weighted(found: Weighted | Withheld) -> Said:
    if isinstance(found, Withheld):
        return Said(withheld=wording.why_withheld(found))
    interval = f"{interval_said(*map(wording.one_decimal, found.interval))}, " if found.interval else ""
    return Said(score(found.mean), interval + telling.weighting(found))


def _careful(found: Careful | Withheld) -> Said:
    if isinstance(found, Withheld):
        return Said(withheld=wording.why_withheld(found))
    return Said(score(found.mean), telling.set_aside(found))


def change(report: Report) -> Json | None:
    found = report.change
    if found is None:
        return None
    sides = ("frontline", "executive", "gap")
    return {
        "since": _("Since %(wave)s") % {"wave": found.since},
        "headline": said(said_gap(found.headline)),
        "rows": [
            {"title": one.title, "cells": [said(said_gap(getattr(one, side))) for side in sides]}
            for one in found.dimensions
        ],
    }
