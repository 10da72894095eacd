"""What to do first: clear gaps, weighted by how strongly their dimension goes with the outcome in the front line."""

from typing import Any

from assessment.disclosure.cells import PanelCell
from assessment.disclosure.release import ReleasedTable
from assessment.snapshot import figures
from assessment.snapshot.comparing import Comparer
from assessment.snapshot.figures import Json, Scores
from assessment.snapshot.gather import Gathered
from assessment.stats.association import Association, association, ranked
from assessment.stats.gaps import Verdict
from assessment.stats.layout import Panel

FRONTLINE = PanelCell(Panel.FRONTLINE)


class Priorities:
    def __init__(self, gathered: Gathered, table: ReleasedTable, compared: Comparer) -> None:
        self.gathered, self.table, self.compared = gathered, table, compared

    def weight(self, dimension: str) -> Association | None:
        """Correlation with the outcome over the whole front line.

        Where both are stated in full detail and at least `min_distribution` people have every dimension. Of these, like
        what is told of units: of all who have the two, the few who have one only could be worked out.
        """
        plan = self.gathered.tally.plan
        outcome = None if plan.outcome is None else plan.dimensions[plan.outcome].id
        if outcome is None or self.table.again or not self._in_full(dimension) or not self._in_full(outcome):
            return None
        found = association(
            self.gathered.complete.joint(Panel.FRONTLINE, (dimension, outcome)),
            self.gathered.headcount(Panel.FRONTLINE),
        )
        return found if found and found.n >= self.gathered.policy.min_distribution else None

    def _in_full(self, dimension: str) -> bool:
        taken = self.compared.taken(FRONTLINE, dimension)
        return isinstance(taken, Scores) and not taken.mean_alone and figures.is_exact(taken.sample)

    def written(self, items: list[Json]) -> list[Json]:
        """Of the document's items: the clear gaps where executives are the more optimistic.

        The outcome's own items are no way to it. A gap that is a range counts with its lower end.
        """
        headline = {d.id for d in self.gathered.layout.dimensions if d.headline}
        weights = {name: self.weight(name) for name in headline}
        clear = [
            item
            for item in items
            if item["dimension"] in headline
            and item["gap"].get("verdict") == Verdict.CLEAR.value
            and _least(item["gap"]["value"]) > 0.0
        ]
        known = [weights[item["dimension"]] for item in clear]
        order = ranked(
            [_least(item["gap"]["value"]) for item in clear],
            [None if one is None else one.r for one in known],
        )
        return [_priority(clear[place], known[place], rank) for rank, place in enumerate(order, start=1)]


def _priority(item: Json, weight: Association | None, rank: int) -> Json:
    return {
        "dimension": item["dimension"],
        "item": item["id"],
        "gap": item["gap"]["value"],
        "weight": None if weight is None else weight.r,
        "weight_interval": None if weight is None else list(weight.interval),
        "rank": rank,
    }


def _least(value: Any) -> float:
    """The smallest number that a stated gap allows."""
    if not isinstance(value, dict):
        return float(value)
    return float(value["between"][0]) if "between" in value else float(value.get("at_least", -100.0))
