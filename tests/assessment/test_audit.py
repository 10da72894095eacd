"""An outsider repeats the proof from the document, and notices when it was changed."""

import copy
import json
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from assessment.audit import audit_document
from tests.waves import ordinary, reported
from tests.world import World

Change = Callable[[dict[str, Any]], None]


@pytest.fixture
def document(world: World) -> dict[str, Any]:
    campaign = world.campaign()
    found: dict[str, Any] = json.loads(json.dumps(reported(world, campaign, ordinary(campaign)).document))
    return found


def test_a_released_document_passes(document: dict[str, Any]) -> None:
    audit = audit_document(document)
    assert audit.faults == ()
    assert audit.passed
    assert audit.numbers > 50


def part_of(document: dict[str, Any], kind: str = "means") -> dict[str, Any]:
    return next(
        part
        for part in document["proof"]["parts"]
        if part["units"] and part["kind"] == kind and part["statistic"] == "purpose"
    )


def unhide_a_small_unit(document: dict[str, Any]) -> None:
    part = part_of(document)
    part["units"].append([99, None, 2])
    document["proof"]["unit_paths"]["99"] = "Hidden"


def count_somebody_less(document: dict[str, Any]) -> None:
    document["units"][0]["frontline"]["purpose"]["n"] -= 1


def show_a_number_without_proof(document: dict[str, Any]) -> None:
    document["units"].append(copy.deepcopy(document["units"][0]) | {"path": "Planted"})


def show_more_than_a_mean(document: dict[str, Any]) -> None:
    part = part_of(document, "distributions")
    part["units"] = part["units"][:-1]


@pytest.mark.parametrize(
    "change", [unhide_a_small_unit, count_somebody_less, show_a_number_without_proof, show_more_than_a_mean]
)
def test_a_changed_document_does_not(document: dict[str, Any], change: Change) -> None:
    change(document)
    audit = audit_document(document)
    assert not audit.passed
    assert audit.faults


def test_the_command_says_so(document: dict[str, Any], tmp_path: Path) -> None:
    file, out = tmp_path / "report.json", StringIO()
    file.write_text(json.dumps(document), "utf-8")
    call_command("audit_release", str(file), stdout=out)
    assert "0 broken" in out.getvalue()
    count_somebody_less(document)
    file.write_text(json.dumps(document), "utf-8")
    with pytest.raises(CommandError, match="NOT safe"):
        call_command("audit_release", str(file), stdout=StringIO())
    with pytest.raises(CommandError, match="cannot be audited"):
        call_command("audit_release", str(tmp_path / "nothing.json"))
