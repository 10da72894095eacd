import copy
import json
from typing import Any

import numpy as np
import pytest

from assessment.disclosure.membership import Membership, Tree
from assessment.disclosure.policy import Policy
from assessment.disclosure.proof import Outcome, check, check_against, check_sequence, commitment, describe
from assessment.disclosure.release import ReleasedTable, release
from assessment.stats.layout import Panel
from tests.assessment.disclosure.worlds import random_world

pytestmark = pytest.mark.pure
FRONT = Panel.FRONTLINE
SECRET = b"0123456789abcdef"


def company(people: int = 200) -> tuple[Tree, Membership]:
    rng = np.random.default_rng(4)
    units = rng.integers(1, 6, people).astype(np.int32)
    levels = rng.integers(0, 4, (people, 2)).astype(np.int16)
    answered = np.column_stack([np.ones(people, bool), rng.random(people) < 0.9])
    return Tree((None, 0, 0, None, 3, 3)), Membership.of_people(units, levels, answered, ("a", "b"))


def released(tree: Tree, membership: Membership) -> ReleasedTable:
    return release(Policy(), tree, {FRONT: membership})


def document() -> dict[str, Any]:
    tree, membership = company()
    described: dict[str, Any] = json.loads(json.dumps(describe(released(tree, membership), tree, SECRET)))
    return described


def outcomes(described: dict[str, Any]) -> set[Outcome]:
    return {checked.outcome for checked in check(described)}


def test_units_and_cuts_together_are_stated_and_then_proven() -> None:
    tree, membership = company()
    described = document()
    assert outcomes(described) == {Outcome.STATED}
    results = check_against(described, tree, {FRONT: membership}, SECRET)
    assert {result.outcome for result in results} == {Outcome.PROVEN}


@pytest.mark.parametrize("seed", range(30))
def test_every_release_passes_its_own_document(seed: int) -> None:
    world = random_world(np.random.default_rng(seed), people=60)
    described = json.loads(json.dumps(describe(released(world.tree, world.membership), world.tree, SECRET)))
    assert Outcome.BROKEN not in outcomes(described)
    results = check_against(described, world.tree, {FRONT: world.membership}, SECRET)
    assert all(result.outcome is Outcome.PROVEN for result in results)


def test_units_alone_are_proven_from_the_document() -> None:
    tree, membership = company()
    bare = Membership.of_people(
        np.repeat(membership.units, membership.respondents),
        np.zeros((int(membership.respondents.sum()), 0), np.int16),
        np.ones((int(membership.respondents.sum()), 1), bool),
        ("a",),
    )
    assert outcomes(describe(released(tree, bare), tree, SECRET)) == {Outcome.PROVEN}


def test_a_small_group_in_the_document_is_found() -> None:
    def broken(change: Any) -> bool:
        described = copy.deepcopy(document())
        change(described["parts"][0])
        return Outcome.BROKEN in outcomes(described)

    def cell(part: dict[str, Any]) -> None:
        part["units"][0][2] = 4

    def residual(part: dict[str, Any]) -> None:
        part["organization"] = sum(n for _, above, n in part["units"] if above is None) + 3

    def minimum(part: dict[str, Any]) -> None:
        part["k"] = 4

    def proof(part: dict[str, Any]) -> None:
        part["proof"] = "undecided"

    def leverage(part: dict[str, Any]) -> None:
        part.update(proof="leverage", max_leverage=0.3)

    def circle(part: dict[str, Any]) -> None:
        part["units"] = [[0, 1, 50], [1, 0, 50]]

    for change in (cell, residual, minimum, proof, leverage, circle):
        assert broken(change)


def test_other_people_or_numbers_are_found() -> None:
    tree, membership = company()
    described = document()
    other = check_against(described, tree, {FRONT: company(199)[1]}, SECRET)
    assert {result.outcome for result in other} == {Outcome.BROKEN}
    none = check_against(described, tree, {}, SECRET)
    assert {result.outcome for result in none} == {Outcome.BROKEN}
    described["parts"][0]["levels"][0][2] += 1
    results = check_against(described, tree, {FRONT: membership}, SECRET)
    assert results[0].outcome is Outcome.BROKEN


def test_the_commitment_is_keyed_and_knows_no_order() -> None:
    _, membership = company()
    half = len(membership.units) // 2
    turned = np.r_[half : len(membership.units), :half]
    again = Membership(
        membership.units[turned],
        membership.levels[turned],
        membership.respondents[turned],
        membership.answered[turned],
        membership.statistics,
    )
    assert commitment(again, SECRET) == commitment(membership, SECRET)
    assert commitment(membership, b"another key of 16") != commitment(membership, SECRET)
    with pytest.raises(ValueError, match="at least 16"):
        describe(released(*company()), company()[0], b"short")


def test_a_later_release_that_adds_few_people_is_found() -> None:
    first, second = document(), document()
    assert check_sequence([first, second]) == ()
    second["parts"][0]["organization"] += 2
    assert check_sequence([first, second]) == (
        f"frontline a {second['parts'][0]['kind']}: 2 people were added to the organization",
    )


def test_another_document_is_refused() -> None:
    with pytest.raises(ValueError, match=r"latitude.proof/1"):
        check({"schema": "latitude.report/1"})
