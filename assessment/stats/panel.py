"""What is counted of one panel."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assessment.stats.counting import Counter, DimensionSums
from assessment.stats.plan import Ints

Counts = NDArray[np.int32]
Rows = NDArray[Any]


@dataclass(frozen=True, eq=False)
class PanelTally:
    """Whole-number sums of one panel; `Plan` says what is where.

    respondents (units,); counts (units, places) and scores (units, cells); cut_counts and cut_scores a row
    a background level, over the whole organization; products one per dimension; pair_counts and pair_sums
    one per pair of headline dimensions.
    """

    respondents: Ints
    counts: Counts
    scores: Counts
    cut_counts: Ints
    cut_scores: Ints
    products: tuple[DimensionSums, ...]
    pair_counts: tuple[Ints, ...]
    pair_sums: tuple[Ints, ...]

    @classmethod
    def of(cls, counter: Counter) -> "PanelTally":
        cut_counts, cut_scores = counter.finish()
        return cls(
            counter.respondents,
            counter.counts,
            counter.scores,
            cut_counts,
            cut_scores,
            tuple(products.frozen() for products in counter.products),
            tuple(counter.pair_counts),
            tuple(counter.pair_sums),
        )

    def arrays(self) -> Iterator[NDArray[np.integer]]:
        yield from (self.respondents, self.counts, self.scores, self.cut_counts, self.cut_scores)
        for one in self.products:
            yield from (np.array([one.n]), one.sums, one.products)
        yield from self.pair_counts
        yield from self.pair_sums

    def with_units(self, move: Callable[[Rows], Rows]) -> "PanelTally":
        """The same sheets, the rows of the units rearranged."""
        respondents, counts, scores = move(self.respondents), move(self.counts), move(self.scores)
        return replace(self, respondents=respondents, counts=counts, scores=scores)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, PanelTally):
            return NotImplemented
        return all(np.array_equal(a, b) for a, b in zip(self.arrays(), other.arrays(), strict=True))

    __hash__ = None  # type: ignore[assignment]

    def __add__(self, other: "PanelTally") -> "PanelTally":
        return self._combined(other, np.add)

    def __sub__(self, other: "PanelTally") -> "PanelTally":
        return self._combined(other, np.subtract)

    def _combined(self, other: "PanelTally", do: Callable[[Rows, Rows], Rows]) -> "PanelTally":
        products = tuple(
            DimensionSums(int(do(a.n, b.n)), do(a.sums, b.sums), do(a.products, b.products))  # type: ignore[arg-type]  # n is a number
            for a, b in zip(self.products, other.products, strict=True)
        )
        return PanelTally(
            do(self.respondents, other.respondents),
            do(self.counts, other.counts),
            do(self.scores, other.scores),
            do(self.cut_counts, other.cut_counts),
            do(self.cut_scores, other.cut_scores),
            products,
            tuple(do(a, b) for a, b in zip(self.pair_counts, other.pair_counts, strict=True)),
            tuple(do(a, b) for a, b in zip(self.pair_sums, other.pair_sums, strict=True)),
        )
