"""Every page of the project is looked at by some test, light and dark; those that no other test comes to are here."""

import re

import pytest
from django.core.cache import cache
from django.test import Client
from playwright.sync_api import Page, expect

from surveys import kiosks, signing_in
from surveys.tenancy import within
from tests.assessment import test_following_in_a_browser
from tests.browser import SMALL_PHONE, Chromium
from tests.mailbox import Mailbox
from tests.surveys.views import (
    test_every_language,
    test_passkeys,
    test_reaching_in_a_browser,
    test_setup_walk,
    test_workspace_in_a_browser,
)
from tests.test_access_table import ROWS
from tests.touring import address, faults
from tests.world import PASSWORD, SECRET, World

ELSEWHERE = (
    test_every_language,
    test_following_in_a_browser,
    test_passkeys,
    test_reaching_in_a_browser,
    test_setup_walk,
    test_workspace_in_a_browser,
)
OF_A_VISITOR = (
    *("account_signup_by_passkey", "mfa_signup_webauthn", "account_email_verification_sent"),
    *("account_confirm_login_code", "account_confirm_password_reset_code", "account_complete_password_reset"),
    *("account_password_reset_completed", "account_inactive", "mfa_authenticate"),
)
OF_ONESELF = (
    *("account_change_password", "account_set_password", "account_reauthenticate", "mfa_reauthenticate"),
    *("account_request_reauthentication_code", "account_confirm_reauthentication_code"),
    *("mfa_activate_totp", "mfa_deactivate_totp", "mfa_generate_recovery_codes"),
)
OF_A_RESPONDENT = ("answer-thanks", "kiosk")
TOUR = (*OF_A_VISITOR, *OF_ONESELF, *OF_A_RESPONDENT)

SAME = {"account_login": "sign-in", "account_email": "account"}  # allauth's names for addresses of ours
NO_PAGE = {
    *("health", "key-list", "answer-source", "answer-worker", "client-logo", "wave-poster"),
    *("api-waves", "api-wave", "api-figures", "api-openapi", "client-history-csv", "client-certificates"),
    *("report-document", "report-csv", "report-pdf", "report-pptx", "report-sav", "report-xlsx"),
    *("mfa_download_recovery_codes", "mfa_login_webauthn", "answer-send"),
}


@pytest.mark.pure
def test_every_page_is_looked_at() -> None:
    pages = {SAME.get(name, name) for name, method, *_ in ROWS if method == "GET"} - NO_PAGE
    toured = {*TOUR, *(name for module in ELSEWHERE for name in module.TOUR)}
    assert toured == pages


class Looking:
    """At one page after the other, each of which has to be the one that was meant."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.seen: list[str] = []
        self.wrong: list[str] = []

    def go(self, name: str) -> None:
        self.page.goto(address(name))
        self.look(name)

    def look(self, name: str) -> None:
        expect(self.page).to_have_url(re.compile(f"{re.escape(address(name))}(#|$)"))
        self.page.wait_for_load_state()
        self.seen.append(name)
        self.wrong += faults(self.page)

    def send(self, **fields: str) -> None:
        """What stands in the fields of these names, with Enter."""
        for name, value in fields.items():
            self.page.locator(f"main input[name={name}]").fill(value)
        self.page.locator(f"main input[name={name}]").press("Enter")
        self.page.wait_for_load_state()


def visit(seen: Looking, post: Mailbox, world: World) -> None:
    """Pages of somebody who is not signed in yet."""
    seen.go("account_inactive")
    seen.go("account_password_reset_completed")
    seen.page.goto(address("account_request_login_code"))
    seen.send(email=world.lead.email)
    seen.look("account_confirm_login_code")
    seen.page.goto(address("account_reset_password"))
    seen.send(email=world.coordinator.email)
    seen.look("account_confirm_password_reset_code")
    seen.send(code=post.code_to(world.coordinator.email))
    seen.look("account_complete_password_reset")
    seen.go("account_signup_by_passkey")
    seen.send(name="New Here", email="new@example.org")
    seen.look("account_email_verification_sent")
    seen.send(code=post.code_to("new@example.org"))
    seen.look("mfa_signup_webauthn")


def look_after_oneself(seen: Looking, post: Mailbox, world: World) -> None:
    """Pages of somebody with a second factor, who has to say who they are before it changes."""
    seen.page.goto(address("sign-in"))
    seen.send(login=world.consultant.email, password=PASSWORD)
    seen.look("mfa_authenticate")
    seen.send(code=signing_in.code_now(SECRET))
    seen.go("account_change_password")
    seen.go("mfa_reauthenticate")
    seen.go("account_request_reauthentication_code")
    seen.page.locator("main form button[type=submit]").first.click()
    seen.look("account_confirm_reauthentication_code")
    seen.go("account_reauthenticate")
    seen.send(password=PASSWORD)
    seen.go("mfa_deactivate_totp")
    seen.go("mfa_generate_recovery_codes")


def begin(seen: Looking, world: World) -> None:
    """Pages of somebody who has no second factor, and then no password either."""
    seen.page.goto(address("sign-in"))
    seen.send(login=world.executive.email, password=PASSWORD)
    seen.go("mfa_activate_totp")
    world.executive.set_unusable_password()
    world.executive.save()
    signed_in_again = Client()
    signed_in_again.force_login(world.executive)
    cookie = {"name": "sessionid", "value": signed_in_again.cookies["sessionid"].value, "url": seen.page.url}
    seen.page.context.add_cookies([cookie])  # type: ignore[list-item]  # playwright's own type of a dictionary
    seen.go("account_set_password")


def answer(seen: Looking, world: World) -> None:
    campaign = world.open_campaign()
    with within(world.organization):
        _kiosk, secret = kiosks.bind(world.unit(campaign), "Break room", 3, actor=world.coordinator)
    seen.go("answer-thanks")
    seen.page.goto(f"{address('kiosk')}#{secret}")
    expect(seen.page.locator("section[data-part=home]")).to_be_visible()
    seen.look("kiosk")


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_pages_that_no_other_test_comes_to(
    post: Mailbox, transactional_world: World, chromium: Chromium
) -> None:
    cache.clear()  # of what limits how often a code is sent or typed
    visitors = [Looking(chromium.visitor(SMALL_PHONE, script=True)) for _ in range(4)]
    visit(visitors[0], post, transactional_world)
    look_after_oneself(visitors[1], post, transactional_world)
    begin(visitors[2], transactional_world)
    answer(visitors[3], transactional_world)
    assert sorted(name for one in visitors for name in one.seen) == sorted(TOUR)
    assert [fault for one in visitors for fault in one.wrong] == []
