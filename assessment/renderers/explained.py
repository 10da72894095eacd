"""Which entry of the guide explains which number of the document: there is none without one.

Paths are those of `assessment.report.shape`; the first rule that fits counts, so that the special come first.
"""

from fnmatch import fnmatchcase

from assessment.renderers import explaining
from assessment.renderers.explaining import Measure

GIVEN = (  # what the client or the questionnaire set: named, not estimated
    "campaign.version",
    "campaign.policy.*",
    "ladder.steps[[][]].amount",
    "*.option",
    "*.level",
)

RULES: tuple[tuple[str, Measure], ...] = (
    ("participation.*", explaining.TURNOUT),
    ("units[[][]].answered", explaining.TURNOUT),
    ("units[[][]].headcount", explaining.TURNOUT),
    ("priorities[[][]].weight*", explaining.WEIGHT),
    ("priorities[[][]].rank", explaining.BEGIN),
    ("priorities[[][]].gap", explaining.GAP),
    ("ladder.ceiling.*", explaining.CEILING),
    ("*.dont_know.*", explaining.UNSURE),
    ("*.reliability.*", explaining.RELIABILITY),
    ("agreement.executive.*", explaining.AGREEMENT),
    ("agreement.within[[][]].*", explaining.WITHIN),
    ("agreement.units.*", explaining.BETWEEN),
    ("quality.careless.*", explaining.CARELESS),
    ("weighted.*", explaining.WEIGHTED),
    ("*.hedges_g", explaining.EFFECT),
    ("*.g_interval[[][]]", explaining.EFFECT),
    ("*.p", explaining.CHANCE),
    ("*.p_adjusted", explaining.CHANCE),
    ("*.df", explaining.CHANCE),
    ("*.sd", explaining.SPREAD),
    ("*.error", explaining.SPREAD),
    ("*.favourable", explaining.FAVOURABLE),
    ("*.favourable_interval[[][]]", explaining.FAVOURABLE),
    ("*.distribution[[][]]", explaining.SHARE),
    ("*.interval[[][]]", explaining.INTERVAL),
    ("*.n", explaining.PEOPLE),
    ("headline.gap.value", explaining.HEADLINE),
    ("change.*.value", explaining.CHANGE),
    ("units[[][]].gap.*.value", explaining.GROUP),
    ("*.gap.value", explaining.GAP),
    ("*.mean", explaining.SCORE),
    ("*.share", explaining.SHARE),
    ("*.difference.value", explaining.SHARE),
)


def is_given(path: str) -> bool:
    return any(fnmatchcase(path, rule) for rule in GIVEN)


def measure_of(path: str) -> Measure:
    """KeyError for a number that nobody explains."""
    for rule, measure in RULES:
        if fnmatchcase(path, rule):
            return measure
    raise KeyError(path)
