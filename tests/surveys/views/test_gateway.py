"""A gateway is set up, tried out and removed on one page; a list is the answer to a button."""

import csv
import io
import json
from collections.abc import Iterator

import pytest
from django.conf import LazySettings
from django.test import Client
from django.urls import reverse

from surveys.models import Event, Gateway, Message, Way
from surveys.models.event import Verb
from surveys.tenancy import within
from tests.surveys.receiving import Receiver, receiving
from tests.surveys.test_mailing import sent
from tests.surveys.test_texting import asked, with_gateway, with_phones
from tests.world import World, sign_in


@pytest.fixture
def receiver(settings: LazySettings) -> Iterator[Receiver]:
    settings.GATEWAYS_INSIDE = True
    with receiving() as found:
        yield found


@pytest.fixture
def coordinator(world: World, client: Client) -> Client:
    sign_in(client, world.coordinator)
    return client


def test_the_secret_is_on_one_page_only(world: World, coordinator: Client, receiver: Receiver) -> None:
    address = reverse("client-gateway", args=[world.organization.id])
    made = coordinator.post(address, {"url": receiver.url, "apart": "on"})
    secret = made.context["secret"]
    assert secret in made.content.decode()
    assert "no-store" in made["Cache-Control"]
    again = coordinator.get(address)
    assert receiver.url in again.content.decode()
    assert secret not in again.content.decode()
    assert coordinator.post(address, {"url": receiver.url}).context["secret"] == ""
    renewed = coordinator.post(address, {"renew": "1"}).context["secret"]
    assert renewed not in {"", secret}
    assert coordinator.post(address, {"remove": "1"}).context["gateway"] is None
    with within(world.organization):
        assert not Gateway.objects.exists()
        assert Event.objects.filter(verb=Verb.GATEWAY, actor=world.coordinator).count() == 3
        assert Event.objects.filter(verb=Verb.GATEWAY_REMOVED).count() == 1


def test_an_address_that_cannot_be_used_is_refused_with_the_reason(world: World, coordinator: Client) -> None:
    address = reverse("client-gateway", args=[world.organization.id])
    refused = coordinator.post(address, {"url": "https://127.0.0.1/"})
    assert refused.status_code == 422
    assert "leads into a private network" in refused.content.decode()
    with within(world.organization):
        assert not Gateway.objects.exists()


@pytest.mark.parametrize(
    ("status", "refused", "said"),
    [
        (200, [], "The gateway took a test for +34612345678."),
        (200, ["+34612345678"], "+34612345678 cannot be reached"),
        (401, [], "it did not say that it took them. It answered 401."),
    ],
)
def test_a_test_goes_to_a_number_of_one_s_own(
    world: World, coordinator: Client, receiver: Receiver, *, status: int, refused: list[str], said: str
) -> None:
    secret = with_gateway(world, receiver)
    receiver.statuses, receiver.refused = [status], refused
    address = reverse("client-gateway-test", args=[world.organization.id])
    shown = coordinator.post(address, {"phone": "612 34 56 78"}, follow=True)
    assert said in shown.content.decode()
    assert receiver.is_signed(secret)
    assert json.loads(receiver.bodies[0])["test"] is True
    wrong = coordinator.post(address, {"phone": "six"}, follow=True)
    assert "Expected a phone number" in wrong.content.decode()
    assert len(receiver.bodies) == 1


def test_the_list_is_a_file_and_is_made_once(world: World, coordinator: Client) -> None:
    campaign = world.open_campaign()
    with_phones(world, 2)
    page = reverse("wave-codes", args=[campaign.id])
    assert (
        "2 people are reached by phone number and have no link yet." in coordinator.get(page).content.decode()
    )
    address = reverse("wave-text-list", args=[campaign.id])
    file = coordinator.post(address)
    assert file["Content-Type"].startswith("text/csv")
    assert "no-store" in file["Cache-Control"]
    rows = list(csv.DictReader(io.StringIO(file.content.decode("utf-8-sig"))))
    assert [row["phone"] for row in rows] == ["+34600000000", "+34600000001"]
    again = coordinator.post(address, follow=True).content.decode()
    assert "Everybody who can be reached by text message has been invited." in again
    assert "have no link yet" not in again
    assert "2 codes for North/Store 1" in again


def test_words_of_text_messages_are_written_where_those_of_mail_are(world: World, client: Client) -> None:
    sign_in(client, world.consultant)
    campaign = world.campaign()
    address = reverse("wave-messages", args=[campaign.id])
    shown = client.get(address, {"way": "sms"})
    assert shown.context["parts"] == 1
    assert "Set up a gateway" in shown.content.decode()
    given = {"kind": "invitation", "way": "sms", "language": "en", "body": "Two minutes: {link}"}
    assert client.post(address, given).status_code == 302
    with within(world.organization):
        kept = Message.objects.get()
    assert (kept.way, kept.subject, kept.body) == (Way.SMS, "", "Two minutes: {link}")
    for body, said in (
        ("No way in", "needs {link} exactly once"),
        ("{link}" + "a" * 300, "at most 300 characters"),
    ):
        refused = client.post(address, {**given, "body": body})
        assert refused.status_code == 422
        assert said in refused.content.decode()
    assert client.post(reverse("wave-send", args=[campaign.id]), {**given}).status_code == 302
    assert "No gateway for text messages is set up for this client." in client.get(address).content.decode()


def test_why_nothing_goes_out_is_told_with_what_was_answered(
    world: World, client: Client, receiver: Receiver
) -> None:
    sign_in(client, world.consultant)
    with_gateway(world, receiver)
    receiver.statuses = [401]
    campaign = world.open_campaign()
    with_phones(world, 2)
    sent(world, asked(world, campaign))
    shown = " ".join(client.get(reverse("wave-messages", args=[campaign.id])).content.decode().split())
    assert (
        "The gateway took nothing: it did not say that it took them. It answered 401. Next attempt:" in shown
    )
