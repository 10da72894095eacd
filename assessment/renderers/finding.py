"""What stands beside the gaps, in sentences by rule: changes, differences of shares, agreement, reliability.

As in `wording`: a sentence follows from the verdict, the sign and the interval, and claims no more than these.
"""

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assessment import wording
from assessment.report import (
    Agreement,
    Bounded,
    Difference,
    Gap,
    Number,
    Reliability,
    UnitDifferences,
    Verdict,
    Withheld,
)

TOGETHER = 0.7  # Nunnally's threshold of alpha
CHANCE = 0.05

# (what, direction, whether it is clear): a change since the wave before
MOVED: dict[tuple[str, int, bool], Promise] = {
    ("frontline", 1, True): gettext_lazy(
        "The front line lives it better than in %(wave)s: by %(points)s points."
    ),
    ("frontline", -1, True): gettext_lazy(
        "The front line lives it worse than in %(wave)s: by %(points)s points."
    ),
    ("frontline", 1, False): gettext_lazy(
        "The front line seems to live it better than in %(wave)s, by about %(points)s points."
    ),
    ("frontline", -1, False): gettext_lazy(
        "The front line seems to live it worse than in %(wave)s, by about %(points)s points."
    ),
    ("executive", 1, True): gettext_lazy(
        "Executives believe it better than in %(wave)s: by %(points)s points."
    ),
    ("executive", -1, True): gettext_lazy(
        "Executives believe it worse than in %(wave)s: by %(points)s points."
    ),
    ("executive", 1, False): gettext_lazy(
        "Executives seem to believe it better than in %(wave)s, by about %(points)s points."
    ),
    ("executive", -1, False): gettext_lazy(
        "Executives seem to believe it worse than in %(wave)s, by about %(points)s points."
    ),
    ("gap", 1, True): gettext_lazy("The gap is wider than in %(wave)s: by %(points)s points."),
    ("gap", -1, True): gettext_lazy("The gap is narrower than in %(wave)s: by %(points)s points."),
    ("gap", 1, False): gettext_lazy("The gap seems wider than in %(wave)s, by about %(points)s points."),
    ("gap", -1, False): gettext_lazy("The gap seems narrower than in %(wave)s, by about %(points)s points."),
    ("gap", 0, True): gettext_lazy("The gap is not where it was in %(wave)s: it moved by %(points)s points."),
    ("gap", 0, False): gettext_lazy(
        "The gap seems to have moved since %(wave)s, by about %(points)s points."
    ),
}


def change(what: str, found: Gap | Withheld, wave: str, now: Gap | Withheld | None = None) -> str:
    """`what`: frontline, executive or gap. `now`: the gap as it is, which tells whether a move made it wider."""
    if isinstance(found, Withheld):
        return wording.why_withheld(found)
    match found.verdict:
        case Verdict.CLEAR | Verdict.LEANING:
            direction = wording.sign(found.value)
            if direction == 0:
                return _("The answers do not tell whether it changed since %(wave)s.") % {"wave": wave}
            if what == "gap":
                direction = _wider(found, now)
            points = wording.bounded(wording.size(found.value), wording.one_decimal)
            sentence = MOVED[what, direction, found.verdict is Verdict.CLEAR]
            return str(sentence) % {"wave": wave, "points": points}
        case Verdict.NO_CLEAR_GAP:
            return _("Much the same as in %(wave)s: it very likely moved by less than 10 points.") % {
                "wave": wave
            }
        case Verdict.CANNOT_TELL:
            return _("The answers do not tell whether it changed since %(wave)s.") % {"wave": wave}


def _wider(moved: Gap, now: Gap | Withheld | None) -> int:
    """1 for wider, -1 for narrower, 0 where the gap went through 0 or cannot be followed."""
    if not isinstance(now, Gap) or isinstance(now.value, Bounded) or isinstance(moved.value, Bounded):
        return 0
    if now.interval is None or now.interval[0] <= 0 <= now.interval[1]:
        return 0
    before = now.value - moved.value
    if before * now.value <= 0:
        return 0
    return 1 if abs(now.value) > abs(before) else -1


# (executives are more, whether it is sure)
DIFFER: dict[tuple[bool, bool], Promise] = {
    (True, True): gettext_lazy("More executives than front-line people say so: %(points)s points more."),
    (False, True): gettext_lazy("More front-line people than executives say so: %(points)s points more."),
    (True, False): gettext_lazy(
        "More executives than front-line people seem to say so, by about %(points)s points."
    ),
    (False, False): gettext_lazy(
        "More front-line people than executives seem to say so, by about %(points)s points."
    ),
}


def difference(found: Difference | Withheld) -> str:
    """Two shares compared. The adjusted p decides where there is one, else the interval."""
    if isinstance(found, Withheld):
        return wording.why_withheld(found)
    if found.interval is None or isinstance(found.value, Bounded):
        return _("Only bounds are stated here, so nothing is computed from them.")
    low, high = found.interval
    if low <= 0 <= high:
        return _("The answers do not tell whether the two sides differ.")
    points = {"points": wording.one_decimal(100 * abs(found.value))}
    sure = found.p_adjusted is None or found.p_adjusted < CHANCE
    return str(DIFFER[found.value > 0, sure]) % points


# --- How the answers hang together ----------------------------------------------------------------

AGREED: tuple[tuple[float, Promise], ...] = (  # LeBreton and Senter 2008
    (0.91, gettext_lazy("They answered almost alike.")),
    (0.71, gettext_lazy("They largely agree with each other.")),
    (0.51, gettext_lazy("They agree with each other in part.")),
    (0.31, gettext_lazy("They agree with each other only a little.")),
)
BETWEEN: tuple[tuple[float, Promise], ...] = (
    (
        0.25,
        gettext_lazy(
            "A large part of the differences lies between groups: where somebody works matters much."
        ),
    ),
    (0.10, gettext_lazy("A good part of the differences lies between groups: where somebody works matters.")),
    (0.01, gettext_lazy("A small part of the differences lies between groups; most lies between people.")),
)


def agreement(found: Agreement | Withheld) -> str:
    if isinstance(found, Withheld):
        return wording.why_withheld(found)
    if found.rwg is None:
        return _("Too few answers to say.")
    return _first(
        found.rwg, AGREED, _("They do not agree with each other: an average hides more than it tells.")
    )


def between_units(found: UnitDifferences | Withheld) -> str:
    if isinstance(found, Withheld):
        return wording.why_withheld(found)
    if found.icc1 is None:
        return _("Too few answers to say.")
    return _first(found.icc1, BETWEEN, _("Groups hardly differ: what is lived is much the same everywhere."))


def _first(value: float, bands: tuple[tuple[float, Promise], ...], otherwise: str) -> str:
    return next((str(words) for least, words in bands if value >= least), otherwise)


def reliability(found: Reliability | Withheld) -> str:
    """Told by the whole interval of alpha, not by alpha."""
    if isinstance(found, Withheld):
        return wording.why_withheld(found)
    if found.alpha is None or found.alpha_interval is None:
        return _("Too few complete answers to say.")
    low, high = found.alpha_interval
    if low >= TOGETHER:
        return _("The questions belong together.")
    if high < TOGETHER:
        return _("The questions do not measure one thing: look at them one by one.")
    return _("The answers do not tell whether the questions belong together.")


def apart(one: Number, other: Number) -> float | None:
    """How far a second way of counting is from the first; None where either is only a bound."""
    if isinstance(one, Bounded) or isinstance(other, Bounded):
        return None
    return other - one
