"""Sentences by rule: what a number says, in the reader's language, and never more than its interval allows.

The word "significant" is not used anywhere: a verdict says how sure we are, a size says how much it is.
"""

from collections.abc import Callable, Mapping
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from functools import lru_cache

from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy, pgettext_lazy
from django.utils.translation import gettext as _

from assessment.report import Bounded, Gap, Number, Quadrant, Verdict, Withheld

MINUS = "\N{MINUS SIGN}"

PANEL_NAMES: dict[str, Promise] = {
    "frontline": pgettext_lazy("panel", "Front line"),
    "executive": pgettext_lazy("panel", "Executives"),
}
VERDICTS: dict[Verdict, Promise] = {
    Verdict.CLEAR: gettext_lazy("Clear gap"),
    Verdict.LEANING: gettext_lazy("Leaning"),
    Verdict.NO_CLEAR_GAP: gettext_lazy("No clear gap"),
    Verdict.CANNOT_TELL: gettext_lazy("Cannot tell"),
}
QUADRANTS: dict[Quadrant, Promise] = {
    Quadrant.BLIND_SPOT: gettext_lazy("Blind spots"),
    Quadrant.AGREED_WEAKNESS: gettext_lazy("Agreed weaknesses"),
    Quadrant.AGREED_STRENGTH: gettext_lazy("Agreed strengths"),
    Quadrant.UNDERVALUED_STRENGTH: gettext_lazy("Undervalued strengths"),
}
QUADRANTS_ABOUT: dict[Quadrant, Promise] = {
    Quadrant.BLIND_SPOT: gettext_lazy("Executives believe it is well; the front line lives something else."),
    Quadrant.AGREED_WEAKNESS: gettext_lazy("Both sides say that this does not work."),
    Quadrant.AGREED_STRENGTH: gettext_lazy("Both sides say that this works. Keep it."),
    Quadrant.UNDERVALUED_STRENGTH: gettext_lazy("The front line lives it; executives do not see it yet."),
}
REASONS: dict[str, Promise] = {
    "small_group": gettext_lazy("Fewer people answered than the minimum that was promised."),
    "protects_another": gettext_lazy(
        "Shown, it would let a reader work out the answers of a smaller group by subtraction."
    ),
    "unanimous": gettext_lazy("It would tell what every single person answered."),
    "too_few_commenters": gettext_lazy(
        "Fewer people than promised are in the group whose comments these are."
    ),
    "too_few_for_distribution": gettext_lazy("So few answered that only the average is shown."),
    "not_asked": gettext_lazy("This was not asked."),
    "only_a_bound": gettext_lazy(
        "One of the two numbers is only stated as a bound, so none is computed from it."
    ),
    "nothing_to_compare": gettext_lazy("One of the two sides is not shown, so there is no gap."),
}


def rounded(value: float, places: int) -> Decimal:
    """Half away from zero, as spreadsheets do: a page and a workbook must show the same digits."""
    return Decimal(repr(float(value))).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


def decimals(value: float, places: int) -> str:
    """A number with so many decimals, a true minus sign, no minus on a zero. Django's own format only cuts."""
    number = rounded(value, places)
    text = _formatted(abs(number), places, get_language())
    return f"{MINUS}{text}" if number < 0 else text


@lru_cache(
    maxsize=8192
)  # a report of 500 groups has 10,000 numbers, and most of them are the same few hundred
def _formatted(number: Decimal, places: int, language: str | None) -> str:  # noqa: ARG001  # part of the key
    return number_format(number, decimal_pos=places)


def one_decimal(value: float) -> str:
    """A score or gap as pages show it."""
    return decimals(value, 1)


def signed(value: float) -> str:
    text = one_decimal(value)
    return f"+{text}" if rounded(value, 1) > 0 else text


def whole_percent(share: float) -> str:
    percent = (Decimal(repr(float(share))) * 100).quantize(Decimal(1), ROUND_HALF_UP)
    return _("%(number)s%%") % {"number": number_format(percent, decimal_pos=0)}


def bounded(value: Number, say: Callable[[float], str]) -> str:
    """A number as `say` prints it, or the words of the bound that stands for it."""
    if not isinstance(value, Bounded):
        return say(value)
    if value.low is None:
        return _("%(bound)s or less") % {"bound": say(value.high or 0.0)}
    if value.high is None:
        return _("%(bound)s or more") % {"bound": say(value.low)}
    return _("%(low)s to %(high)s") % {"low": say(value.low), "high": say(value.high)}


def sign(value: Number) -> int:
    """1 or -1 where the number is sure to be above or below 0, else 0."""
    if not isinstance(value, Bounded):
        return (value > 0) - (value < 0)
    if value.low is not None and value.low > 0:
        return 1
    return -1 if value.high is not None and value.high < 0 else 0


def size(value: Number) -> Number:
    """Without its sign; a bound on both sides of 0 has none and stays."""
    if not isinstance(value, Bounded):
        return abs(value)
    if sign(value) < 0:
        return Bounded(None if value.high is None else -value.high, None if value.low is None else -value.low)
    return value


def why_withheld(withheld: Withheld) -> str:
    return str(REASONS.get(withheld.reason, _("It is withheld.")))


class Size(StrEnum):
    """How large a gap is at least, told by the end of the effect size's interval that is nearer to 0."""

    UNTOLD = "untold"
    SOME = "some"
    MUCH = "much"
    VERY = "very"


SIZES = ((0.8, Size.VERY), (0.5, Size.MUCH), (0.2, Size.SOME))  # Cohen's thresholds of g
BELIEVED, LIVED = 1, -1  # the sign of a gap: which side is higher

# The one number of the report. Each sentence stands for the whole, so that a translator sees a sentence.
HEADLINES: dict[tuple[int, Size], Promise] = {
    (BELIEVED, Size.UNTOLD): gettext_lazy(
        "Executives believe the front line has more room to act than it lives: %(points)s points more."
    ),
    (BELIEVED, Size.SOME): gettext_lazy(
        "Executives believe the front line has somewhat more room to act than it lives: %(points)s points more."
    ),
    (BELIEVED, Size.MUCH): gettext_lazy(
        "Executives believe the front line has considerably more room to act than it lives: %(points)s points more."
    ),
    (BELIEVED, Size.VERY): gettext_lazy(
        "Executives believe the front line has far more room to act than it lives: %(points)s points more."
    ),
    (LIVED, Size.UNTOLD): gettext_lazy(
        "The front line lives more room to act than executives believe: %(points)s points more."
    ),
    (LIVED, Size.SOME): gettext_lazy(
        "The front line lives somewhat more room to act than executives believe: %(points)s points more."
    ),
    (LIVED, Size.MUCH): gettext_lazy(
        "The front line lives considerably more room to act than executives believe: %(points)s points more."
    ),
    (LIVED, Size.VERY): gettext_lazy(
        "The front line lives far more room to act than executives believe: %(points)s points more."
    ),
}
HEADLINES_LEANING: dict[int, Promise] = {
    BELIEVED: gettext_lazy(
        "Executives seem to believe the front line has more room to act than it lives, by about %(points)s points."
    ),
    LIVED: gettext_lazy(
        "The front line seems to live more room to act than executives believe, by about %(points)s points."
    ),
}
FINDINGS: dict[tuple[int, Size], Promise] = {
    (BELIEVED, Size.UNTOLD): gettext_lazy(
        "Executives believe it better than the front line lives it: by %(points)s points."
    ),
    (BELIEVED, Size.SOME): gettext_lazy(
        "Executives believe it somewhat better than the front line lives it: by %(points)s points."
    ),
    (BELIEVED, Size.MUCH): gettext_lazy(
        "Executives believe it considerably better than the front line lives it: by %(points)s points."
    ),
    (BELIEVED, Size.VERY): gettext_lazy(
        "Executives believe it far better than the front line lives it: by %(points)s points."
    ),
    (LIVED, Size.UNTOLD): gettext_lazy(
        "The front line lives it better than executives believe it: by %(points)s points."
    ),
    (LIVED, Size.SOME): gettext_lazy(
        "The front line lives it somewhat better than executives believe it: by %(points)s points."
    ),
    (LIVED, Size.MUCH): gettext_lazy(
        "The front line lives it considerably better than executives believe it: by %(points)s points."
    ),
    (LIVED, Size.VERY): gettext_lazy(
        "The front line lives it far better than executives believe it: by %(points)s points."
    ),
}
FINDINGS_LEANING: dict[int, Promise] = {
    BELIEVED: gettext_lazy(
        "Executives seem to believe it better than the front line lives it, by about %(points)s points."
    ),
    LIVED: gettext_lazy(
        "The front line seems to live it better than executives believe it, by about %(points)s points."
    ),
}


def sure_size(gap: Gap) -> Size:
    """What the whole interval of g bears out; a gap without one, or with 0 in it, has no size to speak of."""
    if gap.g_interval is None or gap.g_interval[0] * gap.g_interval[1] <= 0:
        return Size.UNTOLD
    least = min(abs(end) for end in gap.g_interval)
    return next((size for threshold, size in SIZES if least >= threshold), Size.UNTOLD)


def headline(gap: Gap | Withheld) -> str:
    """The one sentence at the top of the report."""
    if isinstance(gap, Withheld):
        return _("The empowerment gap cannot be shown. ") + why_withheld(gap)
    match gap.verdict:
        case Verdict.CLEAR | Verdict.LEANING:
            return _directed(gap, HEADLINES, HEADLINES_LEANING)
        case Verdict.NO_CLEAR_GAP:
            return _("Executives and the front line see the room to act much alike.")
        case Verdict.CANNOT_TELL:
            return _("The answers do not tell whether executives and the front line see it differently.")


def finding(gap: Gap | Withheld) -> str:
    """A dimension's, a question's or a unit's gap as a sentence."""
    if isinstance(gap, Withheld):
        return why_withheld(gap)
    match gap.verdict:
        case Verdict.CLEAR | Verdict.LEANING:
            return _directed(gap, FINDINGS, FINDINGS_LEANING)
        case Verdict.NO_CLEAR_GAP:
            return _("Both sides see it much alike: any difference is very likely smaller than 10 points.")
        case Verdict.CANNOT_TELL:
            return _cannot_tell(gap)


def _directed(gap: Gap, clear: Mapping[tuple[int, Size], Promise], leaning: Mapping[int, Promise]) -> str:
    direction = sign(gap.value)
    if direction == 0:
        return _("The numbers are stated as bounds only, and these do not tell which side is higher.")
    points = {"points": bounded(size(gap.value), one_decimal)}
    found = leaning[direction] if gap.verdict is Verdict.LEANING else clear[direction, sure_size(gap)]
    return str(found) % points


def _cannot_tell(gap: Gap) -> str:
    if gap.interval is None:
        return _("The answers do not tell whether the two sides see it differently.")
    return _(
        "The answers do not tell whether the two sides see it differently: anything from %(low)s to %(high)s fits."
    ) % {"low": signed(gap.interval[0]), "high": signed(gap.interval[1])}


def interval_in_words(gap: Gap) -> str:
    """How sure the number is, as a range anybody can read."""
    if isinstance(gap.value, Bounded):
        return _("Only bounds of this number are stated, because one side answered almost alike.")
    if gap.interval is None:
        return _("Too few answers to say how sure this number is.")
    low, high = gap.interval
    return _(
        "If everybody had answered, the gap would very likely lie between %(low)s and %(high)s points (19 times in 20)."
    ) % {
        "low": signed(low),
        "high": signed(high),
    }


def verdict_about(verdict: Verdict) -> str:
    match verdict:
        case Verdict.CLEAR:
            return _("Clear: hardly a product of chance, and large enough to feel.")
        case Verdict.LEANING:
            return _("Leaning: it points one way, but chance or a small size leaves room for doubt.")
        case Verdict.NO_CLEAR_GAP:
            return _("No clear gap: whatever difference there is lies within 10 points.")
        case Verdict.CANNOT_TELL:
            return _("Cannot tell: too few or too mixed answers to say either way.")
