"""The authority ladder in money: where the authority of the front line ends, in the eyes of each side."""

from dataclasses import dataclass

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from assessment import charts, wording
from assessment.renderers.lines import Line
from assessment.renderers.saying import said_difference, said_share, span
from assessment.renderers.telling import rounded
from assessment.report import PANELS, Ladder, Withheld
from surveys.formats import money


@dataclass(frozen=True)
class CeilingSaid:
    panel: str
    name: str
    amount: str
    between: str
    withheld: str = ""


def steps(ladder: Ladder, currency: str) -> tuple[Line, ...]:
    language = get_language() or "en"
    return tuple(
        Line(
            str(step.amount),
            money(step.amount, currency, language),
            "",
            said_share(step.both.frontline),
            said_share(step.both.executive),
            said_difference(step.both),
            charts.share_dumbbell(step.both),
        )
        for step in ladder.steps
    )


def _stake(ladder: Ladder, currency: str, amount: float | None, *, below: bool) -> str:
    """An amount, or the end of the ladder that it lies beyond."""
    language = get_language() or "en"
    if amount is not None:
        return money(rounded(amount), currency, language)
    if below:
        return _("below %(amount)s") % {"amount": money(ladder.steps[0].amount, currency, language)}
    return _("beyond %(amount)s") % {"amount": money(ladder.steps[-1].amount, currency, language)}


def ceilings(ladder: Ladder, currency: str) -> tuple[CeilingSaid, ...]:
    found = []
    for panel in PANELS:
        ceiling = ladder.ceiling[panel]
        name = str(wording.PANEL_NAMES[panel])
        if isinstance(ceiling, Withheld):
            found.append(CeilingSaid(panel, name, "", "", wording.why_withheld(ceiling)))
            continue
        low, high = ceiling.interval
        ends = _stake(ladder, currency, low, below=True), _stake(ladder, currency, high, below=False)
        amount = _stake(ladder, currency, ceiling.amount, below=ceiling.where == "below_first")
        found.append(CeilingSaid(panel, name, amount, span(*ends)))
    return tuple(found)
