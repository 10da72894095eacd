"""Gaps and estimates of released cells: statistics on one side, the gate on the other, nothing past it."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from math import isfinite
from typing import TypeVar

import numpy as np

from assessment.disclosure.cells import Cell, CutCell, PanelCell, Reason, Released, UnitCell, Withheld
from assessment.disclosure.release import ReleasedTable
from assessment.snapshot import figures
from assessment.snapshot.answered import of_panel
from assessment.snapshot.figures import NOTHING_TO_COMPARE, PROTECTS_ANOTHER, TOO_FEW, Chosen, Json, Scores
from assessment.snapshot.gather import Gathered
from assessment.snapshot.undoing import beside_bounds, undoing, without_careless
from assessment.stats import agreement, gaps, reliability
from assessment.stats.layout import Kind, Panel
from assessment.stats.sample import Joint, Sample
from assessment.stats.tally import Tally

EXECUTIVE, FRONTLINE = PanelCell(Panel.EXECUTIVE), PanelCell(Panel.FRONTLINE)
NOBODY = 1 << 30  # no pair of means has so many people: covariances are then as large as they can be
Key = TypeVar("Key")


class Comparer:
    """One campaign's numbers. p values are adjusted over all items together, once.

    In a second report nothing leaves that leans on sums of products, and of the `bounded` dimensions (those with a
    bound in an earlier report) only the panels' own means.
    """

    def __init__(
        self, gathered: Gathered, table: ReleasedTable, bounded: frozenset[str] = frozenset()
    ) -> None:
        self.tally, self.table, self.gathered = gathered.tally, table, gathered
        self.rolled = gathered.complete.rolled_up(gathered.tree.parents)
        self.dimensions = [dimension.id for dimension in gathered.layout.dimensions]
        self.headcounts = {panel: gathered.headcount(panel) for panel in Panel}
        items = [column for dimension in gathered.layout.dimensions for column in dimension.columns]
        names = [*items, *self.dimensions]
        self.samples = {(p, name): self._whole(p, name).sample(p, name) for p in Panel for name in names}
        self.unit_samples = {name: self.rolled.samples(Panel.FRONTLINE, name) for name in self.dimensions}
        self._regions: dict[tuple[int, ...], Tally] = {}
        self.kept_back = undoing(gathered, table, self.rolled, self.samples)
        if table.again:
            self.kept_back |= beside_bounds(gathered, bounded | self.bounded_dimensions())
        self.known = {
            (cell, name): self._take(cell, name) for cell in (EXECUTIVE, FRONTLINE) for name in names
        }
        both = [(self.taken(EXECUTIVE, name), self.taken(FRONTLINE, name)) for name in names]
        self.gaps = dict(zip(names, figures.each_gap(both), strict=True))
        self.adjusted = {**self._adjusted(items), **self._adjusted(self.dimensions)}

    # --- Both panels ------------------------------------------------------------------------------

    def pair(self, name: str, *, distribution: bool) -> Json:
        executive, frontline = self.taken(EXECUTIVE, name), self.taken(FRONTLINE, name)
        return {
            "frontline": figures.estimate(frontline, distribution=distribution),
            "executive": figures.estimate(executive, distribution=distribution),
            "gap": figures.written_gap(self.gaps[name], self.adjusted[name], _means(executive, frontline))
            if _spread_stated(executive, frontline)
            else figures.gap_alone(self.gaps[name], self.adjusted[name], _means(executive, frontline)),
            "quadrant": _quadrant(executive, frontline),
        }

    def headline(self) -> Json:
        """Shown where every headline dimension of both panels is; of the spread of few people only its class."""
        taken = {
            (cell, name): self.taken(cell, name)
            for name in (d.id for d in self.gathered.layout.dimensions if d.headline)
            for cell in (EXECUTIVE, FRONTLINE)
        }
        for one in taken.values():
            if isinstance(one, Withheld):
                return figures.status(one)
        few = {cell.panel for (cell, _), one in taken.items() if isinstance(one, Scores) and one.mean_alone}
        alone = {name for name in self.dimensions if self._whole(Panel.FRONTLINE, name) is self.tally}
        executive, frontline = self.tally.joint(Panel.EXECUTIVE), frontline_together(self.gathered, alone)
        if not executive.dimensions or len(few) == len(Panel):
            return NOTHING_TO_COMPARE
        counts = (self.headcounts[Panel.EXECUTIVE], self.headcounts[Panel.FRONTLINE])
        found = gaps.told_headline(
            executive,
            frontline,
            counts,
            few=(Panel.EXECUTIVE in few, Panel.FRONTLINE in few),
            least=NOBODY if self.table.again else self.gathered.policy.min_distribution,
        )
        if not all(figures.is_exact(one.sample) for one in taken.values() if isinstance(one, Scores)):
            return figures.range_of_gaps(executive.mean.tolist(), frontline.mean.tolist(), found)
        return figures.written_gap(found, found.p, (None, None))

    def dont_know(self, panel: Panel, item: str) -> float | Json:
        """Of those who said anything; a share of a panel that is itself shown."""
        taken = self.taken(PanelCell(panel), item)
        if isinstance(taken, Withheld):
            return figures.status(taken)
        if taken.mean_alone:
            return TOO_FEW
        return figures.share(taken.sample.dont_know, taken.sample.dont_know + taken.n)

    def options(self, name: str) -> list[Json]:
        executive, frontline = (
            self.table.take(cell, name, Chosen(self.tally.options(cell.panel, name)))
            for cell in (EXECUTIVE, FRONTLINE)
        )
        column = self.gathered.layout.columns[self.gathered.layout.offset(name)]
        return figures.option_pairs(executive, frontline, column.options, several=column.kind is Kind.MULTI)

    # --- One panel --------------------------------------------------------------------------------

    def reliability(self, panel: Panel, dimension: str) -> Json:
        """Of a panel whose distribution may be shown: covariances are not a mean."""
        taken = self.taken(PanelCell(panel), dimension)
        if isinstance(taken, Withheld):
            return figures.status(taken)
        if self.table.again or not self._all_items_in_full(panel, dimension):
            return PROTECTS_ANOTHER
        n, covariance = self.tally.covariance(panel, dimension)
        least = self.gathered.policy.min_distribution
        # Covariances are of complete sheets: whoever has the dimension or an item and is not among them must not
        # stand alone.
        answered = [taken.n, *(self.samples[panel, column].n for column in self._columns(dimension))]
        if taken.mean_alone or n < least or any(0 < other - n < least for other in answered):
            return TOO_FEW
        alpha = reliability.alpha(covariance)
        interval = None if alpha is None else reliability.alpha_interval(alpha, n, len(covariance))
        return {
            "n": n,
            "alpha": alpha,
            "alpha_interval": None if interval is None else list(interval),
            "omega": reliability.omega(covariance),
        }

    def units(self) -> Iterator[tuple[int, dict[str, Json], dict[str, Json]]]:
        """Of every unit with a released dimension: its front line with everything under it, and the executives'
        belief minus that. p values are adjusted over all of these gaps together.
        """
        taken = {
            (index, name): one
            for index in range(len(self.gathered.units))
            for name, one in self._unit(index).items()
        }
        pairs = [(self.taken(EXECUTIVE, name), one) for (_, name), one in taken.items()]
        found = dict(zip(taken, figures.each_gap(pairs), strict=True))
        estimates = dict(zip(taken, figures.estimates(list(taken.values()), distribution=False), strict=True))
        adjusted = adjusted_as_told(
            {key: (found[key], *pair) for key, pair in zip(taken, pairs, strict=True)}
        )
        for index in range(len(self.gathered.units)):
            mine = {name: taken[index, name] for name in self.dimensions}
            if all(isinstance(one, Withheld) for one in mine.values()):
                continue
            written = {
                name: self._unit_gap(name, one, found[index, name], adjusted[index, name])
                for name, one in mine.items()
            }
            yield index, {name: estimates[index, name] for name in mine}, written

    def _unit(self, index: int) -> dict[str, Scores | Withheld]:
        cell = UnitCell(Panel.FRONTLINE, index)
        headcount = self.gathered.headcount_below(Panel.FRONTLINE, index)
        return {
            name: self._gated(cell, name, self.unit_samples[name][index], headcount)
            for name in self.dimensions
        }

    def _unit_gap(
        self, name: str, taken: Scores | Withheld, found: gaps.Gap | Withheld, p_adjusted: float | None
    ) -> Json:
        believed = self.taken(EXECUTIVE, name)
        if isinstance(believed, Withheld) and not isinstance(taken, Withheld):
            return NOTHING_TO_COMPARE
        write = figures.written_gap if _spread_stated(believed, taken) else figures.gap_alone
        return write(found, p_adjusted, _means(believed, taken))

    def cut(self, number: int, question: str, level: int) -> dict[str, Json]:
        cell = CutCell(Panel.FRONTLINE, number, level)
        complete = self.gathered.complete
        samples = {name: complete.cut(Panel.FRONTLINE, question, level, name) for name in self.dimensions}
        return {
            name: figures.estimate(self._gated(cell, name, sample, None), distribution=False)
            for name, sample in samples.items()
        }

    def agreement(self) -> Json:
        return {
            "executive": {name: self._executive_agreement(name) for name in self.dimensions},
            "units": {name: self._unit_differences(name) for name in self.dimensions},
        }

    def _executive_agreement(self, dimension: str) -> Json:
        taken = self.taken(EXECUTIVE, dimension)
        if isinstance(taken, Withheld):
            return figures.status(taken)
        if taken.mean_alone:
            return TOO_FEW
        if self.table.again or not self._all_items_in_full(Panel.EXECUTIVE, dimension):
            return PROTECTS_ANOTHER
        columns = self._columns(dimension)
        counts = [np.array(self.samples[Panel.EXECUTIVE, column].counts) for column in columns]
        return {"rwg": agreement.rwg_j(counts), "ad": agreement.average_deviation(counts)}

    def _columns(self, dimension: str) -> tuple[str, ...]:
        return next(d.columns for d in self.gathered.layout.dimensions if d.id == dimension)

    def _all_items_in_full(self, panel: Panel, dimension: str) -> bool:
        """Whether every item of a dimension is stated with its distribution, none of them as a bound.

        Agreement and reliability are sums over items: beside the others they would tell one that is withheld.
        """
        items = [self.taken(PanelCell(panel), column) for column in self._columns(dimension)]
        return all(
            isinstance(one, Scores) and not one.mean_alone and figures.is_exact(one.sample) for one in items
        )

    def _unit_differences(self, dimension: str) -> Json:
        """ICC over the regions of the released units, where all of them are stated in full and none as a bound."""
        regions = self.regions(dimension)
        if regions.units < 2 or self.table.again or not self.all_exact(dimension):  # noqa: PLR2004
            return NOTHING_TO_COMPARE
        found = agreement.icc(regions.unit_sums(Panel.FRONTLINE, dimension))
        if found is None:
            return NOTHING_TO_COMPARE
        reliable = (
            found.icc2 if isfinite(found.icc2) else None
        )  # units that are all alike: no reliability to speak of
        return {"icc1": found.icc1, "icc2": reliable}

    def _shown_units(self, dimension: str) -> list[Sample]:
        shown = set(self.table.strata(Panel.FRONTLINE, dimension).tolist()) - {-1}
        return [self.unit_samples[dimension][unit] for unit in sorted(shown)]

    def shown_in_full(self, dimension: str) -> bool:
        """Whether every region of the front line may be seen in detail: sums of squares are over all of them."""
        regions = set(self.table.strata(Panel.FRONTLINE, dimension).tolist())
        cells = [FRONTLINE if unit < 0 else UnitCell(Panel.FRONTLINE, unit) for unit in regions]
        verdicts = [self.table.verdict(cell, dimension) for cell in (FRONTLINE, *cells)]
        return all(isinstance(one, Released) and one.note is None for one in verdicts)

    def all_exact(self, dimension: str) -> bool:
        """Whether the front line and every region of it is stated with its spread, and nothing stays back beside it."""
        if not self.shown_in_full(dimension) or any(name == dimension for _, name in self.kept_back):
            return False
        regions = self.regions(dimension).samples(Panel.FRONTLINE, dimension)
        everybody = self.samples[Panel.FRONTLINE, dimension]
        return all(
            figures.is_exact(one) for one in (everybody, *self._shown_units(dimension), *regions) if one.n
        )

    def bounded_dimensions(self) -> frozenset[str]:
        """Dimensions of which a mean of a panel, item, unit or level is only a bound, or stays back beside one."""
        return frozenset(dimension for dimension in self.dimensions if self._bounded(dimension))

    def _bounded(self, dimension: str) -> bool:
        names = (dimension, *self._columns(dimension))
        if any(name in (*names, without_careless(dimension)) for _, name in self.kept_back):
            return True
        cuts = (
            self.gathered.complete.cut(Panel.FRONTLINE, question, level, dimension)
            for question in self.gathered.campaign.background
            for level in range(
                1, self.tally.plan.layout.columns[self.tally.plan.position(question)].options + 1
            )
        )
        samples = [
            *(self.samples[panel, name] for panel in Panel for name in names),
            *self._shown_units(dimension),
            *cuts,
        ]
        return not all(figures.mean_is_exact(one) for one in samples if one.n)

    def strata(self, dimension: str) -> tuple[list[int], int]:
        """For each unit the number of its region, and how many regions there are."""
        found, place = np.unique(self.table.strata(Panel.FRONTLINE, dimension), return_inverse=True)
        return place.tolist(), len(found)

    def regions(self, dimension: str) -> Tally:
        """Everybody, counted by region; dimensions mostly have the same ones, so each is made once."""
        strata, size = self.strata(dimension)
        if tuple(strata) not in self._regions:
            self._regions[tuple(strata)] = self.gathered.complete.merged(strata, size)
        return self._regions[tuple(strata)]

    # --- The gate ---------------------------------------------------------------------------------

    def statistic(self, cell: PanelCell, name: str) -> str:
        """What the panel's number of a dimension is released as."""
        own = of_panel(name)
        return own if isinstance(self.table.verdict(cell, own), Released) else name

    def _whole(self, panel: Panel, name: str) -> Tally:
        """Whose numbers the panel's are: of everybody, or for a dimension of those who have all of them."""
        if panel is Panel.EXECUTIVE or name not in self.dimensions:
            return self.tally
        alone = self.statistic(PanelCell(panel), name) != name
        return self.tally if alone else self.gathered.complete

    def taken(self, cell: PanelCell, name: str) -> Scores | Withheld:
        return self.known[cell, name]

    def _take(self, cell: PanelCell, name: str) -> Scores | Withheld:
        return self._gated(cell, name, self.samples[cell.panel, name], self.headcounts[cell.panel])

    def _gated(self, cell: Cell, name: str, sample: Sample, headcount: int | None) -> Scores | Withheld:
        """The whole other panel, or for a unit or cut the whole front line, lends its spread where few answered."""
        lender = Panel.FRONTLINE
        if isinstance(cell, PanelCell) and cell.panel is Panel.FRONTLINE:
            lender = Panel.EXECUTIVE
        if (cell, name) in self.kept_back:
            return Withheld(Reason.PROTECTS_ANOTHER)
        donor = self.samples[lender, name]
        full = self.table.verdict(PanelCell(lender), self.statistic(PanelCell(lender), name))
        hidden = isinstance(full, Withheld) or full.note is not None
        if hidden or not figures.is_exact(donor) or (PanelCell(lender), name) in self.kept_back:
            donor = Sample(
                donor.n, None, None, 0, 0, 0, (), ()
            )  # too few themselves, or not stated: nobody's spread is seen
        return self.table.take(cell, self._released_as(cell, name), Scores(sample, headcount, donor))

    def _released_as(self, cell: Cell, name: str) -> str:
        return self.statistic(cell, name) if isinstance(cell, PanelCell) else name

    def _adjusted(self, names: Sequence[str]) -> dict[str, float | None]:
        """Over the gaps whose p is stated; where it is not, over all, for the verdict only: beside the other adjusted
        numbers a hidden one would show.
        """
        sides = {name: (self.taken(EXECUTIVE, name), self.taken(FRONTLINE, name)) for name in names}
        return adjusted_as_told({name: (self.gaps[name], *sides[name]) for name in names})


def frontline_together(gathered: Gathered, alone: Collection[str]) -> Joint:
    """The headline dimensions' means as they are stated: the `alone` ones of all who have them. Products are of those
    who have every dimension.
    """
    own, complete = gathered.tally.joint(Panel.FRONTLINE), gathered.complete.joint(Panel.FRONTLINE)
    mine = np.array([name in alone for name in own.dimensions], bool)
    both_mine = np.logical_and.outer(mine, mine)
    return Joint(
        own.dimensions,
        np.where(mine, own.n, complete.n),
        np.where(mine, own.mean, complete.mean),
        np.where(both_mine, own.both, complete.both),
        np.where(np.eye(len(mine), dtype=bool) & both_mine, own.covariance, complete.covariance),
        np.where(mine, own.skipped, complete.skipped),
        behind=complete.both,
    )


def adjusted_as_told(
    compared: Mapping[Key, tuple[gaps.Gap | Withheld, Scores | Withheld, Scores | Withheld]],
) -> dict[Key, float | None]:
    ps = {key: one.p if isinstance(one, gaps.Gap) else None for key, (one, *_) in compared.items()}
    told = {key for key, (_, *sides) in compared.items() if _spread_stated(*sides) and _means_stated(*sides)}
    everything = gaps.adjusted(list(ps.values()))
    stated = gaps.adjusted([p if key in told else None for key, p in ps.items()])
    return {
        key: one if key in told else other for key, one, other in zip(ps, stated, everything, strict=True)
    }


def _means_stated(*taken: Scores | Withheld) -> bool:
    return all(figures.mean_is_exact(one.sample) for one in taken if isinstance(one, Scores))


def _means(executive: Scores | Withheld, frontline: Scores | Withheld) -> tuple[float | None, float | None]:
    believed, lived = (one.sample.mean if isinstance(one, Scores) else None for one in (executive, frontline))
    return believed, lived


def _spread_stated(*taken: Scores | Withheld) -> bool:
    return all(figures.is_exact(one.sample) for one in taken if isinstance(one, Scores))


def _quadrant(executive: Scores | Withheld, frontline: Scores | Withheld) -> str | None:
    believed, lived = _means(executive, frontline)
    return None if believed is None or lived is None else gaps.quadrant(believed, lived).value
