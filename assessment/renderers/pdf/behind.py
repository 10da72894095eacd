"""What stands behind the story, as plain data: distributions, agreement, other ways to compute, change."""

from typing import Any

from django.utils.translation import gettext as _

from assessment import wording
from assessment.renderers import telling
from assessment.renderers.saying import (
    GapSaid,
    Said,
    interval_said,
    said_estimate,
    said_gap,
    score,
    share_text,
)
from assessment.renderers.telling import PANELS
from assessment.report import (
    Agreement,
    Careful,
    Estimate,
    Item,
    Number,
    Report,
    UnitDifferences,
    Weighted,
    Withheld,
)

Json = dict[str, Any]


def said(found: Said | GapSaid) -> Json:
    plain: Json = {"text": found.text, "detail": found.detail, "withheld": found.withheld}
    if isinstance(found, GapSaid):
        plain |= {"verdict": found.verdict, "kind": found.kind}
    return plain


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
            missing = {why: None for one in report.items if one.options == options for why in unspread(one)}
            found.append({"options": list(options), "rows": rows, "missing": list(missing)})
    return found


def _both_spread(found: Item) -> list[str]:
    texts = []
    for panel in PANELS:
        shares = distribution(getattr(found.pair, panel))
        texts += [printed(one) for one in shares] or [""] * len(found.options)
    return texts


def unspread(found: Item) -> list[str]:
    return list(
        dict.fromkeys(filter(None, (telling.unspread(getattr(found.pair, panel)) for panel in PANELS)))
    )


def distribution(found: Estimate | Withheld) -> tuple[Number, ...]:
    return () if isinstance(found, Withheld) else found.spread or ()


def printed(share: Number | None) -> str:
    return "" if share is None else share_text(share)


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
