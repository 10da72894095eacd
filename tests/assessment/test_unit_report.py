"""A unit's lead reads what was released of the unit: the report's numbers, no others, and why where there are none."""

import json
import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from assessment.models import ReportSnapshot
from assessment.renderers.unit_page import unit_page
from assessment.report import Report, compose
from surveys.instruments.instrument import Panel
from surveys.models import Campaign, Membership, Role, Unit, User
from surveys.tenancy import within
from tests.assessment.renderers import documents
from tests.waves import drafted, ordinary, reported
from tests.world import World, a_sheet

FAR = "South"


def get(user: User, campaign: Campaign) -> Any:
    client = Client()
    client.force_login(user)
    return client.get(reverse("unit-report", args=[campaign.id]))


def small(campaign: Campaign) -> Any:
    """In the north only three people of the front line answered."""
    answers = ordinary(campaign)
    for number in (1, 2):
        del answers[f"North/Store {number}", Panel.FRONTLINE]
    return {**answers, ("North/Store 1", Panel.FRONTLINE): [a_sheet(campaign, 1) for _ in range(3)]}


def test_the_lead_reads_the_unit_and_what_is_under_it_and_nothing_of_the_others(world: World) -> None:
    campaign = world.campaign()
    snapshot = reported(world, campaign, ordinary(campaign))
    response = get(world.lead, campaign)
    assert response.status_code == 200
    assert "no-store" in response["Cache-Control"]
    shown = response.content.decode()
    (page,) = response.context["pages"]
    assert page.name == "North"
    assert [row.name for row in page.below.rows] == ["Store 1", "Store 2"]
    assert FAR in json.dumps(snapshot.document["units"]), "planted: there is something that could leak"
    assert FAR not in shown
    for other in ("report", "report-document", "report-pdf"):
        client = Client()
        client.force_login(world.lead)
        assert client.get(reverse(other, args=[campaign.id])).status_code == 403


def test_every_number_is_one_of_the_released_report(world: World) -> None:
    campaign = world.campaign()
    snapshot = reported(world, campaign, ordinary(campaign))
    document = snapshot.document
    north = next(unit for unit in document["units"] if unit["path"] == "North")
    page = unit_page(compose(document), "North")
    for line, dimension in zip(page.lines, document["dimensions"], strict=True):
        assert line.frontline.text == f"{north['frontline'][dimension['id']]['mean']:.1f}"
        assert line.executive.text == f"{dimension['executive']['mean']:.1f}"


def test_a_unit_that_is_withheld_says_why(world: World) -> None:
    campaign = world.campaign()
    snapshot = reported(world, campaign, small(campaign))
    assert "North" not in [unit["path"] for unit in snapshot.document["units"]]
    shown = get(world.lead, campaign).content.decode()
    assert "Nothing of this unit itself can be shown." in shown
    assert "Fewer people answered than the minimum that was promised." in shown
    assert not re.search(r'class="number"', shown)


def test_before_a_release_there_is_nothing_to_read(world: World) -> None:
    campaign = world.campaign()
    drafted(world, campaign, ordinary(campaign))
    with within(world.organization):
        assert ReportSnapshot.objects.exists(), "planted"
    response = get(world.lead, campaign)
    assert "No report is released yet." in response.content.decode()
    assert response.context["pages"] == []


def test_a_unit_that_was_not_asked_then(world: World) -> None:
    campaign = world.campaign()
    reported(world, campaign, ordinary(campaign))
    with within(world.organization):
        new = Unit.objects.create(organization=world.organization, name="New", path="New")
    Membership.objects.filter(user=world.lead).update(unit=new)
    assert "Your unit was not asked in this survey." in get(world.lead, campaign).content.decode()


def test_who_leads_several_units_reads_each_once(world: World) -> None:
    campaign = world.campaign()
    reported(world, campaign, ordinary(campaign))
    with within(world.organization):
        units = Unit.objects.filter(path__in=["North/Store 1", "South/Store 2"])
        for unit in units:
            Membership.objects.create(
                user=world.lead, role=Role.LEAD, organization=world.organization, unit=unit
            )
    pages = get(world.lead, campaign).context["pages"]
    assert [page.name for page in pages] == ["North", "Store 2"], "a store of the north is in the north's"


def test_the_way_leads_there_from_the_first_page_and_from_the_wave(world: World) -> None:
    campaign = world.campaign()
    reported(world, campaign, ordinary(campaign))
    address = reverse("unit-report", args=[campaign.id])
    for who, there in ((world.lead, True), (world.executive, False)):
        client = Client()
        client.force_login(who)
        for page in (reverse("home"), reverse("campaign", args=[campaign.id])):
            assert (address in client.get(page).content.decode()) is there


def test_the_page_costs_so_many_queries(world: World) -> None:
    campaign = world.campaign()
    reported(world, campaign, ordinary(campaign))
    client = Client()
    client.force_login(world.lead)
    counts = []
    for path in ("", "South/Store 1", "South/Store 2"):
        if path:
            with within(world.organization):
                unit = Unit.objects.get(path=path)
            Membership.objects.create(
                user=world.lead, role=Role.LEAD, organization=world.organization, unit=unit
            )
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("unit-report", args=[campaign.id]))
        counts.append(len(queries))
    assert counts == [7, 7, 7]


@pytest.mark.pure
def test_a_name_that_begins_alike_is_not_under_it() -> None:
    report: Report = compose(documents.document())
    first = report.units[0]
    page = unit_page(report, first.path[:-1])
    assert page.below is None
    assert page.why
