"""Who comes through the doors: a truth table of people and rules."""

from uuid import uuid4

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import Http404

from surveys import access
from surveys.access import Visitor
from surveys.models import Membership, Organization, Role
from tests.world import World

PEOPLE: dict[str, frozenset[Role]] = {
    "anonymous": frozenset(),
    "stranger": frozenset(),
    "superuser": frozenset(),
    "coordinator": frozenset({Role.COORDINATOR}),
    "executive": frozenset({Role.EXECUTIVE}),
    "consultant": frozenset({Role.CONSULTANT}),
    "owner": frozenset({Role.OWNER, Role.CONSULTANT}),
    "lead": frozenset({Role.LEAD}),
}
MANAGE = {"consultant", "owner"}
LOOK_AFTER = MANAGE | {"coordinator"}
MAY_CLOSE = {"consultant", "owner"}
MAY_READ_REPORT = {"consultant", "owner", "executive"}


def visitor(world: World, name: str) -> Visitor:
    return AnonymousUser() if name == "anonymous" else getattr(world, name)


@pytest.mark.parametrize(("name", "roles"), PEOPLE.items())
def test_roles(world: World, name: str, roles: frozenset[Role]) -> None:
    assert access.roles_in(visitor(world, name), world.organization) == roles


@pytest.mark.parametrize("name", [name for name, roles in PEOPLE.items() if not roles])
def test_an_outsider_is_told_that_nothing_is_there(world: World, name: str) -> None:
    campaign = world.campaign()
    with pytest.raises(Http404) as there:
        access.enter_campaign(visitor(world, name), campaign.id)
    with pytest.raises(Http404) as nowhere:
        access.enter_campaign(visitor(world, name), uuid4())
    assert str(there.value) == str(nowhere.value), "a campaign that exists looks like one that does not"


@pytest.mark.parametrize("name", [name for name, roles in PEOPLE.items() if roles])
def test_an_insider_enters_and_is_told_why_a_right_is_missing(world: World, name: str) -> None:
    entered = access.enter_campaign(visitor(world, name), world.campaign().id)
    assert (entered.organization, entered.roles) == (world.organization, PEOPLE[name])
    for check, can, allowed in (
        (access.check_manage, access.can_manage, MANAGE),
        (access.check_look_after, access.can_look_after, LOOK_AFTER),
        (access.check_close, access.can_close, MAY_CLOSE),
        (access.check_read_report, access.can_read_report, MAY_READ_REPORT),
    ):
        assert can(entered) is (name in allowed)
        if name not in allowed:
            with pytest.raises(PermissionDenied, match=r"\w+ \w+.*\."):
                check(entered)


def test_the_door_gives_the_campaigns_key_to_nobody(world: World) -> None:
    entered = access.enter_campaign(world.consultant, world.open_campaign().id)
    assert "wrapped_key" in entered.campaign.get_deferred_fields()


def test_the_door_opens_with_two_queries(world: World, django_assert_num_queries: object) -> None:
    campaign = world.campaign()
    with django_assert_num_queries(2):  # type: ignore[operator]
        entered = access.enter_campaign(world.consultant, campaign.id)
        assert entered.organization.firm.name == "Meridian"
        assert entered.campaign.instrument.id


def test_a_role_in_another_client_of_the_same_firm_opens_nothing(world: World) -> None:
    neighbour = Organization.objects.create(firm=world.firm, name="Neighbour")
    Membership.objects.create(user=world.stranger, role=Role.EXECUTIVE, organization=neighbour)
    assert access.roles_in(world.stranger, world.organization) == frozenset()
    assert access.roles_in(world.consultant, neighbour) == {Role.CONSULTANT}
    with pytest.raises(Http404):
        access.enter_campaign(world.stranger, world.campaign().id)


def test_two_roles_are_both_held(world: World) -> None:
    Membership.objects.create(user=world.coordinator, role=Role.EXECUTIVE, organization=world.organization)
    entered = access.enter_campaign(world.coordinator, world.campaign().id)
    assert entered.roles == {Role.COORDINATOR, Role.EXECUTIVE}
    assert access.can_read_report(entered)
    assert not access.can_close(entered)


def test_a_role_taken_away_closes_the_door(world: World) -> None:
    campaign = world.campaign()
    access.enter_campaign(world.executive, campaign.id)
    Membership.objects.filter(user=world.executive).delete()
    with pytest.raises(Http404):
        access.enter_campaign(world.executive, campaign.id)
