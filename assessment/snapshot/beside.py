"""What stands beside the main numbers: weighted to head counts, without careless answers, since the wave before."""

import numpy as np

from assessment.disclosure.cells import PanelCell, Withheld
from assessment.disclosure.release import ReleasedTable
from assessment.disclosure.values import HIGH, LOW, bounded_mean
from assessment.snapshot import figures
from assessment.snapshot.answered import CARELESS
from assessment.snapshot.comparing import Comparer
from assessment.snapshot.figures import NOTHING_TO_COMPARE, PROTECTS_ANOTHER, Json, Scores
from assessment.snapshot.gather import Gathered
from assessment.snapshot.undoing import without_careless
from assessment.stats.layout import Panel
from assessment.stats.sample import UnitSums
from assessment.stats.weights import poststratified

PANELS = (Panel.EXECUTIVE, Panel.FRONTLINE)


class Beside:
    def __init__(self, gathered: Gathered, table: ReleasedTable, compared: Comparer) -> None:
        self.gathered, self.table, self.compared = gathered, table, compared
        self.dimensions = compared.dimensions

    def weighted(self, name: str) -> Json:
        """The front line's mean if every released unit had answered at the same rate.

        Strata are the regions of the released units: weights by finer units would tell them apart.
        """
        cell = PanelCell(Panel.FRONTLINE)
        taken = self.compared.taken(cell, name)
        if (
            isinstance(taken, Withheld)
            or taken.mean_alone
            or self.gathered.headcount(Panel.FRONTLINE) is None
        ):
            return NOTHING_TO_COMPARE
        strata, size = self.compared.strata(name)
        people = np.bincount(strata, [unit.frontline_headcount or 0 for unit in self.gathered.units], size)
        sums = self.compared.regions(name).unit_sums(Panel.FRONTLINE, name)
        found = poststratified(sums, people)
        if found is None or self._with_bounds(cell, name, sums):
            return NOTHING_TO_COMPARE
        exact = LOW <= found.mean <= HIGH and self.compared.all_exact(name)
        return {
            "n": found.n,
            "mean": figures.stated(bounded_mean(found.mean)),
            "interval": _clipped(found.interval) if exact else None,
            "design_effect": found.design_effect,
            "effective_n": found.effective_n,
            "covered": found.covered,
        }

    def _with_bounds(self, cell: PanelCell, name: str, regions: UnitSums) -> bool:
        """Whether the panel or a region has a mean that is only a bound, or one that stays back beside it: the other
        weights would be a second sum over the same people.
        """
        if any(kept[1] == name and kept[0].panel is Panel.FRONTLINE for kept in self.compared.kept_back):
            return True
        means = [total / n for total, n in zip(regions.total, regions.n, strict=True) if n]
        everybody = self.compared.samples[cell.panel, name].mean or 0.0
        return not all(LOW <= mean <= HIGH for mean in (everybody, *means))

    def careless(self) -> Json:
        """Each panel's means without the sheets that look careless, beside those of everybody."""
        return {
            panel.value: {name: self._careful(panel, name) for name in self.dimensions} for panel in PANELS
        }

    def _careful(self, panel: Panel, name: str) -> Json:
        sample = self.gathered.careful.sample(panel, name)
        headcount = self.gathered.headcount(panel)
        taken = self.table.take_without(panel, name, CARELESS, Scores(sample, headcount, sample))
        everyone = self.compared.taken(PanelCell(panel), name)
        if isinstance(taken, Withheld):
            return figures.status(taken)
        if isinstance(everyone, Withheld):
            return figures.status(everyone)
        if (PanelCell(panel), without_careless(name)) in self.compared.kept_back:
            return PROTECTS_ANOTHER
        if taken.n == 0:  # everybody looks careless: there is no other mean to stand beside
            return NOTHING_TO_COMPARE
        set_aside = self.gathered.complete.sample_size(panel, name) - taken.n
        return {"n": taken.n, "mean": figures.mean(taken.sample), "set_aside": set_aside}


def _clipped(interval: tuple[float, float]) -> list[float]:
    return [max(0.0, interval[0]), min(100.0, interval[1])]
