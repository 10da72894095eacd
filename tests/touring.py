"""What every page is looked at for: assistive technology can read it, light and dark, and it fits a narrow screen.

A test that looks at pages says in its `TOUR` which they are; tests/test_every_page.py compares all of them with the
addresses there are. All rules are asked on a phone, where a page is the least like its markup.
"""

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from django.urls import get_resolver, reverse
from playwright.sync_api import Page

from tests.browser import overflows

WRONG = {"resultTypes": ["violations"]}  # every rule runs; what passes is not described
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"], **WRONG}
COLOURS = {"runOnly": {"type": "rule", "values": ["color-contrast"]}, **WRONG}  # all that a scheme can change


def address(name: str, **things: object) -> str:
    """Of a page, with whatever it names of these things."""
    possible, *_rest = get_resolver().reverse_dict.getlist(name)
    _path, arguments = possible[0][0]
    return reverse(name, kwargs={argument: things[argument] for argument in arguments})


def violations(page: Page, rules: dict[str, Any] = RULES) -> list[str]:
    found: Any = Axe().run(page, options=rules).response["violations"]
    return [f"{page.url} {one['id']}: {node['html'][:160]}" for one in found for node in one["nodes"]]


def faults(page: Page) -> list[str]:
    """Of this page at its present width, in both colour schemes."""
    wrong = [f"{page.url} scrolls sideways"] if overflows(page) else []
    for scheme, rules in (("dark", COLOURS), ("light", RULES)):
        page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
        wrong += [f"{scheme}: {violation}" for violation in violations(page, rules)]
    return wrong
