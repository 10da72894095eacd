"""Finished waves with answers of a test's choosing."""

from collections.abc import Iterable, Mapping

from assessment import releases, releasing
from assessment.models import ReportSnapshot
from assessment.snapshot.build import build_once
from surveys import campaigns
from surveys.instruments.instrument import Panel
from surveys.models import Campaign
from surveys.tenancy import within
from tests.world import World, a_sheet

Answers = Mapping[tuple[str, Panel], Iterable[bytes]]
EXECUTIVES = (4, 5, 4, 3, 4, 5, 4, 4, 5, 3, 4, 4)
FRONTLINE = (1, 2, 2, 2, 3, 1, 2, 4, 2, 3, 1, 2)


def ordinary(campaign: Campaign) -> dict[tuple[str, Panel], list[bytes]]:
    """Twelve executives who mostly agree, and twelve people of each store who mostly do not, no store like another."""
    stores = [f"{region}/Store {number}" for region in ("North", "South") for number in (1, 2)]
    return {("North", Panel.EXECUTIVE): [a_sheet(campaign, value) for value in EXECUTIVES]} | {
        (store, Panel.FRONTLINE): store_sheets(campaign, number) for number, store in enumerate(stores)
    }


def store_sheets(campaign: Campaign, number: int) -> list[bytes]:
    """The ordinary people, each so many of them one step more content."""
    return [a_sheet(campaign, value + (place < number % 12)) for place, value in enumerate(FRONTLINE)]


def finished(world: World, campaign: Campaign, answers: Answers) -> Campaign:
    """The draft is closed now, with these answers in it."""
    with within(world.organization):
        units = campaigns.freeze_units(campaign)
        blocks = {(units[path].id, panel): b"".join(sheets) for (path, panel), sheets in answers.items()}
        campaigns.store_finished(campaign, blocks, [], actor=None)
    return campaign


def drafted(world: World, campaign: Campaign, answers: Answers) -> ReportSnapshot:
    """Its report is built, and only consultants see it."""
    finished(world, campaign, answers)
    with within(world.organization):
        snapshot = build_once(campaign.id)
    assert snapshot is not None
    return snapshot


def reported(world: World, campaign: Campaign, answers: Answers) -> ReportSnapshot:
    """Its report is released to the client."""
    drafted(world, campaign, answers)
    return released(world, campaign)


def released(world: World, campaign: Campaign) -> ReportSnapshot:
    with within(world.organization):
        releases.when_built(campaign, actor=None)
        made = releasing.release(campaign.id)
        assert made is not None
        return made.snapshot
