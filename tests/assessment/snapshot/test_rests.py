"""Whoever is in none of the shown parts has a mean too, by subtraction: at an end of the scale it must not follow."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from surveys import collect
from surveys.instruments.codec import Field, FieldKind
from surveys.instruments.instrument import Panel
from surveys.models import CampaignUnit
from surveys.tenancy import within
from tests.assessment.snapshot.test_protection import document_of
from tests.world import World, a_sheet

Answers = Callable[[Field], int]


def document(world: World, stores: dict[str, tuple[int, Answers | None]], name: str) -> dict[str, Any]:
    """In each store so many people of one mind, or of mixed minds; twelve mixed executives. Nothing is skipped."""
    campaign = world.open_campaign(name)
    fields = campaign.codec.fields
    rng = np.random.default_rng(7)

    def sheets(people: int, answers: Answers | None) -> bytes:
        found = []
        for _ in range(people):
            sheet = bytearray(a_sheet(campaign))
            for place, field in enumerate(fields):
                if field.kind is FieldKind.AGREE:
                    mixed = int(rng.integers(1, 6))
                    sheet[place] = mixed if answers is None else answers(field)
            found.append(bytes(sheet))
        return b"".join(found)

    closed = world.closed(campaign)
    with within(world.organization):
        units = {unit.path: unit.id for unit in CampaignUnit.objects.filter(campaign=campaign)}
        blocks: dict[Any, bytes] = {}
        for path, (people, answers) in stores.items():
            key = units[path.removesuffix("+")], Panel.FRONTLINE
            blocks[key] = blocks.get(key, b"") + sheets(people, answers)
        blocks[units["North"], Panel.EXECUTIVE] = sheets(12, None)
        collect.store_answers(closed, blocks, [])
    return document_of(world, closed)


def worst(field: Field) -> int:
    """Of purpose the least favourable, of everything else the middle."""
    if field.dimension != "purpose":
        return 3
    return 5 if field.reverse else 1


def middle(field: Field) -> int:
    return 3


def others(told: dict[str, Any], part: dict[str, Any]) -> float:
    return float((told["n"] * told["mean"] - part["n"] * part["mean"]) / (told["n"] - part["n"]))


def test_a_few_people_of_one_mind_in_no_shown_unit_are_not_the_difference(world: World) -> None:
    found = {}
    for name, answers in (("Mixed", middle), ("Worst", worst)):
        stores: dict[str, tuple[int, Answers | None]] = {
            "North/Store 1": (25, None),
            "North": (2, answers),
            "South/Store 1": (3, answers),
        }
        made = document(world, stores, name)
        panel = next(one for one in made["dimensions"] if one["id"] == "purpose")["frontline"]
        units = {unit["path"]: unit["frontline"]["purpose"] for unit in made["units"]}
        found[name] = panel, units
        assert units.keys() == {"North/Store 1"}
    panel, units = found["Mixed"]
    assert others(panel, units["North/Store 1"]) == pytest.approx(50)
    panel, units = found["Worst"]
    assert isinstance(panel["mean"], float)
    assert units["North/Store 1"] == {"status": "protects_another"}


def one_answer(field: Field) -> int:
    """Of purpose the most favourable, of everything else, also where asked the other way round, the same."""
    if field.dimension != "purpose":
        return 5
    return 1 if field.reverse else 5


def test_nor_are_those_whose_sheets_look_careless(world: World) -> None:
    told = {}
    for name, answers in (("Middle", middle), ("Best", one_answer)):
        made = document(world, {"North/Store 1": (40, None), "North/Store 1+": (12, answers)}, name)
        everybody = next(one for one in made["dimensions"] if one["id"] == "purpose")["frontline"]
        assert isinstance(everybody["mean"], float)
        told[name] = everybody, made["quality"]["careless"]["frontline"]["purpose"]
    everybody, careful = told["Middle"]
    assert careful["set_aside"] == 12
    assert others(everybody, careful) == pytest.approx(50)
    assert told["Best"][1] == {"status": "protects_another"}
