"""The consultant's pages in a real browser: axe in both colour schemes, no sideways scrolling, the keyboard alone."""

import pytest
from playwright.sync_api import Page, expect

from surveys import invites, signing_in
from surveys.models import Membership, Organization, Role
from tests.assessment.views.test_portfolio import client_with
from tests.browser import DESK, SMALL_PHONE, Chromium, overflows
from tests.touring import COLOURS, RULES, address, violations
from tests.world import SECRET, World

OWN = (
    *("home", "account", "mfa_index", "usersessions_list", "mfa_list_webauthn", "firm-new"),
    *("team", "team-member", "team-deck", "client-new"),
    *("client", "client-settings", "client-access", "client-history", "client-delete", "client-export"),
)
ANYBODYS = ("sign-in", "account_request_login_code", "account_signup", "account_reset_password", "invited")
TOUR = (*OWN, *ANYBODYS)


@pytest.mark.browser
def test_every_page_dark_on_a_phone_and_light_on_a_desk(
    transactional_world: World, chromium: Chromium
) -> None:
    world = transactional_world
    world.open_campaign("Autumn")
    client_with(world, "Kestrel Home", 31.0, 24.0)
    client = invites.Place(organization=world.organization)
    long = "somebody.with.a.very.long.name@subdomain.example.org"
    made = invites.invite(long, Role.EXECUTIVE, client, actor=world.owner)
    things = {
        "firm": world.firm.id,
        "membership": Membership.objects.get(user=world.owner).id,
        "organization": world.organization.id,
        "token": invites.token(made),
    }
    own, anybodys = ([address(name, **things) for name in names] for names in (OWN, ANYBODYS))
    wrong: list[str] = []
    for size, scheme in ((SMALL_PHONE, "dark"), (DESK, "light")):
        for page, addresses in (
            (chromium.signed_in(world.owner.email, size, script=True), own),
            (chromium.visitor(size, script=True), anybodys),
        ):
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            for place in addresses:
                page.goto(place)
                wrong += [f"{place} scrolls sideways at {size[0]}"] if overflows(page) else []
                wrong += violations(page, RULES if size == SMALL_PHONE else COLOURS)
    assert not wrong, "\n".join(wrong)


def press(page: Page, name: str) -> None:
    """Tab until the button or link has the focus, then Enter: as somebody without a mouse does."""
    for _ in range(80):
        page.keyboard.press("Tab")
        focused = page.evaluate("(document.activeElement.innerText || '').trim()")
        if focused == name:
            page.keyboard.press("Enter")
            return
    raise AssertionError(f"the keyboard does not come to {name!r} on {page.url}")


def write(page: Page, label: str, text: str) -> None:
    field = page.get_by_label(label, exact=True)
    for _ in range(80):
        page.keyboard.press("Tab")
        if field.evaluate("field => field === document.activeElement"):
            page.keyboard.type(text)
            return
    raise AssertionError(f"the keyboard does not come to {label!r} on {page.url}")


@pytest.mark.browser
def test_a_client_is_set_up_with_the_keyboard_alone(transactional_world: World, chromium: Chromium) -> None:
    world = transactional_world
    page = chromium.visitor(DESK)
    page.goto("/sign-in")
    write(page, "E-mail address", world.owner.email)
    write(page, "Password", "a long enough password")
    page.keyboard.press("Enter")
    write(page, "Code", signing_in.code_now(SECRET))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Clients")).to_be_visible()
    press(page, "New client")
    write(page, "Name of the client", "Keyboard only")
    write(page, "Time zone", "Europe/Lis")
    press(page, "Set up the client")
    expect(page.get_by_role("heading", name="Keyboard only")).to_be_visible()
    made = Organization.objects.get(name="Keyboard only")
    assert (made.timezone, made.currency, made.languages) == ("Europe/Lisbon", "EUR", ["en"])
