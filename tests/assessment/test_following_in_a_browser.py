"""What follows from a report, in a real browser: axe in both colour schemes, no sideways scrolling, groups found."""

import datetime as dt
import os
from pathlib import Path

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from assessment import actions, playbacks, take_aways
from surveys.instruments.instrument import Panel
from surveys.models import Comment
from surveys.tenancy import within
from tests.browser import DESK, SMALL_PHONE, Chromium, overflows
from tests.touring import COLOURS, RULES, address, violations
from tests.waves import drafted, ordinary, reported
from tests.world import World

SHOTS = os.environ.get("SHOTS")  # a folder to look at the pages in
OWN = (
    *("report", "report-files", "action-new", "action", "wave-playback", "wave-comments", "wave-release"),
    *("compare", "client-actions", "client-reports", "client-tokens"),
)
TOUR = (*OWN, "heard", "unit-report")


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_every_page_dark_on_a_phone_and_light_on_a_desk(
    transactional_world: World, chromium: Chromium, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = transactional_world
    first, second = world.campaign("Wave 1"), world.campaign("Wave 2")
    for campaign in (first, second):
        snapshot = reported(world, campaign, ordinary(campaign))
    drafts = world.campaign("Draft")
    drafted(world, drafts, ordinary(drafts))
    item = snapshot.document["items"][0]["id"]
    with within(world.organization):
        plan = actions.Plan("Raise the limit", "Ms Ito", dt.date(2027, 3, 1), item=item, told=True)
        action = actions.add(first, plan, world.owner)
        playbacks.write(second, "Thank you.", [item], world.owner)
        playbacks.switch(second, world.owner, on=True)
        heard = playbacks.of(second).code
        take_aways.want(snapshot, "pdf", "en")
        Comment.objects.create(
            campaign=second, panel=Panel.FRONTLINE, item="open", text="Late.", moderated="Late ⟦Ana⟧."
        )
    things = {"organization": world.organization.id, "action": action.id}
    things |= {"campaign": second.id, "identifier": second.id}
    own = [address(name, **things) for name in OWN]
    own.append(address("report", **things) + "?view=projector")
    own.append(address("wave-release", **{**things, "campaign": drafts.id}))
    wrong: list[str] = []
    for size, scheme in ((SMALL_PHONE, "dark"), (DESK, "light")):
        for page, addresses in (
            (chromium.signed_in(world.owner.email, size, script=True), own),
            (chromium.visitor(size, script=True), [address("heard", told=heard)]),
            (chromium.signed_in(world.lead.email, size, script=True), [address("unit-report", **things)]),
        ):
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            for place in addresses:
                page.goto(place)
                wrong += [f"{place} scrolls sideways at {size[0]}"] if overflows(page) else []
                wrong += violations(page, RULES if size == SMALL_PHONE else COLOURS)
                if SHOTS:
                    name = f"{place.strip('/').replace('/', '-')}-{size[0]}-{scheme}.png"
                    page.screenshot(path=Path(SHOTS) / name, full_page=True)
    owner = chromium.signed_in(world.owner.email, SMALL_PHONE, script=True)
    owner.goto(address("wave-comments", **things))
    expect(owner.get_by_role("link", name="may be shown")).to_be_visible()
    assert wrong == []


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_with_script_a_link_opens_its_question_and_all_open_at_once(
    transactional_world: World, chromium: Chromium
) -> None:
    world = transactional_world
    campaign = world.campaign()
    snapshot = reported(world, campaign, ordinary(campaign))
    page = chromium.signed_in(world.executive.email, DESK, script=True)
    item = snapshot.document["items"][-1]["id"]
    page.goto(f"{reverse('report', args=[campaign.id])}#item-{item}")
    expect(page.locator(f"#item-{item}")).to_have_attribute("open", "")
    page.get_by_role("button", name="Open all").first.click()
    expect(page.get_by_role("button", name="Close all").first).to_be_visible()
    groups_are_opened_and_closed(page)


def groups_are_opened_and_closed(page: Page) -> None:
    """By the keyboard too; on paper all of them are there."""
    first, others = page.locator(".heat tbody tr").nth(0), page.locator(".heat tbody tr")
    button = first.get_by_role("button", name="North")
    expect(button).to_have_attribute("aria-expanded", "true")
    shown = others.locator("visible=true").count()
    button.focus()
    page.keyboard.press("Enter")
    expect(button).to_have_attribute("aria-expanded", "false")
    expect(others.nth(1)).to_be_hidden()
    assert others.locator("visible=true").count() == shown - 2
    page.emulate_media(media="print")
    expect(others.nth(1)).to_be_visible()
    page.emulate_media(media="screen")
    button.click()
    expect(others.nth(1)).to_be_visible()
