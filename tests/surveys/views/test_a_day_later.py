"""A page that was left open for a day still sends: there is no session, no CSRF token and no key that runs out."""

import datetime as dt
import re
import secrets
import time
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from surveys import chains, collect, keys
from surveys.models import Ballot, Campaign
from surveys.tenancy import across_all, within
from surveys.views import blank
from tests.surveys.test_tokens import a_token
from tests.world import World

DAY = dt.timedelta(hours=25)
INPUT = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)">')


def a_day_passes(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """All that happens to a site in it: clocks, a new secret and master key, the hourly tasks, a restart."""
    clock, now = time.time, timezone.now
    monkeypatch.setattr(time, "time", lambda: clock() + DAY.total_seconds())
    monkeypatch.setattr(timezone, "now", lambda: now() + DAY)
    settings.SECRET_KEY = secrets.token_urlsafe(32)
    settings.MASTER_KEY_OLD, settings.MASTER_KEY = settings.MASTER_KEY, secrets.token_urlsafe(32)
    assert keys.rotate() == 1
    settings.MASTER_KEY_OLD = ""
    collect.vacuum()
    assert collect.mix_passes()
    for store in (chains._units, blank._pages, blank._questions, blank._readers):
        store.clear()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("blindly", [False, True])
def test_a_page_left_open_for_a_day_still_sends(
    transactional_world: World, settings: Any, monkeypatch: pytest.MonkeyPatch, *, blindly: bool
) -> None:
    world, phone = transactional_world, Client(enforce_csrf_checks=True)
    campaign = world.open_campaign()
    with within(world.organization):
        Campaign.objects.filter(id=campaign.id).update(closes_at=campaign.closes_at + 2 * DAY)
    code = world.code(campaign)
    right = a_token(world, code) if blindly else code
    open_page = phone.post(reverse("answer-check"), {"code": right, "b-tenure": "1"}).content.decode()
    fields = {name: unescape(value) for name, value in INPUT.findall(open_page)}
    assert {"code", "ballot", "b-tenure"} <= set(fields)

    a_day_passes(settings, monkeypatch)

    assert [phone.post(reverse("answer-send"), fields).status_code for _try in range(2)] == [303, 303]
    with across_all("a test counts"):
        assert Ballot.objects.count() == 1
    world.closed(campaign)
