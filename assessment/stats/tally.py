"""Sufficient statistics of sheets: exact whole numbers that add."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

from assessment.stats.counting import Counter, chunks
from assessment.stats.layout import Kind, Layout, Panel
from assessment.stats.panel import Counts, PanelTally
from assessment.stats.plan import Ints, Plan
from assessment.stats.sample import Joint, Options, Sample, UnitSums
from assessment.stats.tree import carried_up, gathered, leaves_first

ENOUGH_COMPLETE = 10
BY_LOT = 1250.0  # variance of answers drawn by lot from five options, on 0..100
PENDING_BYTES = 1 << 22  # blocks of the panel that is not being counted wait up to this size


@dataclass(frozen=True, eq=False)
class Tally:
    """Sufficient statistics of a campaign's sheets.

    `whole` marks the units that together are the organization, each person once: all of them at first,
    the roots after `rolled_up`. `within_of` is the tally whose people tell how much answers of one person differ.
    """

    plan: Plan
    whole: NDArray[np.bool_]
    panels: dict[Panel, PanelTally]
    within_of: "Tally | None" = None

    @classmethod
    def of(cls, layout: Layout, blocks: Iterable[tuple[Panel, int, bytes]], units: int) -> "Tally":
        """Count blocks of sheets in one pass and bounded memory.

        Parameters
        ----------
        layout
            What the bytes mean.
        blocks
            (panel, unit 0..units - 1, sheets one after the other), in any order, any unit repeated.
        units
            Number of units.

        Raises
        ------
        ValueError
            For a layout that cannot be counted, a unit that is not there, a block that is not a whole
            number of sheets, or a byte that its column does not have.
        """
        plan = Plan.of(layout)
        counters = {panel: Counter(plan, units) for panel in Panel}
        for panel, some in _by_panel(blocks):
            for chunk in chunks(some, layout.width, units):
                counters[panel].add(chunk)
        return cls(
            plan, np.ones(units, dtype=bool), {panel: PanelTally.of(c) for panel, c in counters.items()}
        )

    @property
    def units(self) -> int:
        return len(self.whole)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Tally):
            return NotImplemented
        same = self.plan.layout == other.plan.layout and np.array_equal(self.whole, other.whole)
        return same and all(self.panels[panel] == other.panels[panel] for panel in Panel)

    __hash__ = None  # type: ignore[assignment]

    def __add__(self, other: "Tally") -> "Tally":
        """Both sets of sheets counted together. ValueError where layouts or units differ."""
        self._check_like(other)
        return replace(self, panels={panel: self.panels[panel] + other.panels[panel] for panel in Panel})

    def __sub__(self, other: "Tally") -> "Tally":
        """The sheets that are not among `other`, which were all counted here. ValueError as for `+`."""
        self._check_like(other)
        return replace(self, panels={panel: self.panels[panel] - other.panels[panel] for panel in Panel})

    def with_products_of(self, other: "Tally") -> "Tally":
        """The same people; sums of products within dimensions are of others, some of them. ValueError as for `+`."""
        self._check_like(other)
        panels = {
            panel: replace(one, products=of.products)
            for (panel, one), of in zip(self.panels.items(), other.panels.values(), strict=True)
        }
        return replace(self, panels=panels)

    def _check_like(self, other: "Tally") -> None:
        if self.plan.layout != other.plan.layout or not np.array_equal(self.whole, other.whole):
            raise ValueError("Only tallies of the same layout and the same units can be combined.")

    def rolled_up(self, parent: Sequence[int | None]) -> "Tally":
        """Every unit with everything below it; the sheets are not read again.

        Parameters
        ----------
        parent
            The parent of each unit, None for a root. Any order.

        Raises
        ------
        ValueError
            Where the length differs, a parent is not there, the tree has a circle, or this tally has been
            rolled up already.
        """
        order = leaves_first(parent, self.units)
        if not self.whole.all():
            raise ValueError("This tally has been rolled up already.")
        panels = {panel: one.with_units(partial(carried_up, order)) for panel, one in self.panels.items()}
        return replace(self, whole=np.array([p is None for p in parent], dtype=bool), panels=panels)

    def merged(self, groups: Sequence[int], units: int) -> "Tally":
        """The same sheets with unit i counted as unit groups[i] of `units`. ValueError outside of them."""
        if len(groups) != self.units or not self.whole.all() or any(not 0 <= g < units for g in groups):
            raise ValueError("Each unit needs a group that is there, and the tally must not be rolled up.")
        target = np.array(groups, dtype=np.int64)
        panels = {
            panel: one.with_units(partial(gathered, target, units)) for panel, one in self.panels.items()
        }
        return replace(self, whole=np.ones(units, dtype=bool), panels=panels)

    def respondents(self, panel: Panel) -> Ints:
        """People who sent a sheet, shape (units,)."""
        return self.panels[panel].respondents

    def sample(self, panel: Panel, what: str, units: Sequence[int] | None = None) -> Sample:
        """The scores on an `agree` column or a dimension, of some units together or of all.

        After `rolled_up` a unit stands for its subtree, so `units` must not hold a unit and its ancestor.
        ValueError for a column without score or a name that is not there.
        """
        one = self.panels[panel]
        chosen = self._chosen(units)
        return self._samples(panel, what, _total(one.counts, chosen)[None], _total(one.scores, chosen)[None])[
            0
        ]

    def sample_size(self, panel: Panel, what: str) -> int:
        """People of the whole organization with a score on an `agree` column or a dimension."""
        return int(self.unit_sums(panel, what).n[self.whole].sum())

    def samples(self, panel: Panel, what: str) -> list[Sample]:
        """The same of every unit by itself."""
        one = self.panels[panel]
        return self._samples(panel, what, one.counts, one.scores)

    def cut(self, panel: Panel, question: str, level: int, what: str) -> Sample:
        """The same for the people of one background level (0: no answer) of the whole organization."""
        row = self.plan.level_row(question, level)
        one = self.panels[panel]
        return self._samples(panel, what, one.cut_counts[[row]], one.cut_scores[[row]])[0]

    def options(self, panel: Panel, column: str, units: Sequence[int] | None = None) -> Options:
        """Who chose what on any column. ValueError for a name that is not there."""
        return self._options(column, _total(self.panels[panel].counts, self._chosen(units)))

    def cut_options(self, panel: Panel, question: str, level: int, column: str) -> Options:
        """The same for the people of one background level of the whole organization."""
        return self._options(column, self.panels[panel].cut_counts[self.plan.level_row(question, level)])

    def unit_sums(self, panel: Panel, what: str) -> UnitSums:
        """Number, total and squares of the scores on `what` in every unit at once."""
        if what in self.plan.dimension_numbers:
            number = self.plan.dimension(what)
            values = self.plan.dimensions[number].values
            counts = self.panels[panel].scores[:, self.plan.score_slice(number)]
        else:
            position, values = self._item(what)
            start = self.plan.places[position] + 1
            counts = self.panels[panel].counts[:, start : start + len(values)]
        n = counts.sum(axis=1, dtype=np.int64)
        total = counts @ values
        mean = np.divide(total, n, out=np.zeros(len(n)), where=n > 0)
        squares = np.einsum("uc,uc->u", counts, (values - mean[:, None]) ** 2)
        squares[(counts > 0).sum(axis=1) <= 1] = 0.0  # nobody differs: not what rounding leaves
        return UnitSums(n, total, squares)

    def unit_counts(self, panel: Panel, column: str) -> Counts:
        """People per option 1..m of a column in every unit at once, shape (units, m). ValueError as in `options`."""
        place = self.plan.column_slice(self.plan.position(column))
        return self.panels[panel].counts[:, place.start + 1 : place.stop - 1]

    def leaving_out(self, panel: Panel, dimension: str) -> Ints:
        """People in every unit who have the dimension and left some of its items out, shape (units,)."""
        number = self.plan.dimension(dimension)
        cells = self.plan.dimensions[number]
        some = cells.answered < len(cells.columns)
        left: Ints = (
            self.panels[panel].scores[:, self.plan.score_slice(number)][:, some].sum(axis=1, dtype=np.int64)
        )
        return left

    def covariance(self, panel: Panel, dimension: str) -> tuple[int, NDArray[np.float64]]:
        """n and covariance (divisor n - 1, scores 0..100) of a dimension's items.

        Over the people of the whole organization who answered all of them (listwise). Shape (items, items),
        zeros where n is below 2.
        """
        number = self.plan.dimension(dimension)
        one = self.panels[panel].products[number]
        unit = self.plan.dimensions[number].unit
        exact = one.products.astype(object) * one.n - np.outer(
            one.sums.astype(object), one.sums.astype(object)
        )
        scale = (100.0 / unit) ** 2 / (one.n * (one.n - 1)) if one.n > 1 else 0.0
        return one.n, exact.astype(np.float64) * scale

    def joint(self, panel: Panel, dimensions: Sequence[str] | None = None) -> Joint:
        """Means of dimensions and how they vary together, over the whole organization.

        The headline's, or a headline dimension and the outcome; other pairs are not counted together and
        have neither people nor covariance. ValueError for a name that is not there.
        """
        named = [d.id for d in self.plan.dimensions if d.headline] if dimensions is None else dimensions
        numbers = [self.plan.dimension(name) for name in named]
        samples = [self.sample(panel, self.plan.dimensions[n].id) for n in numbers]
        n = np.array([s.n for s in samples], dtype=np.int64)
        covariance = np.diag([(s.sd or 0.0) ** 2 for s in samples])
        both = np.diag(n)
        for pair, (a, b) in enumerate(self.plan.pairs):
            if a not in numbers or b not in numbers:
                continue
            i, j = numbers.index(a), numbers.index(b)
            both[i, j] = both[j, i] = self.panels[panel].pair_counts[pair].sum()
            if samples[i].sd and samples[j].sd:
                covariance[i, j] = covariance[j, i] = self._pair_covariance(panel, pair)
        names = tuple(self.plan.dimensions[number].id for number in numbers)
        means = np.array([sample.mean or 0.0 for sample in samples])
        return Joint(names, n, means, both, covariance, np.array([sample.skipped for sample in samples]))

    def _pair_covariance(self, panel: Panel, pair: int) -> float:
        one = self.panels[panel]
        counts, sums = one.pair_counts[pair], one.pair_sums[pair]
        n = int(counts.sum())
        if n < 2:  # noqa: PLR2004
            return 0.0
        first, second = (self.plan.dimensions[number] for number in self.plan.pairs[pair])
        answered_a = first.least + np.arange(first.levels)[:, None, None]
        answered_b = second.least + np.arange(second.levels)
        a = 100.0 * np.arange(first.top + 1)[:, None] / (answered_a * first.unit)
        b_total = 100.0 * sums / (answered_b * second.unit)
        mean_a, mean_b = float((a * counts).sum()) / n, float(b_total.sum()) / n
        return float(((a - mean_a) * (b_total - mean_b * counts)).sum()) / (n - 1)

    def _within(self, panel: Panel, number: int) -> float:
        """Mean variance of a person's own item scores in a dimension, over those who answered all items.

        Where they, or those who have the dimension or an item and are not among them, are fewer than
        `ENOUGH_COMPLETE`, that of answers drawn by lot: beside the SDs it would tell what these few answered.
        """
        if self.within_of is not None:
            return self.within_of._within(panel, number)  # noqa: SLF001  # another of its kind
        scored = self.plan.dimensions[number]
        items, one = len(scored.columns), self.panels[panel].products[number]
        if items == 1:
            return 0.0
        answered = [self.sample_size(panel, self.plan.layout.columns[column].id) for column in scored.columns]
        others = [n - one.n for n in (*answered, self.sample_size(panel, scored.id))]
        if one.n < ENOUGH_COMPLETE or any(0 < n < ENOUGH_COMPLETE for n in others):
            return BY_LOT
        squares = items * int(np.trace(one.products)) - int(one.products.sum())
        return (100.0 / self.plan.dimensions[number].unit) ** 2 * squares / (items * (items - 1) * one.n)

    def _chosen(self, units: Sequence[int] | None) -> NDArray[np.bool_] | list[int]:
        return self.whole if units is None else list(units)

    def _item(self, what: str) -> tuple[int, NDArray[np.float64]]:
        position = self.plan.position(what)
        column = self.plan.layout.columns[position]
        if column.kind is not Kind.AGREE:
            raise ValueError(f"{what!r} is a question of kind {column.kind}, which has no score.")
        values = 100.0 * np.arange(column.options) / (column.options - 1)
        return position, values[::-1] if column.reverse else values

    def _samples(self, panel: Panel, what: str, counts: Counts | Ints, scores: Counts | Ints) -> list[Sample]:
        """Of many sets of people at once, each a row of what a tally counts."""
        if what in self.plan.dimension_numbers:
            number = self.plan.dimension(what)
            cells = self.plan.dimensions[number]
            histograms = scores[:, self.plan.score_slice(number)].astype(np.int64)
            n = histograms.sum(axis=1)
            return Sample.each(
                cells.scores,
                cells.by_score(histograms),
                dont_know=np.zeros_like(n),
                unanswered=counts[:, self.plan.column_slice(0)].sum(axis=1, dtype=np.int64) - n,
                skipped=cells.skipping(histograms) * self._within(panel, number) / np.maximum(n, 1) ** 2,
            )
        position, values = self._item(what)
        some = counts[:, self.plan.column_slice(position)].astype(np.int64)
        return Sample.each(values, some[:, 1:-1], some[:, -1], some[:, 0], np.zeros(len(some)))

    def _options(self, column: str, counts: Ints) -> Options:
        position = self.plan.position(column)
        one = counts[self.plan.column_slice(position)]
        chosen = tuple(one[1:-1].tolist())
        if self.plan.layout.columns[position].kind is Kind.MULTI:
            return Options(int(one[-1]), chosen, unanswered=int(one[0]))
        return Options(sum(chosen), chosen, dont_know=int(one[-1]), unanswered=int(one[0]))


def _by_panel(blocks: Iterable[tuple[Panel, int, bytes]]) -> Iterator[tuple[Panel, list[tuple[int, bytes]]]]:
    """Blocks come in any order; small ones wait for others of their panel, a few megabytes at the most."""
    waiting: dict[Panel, list[tuple[int, bytes]]] = defaultdict(list)
    sizes: dict[Panel, int] = dict.fromkeys(Panel, 0)
    for panel, unit, block in blocks:
        waiting[panel].append((unit, block))
        sizes[panel] += len(block)
        if sizes[panel] >= PENDING_BYTES:
            yield panel, waiting.pop(panel)
            sizes[panel] = 0
    yield from waiting.items()


def _total(array: Counts, units: NDArray[np.bool_] | list[int]) -> Ints:
    total: Ints = array[units].sum(axis=0, dtype=np.int64)
    return total
