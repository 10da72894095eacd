"""How long a person takes, as a model: python -m benchmarks.human [--runs 10] [--language en].

A phone-sized Chromium walks through the whole survey and really taps; every text that comes into view is collected.
The pauses of a person are not slept but added up, by numbers that others measured:

- reading 240 words a minute: 238 for silent reading of English, 190 studies (Brysbaert 2019, Journal of Memory and
  Language 109). What was read once (a scale's labels, a question on the check page) is not read again;
- 1.2 seconds a tap: pointing 1.1 and touching 0.1 (Card, Moran and Newell 1980, Communications of the ACM 23(7));
- 1.35 seconds to decide on an answer: their operator M;
- 0.25 seconds to glance at a row of the check page: one fixation (Rayner 1998, Psychological Bulletin 124);
- 0.5 seconds a screen to scroll on.

The runs differ in what is answered, and one question in ten is skipped. Said too is what it comes to where everything
but tapping takes twice as long: 120 words a minute.
"""

import argparse
import json
import random
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from statistics import median

from playwright.sync_api import Locator, Page, ViewportSize, sync_playwright

from benchmarks.__main__ import ROOT, database
from benchmarks.answering import PREPARE, free_port, run, serve

WORDS_A_MINUTE, TAP, DECIDE, GLANCE, SCROLL = 240, 1.2, 1.35, 0.25, 0.5
PHONE = ViewportSize(width=390, height=844)
SKIPPED = 0.1
TEXTS = """() => {
  const found = [], walk = document.createTreeWalker(document.querySelector("main"), NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const inside = walk.currentNode.parentElement, text = walk.currentNode.textContent.trim();
    if (text && inside.checkVisibility() && !inside.closest(".unseen")) found.push(text);
  }
  return found;
}"""


@dataclass
class Person:
    """What one run came to."""

    page: Page
    chance: random.Random
    read: set[str] = field(default_factory=set)
    words: dict[str, int] = field(default_factory=dict)
    taps: int = 0
    decisions: int = 0
    glances: int = 0
    screens: float = 0.0
    waited: float = 0.0

    def look(self) -> None:
        """What is new on this page is read, and the page scrolled through."""
        new = {text for text in self.page.evaluate(TEXTS) if text not in self.read}
        self.words[self.page.url.rpartition("/")[2].partition("?")[0]] = sum(
            len(text.split()) for text in new
        )
        self.read |= new
        self.screens += self.page.evaluate("document.documentElement.scrollHeight / innerHeight - 1")

    def tap(self, where: Locator) -> None:
        where.tap()
        self.taps += 1

    def go_on(self, button: str, next_page: str) -> None:
        began = time.perf_counter()
        self.tap(self.page.locator(button))
        self.page.locator(next_page).first.wait_for()
        self.waited += time.perf_counter() - began
        self.look()

    def answer(self) -> None:
        for question in self.page.locator("fieldset.q").all():
            self.decisions += 1
            if self.chance.random() < SKIPPED:
                continue
            options = question.locator("label.opt:visible")
            several = question.locator("input[type=checkbox]").count() > 0
            count = options.count()
            for place in self.chance.sample(range(count), 3 if several else 1):
                self.tap(options.nth(place))

    def minutes(self, *, first_page: bool, deciding: bool = True, slow: float = 1.0) -> float:
        """Without the machine's own time, which `waited` has."""
        words = sum(number for page, number in self.words.items() if page or first_page)
        seconds = slow * words / WORDS_A_MINUTE * 60 + self.taps * TAP
        if deciding:
            seconds += slow * (self.decisions * DECIDE + self.glances * GLANCE + self.screens * SCROLL)
        return seconds / 60


def walk(page: Page, address: str, code: str, seed: int) -> Person:
    person = Person(page, random.Random(seed))
    began = time.perf_counter()
    page.goto(f"{address}/a/#{code}")
    page.locator("form#begin button.loud").wait_for()
    person.waited += time.perf_counter() - began
    person.look()
    person.go_on("form#begin button.loud", "fieldset.q")
    person.answer()
    person.go_on("form#sheet .finish button.loud", "dl.given")
    person.glances = page.locator("dl.given > div").count()
    person.go_on("form#sheet .finish button.loud", "article.message")
    if "/a/thanks" not in page.url:
        raise SystemExit(f"The walk ended at {page.url}.")
    return person


@contextmanager
def site(people: int) -> Iterator[tuple[str, list[str]]]:
    with database() as environment:
        command = [sys.executable, "manage.py", "collectstatic", "--noinput", "-v0"]
        subprocess.run(command, cwd=ROOT, env=environment, check=True)
        codes = json.loads(run(PREPARE, environment, str(people), "0"))["codes"]
        port = free_port()
        process = serve(environment, port)
        try:
            yield f"http://localhost:{port}", codes
        finally:
            process.terminate()
            process.wait(20)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--runs", type=int, default=10)
    parser.add_argument("--language", default="en", help="one that puts spaces between its words")
    given = parser.parse_args()
    people: list[Person] = []
    with site(given.runs) as (address, codes), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        for seed, code in enumerate(codes):
            context = browser.new_context(
                viewport=PHONE,
                is_mobile=True,
                has_touch=True,
                locale=given.language,
            )
            context.set_default_timeout(120_000)
            people.append(walk(context.new_page(), address, code, seed))
            context.close()
        browser.close()
    print("words", people[0].words)
    for name in ("taps", "decisions", "glances", "screens", "waited"):
        print(f"{name:10} {median(getattr(person, name) for person in people):7.1f}")
    for first_page, which in (
        (False, "from Start to the receipt"),
        (True, "with every word of the first page"),
    ):
        found = [
            median(person.minutes(first_page=first_page, **model) for person in people)
            for model in ({"deciding": False}, {"deciding": True}, {"deciding": True, "slow": 2})
        ]
        print(
            f"{which}: {found[0]:.1f} minutes of reading and tapping, {found[1]:.1f} with deciding and looking;"
            f" at half the speed {found[2]:.1f}"
        )
    print(f"medians of {given.runs} runs, {given.language}")


if __name__ == "__main__":
    main()
