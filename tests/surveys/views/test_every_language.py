"""Every page in every language on the smallest phone: nothing runs out of the screen, every target can be hit, and a
screen reader is told what it reads."""

from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from playwright.sync_api import Page

from tests.browser import Chromium, enter, overflows
from tests.world import World

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

TOUR = ("answer-enter", "answer-questions", "answer-check", "answer-privacy", "answer-without-signal")
NARROW = (320, 640)
SMALLEST = 44  # pixels
# Buttons, links that stand alone, and the label around each choice.
SMALL_TARGETS = """() => [...document.querySelectorAll(
  "button:not([hidden]), summary, a.button, .parts a, label.opt, .opts input")]
  .filter((it) => it.checkVisibility() && !it.closest("details:not([open]) > div"))
  .filter((it) => { const box = it.getBoundingClientRect(); return box.height && box.height < 43.5 && getComputedStyle(it).position !== "absolute"; })
  .filter((it) => !(it.matches("input") && it.closest("label").getBoundingClientRect().height >= 43.5))
  .map((it) => it.outerHTML.slice(0, 120))"""


def faults(page: Page, step: str) -> list[str]:
    found = [f"{step}: {violation['id']}" for violation in Axe().run(page).response["violations"]]
    found += [f"{step}: small {target}" for target in page.evaluate(SMALL_TARGETS)]
    return found + ([f"{step}: overflows"] if overflows(page) else [])


@pytest.mark.parametrize(
    ("half", "scheme"), [(0, "light"), (1, "dark")], ids=["five languages in light", "the other five in dark"]
)
def test_nothing_is_cut_off_or_mute_at_320_pixels(
    transactional_world: World, chromium: Chromium, half: int, scheme: Literal["light", "dark"]
) -> None:
    code = transactional_world.code(transactional_world.open_campaign())
    page = chromium.visitor(NARROW, script=True)
    page.emulate_media(color_scheme=scheme)
    found: list[str] = []
    for language in settings.RESPONDENT_LANGUAGES[half::2]:
        page.goto(f"/a/privacy?language={language}")
        found += faults(page, f"{language} privacy")
        page.goto("about:blank")  # or only what stands behind the # would change
        page.goto(f"/a/?language={language}#{code}")
        page.locator("#begin").wait_for()
        assert page.locator("html").get_attribute("lang") == language
        assert page.locator("html").get_attribute("dir") == ("rtl" if language == "ar" else "ltr")
        found += faults(page, f"{language} first page")
        page.evaluate("document.getElementById('begin').submit()")  # the plain pass: it may begin ten times
        page.wait_for_url("**/a/questions")
        found += faults(page, f"{language} questions")
        for question in page.locator("fieldset.q").all()[:3]:
            question.locator("label.opt").nth(1).click()
        page.locator("#sheet button.loud").click()
        page.wait_for_url("**/a/check")
        found += faults(page, f"{language} check")
        for step in ("check", "kept"):
            page.goto(f"/a/without-signal?step={step}&language={language}")
            found += faults(page, f"{language} without signal, {step}")
    assert found == []


def test_all_ten_languages_in_the_middle_of_the_survey_and_no_answer_is_lost(
    transactional_world: World, chromium: Chromium
) -> None:
    code = transactional_world.code(transactional_world.open_campaign())
    page = chromium.visitor(NARROW)  # without script
    enter(page, code)
    page.get_by_role("button", name="Start").click()
    page.locator("fieldset.q").nth(0).locator("label.opt").nth(2).click()
    page.locator("textarea").fill("eine Regel, une règle")
    for language in (*settings.RESPONDENT_LANGUAGES[1:], "en"):
        page.locator("details.languages summary").click()
        page.locator(f"details.languages button[value={language}]").click()
        page.wait_for_selector(f"html[lang={language}]")
        assert page.locator("fieldset.q").nth(0).locator("input").nth(2).is_checked()
        assert page.locator("textarea").input_value() == "eine Regel, une règle"
