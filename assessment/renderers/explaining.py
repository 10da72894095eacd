"""The report explains itself: which kinds of numbers a section shows, and where the guide explains each.

What each means, how sure it is and how it was made stands in `assessment/parts/guide.html`.
"""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Measure:
    """`id`: the guide explains it at `#read-` and this."""

    id: str
    title: Promise


HEADLINE = Measure("headline", _("Empowerment gap"))
GAP = Measure("gap", _("Gap"))
SCORE = Measure("score", _("Score"))
INTERVAL = Measure("interval", _("Interval"))
EFFECT = Measure("effect", _("Effect size"))
CEILING = Measure("ceiling", _("Authority in money"))
QUADRANT = Measure("quadrant", _("Blind spots and strengths"))
SHARE = Measure("share", _("Share"))
GROUP = Measure("group", _("Gap of a group"))
CHANGE = Measure("change", _("Change"))
BEGIN = Measure("begin", _("What to do first"))
TURNOUT = Measure("turnout", _("Who answered"))
WEIGHTED = Measure("weighted", _("Weighted score"))
CARELESS = Measure("careless", _("Careless answers"))
AGREEMENT = Measure("agreement", _("Agreement among executives"))
BETWEEN = Measure("between", _("Differences between groups"))
RELIABILITY = Measure("reliability", _("Reliability"))
PEOPLE = Measure("people", _("People behind a number"))
SPREAD = Measure("spread", _("Spread"))
FAVOURABLE = Measure("favourable", _("Share favourable"))
CHANCE = Measure("chance", _("Chance"))
UNSURE = Measure("unsure", _("Don't know"))
WEIGHT = Measure("weight", _("Goes with the promise"))
WITHIN = Measure("within", _("Agreement within a group"))

MEASURES = (
    HEADLINE,
    GAP,
    SCORE,
    INTERVAL,
    EFFECT,
    CEILING,
    QUADRANT,
    SHARE,
    GROUP,
    CHANGE,
    BEGIN,
    TURNOUT,
    WEIGHTED,
    CARELESS,
    AGREEMENT,
    BETWEEN,
    RELIABILITY,
    PEOPLE,
    SPREAD,
    FAVOURABLE,
    CHANCE,
    UNSURE,
    WEIGHT,
    WITHIN,
)

SECTIONS: dict[str, tuple[Measure, ...]] = {
    "headline": (
        HEADLINE,
        INTERVAL,
        GAP,
        TURNOUT,
    ),
    "dimensions": (
        SCORE,
        GAP,
        INTERVAL,
        EFFECT,
        CHANCE,
        SPREAD,
    ),
    "ladder": (
        CEILING,
        SHARE,
        INTERVAL,
    ),
    "items": (
        QUADRANT,
        SCORE,
        GAP,
        EFFECT,
        SHARE,
        FAVOURABLE,
        UNSURE,
    ),
    "obstacles": (
        SHARE,
        INTERVAL,
    ),
    "choices": (
        SHARE,
        INTERVAL,
    ),
    "where": (
        GROUP,
        SCORE,
        INTERVAL,
        PEOPLE,
        WITHIN,
    ),
    "cuts": (
        SCORE,
        INTERVAL,
    ),
    "change": (
        CHANGE,
        GAP,
        INTERVAL,
    ),
    "begin": (
        BEGIN,
        GAP,
        WEIGHT,
    ),
    "quality": (
        TURNOUT,
        WEIGHTED,
        CARELESS,
        AGREEMENT,
        BETWEEN,
        RELIABILITY,
    ),
}
