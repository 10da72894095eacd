"""The pages between participation and release, in a browser: nothing too wide in either scheme."""

import os
from pathlib import Path

import pytest
from django.urls import reverse
from playwright.sync_api import Page

from surveys.models import Comment
from surveys.tenancy import within
from tests.browser import DESK, SMALL_PHONE, Chromium, overflows
from tests.surveys.test_watching import filled
from tests.waves import drafted, ordinary
from tests.world import World

SHOTS = os.environ.get("SHOTS")  # a folder to look at the pages in


def checked(page: Page, address: str, name: str) -> None:
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
        page.goto(address)
        assert not overflows(page)
        if SHOTS:
            page.screenshot(path=Path(SHOTS) / f"{name}-{scheme}.png", full_page=True)


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_watching_moderating_and_releasing(transactional_world: World, chromium: Chromium) -> None:
    world = transactional_world
    taking = world.open_campaign("Wave 2")
    filled(world, taking)
    campaign = world.campaign(min_comments=5)
    drafted(world, campaign, ordinary(campaign))
    with within(world.organization):
        for text in ("Too many forms for one refund.", "Ask ⟦Ann⟧ in the store: she knows."):
            Comment.objects.create(
                campaign=campaign, panel="frontline", item="open", text=text, moderated=text
            )
        Comment.objects.create(
            campaign=campaign, panel="executive", item="open", text="Of few", moderation="withheld"
        )
    for size, width in ((DESK, "desk"), (SMALL_PHONE, "phone")):
        page = chromium.signed_in(world.consultant.email, size)
        checked(page, reverse("wave-participation", args=[taking.id]), f"participation-{width}")
        checked(page, reverse("wave-comments", args=[campaign.id]), f"comments-{width}")
        checked(page, reverse("wave-release", args=[campaign.id]), f"release-{width}")
        checked(page, reverse("report", args=[campaign.id]), f"draft-{width}")
