"""What to do first: the widest gaps that are clear, weighted by how their dimension goes with the outcome."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from assessment import wording
from assessment.renderers.saying import interval_said
from assessment.report import Item, Priority, Quadrant, Report, Verdict, Withheld

PLACES = 3


@dataclass(frozen=True)
class Beginning:
    item: Item
    why: str = ""


def beginnings(report: Report, places: int = PLACES) -> tuple[Beginning, ...]:
    """In the document's order. An older document has none: then the clear blind spots, the widest first."""
    if not report.priorities:
        blind = report.in_quadrant(Quadrant.BLIND_SPOT)
        return tuple(Beginning(item) for item in blind if _is_clear(item))[:places]
    items = {item.id: item for item in report.items}
    ordered = sorted(report.priorities, key=lambda one: one.rank)
    return tuple(Beginning(items[one.item], why(report, one)) for one in ordered[:places])


def _is_clear(item: Item) -> bool:
    return not isinstance(item.pair.gap, Withheld) and item.pair.gap.verdict is Verdict.CLEAR


def weighted(report: Report) -> bool:
    """Whether the order says more than the width of the gaps."""
    return bool(report.priorities) and all(one.weight is not None for one in report.priorities)


def why(report: Report, found: Priority) -> str:
    """How the dimension goes with the outcome, as far as the interval says; nothing where that is not known."""
    titles = _titles(report)
    outcome = _outcome(report)
    if found.weight is None or found.weight_interval is None or not outcome:
        return ""
    low, high = found.weight_interval
    words = {
        "dimension": titles[found.dimension],
        "outcome": outcome,
        "r": wording.decimals(found.weight, 2),
        "interval": interval_said(wording.decimals(low, 2), wording.decimals(high, 2)),
    }
    if low > 0:
        return (
            _(
                "Front-line people who live more “%(dimension)s” also say more “%(outcome)s”:"
                " correlation %(r)s, %(interval)s."
            )
            % words
        )
    if high < 0:
        return (
            _(
                "Front-line people who live more “%(dimension)s” say less “%(outcome)s”:"
                " correlation %(r)s, %(interval)s."
            )
            % words
        )
    return (
        _("The answers do not tell whether “%(dimension)s” goes with “%(outcome)s” in the front line.")
        % words
    )


def method(report: Report) -> str:
    """How the order was made, in two sentences at most."""
    outcome = _outcome(report)
    if weighted(report) and outcome:
        return _(
            "The clear gaps, widest first, each weighted by how strongly its dimension goes with “%(outcome)s”"
            " in the front line. What goes together need not be a cause."
        ) % {"outcome": outcome}
    return _("The clear gaps where executives believe more than the front line lives, the widest first.")


def _outcome(report: Report) -> str:
    """The title of the one dimension outside of the headline; empty where there is none such, or more."""
    found = [dimension.title for dimension in report.dimensions if not dimension.headline]
    return found[0] if len(found) == 1 else ""


def _titles(report: Report) -> Mapping[str, str]:
    return {dimension.id: dimension.title for dimension in report.dimensions}
