"""Which favourable shares stay back, because with them one that is stated as a bound could be worked out.

From the estimates as they stand in the document: what nobody can read there tells nothing.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping

import numpy as np

from assessment.disclosure.cells import Cell, CutCell, PanelCell, UnitCell
from assessment.disclosure.membership import Tree
from assessment.disclosure.undoing import Sum, kept_back
from assessment.snapshot.figures import Json
from assessment.stats.layout import Panel

EVERYBODY = PanelCell(Panel.FRONTLINE)
SHARE = ("favourable", "favourable_interval")


def keep_shares_back(tree: Tree, told: Mapping[Cell, Mapping[str, Json]], *, again: bool) -> None:
    """Take out of the front line's estimates, by cell and dimension, the shares that would undo a bound.

    In a second report those of all parts: what stays back is chosen for one report, and two choices would tell.
    """
    for name in told[EVERYBODY]:
        stated = {cell: found[name] for cell, found in told.items() if "favourable" in found[name]}
        for cell in stated.keys() - {EVERYBODY} if again else shares_back(tree, stated):
            for share in SHARE:
                del stated[cell][share]


def shares_back(tree: Tree, stated: Mapping[Cell, Json]) -> frozenset[Cell]:
    """Of the cells of one dimension that state a favourable share."""
    people = {cell: int(one["n"]) for cell, one in stated.items()}
    bounds = {cell for cell, one in stated.items() if not isinstance(one["favourable"], float)}
    return kept_back(sums_among(tree, people), bounds, (), people, spared={EVERYBODY})


def sums_among(tree: Tree, people: Mapping[Cell, int]) -> list[Sum[Cell]]:
    """Of these cells, each that is made up of others with nobody left over."""
    parts: dict[Cell, list[Cell]] = defaultdict(list)
    questions: dict[int, list[Cell]] = defaultdict(list)
    above = _above(tree, {cell.unit for cell in people if isinstance(cell, UnitCell)})
    for cell in sorted(people, key=repr):
        match cell:
            case UnitCell(panel, unit):
                parts[EVERYBODY if above[unit] < 0 else UnitCell(panel, above[unit])].append(cell)
            case CutCell(_, question, _):
                questions[question].append(cell)
            case PanelCell():
                pass
    found = [Sum(whole, tuple(some)) for whole, some in parts.items()]
    found += [Sum[Cell](EVERYBODY, tuple(levels)) for levels in questions.values()]
    return [one for one in found if people.get(one.whole) == sum(people[cell] for cell in one.parts)]


def _above(tree: Tree, units: Collection[int]) -> dict[int, int]:
    """Of each unit the nearest other one above it; -1 where there is none."""
    marked = np.zeros(len(tree), bool)
    marked[list(units)] = True
    nearest = tree.nearest(marked)
    return {unit: int(nearest[parent]) if (parent := int(tree.parent[unit])) >= 0 else -1 for unit in units}
