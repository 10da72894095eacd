"""How alike the people of each unit answered, beside the executives' agreement and the differences between units."""

import numpy as np

from assessment.disclosure.cells import Reason
from assessment.disclosure.itemwise import itemwise_units
from assessment.disclosure.release import ReleasedTable
from assessment.snapshot.comparing import Comparer
from assessment.snapshot.figures import PROTECTS_ANOTHER, Json
from assessment.snapshot.gather import Gathered
from assessment.stats.agreement import agreement_by_unit
from assessment.stats.layout import Panel


def within_units(
    gathered: Gathered, table: ReleasedTable, compared: Comparer, units: list[Json]
) -> list[Json]:
    """Of the document's units, those whose SD of a dimension is stated; r_wg(j) and AD where it may be told itemwise.

    Where the SD stays back because nearly all answered alike, so do these.
    """
    index = {unit.path: number for number, unit in enumerate(gathered.units)}
    known = {
        dimension.id: _agreement(gathered, table, compared, dimension.id, dimension.columns)
        for dimension in gathered.layout.dimensions
    }
    rows = []
    for unit in units:
        found = {
            name: known[name].get(index[unit["path"]], PROTECTS_ANOTHER)
            if estimate.get("sd") is not None
            else {"status": estimate.get("status") or estimate.get("detail") or Reason.PROTECTS_ANOTHER.value}
            for name, estimate in unit["frontline"].items()
        }
        if any("rwg" in one for one in found.values()):
            rows.append({"path": unit["path"], "frontline": found})
    return rows


def _agreement(
    gathered: Gathered, table: ReleasedTable, compared: Comparer, dimension: str, items: tuple[str, ...]
) -> dict[int, Json]:
    if table.again:  # sums of products are not covered over time
        return {}
    complete = gathered.complete
    answered = [complete.unit_sums(Panel.FRONTLINE, item).n for item in items]
    people = np.column_stack([*answered, complete.leaving_out(Panel.FRONTLINE, dimension)])
    units = sorted(itemwise_units(table, gathered.tree, dimension, items, people))
    counts = [compared.rolled.unit_counts(Panel.FRONTLINE, item)[units] for item in items]
    found = agreement_by_unit(counts)
    return {
        unit: {"rwg": rwg, "ad": ad}
        for unit, rwg, ad in zip(units, found.rwg.tolist(), found.ad.tolist(), strict=True)
        if rwg == rwg  # noqa: PLR0124  nobody, or a single person, has no agreement
    }
