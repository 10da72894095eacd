import pytest

from assessment.disclosure.policy import Policy
from assessment.stats.layout import Panel

pytestmark = pytest.mark.pure


def test_there_and_back() -> None:
    policy = Policy(min_group=6, min_executives=3, min_comments=7, min_distribution=12)
    assert Policy.from_json(policy.to_json()) == policy
    assert Policy().to_json() == {
        "min_group": 5,
        "min_executives": 4,
        "min_comments": 10,
        "min_distribution": 10,
        "version": 1,
    }


@pytest.mark.parametrize(
    "values",
    [
        {"min_group": 3},
        {"min_executives": 2},
        {"min_comments": 4},
        {"min_group": 8, "min_distribution": 7},
        {"min_executives": 11},
        {"min_group": True},
        {"min_group": 5.0},
        {"version": 2},
        {"version": 0},
    ],
)
def test_under_a_floor_or_of_another_kind(values: dict[str, int]) -> None:
    with pytest.raises(ValueError, match=r"floor|whole number|version"):
        Policy(**values)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"min_cells": 3}, "Unknown in a policy: min_cells"),
        ({"min_group": None}, "whole number"),
        ({"min_group": "5"}, "whole number"),
    ],
)
def test_a_document_of_another_kind(change: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Policy.from_json({**Policy().to_json(), **change})


def test_a_document_with_a_gap() -> None:
    with pytest.raises(ValueError, match="Missing in a policy: min_comments, version"):
        Policy.from_json({"min_group": 5, "min_executives": 4, "min_distribution": 10})


def test_each_panel_has_its_minimum() -> None:
    assert Policy().minimum(Panel.FRONTLINE) == 5
    assert Policy().minimum(Panel.EXECUTIVE) == 4
