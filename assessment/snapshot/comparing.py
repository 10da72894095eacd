"""Gaps and estimates of released cells: statistics on one side, the gate on the other, nothing past it."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from assessment.disclosure.cells import Cell, CutCell, PanelCell, Reason, UnitCell, Withheld
from assessment.disclosure.release import ReleasedTable
from assessment.snapshot import figures
from assessment.snapshot.figures import NOTHING_TO_COMPARE, Chosen, Json, Scores
from assessment.snapshot.gather import Gathered
from assessment.stats import agreement, gaps, ladder, reliability
from assessment.stats.layout import Panel
from assessment.stats.sample import Sample, UnitSums

EXECUTIVE, FRONTLINE = PanelCell(Panel.EXECUTIVE), PanelCell(Panel.FRONTLINE)
WHERE = {ladder.Outside.BELOW: "below_first", ladder.Outside.BEYOND: "beyond_last"}
TOO_FEW = {"status": Reason.TOO_FEW_FOR_DISTRIBUTION.value}


class Comparer:
    """One campaign's numbers. p values are adjusted over all items together, once."""

    def __init__(self, gathered: Gathered, table: ReleasedTable) -> None:
        self.tally, self.table, self.gathered = gathered.tally, table, gathered
        self.rolled = gathered.tally.rolled_up(gathered.tree.parents)
        self.dimensions = [dimension.id for dimension in gathered.layout.dimensions]
        self.headcounts = {panel: gathered.headcount(panel) for panel in Panel}
        items = [column for dimension in gathered.layout.dimensions for column in dimension.columns]
        self.gaps = {name: self._gap(name) for name in [*items, *self.dimensions]}
        self.adjusted = {**self._adjusted(items), **self._adjusted(self.dimensions)}

    # --- Both panels ------------------------------------------------------------------------------

    def pair(self, name: str, *, distribution: bool) -> Json:
        executive, frontline = (self.taken(cell, name) for cell in (EXECUTIVE, FRONTLINE))
        return {
            "frontline": figures.estimate(frontline, distribution=distribution),
            "executive": figures.estimate(executive, distribution=distribution),
            "gap": figures.gap(self.gaps[name], self.adjusted[name]),
            "quadrant": self._quadrant(executive, frontline),
        }

    def _quadrant(self, executive: Scores | Withheld, frontline: Scores | Withheld) -> str | None:
        match executive, frontline:
            case Scores(Sample(mean=float(believed))), Scores(Sample(mean=float(lived))):
                return gaps.quadrant(believed, lived).value
            case _:
                return None

    def headline(self) -> Json:
        """Shown where every headline dimension of both panels is."""
        for name in (d.id for d in self.gathered.layout.dimensions if d.headline):
            for cell in (EXECUTIVE, FRONTLINE):
                taken = self.taken(cell, name)
                if isinstance(taken, Withheld):
                    return figures.status(taken)
        joints = (self.tally.joint(Panel.EXECUTIVE), self.tally.joint(Panel.FRONTLINE))
        counts = (self.headcounts[Panel.EXECUTIVE], self.headcounts[Panel.FRONTLINE])
        if not joints[0].dimensions:
            return NOTHING_TO_COMPARE
        found = gaps.headline(*joints, counts)
        return figures.gap(found, found.p)

    def dont_know(self, panel: Panel, item: str) -> float | Json:
        """Of those who said anything; a share of a panel that is itself shown."""
        verdict = self.taken(PanelCell(panel), item)
        if isinstance(verdict, Withheld):
            return figures.status(verdict)
        if verdict.mean_alone:
            return TOO_FEW
        return verdict.sample.dont_know / (verdict.sample.dont_know + verdict.n)

    def options(self, name: str) -> list[Json]:
        executive, frontline = (
            self.table.take(cell, name, Chosen(self.tally.options(cell.panel, name)))
            for cell in (EXECUTIVE, FRONTLINE)
        )
        column = self.gathered.layout.columns[self.gathered.layout.offset(name)]
        return figures.option_pairs(executive, frontline, column.options)

    def ceiling(self, panel: Panel, steps: Sequence[str], amounts: Sequence[int]) -> Json:
        for step in steps:
            taken = self.table.take(PanelCell(panel), step, Chosen(self.tally.options(panel, step)))
            if isinstance(taken, Withheld):
                return figures.status(taken)
            if taken.hidden:
                return TOO_FEW
        found = ladder.ceiling(self.tally.ladder(panel), amounts)
        if found is None:
            return {"status": Reason.SMALL_GROUP.value}
        return {
            "amount": _amount(found.amount),
            "interval": [_amount(end) for end in found.interval],
            "where": WHERE[found.amount] if isinstance(found.amount, ladder.Outside) else "between",
        }

    # --- One panel --------------------------------------------------------------------------------

    def reliability(self, panel: Panel, dimension: str) -> Json:
        """Of a panel whose distribution may be shown: covariances are not a mean."""
        taken = self.taken(PanelCell(panel), dimension)
        if isinstance(taken, Withheld):
            return figures.status(taken)
        n, covariance = self.tally.covariance(panel, dimension)
        if taken.mean_alone or n < self.gathered.policy.min_distribution:
            return TOO_FEW
        alpha = reliability.alpha(covariance)
        interval = None if alpha is None else reliability.alpha_interval(alpha, n, len(covariance))
        return {
            "n": n,
            "alpha": alpha,
            "alpha_interval": None if interval is None else list(interval),
            "omega": reliability.omega(covariance),
        }

    def unit(self, index: int) -> tuple[dict[str, Json], dict[str, Json]]:
        """Front line of a unit and everything under it, and the executives' belief minus that."""
        cell = UnitCell(Panel.FRONTLINE, index)
        headcount = self.gathered.headcount_below(Panel.FRONTLINE, index)
        taken = {
            name: self.table.take(
                cell, name, Scores(self.rolled.sample(Panel.FRONTLINE, name, [index]), headcount)
            )
            for name in self.dimensions
        }
        estimates = {name: figures.estimate(one, distribution=False) for name, one in taken.items()}
        return estimates, {name: self._unit_gap(name, one) for name, one in taken.items()}

    def _unit_gap(self, name: str, taken: Scores | Withheld) -> Json:
        believed = self.taken(EXECUTIVE, name)
        if isinstance(taken, Withheld):
            return figures.status(taken)
        if isinstance(believed, Withheld):
            return NOTHING_TO_COMPARE
        if taken.mean_alone:
            return TOO_FEW
        found = gaps.gap(believed.sample, taken.sample, (believed.headcount, taken.headcount))
        return figures.gap(found, found.p)

    def cut(self, number: int, question: str, level: int) -> dict[str, Json]:
        cell = CutCell(Panel.FRONTLINE, number, level)
        return {
            name: figures.estimate(
                self.table.take(
                    cell, name, Scores(self.tally.cut(Panel.FRONTLINE, question, level, name), None)
                ),
                distribution=False,
            )
            for name in self.dimensions
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
        columns = next(d.columns for d in self.gathered.layout.dimensions if d.id == dimension)
        counts = [np.array(self.tally.sample(Panel.EXECUTIVE, column).counts) for column in columns]
        return {"rwg": agreement.rwg_j(counts), "ad": agreement.average_deviation(counts)}

    def _unit_differences(self, dimension: str) -> Json:
        """ICC over the residual units of the released partition, so that it says nothing they do not."""
        strata = self.table.strata(Panel.FRONTLINE, dimension)
        shown = sorted(set(strata.tolist()))
        sums = self.tally.unit_sums(Panel.FRONTLINE, dimension)
        found = agreement.icc(by_stratum(sums, strata, shown)) if len(shown) > 1 else None
        if found is None:
            return NOTHING_TO_COMPARE
        return {"icc1": found.icc1, "icc2": found.icc2}

    # --- The gate ---------------------------------------------------------------------------------

    def taken(self, cell: PanelCell, name: str) -> Scores | Withheld:
        scores = Scores(self.tally.sample(cell.panel, name), self.headcounts[cell.panel])
        return self.table.take(cell, name, scores)

    def _gap(self, name: str) -> gaps.Gap | Withheld:
        values: list[tuple[Cell, Scores]] = [
            (cell, Scores(self.tally.sample(cell.panel, name), self.headcounts[cell.panel]))
            for cell in (EXECUTIVE, FRONTLINE)
        ]

        def compared(believed: Scores, lived: Scores) -> gaps.Gap:
            return gaps.gap(believed.sample, lived.sample, (believed.headcount, lived.headcount))

        return self.table.derive(name, values, compared)

    def _adjusted(self, names: Sequence[str]) -> dict[str, float | None]:
        found = [self.gaps[name] for name in names]
        ps = gaps.adjusted([one.p if isinstance(one, gaps.Gap) else None for one in found])
        return dict(zip(names, ps, strict=True))


def by_stratum(sums: UnitSums, strata: NDArray[np.int64], shown: Sequence[int]) -> UnitSums:
    """Units pooled into their strata; squares are about the stratum's own mean."""
    place = np.searchsorted(shown, strata)
    size = len(shown)
    n = np.bincount(place, sums.n, size).astype(np.int64)
    total = np.bincount(place, sums.total, size).astype(np.float64)
    means = np.divide(sums.total, sums.n, out=np.zeros(len(sums.n)), where=sums.n > 0)
    raw = np.bincount(place, sums.squares + sums.n * means**2, size)
    stratum_mean = np.divide(total, n, out=np.zeros(size), where=n > 0)
    return UnitSums(n, total, raw - n * stratum_mean**2)


def _amount(stake: ladder.Stake) -> float | None:
    return None if isinstance(stake, ladder.Outside) else float(stake)
