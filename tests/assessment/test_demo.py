"""What a newcomer looks at, on fewer stores. Seeded once for all tests of this file, each of which is undone."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import pytest
from django.apps import apps
from django.db import transaction
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoDbBlocker

from assessment import demo, releasing
from assessment.models import ReportSnapshot
from assessment.snapshot.build import build_once
from surveys import signing_in
from surveys.instruments.instrument import Panel
from surveys.models import Ballot, Campaign, Organization, Pass, State
from surveys.tenancy import across_all, within

SIMULATED = "Simulated answers: the organization and its people are made up."
STORES = 6
REPORTED = ("Kestrel Home", "Lindenhof Clinics")


@dataclass(frozen=True)
class Demo:
    campaigns: dict[tuple[str, str], Campaign]
    documents: dict[str, dict[str, Any]]
    invitations: dict[Panel, str]


def few_stores() -> demo.ClientPlan:
    plan = demo.retailer()
    return replace(plan, units=plan.units[: STORES + 1])


@pytest.fixture(scope="module")
def seeded(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Demo]:
    with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patch, transaction.atomic():
        patch.setattr(demo, "PLANS", (few_stores, demo.clinics, demo.insurer))
        demo.seed()
        with across_all("the demo has several clients"):
            found = list(Campaign.objects.select_related("organization"))
        yield Demo(
            {(one.organization.name, one.name): one for one in found},
            {one.organization.name: built(one) for one in found if one.organization.name in REPORTED},
            {one.panel: one.code for one in demo.invitations()},
        )
        transaction.set_rollback(True)


def built(campaign: Campaign) -> dict[str, Any]:
    with within(campaign.organization):
        snapshot = build_once(campaign.id)
        made = releasing.release(campaign.id)  # the demo asks for it before there is a draft
    assert snapshot is not None
    assert made is not None
    document: dict[str, Any] = snapshot.document
    return document


@pytest.fixture(autouse=True)
def demo_data(seeded: Demo, db: None) -> Demo:
    return seeded


def rows() -> dict[str, int]:
    with across_all("a test counts"):
        return {
            model._meta.label: model._default_manager.count()
            for app in ("surveys", "assessment")
            for model in apps.get_app_config(app).get_models()
        }


def signed_in(email: str) -> Client:
    client = Client()
    client.post(reverse("sign-in"), {"login": email, "password": demo.PASSWORD})
    if email != demo.EXECUTIVE:
        code = signing_in.code_now(signing_in.DEMO_SECRET)
        client.post(reverse("mfa_authenticate"), {"code": code})
    assert "_auth_user_id" in client.session
    return client


def test_one_firm_has_three_clients_with_their_waves(seeded: Demo) -> None:
    assert {name: campaign.state for name, campaign in seeded.campaigns.items()} == {
        ("Kestrel Home", "Autumn 2026"): State.CLOSED,
        ("Lindenhof Clinics", "Spring 2026"): State.CLOSED,
        ("Northgate Mutual", "Wave 1"): State.CLOSED,
        ("Northgate Mutual", "Wave 2"): State.CLOSED,
        ("Northgate Mutual", "Wave 3"): State.OPEN,
    }
    assert set(Organization.objects.values_list("firm__name", "simulated")) == {(demo.FIRM, True)}


def test_the_whole_retailer_is_forty_stores_and_about_1800_people() -> None:
    stores = [unit for unit in demo.retailer().units if unit.frontline]
    assert len(stores) == 40
    assert 1700 < sum(unit.frontline for unit in stores) < 1900
    assert sum(unit.frontline + unit.executives for unit in demo.clinics().units) == 60


def test_seeding_twice_adds_nothing(seeded: Demo) -> None:
    before = rows()
    assert before["surveys.Ballot"] > 100
    demo.seed()
    assert rows() == before


def test_every_page_says_that_the_answers_are_simulated(seeded: Demo) -> None:
    client = signed_in(demo.CONSULTANT)
    addresses = [
        reverse(name, args=[campaign.id])
        for campaign in seeded.campaigns.values()
        for name in ("campaign", "report")
    ]
    for address in addresses:
        assert SIMULATED in client.get(address).content.decode(), address
    for code in seeded.invitations.values():
        for step in ("answer-enter", "answer-questions", "answer-check"):
            assert SIMULATED in client.post(reverse(step), {"code": code}).content.decode(), step
    home = client.get(reverse("home")).content.decode()
    assert home.count("Simulated answers") == home.count('class="client"') == 3
    assert all(document["simulated"] is True for document in seeded.documents.values())


def test_the_retailer_has_a_clear_gap_where_studies_find_it(seeded: Demo) -> None:
    gap = seeded.documents["Kestrel Home"]["headline"]["gap"]
    assert gap["verdict"] == "clear"
    assert 18 < gap["value"] < 36
    assert gap["interval"][0] > 10


def test_much_of_the_clinic_is_withheld(seeded: Demo) -> None:
    document = seeded.documents["Lindenhof Clinics"]
    units = {unit.path for unit in demo.clinics().units if unit.frontline}
    shown = {row["path"] for row in document["units"]} & units
    assert len(shown) <= len(units) // 2
    assert {cell["reason"] for cell in document["withheld"]} >= {"small_group", "protects_another"}
    small = {"Lakeside/Therapy", "Old Town/Reception", "Old Town/Laboratory", "Hillside/Reception"}
    for row in document["units"]:
        assert row["path"] not in small
        assert all(cell["n"] >= 5 for cell in row["frontline"].values() if "n" in cell)
    page = signed_in(demo.EXECUTIVE).get(address_of(seeded, "Lindenhof Clinics")).content.decode()
    assert "Fewer people answered than the minimum that was promised." in page


def address_of(seeded: Demo, client: str) -> str:
    (campaign,) = (one for (name, _), one in seeded.campaigns.items() if name == client)
    return reverse("report", args=[campaign.id])


def test_the_stranger_sees_none_of_it(seeded: Demo) -> None:
    client = signed_in(demo.STRANGER)
    home = client.get(reverse("home")).content.decode()
    for (organization, _), campaign in seeded.campaigns.items():
        assert organization not in home
        assert str(campaign.id) not in home
        for name in ("campaign", "report", "report-document"):
            response = client.get(reverse(name, args=[campaign.id]))
            assert response.status_code == 404
            assert organization not in response.content.decode()


def test_the_executive_reads_what_is_there(seeded: Demo) -> None:
    client = signed_in(demo.EXECUTIVE)
    for name in REPORTED:
        assert "Empowerment-gap report" in client.get(address_of(seeded, name)).content.decode()
    with across_all("a test counts"):
        assert ReportSnapshot.objects.count() == len(REPORTED)


def test_the_open_wave_can_be_answered_from_each_link(seeded: Demo) -> None:
    assert set(seeded.invitations) == set(Panel)
    before = rows()["surveys.Ballot"]
    for number, code in enumerate(seeded.invitations.values()):
        ballot = f"00000000-0000-4000-8000-00000000000{number}"
        sent = Client().post(reverse("answer-send"), {"code": code, "ballot": ballot})
        assert sent.status_code == 303
    assert rows()["surveys.Ballot"] == before + 2


def test_every_sealed_answer_of_the_open_wave_has_a_spent_pass(seeded: Demo) -> None:
    with within(seeded.campaigns["Northgate Mutual", "Wave 3"].organization):
        assert Pass.objects.filter(spent=True).count() == Ballot.objects.count()
