"""Text messages through a gateway of the client's: handed over once, signed, to nobody who was left out by telling."""

import base64
import json
import time
from collections.abc import Iterator
from uuid import UUID, uuid4

import pytest
from django.conf import LazySettings
from django.core import mail
from django.core.management import call_command
from django.utils import timezone

from config import roles
from surveys import (
    collect,
    delivering,
    gateways,
    keys,
    mailing,
    reaching,
    sealing,
    tasks,
    text_lists,
    texting,
)
from surveys.models import (
    Campaign,
    Channel,
    Event,
    Gateway,
    Invitation,
    InvitationState,
    Mailing,
    MailingState,
    Message,
    MessageKind,
    Pass,
    Person,
    Way,
    Why,
)
from surveys.models.event import Verb
from surveys.outbound import Trouble
from surveys.refusing import Refused
from surveys.tenancy import across_all, within
from surveys.wording import Words
from tests.surveys.receiving import Receiver, receiving
from tests.surveys.test_mailing import CODE, a_day_later, sent, states, with_people
from tests.surveys.test_roles import acting_as, refused
from tests.worker import WorkerProcess
from tests.world import World, a_sheet

INVITATION, REMINDER, THANKS = MessageKind.INVITATION, MessageKind.REMINDER, MessageKind.THANKS


@pytest.fixture
def receiver(settings: LazySettings) -> Iterator[Receiver]:
    settings.GATEWAYS_INSIDE = True
    with receiving() as found:
        yield found


def with_phones(world: World, number: int, *, email: bool = False, **values: str) -> list[Person]:
    people = with_people(world, number, **values)
    for at, person in enumerate(people):
        person.phone, person.email = f"+3460000{at:04d}", person.email if email else ""
    with within(world.organization):
        Person.objects.bulk_update(people, ["phone", "email"])
    return people


def with_gateway(world: World, receiver: Receiver, *, apart: bool = False) -> str:
    with within(world.organization):
        return gateways.set_up(world.organization, receiver.url, apart=apart, actor=world.coordinator)


def asked(world: World, campaign: Campaign, kind: MessageKind = INVITATION, way: Way = Way.SMS) -> Mailing:
    with within(world.organization):
        return mailing.ask(campaign, kind, way, actor=world.consultant)


def code_in(text: dict[str, str]) -> str:
    found = CODE.search(text["text"])
    assert found
    return found[1]


def answer(campaign: Campaign, text: dict[str, str]) -> None:
    collect.submit(code=code_in(text), ballot=uuid4(), sheet=a_sheet(campaign), comments={})


def test_everybody_with_a_number_and_no_address_gets_a_link_that_answers_once(
    world: World, receiver: Receiver
) -> None:
    secret, campaign = with_gateway(world, receiver), world.open_campaign()
    with_phones(world, 3, language="es")
    done = sent(world, asked(world, campaign))
    assert (done.state, done.people, done.sent, done.failed) == (MailingState.DONE, 3, 3, 0)
    assert receiver.numbers == ["+34600000000", "+34600000001", "+34600000002"]
    assert len({code_in(one) for one in receiver.texts}) == 3
    for one in receiver.texts:
        assert one["language"] == "es"
        answer(campaign, one)
    assert len(receiver.bodies) == 1, "one batch"
    assert receiver.is_signed(secret)
    assert abs(int(receiver.requests[0]["webhook-timestamp"]) - time.time()) < 60
    with within(world.organization):
        event = Event.objects.get(verb=Verb.MAILED)
    assert event.detail == {"kind": "invitation", "way": "sms"}


def test_a_batch_says_what_the_documentation_says_and_nothing_of_who_answered(
    world: World, receiver: Receiver
) -> None:
    with_gateway(world, receiver)
    with_phones(world, 1)
    sent(world, asked(world, world.open_campaign()))
    said = json.loads(receiver.bodies[0])
    assert set(said) == {"type", "client", "survey", "test", "texts"}
    assert (said["type"], said["client"], said["survey"], said["test"]) == (
        "latitude.texts/1",
        "Acme",
        "Wave 1",
        False,
    )
    assert set(said["texts"][0]) == {"id", "to", "language", "text"}
    assert receiver.requests[0]["content-type"] == "application/json"


def test_who_is_written_to_by_mail_gets_no_text_message_too(world: World, receiver: Receiver) -> None:
    with_gateway(world, receiver)
    with_phones(world, 2, email=True)
    campaign = world.open_campaign()
    sent(world, asked(world, campaign))
    assert receiver.texts == []
    with within(world.organization):
        Campaign.objects.update(channels=[Channel.SMS.value])
        campaign.refresh_from_db()
        assert reaching.reach(campaign, Way.SMS).reachable == 2
    sent(world, asked(world, campaign))
    assert len(receiver.texts) == 2, "the wave does without e-mail"


def test_whose_mail_came_back_is_reached_by_phone_with_the_same_link(
    world: World, receiver: Receiver
) -> None:
    with_gateway(world, receiver)
    (person,) = with_phones(world, 1, email=True)
    campaign = world.open_campaign()
    mailed = sent(world, asked(world, campaign, way=Way.EMAIL))
    with within(world.organization):
        delivering.remember(world.organization.id, person.email, Why.BOUNCED)
        Invitation.objects.update(state=InvitationState.BOUNCED)
    assert mailed.sent == 1
    sent(world, asked(world, campaign))
    assert receiver.numbers == [person.phone]
    with within(world.organization):
        assert Pass.objects.count() == 1
        assert Invitation.objects.count() == 1


# --- Reminders ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(("apart", "reminded"), [(False, 12), (True, 8)])
def test_a_reminder_leaves_nobody_out_where_the_client_would_see_whom(
    world: World, receiver: Receiver, *, apart: bool, reminded: int
) -> None:
    """Whom a reminder leaves out has answered: the client's own gateway would know."""
    with_gateway(world, receiver, apart=apart)
    campaign = world.open_campaign()
    with_phones(world, 12)
    sent(world, asked(world, campaign))
    codes = {one["to"]: code_in(one) for one in receiver.texts}
    for one in receiver.texts[:4]:
        answer(campaign, one)
    answered = {one["to"] for one in receiver.texts[:4]}
    a_day_later(world)
    receiver.bodies.clear()
    sent(world, asked(world, campaign, REMINDER))
    assert len(receiver.texts) == reminded
    assert all(codes[one["to"]] == code_in(one) for one in receiver.texts)
    assert bool(answered & set(receiver.numbers)) is not apart
    assert states(world) == {"sent": 12}


def test_a_reminder_by_mail_leads_to_the_link_of_the_text_message(world: World, receiver: Receiver) -> None:
    with_gateway(world, receiver)
    campaign = world.open_campaign()
    with_phones(world, 1)
    sent(world, asked(world, campaign))
    with within(world.organization):
        Person.objects.update(email="now@example.org")
    a_day_later(world)
    sent(world, asked(world, campaign, REMINDER, Way.EMAIL))
    assert code_in(receiver.texts[0]) in str(mail.outbox[-1].body)


def test_thanks_carry_no_link(world: World, receiver: Receiver) -> None:
    with_gateway(world, receiver)
    campaign = world.open_campaign()
    with_phones(world, 2)
    sent(world, asked(world, campaign))
    closed = world.closed(campaign)
    receiver.bodies.clear()
    sent(world, asked(world, closed, THANKS))
    assert len(receiver.texts) == 2
    assert not any(CODE.search(one["text"]) for one in receiver.texts)


# --- Failures ----------------------------------------------------------------------------------------


def test_a_gateway_that_takes_nothing_is_asked_again_after_growing_pauses_and_told_about(
    world: World, receiver: Receiver
) -> None:
    with_gateway(world, receiver)
    receiver.statuses = [503, 401, 429, 200]
    receiver.headers = {"Retry-After": "600"}
    campaign = world.open_campaign()
    with_phones(world, 2)
    waiting = asked(world, campaign)
    pauses, said = [], []
    for _ in range(3):
        paused = sent(world, waiting)
        assert paused.next_at is not None
        said.append((paused.trouble, paused.answered))
        pauses.append(round((paused.next_at - timezone.now()).total_seconds(), -1))
        assert mailing.due() == []
        with within(world.organization):
            Mailing.objects.update(next_at=timezone.now())
    assert said == [(Trouble.ANSWER, 503), (Trouble.ANSWER, 401), (Trouble.ANSWER, 429)]
    assert pauses == [600, 600, 600]
    done = sent(world, waiting)
    assert (done.state, done.sent, done.trouble, done.answered) == (MailingState.DONE, 2, "", None)
    assert len({one["webhook-id"] for one in receiver.requests}) == 1, "the same batch, however often"
    assert len({one["id"] for one in receiver.texts}) == 2


def test_without_being_asked_to_wait_the_pauses_double(world: World, receiver: Receiver) -> None:
    with_gateway(world, receiver)
    receiver.statuses = [500]
    with_phones(world, 1)
    waiting = asked(world, world.open_campaign())
    pauses = []
    for _ in range(3):
        paused = sent(world, waiting)
        assert paused.next_at is not None
        pauses.append(round((paused.next_at - timezone.now()).total_seconds()))
        with within(world.organization):
            Mailing.objects.update(next_at=timezone.now())
    assert pauses == [30, 60, 120]


def test_a_number_that_can_never_be_reached_is_not_tried_again(world: World, receiver: Receiver) -> None:
    with_gateway(world, receiver)
    campaign = world.open_campaign()
    people = with_phones(world, 3)
    receiver.refused = [people[0].phone]
    done = sent(world, asked(world, campaign))
    assert (done.sent, done.failed) == (2, 1)
    receiver.bodies.clear()
    sent(world, asked(world, world.open_campaign("Wave 2")))
    assert receiver.numbers == [people[1].phone, people[2].phone]


def test_a_gateway_that_is_removed_while_messages_wait_is_told(world: World, receiver: Receiver) -> None:
    with_gateway(world, receiver)
    with_phones(world, 1)
    waiting = asked(world, world.open_campaign())
    with within(world.organization):
        gateways.remove(Gateway.objects.get(), world.consultant)
    assert sent(world, waiting).trouble == Trouble.NONE


def test_no_more_go_out_in_a_minute_than_the_rate_and_one_client_waits_for_no_other(
    world: World, receiver: Receiver, settings: LazySettings
) -> None:
    settings.TEXTS_PER_MINUTE = 12
    with_gateway(world, receiver)
    campaign = world.open_campaign()
    with_phones(world, 5)
    after = sent(world, asked(world, campaign))
    assert len(receiver.texts) == 2
    assert after.next_at is not None
    assert 8 < (after.next_at - timezone.now()).total_seconds() <= 10
    assert mailing._paced(Way.SMS, world.organization.id)
    assert not mailing._paced(Way.SMS, UUID(int=1))
    assert not mailing._paced(Way.EMAIL, world.organization.id)


@pytest.mark.worker
@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_in_the_middle_hands_the_same_messages_over_again(
    transactional_world: World,
    celery_worker_process: WorkerProcess,
    receiver: Receiver,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    world, worker = transactional_world, celery_worker_process
    monkeypatch.setenv("LATITUDE_GATEWAYS_INSIDE", "true")
    monkeypatch.setenv("LATITUDE_TEXTS_PER_MINUTE", "60000")
    with_gateway(world, receiver)
    campaign = world.open_campaign()
    with_phones(world, 350)
    waiting = asked(world, campaign)
    tasks.send_due_mail()
    worker.start(wait=False)
    worker.wait_until(lambda: len(receiver.bodies) >= 2, 60)
    worker.kill()
    tasks.send_due_mail()
    worker.start(wait=False)
    worker.wait_until(lambda: not _live(waiting), 60)
    ids = [one["id"] for one in receiver.texts]
    assert len(set(receiver.numbers)) == len(set(ids)) == 350
    assert len(ids) in {350, 450}, "at most one batch twice, with the ids it had"


def _live(waiting: Mailing) -> bool:
    with across_all("a test looks"):
        return Mailing.objects.get(id=waiting.id).is_live


# --- The gateway -------------------------------------------------------------------------------------


def test_the_secret_is_told_once_and_is_in_no_dump(world: World, receiver: Receiver) -> None:
    secret = with_gateway(world, receiver)
    assert secret.startswith("whsec_")
    with within(world.organization):
        held = Gateway.objects.get()
        assert gateways.written(bytes(held.secret)) != secret
        assert secret.encode() not in bytes(held.secret)
        again = gateways.set_up(world.organization, receiver.url, apart=True, actor=world.consultant)
        assert again == "", "the same address keeps its secret"
        other = gateways.set_up(world.organization, receiver.url + "2", apart=True, actor=world.consultant)
        assert other not in {"", secret}
        renewed = gateways.renew(Gateway.objects.get(), world.consultant)
        assert renewed not in {"", secret, other}
        kept = list(Event.objects.filter(verb=Verb.GATEWAY))
    assert len(kept) == 4
    assert not any("key=1" in one.target for one in kept), "an address may hold a token"


def test_the_secret_survives_another_master_key(
    world: World, receiver: Receiver, settings: LazySettings
) -> None:
    secret = with_gateway(world, receiver)
    before, settings.MASTER_KEY = settings.MASTER_KEY, "x" * 43
    settings.MASTER_KEY_OLD = before
    keys.rotate()
    settings.MASTER_KEY_OLD = ""
    with within(world.organization):
        held = Gateway.objects.get()
        found = sealing.unsealed_secret(gateways.PURPOSE, world.organization.id, bytes(held.secret))
    assert gateways.written(found) == secret


def test_a_signature_is_that_of_the_standard() -> None:
    """The example of Standard Webhooks' own libraries."""
    secret = base64.b64decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    found = gateways.signature(secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}')
    assert found == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 306, 2),
        ("a" * 307, 3),
        ("ł" * 70, 1),
        ("ł" * 71, 2),
        ("€" * 81, 2),
    ],
)
def test_how_many_messages_a_text_is(text: str, number: int) -> None:
    assert texting.parts(text) == number


# --- The list ----------------------------------------------------------------------------------------


def listed(world: World, campaign: Campaign) -> list[text_lists.Line]:
    with within(world.organization):
        return text_lists.make(campaign, actor=world.coordinator)


def test_a_list_has_a_link_for_each_and_nobody_gets_another(world: World, receiver: Receiver) -> None:
    with_gateway(world, receiver)
    campaign = world.open_campaign()
    with_phones(world, 3)
    lines = listed(world, campaign)
    assert sorted(line.phone for line in lines) == ["+34600000000", "+34600000001", "+34600000002"]
    assert all(line.link in line.text for line in lines)
    with within(world.organization):
        assert Pass.objects.count() == 3
        assert text_lists.left(campaign) == 0
        event = Event.objects.get(verb=Verb.LISTED)
    assert event.detail == {"people": 3}
    with pytest.raises(Refused, match="has been invited"):
        listed(world, campaign)
    assert sent(world, asked(world, campaign)).people == 0
    a_day_later(world)
    sent(world, asked(world, campaign, REMINDER))
    assert {one["to"]: code_in(one) for one in receiver.texts} == {
        line.phone: line.link.rpartition("#")[2] for line in lines
    }


def test_the_file_has_what_a_gateway_needs_and_no_more(world: World) -> None:
    campaign = world.open_campaign()
    (person,) = with_phones(world, 1, name="Planted Name")
    table = text_lists.as_csv(listed(world, campaign))
    assert table.splitlines()[0] == "phone,text,link,language"
    assert table.splitlines()[1].startswith(f"{person.phone},Acme asks")
    assert "Planted" not in table
    assert "Store" not in table


def test_the_rows_of_a_list_tell_nobody_whose_pass_is_whose(world: World) -> None:
    campaign = world.open_campaign()
    with_phones(world, 30)
    listed(world, campaign)
    with within(world.organization):
        invitations = set(Invitation.objects.values_list("id", flat=True))
        rights = set(Pass.objects.values_list("id", flat=True))
        digests = [bytes(one) for one in Pass.objects.order_by().values_list("code_digest", flat=True)]
    assert not invitations & rights
    assert digests == sorted(digests)


def test_the_web_makes_a_list_and_cannot_look_back(world: World) -> None:
    call_command("database_roles", verbosity=0)
    campaign = world.open_campaign()
    with_phones(world, 3)
    with acting_as(roles.WEB):
        assert len(listed(world, campaign)) == 3
        for column in ("id", "state", "due_at", "attempts", "xmin", "ctid", "*"):
            assert refused(f"SELECT {column} FROM surveys_invitation")
        assert refused("UPDATE surveys_invitation SET state = 'sent'")
        assert refused("DELETE FROM surveys_invitation")
        assert not refused("SELECT person_id FROM surveys_invitation")


def test_the_worker_signs_with_a_secret_that_it_cannot_change(world: World, receiver: Receiver) -> None:
    call_command("database_roles", verbosity=0)
    campaign = world.open_campaign()
    people = with_phones(world, 3)
    receiver.refused = [people[0].phone]
    with acting_as(roles.WEB):
        secret = with_gateway(world, receiver)
        waiting = asked(world, campaign)
    with acting_as(roles.WORKER):
        assert sent(world, waiting).sent == 2
        assert refused("UPDATE surveys_gateway SET url = ''")
    assert receiver.is_signed(secret)


def test_not_while_people_are_written_to_nor_after_the_closing(world: World, receiver: Receiver) -> None:
    with_gateway(world, receiver)
    campaign = world.open_campaign()
    with_phones(world, 1)
    asked(world, campaign)
    with pytest.raises(Refused, match="at the moment"):
        listed(world, campaign)
    with pytest.raises(Refused, match="while the survey is open"):
        listed(world, world.closed(world.open_campaign("Closed")))


def test_own_words_of_one_way_are_not_those_of_the_other(world: World) -> None:
    campaign = world.campaign()
    with within(world.organization):
        Message.objects.create(
            campaign=campaign, kind=INVITATION, way=Way.SMS, language="en", body="Own {link}"
        )
        assert Words(campaign, INVITATION, Way.SMS).text("en").body == "Own {link}"
        assert Words(campaign, INVITATION).text("en").subject
