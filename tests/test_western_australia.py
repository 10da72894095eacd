"""11,286 real answer sheets go through the loader unharmed."""

from collections import Counter
from collections.abc import Callable, Iterator
from copy import deepcopy
from io import StringIO
from json import loads
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from surveys import queries
from surveys.instruments.codec import DONT_KNOW
from surveys.instruments.instrument import Panel
from surveys.models import Campaign, CampaignUnit
from surveys.tenancy import across_all
from tests.western_australia import (
    COLUMNS,
    codes_of,
    differences,
    expected_item,
    panel_of,
    reference,
    source_rows,
    unit_of,
    write_western_australia,
)

Sheets = Counter[tuple[Panel, str, tuple[str, ...]]]


@pytest.fixture
def answer(db: None, tmp_path: Path) -> dict[str, Any]:
    folder = write_western_australia(tmp_path / "survey")
    out = StringIO()
    call_command("load_campaign", str(folder), "--json", stdout=out)
    given: dict[str, Any] = loads(out.getvalue())
    return given


def stored_sheets(campaign: Campaign) -> Iterator[tuple[Panel, str, tuple[str, ...]]]:
    """Each sheet as the raw codes it was made of, decoded by the codec."""
    paths = dict(CampaignUnit.objects.filter(campaign=campaign).values_list("id", "path"))
    width = campaign.codec.width
    for panel, unit, block in queries.answer_blocks(campaign):
        for start in range(0, len(block), width):
            answers = campaign.codec.decode(block[start : start + width])
            codes = ("8" if answers[c] is DONT_KNOW else str(answers[c] or "") for c in COLUMNS)
            yield panel, paths[unit], tuple(codes)


def test_every_sheet_of_the_source_is_stored(answer: dict[str, Any]) -> None:
    roles = reference()["meta"]["role_counts"]
    assert answer["responses"] == {"frontline": roles["frontline"], "executive": roles["executive"]}
    assert (roles["executive"], roles["frontline"]) == (545, 10741)
    source: Sheets = Counter((panel_of(row), unit_of(row), tuple(codes_of(row))) for row in source_rows())
    with across_all("a test looks"):
        campaign = Campaign.objects.get(id=answer["campaign"])
        stored: Sheets = Counter(stored_sheets(campaign))
    assert stored == source


def test_the_stored_counts_are_the_published_distributions(answer: dict[str, Any]) -> None:
    with across_all("a test looks"):
        campaign = Campaign.objects.get(id=answer["campaign"])
        sheets = list(stored_sheets(campaign))
    for item, told in reference()["items"].items():
        at = COLUMNS.index(item)
        for panel, short in ((Panel.EXECUTIVE, "exec"), (Panel.FRONTLINE, "front")):
            counts = Counter(codes[at] for whose, _, codes in sheets if whose is panel)
            assert [counts[code] for code in "7654321"] == told[f"distribution_{short}"]


# The comparison that a built report is held to


@pytest.fixture
def published() -> dict[str, Any]:
    return {"items": [{"id": item, **expected_item(item)} for item in COLUMNS if item != "D1"]}


@pytest.mark.pure
def test_the_published_figures_agree_with_themselves(published: dict[str, Any]) -> None:
    assert len(published["items"]) == 23
    assert differences(published) == []
    (first, *_) = published["items"]
    low, high = first["gap"]["interval"]
    assert low < first["gap"]["value"] < high
    g_low, g_high = first["gap"]["g_interval"]
    assert g_low < first["gap"]["hedges_g"] < g_high
    assert first["gap"]["value"] == pytest.approx(first["executive"]["mean"] - first["frontline"]["mean"])


@pytest.mark.pure
@pytest.mark.parametrize(
    "spoil",
    [
        lambda item: item["frontline"].update(mean=item["frontline"]["mean"] * (1 + 1e-8)),
        lambda item: item["executive"].update(n=item["executive"]["n"] + 1),
        lambda item: item["gap"].update(value=-item["gap"]["value"]),
        lambda item: item["gap"].update(interval=item["gap"]["interval"][::-1]),
        lambda item: item["gap"].pop("g_interval"),
        lambda item: item.update(executive={"status": "small_group"}),
        lambda item: item.update(id="A9z"),
    ],
)
def test_a_figure_that_is_off_is_noticed(
    published: dict[str, Any], spoil: Callable[[dict[str, Any]], object]
) -> None:
    spoilt = deepcopy(published)
    spoil(spoilt["items"][4])
    assert differences(spoilt) != []
