"""A provider's word about an address counts if the provider knows the secret, and for one client."""

import base64

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from config.settings import MAIL_PROVIDERS
from surveys.models import Organization, Unreachable, Why
from surveys.tenancy import across_all
from surveys.views.mail_events import VIEWS
from tests.surveys.test_mailing import with_people
from tests.world import World

SECRET = "somebody:something"


@pytest.fixture
def postmark(monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setattr(settings, "MAIL_PROVIDER", "postmark")
    monkeypatch.setattr(settings, "ANYMAIL", {"WEBHOOK_SECRET": SECRET, "POSTMARK_SERVER_TOKEN": "none"})
    return reverse("mail-events", args=["postmark"])


def told(address: str, kind: str, client: str | None, secret: str = SECRET) -> int:
    """As Postmark does it."""
    word = base64.b64encode(secret.encode()).decode()
    event = {
        "RecordType": "SpamComplaint" if kind == "SpamComplaint" else "Bounce",
        "Type": kind,
        "ID": 1,
        "MessageID": "none",
        "Email": "P0@example.org",
        "BouncedAt": "2026-11-27T10:00:00Z",
        "Metadata": {"client": client} if client else {},
    }
    response = Client(raise_request_exception=False).post(
        address, event, content_type="application/json", headers={"Authorization": f"Basic {word}"}
    )
    return response.status_code


def known() -> list[tuple[Organization, str]]:
    with across_all("a test looks"):
        return [(one.organization, one.why) for one in Unreachable.objects.select_related("organization")]


@pytest.mark.parametrize(("kind", "why"), [("HardBounce", Why.BOUNCED), ("SpamComplaint", Why.COMPLAINED)])
@pytest.mark.parametrize("named", [True, False])
def test_it_is_noted_for_the_client_once(
    world: World, postmark: str, kind: str, why: Why, *, named: bool
) -> None:
    with_people(world, 1)
    for _ in range(2):
        assert told(postmark, kind, str(world.organization.id) if named else None) == 200
    assert known() == [(world.organization, why)]


def test_what_may_pass_and_who_is_not_the_provider_change_nothing(world: World, postmark: str) -> None:
    with_people(world, 1)
    assert told(postmark, "Transient", str(world.organization.id)) == 200
    assert told(postmark, "HardBounce", str(world.organization.id), "somebody:else") == 400
    assert told(reverse("mail-events", args=["mailgun"]), "HardBounce", None) == 404
    assert known() == []


def test_every_provider_has_its_view() -> None:
    assert set(VIEWS) == set(MAIL_PROVIDERS)
