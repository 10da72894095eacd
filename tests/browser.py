"""A real chromium, and a web process of its own that serves the test database."""

import os
import re
import shutil
import socket
import subprocess
import sys
import time
from asyncio import AbstractEventLoop, _get_running_loop, _set_running_loop
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Self
from urllib.error import URLError
from urllib.request import urlopen

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection, connections
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, expect, sync_playwright

from surveys import passes, signing_in
from tests.settings import TEST_DATABASE
from tests.world import PASSWORD, SECRET

PHONE, SMALL_PHONE, DESK = (390, 844), (360, 640), (1440, 900)
WEB = "the web process"


class WebProcess:
    """Granian, as the supervisor starts it, on a free port."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self.environment = environment
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port: int = free.getsockname()[1]
        self.address = f"http://127.0.0.1:{self.port}"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        environment = {
            **os.environ,
            **self.environment,
            "DJANGO_SETTINGS_MODULE": "tests.settings",
            "LATITUDE_TEST_DATABASE": TEST_DATABASE,
            "PGAPPNAME": WEB,
        }
        command = [sys.executable, "-m", "granian", "--interface", "wsgi", "config.wsgi:application"]
        command += [
            "--host",
            "127.0.0.1",
            "--port",
            str(self.port),
            "--workers",
            "1",
            "--blocking-threads",
            "2",
        ]
        command += ["--no-ws", "--log-level", "warning", "--workers-kill-timeout", "2"]
        self.process = subprocess.Popen(command, cwd=settings.ROOT, env=environment)
        deadline = time.monotonic() + 90  # two busy cores import for long
        while not self.answers():
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise AssertionError("the web process does not answer")
            time.sleep(0.05)

    def answers(self) -> bool:
        try:
            with urlopen(f"{self.address}/health", timeout=2) as response:
                return bool(response.status == 200)
        except (URLError, OSError):
            return False

    def rest(self) -> None:
        """Until it has answered whatever was asked, or has tables open that are about to be emptied."""
        deadline = time.monotonic() + 20
        while self.works() and time.monotonic() < deadline:
            time.sleep(0.02)

    def works(self) -> bool:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND state <> 'idle'"
                " AND backend_type = 'client backend' AND application_name = %s",
                [WEB],
            )
            return cursor.fetchone() is not None

    def stop(self) -> None:
        if self.process is not None:
            self.process.terminate()
            self.process.wait(20)
            self.process = None


class Chromium:
    """Debian's chromium, one for all tests. Each visitor is a context: cookies and all, nobody knows of the other."""

    def __init__(self) -> None:
        self.address = ""
        self.playwright: Playwright | None = None
        self.browser: Browser | None = None
        self.loop: AbstractEventLoop | None = None

    def start(self) -> None:
        found = shutil.which("chromium")
        if found is None:
            pytest.skip("there is no chromium on this machine")
        self.playwright = sync_playwright().start()
        self.browser = self.playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        self.loop = _get_running_loop()
        _set_running_loop(None)

    @contextmanager
    def at(self, address: str) -> Iterator[Self]:
        """For one test. The browser's event loop is there in between too, but Django would refuse to work beside it."""
        assert self.browser is not None
        self.address = address
        os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
        _set_running_loop(self.loop)
        try:
            yield self
        finally:
            try:
                for context in self.browser.contexts:
                    context.close()
                connections.close_all()  # a loop has a connection of its own, which nobody would find afterwards
            finally:
                _set_running_loop(None)
                del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]

    def stop(self) -> None:
        if self.browser is not None and self.playwright is not None:
            _set_running_loop(self.loop)
            self.browser.close()
            self.playwright.stop()

    def visitor(self, size: tuple[int, int] = PHONE, *, script: bool = False) -> Page:
        """A page of somebody new; without `script` the browser runs no JavaScript at all."""
        assert self.browser is not None
        width, height = size
        context: BrowserContext = self.browser.new_context(
            base_url=self.address,
            java_script_enabled=script,
            viewport={"width": width, "height": height},
            is_mobile=width < DESK[0],
            has_touch=width < DESK[0],
            locale="en-GB",
        )
        context.set_default_timeout(20_000)
        return context.new_page()

    def signed_in(self, email: str, size: tuple[int, int] = PHONE, *, script: bool = False) -> Page:
        page = self.visitor(size, script=script)
        page.goto("/sign-in")
        page.get_by_label("E-mail address").fill(email)
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("main").get_by_role("button", name="Sign in").click()
        expect(page).not_to_have_url(re.compile("/sign-in$"))
        if page.url.endswith("/sign-in/second-factor"):
            enter_second_factor(page)
            page.wait_for_load_state()
            if page.url.endswith("/sign-in/second-factor"):  # the code was of the half minute before
                enter_second_factor(page)
        expect(page).to_have_url(f"{self.address}/")
        return page


def enter_second_factor(page: Page) -> None:
    cache.clear()  # a code works once, and a test is back before the app shows another
    page.get_by_label("Code").fill(signing_in.code_now(SECRET))
    page.get_by_role("main").get_by_role("button", name="Sign in").click()


def enter(page: Page, code: str) -> None:
    """As somebody does whose phone runs no script: the link opens the page that asks for the code."""
    page.goto(passes.link(code, ""))
    page.get_by_label("The 16 letters and digits").fill(code)
    page.get_by_role("button", name="Go on").click()


def overflows(page: Page) -> bool:
    """Whether a reader has to scroll sideways."""
    return bool(page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"))
