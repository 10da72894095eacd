"""Everybody who is asked gets one mail, whatever happens in the middle; who answered is told to nobody."""

import datetime as dt
import re
import socket
from collections import Counter
from collections.abc import Iterator
from smtplib import SMTPRecipientsRefused, SMTPServerDisconnected
from typing import Any
from uuid import UUID, uuid4

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP
from django.conf import settings
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from config import roles
from surveys import collect, delivering, mailing, passes, tasks
from surveys.mailing import rounded
from surveys.models import (
    Campaign,
    Event,
    Invitation,
    InvitationState,
    Mailing,
    MailingState,
    MessageKind,
    Pass,
    Person,
    Unit,
    Unreachable,
    Why,
)
from surveys.models.event import Verb
from surveys.refusing import Refused
from surveys.sealing import BallotSeal
from surveys.tenancy import across_all, within
from tests.surveys.test_roles import acting_as, refused
from tests.worker import WorkerProcess
from tests.world import World, a_sheet, sign_in

CODE = re.compile(r"/a/\S*#([0-9a-z]{16})")
INVITATION, REMINDER, THANKS = MessageKind.INVITATION, MessageKind.REMINDER, MessageKind.THANKS


def with_people(world: World, number: int, **values: str) -> list[Person]:
    with within(world.organization):
        unit = Unit.objects.get(path="North/Store 1")
        return Person.objects.bulk_create(
            Person(organization=world.organization, unit=unit, email=f"p{one}@example.org", **values)
            for one in range(number)
        )


def asked(world: World, campaign: Campaign, kind: MessageKind = INVITATION) -> Mailing:
    with within(world.organization):
        return mailing.ask(campaign, kind, actor=world.consultant)


def sent(world: World, asked_for: Mailing) -> Mailing:
    """Until nothing is left that can be sent at once."""
    with within(world.organization):
        while mailing.run(asked_for.id):
            pass
        return Mailing.objects.get(id=asked_for.id)


def states(world: World) -> Counter[str]:
    with within(world.organization):
        return Counter(Invitation.objects.values_list("state", flat=True))


def receivers() -> list[str]:
    return sorted(one.to[0] for one in mail.outbox)


def code_in(number: int) -> str:
    found = CODE.search(str(mail.outbox[number].body))
    assert found
    return found[1]


def a_day_later(world: World) -> None:
    with within(world.organization):
        Mailing.objects.update(asked_at=timezone.now() - dt.timedelta(days=2))


def test_everybody_gets_a_link_that_answers_once(world: World) -> None:
    campaign = world.open_campaign()
    with_people(world, 3)
    done = sent(world, asked(world, campaign))
    assert (done.state, done.people, done.sent, done.failed) == (MailingState.DONE, 3, 3, 0)
    assert receivers() == ["p0@example.org", "p1@example.org", "p2@example.org"]
    codes = {code_in(number) for number in range(3)}
    assert len(codes) == 3
    for code in codes:
        collect.submit(code=code, ballot=uuid4(), sheet=a_sheet(campaign), comments={})
    with within(world.organization):
        assert Event.objects.filter(verb=Verb.MAILED, actor=world.consultant).count() == 1


def test_the_address_is_short_and_a_pass_tells_no_language(world: World) -> None:
    campaign = world.open_campaign()
    with_people(world, 1, language="zh-hans")
    sent(world, asked(world, campaign))
    found = re.search(r"(/a/\S*#\S+)", str(mail.outbox[0].body))
    assert found
    assert "language=zh-hans" in found[1]
    assert len(found[1]) <= 40
    with within(world.organization):
        assert Pass.objects.get().language == ""


def test_who_comes_later_is_invited_with_the_next_mailing_alone(world: World) -> None:
    campaign = world.open_campaign()
    with_people(world, 2)
    sent(world, asked(world, campaign))
    with within(world.organization):
        unit = Unit.objects.get(path="South/Store 1")
        Person.objects.create(organization=world.organization, unit=unit, email="late@example.org")
        new = Unit.objects.create(organization=world.organization, name="New", path="New")
        Person.objects.create(organization=world.organization, unit=new, email="elsewhere@example.org")
    assert sent(world, asked(world, campaign)).people == 1
    assert receivers() == ["late@example.org", "p0@example.org", "p1@example.org"]


def test_a_reminder_goes_to_those_alone_whose_pass_is_unused_with_the_same_link(world: World) -> None:
    campaign = world.open_campaign()
    with_people(world, 12)
    sent(world, asked(world, campaign))
    codes = {mail.outbox[number].to[0]: code_in(number) for number in range(12)}
    for number in range(4):
        collect.submit(
            code=codes[f"p{number}@example.org"], ballot=uuid4(), sheet=a_sheet(campaign), comments={}
        )
    a_day_later(world)
    mail.outbox.clear()
    done = sent(world, asked(world, campaign, REMINDER))
    assert receivers() == sorted(f"p{number}@example.org" for number in range(4, 12))
    assert all(codes[mail.outbox[number].to[0]] == code_in(number) for number in range(8))
    assert (done.people, done.sent) == (5, 5), "eight, in steps of five"


def test_after_a_reminder_no_row_tells_who_was_reminded(world: World) -> None:
    campaign = world.open_campaign()
    with_people(world, 12)
    sent(world, asked(world, campaign))
    collect.submit(code=code_in(0), ballot=uuid4(), sheet=a_sheet(campaign), comments={})
    a_day_later(world)
    sent(world, asked(world, campaign, REMINDER))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(DISTINCT (state, attempts, interrupted, due_at, xmin::text)) FROM surveys_invitation"
        )
        assert cursor.fetchone() == (1,)


def test_the_tables_tell_nobody_whose_pass_is_whose(world: World) -> None:
    """No column of an invitation is one of a pass, and neither knows the code."""
    campaign = world.open_campaign()
    with_people(world, 30)
    sent(world, asked(world, campaign))
    with within(world.organization):
        invitations = list(Invitation.objects.order_by("id").values_list("id", flat=True))
        rights = list(Pass.objects.values_list("id", "code_digest"))
        seal = BallotSeal.of(Campaign.objects.get(id=campaign.id))
    assert not set(invitations) & {identifier for identifier, _ in rights}
    place = {bytes(code): at for at, (_, code) in enumerate(rights)}
    order = [place[passes.digest(delivering.code_of(seal, one))] for one in invitations]
    assert sorted(order) == list(range(30)), "with the key every pass is found"
    assert order != sorted(order), "without it the order of the rows tells nothing"


@given(number=st.integers(0, 500), k=st.integers(4, 12))
def test_of_a_reminder_only_steps_are_told(number: int, k: int) -> None:
    class Rows:
        def count(self) -> int:
            return 500

    campaign = Campaign(min_group=k, min_executives=3)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(Invitation.objects, "filter", lambda **_: Rows())
        told = rounded(campaign, REMINDER, number)
        assert told is not None
        assert told % k == 0
        assert 0 <= number - told < k
        assert rounded(campaign, INVITATION, number) == number


def test_of_a_small_wave_a_reminder_tells_no_number(world: World) -> None:
    campaign = world.open_campaign()
    with_people(world, 9)
    sent(world, asked(world, campaign))
    a_day_later(world)
    done = sent(world, asked(world, campaign, REMINDER))
    assert (done.people, done.sent) == (None, 0)


def test_what_is_not_the_time_for_is_refused(world: World) -> None:
    draft, running = world.campaign("Draft"), world.open_campaign("Running")
    for campaign, kind in ((draft, REMINDER), (running, REMINDER), (running, THANKS)):
        with pytest.raises(Refused):
            asked(world, campaign, kind)
    with_people(world, 1)
    waiting = asked(world, running)
    with pytest.raises(Refused, match="at the moment"):
        asked(world, running)
    sent(world, waiting)
    with pytest.raises(Refused, match="day must pass"):
        asked(world, running, REMINDER)
    with pytest.raises(Refused, match="closes"):
        asked(world, world.closed(running))


def test_the_invitations_of_a_draft_wait_until_it_opens(world: World) -> None:
    from surveys import campaigns

    campaign = world.campaign()
    with_people(world, 1)
    waiting = asked(world, campaign)
    assert mailing.due() == []
    assert sent(world, waiting).state == MailingState.WAITING
    with within(world.organization):
        campaigns.open_(campaign, actor=None)
    assert mailing.due() == [(waiting.id, world.organization.id)]
    assert sent(world, waiting).sent == 1


def test_a_survey_that_closes_ends_the_sending(world: World) -> None:
    campaign = world.open_campaign()
    with_people(world, 2)
    waiting = asked(world, campaign)
    world.over(campaign)
    assert sent(world, waiting).state == MailingState.ENDED
    assert mail.outbox == []


def test_thanks_go_to_all_and_then_nobody_is_known_to_have_been_asked(world: World) -> None:
    campaign = world.open_campaign()
    with_people(world, 3)
    sent(world, asked(world, campaign))
    mail.outbox.clear()
    closed = world.closed(campaign)
    done = sent(world, asked(world, closed, THANKS))
    assert (done.state, len(mail.outbox)) == (MailingState.DONE, 3)
    assert not CODE.search(str(mail.outbox[0].body))
    mailing.forget()
    assert states(world) == Counter()


def test_stopped_is_stopped(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    campaign = world.open_campaign()
    with_people(world, 3)
    waiting = asked(world, campaign)
    send = EmailBackend.send_messages

    def stop_after_one(self: EmailBackend, messages: Any) -> Any:
        mailing.stop(campaign, actor=world.consultant)
        return send(self, messages)

    monkeypatch.setattr(EmailBackend, "send_messages", stop_after_one)
    assert sent(world, waiting).state == MailingState.ENDED
    assert len(mail.outbox) == 1


def test_who_was_left_out_by_a_stop_is_invited_with_the_next(world: World) -> None:
    campaign = world.open_campaign()
    with_people(world, 2)
    waiting = asked(world, campaign)
    with within(world.organization):
        mailing.prepare(campaign, waiting)
        mailing.stop(campaign, actor=world.consultant)
    mailing.forget_stopped()
    assert sent(world, asked(world, campaign)).sent == 2
    assert receivers() == ["p0@example.org", "p1@example.org"]


@pytest.mark.parametrize("by_beat", [True, False])
def test_a_reminder_that_was_stopped_tells_nothing_either(world: World, *, by_beat: bool) -> None:
    campaign = world.open_campaign()
    with_people(world, 12)
    sent(world, asked(world, campaign))
    a_day_later(world)
    reminder = asked(world, campaign, REMINDER)
    with within(world.organization):
        mailing.prepare(campaign, reminder)
        mailing.stop(campaign, actor=world.consultant)
    assert states(world) == {"waiting": 12}, "planted"
    mail.outbox.clear()
    if by_beat:
        mailing.forget_stopped()
    else:
        sent(world, asked(world, campaign))
    assert states(world) == {"sent": 12}
    assert mail.outbox == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("stopped", [False, True])
def test_when_a_reminder_is_over_no_row_lies_where_it_tells_anything(
    transactional_world: World, *, stopped: bool
) -> None:
    """What that would tell: tests/test_linking_attack.py."""
    world = transactional_world
    campaign = world.open_campaign()
    with_people(world, 40)
    sent(world, asked(world, campaign))
    for number in range(0, 40, 2):
        collect.submit(code=code_in(number), ballot=uuid4(), sheet=a_sheet(campaign), comments={})
    a_day_later(world)
    reminder = asked(world, campaign, REMINDER)
    if stopped:
        with within(world.organization):
            mailing.prepare(campaign, reminder)
            mailing.stop(campaign, actor=world.consultant)
        assert as_they_lie() != sorted(as_they_lie())
        tasks.send_due_mail()
    else:
        assert as_they_lie() == sorted(as_they_lie())
        tasks.send_mail(str(reminder.id), str(world.organization.id))
    assert as_they_lie() == sorted(as_they_lie())


def as_they_lie() -> list[UUID]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM surveys_invitation ORDER BY ctid")
        return [identifier for (identifier,) in cursor.fetchall()]


# --- Failures ----------------------------------------------------------------------------------------


class Killed(BaseException):
    """As when a process ends: nothing catches it."""


def ended_after_handing_over(monkeypatch: pytest.MonkeyPatch, at: int) -> None:
    send = EmailBackend.send_messages

    def sent_and_killed(self: EmailBackend, messages: Any) -> Any:
        done = send(self, messages)
        if len(mail.outbox) == at:
            raise Killed
        return done

    monkeypatch.setattr(EmailBackend, "send_messages", sent_and_killed)


def test_a_worker_killed_between_sending_and_noting_sends_one_mail_twice(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    campaign = world.open_campaign()
    with_people(world, 5)
    waiting = asked(world, campaign)
    ended_after_handing_over(monkeypatch, 3)
    with pytest.raises(Killed):
        sent(world, waiting)
    assert states(world)["sending"] == 1
    assert sent(world, waiting).state == MailingState.DONE
    assert sorted(Counter(receivers()).values()) == [1, 1, 1, 1, 2]


def test_what_was_interrupted_twice_is_not_sent_a_third_time(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    campaign = world.open_campaign()
    with_people(world, 1)
    waiting = asked(world, campaign)
    for at in (1, 2):
        ended_after_handing_over(monkeypatch, at)
        with pytest.raises(Killed):
            sent(world, waiting)
    sent(world, waiting)
    assert len(mail.outbox) == 2
    assert states(world) == {"failed": 1}
    sent(world, asked(world, campaign))
    assert len(mail.outbox) == 3, "only because somebody asked again"


def refusing(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    def refuse(_self: EmailBackend, _messages: Any) -> Any:
        raise error

    monkeypatch.setattr(EmailBackend, "send_messages", refuse)


def test_an_address_that_does_not_exist_is_never_written_to_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    campaign = world.open_campaign()
    with_people(world, 1)
    with monkeypatch.context() as patched:
        refusing(patched, SMTPRecipientsRefused({"p0@example.org": (550, b"no such user")}))
        done = sent(world, asked(world, campaign))
    assert (done.state, done.sent, done.failed) == (MailingState.DONE, 0, 1)
    assert states(world) == {"bounced": 1}
    a_day_later(world)
    sent(world, asked(world, campaign, REMINDER))
    sent(world, asked(world, world.open_campaign("Wave 2")))
    assert mail.outbox == []


def test_a_server_that_is_busy_is_asked_again_after_growing_pauses_and_not_for_ever(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    campaign = world.open_campaign()
    with_people(world, 1)
    waiting = asked(world, campaign)
    refusing(monkeypatch, SMTPRecipientsRefused({"p0@example.org": (450, b"later")}))
    pauses = []
    for _ in range(delivering.MOST_ATTEMPTS - 1):
        sent(world, waiting)
        with within(world.organization):
            one = Invitation.objects.get()
            pauses.append(round((one.due_at - timezone.now()).total_seconds()))
            Invitation.objects.update(due_at=timezone.now())
    assert pauses == [30, 60, 120, 240]
    assert sent(world, waiting).state == MailingState.DONE
    assert states(world) == {"failed": 1}


def test_a_server_that_is_away_costs_nobody_an_attempt_for_good(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    campaign = world.open_campaign()
    with_people(world, 2)
    waiting = asked(world, campaign)
    with monkeypatch.context() as patched:
        refusing(patched, SMTPServerDisconnected("gone"))
        paused = sent(world, waiting)
    assert paused.next_at is not None
    assert mailing.due() == []
    assert states(world) == {"waiting": 2}
    with within(world.organization):
        Mailing.objects.update(next_at=timezone.now())
    assert sent(world, waiting).sent == 2


def test_no_more_goes_out_in_a_minute_than_the_rate(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "MAIL_PER_MINUTE", 12)  # two in a slice of ten seconds
    campaign = world.open_campaign()
    with_people(world, 5)
    waiting, before = asked(world, campaign), timezone.now()
    after = sent(world, waiting)
    assert len(mail.outbox) == 2
    assert after.next_at is not None
    assert (after.next_at - before).total_seconds() > 8
    assert (after.next_at - timezone.now()).total_seconds() <= 10
    assert mailing.due() == []
    other = asked(world, world.open_campaign("Another"))
    sent(world, other)
    assert len(mail.outbox) == 2, "the rate is the whole site's"


def test_a_complaint_counts_for_this_client_alone(world: World) -> None:
    with within(world.organization):
        delivering.remember(world.organization.id, "P0@example.org", Why.COMPLAINED)
        delivering.remember(world.organization.id, "p0@example.org", Why.COMPLAINED)
        assert Unreachable.objects.count() == 1
    campaign = world.open_campaign()
    with_people(world, 2)
    sent(world, asked(world, campaign))
    assert receivers() == ["p1@example.org"]


def test_a_removed_person_gets_nothing_and_stops_nobody(world: World) -> None:
    campaign = world.open_campaign()
    people = with_people(world, 2)
    waiting = asked(world, campaign)
    with within(world.organization):
        mailing.prepare(campaign, waiting)
        people[0].delete()
    assert sent(world, waiting).state == MailingState.DONE
    assert receivers() == ["p1@example.org"]


def test_a_mail_costs_so_many_queries(world: World) -> None:
    counts = []
    for number in (1, 3):
        with within(world.organization):
            Person.objects.all().delete()
        with_people(world, number)
        waiting = asked(world, world.open_campaign(f"Wave {number}"))
        with CaptureQueriesContext(connection) as queries:
            sent(world, waiting)
        counts.append(len(queries))
    assert counts[1] - counts[0] == 2 * 2, "claim, note"


# --- Rights ------------------------------------------------------------------------------------------


def test_the_web_asks_and_tells_and_the_worker_alone_sees_who_was_asked(world: World) -> None:
    call_command("database_roles", verbosity=0)
    campaign = world.open_campaign()
    with_people(world, 12)
    client = Client()
    with acting_as(roles.WEB):
        sign_in(client, world.consultant)
        mail.outbox.clear()
        waiting = asked(world, campaign)
        assert refused("SELECT id FROM surveys_invitation")
    with acting_as(roles.WORKER):
        assert sent(world, waiting).sent == 12
    with acting_as(roles.WEB):
        with within(world.organization):
            Person.objects.filter(email="p0@example.org").delete()
            delivering.remember(world.organization.id, "p1@example.org", Why.BOUNCED)
        for name in ("wave-messages", "wave-codes"):
            assert client.get(reverse(name, args=[campaign.id])).status_code == 200
    a_day_later(world)
    reminder = asked(world, campaign, REMINDER)
    mail.outbox.clear()
    with acting_as(roles.WORKER):
        sent(world, reminder)
        assert len(mail.outbox) == 10
        mailing.forget()
    world.closed(campaign)
    with acting_as(roles.WORKER):
        assert mailing.forget() == 12


# --- A real worker and a real mail server ------------------------------------------------------------


class Box:
    """What a mail server was given."""

    def __init__(self) -> None:
        self.receivers: list[str] = []

    async def handle_DATA(self, _server: SMTP, _session: Any, envelope: Any) -> str:  # noqa: N802  # its name
        self.receivers += envelope.rcpt_tos
        return "250 OK"


@pytest.fixture
def mail_server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Box]:
    box = Box()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    server = Controller(box, hostname="127.0.0.1", port=port)
    server.start()
    monkeypatch.setenv("LATITUDE_MAIL_HOST", "127.0.0.1")
    monkeypatch.setenv("LATITUDE_MAIL_PORT", str(port))
    monkeypatch.setenv("LATITUDE_MAIL_PER_MINUTE", "60000")
    yield box
    server.stop()


@pytest.mark.worker
@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_in_the_middle_writes_to_everybody(
    transactional_world: World, celery_worker_process: WorkerProcess, mail_server: Box
) -> None:
    world, worker = transactional_world, celery_worker_process
    campaign = world.open_campaign()
    with_people(world, 200)
    waiting = asked(world, campaign)
    tasks.send_due_mail()
    worker.start(wait=False)
    worker.wait_until(lambda: len(mail_server.receivers) >= 70, 60)
    worker.kill()
    tasks.send_due_mail()  # as the next beat does
    worker.start(wait=False)
    worker.wait_until(lambda: not live(world, waiting), 60)
    times = Counter(mail_server.receivers)
    assert len(times) == 200
    assert max(times.values()) <= 2
    assert sum(times.values()) <= 201
    assert states(world) == {InvitationState.SENT: 200}


def live(world: World, waiting: Mailing) -> bool:
    with across_all("a test looks"):
        return Mailing.objects.get(id=waiting.id).is_live
