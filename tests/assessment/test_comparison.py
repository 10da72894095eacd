"""Waves and clients beside each other: released numbers as they are, and nobody else's."""

from dataclasses import replace
from uuid import uuid4

from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from assessment import wording
from assessment.models import ReportSnapshot
from assessment.renderers.compared import Line, compared
from assessment.report import compose
from surveys.models import Firm, Membership, Organization, Role, User
from surveys.tenancy import within
from tests.assessment.documents import document
from tests.waves import ordinary, reported
from tests.world import World

CAMPAIGNS = [(uuid4(), f"Wave {number}") for number in range(3)]
QUERIES_OF_A_COMPARISON = 5  # session, user, memberships of the firm, clients, reports with their waves


def get(user: User, name: str, *arguments: object) -> str:
    client = Client()
    client.force_login(user)
    return client.get(reverse(name, args=arguments)).content.decode()


def wave(world: World, name: str) -> ReportSnapshot:
    campaign = world.campaign(name)
    return reported(world, campaign, ordinary(campaign))


def said(snapshot: ReportSnapshot) -> str:
    return wording.signed(snapshot.document["headline"]["gap"]["value"])


def test_the_waves_of_a_client_stand_in_their_order_with_their_numbers(world: World) -> None:
    assert "There is no report yet." in get(world.executive, "client-reports", world.organization.id)
    first, second = wave(world, "Wave 1"), wave(world, "Wave 2")
    page = get(world.executive, "client-reports", world.organization.id)
    assert page.index("Wave 1") < page.index("Wave 2")
    for snapshot in (first, second):
        assert reverse("report", args=[snapshot.campaign_id]) in page
        assert said(snapshot) in page
    assert 'class="trend"' in page


def test_a_firm_sees_its_clients_and_nobody_elses(
    world: World, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    sibling = replace(world, organization=Organization.objects.create(firm=world.firm, name="Sibling"))
    outside = replace(world, organization=Organization.objects.get(name="Next door"))
    document_of = wave(world, "Ours").document
    client = Client()
    client.force_login(world.consultant)
    with django_assert_num_queries(QUERIES_OF_A_COMPARISON):
        assert "Acme" in client.get(reverse("compare")).content.decode()
    for other in (sibling, outside):
        with within(other.organization):
            campaign = other.campaign(f"Of {other.organization.name}")
            ReportSnapshot.objects.create(campaign=campaign, document=document_of, digest="")
    with django_assert_num_queries(QUERIES_OF_A_COMPARISON):
        page = client.get(reverse("compare")).content.decode()
    assert "Of Sibling" in page
    assert "Next door" not in page


def test_a_consultant_of_chosen_clients_compares_those(world: World) -> None:
    wave(world, "Ours")
    sibling = Organization.objects.create(firm=world.firm, name="Sibling")
    Membership.objects.get(user=world.consultant, role=Role.CONSULTANT).clients.add(sibling)
    assert "Acme" not in get(world.consultant, "compare")
    assert Firm.objects.get(id=world.firm.id).organizations.count() == 2


def test_what_is_withheld_has_no_mark_and_a_reason() -> None:
    report = compose(document())
    gaps = {one.id: one.pair.gap for one in report.dimensions}
    lines = [Line(a_campaign, name, "", report.headline, gaps) for a_campaign, name in CAMPAIGNS]
    without = replace(
        lines[0], headline=compose(document(headline={"gap": {"status": "nothing_to_compare"}})).headline
    )
    titles = {one.id: one.title for one in report.dimensions}
    drawn = compared([without, lines[1], lines[2]], titles, trends=True)
    assert drawn.rows[0].cells[0].said.withheld
    assert [len(trend.dots) for trend in drawn.trends] == [2, 3, 3, 3]
    assert [dot.x for dot in drawn.trends[1].dots] == ["16.67%", "50.00%", "83.33%"], (
        "spread over the whole width"
    )
    assert compared(lines[:1], titles, trends=True).trends == ()
