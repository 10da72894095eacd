"""A passkey is added and signs in by itself: a real browser, with an authenticator that the browser simulates."""

import pytest
from allauth.mfa.models import Authenticator
from django.urls import reverse
from playwright.sync_api import Page, expect

from tests.browser import DESK, Chromium
from tests.touring import faults
from tests.world import PASSWORD, World

TOUR = (
    *("mfa_add_webauthn", "mfa_view_recovery_codes", "mfa_list_webauthn", "mfa_edit_webauthn"),
    *("mfa_remove_webauthn", "mfa_reauthenticate_webauthn"),
)
DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


def with_a_device(page: Page) -> Page:
    """As one that unlocks with a finger."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    session.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
    return page


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_a_passkey_is_added_and_signs_in_without_password_and_code(
    transactional_world: World, chromium: Chromium
) -> None:
    world = transactional_world
    chromium.address = chromium.address.replace("127.0.0.1", "localhost")  # passkeys belong to a name
    page = with_a_device(chromium.signed_in(world.consultant.email, DESK, script=True))
    main = page.get_by_role("main")
    wrong: list[str] = []

    page.goto(reverse("mfa_index"))
    main.get_by_role("link", name="Add a passkey").click()
    page.get_by_label("Password").fill(PASSWORD)  # who has a factor says who they are before it changes
    main.get_by_role("button", name="Confirm").click()
    wrong += faults(page)
    page.get_by_label("Name").fill("My laptop")
    main.get_by_role("button", name="Add").click()
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
    wrong += faults(page)

    page.get_by_role("button", name="Sign out").click()
    page.goto(reverse("sign-in"))
    main.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_role("heading", name="Clients")).to_be_visible()
    kept = Authenticator.objects.get(user=world.consultant, type=Authenticator.Type.WEBAUTHN)
    assert kept.last_used_at is not None

    for name in ("mfa_list_webauthn", "mfa_reauthenticate_webauthn"):
        page.goto(reverse(name))
        wrong += faults(page)
    with page.expect_navigation():  # the script sends the form when the device has answered
        main.get_by_role("button", name="Use a security key").click()
    for name in ("mfa_edit_webauthn", "mfa_remove_webauthn"):
        page.goto(reverse(name, args=[kept.id]))
        wrong += faults(page)
    main.get_by_role("button", name="Remove").click()
    expect(page).to_have_url(f"{chromium.address}{reverse('mfa_list_webauthn')}")
    assert not Authenticator.objects.filter(id=kept.id).exists()
    assert not wrong, "\n".join(wrong)
