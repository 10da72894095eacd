"""Numbers that passed the gate, as the document writes them. Nothing here sees a number that did not."""

from dataclasses import dataclass, replace
from typing import Any, Self

from assessment.disclosure.cells import Reason, Withheld
from assessment.stats import comparisons, gaps, shares
from assessment.stats.sample import Options, Sample

Json = dict[str, Any]
NOTHING_TO_COMPARE: Json = {"status": "nothing_to_compare"}
NAMED, UNSEEN = 0.10, 0.05


@dataclass(frozen=True)
class Scores:
    """A sample with the head count its interval is for, on its way through the gate."""

    sample: Sample
    headcount: int | None
    mean_alone: bool = False

    @property
    def n(self) -> int:
        return self.sample.n

    def mean_only(self) -> Self:
        return replace(self, mean_alone=True)


@dataclass(frozen=True)
class Chosen:
    """Who chose what, on its way through the gate. Shares are a distribution: under its minimum none leave."""

    options: Options
    hidden: bool = False

    @property
    def n(self) -> int:
        return self.options.answered

    def mean_only(self) -> Self:
        return replace(self, hidden=True)


def status(withheld: Withheld) -> Json:
    return {"status": withheld.reason.value}


def estimate(taken: Scores | Withheld, *, distribution: bool) -> Json:
    """`distribution`: options of an item; a dimension has too many cells to print."""
    if isinstance(taken, Withheld):
        return status(taken)
    sample = taken.sample
    if sample.mean is None:
        return {"status": Reason.SMALL_GROUP.value}
    found: Json = {"n": sample.n, "mean": sample.mean}
    if taken.mean_alone:
        return found | {"detail": Reason.TOO_FEW_FOR_DISTRIBUTION.value}
    favourable = shares.share(sample.favourable, sample.n)
    found |= {
        "sd": sample.sd,
        "interval": _interval(gaps.mean_interval(sample, taken.headcount)),
        "favourable": favourable.value,
        "favourable_interval": _interval(favourable.interval),
    }
    if distribution:
        found["distribution"] = list(sample.counts)
    return found


def gap(found: gaps.Gap | Withheld, p_adjusted: float | None) -> Json:
    if isinstance(found, Withheld):
        return status(found)
    verdict = gaps.verdict(found, p_adjusted) or gaps.Verdict.CANNOT_TELL
    return {
        "value": found.value,
        "interval": _interval(found.interval),
        "hedges_g": found.hedges_g,
        "g_interval": _interval(found.g_interval),
        "p": found.p,
        "df": found.df,
        "p_adjusted": p_adjusted,
        "verdict": verdict.value,
    }


def option_pairs(executive: Chosen | Withheld, frontline: Chosen | Withheld, options: int) -> list[Json]:
    """Every option in both panels, with the difference where both are shown."""
    sides = {"executive": executive, "frontline": frontline}
    shown = {name: side for name, side in sides.items() if isinstance(side, Chosen) and not side.hidden}
    if len(shown) == len(sides):
        compared = comparisons.compare(shown["executive"].options, shown["frontline"].options)
        return [
            {
                "executive": _share(one.executive),
                "frontline": _share(one.frontline),
                "difference": _difference(one),
            }
            for one in compared
        ]
    return [
        {name: _one_share(side, option) for name, side in sides.items()} | {"difference": NOTHING_TO_COMPARE}
        for option in range(options)
    ]


def _one_share(side: Chosen | Withheld, option: int) -> Json:
    if isinstance(side, Withheld):
        return status(side)
    if side.hidden:
        return {"status": Reason.TOO_FEW_FOR_DISTRIBUTION.value}
    return _share(shares.share(side.options.counts[option], side.n))


def _share(found: shares.Share) -> Json:
    return {"n": found.n, "share": found.value, "interval": _interval(found.interval)}


def _difference(one: comparisons.OptionGap) -> Json:
    found = one.difference
    return {
        "value": found.value,
        "interval": _interval(found.interval),
        "p": found.p,
        "p_adjusted": one.p_adjusted,
    }


def is_blind_spot(pair: Json) -> bool | None:
    """Named by at least a tenth of the front line and by next to no executive; None where either is hidden."""
    if "status" in pair["frontline"] or "status" in pair["executive"]:
        return None
    return bool(pair["frontline"]["share"] >= NAMED and pair["executive"]["share"] < UNSEEN)


def _interval(found: tuple[float, float] | None) -> list[float] | None:
    return None if found is None else [found[0], found[1]]
