"""What a set of people answered to one question or dimension, as the estimators need it."""

from bisect import bisect_right
from dataclasses import dataclass, replace
from itertools import pairwise
from math import sqrt

import numpy as np
from numpy.typing import NDArray

MIDPOINT = 50.0
SPREAD_CLASSES = (0.25, 0.5, 1.0, 2.0)


@dataclass(frozen=True)
class Sample:
    """Scores of n people on the favourably keyed scale 0..100.

    `values[i]` was scored by `counts[i]` people: for an item in raw option order (so descending where the
    item is reversed), for a dimension ascending. `mean` is None where n is 0, `sd` (divisor n - 1) where n
    is below 2. Favourable is above 50, neutral on it. `dont_know` and `unanswered` are not part of n; for
    a dimension `unanswered` are those who answered fewer than half of its items, and `skipped` is the
    variance of the mean that comes from the items which the others left out (0 for an item): what remains
    uncertain where the whole panel answered.
    """

    n: int
    mean: float | None
    sd: float | None
    favourable: int
    neutral: int
    unfavourable: int
    values: tuple[float, ...]
    counts: tuple[int, ...]
    dont_know: int = 0
    unanswered: int = 0
    skipped: float = 0.0
    spread_n: int | None = None

    def with_spread_of(self, donor: "Sample") -> "Sample":
        """n and mean of these people with the spread of others, where their own must not be seen.

        `donor` answered the same question; its SD (and skipped-item variance, scaled to n) stand in, and
        `spread_n` is its n, so that degrees of freedom are the donor's. Nothing else of the sample is kept.
        The donor itself comes back reduced to n and mean where its SD is unknown.
        """
        skipped = donor.skipped * donor.n / self.n if self.n else 0.0
        return Sample(self.n, self.mean, donor.sd, 0, 0, 0, (), (), skipped=skipped, spread_n=donor.n)

    @classmethod
    def of(
        cls,
        values: NDArray[np.float64],
        counts: NDArray[np.int64],
        *,
        dont_know: int = 0,
        unanswered: int = 0,
        skipped: float = 0.0,
    ) -> "Sample":
        """Build from a histogram.

        Parameters
        ----------
        values
            Score of each cell, 0..100, shape (cells,).
        counts
            People in each cell, shape (cells,), none negative.
        dont_know, unanswered
            People outside the histogram.
        skipped
            Variance of the mean from skipped items.

        Returns
        -------
        Sample
            mean = sum c s / n; sd = sqrt(sum c (s - mean)^2 / (n - 1)), summed around the mean so that
            nothing cancels.
        """
        people = np.array([[dont_know], [unanswered]])
        return cls.each(values, counts[None], people[0], people[1], np.array([skipped]))[0]

    @classmethod
    def each(
        cls,
        values: NDArray[np.float64],
        counts: NDArray[np.int64],
        dont_know: NDArray[np.int64],
        unanswered: NDArray[np.int64],
        skipped: NDArray[np.float64],
    ) -> "list[Sample]":
        """The same of many sets of people at once: `counts` of shape (sets, cells), the others (sets,).

        Each is summed by itself in one order, so that a set has the same digits beside any others.
        """
        n = counts.sum(axis=1)
        mean, sd = _moments(values, counts, n)
        above = counts[:, values > MIDPOINT].sum(axis=1)
        on = counts[:, values == MIDPOINT].sum(axis=1)
        columns = (n, mean, sd, above, on, n - above - on)
        scores = tuple(values.tolist())
        return [
            cls(
                people,
                average if people else None,
                spread if people > 1 else None,
                favourable,
                neutral,
                unfavourable,
                values=scores,
                counts=tuple(cells),
                dont_know=unsure,
                unanswered=silent,
                skipped=left_out,
            )
            for (
                people,
                average,
                spread,
                favourable,
                neutral,
                unfavourable,
            ), cells, unsure, silent, left_out in zip(
                zip(*(column.tolist() for column in columns), strict=True),
                counts.tolist(),
                dont_know.tolist(),
                unanswered.tolist(),
                skipped.tolist(),
                strict=True,
            )
        ]


def _moments(
    values: NDArray[np.float64], counts: NDArray[np.int64], n: NDArray[np.int64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Means and SDs, with 0 in the place of those that are not there."""
    used = counts > 0
    mean = (counts * values).sum(axis=1) / np.maximum(n, 1)
    alike = used.sum(axis=1) == 1  # nobody differs: exactly what all said, not what rounding leaves
    mean[alike] = values[used[alike].argmax(axis=1)]
    squares = (counts * (values - mean[:, None]) ** 2).sum(axis=1)
    return mean, np.sqrt(squares / np.maximum(n - 1, 1))


@dataclass(frozen=True)
class Options:
    """Answers to a question that has no score: who chose what.

    `counts[i]` people chose option i + 1 (for `multi` people may choose several). `answered` chose
    anything; `dont_know` and `unanswered` are outside of it.
    """

    answered: int
    counts: tuple[int, ...]
    dont_know: int = 0
    unanswered: int = 0


@dataclass(frozen=True)
class UnitSums:
    """One number per unit for a question or dimension: shapes (units,).

    `n` people with a score, `total` of their scores 0..100, `squares` the sum of squared deviations from
    the unit's own mean (0 where n is 0).
    """

    n: NDArray[np.int64]
    total: NDArray[np.float64]
    squares: NDArray[np.float64]


@dataclass(frozen=True)
class Joint:
    """The headline dimensions of one panel together, D of them.

    `n[a]` people have a score on a, `both[a, b]` on a and b; `covariance[a, b]` (divisor both - 1) is over
    those who have both, its diagonal over all who have a. Where fewer than two have both it is 0.
    `skipped[a]` is that of `Sample`. `behind[a, b]` are the people whose products a covariance is of, where these are
    not all who have both.
    """

    dimensions: tuple[str, ...]
    n: NDArray[np.int64]
    mean: NDArray[np.float64]
    both: NDArray[np.int64]
    covariance: NDArray[np.float64]
    skipped: NDArray[np.float64]
    behind: NDArray[np.int64] | None = None

    @property
    def composite_sd(self) -> float:
        """SD of a person's mean over the dimensions, by the covariances of those who have both."""
        return sqrt(max(0.0, float(self.covariance.sum()))) / len(self.dimensions)

    def cautious(self, least: int) -> "Joint":
        """The same with no covariance that tells of fewer than `least` people: the largest that the variances allow
        instead. It tells of those it is of, and beside the variances of those who have only one of the two.
        """
        behind = self.both if self.behind is None else self.behind
        sd = np.sqrt(np.diag(self.covariance))
        rest = np.minimum.outer(self.n, self.n), np.maximum.outer(self.n, self.n)
        few = behind < least
        for n in rest:
            few |= (behind < n) & (n - behind < least)
        np.fill_diagonal(few, val=False)
        return replace(self, covariance=np.where(few, np.outer(sd, sd), self.covariance))

    def with_spread_class_of(self, donor: "Joint") -> "Joint":
        """Means and numbers of these people; of their spread only which class it is in (`spread_class`).

        The donor's covariance times the class's square stands in, and its variance from skipped items times the
        class: questions differ for everybody, so within people there is less to shrink. Degrees of freedom stay their
        own, because the class comes from them.
        """
        times = spread_class(self.composite_sd, donor.composite_sd)
        return replace(
            self,
            covariance=donor.covariance * times**2,
            skipped=donor.skipped * donor.n / np.maximum(self.n, 1) * times,
        )


def spread_class(own: float, donor: float) -> float:
    """How much these people differ beside the donor's: a quarter, half, as much, twice as much.

    The edges are a third, two thirds and four thirds (harmonic means): a little under the middle by ratio, which
    makes up for what an interval loses by a class that is too narrow. What is nearly nothing and what is nothing are
    the same class: nobody can be told to have answered as all others did.
    """
    if donor <= 0.0:
        return SPREAD_CLASSES[-1]
    edges = [2.0 * a * b / (a + b) for a, b in pairwise(SPREAD_CLASSES)]
    return SPREAD_CLASSES[bisect_right(edges, own / donor)]
