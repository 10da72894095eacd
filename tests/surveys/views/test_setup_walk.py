"""From a client without a wave to an open survey, without a mouse; and its pages under axe in both schemes."""

import re

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from surveys.importing import storing
from surveys.models import Campaign, ImportKind, Person, State, Unit
from surveys.tenancy import within
from tests.browser import DESK, SMALL_PHONE, Chromium, overflows
from tests.rosters import workbook
from tests.surveys.views.test_workspace_in_a_browser import press, write
from tests.touring import COLOURS, RULES, address, violations
from tests.world import World

OF_CLIENT = (
    *("client", "client-waves", "client-units", "client-unit", "client-people", "client-person"),
    *("client-import", "wave-new"),
)
OF_DRAFT = ("campaign", "wave-set-up", "wave-policy", "wave-questions", "languages")
OF_OPEN = ("campaign", "wave-set-up", "tablets", "wave-participation")
TOUR = (*OF_CLIENT, *OF_DRAFT, *OF_OPEN)


@pytest.mark.browser
def test_a_wave_is_set_up_and_opened_with_the_keyboard_alone(
    transactional_world: World, chromium: Chromium
) -> None:
    page = chromium.signed_in(transactional_world.consultant.email, DESK)
    page.goto(reverse("client", args=[transactional_world.organization.id]))
    go(page, "Waves", "/waves$")
    go(page, "New wave", "/waves/new$")
    write(page, "Name", "Keyboard only")
    go(page, "Make the draft", "/set-up$")
    expect(page.get_by_text("On the front line, 80 people are asked.")).to_be_visible()
    tick(page, "Shift")
    write(page, "Smallest group shown", "7")
    press(page, "Save the draft")
    expect(page.get_by_text("The draft is saved.")).to_be_visible()
    go(page, "Which units could be shown with these numbers", "/policy$")
    expect(page.get_by_role("heading", name="What can be shown")).to_be_visible()
    go(page, "Change the thresholds", "/set-up#policy$")
    page.goto(page.url.partition("/set-up")[0])
    expect(page.get_by_role("heading", name="It can be opened")).to_be_visible()
    go(page, "Check and open", "/set-up$")
    press(page, "Open now")
    expect(page.get_by_role("heading", name="It is open")).to_be_visible()
    with within(transactional_world.organization):
        wave = Campaign.objects.get(name="Keyboard only")
    assert (wave.state, wave.background, wave.min_group) == (State.OPEN, ["shift"], 7)


def go(page: Page, name: str, place: str) -> None:
    press(page, name)
    expect(page).to_have_url(re.compile(place))
    page.wait_for_load_state()


def tick(page: Page, label: str) -> None:
    box = page.get_by_label(label, exact=True)
    for _ in range(80):
        page.keyboard.press("Tab")
        if box.evaluate("box => box === document.activeElement"):
            page.keyboard.press("Space")
            return
    raise AssertionError(f"the keyboard does not come to {label!r} on {page.url}")


@pytest.mark.browser
def test_pages_of_setting_up_dark_on_a_phone_and_light_on_a_desk(
    transactional_world: World, chromium: Chromium
) -> None:
    world = transactional_world
    draft, running = world.campaign("Draft"), world.open_campaign("Running")
    with within(world.organization):
        unit = Unit.objects.get(path="North")
        person = Person.objects.create(organization=world.organization, unit=unit, name="Ana García")
        sent = storing.start(
            world.organization, ImportKind.PEOPLE, "list", workbook(12, 60, 5), world.consultant
        )
        storing.run(sent.id)
    things = {"organization": world.organization.id, "unit": unit.id, "person": person.id, "sent": sent.id}
    addresses = [address(name, **things) for name in OF_CLIENT]
    for wave, names in ((draft, OF_DRAFT), (running, OF_OPEN)):
        addresses += [address(name, campaign=wave.id, identifier=wave.id) for name in names]
    wrong: list[str] = []
    for size, scheme in ((SMALL_PHONE, "dark"), (DESK, "light")):
        page = chromium.signed_in(world.consultant.email, size, script=True)
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        for place in addresses:
            page.goto(place)
            wrong += [f"{place} scrolls sideways at {size[0]}"] if overflows(page) else []
            wrong += violations(page, RULES if size == SMALL_PHONE else COLOURS)
    assert not wrong, "\n".join(wrong)
