"""How consistently the items of a dimension measure one thing. Everything from one covariance matrix."""

from math import inf

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import fdtri

Matrix = NDArray[np.float64]

MIN_UNIQUENESS = 0.005  # of an item's variance: keeps the fit away from Heywood cases
FEWEST_FOR_FACTOR = 3


def alpha(covariance: Matrix) -> float | None:
    """Cronbach's (1951) alpha: k / (k - 1) (1 - trace S / sum S).

    Parameters
    ----------
    covariance
        Of the favourably keyed items, listwise, shape (k, k).

    Returns
    -------
    float or None
        None for fewer than two items or where the total does not vary. Negative values are kept: they say
        that items work against each other.
    """
    k = len(covariance)
    total = float(covariance.sum())
    if k < 2 or total <= 0.0:  # noqa: PLR2004
        return None
    return k / (k - 1) * (1.0 - float(np.trace(covariance)) / total)


def alpha_interval(value: float, n: int, items: int, *, level: float = 0.95) -> tuple[float, float] | None:
    """Interval of alpha by Feldt (1965).

    1 - (1 - alpha) F with F the upper and lower quantile of F(n - 1, (n - 1)(k - 1)). `n` is the number of
    people behind the covariance, after those with a missing item were dropped. None where n or items is
    below 2.
    """
    if n < 2 or items < 2:  # noqa: PLR2004
        return None
    df = n - 1.0, (n - 1.0) * (items - 1.0)
    tail = (1.0 - level) / 2.0
    return (
        1.0 - (1.0 - value) * float(fdtri(*df, 1.0 - tail)),
        1.0 - (1.0 - value) * float(fdtri(*df, tail)),
    )


def omega(covariance: Matrix) -> float | None:
    """McDonald's (1999) omega total of a one-factor model fitted by maximum likelihood.

    (sum loadings)^2 / ((sum loadings)^2 + sum uniquenesses), the model-implied form.

    Parameters
    ----------
    covariance
        Of the favourably keyed items, listwise, shape (k, k).

    Returns
    -------
    float or None
        None for fewer than three items (not identified), a matrix that is not positive definite, or a fit
        that does not converge.
    """
    fitted = one_factor(covariance)
    if fitted is None:
        return None
    loadings, uniquenesses = fitted
    common = float(loadings.sum()) ** 2
    return common / (common + float(uniquenesses.sum()))


def one_factor(covariance: Matrix) -> tuple[Matrix, Matrix] | None:
    """Loadings and uniquenesses of one factor, maximum likelihood, in the unit of the covariance.

    Lawley and Maxwell's (1971) concentrated likelihood over log uniquenesses of the correlation matrix: for
    given uniquenesses the loadings follow from the first eigenvector. Uniquenesses are at least .005 of the
    variance. None as in `omega`; shapes (k,) and (k,).
    """
    variances = np.diag(covariance)
    if len(covariance) < FEWEST_FOR_FACTOR or not (variances > 0.0).all():
        return None
    sd = np.sqrt(variances)
    correlation = covariance / np.outer(sd, sd)
    if np.linalg.eigvalsh(correlation)[0] < 1e-10:  # noqa: PLR2004  as good as singular
        return None
    start = np.log(np.clip(1.0 / np.diag(np.linalg.inv(correlation)), MIN_UNIQUENESS, 1.0))
    found = minimize(
        _discrepancy,
        start,
        args=(correlation,),
        jac=True,
        method="L-BFGS-B",
        bounds=[(float(np.log(MIN_UNIQUENESS)), 0.0)] * len(start),
        options={"ftol": 1e-14, "gtol": 1e-9, "maxiter": 500},
    )
    if not found.success or not found.fun < inf:
        return None
    uniquenesses = np.exp(found.x)
    loadings = _loadings(correlation, uniquenesses)
    if loadings.sum() < 0.0:
        loadings = -loadings
    return loadings * sd, uniquenesses * variances


def _discrepancy(log_uniquenesses: Matrix, correlation: Matrix) -> tuple[float, Matrix]:
    """Minus the concentrated log-likelihood (up to a constant), and its gradient."""
    psi = np.exp(log_uniquenesses)
    root = np.sqrt(psi)
    values = np.linalg.eigvalsh(correlation / np.outer(root, root))[:-1]
    loadings = _loadings(correlation, psi)
    implied = np.diag(np.outer(loadings, loadings)) + psi
    gradient = (implied - np.diag(correlation)) / psi
    return float((values - np.log(values) - 1.0).sum()), gradient


def _loadings(correlation: Matrix, uniquenesses: Matrix) -> Matrix:
    root = np.sqrt(uniquenesses)
    values, vectors = np.linalg.eigh(correlation / np.outer(root, root))
    loadings: Matrix = root * vectors[:, -1] * np.sqrt(max(values[-1] - 1.0, 0.0))
    return loadings
