"""Whoever was chosen at the release is told by mail, once, without a number; nobody is told of what does not stand."""

import re
from smtplib import SMTPRecipientsRefused, SMTPServerDisconnected
from typing import Any

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language

from assessment import notices, releases, releasing, tasks
from assessment.models import Notice
from config import roles
from surveys.models import Campaign, Event, InvitationState, Membership, Role
from surveys.models.event import Verb
from surveys.tenancy import within
from tests.surveys.test_roles import acting_as, refused
from tests.waves import drafted, ordinary
from tests.world import World, sign_in


@pytest.fixture
def campaign(world: World) -> Campaign:
    campaign = world.campaign()
    drafted(world, campaign, ordinary(campaign))
    return campaign


def released(world: World, campaign: Campaign, *tell: Role) -> None:
    with within(world.organization):
        releases.ask(campaign, world.consultant, tell)
        assert releasing.release(campaign.id)
    mail.outbox.clear()


def send(world: World, campaign: Campaign) -> None:
    with within(world.organization):
        notices.send(campaign.id)


def states(world: World) -> dict[str, str]:
    with within(world.organization):
        return dict(Notice.objects.values_list("email", "state"))


def receivers() -> list[str]:
    return [one.to[0] for one in mail.outbox]


def test_each_is_told_once_what_is_theirs_to_read(world: World, campaign: Campaign) -> None:
    released(world, campaign, Role.EXECUTIVE, Role.LEAD, Role.COORDINATOR)
    assert notices.due() == [(campaign.id, world.organization.id)]
    for _ in range(2):
        send(world, campaign)
    assert notices.due() == []
    assert sorted(receivers()) == ["coordinator@example.org", "executive@example.org", "lead@example.org"]
    links = {one.to[0]: re.findall(r"http\S+", str(one.body)) for one in mail.outbox}
    for who, name in (("executive", "report"), ("lead", "unit-report"), ("coordinator", "campaign")):
        (link,) = links[f"{who}@example.org"]
        assert link.endswith(reverse(name, args=[campaign.id]))
        client = Client()
        client.force_login(getattr(world, who))
        assert client.get(link.partition("8000")[2]).status_code == 200, "what it leads to is theirs"


def test_no_number_stands_in_it(world: World, campaign: Campaign) -> None:
    released(world, campaign, Role.EXECUTIVE, Role.LEAD, Role.COORDINATOR)
    send(world, campaign)
    for one in mail.outbox:
        words = re.sub(r"http\S+", "", f"{one.subject} {one.body}").replace(campaign.name, "")
        assert not re.search(r"\d", words)


def test_only_who_was_chosen(world: World, campaign: Campaign) -> None:
    released(world, campaign, Role.EXECUTIVE)
    send(world, campaign)
    assert receivers() == ["executive@example.org"]
    with within(world.organization):
        assert Event.objects.get(verb=Verb.ASKED).detail == {"told": 1}


def test_who_is_several_gets_one_mail(world: World, campaign: Campaign) -> None:
    Membership.objects.create(user=world.executive, role=Role.COORDINATOR, organization=world.organization)
    with within(world.organization):
        assert notices.people_of(campaign)["executive@example.org"] is Role.EXECUTIVE
    released(world, campaign, Role.EXECUTIVE, Role.COORDINATOR)
    send(world, campaign)
    assert receivers().count("executive@example.org") == 1


def test_in_the_client_s_language(world: World, campaign: Campaign, monkeypatch: pytest.MonkeyPatch) -> None:
    spoken: list[str | None] = []

    def noted(words: str) -> str:
        spoken.append(get_language())
        return words

    monkeypatch.setattr(notices, "_", noted)
    one = Notice(campaign=campaign, email="executive@example.org", role=Role.EXECUTIVE)
    for language, said in (("es", "es"), ("fr", "en")):
        campaign.organization.language = language
        notices.mail(campaign, one)
        assert set(spoken) == {said}, "the workspace speaks no French"
        spoken.clear()


def test_nobody_is_told_before_it_is_released_or_after_it_was_withdrawn(
    world: World, campaign: Campaign
) -> None:
    with within(world.organization):
        releases.ask(campaign, world.consultant, [Role.EXECUTIVE])
    assert notices.due() == []
    with within(world.organization):
        assert releasing.release(campaign.id)
        releases.withdraw(campaign, "Too early", world.consultant)
    assert notices.due() == []
    send(world, campaign)
    assert mail.outbox == []
    released(world, campaign, Role.EXECUTIVE)
    send(world, campaign)
    assert receivers() == ["executive@example.org"], "it stands again, and was asked for again"


class Killed(BaseException):
    """As when a process ends: nothing catches it."""


def test_a_worker_killed_in_the_middle_tells_at_most_one_twice(
    world: World, campaign: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    released(world, campaign, Role.EXECUTIVE, Role.LEAD)
    sending = EmailBackend.send_messages

    def sent_and_killed(self: EmailBackend, messages: Any) -> Any:
        sending(self, messages)
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(EmailBackend, "send_messages", sent_and_killed)
        with pytest.raises(Killed):
            send(world, campaign)
    send(world, campaign)
    assert sorted(receivers()) == ["executive@example.org", "executive@example.org", "lead@example.org"]
    assert set(states(world).values()) == {InvitationState.SENT}


@pytest.mark.parametrize(
    ("error", "state"),
    [
        (SMTPServerDisconnected("gone"), InvitationState.WAITING),
        (SMTPRecipientsRefused({"executive@example.org": (550, b"no such user")}), InvitationState.BOUNCED),
    ],
)
def test_a_server_that_is_away_is_asked_again_and_one_that_says_never_is_not(
    world: World,
    campaign: Campaign,
    monkeypatch: pytest.MonkeyPatch,
    *,
    error: Exception,
    state: InvitationState,
) -> None:
    released(world, campaign, Role.EXECUTIVE)

    def refuse(_self: EmailBackend, _messages: Any) -> Any:
        raise error

    with monkeypatch.context() as patched:
        patched.setattr(EmailBackend, "send_messages", refuse)
        send(world, campaign)
    assert states(world) == {"executive@example.org": state}
    assert notices.due() == []
    with within(world.organization):
        Notice.objects.update(due_at=timezone.now())
        assert bool(notices.told(campaign).failed) is (state == InvitationState.BOUNCED)
    send(world, campaign)
    assert len(mail.outbox) == (state == InvitationState.WAITING)


def test_the_choice_stands_at_the_release_and_how_far_it_is_beneath(
    world: World, campaign: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    for task in (tasks.release_report, tasks.make_due_take_aways, tasks.send_due_notices):
        monkeypatch.setattr(task, "delay", lambda *_: None)
    call_command("database_roles", verbosity=0)
    client, address = Client(), reverse("wave-release", args=[campaign.id])
    with acting_as(roles.WEB):
        sign_in(client, world.consultant)
        mail.outbox.clear()
        shown = client.get(address).content.decode()
        assert "executive (1)" in shown
        assert "unit lead (1)" in shown
        client.post(address, {"do": "release", "tell": ["executive", "lead"]})
        assert refused("UPDATE assessment_notice SET state = 'sent'")
    with acting_as(roles.WORKER):
        tasks.release_report(str(campaign.id), str(world.organization.id))
        tasks.send_notices(str(campaign.id), str(world.organization.id))
        assert refused("INSERT INTO assessment_notice (id) VALUES (gen_random_uuid())")
    assert sorted(receivers()) == ["executive@example.org", "lead@example.org"]
    assert "2 of 2 people have been told by e-mail." in client.get(address).content.decode()
