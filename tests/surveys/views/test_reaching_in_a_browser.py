"""Messages, codes and the gateway in a browser: nothing too wide, nothing that assistive technology cannot read."""

import os
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import LazySettings
from django.urls import reverse

from surveys import codes, mailing
from surveys.instruments.instrument import Panel
from surveys.models import CampaignUnit, MessageKind, Person, Unit
from surveys.tenancy import within
from tests.browser import DESK, SMALL_PHONE, Chromium, overflows
from tests.surveys.receiving import receiving
from tests.surveys.test_mailing import with_people
from tests.surveys.test_texting import with_gateway
from tests.world import World

TOUR = ("wave-messages", "wave-codes", "client-gateway")
SHOTS = os.environ.get("SHOTS")  # a folder to look at the pages in


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_messages_codes_and_gateway(
    transactional_world: World, chromium: Chromium, settings: LazySettings
) -> None:
    world = transactional_world
    settings.GATEWAYS_INSIDE = True
    with receiving() as receiver:
        with_gateway(world, receiver)
    campaign = world.open_campaign("Wave 2")
    with_people(world, 12)
    with within(world.organization):
        place = Unit.objects.get(path="North/Store 2")
        Person.objects.create(organization=world.organization, unit=place, phone="+34600000001")
    with within(world.organization):
        mailing.ask(campaign, MessageKind.INVITATION, actor=world.consultant)
        mailing.stop(campaign, actor=world.consultant)
        unit = CampaignUnit.objects.get(campaign=campaign, path="South/Store 1")
        codes.make(campaign, Panel.FRONTLINE, {unit.id: 12}, actor=world.consultant)
    for size, width in ((DESK, "desk"), (SMALL_PHONE, "phone")):
        page = chromium.signed_in(world.consultant.email, size, script=True)
        client = reverse("client-gateway", args=[world.organization.id])
        pages = {name: reverse(name, args=[campaign.id]) for name in ("wave-messages", "wave-codes")}
        texts = pages["wave-messages"] + "?way=sms"
        for name, address in {**pages, "wave-texts": texts, "client-gateway": client}.items():
            page.goto(address)
            for scheme in ("light", "dark"):
                page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
                assert not overflows(page)
                assert Axe().run(page).response["violations"] == []
                if SHOTS:
                    page.screenshot(path=Path(SHOTS) / f"{name}-{width}-{scheme}.png", full_page=True)
