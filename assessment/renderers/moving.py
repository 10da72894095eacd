"""What actions were meant to move, then and now: two released gaps beside each other, and what can be said of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from assessment import wording
from assessment.renderers.authority import ceilings
from assessment.renderers.saying import interval_said, said_difference
from assessment.report import Both, Bounded, Gap, Pair, Report, Withheld

Json = dict[str, Any]
LADDER = "ladder"
LONGEST_ID = 80


def measured(report: Report) -> dict[str, Json]:
    """Of all that an action can be planned for its name and its gap: what it notes and the next wave compares.

    Of a kind of rule the gap is that of the shares, in points; of the ladder two amounts, of which nothing is claimed.
    """
    pairs = [(one.id, one.title, one.pair) for one in report.dimensions]
    pairs += [(one.id, one.label, one.pair) for one in report.items]
    found = {name: {"title": title, **_gap(pair)} for name, title, pair in pairs}
    found |= {obstacle_id(one.label): {"title": one.label, **_shares(one.both)} for one in report.obstacles}
    return found | ({LADDER: _ladder(report)} if report.ladder else {})


def obstacle_id(label: str) -> str:
    """Kinds of rule have no name in the document but what they are called."""
    return f"obstacle:{label}"[:LONGEST_ID]


def _shares(both: Both) -> Json:
    found = both.difference
    if isinstance(found, Withheld) or isinstance(found.value, Bounded):
        said = _("not shown") if isinstance(found, Withheld) else said_difference(both).text
        return {"gap": None, "interval": None, "said": said}
    interval = [end * 100 for end in found.interval] if found.interval else None
    return {"gap": found.value * 100, "interval": interval, "said": said_difference(both).text}


def _ladder(report: Report) -> Json:
    assert report.ladder is not None
    sides = ceilings(report.ladder, report.organization.currency)
    said = "; ".join(f"{one.name}: {one.amount or _('not shown')}" for one in sides)
    return {"title": _("Who may decide"), "gap": None, "interval": None, "said": said}


def _gap(pair: Pair) -> Json:
    gap = pair.gap
    if isinstance(gap, Withheld) or isinstance(gap.value, Bounded):
        return {"gap": None, "interval": None, "said": gap_said(gap)}
    interval = list(gap.interval) if gap.interval else None
    return {"gap": gap.value, "interval": interval, "said": gap_said(gap)}


def gap_said(gap: Gap | Withheld) -> str:
    if isinstance(gap, Withheld):
        return _("not shown")
    return wording.bounded(gap.value, wording.signed)


@dataclass(frozen=True)
class Moved:
    """A gap when an action was planned and a gap of a later wave. `kind`: narrower, wider, untold."""

    then: str
    now: str
    kind: str
    sentence: str


def moved(then: Mapping[str, Any] | None, now: Mapping[str, Any] | None) -> Moved:
    """Told by intervals that do not meet; whatever less sure is not told at all."""
    kind = _kind(then or {}, now or {})
    return Moved(_said(then), _said(now), kind, _sentence(kind))


def _said(found: Mapping[str, Any] | None) -> str:
    """In the reader's language: numbers were kept, not words."""
    if not found or found.get("gap") is None:
        return str(found["said"]) if found and found.get("said") else _("not shown")
    said = wording.signed(found["gap"])
    if not found.get("interval"):
        return said
    return f"{said} ({interval_said(*map(wording.signed, found['interval']))})"


def _kind(then: Mapping[str, Any], now: Mapping[str, Any]) -> str:
    before, after = then.get("interval"), now.get("interval")
    if not before or not after or max(before[0], after[0]) <= min(before[1], after[1]):
        return "untold"
    was, became = abs(then["gap"]), abs(now["gap"])
    return "narrower" if became < was else "wider"


def _sentence(kind: str) -> str:
    match kind:
        case "narrower":
            return _("The gap is narrower than when this was planned.")
        case "wider":
            return _("The gap is wider than when this was planned.")
        case _:
            return _("The answers do not tell whether the gap moved.")
