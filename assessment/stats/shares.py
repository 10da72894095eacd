"""Shares of people and their differences.

No finite-population factor: scaling n would give an interval of width zero at 0 % and 100 % for a complete
panel. So a share's interval is a little wide where most people answered.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint, proportions_ztest

Interval = tuple[float, float]


@dataclass(frozen=True)
class Share:
    """`count` of `n` people, as a share 0..1 with its interval; both None where n is 0."""

    count: int
    n: int
    value: float | None
    interval: Interval | None


@dataclass(frozen=True)
class ShareDifference:
    """First share minus second, with interval and p; all None where either n is 0."""

    value: float | None
    interval: Interval | None
    p: float | None


def share(count: int, n: int, *, level: float = 0.95) -> Share:
    """A share with Wilson's (1927) score interval, which never has width zero.

    ValueError where count is not within 0..n.
    """
    return each([(count, n)], level=level)[0]


def each(counted: Sequence[tuple[int, int]], *, level: float = 0.95) -> list[Share]:
    """The same of many, each (count, n), which costs next to nothing more than one."""
    for count, n in counted:
        _check(count, n)
    counts, people = np.array(counted, dtype=np.int64).reshape(-1, 2).T
    low, high = proportion_confint(counts, np.maximum(people, 1), alpha=1.0 - level, method="wilson")
    return [
        Share(count, n, count / n, (min(below, count / n), max(above, count / n)))  # rounding at 0 and 1
        if n
        else Share(count, n, None, None)
        for (count, n), below, above in zip(counted, low.tolist(), high.tolist(), strict=True)
    ]


def difference(first: tuple[int, int], second: tuple[int, int], *, level: float = 0.95) -> ShareDifference:
    """Difference of two independent shares, each (count, n).

    Newcombe's (1998) hybrid score interval without continuity correction (his method 10), built from the
    two Wilson intervals. p: the two-sided score test with pooled variance (Pearson's chi-square without
    correction); 1 where everybody or nobody in both is counted. ValueError as in `share`.
    """
    _check(*first)
    _check(*second)
    if first[1] == 0 or second[1] == 0:
        return ShareDifference(None, None, None)
    (a, n), (b, m) = first, second
    low, high = confint_proportions_2indep(a, n, b, m, method="newcomb", compare="diff", alpha=1.0 - level)
    constant = a + b in (0, n + m)
    p = 1.0 if constant else float(proportions_ztest([a, b], [n, m])[1])
    value = a / n - b / m
    return ShareDifference(value, (min(max(float(low), -1.0), value), max(min(float(high), 1.0), value)), p)


def _check(count: int, n: int) -> None:
    if not 0 <= count <= n:
        raise ValueError(f"{count} of {n} is not a share.")
