"""What stands beside the main numbers: weighted to head counts, without careless answers, since the wave before."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from scipy.special import stdtrit

from assessment.disclosure.cells import PanelCell, Withheld
from assessment.disclosure.release import ReleasedTable
from assessment.disclosure.values import HIGH, LOW, bounded_mean
from assessment.models import ReportSnapshot
from assessment.snapshot import figures
from assessment.snapshot.comparing import Comparer
from assessment.snapshot.figures import NOTHING_TO_COMPARE, Json, Scores
from assessment.snapshot.gather import CARELESS, Gathered
from assessment.stats import gaps
from assessment.stats.layout import Panel
from assessment.stats.weights import poststratified
from surveys import queries

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
        sums = self.gathered.tally.merged(strata, size).unit_sums(Panel.FRONTLINE, name)
        found = poststratified(sums, people)
        if found is None or self._with_bounds(cell, name, strata, size):
            return NOTHING_TO_COMPARE
        exact = LOW <= found.mean <= HIGH and self.compared.shown_in_full(name)
        return {
            "n": found.n,
            "mean": figures.stated(bounded_mean(found.mean)),
            "interval": _clipped(found.interval) if exact else None,
            "design_effect": found.design_effect,
            "effective_n": found.effective_n,
            "covered": found.covered,
        }

    def _with_bounds(self, cell: PanelCell, name: str, strata: list[int], size: int) -> bool:
        """Whether the panel or a region has a mean that is only a bound, or one that stays back beside it: the other
        weights would be a second sum over the same people.
        """
        if any(kept[1] == name and kept[0].panel is Panel.FRONTLINE for kept in self.compared.kept_back):
            return True
        sums = self.gathered.tally.merged(strata, size).unit_sums(Panel.FRONTLINE, name)
        means = [total / n for total, n in zip(sums.total, sums.n, strict=True) if n]
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
        if taken.n == 0:  # everybody looks careless: there is no other mean to stand beside
            return NOTHING_TO_COMPARE
        return {"n": taken.n, "mean": figures.mean(taken.sample), "set_aside": everyone.n - taken.n}

    def change(self, language: str) -> Json | None:
        """Against the released report of the wave before; waves have different people and no link."""
        before = queries.wave_before(self.gathered.campaign)
        if before is None:
            return None
        released = ReportSnapshot.objects.filter(campaign=before).order_by("-built_at").first()
        if released is None:
            return None
        then = released.document
        now = {name: self.compared.pair(name, distribution=False) for name in self.dimensions}
        earlier = {found["id"]: found for found in then["dimensions"]}
        instrument = self.gathered.campaign.instrument
        return {
            "since": {"name": then["campaign"]["name"], "closed": then["campaign"]["closed"]},
            "headline": self._headline_change(then),
            "dimensions": [
                {
                    "id": name,
                    "title": instrument.dimension_title(name, language),
                    **self._changes(now[name], earlier[name]),
                }
                for name in self.dimensions
                if name in earlier
            ],
        }

    def _changes(self, now: Json, then: Json) -> Json:
        """Each panel's mean and the gap, this wave minus the one before; None where a side has no spread."""
        terms = {
            (wave, panel): _mean_term(found[panel.value])
            for wave, found in (("now", now), ("then", then))
            for panel in PANELS
        }
        believed, lived = PANELS
        asked = {
            believed.value: ((1, "now", believed), (-1, "then", believed)),
            lived.value: ((1, "now", lived), (-1, "then", lived)),
            "gap": ((1, "now", believed), (-1, "now", lived), (-1, "then", believed), (1, "then", lived)),
        }
        return {
            name: _contrasted([(sign, terms[wave, panel]) for sign, wave, panel in signs])
            for name, signs in asked.items()
        }

    def _headline_change(self, then: Json) -> Json:
        """Difference of two independent gaps, from their standard errors and degrees of freedom."""
        now, before = self.compared.headline(), then["headline"]["gap"]
        terms = [_term(sign, gap) for sign, gap in ((1, now), (-1, before))]
        known = [term for term in terms if term is not None]
        if len(known) < len(terms):
            return NOTHING_TO_COMPARE
        moved = gaps.contrast(known)
        return figures.written_gap(moved, moved.p, (None, None))


def _mean_term(estimate: Mapping[str, Any]) -> gaps.Term | None:
    """A released mean with its standard error; None where either was not released."""
    if estimate.get("error") is None or not isinstance(estimate["mean"], float):
        return None
    return gaps.Term(1, estimate["mean"], estimate["n"], estimate["error"] ** 2, estimate["n"] - 1.0, 1.0)


def _contrasted(signed: list[tuple[int, gaps.Term | None]]) -> Json:
    known = [replace(term, sign=sign) for sign, term in signed if term is not None]
    if len(known) < len(signed):
        return NOTHING_TO_COMPARE
    moved = gaps.contrast(known)
    return figures.written_gap(moved, moved.p, (None, None))


def _clipped(interval: tuple[float, float]) -> list[float]:
    return [max(0.0, interval[0]), min(100.0, interval[1])]


def _term(sign: int, gap: Mapping[str, Any]) -> gaps.Term | None:
    df, interval = gap.get("df"), gap.get("interval")
    if df is None or interval is None or not isinstance(gap["value"], float):
        return None
    error = (interval[1] - interval[0]) / 2 / float(stdtrit(df, 0.975))
    return gaps.Term(sign, gap["value"], gaps.FEWEST, error**2, df, 1.0)
