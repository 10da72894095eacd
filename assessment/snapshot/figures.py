"""Numbers that passed the gate, as the document writes them. Nothing here sees a number that did not.

Means outside 5 to 95 points and shares outside 5 to 95 % are written as bounds, in every cell alike: hiding only the
unanimous ones would tell which they are. A bound keeps a page from saying what everybody answered. It is no
protection against arithmetic with all the other numbers: that no group under the minimum is isolated never leans on it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from math import sqrt
from typing import Any, Self, TypeGuard, assert_never

from assessment.disclosure import values
from assessment.disclosure.cells import Reason, Withheld
from assessment.stats import comparisons, gaps, shares
from assessment.stats.sample import Options, Sample

Json = dict[str, Any]
NOTHING_TO_COMPARE: Json = {"status": "nothing_to_compare"}
TOO_FEW: Json = {"status": Reason.TOO_FEW_FOR_DISTRIBUTION.value}
PROTECTS_ANOTHER: Json = {"status": Reason.PROTECTS_ANOTHER.value}
NAMED, UNSEEN = 0.10, 0.05
GAP = ("value", "interval", "hedges_g", "g_interval", "p", "df", "p_adjusted", "verdict")


@dataclass(frozen=True)
class Scores:
    """A sample with the head count its interval is for, on its way through the gate.

    `donor` are many people who answered the same: where so few answered that only their mean may leave, the interval
    takes the donor's spread, because their own could be worked out from it.
    """

    sample: Sample
    headcount: int | None
    donor: Sample
    mean_alone: bool = False

    @property
    def n(self) -> int:
        return self.sample.n

    def mean_only(self) -> Self:
        return replace(self, sample=self.sample.with_spread_of(self.donor), mean_alone=True)


@dataclass(frozen=True)
class Chosen:
    """Who chose what, on its way through the gate. Shares are a distribution: under its minimum none leave."""

    options: Options
    hidden: bool = False

    @property
    def n(self) -> int:
        return self.options.answered

    def mean_only(self) -> Self:
        return replace(self, options=Options(self.n, tuple(0 for _ in self.options.counts)), hidden=True)


def status(withheld: Withheld) -> Json:
    return {"status": withheld.reason.value}


def stated(one: values.StatedGap) -> float | Json:
    match one:
        case values.Exactly(value):
            return value
        case values.AtLeast(value):
            return {"at_least": value}
        case values.AtMost(value):
            return {"at_most": value}
        case values.Between(low, high):
            return {"between": [low, high]}
        case _:
            assert_never(one)


def estimate(taken: Scores | Withheld, *, distribution: bool) -> Json:
    return estimates([taken], distribution=distribution)[0]


def estimates(taken: Sequence[Scores | Withheld], *, distribution: bool) -> list[Json]:
    """`distribution`: options of an item; a dimension has too many cells to print."""
    favourable = shares.each([(one.sample.favourable, one.n) for one in taken if _in_full(one)])
    found = iter(favourable)
    return [
        _estimate(one) | _detail(one, next(found), distribution=distribution)
        if _in_full(one)
        else _estimate(one)
        for one in taken
    ]


def _in_full(one: Scores | Withheld) -> TypeGuard[Scores]:
    return isinstance(one, Scores) and one.sample.mean is not None and not one.mean_alone


def _estimate(taken: Scores | Withheld) -> Json:
    if isinstance(taken, Withheld):
        return status(taken)
    sample = taken.sample
    if sample.mean is None:
        return {"status": Reason.SMALL_GROUP.value}
    found: Json = {
        "n": sample.n,
        "mean": stated(values.bounded_mean(sample.mean)),
        "interval": _interval(gaps.mean_interval(sample, taken.headcount)) if is_exact(sample) else None,
    }
    return found | {"detail": Reason.TOO_FEW_FOR_DISTRIBUTION.value} if taken.mean_alone else found


def _detail(taken: Scores, favourable: shares.Share, *, distribution: bool) -> Json:
    sample = taken.sample
    share = stated(values.bounded_share(favourable.value or 0.0))
    found: Json = {
        "sd": sample.sd if is_exact(sample) else None,
        **_error(sample, taken.headcount),
        "favourable": share,
        "favourable_interval": _interval(favourable.interval) if isinstance(share, float) else None,
    }
    return found | {"distribution": _distribution(sample)} if distribution else found


def mean_is_exact(sample: Sample) -> bool:
    return sample.mean is not None and isinstance(values.bounded_mean(sample.mean), values.Exactly)


def is_exact(sample: Sample) -> bool:
    """Whether mean and, where they are known, all shares are stated as numbers: then the spread may be too."""
    return mean_is_exact(sample) and max(sample.counts, default=0) / sample.n < 1 - UNSEEN


def _error(sample: Sample, headcount: int | None) -> Json:
    """Standard error of the mean and its degrees of freedom: what a later wave is compared with."""
    term = gaps.term(1, sample, headcount)
    if term.variance is None or not is_exact(sample):
        return {"error": None, "df": None}
    return {"error": sqrt(term.variance), "df": term.df if term.variance else None}


def range_of_gaps(believed: list[float], lived: list[float], found: gaps.Gap) -> Json:
    """A mean of gaps of which one is a range is a range: an exact one would tell the bounded mean."""
    ends = [_ends(values.bounded_gap(e, f)) for e, f in zip(believed, lived, strict=True)]
    low, high = (sum(side) / len(ends) for side in zip(*ends, strict=True))
    verdict = gaps.verdict(found, found.p) or gaps.Verdict.CANNOT_TELL
    return dict.fromkeys(GAP) | {"value": {"between": [low, high]}, "verdict": verdict.value}


def _ends(one: values.StatedGap) -> tuple[float, float]:
    match one:
        case values.Exactly(value):
            return value, value
        case values.Between(low, high):
            return low, high
        case values.AtLeast(value):
            return value, 100.0
        case values.AtMost(value):
            return -100.0, value
        case _:
            assert_never(one)


def _distribution(sample: Sample) -> list[int | float | Json]:
    """Counts; where any share is a bound, shares and bounds."""
    written = values.bounded_distribution([count / sample.n for count in sample.counts])
    if all(isinstance(one, values.Exactly) for one in written):
        return list(sample.counts)
    return [stated(one) for one in written]


def gap(executive: Scores | Withheld, frontline: Scores | Withheld) -> gaps.Gap | Withheld:
    return each_gap([(executive, frontline)])[0]


def each_gap(pairs: Sequence[tuple[Scores | Withheld, Scores | Withheld]]) -> list[gaps.Gap | Withheld]:
    """Executive minus front line of two taken samples; the reason of the first that is withheld otherwise."""
    found = iter(
        gaps.each(
            [
                (executive.sample, frontline.sample, (executive.headcount, frontline.headcount))
                for executive, frontline in pairs
                if isinstance(executive, Scores) and isinstance(frontline, Scores)
            ]
        )
    )
    return [
        next((side for side in pair if isinstance(side, Withheld)), None) or next(found) for pair in pairs
    ]


def written_gap(
    found: gaps.Gap | Withheld, p_adjusted: float | None, means: tuple[float | None, float | None]
) -> Json:
    """`means`, executive and front line: where one of them is only a bound, so is the gap."""
    if isinstance(found, Withheld):
        return status(found)
    verdict = gaps.verdict(found, p_adjusted) or gaps.Verdict.CANNOT_TELL
    written = {
        "value": found.value,
        "interval": _interval(found.interval),
        "hedges_g": found.hedges_g,
        "g_interval": _interval(found.g_interval),
        "p": found.p,
        "df": found.df,
        "p_adjusted": p_adjusted,
        "verdict": verdict.value,
    }
    believed, lived = means
    if believed is None or lived is None:
        return written
    value = values.bounded_gap(believed, lived)
    if isinstance(value, values.Exactly):
        return written
    return dict.fromkeys(written) | {"value": stated(value), "verdict": verdict.value}


def gap_alone(
    found: gaps.Gap | Withheld, p_adjusted: float | None, means: tuple[float | None, float | None]
) -> Json:
    """Value and verdict of a gap with a side whose spread stays back: its interval, g and p would tell the spread."""
    written = written_gap(found, p_adjusted, means)
    if "status" in written:
        return written
    return dict.fromkeys(written) | {name: written[name] for name in ("value", "verdict")}


def option_pairs(
    executive: Chosen | Withheld, frontline: Chosen | Withheld, options: int, *, several: bool
) -> list[Json]:
    """Every option in both panels, with the difference where both are shown. `several` may be chosen (no sum of 1)."""
    sides = {"executive": executive, "frontline": frontline}
    written = {name: _shares(side, options, several=several) for name, side in sides.items()}
    shown = [side for side in sides.values() if isinstance(side, Chosen) and not side.hidden]
    if len(shown) < len(sides):
        return [
            {name: written[name][option] for name in sides} | {"difference": NOTHING_TO_COMPARE}
            for option in range(options)
        ]
    compared = comparisons.compare(shown[0].options, shown[1].options)
    rows = [{name: written[name][number] for name in sides} for number in range(options)]
    found = [
        one.difference if _stated(row.values()) else None for one, row in zip(compared, rows, strict=True)
    ]
    ps = gaps.adjusted([None if one is None else one.p for one in found])
    return [row | {"difference": _difference(one, p)} for row, one, p in zip(rows, found, ps, strict=True)]


def _shares(side: Chosen | Withheld, options: int, *, several: bool) -> list[Json]:
    if isinstance(side, Withheld):
        return [status(side)] * options
    if side.hidden:
        return [TOO_FEW] * options
    exact = [count / side.n for count in side.options.counts]
    bounded = [values.bounded_share(one) for one in exact] if several else values.bounded_distribution(exact)
    found = shares.each([(count, side.n) for count in side.options.counts])
    return [
        {"n": side.n, "share": stated(one), "interval": _interval(known.interval)}
        if isinstance(one, values.Exactly)
        else {"n": side.n, "share": stated(one), "interval": None}
        for one, known in zip(bounded, found, strict=True)
    ]


def _stated(sides: Iterable[Json]) -> bool:
    return all(isinstance(side["share"], float) for side in sides)


def _difference(found: shares.ShareDifference | None, p_adjusted: float | None) -> Json:
    """Where both shares are numbers. So p is adjusted over the stated ones: among all of them a hidden share shows."""
    if found is None:
        return NOTHING_TO_COMPARE
    return {
        "value": found.value,
        "interval": _interval(found.interval),
        "p": found.p,
        "p_adjusted": p_adjusted,
    }


def mean(sample: Sample) -> float | Json:
    """The mean alone, of a sample that has one."""
    return stated(values.bounded_mean(sample.mean or 0.0))


def share(count: int, n: int) -> float | Json:
    return stated(values.bounded_share(count / n))


def is_blind_spot(pair: Json) -> bool | None:
    """Named by at least a tenth of the front line and by next to no executive; None where either is hidden."""
    lived, believed = pair["frontline"], pair["executive"]
    if "status" in lived or "status" in believed:
        return None
    named = lived["share"] >= NAMED if isinstance(lived["share"], float) else "at_least" in lived["share"]
    return bool(named and believed["share"] == {"at_most": UNSEEN})


def _interval(found: tuple[float, float] | None) -> list[float] | None:
    return None if found is None else [found[0], found[1]]
