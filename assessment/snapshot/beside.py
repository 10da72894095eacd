"""What stands beside the main numbers: weighted to head counts, without careless answers, since the wave before."""

from collections.abc import Mapping
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
from assessment.stats.sample import Sample
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
        if found is None:
            return NOTHING_TO_COMPARE
        return {
            "n": found.n,
            "mean": figures.stated(bounded_mean(found.mean)),
            "interval": list(found.interval) if LOW <= found.mean <= HIGH else None,
            "design_effect": found.design_effect,
            "effective_n": found.effective_n,
            "covered": found.covered,
        }

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
                    **self._changes(now[name], earlier[name], then),
                }
                for name in self.dimensions
                if name in earlier
            ],
        }

    def _changes(self, now: Json, then: Json, document: Json) -> Json:
        samples = {
            (wave, panel): _sample(found[panel.value])
            for wave, found in (("now", now), ("then", then))
            for panel in PANELS
        }
        headcounts = {("now", panel): self.gathered.headcount(panel) for panel in PANELS} | {
            ("then", panel): document["participation"][panel.value].get("headcount") for panel in PANELS
        }
        found: Json = {panel.value: NOTHING_TO_COMPARE for panel in PANELS} | {"gap": NOTHING_TO_COMPARE}
        for panel in PANELS:
            after, before = samples["now", panel], samples["then", panel]
            if after and before:
                counts = (headcounts["now", panel], headcounts["then", panel])
                moved = gaps.change(after, before, counts)
                found[panel.value] = figures.written_gap(moved, moved.p, (None, None))
        waves = [[samples[wave, panel] for panel in PANELS] for wave in ("now", "then")]
        whole = [(e, f) for e, f in waves if e and f]
        if len(whole) == len(waves):
            counts_of = [
                (headcounts[wave, PANELS[0]], headcounts[wave, PANELS[1]]) for wave in ("now", "then")
            ]
            moved = gaps.change_of_gap(whole[0], whole[1], (counts_of[0], counts_of[1]))
            found["gap"] = figures.written_gap(moved, moved.p, (None, None))
        return found

    def _headline_change(self, then: Json) -> Json:
        """Difference of two independent gaps, from their standard errors and degrees of freedom."""
        now, before = self.compared.headline(), then["headline"]["gap"]
        terms = [_term(sign, gap) for sign, gap in ((1, now), (-1, before))]
        known = [term for term in terms if term is not None]
        if len(known) < len(terms):
            return NOTHING_TO_COMPARE
        moved = gaps.contrast(known)
        return figures.written_gap(moved, moved.p, (None, None))


def _sample(estimate: Mapping[str, Any]) -> Sample | None:
    """n, mean and SD as released; None where any of them was not."""
    if estimate.get("sd") is None or not isinstance(estimate["mean"], float):
        return None
    return Sample(estimate["n"], estimate["mean"], estimate["sd"], 0, 0, 0, (), ())


def _term(sign: int, gap: Mapping[str, Any]) -> gaps.Term | None:
    df, interval = gap.get("df"), gap.get("interval")
    if df is None or interval is None or not isinstance(gap["value"], float):
        return None
    error = (interval[1] - interval[0]) / 2 / float(stdtrit(df, 0.975))
    return gaps.Term(sign, gap["value"], gaps.FEWEST, error**2, df, 1.0)
