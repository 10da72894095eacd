"""Words in every language, a test to oneself, and buttons that say why they wait."""

import pytest
from django.conf import settings
from django.core import mail
from django.test import Client
from django.urls import reverse

from surveys import wording
from surveys.models import Campaign, Event, Mailing, MailingState, Message, MessageKind
from surveys.models.event import Verb
from surveys.tenancy import within
from surveys.wording import Text
from tests.asked import Asked
from tests.surveys.test_mailing import with_people
from tests.world import World, sign_in

OURS = "Hello,\n\n{link}\n\nuntil {closes}"


@pytest.fixture
def consultant(world: World, client: Client, asked: Asked) -> Client:
    sign_in(client, world.consultant)
    mail.outbox.clear()
    return client


def page(campaign: Campaign, name: str = "wave-messages") -> str:
    return reverse(name, args=[campaign.id])


def written(kind: str = "invitation", **changed: str) -> dict[str, str]:
    return {"kind": kind, "language": "en", "subject": "Two minutes", "body": OURS, **changed}


def test_every_kind_has_words_in_every_language(world: World, consultant: Client) -> None:
    campaign = world.campaign()
    for kind in MessageKind:
        for language in settings.RESPONDENT_LANGUAGES:
            shown = consultant.get(page(campaign), {"kind": kind.value, "language": language})
            assert shown.context["preview"].subject
            assert "{" not in shown.context["preview"].subject + shown.context["preview"].body


def test_own_words_are_kept_previewed_and_given_up_again(world: World, consultant: Client) -> None:
    campaign = world.campaign()
    assert consultant.post(page(campaign), written()).status_code == 302
    shown = consultant.get(page(campaign))
    assert shown.context["preview"].subject == "Two minutes"
    assert "/a/?language=en#0000000000000000" in shown.context["preview"].body
    with within(world.organization):
        assert Message.objects.count() == 1
        assert Event.objects.filter(verb=Verb.TEXT, actor=world.consultant).count() == 1
    assert consultant.post(page(campaign), written(reset="1")).status_code == 302
    with within(world.organization):
        assert Message.objects.count() == 0


def test_our_own_words_sent_back_are_not_stored_as_the_client_s(world: World, consultant: Client) -> None:
    campaign = world.campaign()
    ours = wording.default(MessageKind.INVITATION, "en")
    consultant.post(page(campaign), written(subject=ours.subject, body=ours.body.replace("\n", "\r\n")))
    with within(world.organization):
        assert Message.objects.count() == 0


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"body": "No way in"}, "needs {link} exactly once"),
        ({"body": "{link} {link}"}, "needs {link} exactly once"),
        ({"body": "{link} {name}"}, "{name} is not known; expected one of {link}"),
        ({"body": "{link} and {"}, "single { or }"),
        ({"subject": "{link}", "body": "{link}"}, "cannot stand in the subject"),
        ({"kind": "thanks"}, "would lead nowhere"),
        ({"subject": ""}, "This field is required"),
    ],
)
def test_what_is_wrong_with_a_text_is_said_and_nothing_stored(
    world: World, consultant: Client, changed: dict[str, str], said: str
) -> None:
    refused = consultant.post(page(world.campaign()), written(**changed))
    assert refused.status_code == 422
    assert said in refused.content.decode()
    with within(world.organization):
        assert Message.objects.count() == 0


def test_a_name_with_braces_is_no_placeholder(world: World) -> None:
    world.organization.name = "Acme {link}\nInc"
    campaign = world.campaign()
    with within(world.organization):
        words = wording.Words(campaign, MessageKind.INVITATION)
        words.own["en"] = Text("{organization}", "{link}")
        filled = words.example("en")
    assert filled.subject == "Acme {link} Inc"


def test_a_test_goes_to_oneself_and_opens_nothing(world: World, consultant: Client) -> None:
    campaign = world.open_campaign()
    consultant.post(page(campaign, "wave-test-message"), written())
    assert [one.to for one in mail.outbox] == [[world.consultant.email]]
    assert mail.outbox[0].subject.startswith("Test: ")
    assert consultant.post(reverse("answer-enter"), {"code": "0" * 16}).status_code == 404


def test_asking_stopping_and_why_not(world: World, consultant: Client) -> None:
    campaign = world.open_campaign()
    with_people(world, 2)
    shown = consultant.get(page(campaign)).content.decode()
    assert "Nobody has been invited yet." in shown
    consultant.post(page(campaign, "wave-send"), {"kind": "reminder"})
    with within(world.organization):
        assert Mailing.objects.count() == 0
    consultant.post(page(campaign, "wave-send"), {"kind": "invitation"})
    waiting = consultant.get(page(campaign))
    assert waiting["Refresh"] == "5"
    consultant.post(page(campaign, "wave-send"), {"stop": "1"})
    with within(world.organization):
        assert Mailing.objects.get().state == MailingState.ENDED
        assert Event.objects.filter(verb=Verb.MAIL_STOPPED).count() == 1
    assert "Refresh" not in consultant.get(page(campaign))
