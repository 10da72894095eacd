"""Set-up as a consultant goes through it, and lists that ask as much for many rows as for one."""

import datetime as dt

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape
from pytest_django import DjangoAssertNumQueries

from surveys.importing import storing
from surveys.instruments.instrument import Panel
from surveys.models import Campaign, Import, Person, State, Unit
from surveys.setup_forms import MINUTE
from surveys.tenancy import within
from tests import rosters
from tests.asked import Asked
from tests.world import World


@pytest.fixture
def consultant(world: World, asked: Asked) -> Client:
    client = Client()
    client.force_login(world.consultant)
    return client


def test_from_a_workbook_to_an_open_survey(world: World, consultant: Client) -> None:
    client = world.organization.id
    file = SimpleUploadedFile("roster.xlsx", rosters.workbook(12, 120, 8))
    sent = consultant.post(reverse("client-imports", args=[client]), {"kind": "people", "file": file})
    with within(world.organization):
        made = Import.objects.get()
        storing.run(made.id)
    page = consultant.get(sent["Location"]).content.decode()
    assert "Store it" in page
    consultant.post(sent["Location"], {"confirm": "yes"})
    with within(world.organization):
        storing.run(made.id)
        assert Person.objects.count() == 120
    opens = timezone.now().astimezone(world.organization.zone)
    dates = {
        "opens_at": opens.strftime(MINUTE),
        "closes_at": (opens + dt.timedelta(days=9)).strftime(MINUTE),
    }
    said = {"name": "Autumn", "instrument": "empowered-service", **dates}
    draft = consultant.post(reverse("wave-new", args=[client]), said)["Location"]
    assert "This survey can be opened" in consultant.get(draft).content.decode()
    with within(world.organization):
        wave = Campaign.objects.get(name="Autumn")
    consultant.post(reverse("wave-open", args=[wave.id]), {"when": "now"})
    with within(world.organization):
        assert Campaign.objects.get(id=wave.id).state == State.OPEN


@pytest.mark.parametrize("number", [1, 30])
def test_lists_ask_as_much_for_many_as_for_one(
    world: World, consultant: Client, number: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with within(world.organization):
        unit = Unit.objects.get(path="North")
        for at in range(number):
            Person.objects.create(organization=world.organization, unit=unit, email=f"a{at}@x.example")
            Unit.objects.create(
                organization=world.organization, parent=unit, name=f"{at}", path=f"North/{at}"
            )
    found = {}
    for name in ("client-people", "client-units"):
        with django_assert_num_queries(QUERIES[name]):
            found[name] = consultant.get(reverse(name, args=[world.organization.id])).status_code
    assert set(found.values()) == {200}


QUERIES = {"client-people": 6, "client-units": 7}  # session, user, client, roles, count, rows, with all below


def test_a_unit_is_listed_with_all_below_it(world: World, consultant: Client) -> None:
    page = consultant.get(reverse("client-units", args=[world.organization.id])).content.decode()
    assert page.count(">40</td>") == 2, "two stores of 20 in each region"
    with within(world.organization):
        Unit.objects.filter(path="South/Store 1").update(frontline_headcount=None)
    page = consultant.get(reverse("client-units", args=[world.organization.id])).content.decode()
    assert (page.count(">40</td>"), page.count(">?</td>")) == (1, 1)


def test_scenarios_are_chosen_like_background_questions_and_amounts(world: World, consultant: Client) -> None:
    campaign = world.campaign()
    address = reverse("wave-set-up", args=[campaign.id])
    form = consultant.get(address).context["form"]
    assert form.initial["scenarios"] == ["scenario-refund", "scenario-warranty", "scenario-car"]
    given = {
        name: value.strftime(MINUTE) if isinstance(value, dt.datetime) else value
        for name, value in form.initial.items()
    }
    chosen = {"scenarios": ["scenario-car"], "background": ["tenure"], "amount_1": 7}
    assert consultant.post(address, {**given, **chosen}).status_code == 302
    with within(world.organization):
        changed = Campaign.objects.get(id=campaign.id)
    assert changed.scenarios_left_out == ["scenario-refund", "scenario-warranty"]
    assert (changed.background, changed.amounts[0]) == (["tenure"], 7)
    questions = consultant.get(reverse("wave-questions", args=[campaign.id])).content.decode()
    kept, gone = (
        changed.instrument_version.instrument.wording(one, Panel.FRONTLINE, "en") for one in SCENARIOS
    )
    assert escape(kept) in questions
    assert escape(gone) not in questions


SCENARIOS = ("scenario-car", "scenario-refund")
