import datetime as dt

from django.utils import timezone

from surveys import campaigns, queries
from surveys.instruments.instrument import Panel
from surveys.models import Campaign, Comment, Membership, Organization, Role, State
from surveys.models.ballot import Moderation
from surveys.queries import Due
from surveys.tenancy import within
from tests.world import World, a_sheet


def closes(world: World, campaign: Campaign, days_ago: int) -> Campaign:
    with within(world.organization):
        when = timezone.now() - dt.timedelta(days=days_ago)
        Campaign.objects.filter(id=campaign.id).update(opens_at=when - dt.timedelta(days=5), closes_at=when)
        return Campaign.objects.get(id=campaign.id)


def test_what_is_due_is_found_across_tenants_oldest_first(world: World) -> None:
    world.campaign("Draft")
    world.open_campaign("Open")
    late, later = (closes(world, world.open_campaign(f"Over {days}"), days) for days in (1, 3))
    mine = world.organization.id
    assert queries.due_to_close() == [Due(later.id, mine), Due(late.id, mine)]
    assert queries.due_to_report() == []
    with within(world.organization):
        campaigns.close(late)
    assert queries.due_to_close() == [Due(later.id, mine)]
    assert queries.due_to_report() == [Due(late.id, mine)]


def test_people_see_the_campaigns_of_their_own_organizations(world: World) -> None:
    campaign = world.campaign()
    for user in (world.consultant, world.coordinator, world.executive):
        assert list(queries.organizations_of(user)) == [world.organization]
        assert list(queries.campaigns_of(user)) == [campaign]
    assert [found.name for found in queries.organizations_of(world.stranger)] == ["Next door"]
    assert list(queries.campaigns_of(world.stranger)) == []
    assert list(queries.campaigns_of(world.superuser)) == []


def test_two_roles_show_a_campaign_once_and_the_list_costs_one_query(
    world: World, django_assert_num_queries: object
) -> None:
    Membership.objects.create(user=world.coordinator, role=Role.EXECUTIVE, organization=world.organization)
    for names in (["A"], ["B", "C"]):
        for name in names:
            world.open_campaign(name)
        with django_assert_num_queries(1):  # type: ignore[operator]
            found = list(queries.campaigns_of(world.coordinator))
            assert {campaign.organization.firm.name for campaign in found} == {"Meridian"}
    assert [campaign.name for campaign in found] != []
    assert len(found) == 3
    assert all("wrapped_key" in campaign.get_deferred_fields() for campaign in found)


def test_the_newest_campaign_stands_first(world: World) -> None:
    for name, days in (("old", 400), ("new", 2), ("middle", 30)):
        closes(world, world.campaign(name), days)
    assert [campaign.name for campaign in queries.campaigns_of(world.consultant)] == ["new", "middle", "old"]


def test_units_come_with_their_parents_first(world: World) -> None:
    campaign = world.open_campaign()
    with within(world.organization):
        units = queries.campaign_units(campaign)
        seen = set()
        for unit in units:
            assert unit.parent_id is None or unit.parent_id in seen
            seen.add(unit.id)
    assert len(units) == 6


def test_blocks_come_one_by_one_and_only_of_the_campaign(
    world: World, django_assert_num_queries: object
) -> None:
    for name, value in (("Wave 1", 2), ("Wave 2", 5)):
        campaign = world.open_campaign(name)
        world.answer(campaign, value)
        world.answer(campaign, value, Panel.EXECUTIVE, "South")
        world.answer(campaign, 1, path="South/Store 2")
        closed = world.closed(campaign)
    names = {world.unit(closed, path).id: path for path in ("North/Store 1", "South", "South/Store 2")}
    with within(world.organization), django_assert_num_queries(2):  # type: ignore[operator]
        found = [(panel, names[unit], sheets) for panel, unit, sheets in queries.answer_blocks(closed)]
    assert found == [
        (Panel.FRONTLINE, "North/Store 1", a_sheet(closed, 5)),
        (Panel.EXECUTIVE, "South", a_sheet(closed, 5)),
        (Panel.FRONTLINE, "South/Store 2", a_sheet(closed, 1)),
    ]


def test_a_comment_is_shown_once_it_is_approved(world: World) -> None:
    campaign = world.open_campaign()
    for text in ("one", "two", "three"):
        world.answer(campaign, open=text)
    world.answer(campaign, panel=Panel.EXECUTIVE, path="North", open="four")
    campaign = world.closed(campaign)
    with within(world.organization):
        assert queries.comment_counts(campaign) == {Panel.EXECUTIVE: 1, Panel.FRONTLINE: 3}
        assert queries.shown_comments(campaign) == []
        Comment.objects.filter(text="two").update(moderation=Moderation.APPROVED)
        Comment.objects.filter(text="three").update(moderation=Moderation.WITHHELD)
        assert [comment.text for comment in queries.shown_comments(campaign)] == ["two"]


def test_waiting_ballots_are_counted_until_the_box_is_opened(world: World) -> None:
    campaign = world.open_campaign()
    for _ in range(3):
        world.answer(campaign)
    with within(world.organization):
        assert queries.ballots_waiting(campaign) == 3
    closed = world.closed(campaign)
    with within(world.organization):
        assert queries.ballots_waiting(closed) == 0


def test_the_wave_before_is_the_last_finished_one_with_the_same_instrument(world: World) -> None:
    waves = {name: closes(world, world.open_campaign(name), days) for name, days in (("a", 400), ("b", 200))}
    now = closes(world, world.open_campaign("now"), 10)
    later = closes(world, world.open_campaign("later"), 1)
    with within(world.organization):
        assert queries.wave_before(now) is None, "none is closed yet"
        for wave in (*waves.values(), later):
            campaigns.close(wave)
        assert queries.wave_before(now) == waves["b"]
        Campaign.objects.filter(id=waves["b"].id).update(state=State.REPORTED)
        assert queries.wave_before(now) == waves["b"]
        assert queries.wave_before(waves["a"]) is None
    other = Organization.objects.get(name="Next door")
    with within(other):
        assert queries.wave_before(now) is None
