"""Units in a tree: sums carried from the leaves to the roots."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Step = tuple[NDArray[np.int64], NDArray[np.int64]]


def leaves_first(parent: Sequence[int | None], units: int) -> list[Step]:
    """Units and their parents, level by level, deepest first, roots left out.

    ValueError where the length differs, a parent is not there or the tree has a circle.
    """
    if len(parent) != units:
        raise ValueError(f"{len(parent)} parents for {units} units.")
    depth: list[int | None] = [None] * units
    for start in range(units):
        path: list[int] = []
        node: int | None = start
        while node is not None and depth[node] is None:
            if len(path) > units:
                raise ValueError(f"Unit {start} is above itself.")
            path.append(node)
            node = parent[node]
            if node is not None and not 0 <= node < units:
                raise ValueError(f"There is no unit {node}.")
        level = -1 if node is None else (depth[node] or 0)
        for steps, one in enumerate(reversed(path), start=1):
            depth[one] = level + steps
    levels: dict[int, tuple[list[int], list[int]]] = defaultdict(lambda: ([], []))
    for unit, above in enumerate(parent):
        if above is not None:
            below, up = levels[depth[unit] or 0]
            below.append(unit)
            up.append(above)
    return [(np.array(levels[one][0]), np.array(levels[one][1])) for one in sorted(levels, reverse=True)]


def carried_up(order: list[Step], rows: NDArray[Any]) -> NDArray[Any]:
    """Each unit's row with all rows below it added."""
    result = rows.copy()
    for below, up in order:
        np.add.at(result, up, result[below])
    return result


def gathered(target: NDArray[np.int64], units: int, rows: NDArray[Any]) -> NDArray[Any]:
    """Row i added into row target[i] of `units` rows."""
    result = np.zeros((units, *rows.shape[1:]), dtype=rows.dtype)
    np.add.at(result, target, rows)
    return result
