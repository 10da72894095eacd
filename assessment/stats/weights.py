"""Uneven response: what the mean would be if every unit had answered at the same rate."""

from dataclasses import dataclass
from math import sqrt

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit

from assessment.stats.sample import UnitSums

LEAST = 2  # answers that make a stratum; smaller units are joined


@dataclass(frozen=True)
class Weighted:
    """A post-stratified mean, to stand beside the unweighted one.

    `design_effect` is Kish's (1965): how much the weights alone widen the interval; `effective_n` is n
    divided by it. `covered` is the share of the head count that the strata with answers stand for.
    """

    n: int
    mean: float
    error: float
    interval: tuple[float, float]
    design_effect: float
    effective_n: float
    covered: float


@dataclass(frozen=True)
class _Strata:
    n: NDArray[np.int64]
    total: NDArray[np.float64]
    squares: NDArray[np.float64]
    people: NDArray[np.float64]


def poststratified(
    units: UnitSums,
    headcounts: NDArray[np.int64] | NDArray[np.float64],
    *,
    finite: bool = True,
    level: float = 0.95,
) -> Weighted | None:
    """Mean weighted to the units' head counts.

    Parameters
    ----------
    units
        n, total and squares of each unit, shapes (units,), no unit inside another.
    headcounts
        People in each unit, shape (units,).
    finite
        Whether the variance gets the factor 1 - n/N.

    Returns
    -------
    Weighted or None
        mean = sum_h N_h mean_h / N; the linearised variance of simple random sampling with post-strata,
        n / (n - 1) sum_h (N_h / n_h)^2 SS_h / N^2 (survey::postStratify; Lumley 2010), Student's t with
        n - H degrees of freedom. Units with fewer than two answers, also those without any, are joined to
        one stratum; without an answer in it they are left out and `covered` falls. None where nothing can
        be estimated: no stratum, or n - H below 1.

    Raises
    ------
    ValueError
        For shapes that differ or a negative head count.
    """
    if headcounts.shape != units.n.shape or (headcounts < 0).any():
        raise ValueError("Every unit needs a head count of 0 or more.")
    strata = _joined(units, headcounts)
    n, people = int(strata.n.sum()), float(strata.people.sum())
    df = n - len(strata.n)
    if not len(strata.n) or df < 1 or people <= 0.0:
        return None
    weight = strata.people / strata.n
    mean = float(strata.people @ (strata.total / strata.n)) / people
    factor = max(0.0, 1.0 - n / float(headcounts.sum())) if finite else 1.0
    error = sqrt(factor * n / (n - 1) * float(weight**2 @ strata.squares)) / people
    half = float(stdtrit(df, 0.5 + level / 2.0)) * error
    effect = n * float(strata.n @ weight**2) / float(strata.n @ weight) ** 2
    return Weighted(
        n, mean, error, (mean - half, mean + half), effect, n / effect, people / float(headcounts.sum())
    )


def _joined(units: UnitSums, headcounts: NDArray[np.int64] | NDArray[np.float64]) -> _Strata:
    """Strata: units with enough answers, and one of all the others."""
    enough = units.n >= LEAST
    rest = ~enough
    n = int(units.n[rest].sum())
    parts = [units.n[enough], units.total[enough], units.squares[enough], headcounts[enough].astype(float)]
    if n:
        total = float(units.total[rest].sum())
        answered = rest & (units.n > 0)
        squares = float(units.squares[rest].sum()) + float(
            units.n[answered] @ (units.total[answered] / units.n[answered] - total / n) ** 2
        )
        extra = (n, total, squares, float(headcounts[rest].sum()))
        parts = [np.append(part, one) for part, one in zip(parts, extra, strict=True)]
    return _Strata(parts[0].astype(np.int64), parts[1], parts[2], parts[3])
