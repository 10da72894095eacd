"""What changed since the wave before, told from the two documents alone: only what was stated is compared."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from scipy.special import stdtrit

from assessment.access import released
from assessment.snapshot import figures
from assessment.snapshot.comparing import Comparer
from assessment.snapshot.figures import NOTHING_TO_COMPARE, Json
from assessment.snapshot.gather import Gathered
from assessment.stats import effects, gaps
from assessment.stats.layout import Panel
from surveys import queries

PANELS = (Panel.EXECUTIVE, Panel.FRONTLINE)
SIDES = (*(panel.value for panel in PANELS), "gap")


@dataclass(frozen=True)
class Known:
    """A stated mean or gap: its term in a contrast, and the people and SDs behind it where those are known."""

    term: gaps.Term
    n: tuple[int, ...]
    sds: tuple[float, ...] | None


class Changes:
    """Waves have different people and no link, so they are compared as independent samples.

    p values are adjusted over all changes of dimensions together, of both panels and of their gaps. Without an
    effect size no change is called clear.
    """

    def __init__(self, gathered: Gathered, compared: Comparer) -> None:
        self.gathered, self.compared = gathered, compared

    def written(self, language: str) -> Json | None:
        """Against the last wave before whose report is released; None where there is none.

        A draft or a withdrawn report would tell the client, by the change, numbers that it may not read.
        """
        before = queries.waves_before(self.gathered.campaign)
        compared = released().filter(campaign__in=before).order_by("-campaign__closes_at").first()
        if compared is None:
            return None
        then = compared.document
        return {
            "since": {"name": then["campaign"]["name"], "closed": then["campaign"]["closed"]},
            "headline": self._headline(then),
            "dimensions": self._dimensions(then, language),
        }

    def _dimensions(self, then: Json, language: str) -> list[Json]:
        earlier = {found["id"]: found for found in then["dimensions"]}
        names = [name for name in self.compared.dimensions if name in earlier]
        now = {name: self.compared.pair(name, distribution=False) for name in names}
        moved = {(name, side): _moved(side, now[name], earlier[name]) for name in names for side in SIDES}
        ps = gaps.adjusted([None if one is None else one.p for one in moved.values()])
        written = {key: _written(moved[key], p) for key, p in zip(moved, ps, strict=True)}
        instrument = self.gathered.campaign.instrument
        return [
            {"id": name, "title": instrument.dimension_title(name, language)}
            | {side: written[name, side] for side in SIDES}
            for name in names
        ]

    def _headline(self, then: Json) -> Json:
        """Of one number, so its p is adjusted for nothing else."""
        now = [self.compared.pair(d.id, distribution=False) for d in self.headline_dimensions()]
        before = [found for found in then["dimensions"] if found["headline"]]
        known = (
            _gap(self.compared.headline(), _fewest(now)),
            _gap(then["headline"]["gap"], _fewest(before)),
        )
        moved = _difference(*known)
        return _written(moved, None if moved is None else moved.p)

    def headline_dimensions(self) -> list[Any]:
        return [d for d in self.gathered.layout.dimensions if d.headline]


def _moved(side: str, now: Json, then: Json) -> gaps.Gap | None:
    if side == "gap":
        return _difference(*(_gap(found["gap"], _fewest([found])) for found in (now, then)))
    return _difference(*(_mean(found[side]) for found in (now, then)))


def _difference(now: Known | None, then: Known | None) -> gaps.Gap | None:
    """This wave minus the one before; None where one of them is not stated with its precision."""
    if now is None or then is None:
        return None
    moved = gaps.contrast([now.term, _turned(then.term)])
    n = (*now.n, *then.n)
    moved = gaps.Gap(moved.value, n, moved.interval, moved.p, moved.df)
    return moved if now.sds is None or then.sds is None else gaps.with_effect(moved, now.sds + then.sds, n)


def _turned(term: gaps.Term) -> gaps.Term:
    return gaps.Term(-term.sign, term.mean, term.n, term.variance, term.df, term.factor)


def _written(moved: gaps.Gap | None, p_adjusted: float | None) -> Json:
    if moved is None:
        return NOTHING_TO_COMPARE
    written = figures.written_gap(moved, p_adjusted, (None, None))
    if moved.hedges_g is None:
        verdict = gaps.verdict(moved, None) or gaps.Verdict.CANNOT_TELL
        written["verdict"] = verdict.value
    return written


def _mean(estimate: Mapping[str, Any]) -> Known | None:
    """A mean stated with its standard error. Documents of the first programs are without its degrees of freedom."""
    if estimate.get("error") is None or not isinstance(estimate["mean"], float):
        return None
    n, sd = estimate["n"], estimate.get("sd")
    factor = 0.0 if estimate["error"] == 0.0 else 1.0  # nobody left to ask: nothing is uncertain
    df = estimate.get("df") or n - 1.0
    term = gaps.Term(1, estimate["mean"], n, estimate["error"] ** 2, df, factor)
    return Known(term, (n,), None if sd is None else (sd,))


def _gap(gap: Mapping[str, Any], n: tuple[int, int] | None) -> Known | None:
    """A gap stated with its interval. Standard error and pooled SD are read back from interval and effect size."""
    df, interval = gap.get("df"), gap.get("interval")
    if n is None or df is None or interval is None or not isinstance(gap["value"], float):
        return None
    error = (interval[1] - interval[0]) / 2 / float(stdtrit(df, 0.975))
    g = gap.get("hedges_g")
    sd = None if g is None else effects.pooled_sd(gap["value"], g, n)
    term = gaps.Term(1, gap["value"], min(n), error**2, df, 1.0)
    return Known(term, n, None if sd is None else (sd, sd))


def _fewest(pairs: Sequence[Mapping[str, Any]]) -> tuple[int, int] | None:
    """The people behind the smallest mean of each panel; None where one is not shown."""
    counts = [[pair[panel.value].get("n") for pair in pairs] for panel in PANELS]
    if not pairs or any(None in some or not some for some in counts):
        return None
    believed, lived = (min(some) for some in counts)
    return believed, lived
