"""The two places where static/blind.js is run: node, and a real chromium on a page with the site's strict policy."""

import json
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Protocol

import pytest
from playwright.sync_api import Page, Route

from tests.browser import Chromium as Browser
from tests.shared import ROOT

SCRIPT = ROOT / "static" / "blind.js"
ORIGIN = "https://survey.test"
POLICY = "default-src 'none'; script-src 'self'; base-uri 'none'"

# Shared by both: bytes cross as hex, big integers as decimal text, and chance can be scripted for the vectors.
PRELUDE = """
const hex = (bytes) => Array.from(bytes, (b) => b.toString(16).padStart(2, "0")).join("");
const unhex = (text) => Uint8Array.from(text.match(/../g) ?? [], (pair) => parseInt(pair, 16));
const scripted = async (values, run) => {
  crypto.getRandomValues = (into) => { into.set(unhex(values.shift())); return into; };
  try { return await run(); } finally { delete crypto.getRandomValues; }
};
const refusal = async (run) => { try { await run(); return null; } catch (error) { return error.message; } };
"""


class Engine(Protocol):
    def run(self, body: str, **given: object) -> Any:
        """What `body` returns, the inside of an async function of `blind` (the module) and `given`."""
        ...


class Node:
    def __init__(self, program: str) -> None:
        self.program = program

    def run(self, body: str, **given: object) -> Any:
        source = f"""
        import {{ readFileSync }} from "node:fs";
        const encoded = readFileSync({json.dumps(str(SCRIPT))}).toString("base64");
        const blind = await import("data:text/javascript;base64," + encoded);
        const given = JSON.parse(readFileSync(0, "utf8"));
        {PRELUDE}
        const result = await (async () => {{ {body} }})();
        process.stdout.write(JSON.stringify(result ?? null));
        """
        done = subprocess.run(
            [self.program, "--input-type=module", "-e", source],
            input=json.dumps(given),
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)


class Chromium:
    def __init__(self, page: Page) -> None:
        self.page = page

    def run(self, body: str, **given: object) -> Any:
        return self.page.evaluate(
            f"async (given) => {{ const blind = await import('/blind.js'); {PRELUDE} {body} }}", given
        )


def node() -> Node:
    program = shutil.which("node")
    if program is None:
        pytest.skip("node is not installed")
    return Node(program)


@contextmanager
def chromium(started: Browser) -> Iterator[Chromium]:
    with started.at(ORIGIN) as browser:
        page = browser.visitor(script=True)
        page.route(f"{ORIGIN}/**", _serve)
        page.goto(f"{ORIGIN}/")
        yield Chromium(page)


def _serve(route: Route) -> None:
    headers = {"Content-Security-Policy": POLICY}
    if route.request.url == f"{ORIGIN}/blind.js":
        route.fulfill(body=SCRIPT.read_text(), content_type="text/javascript", headers=headers)
    else:
        route.fulfill(body="<!doctype html><title>survey</title>", content_type="text/html", headers=headers)
