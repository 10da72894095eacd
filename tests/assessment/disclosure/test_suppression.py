"""Two-way tables from the literature of statistical disclosure control, with proven optima."""

import json
from functools import cache
from typing import Any

import numpy as np
import pytest
from scipy import sparse

from assessment.disclosure.attack import audit
from assessment.disclosure.incidence import Incidence
from assessment.disclosure.membership import Tree
from assessment.disclosure.policy import Policy
from assessment.disclosure.release import release
from assessment.stats.layout import Panel
from tests.assessment.disclosure.oracle import rank_attack
from tests.assessment.disclosure.worlds import World
from tests.shared import shared_data

pytestmark = pytest.mark.pure
K = 5


@cache
def document() -> dict[str, Any]:
    read: dict[str, Any] = json.loads(shared_data("worked", "suppression.json").read_text())
    return read


def tables() -> list[np.ndarray]:
    data = document()
    named = [
        data[name]["table"] for name in ("sdctable_trap", "sdctable_microdata1", "fischetti_salazar_3x3")
    ]
    return [np.array(table) for table in [*named, *(case["table"] for case in data["generated"])]]


def published(table: np.ndarray, withheld: list[list[int]]) -> np.ndarray:
    """Rows: totals and inner cells that are not withheld, over the inner cells (1-based indices)."""
    height, width = table.shape
    rows = []
    for i in range(height):
        for j in range(width):
            if [i + 1, j + 1] not in withheld:
                cell = np.zeros((height, width))
                cell[i, j] = 1
                rows.append(cell)
    for i in range(height):
        total = np.zeros((height, width))
        total[i] = 1
        rows.append(total)
    for j in range(width):
        total = np.zeros((height, width))
        total[:, j] = 1
        rows.append(total)
    return np.array([row.ravel() for row in rows])


def solvable(matrix: np.ndarray, cell: int) -> bool:
    unit = np.eye(matrix.shape[1])[cell]
    return bool(np.linalg.matrix_rank(np.vstack([matrix, unit])) == np.linalg.matrix_rank(matrix))


def of(matrix: np.ndarray, people: np.ndarray) -> Incidence:
    return Incidence(sparse.csr_array(matrix), people.ravel().astype(np.int64), np.zeros(len(matrix), bool))


def test_no_table_is_left_solvable() -> None:
    for table in tables():
        height, width = table.shape
        people = np.minimum(table, 40)  # more people in a cell change nothing but the time
        units = np.repeat(np.arange(height), people.sum(axis=1)).astype(np.int32)
        levels = np.concatenate([np.repeat(np.arange(1, width + 1), row) for row in people])
        world = World(
            (None,) * height,
            units,
            levels[:, None].astype(np.int16),
            np.ones((len(units), 1), bool),
            (width,),
        )
        shown = release(Policy(), Tree(world.parents), {Panel.FRONTLINE: world.membership}).parts
        matrix = world.matrix(shown[Panel.FRONTLINE, "s0"].shown)
        assert len(matrix) > 1
        assert not rank_attack(matrix, K)


def test_the_auditor_refuses_hiding_the_small_cells_only() -> None:
    for case in document()["generated"]:
        table = np.array(case["table"])
        bare = published(table, case["primary"])
        alone = [cell for cell in case["primary"] if solvable(bare, _flat(table, cell))]
        if alone:
            assert not audit(of(bare, table), K).safe


def test_the_auditor_refuses_whatever_leaves_a_small_cell_solvable() -> None:
    accepted = 0
    for case in document()["generated"]:
        table = np.array(case["table"])
        matrix = published(table, case["min_sum_cells"])
        assert not any(solvable(matrix, _flat(table, cell)) for cell in case["primary"])
        accepted += audit(of(matrix, table), K).safe
    assert accepted > 0


def test_the_trap_that_passes_every_counting_rule() -> None:
    trap = document()["sdctable_trap"]
    table = np.array(trap["table"])
    cell = _flat(table, trap["published"]["cell"])
    hidden = [_flat(table, one) for one in trap["withheld"]]
    before = published(table, trap["withheld"])[:, hidden]
    assert solvable(before, hidden.index(cell))
    people = np.where(np.arange(table.size) == cell, 1, 100)
    assert audit(of(before, people[hidden]), K).harmful == (hidden.index(cell),)
    for extra in trap["range_of_1_2_for_each_single_extra_cell"]:
        now = [*hidden, _flat(table, extra["cell"])]
        assert audit(of(published(table, [*trap["withheld"], extra["cell"]])[:, now], people[now]), K).safe


def test_a_vignette_of_another_program_leaves_no_small_cell_solvable() -> None:
    gauss = document()["gauss"]
    names = [(row["age"], row["geo"], row["eu"]) for row in gauss["input"]]
    for key in ("maxN1", "maxN2_hierarchical"):
        rows = [
            [
                float(row["age"] in {age, "Total"} and row["geo"] in {geo, eu, "Total"})
                for age, geo, eu in names
            ]
            for row in gauss[key]
        ]
        shown = np.array([row for row, cell in zip(rows, gauss[key], strict=True) if not cell["suppressed"]])
        for row, cell in zip(rows, gauss[key], strict=True):
            if cell["primary"]:
                alone = np.linalg.matrix_rank(np.vstack([shown, row])) == np.linalg.matrix_rank(shown)
                assert not alone


def _flat(table: np.ndarray, cell: list[int]) -> int:
    return (cell[0] - 1) * int(table.shape[1]) + cell[1] - 1
