"""A real survey of 11,286 people goes through both doors, and every number that leaves equals another program's."""

import json
import math
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from assessment.snapshot.gather import Gathered, gather
from assessment.stats import gaps
from assessment.stats.layout import Panel
from surveys.models import Campaign
from surveys.tenancy import across_all, within
from tests.western_australia import differences, expected_item, write_western_australia

WITHHELD = {"A2b", "A2d"}
"""Three executives answered one item of a two-item dimension and not the other. Beside the dimension, both items
would tell what those three said; so one of the two is withheld (`disclosure.links.Link`)."""
BOUNDED = "A2c executive favourable: {'at_least': 0.95}"
"""95.4 % of executives are favourable; shares above 95 % are stated as a bound, in the document too."""


@pytest.fixture
def loaded(db: None, tmp_path: Path) -> Campaign:
    folder = write_western_australia(tmp_path / "wa")
    printed = StringIO()
    call_command("load_campaign", str(folder), "--json", stdout=printed, stderr=StringIO())
    told = json.loads(printed.getvalue())
    assert told["responses"] == {"frontline": 10741, "executive": 545}
    with across_all("a test looks"):
        found: Campaign = Campaign.objects.select_related("organization", "instrument_version").get(
            id=told["campaign"]
        )
    return found


def test_every_number_that_leaves_equals_the_reference(loaded: Campaign, tmp_path: Path) -> None:
    file = tmp_path / "report.json"
    call_command("build_report", str(loaded.id), "--json", str(file), stderr=StringIO())
    document = json.loads(file.read_text("utf-8"))
    found = {item["id"]: item for item in document["items"]}
    for item in WITHHELD:
        assert found[item]["executive"] == {"status": "protects_another"}
        assert found[item]["gap"] == {"status": "protects_another"}
    unstated = tuple(f"{item} {part} " for item in WITHHELD for part in ("executive", "gap"))
    wrong = [one for one in differences(document) if not one.startswith(unstated)]
    assert [one for one in wrong if not one.startswith("A2c executive favourable")] == []
    assert wrong[0].startswith(BOUNDED)


def test_what_is_withheld_equals_the_reference_too(loaded: Campaign) -> None:
    with within(loaded.organization):
        gathered = gather(loaded)
    for item in (*WITHHELD, "A2c"):
        expected = expected_item(item)
        told = numbers(gathered, item)
        for part, figures in told.items():
            for name, figure in figures.items():
                assert math.isclose(figure, expected[part][name], rel_tol=1e-9), f"{item} {part} {name}"


def numbers(gathered: Gathered, item: str) -> dict[str, dict[str, Any]]:
    executive, frontline = (
        gathered.tally.sample(panel, item) for panel in (Panel.EXECUTIVE, Panel.FRONTLINE)
    )
    gap = gaps.gap(executive, frontline)
    return {
        "executive": {
            "n": executive.n,
            "mean": executive.mean,
            "sd": executive.sd,
            "favourable": executive.favourable / executive.n,
        },
        "gap": {"value": gap.value, "p": gap.p, "hedges_g": gap.hedges_g},
    }
