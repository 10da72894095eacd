"""The blind-signature pass in a real browser, and its two endpoints."""

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page, expect

from surveys import passes, tokens
from surveys.models import Ballot, Campaign, Pass, SpentToken
from surveys.tenancy import across_all, within
from tests.browser import Chromium, overflows
from tests.world import World

# The names of all that a browser keeps of surveys that are not sent.
KEPT = """async () => {
  const pages = await (await caches.open("latitude-pages")).keys();
  return [...Object.keys(localStorage), ...pages.map((request) => request.url)].sort();
}"""


def finish(page: Page) -> list[str]:
    """From the questions to the thanks; the bodies that carried answers."""
    bodies: list[str] = []
    page.on("request", lambda request: bodies.append(request.post_data or ""))
    page.locator("label.opt").first.click()
    page.get_by_role("button", name="Check my answers").click()
    page.get_by_role("button", name="Send my answers").click()
    expect(page.get_by_role("heading", name="Thank you")).to_be_visible()
    return [body for body in bodies if "ballot=" in body or "i-" in body]


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_with_script_the_answer_comes_with_a_token_and_without_the_pass(
    transactional_world: World, chromium: Chromium
) -> None:
    world = transactional_world
    campaign = world.open_campaign()
    code = world.code(campaign)
    page = chromium.visitor((360, 640), script=True)
    page.goto(passes.link(code, ""))
    expect(page.get_by_text("Anonymous by proof")).to_be_visible()
    expect(page.get_by_text("Confidential, not anonymous")).to_be_hidden()
    assert not overflows(page)
    page.get_by_role("button", name="Start").click()
    expect(page.get_by_role("button", name="Check my answers")).to_be_visible()
    assert code not in page.content()
    bodies = finish(page)
    assert len(bodies) == 2
    assert all(code not in body for body in bodies)
    assert page.evaluate("Object.keys(localStorage)") == []
    with across_all("a test looks"):
        assert (Ballot.objects.count(), SpentToken.objects.count()) == (1, 1)
        assert not Pass.objects.get().spent


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_a_closed_page_goes_on_in_the_same_browser_and_another_is_told(
    transactional_world: World, chromium: Chromium
) -> None:
    world = transactional_world
    campaign = world.open_campaign()
    link = passes.link(world.code(campaign), "")
    page = chromium.visitor(script=True)
    page.goto(link)
    page.get_by_role("button", name="Start").click()
    expect(page.get_by_role("button", name="Check my answers")).to_be_visible()
    other = chromium.visitor(script=True)
    other.goto(link)
    other.get_by_role("button", name="Start").click()
    expect(other.get_by_role("heading", name="You began in another browser")).to_be_visible()
    page.goto(link)
    page.get_by_role("button", name="Start").click()
    expect(page.get_by_role("button", name="Check my answers")).to_be_visible()
    finish(page)
    with across_all("a test looks"):
        assert Ballot.objects.count() == 1


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_sending_one_survey_leaves_another_that_waits_in_the_same_browser(
    transactional_world: World, chromium: Chromium
) -> None:
    world = transactional_world
    waits, sent = (passes.link(world.code(world.open_campaign(name)), "") for name in ("One", "Other"))
    page = chromium.visitor(script=True)

    page.goto(waits)
    page.get_by_role("button", name="Start").click()
    page.locator("html[data-ready]").wait_for(state="attached")
    page.locator("label.opt").first.click()
    before = page.evaluate(KEPT)
    assert len(before) == 3, "what was blinded, the draft, the copy of the page"
    page.goto(sent)
    page.get_by_role("button", name="Start").click()
    page.locator("html[data-ready]").wait_for(state="attached")
    finish(page)
    page.wait_for_timeout(300)
    assert page.evaluate(KEPT) == before
    assert page.evaluate("sessionStorage.length") == 0

    page.goto(waits)
    page.get_by_role("button", name="Start").click()
    expect(page.locator("fieldset.q input:checked")).to_have_count(1)
    finish(page)
    page.wait_for_timeout(300)
    assert page.evaluate(KEPT) == []
    with across_all("a test looks"):
        assert Ballot.objects.count() == 2


def test_without_a_right_nothing_is_signed(world: World, client: Client) -> None:
    campaign = world.open_campaign()
    address = reverse("answer-token")
    assert client.get(address).status_code == 405
    assert client.post(address).status_code == 409
    assert client.post(address, {"code": world.code(campaign), "blinded": "AAAA"}).status_code == 409


def test_the_list_of_keys_is_what_its_digest_is_of(world: World, client: Client) -> None:
    campaign = world.open_campaign()
    response = client.get(reverse("key-list", args=[campaign.id]))
    with within(world.organization):
        listed = tokens.key_list(campaign)
    assert listed is not None
    assert response.content == listed.document()
    assert "Store" not in response.content.decode()


def test_a_campaign_that_was_run_elsewhere_has_no_list(world: World, client: Client) -> None:
    draft: Campaign = world.campaign()
    assert client.get(reverse("key-list", args=[draft.id])).status_code == 404
