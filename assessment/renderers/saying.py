"""Numbers as the report page prints them: rounded as promised, with what stands behind each, or why it is missing."""

from dataclasses import dataclass

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assessment import wording
from assessment.report import Both, Bounded, Estimate, Gap, Interval, Number, Reliability, Share, Withheld


@dataclass(frozen=True)
class Said:
    """One number as it is printed: `text`, what stands behind it (at length and short), or why it is not shown."""

    text: str = ""
    detail: str = ""
    withheld: str = ""
    short: str = ""


@dataclass(frozen=True)
class GapSaid:
    text: str = ""
    detail: str = ""
    verdict: str = ""
    kind: str = ""
    withheld: str = ""


def score(value: Number) -> str:
    if isinstance(value, Bounded):  # "95 or more": the bound is the rule's number, not a measured one
        return wording.bounded(value, lambda end: number_format(f"{end:.4g}"))
    return wording.one_decimal(value)


def share_text(share: Number) -> str:
    return wording.bounded(share, wording.whole_percent)


def count(number: int) -> str:
    return number_format(number, use_l10n=True, force_grouping=True)


def people(number: int) -> str:
    return ngettext("%(number)s answer", "%(number)s answers", number) % {"number": count(number)}


def span(low: str, high: str) -> str:
    return _("%(low)s to %(high)s") % {"low": low, "high": high}


def interval_said(low: str, high: str) -> str:
    return _("95%% interval %(span)s") % {"span": span(low, high)}


def said_estimate(found: Estimate | Withheld) -> Said:
    if isinstance(found, Withheld):
        return Said(withheld=wording.why_withheld(found))
    parts, short = [people(found.n)], f"n {count(found.n)}"
    if found.interval:
        ends = [wording.one_decimal(end) for end in found.interval]
        parts.append(interval_said(*ends))
        short = f"{span(*ends)}, {short}"
    if found.favourable is not None:
        parts.append(_("%(share)s favourable") % {"share": share_text(found.favourable)})
    return Said(score(found.mean), ", ".join(parts), short=short)


def said_share(found: Share | Withheld) -> Said:
    if isinstance(found, Withheld):
        return Said(withheld=wording.why_withheld(found))
    detail = people(found.n)
    if found.interval:
        detail = f"{detail}, {interval_said(*map(wording.whole_percent, found.interval))}"
    return Said(share_text(found.share), detail)


def said_gap(found: Gap | Withheld) -> GapSaid:
    if isinstance(found, Withheld):
        return GapSaid(withheld=wording.why_withheld(found))
    parts = []
    if found.interval:
        parts.append(interval_said(*map(wording.signed, found.interval)))
    if found.hedges_g is not None:
        parts.append(_("effect size %(size)s") % {"size": wording.decimals(found.hedges_g, 2)})
    if found.p_adjusted is not None:
        parts.append(_("adjusted p %(p)s") % {"p": probability(found.p_adjusted)})
    return GapSaid(
        wording.bounded(found.value, wording.signed),
        ", ".join(parts),
        str(wording.VERDICTS[found.verdict]),
        found.verdict.value,
    )


def probability(value: float) -> str:
    least = 0.001
    return (
        _("below %(least)s") % {"least": number_format(least)}
        if value < least
        else wording.decimals(value, 3)
    )


def said_difference(both: Both) -> GapSaid:
    found = both.difference
    if isinstance(found, Withheld):
        return GapSaid(withheld=wording.why_withheld(found))
    detail = interval_said(*map(signed_percent, found.interval)) if found.interval else ""
    return GapSaid(wording.bounded(found.value, signed_percent), detail)


def signed_percent(share: float) -> str:
    """A difference of two shares, in percentage points."""
    return wording.signed(100 * share)


def said_reliability(found: Reliability | Withheld) -> Said:
    if isinstance(found, Withheld):
        return Said(withheld=wording.why_withheld(found))
    if found.alpha is None:
        return Said(withheld=_("Too few complete answers to say."))
    detail = _alpha_detail(found.alpha_interval, found.n)
    return Said(wording.decimals(found.alpha, 2), detail, short=detail)


def _alpha_detail(interval: Interval | None, number: int) -> str:
    if interval is None:
        return people(number)
    ends = [wording.decimals(end, 2) for end in interval]
    return f"{people(number)}, {interval_said(*ends)}"
