import numpy as np
import pytest
from scipy import sparse

from assessment.disclosure.attack import Proof, audit
from assessment.disclosure.counts import Counted
from assessment.disclosure.incidence import Incidence, Publication, incidence, most_rank
from tests.assessment.disclosure.oracle import rank_attack, smallest_support
from tests.assessment.disclosure.worlds import random_world

pytestmark = pytest.mark.pure


def of_matrix(matrix: np.ndarray, nested: bool = False) -> Incidence:
    rows = sparse.csr_array(matrix.astype(float))
    return Incidence(rows, np.ones(matrix.shape[1], np.int64), np.full(len(matrix), nested))


@pytest.mark.parametrize("seed", range(40))
def test_agrees_with_both_attackers_on_any_choice_of_cells(seed: int) -> None:
    rng = np.random.default_rng(seed)
    world = random_world(rng, people=22)
    cells = world.candidates()
    picked = [cell for cell in cells[1:] if rng.random() < 0.6]
    chosen = world.chosen(picked)
    membership = world.membership
    for k in (3, 4, 5):
        found = audit(incidence(world.tree, [Publication(membership, membership.counts(None), chosen)]), k)
        matrix = world.matrix(chosen)
        assert found.proof is not Proof.UNDECIDED
        assert found.safe == (not rank_attack(matrix, k))
        if seed < 6 and matrix.size:
            assert found.safe == (smallest_support(matrix) >= k)


@pytest.mark.parametrize("seed", range(60))
def test_agrees_on_arbitrary_rows_whatever_the_hint(seed: int) -> None:
    rng = np.random.default_rng(seed)
    matrix = (rng.random((int(rng.integers(1, 6)), int(rng.integers(1, 14)))) < rng.uniform(0.3, 0.9)) * 1
    for k in (2, 3, 4):
        for nested in (False, True):
            assert audit(of_matrix(matrix, nested), k).safe == (not rank_attack(matrix, k))


def test_a_counterexample_lowers_the_rank() -> None:
    matrix = np.array([[1] * 12, [1] * 10 + [0] * 2])
    found = audit(of_matrix(matrix), 4)
    assert found.proof is Proof.COUNTEREXAMPLE
    kept = np.delete(matrix, found.harmful, axis=1)
    assert np.linalg.matrix_rank(kept) < np.linalg.matrix_rank(matrix)
    assert len(found.harmful) < 4


def test_nothing_published_is_safe() -> None:
    assert audit(of_matrix(np.zeros((0, 5))), 5).safe
    assert audit(of_matrix(np.zeros((3, 0))), 5).safe
    assert audit(of_matrix(np.zeros((3, 5))), 5).safe


def test_out_of_budget_is_unsafe() -> None:
    matrix = np.eye(6).repeat(3, axis=1)
    assert audit(of_matrix(matrix), 3).safe
    assert audit(of_matrix(np.vstack([np.ones(18), matrix[:1]])), 4, budget=0).proof is Proof.UNDECIDED


def test_a_number_between_zero_and_not_zero_is_unsafe() -> None:
    matrix = np.array([[1.0] * 10, [1.0] * 9 + [1.0 + 1e-4]])
    assert audit(of_matrix(matrix), 4).proof is Proof.UNDECIDED


def test_a_person_who_nearly_is_a_whole_sum_is_unsafe() -> None:
    matrix = np.full((1, 10), 1e-4)
    matrix[0, 0] = 1.0
    assert audit(of_matrix(matrix), 4).proof is Proof.UNDECIDED


@pytest.mark.parametrize("strange", [np.nan, np.inf])
def test_what_is_no_number_is_unsafe(strange: float) -> None:
    matrix = np.ones((2, 10))
    matrix[1, 3:] = strange
    with np.errstate(all="ignore"):
        assert not audit(of_matrix(matrix), 4).safe


def test_a_part_without_the_full_rank_decides_nothing() -> None:
    part = of_matrix(np.ones((1, 10)))
    assert audit(part, 4, rank=1).safe
    assert audit(part, 4, rank=2).proof is Proof.UNDECIDED


def test_the_bound_on_the_rank() -> None:
    for seed in range(30):
        world = random_world(np.random.default_rng(seed), people=40)
        counted = Counted(world.tree, world.membership).of(None)
        chosen = world.chosen(world.candidates())
        matrix = world.matrix(chosen)
        if matrix.size:
            assert most_rank(world.tree, counted, chosen) >= np.linalg.matrix_rank(matrix)


def test_a_minimum_of_one_is_refused() -> None:
    with pytest.raises(ValueError, match="protects nobody"):
        audit(of_matrix(np.ones((1, 5))), 1)
