"""What follows from a report, in a real browser: axe in both colour schemes, no sideways scrolling, groups found."""

import datetime as dt

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from assessment import actions, playbacks, take_aways, tasks
from surveys.tenancy import within
from tests.browser import DESK, SMALL_PHONE, Chromium, overflows
from tests.surveys.views.test_workspace_in_a_browser import violations
from tests.waves import ordinary, reported
from tests.world import World


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_every_page_dark_on_a_phone_and_light_on_a_desk(
    transactional_world: World, chromium: Chromium, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = transactional_world
    monkeypatch.setattr(tasks.make_take_away, "delay", lambda *_: None)
    first, second = world.campaign("Wave 1"), world.campaign("Wave 2")
    for campaign in (first, second):
        snapshot = reported(world, campaign, ordinary(campaign))
    item = snapshot.document["items"][0]["id"]
    with within(world.organization):
        plan = actions.Plan("Raise the limit", "Ms Ito", dt.date(2027, 3, 1), item=item, told=True)
        action = actions.add(first, plan, world.owner)
        playbacks.write(second, "Thank you.", [item], world.owner)
        playbacks.switch(second, world.owner, on=True)
        heard = playbacks.of(second).code
        take_aways.want(snapshot, "pdf", "en")
    organization = world.organization.id
    own = [
        reverse("report", args=[second.id]),
        reverse("report", args=[second.id]) + "?view=projector",
        reverse("report-files", args=[second.id]),
        reverse("action-new", args=[second.id]),
        reverse("action", args=[organization, action.id]),
        reverse("wave-playback", args=[second.id]),
        reverse("compare"),
        *(
            reverse(name, args=[organization])
            for name in ("client-actions", "client-reports", "client-tokens")
        ),
    ]
    wrong: list[str] = []
    for size, scheme in ((SMALL_PHONE, "dark"), (DESK, "light")):
        for page, addresses in (
            (chromium.signed_in(world.owner.email, size, script=True), own),
            (chromium.visitor(size, script=True), [reverse("heard", args=[heard])]),
        ):
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            for address in addresses:
                page.goto(address)
                wrong += [f"{address} scrolls sideways at {size[0]}"] if overflows(page) else []
                wrong += violations(page)
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
