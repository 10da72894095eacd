"""Nothing that somebody answered is lost: no signal, a lost acknowledgement, a page that comes again."""

import json
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from surveys import passes
from surveys.models import Ballot
from surveys.tenancy import across_all
from tests.browser import Chromium, WebProcess, overflows
from tests.signal import Line, Signal
from tests.world import World

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SECRET_WORDS = "the rule about broken lamps"
# Everything that a script on the device could read.
LEFT = """async () => {
  const found = [JSON.stringify({ ...localStorage }), JSON.stringify({ ...sessionStorage }), document.cookie];
  for (const name of await caches.keys()) {
    const store = await caches.open(name);
    for (const request of await store.keys()) found.push(request.url, await (await store.match(request)).text());
  }
  if (!(await indexedDB.databases()).length) return found.join("\\n");
  const database = await new Promise((resolve) => {
    const asked = indexedDB.open("latitude");
    asked.onsuccess = () => resolve(asked.result);
  });
  const sheets = await new Promise((resolve) => {
    const asked = database.transaction("sheets").objectStore("sheets").getAll();
    asked.onsuccess = () => resolve(asked.result);
  });
  database.close();
  for (const { sealed } of sheets) found.push(new TextDecoder("latin1").decode(sealed));
  return found.join("\\n");
}"""


def ballots() -> int:
    with across_all("a test counts"):
        return Ballot.objects.count()


def begin(page: Page, address: str, code: str) -> None:
    page.goto(passes.link(code, address))
    page.get_by_role("button", name="Start").click()
    page.locator("html[data-ready]").wait_for(state="attached")  # the worker has what it needs


def answer(page: Page) -> None:
    for question in page.locator("fieldset.q").all()[:5]:
        question.locator("label.opt").nth(1).click()
    page.locator("textarea").fill(SECRET_WORDS)


def kept(page: Page) -> dict[str, Any]:
    return dict(json.loads(page.evaluate("JSON.stringify({ ...localStorage })")))


def test_answered_without_signal_and_sent_once_although_the_acknowledgement_was_lost(
    transactional_world: World, chromium: Chromium, web_process: WebProcess
) -> None:
    code = transactional_world.code(transactional_world.open_campaign())
    page = chromium.visitor(script=True)
    with Signal(web_process.port) as signal:
        begin(page, signal.address, code)
        answer(page)
        assert SECRET_WORDS in page.evaluate(LEFT), (
            "the draft is kept, or this test would find nothing anywhere"
        )

        signal.line = Line.DOWN
        page.reload()  # the page comes again without signal, and the answers with it
        expect(page.locator("textarea")).to_have_value(SECRET_WORDS)
        assert page.locator("fieldset.q input:checked").count() == 5
        page.get_by_role("button", name="Check my answers").click()
        expect(page.get_by_role("heading", name="There is no signal")).to_be_visible()
        expect(page.locator("#main")).to_contain_text("Questions you answered: 6")
        page.get_by_role("button", name="Back to the questions").click()
        expect(page.locator("textarea")).to_have_value(SECRET_WORDS)
        page.get_by_role("button", name="Check my answers").click()
        page.get_by_role("button", name="Send my answers").click()
        expect(page.get_by_role("heading", name="Kept until there is signal")).to_be_visible()
        assert ballots() == 0
        assert not overflows(page)

        signal.line = Line.LOSES_REPLIES
        page.get_by_role("button", name="Try now").click()
        page.wait_for_timeout(1500)
        assert b"POST /a/send HTTP/1.1" in signal.posted
        assert ballots() == 1, "the server has it, the phone does not know"
        expect(page.get_by_role("heading", name="Kept until there is signal")).to_be_visible()

        signal.line = Line.UP
        page.get_by_role("button", name="Try now").click()
        expect(page.get_by_role("heading", name="Thank you")).to_be_visible()
        assert ballots() == 1
        page.wait_for_timeout(300)
        left = page.evaluate(LEFT)
        assert SECRET_WORDS not in left
        assert code not in left
        assert kept(page) == {}
