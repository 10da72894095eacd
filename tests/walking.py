"""Somebody at a page whose acts are counted: how much work it is, and how long it takes a person."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Locator, Page

SHOTS = os.environ.get("SHOTS")  # a folder to look at every page of a walk in
SIZES = ((360, 740), (1440, 900))

PATIENCE = 60_000  # milliseconds, on two busy cores

# The keystroke-level model of Card, Moran and Newell (1980): seconds an average person needs for each act.
KEY, POINT, CLICK, HOME, THINK = 0.28, 1.10, 0.20, 0.40, 1.35


@dataclass
class Walker:
    """Clicks and types like a person and counts both; waiting for work of the machine is counted apart."""

    page: Page
    clicks: int = 0
    fields: int = 0
    keys: int = 0
    waited: float = 0.0
    steps: list[tuple[str, int, float]] = field(default_factory=list)
    began: float = field(default_factory=time.monotonic)

    def __post_init__(self) -> None:
        self.page.set_default_timeout(PATIENCE)

    @property
    def seconds_of_a_person(self) -> float:
        """Every click is thought about, pointed at and made; every field is gone to, and every character typed."""
        pointing = self.clicks * (THINK + POINT + CLICK)
        return pointing + self.fields * 2 * HOME + self.keys * KEY

    @property
    def seconds_of_the_machine(self) -> float:
        """From the first page to now, without the waits: what clicking faster than anybody still takes."""
        return time.monotonic() - self.began - self.waited

    def press(self, name: str, *, exact: bool = True, within: Locator | None = None) -> None:
        """A button or a link, whichever is called so; the first that is seen."""
        place = within or self.page.get_by_role("main")
        found = place.get_by_role("button", name=name, exact=exact).or_(
            place.get_by_role("link", name=name, exact=exact)
        )
        found.first.click()
        self.clicks += 1
        self.page.wait_for_load_state()

    def open(self, name: str) -> None:
        """A part of the page that is folded."""
        self.page.get_by_text(name, exact=True).first.click()
        self.clicks += 1

    def type(self, label: str, text: str) -> None:
        self.page.get_by_label(label, exact=True).fill(text)
        self.clicks += 1
        self.fields += 1
        self.keys += len(text)

    def choose(self, label: str, option: str) -> None:
        """A list is opened, and something in it is clicked."""
        self.page.get_by_label(label, exact=True).select_option(label=option)
        self.clicks += 2

    def tick(self, label: str) -> None:
        self.page.get_by_label(label, exact=True).check()
        self.clicks += 1

    def send(self, label: str, name: str, content: bytes) -> None:
        """A file, chosen in the system's own window: opened, found, confirmed."""
        self.page.get_by_label(label, exact=True).set_input_files(
            {"name": name, "mimeType": "application/octet-stream", "buffer": content}
        )
        self.clicks += 3

    def told(self) -> str:
        """For the note: what each step took, and all of it."""
        lines = [f"{step:24} {clicks:4} clicks  {seconds:4.0f} s" for step, clicks, seconds in self.steps]
        lines += [
            f"{self.clicks} clicks, {self.fields} fields with {self.keys} characters",
            f"{self.seconds_of_a_person:.0f} s of a person",
            f"{self.seconds_of_the_machine:.0f} s of pages; load {os.getloadavg()[0]:.1f}",
            f"{self.waited:.0f} s of the worker, of mail and of other people",
        ]
        return "\n" + "\n".join(lines)

    @contextmanager
    def waiting(self) -> Iterator[None]:
        """For the worker, for mail, for other people."""
        began = time.monotonic()
        yield
        self.waited += time.monotonic() - began

    def look(self, step: str) -> None:
        """Where somebody asked for pictures: narrow and wide, light and dark."""
        self.steps.append((step, self.clicks, self.seconds_of_a_person))
        if not SHOTS:
            return
        before = self.page.viewport_size
        with self.waiting():
            for width, height in SIZES:
                self.page.set_viewport_size({"width": width, "height": height})
                for scheme in ("light", "dark"):
                    self.page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
                    name = f"{len(self.steps):02}-{step.replace(' ', '-')}-{width}-{scheme}.png"
                    self.page.screenshot(path=Path(SHOTS) / name, full_page=True)
            if before:
                self.page.set_viewport_size(before)
            self.page.emulate_media(color_scheme="light")
