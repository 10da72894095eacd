"""A number that is stated as a bound cannot be had from the exact ones beside it."""

from typing import Any

import numpy as np

from surveys import collect
from surveys.instruments.codec import FieldKind
from surveys.instruments.instrument import Panel
from surveys.models import CampaignUnit
from surveys.tenancy import within
from tests.assessment.snapshot.test_protection import document_of
from tests.world import World, a_sheet

PEOPLE = 15


def one_enthusiastic_store(world: World) -> dict[str, Any]:
    """In one store everybody gives purpose full marks; everywhere and everything else is mixed, nothing skipped."""
    campaign = world.open_campaign()
    fields = campaign.codec.fields
    rng = np.random.default_rng(5)

    def sheets(people: int, *, full: bool) -> bytes:
        found = []
        for _ in range(people):
            sheet = bytearray(a_sheet(campaign))
            for place, field in enumerate(fields):
                if field.kind is FieldKind.AGREE:
                    best = 1 if field.reverse else 5
                    sheet[place] = best if full and field.dimension == "purpose" else rng.integers(1, 6)
            found.append(bytes(sheet))
        return b"".join(found)

    closed = world.closed(campaign)
    with within(world.organization):
        units = {unit.path: unit.id for unit in CampaignUnit.objects.filter(campaign=campaign)}
        stores = sorted(path for path in units if "/" in path)
        blocks = {(units[path], Panel.FRONTLINE): sheets(PEOPLE, full=path == stores[0]) for path in stores}
        blocks[units["North"], Panel.EXECUTIVE] = sheets(12, full=False)
        collect.store_answers(closed, blocks, [])
    return document_of(world, closed)


def test_a_bounded_unit_is_not_the_difference_of_its_parent_and_its_siblings(world: World) -> None:
    document = one_enthusiastic_store(world)
    means = {unit["path"]: unit["frontline"]["purpose"] for unit in document["units"]}
    bounded = [path for path, estimate in means.items() if isinstance(estimate.get("mean"), dict)]
    assert len(bounded) == 1
    parent = bounded[0].rpartition("/")[0]
    siblings = [path for path in means if path.startswith(f"{parent}/") and path != bounded[0]]
    assert isinstance(means[parent]["mean"], float)
    hidden = [path for path in siblings if means[path] == {"status": "protects_another"}]
    assert hidden
    named = [row["cell"] for row in document["withheld"] if row["reason"] == "protects_another"]
    assert {"panel": "frontline", "statistic": "purpose", "unit": hidden[0]} in named
    assert document["weighted"]["purpose"] == {"status": "nothing_to_compare"}
    # the other dimensions have no bound, so that nothing stays back there
    assert all("mean" in unit["frontline"]["rules"] for unit in document["units"])
