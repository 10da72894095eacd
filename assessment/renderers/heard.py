"""What was heard, for everybody: few questions, each with what the front line said to it."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from assessment import charts
from assessment.renderers.saying import count, score, share_text
from assessment.report import Estimate, Item, Report, Withheld


@dataclass(frozen=True)
class Heard:
    wording: str
    number: str
    about: str
    bar: charts.Bar | None


def heard(report: Report, chosen: Iterable[str]) -> tuple[Heard, ...]:
    """In the order they were chosen. What the report does not show is not told either."""
    items = {item.id: item for item in report.items}
    return tuple(
        _heard(items[name], items[name].pair.frontline)
        for name in chosen
        if name in items and not isinstance(items[name].pair.frontline, Withheld)
    )


def _heard(item: Item, found: Estimate | Withheld) -> Heard:
    assert isinstance(found, Estimate)
    text = item.wording["frontline"]
    if found.favourable is None:
        about = _("of 100 points, on average in the front line; 100 is best")
        return Heard(text, score(found.mean), about, None)
    about = _("of the front line say that this is so")
    if item.reverse:
        about = _("of the front line say that this is not so")
    return Heard(text, share_text(found.favourable), about, charts.bar(found.favourable))


def answered(report: Report) -> str:
    """How many answered, in a sentence; nothing where that is not shown."""
    found = report.participation["frontline"]
    if isinstance(found, Withheld):
        return ""
    return _("%(number)s of you answered. Thank you.") % {"number": count(found.answered)}


def offered(report: Report) -> dict[str, str]:
    """What can be told: questions whose front-line number is released, the widest gap first."""
    return {
        item.id: f"{item.label}: “{item.wording['frontline']}”"
        for item in report.items_by_gap
        if not isinstance(item.pair.frontline, Withheld)
    }
