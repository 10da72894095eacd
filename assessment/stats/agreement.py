"""Do people agree with each other, and do units differ? From option counts and unit sums."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import fdtrc

from assessment.stats.sample import UnitSums

Counts = Sequence[int] | NDArray[np.integer]


@dataclass(frozen=True)
class Icc:
    """One-way analysis of variance of scores by unit, and what it says.

    `icc1` is the share of a single person's variance that lies between units, `icc2` the reliability of
    the units' means; both may be negative, which reads as none. `between` and `within` are mean squares.
    """

    icc1: float
    icc2: float
    f: float
    p: float
    between: float
    within: float
    groups: int
    n: int


def rwg(counts: Counts) -> float | None:
    """Agreement on one item: r_wg = 1 - s^2 / sigma^2 (James, Demaree and Wolf 1984).

    Parameters
    ----------
    counts
        People per option 1..m; "don't know" and no answer left out.

    Returns
    -------
    float or None
        sigma^2 = (m^2 - 1) / 12, the variance when everybody picks at random; s^2 with divisor n - 1 and
        at most sigma^2, so 0..1. None where fewer than two answered.

    Raises
    ------
    ValueError
        For fewer than two options.
    """
    return rwg_j([counts])


def rwg_j(items: Sequence[Counts]) -> float | None:
    """Agreement on a dimension: r_wg(j) (James, Demaree and Wolf 1984) with the uniform null.

    J (1 - q) / (J (1 - q) + q), q the mean over the J items of s^2 / sigma^2, at most 1. Each item over
    those who answered it. None where fewer than two answered one of them. ValueError without items.
    """
    if not items:
        raise ValueError("Agreement needs at least one item.")
    ratios = [_ratio(np.asarray(counts)) for counts in items]
    if any(ratio is None for ratio in ratios):
        return None
    q = min(1.0, sum(ratio for ratio in ratios if ratio is not None) / len(ratios))
    agreed = len(items) * (1.0 - q)
    return agreed / (agreed + q)


def average_deviation(items: Sequence[Counts]) -> float | None:
    """AD about the mean (Burke, Finkelstein and Dusig 1999), in options; 0 is full agreement.

    Mean over people of |option - mean option|, then mean over the items. Arguments, None and errors as in
    `rwg_j`, except that one answer is enough.
    """
    if not items:
        raise ValueError("Agreement needs at least one item.")
    deviations = []
    for counts in map(np.asarray, items):
        n = int(counts.sum())
        if n == 0:
            return None
        options = np.arange(len(counts))
        deviations.append(float(counts @ np.abs(options - counts @ options / n)) / n)
    return sum(deviations) / len(deviations)


@dataclass(frozen=True)
class UnitAgreement:
    """r_wg(j) and AD of each unit; NaN where fewer than two answered one of the items."""

    rwg: NDArray[np.float64]
    ad: NDArray[np.float64]


def agreement_by_unit(items: Sequence[NDArray[np.integer]]) -> UnitAgreement:
    """`rwg_j` and `average_deviation` of many units at once.

    Parameters
    ----------
    items
        People per option 1..m of each item, shape (units, m).

    Raises
    ------
    ValueError
        As in `rwg_j`.
    """
    if not items or any(counts.shape[1] < 2 for counts in items):  # noqa: PLR2004
        raise ValueError("Agreement needs at least one item, and items with at least two options.")
    ratios, deviations = [], []
    for counts in items:
        options = counts.shape[1]
        n = counts.sum(axis=1, dtype=np.int64)
        enough = np.where(n > 1, n, np.nan)
        away = np.arange(options) - (counts @ np.arange(options) / enough)[:, None]
        ratios.append((counts * away**2).sum(axis=1) / (enough - 1) / ((options**2 - 1) / 12.0))
        deviations.append((counts * np.abs(away)).sum(axis=1) / enough)
    q = np.minimum(1.0, np.mean(ratios, axis=0))
    agreed = len(items) * (1.0 - q)
    return UnitAgreement(agreed / (agreed + q), np.mean(deviations, axis=0))


def icc(units: UnitSums) -> Icc | None:
    """ICC(1) and ICC(2) of unequal groups.

    ICC(1) = (MSB - MSW) / (MSB + (k - 1) MSW), ICC(2) = (MSB - MSW) / MSB (Bliese 2000), k the mean number
    of answers in a unit. Units without an answer do not count. F test of the one-way analysis of variance.

    Parameters
    ----------
    units
        n, total and squares of each unit, shapes (units,).

    Returns
    -------
    Icc or None
        None for fewer than two units, no unit with two answers, or scores that do not vary.
    """
    there = units.n > 0
    n, total = units.n[there], units.total[there]
    groups, people = len(n), int(n.sum())
    if groups < 2 or people <= groups:  # noqa: PLR2004
        return None
    between = float(n @ (total / n - total.sum() / people) ** 2) / (groups - 1)
    within = float(units.squares[there].sum()) / (people - groups)
    if between <= 0.0 and within <= 0.0:
        return None
    size = people / groups
    f = between / within if within > 0.0 else float("inf")
    return Icc(
        icc1=(between - within) / (between + (size - 1.0) * within),
        icc2=(between - within) / between if between > 0.0 else float("-inf"),
        f=f,
        p=float(fdtrc(groups - 1, people - groups, f)),
        between=between,
        within=within,
        groups=groups,
        n=people,
    )


def _ratio(counts: NDArray[np.integer]) -> float | None:
    options = len(counts)
    if options < 2:  # noqa: PLR2004
        raise ValueError("Agreement needs an item with at least two options.")
    n = int(counts.sum())
    if n < 2:  # noqa: PLR2004
        return None
    places = np.arange(options)
    mean = float(counts @ places) / n
    return float(counts @ (places - mean) ** 2) / (n - 1) / ((options**2 - 1) / 12.0)
