"""One tablet, three people: each finds what the first found, and nothing of the others."""

import pytest
from playwright.sync_api import Page, expect

from surveys import kiosks, passes
from surveys.models import Ballot
from surveys.tenancy import across_all, within
from tests.browser import DESK, Chromium, WebProcess, overflows
from tests.signal import Line, Signal
from tests.surveys.views.test_without_signal import LEFT, ballots
from tests.world import World

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def shown(page: Page, part: str) -> None:
    expect(page.locator(f"section[data-part={part}]")).to_be_visible()


def answer(page: Page, words: str, option: int) -> None:
    page.get_by_role("button", name="Start").click()
    page.locator("section[data-part=promise]").get_by_role("button", name="Start").click()
    for question in page.locator("fieldset.q").all()[:4]:
        question.locator("label.opt").nth(option).click()
    page.locator("textarea").fill(words)
    page.get_by_role("button", name="Check my answers").click()
    expect(page.locator("section[data-part=check]")).to_contain_text(words)


def test_three_people_one_after_the_other_with_and_without_signal(
    transactional_world: World, chromium: Chromium, web_process: WebProcess
) -> None:
    world = transactional_world
    campaign = world.open_campaign()
    unit = world.unit(campaign)
    with within(world.organization):
        _kiosk, secret = kiosks.bind(unit, "Break room", 3, actor=world.coordinator)
    with Signal(web_process.port) as signal:
        page = chromium.visitor(script=True)
        page.goto(f"{signal.address}/a/kiosk#{secret}")
        shown(page, "home")
        assert secret not in page.url
        page.locator("html[data-tokens]").wait_for(state="attached")
        assert not overflows(page)
        history = page.evaluate("history.length")

        answer(page, "the first person wrote this", 1)
        page.get_by_role("button", name="Send my answers").click()
        shown(page, "done")
        page.wait_for_timeout(700)
        assert ballots() == 1
        page.get_by_role("button", name="Next person").click()
        shown(page, "home")

        signal.line = Line.DOWN
        page.reload()  # somebody switched the tablet off and on
        shown(page, "home")
        answer(page, "the second person wrote that", 2)
        page.get_by_role("button", name="Send my answers").click()
        shown(page, "done")
        page.get_by_role("button", name="Next person").click()
        expect(page.locator("[data-say=waiting]")).to_contain_text("1")
        assert ballots() == 1

        answer(page, "the third person thinks better of it", 0)
        page.get_by_role("button", name="Delete everything").first.click()
        shown(page, "home")
        page.get_by_role("button", name="Start").click()
        page.locator("section[data-part=promise]").get_by_role("button", name="Start").click()
        assert page.locator("fieldset.q input:checked").count() == 0
        expect(page.locator("textarea")).to_have_value("")
        assert page.evaluate("history.length") == history, "there is nothing to go back to"
        readable = page.evaluate(LEFT) + page.content()
        for words in ("the first person", "the second person", "the third person"):
            assert words not in readable

        signal.line = Line.UP
        page.evaluate("dispatchEvent(new Event('online'))")
        page.wait_for_timeout(1500)
        assert ballots() == 2


def test_what_was_signed_for_a_code_waits_for_that_code_and_nobody_else(
    transactional_world: World, chromium: Chromium
) -> None:
    """Somebody leaves in the middle of it, another person answers, the first comes back and types the code otherwise."""
    world = transactional_world
    campaign = world.open_campaign()
    unit = world.unit(campaign)
    with within(world.organization):
        _kiosk, secret = kiosks.bind(unit, "Break room", 0, actor=world.coordinator)
    leaves, other = world.code(campaign), world.code(campaign)
    page = chromium.visitor(DESK, script=True)
    page.clock.install()
    page.goto(f"/a/kiosk#{secret}")
    enter_code(page, leaves)
    page.clock.run_for(61_000)
    shown(page, "home")
    assert page.evaluate("JSON.parse(localStorage.getItem('kiosk:tokens') ?? '[]')") == []
    for number, code in enumerate((other, passes.spread(leaves).upper()), start=1):
        enter_code(page, code)
        page.locator("section[data-part=promise]").get_by_role("button", name="Start").click()
        page.get_by_role("button", name="Check my answers").click()
        page.get_by_role("button", name="Send my answers").click()
        shown(page, "done")
        page.clock.run_for(1000)
        page.wait_for_timeout(700)
        assert ballots() == number
        page.get_by_role("button", name="Next person").click()
    kept = page.evaluate("Object.keys(localStorage)")
    assert not [name for name in kept if name.startswith("kiosk:code")], "nothing is left of who has answered"


def enter_code(page: Page, code: str) -> None:
    shown(page, "home")
    page.locator("#kiosk-code").fill(code)
    page.get_by_role("button", name="Start").first.click()
    shown(page, "promise")


def test_a_minute_without_a_touch_clears_the_page_after_a_warning(
    transactional_world: World, chromium: Chromium
) -> None:
    world = transactional_world
    campaign = world.open_campaign()
    unit = world.unit(campaign)
    with within(world.organization):
        _kiosk, secret = kiosks.bind(unit, "Break room", 3, actor=world.coordinator)
    page = chromium.visitor(DESK, script=True)
    page.clock.install()
    page.goto(f"/a/kiosk#{secret}")
    shown(page, "home")
    page.clock.run_for(2000)
    page.locator("html[data-tokens]").wait_for(state="attached")
    answer(page, "left lying about", 1)
    page.clock.run_for(46_000)
    expect(page.get_by_role("dialog")).to_be_visible()
    page.get_by_role("button", name="I am still here").click()
    expect(page.locator("section[data-part=check]")).to_contain_text("left lying about")
    page.clock.run_for(61_000)
    shown(page, "home")
    assert "left lying about" not in page.content()
    with across_all("a test counts"):
        assert Ballot.objects.count() == 0
