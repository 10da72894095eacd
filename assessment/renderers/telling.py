"""What the files say beside the numbers, in the reader's language. Call inside `translation.override`."""

import datetime as dt
from collections import Counter
from zoneinfo import ZoneInfo

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from assessment import charts, wording
from assessment.renderers.saying import Said, count, interval_said, people, span
from assessment.report import (
    Careful,
    Ceiling,
    Choice,
    Estimate,
    Ladder,
    Obstacle,
    Participation,
    Report,
    Share,
    Verdict,
    Weighted,
    Withheld,
)
from surveys.formats import day, money

PANELS = ("frontline", "executive")


def language() -> str:
    return get_language() or "en"


def title(report: Report) -> str:
    return f"{_('Empowerment-gap report')}: {report.organization.name}, {report.campaign.name}"


def period(report: Report) -> str:
    zone = ZoneInfo(report.organization.timezone)
    return span(*(day(end, zone, language()) for end in (report.campaign.opened, report.campaign.closed)))


def closed(report: Report) -> dt.datetime:
    """When the wave ended, in UTC: the one date of a file, so that the same report makes the same bytes."""
    return report.campaign.closed.astimezone(dt.UTC)


def simulated() -> str:
    return _("Simulated answers: the organization and its people are made up.")


def panel_name(panel: str) -> str:
    return str(wording.PANEL_NAMES[panel])


def unspread(found: Estimate | Withheld) -> str:
    """Why a side shows no distribution; empty where it does."""
    if isinstance(found, Withheld):
        return wording.why_withheld(found)
    return "" if found.spread else wording.why_withheld(Withheld("too_few_for_distribution"))


def rounded(amount: float) -> float:
    """Two figures: the ladder's steps do not know more."""
    return float(f"{amount:.2g}")


def amount(report: Report, value: float) -> str:
    return money(value, report.organization.currency, language())


def ceiling_amount(report: Report, ladder: Ladder, value: float | None, *, below: bool) -> str:
    if value is not None:
        return amount(report, rounded(value))
    if below:
        return _("below %(amount)s") % {"amount": amount(report, ladder.steps[0].amount)}
    return _("beyond %(amount)s") % {"amount": amount(report, ladder.steps[-1].amount)}


def ceiling(report: Report, ladder: Ladder, found: Ceiling | Withheld) -> Said:
    if isinstance(found, Withheld):
        return Said(withheld=wording.why_withheld(found))
    low, high = found.interval
    ends = (
        ceiling_amount(report, ladder, low, below=True),
        ceiling_amount(report, ladder, high, below=False),
    )
    below = found.where == "below_first"
    return Said(ceiling_amount(report, ladder, found.amount, below=below), interval_said(*ends))


def ladder_sentence(report: Report, ladder: Ladder) -> str:
    """The front line's room in money, in both eyes, and whether that tells them apart; nothing of a withheld side."""
    said = [_ceiling_sentence(report, ladder, panel) for panel in ("executive", "frontline")]
    if _meet(ladder):
        said.append(_("The two ranges meet, so the answers do not tell whose amount is higher."))
    return " ".join(filter(None, said))


def _meet(ladder: Ladder) -> bool:
    """Whether the intervals of the two amounts have one in common. An end beyond the ladder reaches to any."""
    found = [ladder.ceiling[panel] for panel in PANELS]
    if any(isinstance(one, Withheld) for one in found):
        return False
    ends = [one.interval for one in found if not isinstance(one, Withheld)]
    return not any(
        low is not None and high is not None and low > high
        for low, high in ((ends[0][0], ends[1][1]), (ends[1][0], ends[0][1]))
    )


def _ceiling_sentence(report: Report, ladder: Ladder, panel: str) -> str:
    found = ladder.ceiling[panel]
    if isinstance(found, Withheld):
        return ""
    believed = panel == "executive"
    first, last = (amount(report, ladder.steps[end].amount) for end in (0, -1))
    if found.amount is not None:
        text = (
            _("Executives believe the front line may decide up to %(amount)s.")
            if believed
            else _("Half of the front line decides up to %(amount)s.")
        )
        return text % {"amount": amount(report, rounded(found.amount))}
    if found.where == "below_first":
        text = (
            _("Executives believe the front line may not even decide %(amount)s.")
            if believed
            else _("Fewer than half of the front line decide even %(amount)s.")
        )
        return text % {"amount": first}
    text = (
        _("Executives believe the front line may decide even %(amount)s.")
        if believed
        else _("More than half of the front line decide even %(amount)s.")
    )
    return text % {"amount": last}


def answered(found: Participation | Withheld) -> Said:
    """How many answered, and their share of those asked."""
    if isinstance(found, Withheld):
        return Said(withheld=wording.why_withheld(found))
    if found.headcount is None:
        return Said(people(found.answered))
    text = _("%(answered)s of %(asked)s people") % {
        "answered": count(found.answered),
        "asked": count(found.headcount),
    }
    return Said(text, wording.whole_percent(found.rate) if found.rate is not None else "")


def obstacles(report: Report) -> tuple[Obstacle, ...]:
    """The front line's most frequent first; what it did not show comes last, as it was asked."""

    def frequency(found: Obstacle) -> float:
        return (
            -charts.held(found.both.frontline.share, charts.SHARES)
            if isinstance(found.both.frontline, Share)
            else 1.0
        )

    return tuple(sorted(report.obstacles, key=frequency))


def unseen_obstacles(report: Report) -> str:
    """The rules that the front line names and next to no executive does, in a sentence; empty where there are none."""
    names = [found.label for found in obstacles(report) if found.blind_spot]
    if not names:
        return ""
    return ngettext(
        "The front line names it and hardly any executive does: %(names)s.",
        "The front line names them and hardly any executive does: %(names)s.",
        len(names),
    ) % {"names": ", ".join(names)}


def choices(report: Report) -> tuple[Choice, ...]:
    """All single choices: scenarios, how soon help comes, and the rest."""
    return (*report.scenarios, *((report.escalation,) if report.escalation else ()), *report.choices)


def reasons(report: Report) -> tuple[tuple[str, int], ...]:
    """Why numbers are missing, and how many for each reason, the most frequent first."""
    counted = Counter(cell.reason for cell in report.withheld)
    return tuple((wording.why_withheld(Withheld(reason)), number) for reason, number in counted.most_common())


def promise(report: Report) -> str:
    """The confidentiality rules as every respondent read them."""
    policy = report.campaign.policy
    return _(
        "Everybody was promised before the first question: no group under %(group)s people, no executive panel "
        "under %(executives)s, no comments under %(comments)s people, no distribution under %(distribution)s "
        "answers. Nothing that is shown allows a smaller group to be worked out."
    ) % {
        "group": policy["min_group"],
        "executives": policy["min_executives"],
        "comments": policy["min_comments"],
        "distribution": policy["min_distribution"],
    }


def weighting(found: Weighted) -> str:
    """How far the weights reach, and what they cost."""
    return _("covers %(share)s of the people, design effect %(effect)s, worth %(worth)s answers") % {
        "share": wording.whole_percent(found.covered),
        "effect": wording.decimals(found.design_effect, 2),
        "worth": wording.decimals(found.effective_n, 0),
    }


def set_aside(found: Careful) -> str:
    return ngettext(
        "%(number)s answer looks careless and was left out here",
        "%(number)s answers look careless and were left out here",
        found.set_aside,
    ) % {"number": count(found.set_aside)}


def reading() -> tuple[tuple[str, str], ...]:
    """How to read it: a term and its meaning."""
    return (
        (
            _("Score"),
            _("Answers run from 0 to 100, the favourable end always at 100. Above 50 is favourable."),
        ),
        (
            _("Gap"),
            _(
                "What executives believe minus what the front line lives, in points. A positive gap means that "
                "executives are more optimistic."
            ),
        ),
        (
            # xgettext:no-python-format  # noqa: ERA001
            _("95% interval"),
            _("Where the number would very likely lie if everybody had answered: 19 times in 20."),
        ),
        *((str(wording.VERDICTS[verdict]), wording.verdict_about(verdict)) for verdict in Verdict),
        (
            _("5 or less, 95 or more"),
            _(
                "Near the ends of a scale a number is a bound, because the exact one would tell what nearly "
                "everybody answered."
            ),
        ),
        (
            _("More is not always better"),
            _(
                "Clear limits make a job clearer. The aim is room to act that fits the work, not as much as possible."
            ),
        ),
    )
