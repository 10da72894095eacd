"""Gaps between panels and changes between waves: value, interval, test, verdict.

One rule serves them all: a contrast of independent means, each with its own variance (Welch 1947,
Satterthwaite 1946) and finite-population factor 1 - n/N where the head count N is known.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from math import sqrt

import numpy as np
from scipy.special import stdtr, stdtrit
from scipy.stats import false_discovery_control

from assessment.stats.alike import SCALE, Alike, Differing, Interval, bounded
from assessment.stats.effects import hedges_g
from assessment.stats.sample import MIDPOINT, Joint, Sample

Headcounts = tuple[int | None, int | None]
UNKNOWN: Headcounts = (None, None)

CLEAR_P = 0.05
CLEAR_G = 0.2
NO_GAP_POINTS = 10.0
FEWEST = 3
MOST_DF = 1e9  # beyond it Student's t is the normal distribution


class Verdict(StrEnum):
    CLEAR = "clear"
    LEANING = "leaning"
    NO_CLEAR_GAP = "no_clear_gap"
    CANNOT_TELL = "cannot_tell"


class Quadrant(StrEnum):
    AGREED_STRENGTH = "agreed_strength"
    BLIND_SPOT = "blind_spot"
    UNDERVALUED_STRENGTH = "undervalued_strength"
    AGREED_WEAKNESS = "agreed_weakness"


@dataclass(frozen=True)
class Gap:
    """A difference of means in points of 0..100, positive for executive optimism.

    `n` are the people behind each mean. `interval` and `p` are None where a panel has fewer than two
    answers; `df` is also None where the interval comes from the share bound (see `contrast`);
    `hedges_g` is None where nobody differs or the standard deviations are not known.
    """

    value: float
    n: tuple[int, ...]
    interval: Interval | None
    p: float | None
    df: float | None
    hedges_g: float | None = None
    g_interval: Interval | None = None


@dataclass(frozen=True)
class Term:
    """A mean in a contrast: its sign, n, standard error's square, degrees of freedom, sampling factor.

    `alike`: nobody differs, though others were not asked. What is in the variance then comes from skipped items only.
    """

    sign: int
    mean: float
    n: int
    variance: float | None
    df: float
    factor: float
    alike: bool = False


def sampling_factor(n: int, headcount: int | None) -> float:
    """1 - n/N, the finite-population factor of a variance; 1 where N is unknown.

    More answers than people means that the head count is out of date: the panel counts as complete and
    the factor is 0, never negative. ValueError for a negative head count.
    """
    if headcount is None:
        return 1.0
    if headcount < 0:
        raise ValueError(f"A head count of {headcount} cannot be.")
    return max(0.0, 1.0 - n / headcount) if headcount else 0.0


def gap(
    executive: Sample, frontline: Sample, headcounts: Headcounts = UNKNOWN, *, level: float = 0.95
) -> Gap:
    """Executive mean minus frontline mean.

    Parameters
    ----------
    executive, frontline
        Scores 0..100 on the same question.
    headcounts
        People there are in each panel, executive first; None where unknown.
    level
        Confidence level.

    Returns
    -------
    Gap
        t = (E - F) / sqrt(v_E + v_F) with v = (1 - n/N) sd^2 / n and Welch-Satterthwaite degrees of
        freedom. A dimension's v also gets n/N times the variance from skipped items, which no complete
        panel removes. Hedges' g has the noncentral t interval without finite-population factor: it
        describes people, not this list of them.

    Raises
    ------
    ValueError
        Where a panel has no answer or a head count is negative.
    """
    return each([(executive, frontline, headcounts)], level=level)[0]


def each(pairs: Sequence[tuple[Sample, Sample, Headcounts]], *, level: float = 0.95) -> list[Gap]:
    """The gaps of many pairs, each (executive, frontline, head counts): the search for g's intervals is one."""
    terms = [
        (term(1, executive, headcounts[0]), term(-1, frontline, headcounts[1]))
        for executive, frontline, headcounts in pairs
    ]
    return with_effects(
        [contrast(two, level=level) for two in terms],
        [(executive.sd, frontline.sd) for executive, frontline, _ in pairs],
        [(executive.n, frontline.n) for executive, frontline, _ in pairs],
        level=level,
    )


def change(now: Sample, before: Sample, headcounts: Headcounts = UNKNOWN, *, level: float = 0.95) -> Gap:
    """A panel's mean in this wave minus the wave before, as independent samples; arguments as in `gap`."""
    return gap(now, before, headcounts, level=level)


def change_of_gap(
    now: tuple[Sample, Sample],
    before: tuple[Sample, Sample],
    headcounts: tuple[Headcounts, Headcounts] = (UNKNOWN, UNKNOWN),
    *,
    level: float = 0.95,
) -> Gap:
    """This wave's gap minus the gap before: (E1 - F1) - (E0 - F0), four independent samples.

    Each wave is (executive, frontline), with its head counts in the same order. Hedges' g stands on the
    pooled SD of all four. Raises as `gap`.
    """
    terms = [
        term(sign, sample, headcount)
        for wave, samples, counts in ((1, now, headcounts[0]), (-1, before, headcounts[1]))
        for sign, sample, headcount in zip((wave, -wave), samples, counts, strict=True)
    ]
    samples = [*now, *before]
    moved = contrast(terms, level=level)
    return with_effect(moved, [one.sd for one in samples], [one.n for one in samples], level=level)


def headline(
    executive: Joint, frontline: Joint, headcounts: Headcounts = UNKNOWN, *, level: float = 0.95
) -> Gap:
    """The empowerment gap: the mean of the gaps of the headline dimensions.

    Parameters
    ----------
    executive, frontline
        The same dimensions in the same order, everybody in each panel.
    headcounts, level
        As in `gap`.

    Returns
    -------
    Gap
        The dimensions' means within a panel are correlated, because the same people answered. With
        n_a answers on a, n_ab on both and S_ab their covariance over those, a panel's variance is
        sum_ab (n_ab / (n_a n_b) - 1/N) S_ab / D^2, which is (1 - n/N) S / n when nobody skips, and the
        variance from skipped items as in `gap`. Degrees of freedom: the smallest n_a - 1, more where part of the
        variance comes from skipped items. g stands on the composite's SD, sqrt(sum S_ab) / D.

    Raises
    ------
    ValueError
        Where the dimensions differ, there are none, or one of them has no answer in a panel.
    """
    if executive.dimensions != frontline.dimensions or not executive.dimensions:
        raise ValueError("Both panels need the same headline dimensions.")
    difference = contrast(
        (_composite(1, executive, headcounts[0]), _composite(-1, frontline, headcounts[1])), level=level
    )
    sds = (executive.composite_sd, frontline.composite_sd)
    return with_effect(difference, sds, (int(executive.n.min()), int(frontline.n.min())), level=level)


def told_headline(
    executive: Joint, frontline: Joint, headcounts: Headcounts, *, few: tuple[bool, bool], least: int
) -> Gap:
    """The headline as it may be told.

    Parameters
    ----------
    executive, frontline, headcounts
        As in `headline`.
    few
        Of which panel, executives first, no more than means may leave: of its spread the class goes in. Of both
        there is nothing to tell (ValueError).
    least
        People whose covariance may be used.
    """
    if all(few):
        raise ValueError("Of two panels that show means only no interval can be told.")
    executive, frontline = (
        one.cautious(FEWEST if hidden else least)
        for one, hidden in zip((executive, frontline), few, strict=True)
    )
    if few[0]:
        executive = executive.with_spread_class_of(frontline)
    if few[1]:
        frontline = frontline.with_spread_class_of(executive)
    return headline(executive, frontline, headcounts)


def contrast(terms: Sequence[Term], *, level: float = 0.95) -> Gap:
    """A sum of signed, independent means.

    Welch-Satterthwaite: df = (sum v)^2 / sum(v^2 / df_i). Where everybody behind a mean gave the same answer,
    its standard error of 0 would claim too much: the mean is then bounded by the share of other answers that n
    equal answers do not exclude (Wilson at 0 of n: z^2 / (n + z^2)), times the root of its sampling factor, and the
    bound is combined with the others and with the interval of the means whose people differ as in Newcombe
    (1998). Complete panels (factor 0) leave nothing to estimate: without others the interval is the value itself.
    """
    value = sum(term.sign * term.mean for term in terms)
    counts = tuple(term.n for term in terms)
    variances = [term.variance for term in terms if term.variance is not None]
    if len(variances) < len(terms):
        return Gap(value, counts, None, None, None)
    total = sum(variances)
    spread = sum(v**2 / term.df for v, term in zip(variances, terms, strict=True) if v)
    df = total**2 / spread if spread else MOST_DF
    error = sqrt(total)
    if total <= 0.0 or any(term.alike for term in terms):
        same = [Alike(one.sign, one.mean, one.n, one.factor) for one in terms if one.alike]
        return Gap(value, counts, *bounded(value, same, Differing(error, df), level), None)
    half = float(stdtrit(df, 0.5 + level / 2.0)) * error
    p = 2.0 * float(stdtr(df, -abs(value) / error))
    return Gap(value, counts, (value - half, value + half), p, df)


def adjusted(p: Sequence[float | None]) -> list[float | None]:
    """Benjamini-Hochberg (1995) adjusted p values over the tests that took place; None stays None.

    ValueError for a p outside 0..1.
    """
    tested = [one for one in p if one is not None]
    found = iter(false_discovery_control(tested, method="bh").tolist() if tested else [])
    return [None if one is None else float(next(found)) for one in p]


def verdict(one: Gap, p_adjusted: float | None) -> Verdict | None:
    """The four words of a gap; None where a panel has fewer than three answers.

    clear: adjusted p < .05 and |g| >= .2 (nobody differing within panels counts as a large g); leaning:
    the unadjusted interval excludes 0; no clear gap: the interval lies inside -10..10; else cannot tell.
    """
    if min(one.n) < FEWEST or one.interval is None:
        return None
    low, high = one.interval
    large = one.value != 0.0 if one.hedges_g is None else abs(one.hedges_g) >= CLEAR_G
    if p_adjusted is not None and p_adjusted < CLEAR_P and large:
        return Verdict.CLEAR
    if low > 0.0 or high < 0.0:
        return Verdict.LEANING
    if low > -NO_GAP_POINTS and high < NO_GAP_POINTS:
        return Verdict.NO_CLEAR_GAP
    return Verdict.CANNOT_TELL


def quadrant(executive: float, frontline: float) -> Quadrant:
    """Where a pair of means lies; favourable is above the scale's midpoint of 50."""
    match executive > MIDPOINT, frontline > MIDPOINT:
        case True, True:
            return Quadrant.AGREED_STRENGTH
        case True, _:
            return Quadrant.BLIND_SPOT
        case _, True:
            return Quadrant.UNDERVALUED_STRENGTH
        case _:
            return Quadrant.AGREED_WEAKNESS


def mean_interval(sample: Sample, headcount: int | None = None, *, level: float = 0.95) -> Interval | None:
    """Interval of one mean, Student's t with the finite-population factor, kept inside 0..100.

    None where n is below 2. Equal answers: bounded as in `contrast`. ValueError where n is 0.
    """
    found = contrast((term(1, sample, headcount),), level=level).interval
    return found and (max(0.0, found[0]), min(SCALE, found[1]))


def term(sign: int, sample: Sample, headcount: int | None) -> Term:
    """A sample's mean as one side of a contrast; variance None where its SD is. ValueError without an answer."""
    if sample.mean is None:
        raise ValueError("A panel without answers has no mean.")
    factor = sampling_factor(sample.n, headcount)
    df = (sample.spread_n or sample.n) - 1.0
    if sample.sd is None:
        return Term(sign, sample.mean, sample.n, None, df, factor)
    drawn = factor * sample.sd**2 / sample.n
    variance = drawn + (1.0 - factor) * sample.skipped
    alike = factor > 0.0 and drawn <= 0.0
    return Term(sign, sample.mean, sample.n, variance, _df(drawn, variance, df), factor, alike)


def _df(drawn: float, variance: float, df: float) -> float:
    """Satterthwaite's for a mean: the variance from skipped items comes from so many answers that it is as good as
    known, so only the variance between people counts.
    """
    return MOST_DF if drawn <= 0.0 else min(MOST_DF, df * (variance / drawn) ** 2)


def _composite(sign: int, joint: Joint, headcount: int | None) -> Term:
    n = int(joint.n.min())
    if not n:
        raise ValueError("A panel without answers has no mean.")
    factor = sampling_factor(n, headcount)
    overlap = joint.both / np.outer(joint.n, joint.n)
    if headcount is not None:
        overlap = overlap - 1.0 / max(headcount, int(joint.n.max()))
    squared = len(joint.dimensions) ** 2
    mean = float(joint.mean.mean())
    if n == 1:
        return Term(sign, mean, n, None, 0.0, factor)
    drawn = max(0.0, float((overlap * joint.covariance).sum()))
    known = [1.0 - sampling_factor(int(one), headcount) for one in joint.n]
    variance = drawn + float(joint.skipped @ known)
    alike = factor > 0.0 and drawn <= 0.0
    return Term(sign, mean, n, variance / squared, _df(drawn, variance, n - 1.0), factor, alike)


def with_effect(one: Gap, sd: Sequence[float | None], n: Sequence[int], *, level: float = 0.95) -> Gap:
    """The same with Hedges' g on the pooled SD of its samples; without it where there is none or one is not known."""
    return with_effects([one], [sd], [n], level=level)[0]


def with_effects(
    some: Sequence[Gap],
    sds: Sequence[Sequence[float | None]],
    ns: Sequence[Sequence[int]],
    *,
    level: float = 0.95,
) -> list[Gap]:
    known = [[one for one in sd if one is not None] for sd in sds]
    whole = [len(one) == len(n) for one, n in zip(known, ns, strict=True)]
    found = iter(
        hedges_g(
            [
                (one.value, sd, n)
                for one, sd, n, all_known in zip(some, known, ns, whole, strict=True)
                if all_known
            ],
            level=level,
        )
    )
    effects = [next(found) if all_known else None for all_known in whole]
    return [
        one if effect is None else replace(one, hedges_g=effect[0], g_interval=effect[1])
        for one, effect in zip(some, effects, strict=True)
    ]
