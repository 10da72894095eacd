"""A shift changes: many people behind one address at once. `python -m benchmarks.shift` does it with 3,000."""

from benchmarks.shift import answer_all
from surveys import passes
from surveys.instruments.instrument import ItemKind, Panel
from surveys.models import Ballot, Pass, SpentToken
from surveys.tenancy import across_all, within
from tests.browser import WebProcess
from tests.world import World

PEOPLE = 30


def test_all_are_served_none_is_limited_none_is_lost_and_none_counts_twice(
    transactional_world: World, web_process: WebProcess
) -> None:
    world = transactional_world
    campaign = world.open_campaign()
    with within(world.organization):
        codes = passes.issue(world.unit(campaign), Panel.FRONTLINE, PEOPLE)
    fields = {f"i-{item.id}": "1" for item in campaign.instrument.items if item.kind is not ItemKind.TEXT}
    shift, _seconds = answer_all(web_process.port, codes, fields, at_once=PEOPLE)
    assert (shift.served, shift.refused) == (PEOPLE, [])
    assert len(shift.took["/a/send"]) == PEOPLE + 2, "two lost the acknowledgement and sent again"
    with across_all("a test counts"):
        assert Ballot.objects.count() == PEOPLE
        assert Pass.objects.filter(spent=True).count() == 3
        assert SpentToken.objects.count() == PEOPLE - 3
