"""Attackers that share nothing with the product: people one by one, dense matrices, other algorithms."""

from itertools import combinations

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp


def smallest_support(matrix: np.ndarray) -> int:
    """Fewest people in any non-zero combination of the rows (0/1, cells x people), by integer programming.

    For each person r: min sum z with v = P'x, v_r = 1, |v_s| <= M z_s; M from the other bound |v_s| <= 1
    with r the largest coordinate (every support has such an r). Returns a number above everybody for no row.
    """
    cells, people = matrix.shape
    best = people + 1
    for r in range(people):
        if not matrix[:, r].any():
            continue
        cost = np.concatenate([np.zeros(cells), np.ones(people)])
        upper = np.hstack([matrix.T, -np.eye(people)])
        lower = np.hstack([-matrix.T, -np.eye(people)])
        fixed = np.concatenate([matrix[:, r], np.zeros(people)])
        outcome = milp(
            cost,
            constraints=[
                LinearConstraint(np.vstack([upper, lower]), -np.inf, 0),
                LinearConstraint(fixed, 1, 1),
            ],
            integrality=np.concatenate([np.zeros(cells), np.ones(people)]),
            bounds=Bounds(
                np.concatenate([np.full(cells, -np.inf), np.zeros(people)]),
                np.concatenate([np.full(cells, np.inf), np.ones(people)]),
            ),
        )
        assert outcome.status == 0, outcome.message
        best = min(best, round(outcome.fun))
    return int(best)


def rank_attack(matrix: np.ndarray, k: int) -> bool:
    """Whether deleting some k - 1 or fewer people lowers the rank: by trying all of them.

    People with equal columns are deleted together or not at all (deleting some of them changes nothing).
    """
    if not matrix.size:
        return False
    columns, counts = np.unique(matrix, axis=1, return_counts=True)
    rank = np.linalg.matrix_rank(columns)
    small = [index for index, count in enumerate(counts) if count < k]
    sets = [
        gone for size in range(1, k) for gone in combinations(small, size) if counts[list(gone)].sum() < k
    ]
    for start in range(0, len(sets), 2000):
        chunk = sets[start : start + 2000]
        kept = np.repeat(columns[None], len(chunk), axis=0)
        for index, gone in enumerate(chunk):
            kept[index][:, list(gone)] = 0
        if (np.linalg.matrix_rank(kept) < rank).any():
            return True
    return False
