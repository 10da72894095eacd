"""Fixed texts of the template. The apostrophes are typographic, as on the page."""
# ruff: noqa: RUF001

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from assessment import wording
from assessment.renderers import telling
from assessment.report import Quadrant


def words() -> dict[str, str | list[str]]:
    return {
        "eyebrow": _("Empowerment-gap report"),
        "gap_title": _("Empowerment gap"),
        "points": _("points"),
        "frontline": telling.panel_name("frontline"),
        "executive": telling.panel_name("executive"),
        "lived": _("Front line: what is lived"),
        "believed": _("Executives: what is believed"),
        # xgettext:no-python-format  # noqa: ERA001
        "interval": _("95% interval"),
        "gap": _("Gap"),
        "not_shown": _("not shown"),
        "contents": _("Contents"),
        "foreword": _("From your consultants"),
        "begin": _("What to do first"),
        "sure": _("How sure this is"),
        "dimensions": _("Dimensions"),
        "dimensions_about": _(
            "Scores run from 0 to 100; above 50, more people agree than not. The gap is what executives believe "
            "minus what the front line lives."
        ),
        "quadrants": _("Four quadrants"),
        "quadrants_about": _("Each question stands where the two averages put it: above 50 is favourable."),
        "unplaced": _("No question can be placed, because one of the two sides is not shown."),
        "nothing_here": _("No question stands here."),
        "ladder": _("Who decides: the front line’s authority in money"),
        "ladder_about": _(
            "Up to which cost would half of the front line put a customer’s problem right on the spot, without "
            "asking anybody?"
        ),
        "ladder_steps": _("Share who would decide on the spot, at each cost"),
        "cost": _("Cost"),
        "blind": str(wording.QUADRANTS[Quadrant.BLIND_SPOT]),
        "blind_about": str(wording.QUADRANTS_ABOUT[Quadrant.BLIND_SPOT]),
        "blind_none": _("No question stands here."),
        "blind_tag": _("blind spot"),
        "asked_frontline": _("The front line was asked"),
        "asked_executive": _("Executives were asked"),
        "spread": _("How the answers are spread"),
        "unsure": pgettext("answer", "I don’t know"),
        "obstacles": _("Rules that get in the way"),
        "obstacles_about": _(
            "Share of each side that named this kind of rule among the three that most often stop people from "
            "doing right by a customer."
        ),
        "scenarios": _("What happens next"),
        "escalation": _("How soon someone is there who can decide"),
        "choices": _("More about rules in the way"),
        "units": _("Where"),
        "units_about": _(
            "What the front line lives, group by group. Only groups that can be shown without exposing anybody "
            "are here."
        ),
        "unit": _("Unit"),
        "colours": _("Colour by score: the fuller, the further from 50."),
        "groups": _("Groups"),
        "strengths": str(wording.QUADRANTS[Quadrant.AGREED_STRENGTH]),
        "strengths_about": str(wording.QUADRANTS_ABOUT[Quadrant.AGREED_STRENGTH]),
        "comments": _("In their own words"),
        "items": _("Every question, widest gap first"),
        "question": _("Question"),
        "dimension": _("Dimension"),
        "reliability": _("Response and reliability"),
        "reliability_about": _(
            "Cronbach’s alpha: from about 0.7 on, the questions of a dimension measure one thing."
        ),
        "spreads": _("How the answers are spread, question by question"),
        "agreement": _("Agreement within executives, differences between units"),
        "agreement_about": _(
            "Agreement r_wg: 1 means that executives all see it the same. Deviation AD: how far they are apart on "
            "average, in steps of the scale. ICC(1): the share of the front line’s differences that lies between "
            "units. ICC(2): how well a unit’s average tells it from others."
        ),
        "measures": [_("agreement r_wg"), _("deviation AD"), "ICC(1)", "ICC(2)"],
        "beside": _("The same numbers computed otherwise"),
        "beside_about": _(
            "Weighted: each group counts as much as its people, not as much as its answers. Without careless "
            "answers: sheets that were filled in without reading, as far as that can be told, are left out."
        ),
        "beside_heads": [
            _("Front line, as shown"),
            _("Front line, weighted to head counts"),
            _("Front line, without careless answers"),
            _("Executives, without careless answers"),
        ],
        "change": _("Change since the last wave"),
        "change_about": _(
            "Now minus then. Other people may have answered then; a change is no measure of any single person."
        ),
        "answered": _("Answered"),
        "rate": _("Share of those asked"),
        "reading": _("How to read it"),
        "withheld": _("What is withheld, and why"),
        "reason": _("Reason"),
        "withheld_number": _("Numbers withheld"),
        "nothing_withheld": _("Nothing was withheld."),
        "page": _("Page"),
        "foot": _("Latitude shows groups, never a person."),
        "instrument": _("Instrument"),
        "unreadable": _("[Written in letters that no font of this file can show. The report’s page has it.]"),
        "square": _(
            "□ stands for a character that no font of this file can show. The report’s page and workbook have it."
        ),
    }
