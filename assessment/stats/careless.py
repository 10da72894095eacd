"""Careless answering: signs in a person's own answers, and the results with and without those people.

The only statistics that need the sheets themselves. Nobody is dropped: the report shows both.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import chdtri

from assessment.stats.layout import DONT_KNOW, NO_ANSWER, Kind, Layout, Panel
from assessment.stats.tally import Tally

Block = tuple[Panel, int, bytes]
Floats = NDArray[np.float64]
Bytes = NDArray[np.uint8]

CHUNK = 8192  # sheets looked at together: they stay in the second-level cache
EXACT_FLOAT32 = 1 << 24


@dataclass(frozen=True)
class Rule:
    """When a sheet counts as careless: any one sign is enough, None switches a sign off.

    `run` is the longest run of equal answers as a share of the `agree` items (half: Curran 2016);
    `spread` the least standard deviation of a person's answers; `distance` the tail probability of the
    squared Mahalanobis distance under chi-square.
    """

    run: float | None = 0.5
    spread: float | None = None
    distance: float | None = 0.001


@dataclass(frozen=True)
class Moments:
    """Means and pairwise covariance of the `agree` items over all sheets, shapes (J,) and (J, J)."""

    mean: Floats
    covariance: Floats


@dataclass(frozen=True)
class Comparison:
    """Everybody, and those who do not look careless, with how many were set aside in each panel."""

    everyone: Tally
    careful: Tally
    set_aside: dict[Panel, int]


def longstring(answers: Floats) -> NDArray[np.int64]:
    """Longest run of equal answers in the order of the items (Johnson 2005).

    `answers` (n, J) with NaN for missing, which ends a run and is one of length 1 itself. Returns (n,).
    """
    n, items = answers.shape
    best = np.ones(n, dtype=np.int64) if items else np.zeros(n, dtype=np.int64)
    run = np.ones(n, dtype=np.int64)
    for item in range(1, items):
        run = np.where(answers[:, item] == answers[:, item - 1], run + 1, 1)
        best = np.maximum(best, run)
    return best


def individual_variability(answers: Floats) -> Floats:
    """Standard deviation (divisor n - 1) of a person's own answers (Dunn et al. 2018).

    `answers` (n, J) with NaN for missing; NaN where fewer than two were given. Returns (n,).
    """
    given = ~np.isnan(answers)
    n = given.sum(axis=1)
    filled = np.where(given, answers, 0.0)
    enough = n > 1
    mean = filled.sum(axis=1) / np.maximum(n, 1)
    squares = (np.where(given, answers - mean[:, None], 0.0) ** 2).sum(axis=1)
    return np.where(enough, np.sqrt(squares / np.maximum(n - 1, 1)), np.nan)


def squared_distance(answers: Floats, moments: Moments) -> Floats:
    """Squared Mahalanobis distance from the mean (Mahalanobis 1936).

    `answers` (n, J) with NaN for missing, which counts as the item's mean (as psych::outlier does).
    Returns (n,). ValueError where the covariance cannot be inverted.
    """
    centred = np.nan_to_num(answers - moments.mean)
    distances: Floats = np.einsum("ij,ij->i", centred @ _inverted(moments), centred)
    return distances


def _inverted(moments: Moments) -> Floats:
    try:
        inverse: Floats = np.linalg.inv(moments.covariance).astype(np.float64, copy=False)
    except np.linalg.LinAlgError:
        raise ValueError("The items' covariance cannot be inverted.") from None
    return inverse


def moments(parts: Iterable[Floats]) -> Moments:
    """Means and pairwise covariance, a part (n, J) with NaN for missing at a time.

    A pair's covariance is over those who answered both, around their own means, divisor n - 1; NaN where
    fewer than two did. ValueError without a part.
    """
    sums: list[Floats] = []
    for part in parts:
        given = ~np.isnan(part)
        filled, present = np.where(given, part, 0.0), given.astype(np.float64)
        new = [present.T @ present, filled.T @ present, filled.T @ filled]
        sums = new if not sums else [old + one for old, one in zip(sums, new, strict=True)]
    if not sums:
        raise ValueError("There are no sheets.")
    return _moments(*sums)


def _moments(n: Floats, first: Floats, products: Floats) -> Moments:
    with np.errstate(invalid="ignore", divide="ignore"):
        covariance = (products - first * first.T / n) / (n - 1.0)
        return Moments(np.diag(first) / np.diag(n), np.where(n > 1.0, covariance, np.nan))


def answers(layout: Layout, block: bytes) -> Floats:
    """The `agree` answers of a block as given (not keyed), shape (n, J), NaN for none and don't know."""
    raw = np.frombuffer(block, dtype=np.uint8).reshape(-1, layout.width)[:, _agree(layout)]
    return np.where(_given(raw), raw.astype(np.float64), np.nan)


def careless(rows: Floats, rule: Rule, overall: Moments | None) -> NDArray[np.bool_]:
    """Which rows (n, J) show a sign of `rule`, shape (n,).

    A distance is looked at only where `overall` is given; someone who answered nothing shows none.
    """
    found = np.zeros(len(rows), dtype=bool)
    if rule.run is not None:
        found |= longstring(rows) >= max(2.0, rule.run * rows.shape[1])
    if rule.spread is not None:
        found |= individual_variability(rows) < rule.spread
    if rule.distance is not None and overall is not None:
        found |= squared_distance(rows, overall) > chdtri(rows.shape[1], rule.distance)
    return found


class Screen:
    """`careless` for blocks of bytes, many times faster: the same signs from the same rule.

    Parameters
    ----------
    layout
        What the bytes mean; only `agree` columns are looked at.
    rule, overall
        As in `careless`. ValueError where the covariance of `overall` cannot be inverted.
    """

    def __init__(self, layout: Layout, rule: Rule, overall: Moments | None) -> None:
        self.rule = rule
        self.columns = _agree(layout)
        self.width = layout.width
        self.limit = max(2.0, (rule.run or 0.0) * len(self.columns))
        self.farthest = float("inf")
        if rule.distance is not None and overall is not None:
            self.farthest = float(chdtri(len(self.columns), rule.distance))
            self._inverse = _inverted(overall)
            self._centred = np.arange(256.0) - overall.mean[:, None]
            self._centred[:, [NO_ANSWER, DONT_KNOW]] = 0.0

    def __call__(self, block: bytes | Bytes) -> NDArray[np.bool_]:
        """Who of a block of n sheets, one after the other, shows a sign: shape (n,)."""
        sheets = np.frombuffer(block, dtype=np.uint8).reshape(-1, self.width)
        found: NDArray[np.bool_] = np.zeros(len(sheets), dtype=bool)
        for start in range(0, len(sheets), CHUNK):
            raw = np.ascontiguousarray(sheets[start : start + CHUNK, self.columns].T)
            found[start : start + CHUNK] = self._flags(raw)
        return found

    def columnwise(self, raw: Bytes) -> NDArray[np.bool_]:
        """The same for whole sheets that lie column by column, shape (width, n)."""
        return self._flags(raw[self.columns])

    def _flags(self, raw: Bytes) -> NDArray[np.bool_]:
        found: NDArray[np.bool_] = np.zeros(raw.shape[1], dtype=bool)
        if self.rule.run is not None:
            np.logical_or(found, _runs(raw) >= self.limit, out=found)
        if self.rule.spread is not None:
            given = np.where(_given(raw), raw.astype(np.float64), np.nan)
            np.logical_or(found, individual_variability(given.T) < self.rule.spread, out=found)
        if self.farthest < float("inf"):
            centred = np.empty(raw.shape)
            for item, values in enumerate(self._centred):
                np.take(values, raw[item], out=centred[item])
            distances: Floats = np.einsum("ji,ji->i", self._inverse @ centred, centred)
            np.logical_or(found, distances > self.farthest, out=found)
        return found


def _agree(layout: Layout) -> list[int]:
    return [position for position, column in enumerate(layout.columns) if column.kind is Kind.AGREE]


def _given(raw: Bytes) -> NDArray[np.bool_]:
    given: NDArray[np.bool_] = (raw != NO_ANSWER) & (raw != DONT_KNOW)
    return given


def _runs(raw: Bytes) -> NDArray[np.integer]:
    """`longstring` of bytes (J, n)."""
    size = np.min_scalar_type(len(raw))
    best = np.full(raw.shape[1], min(len(raw), 1), dtype=size)
    run = np.ones(raw.shape[1], dtype=size)
    given = _given(raw)
    for item in range(1, len(raw)):
        run *= (raw[item] == raw[item - 1]) & given[item]
        run += 1
        np.maximum(best, run, out=best)
    return best


def compare(
    layout: Layout, blocks: Callable[[], Iterable[Block]], units: int, rule: Rule | None = None
) -> Comparison:
    """Tally everybody, and everybody but those who look careless.

    Parameters
    ----------
    layout, units
        As in `Tally.of`.
    blocks
        Gives the blocks anew at each call: they are read twice, a block at a time.
    rule
        What counts as careless.

    Returns
    -------
    Comparison
        The distance is left out where the items' covariance over both panels cannot be inverted (too few
        people, an item that nobody varies on).
    """
    rule = rule or Rule()
    screen = Screen(layout, rule, overall_moments(layout, blocks) if rule.distance is not None else None)

    def flagged() -> Iterator[Block]:
        for panel, unit, block in blocks():
            sheets = np.frombuffer(block, dtype=np.uint8).reshape(-1, layout.width)
            yield panel, unit, sheets[screen(block)].tobytes()

    everyone, careless_ones = Tally.of(layout, blocks(), units), Tally.of(layout, flagged(), units)
    set_aside = {panel: int(careless_ones.respondents(panel).sum()) for panel in Panel}
    return Comparison(everyone, everyone - careless_ones, set_aside)


def overall_moments(layout: Layout, blocks: Callable[[], Iterable[Block]]) -> Moments | None:
    """Moments of all sheets of both panels, as given; None where the covariance cannot be inverted."""
    columns = _agree(layout)
    top = max((layout.columns[position].options for position in columns), default=1)
    kind = np.dtype(np.float32 if CHUNK * top * top < EXACT_FLOAT32 else np.float64)
    sums = np.zeros((2 * len(columns), 2 * len(columns)))
    for _, _, block in blocks():
        sheets = np.frombuffer(block, dtype=np.uint8).reshape(-1, layout.width)
        for start in range(0, len(sheets), CHUNK):
            raw = np.ascontiguousarray(sheets[start : start + CHUNK, columns].T)
            given = _given(raw)
            both = np.concatenate(
                [given, raw * given], dtype=kind
            )  # whole numbers that the sums hold exactly
            sums += both @ both.T
    items = len(columns)
    found = _moments(sums[:items, :items], sums[items:, :items], sums[items:, items:])
    usable = np.isfinite(found.covariance).all() and np.linalg.matrix_rank(found.covariance) == items
    return found if usable and items else None
