"""Invitations and the team: links that work once, rights that are told, a firm that keeps an owner."""

import re
from collections.abc import Callable

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from surveys import access, clients, invites
from surveys.models import (
    AccessInvite,
    Event,
    FirmEvent,
    FirmVerb,
    Membership,
    Organization,
    Role,
    Unit,
    User,
)
from surveys.models.event import Verb
from surveys.tenancy import within
from tests.world import PASSWORD, World, give_second_factor, sign_in

QUERIES_OF_TEAM = (
    9  # session, user, firm, roles, members, their clients, clients to choose, invitations, events
)
QUERIES_OF_ACCESS = 8  # session, user, client, roles, units to choose, people, consultants, invitations


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def link() -> str:
    found = re.search(r"http://\S+(/invited/\S+)", str(mail.outbox[-1].body))
    assert found
    return found[1]


def invite(world: World, email: str, role: Role, unit: Unit | None = None) -> Client:
    client = signed_in(world.consultant)
    body = {"email": email, "role": str(role), "unit": str(unit.id) if unit else ""}
    response = client.post(reverse("client-access", args=[world.organization.id]), body)
    assert response.status_code == 302, response.content.decode()
    return client


def verbs(world: World) -> list[str]:
    with within(world.organization):
        return list(
            Event.objects.filter(verb__startswith="access.").order_by("at").values_list("verb", flat=True)
        )


def test_somebody_new_accepts_with_a_name_and_a_password(world: World) -> None:
    invite(world, "Edith@New.example", Role.EXECUTIVE)
    assert "as executive" in str(mail.outbox[-1].body)
    client = Client()
    wanted = link()
    assert "You are invited to Acme" in client.get(wanted).content.decode()
    assert client.post(wanted, {"name": "Edith New", "password": "short"}).status_code == 200
    assert client.post(wanted, {"name": "Edith New", "password": "long enough to be one"}).status_code == 302
    user = User.objects.get(email="edith@new.example")
    assert client.session["_auth_user_id"] == str(user.id)
    assert access.roles_in(user, world.organization) == {Role.EXECUTIVE}
    assert verbs(world) == [Verb.INVITED, Verb.JOINED]
    assert Client().get(wanted).status_code == 404, "a link works once"


def test_somebody_known_signs_in_first(world: World) -> None:
    invite(world, world.stranger.email, Role.COORDINATOR)
    client = Client()
    page = client.get(link()).content.decode()
    assert "You have an account here already." in page
    assert 'name="password"' not in page
    assert client.post(link(), {"name": "x", "password": "long enough to be one"}).status_code == 200
    assert access.roles_in(world.stranger, world.organization) == frozenset(), "not without signing in"
    sign_in(client, world.stranger)
    client.post(link())
    assert access.roles_in(world.stranger, world.organization) == {Role.COORDINATOR}


def test_an_invitation_is_for_its_address_only(world: World) -> None:
    invite(world, "edith@new.example", Role.EXECUTIVE)
    client = signed_in(world.stranger)
    assert "You are signed in as stranger@example.org" in client.get(link()).content.decode()
    assert client.post(link()).status_code == 403
    assert access.roles_in(world.stranger, world.organization) == frozenset()


def test_looking_at_an_invitation_accepts_nothing(world: World) -> None:
    """Mail scanners open every link."""
    invite(world, world.stranger.email, Role.EXECUTIVE)
    signed_in(world.stranger).get(link())
    assert AccessInvite.objects.exists()
    assert access.roles_in(world.stranger, world.organization) == frozenset()


def revoked(made: AccessInvite, world: World) -> None:
    signed_in(world.consultant).post(reverse("invite-revoke", args=[made.id]))


def sent_again(made: AccessInvite, world: World) -> None:
    signed_in(world.consultant).post(reverse("invite-resend", args=[made.id]))


def expired(made: AccessInvite, world: World) -> None:
    AccessInvite.objects.filter(id=made.id).update(expires_at=timezone.now())


@pytest.mark.parametrize("end", [revoked, sent_again, expired])
def test_a_link_ends(world: World, end: Callable[[AccessInvite, World], None]) -> None:
    invite(world, "edith@new.example", Role.EXECUTIVE)
    old = link()
    end(AccessInvite.objects.get(), world)
    assert Client().get(old).status_code == 404
    assert Client().post(old, {"name": "E", "password": "long enough to be one"}).status_code == 404
    if end is sent_again:
        assert Client().get(link()).status_code == 200
        assert verbs(world) == [Verb.INVITED, Verb.RESENT]


def test_a_forged_link_opens_nothing(world: World) -> None:
    invite(world, "edith@new.example", Role.EXECUTIVE)
    for token in (link().removeprefix("/invited/")[:-1], "nonsense", str(AccessInvite.objects.get().id)):
        assert Client().get(reverse("invited", args=[token])).status_code == 404


def test_a_dump_holds_no_link(world: World) -> None:
    invite(world, "edith@new.example", Role.EXECUTIVE)
    kept = AccessInvite.objects.get()
    assert all(link().rpartition("/")[2] not in str(value) for value in vars(kept).values())


def test_a_unit_lead_leads_one_unit(world: World) -> None:
    with within(world.organization):
        south = Unit.objects.get(path="South")
    invite(world, "lea@new.example", Role.LEAD, south)
    Client().post(link(), {"name": "Lea", "password": "long enough to be one"})
    lea = User.objects.get(email="lea@new.example")
    assert access.led_units(lea, world.organization) == [south]
    assert access.led_units(world.executive, world.organization) == []
    refused = signed_in(world.consultant).post(
        reverse("client-access", args=[world.organization.id]), {"email": "x@x.example", "role": "lead"}
    )
    assert "Choose the unit that a unit lead is to read about." in refused.content.decode()


def test_a_role_that_is_held_is_not_given_again(world: World) -> None:
    body = {"email": world.executive.email.upper(), "role": "executive"}
    page = signed_in(world.consultant).post(reverse("client-access", args=[world.organization.id]), body)
    assert "has this role already." in page.content.decode()
    assert mail.outbox == []


def test_a_mail_server_that_is_away_loses_nothing(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_: object) -> None:
        raise ConnectionRefusedError

    monkeypatch.setattr(invites, "send_mail", away)
    client = invite(world, "edith@new.example", Role.EXECUTIVE)
    page = client.get(reverse("client-access", args=[world.organization.id])).content.decode()
    assert "The mail server did not take the invitation." in page
    assert AccessInvite.objects.count() == 1


def test_access_is_taken_away(world: World) -> None:
    held = Membership.objects.get(user=world.executive)
    client = signed_in(world.consultant)
    client.post(reverse("client-access-remove", args=[world.organization.id, held.id]))
    assert access.roles_in(world.executive, world.organization) == frozenset()
    assert verbs(world) == [Verb.REMOVED]


# --- The firm's team ------------------------------------------------------------------------------


def team_post(world: World, name: str, who: User, membership: Membership, **body: object) -> str:
    address = reverse(name, args=[world.firm.id, membership.id])
    return signed_in(who).post(address, body, follow=True).content.decode()


def test_an_owner_invites_a_consultant_for_chosen_clients(world: World) -> None:
    sibling = Organization.objects.create(firm=world.firm, name="Sibling")
    body = {"email": "carl@new.example", "role": "consultant", "clients": [str(sibling.id)]}
    signed_in(world.owner).post(reverse("team-invite", args=[world.firm.id]), body)
    client = Client()
    client.post(link(), {"name": "Carl", "password": "long enough to be one"})
    carl = User.objects.get(email="carl@new.example")
    assert client.get(reverse("home"))["Location"] == reverse("mfa_index"), "a second factor comes first"
    give_second_factor(carl)
    assert access.roles_in(carl, sibling) == {Role.CONSULTANT}
    assert access.roles_in(carl, world.organization) == frozenset()
    told = list(FirmEvent.objects.order_by("at").values_list("verb", "target"))
    assert told == [(FirmVerb.INVITED, "carl@new.example"), (FirmVerb.JOINED, "carl@new.example")]


def test_a_consultant_for_chosen_clients_is_told_no_other_clients_name(world: World) -> None:
    sibling = Organization.objects.create(firm=world.firm, name="Sibling")
    Membership.objects.get(user=world.consultant).clients.add(world.organization)
    more = User.objects.create_user("more@example.org", PASSWORD)
    Membership.objects.create(user=more, role=Role.CONSULTANT, firm=world.firm).clients.add(sibling)
    clients.note(world.firm, FirmVerb.CREATED, world.owner, "Sibling")
    page = {
        who: signed_in(who).get(reverse("team", args=[world.firm.id])).content.decode()
        for who in (world.owner, world.consultant)
    }
    assert page[world.owner].count("Sibling") >= 2
    assert "more@example.org" in page[world.consultant]
    assert "Sibling" not in page[world.consultant]


def test_a_firm_begins_with_a_command_where_nobody_signs_up(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("found_firm", "New  Ways", "nora@new.example", "--mail")
    assert link() in capsys.readouterr().out
    Client().post(link(), {"name": "Nora", "password": "long enough to be one"})
    held = Membership.objects.get(user__email="nora@new.example")
    assert (held.role, str(held.firm)) == (Role.OWNER, "New Ways")
    for name, owner, said in (("new ways", "x@new.example", "already"), ("Other", "nobody", "no e-mail")):
        with pytest.raises(CommandError, match=said):
            call_command("found_firm", name, owner)


def test_clients_of_another_firm_cannot_be_chosen(world: World) -> None:
    outside = Organization.objects.get(name="Next door")
    body = {"email": "carl@new.example", "role": "consultant", "clients": [str(outside.id)]}
    page = signed_in(world.owner).post(reverse("team-invite", args=[world.firm.id]), body)
    assert page.status_code == 200
    assert not AccessInvite.objects.exists()


def test_the_last_owner_cannot_leave_or_be_made_less(world: World) -> None:
    held = Membership.objects.get(user=world.owner)
    assert "A firm has at least one owner." in team_post(world, "team-remove", world.owner, held)
    assert "A firm has at least one owner." in team_post(
        world, "team-member", world.owner, held, role="consultant"
    )
    held.refresh_from_db()
    assert held.role == Role.OWNER
    page = signed_in(world.owner).get(reverse("team", args=[world.firm.id])).content.decode()
    assert 'disabled aria-describedby="last-owner"' in page


def test_with_a_second_owner_the_first_may_go(world: World) -> None:
    second, first = Membership.objects.get(user=world.consultant), Membership.objects.get(user=world.owner)
    team_post(world, "team-member", world.owner, second, role="owner")
    assert Membership.objects.get(id=second.id).role == Role.OWNER
    team_post(world, "team-remove", world.owner, first)
    assert not Membership.objects.filter(id=first.id).exists()
    assert set(FirmEvent.objects.values_list("verb", flat=True)) == {FirmVerb.CHANGED, FirmVerb.REMOVED}


def test_a_consultant_may_leave_but_not_change_the_team(world: World) -> None:
    mine, owners = Membership.objects.get(user=world.consultant), Membership.objects.get(user=world.owner)
    page = signed_in(world.consultant).get(reverse("team", args=[world.firm.id])).content.decode()
    assert "Only the owners of the firm can change its team." in page
    assert reverse("team-invite", args=[world.firm.id]) not in page
    assert "Only the owners of the firm" in team_post(world, "team-remove", world.consultant, owners)
    team_post(world, "team-remove", world.consultant, mine)
    assert not Membership.objects.filter(id=mine.id).exists()


@pytest.mark.parametrize("number", [1, 30])
def test_pages_of_people_ask_as_much_for_many_as_for_one(
    world: World, number: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for one in range(number):
        user = User.objects.create_user(f"more{one}@example.org", PASSWORD)
        Membership.objects.create(user=user, role=Role.EXECUTIVE, organization=world.organization)
        colleague = Membership.objects.create(user=user, role=Role.CONSULTANT, firm=world.firm)
        colleague.clients.add(world.organization)
        place = invites.Place(organization=world.organization)
        invites.invite(f"asked{one}@example.org", Role.EXECUTIVE, place, actor=world.owner)
        invites.invite(
            f"asked{one}@example.org", Role.CONSULTANT, invites.Place(firm=world.firm), actor=world.owner
        )
    client = signed_in(world.owner)
    with django_assert_num_queries(QUERIES_OF_TEAM):
        client.get(reverse("team", args=[world.firm.id]))
    with django_assert_num_queries(QUERIES_OF_ACCESS):
        client.get(reverse("client-access", args=[world.organization.id]))
