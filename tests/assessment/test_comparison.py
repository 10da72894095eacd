"""Waves and clients beside each other: released numbers as they are, and nobody else's."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from uuid import uuid4

from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from assessment import wording
from assessment.models import Release, ReportSnapshot
from assessment.renderers.compared import Line, compared
from assessment.report import compose
from surveys.models import Firm, Membership, Organization, Role, User
from surveys.tenancy import within
from tests.assessment.documents import document
from tests.assessment.documents import gap as a_gap
from tests.waves import ordinary, reported
from tests.world import World

CAMPAIGNS = [(uuid4(), f"Wave {number}") for number in range(3)]
# session, user, memberships of the firm, clients, reports with their waves, all that was ever released
QUERIES_OF_A_COMPARISON = 6


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
            stored(other, f"Of {other.organization.name}", document_of)
    with django_assert_num_queries(QUERIES_OF_A_COMPARISON):
        page = client.get(reverse("compare")).content.decode()
    assert "Of Sibling" in page
    assert "Next door" not in page


def stored(world: World, name: str, document_of: Mapping[str, Any]) -> Release:
    """A wave with a released report of a test's choosing. Inside the tenant."""
    campaign = world.campaign(name)
    snapshot = ReportSnapshot.objects.create(campaign=campaign, document=document_of, digest="")
    return Release.objects.create(snapshot=snapshot, campaign=campaign)


def spoken(value: float) -> dict[str, Any]:
    return {"gap": a_gap(value)}


def clients(world: World, values: Sequence[float]) -> list[World]:
    """Each with a released report; the first of them is the world's own."""
    names = [
        world.organization,
        *(Organization(firm=world.firm, name=f"Client {n}") for n in range(1, len(values))),
    ]
    made = []
    for organization, value in zip(names, values, strict=True):
        organization.save()
        one = replace(world, organization=organization)
        with within(organization):
            stored(one, "First", document(headline=spoken(value)))
        made.append(one)
    return made


VALUES = (30.0, 10.0, 11.0, 12.0, 13.0, 14.0)
NO_AVERAGE = "There is no average to stand beside."


def test_a_client_stands_beside_the_average_of_five_others(world: World) -> None:
    made = clients(world, VALUES[:5])
    assert NO_AVERAGE in get(world.consultant, "compare")
    assert "five beside each" in get(world.consultant, "compare")
    sixth = replace(world, organization=Organization.objects.create(firm=world.firm, name="Sixth"))
    with within(sixth.organization):
        stored(sixth, "First", document(headline=spoken(14.0)))
    page = get(world.consultant, "compare")
    assert NO_AVERAGE not in page
    row = page[page.index("Average of the others") :]
    assert "+12.0" in row[row.index("Acme") : row.index("Client 1")]
    assert "Higher than the others" in row[row.index("Acme") : row.index("Client 1")]
    newcomer = replace(world, organization=Organization.objects.create(firm=world.firm, name="Zero"))
    with within(newcomer.organization):
        stored(newcomer, "First", document(headline=spoken(90.0)))
    later = get(world.consultant, "compare")
    row = later[later.index("Average of the others") :]
    assert "+12.0" in row[row.index("Acme") : row.index("Client 1")], "a newcomer does not move it"
    with within(made[1].organization):
        Release.objects.filter(campaign__organization=made[1].organization).update(
            withdrawn_at=timezone.now(), reason="wrong"
        )
    assert "A report in it was withdrawn." in get(world.consultant, "compare")


def test_who_works_for_some_clients_only_gets_no_average(world: World) -> None:
    made = clients(world, VALUES)
    membership = Membership.objects.get(user=world.consultant, role=Role.CONSULTANT)
    membership.clients.set([one.organization for one in made[:5]])
    page = get(world.consultant, "compare")
    assert NO_AVERAGE in page
    assert "Client 5" not in page
    assert NO_AVERAGE not in get(world.owner, "compare")


def test_made_up_answers_never_stand_among_real_ones(world: World) -> None:
    clients(world, VALUES)
    Organization.objects.filter(name="Client 5").update(simulated=True)
    page = get(world.owner, "compare")
    assert page.count(NO_AVERAGE) == 2


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
