"""The people every view is tried with: owner, colleague, stranger; and a client with units and a wave."""

import datetime as dt
from dataclasses import dataclass
from functools import cache
from uuid import uuid4

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib.auth.hashers import make_password
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from surveys import campaigns, collect, passes, signing_in
from surveys.instruments.instrument import Instrument, ItemKind, Panel
from surveys.instruments.loading import load_installed
from surveys.models import Campaign, CampaignUnit, Firm, Membership, Organization, Role, Unit, User
from surveys.tenancy import within

PASSWORD = "a long enough password"
SECRET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"  # of everybody's authenticator app


@cache
def instrument() -> Instrument:
    return load_installed("empowered-service")


@dataclass
class World:
    firm: Firm
    organization: Organization
    owner: User
    consultant: User
    lead: User
    coordinator: User
    executive: User
    stranger: User
    superuser: User

    def campaign(self, name: str = "Wave 1", **policy: int) -> Campaign:
        """A draft wave that is open now for whoever opens it."""
        now = timezone.now()
        with within(self.organization):
            return campaigns.create(
                organization=self.organization,
                name=name,
                instrument=instrument(),
                opens_at=now - dt.timedelta(days=1),
                closes_at=now + dt.timedelta(days=1),
                options=campaigns.Options(
                    background=("tenure", "contact"),
                    amounts=(10, 50, 200, 1000, 5000)[: len(instrument().items_of(ItemKind.LADDER))],
                    policy=campaigns.Policy(**policy),
                ),
                actor=self.consultant,
            )

    def open_campaign(self, name: str = "Wave 1", **policy: int) -> Campaign:
        campaign = self.campaign(name, **policy)
        with within(self.organization):
            campaigns.open_(campaign, actor=self.consultant)
        return campaign

    def unit(self, campaign: Campaign, path: str = "North/Store 1") -> CampaignUnit:
        with within(self.organization):
            return CampaignUnit.objects.get(campaign=campaign, path=path)

    def code(self, campaign: Campaign, panel: Panel = Panel.FRONTLINE, path: str = "North/Store 1") -> str:
        unit = self.unit(campaign, path)
        with within(self.organization):
            return passes.issue(unit, panel)[0]

    def answer(
        self,
        campaign: Campaign,
        value: int = 4,
        panel: Panel = Panel.FRONTLINE,
        path: str = "North/Store 1",
        **comments: str,
    ) -> None:
        """One accepted answer that says `value` to everything."""
        collect.submit(
            code=self.code(campaign, panel, path),
            ballot=uuid4(),
            sheet=a_sheet(campaign, value),
            comments=comments,
        )

    def over(self, campaign: Campaign) -> Campaign:
        """The campaign's time has passed; nobody has closed it yet."""
        with within(self.organization):
            past = timezone.now() - dt.timedelta(seconds=1)
            Campaign.objects.filter(id=campaign.id).update(closes_at=past)
            campaign.closes_at = past
        return campaign

    def closed(self, campaign: Campaign) -> Campaign:
        with within(self.organization):
            campaigns.close(self.over(campaign))
            return Campaign.objects.get(id=campaign.id)


def a_sheet(campaign: Campaign, value: int = 4) -> bytes:
    """A legal sheet that answers every question that has so many options with `value`."""
    codec = campaign.codec
    return bytes(1 if field.max_choices else min(value, field.options) for field in codec.fields)


def second_factor(user: User) -> Authenticator:
    secret = signing_in.MFAAdapter().encrypt(SECRET)
    return Authenticator(user=user, type=Authenticator.Type.TOTP, data={"secret": secret})


def give_second_factor(user: User) -> None:
    """Members of a firm need one at every door."""
    second_factor(user).save()


def sign_in(client: Client, user: User) -> None:
    """As people do it, with the password and, where there is one, the second factor."""
    client.post(reverse("sign-in"), {"login": user.email, "password": PASSWORD})
    if Authenticator.objects.filter(user=user).exists():
        client.post(reverse("mfa_authenticate"), {"code": signing_in.code_now(SECRET)})
    assert client.session.get("_auth_user_id") == str(user.id)


def make_world() -> World:
    """In few queries: most tests begin with it."""
    firm, other = Firm.objects.bulk_create([Firm(name="Meridian"), Firm(name="Elsewhere")])
    organization, _next_door = Organization.objects.bulk_create(
        [
            Organization(firm=firm, name="Acme", timezone="Europe/Madrid", currency="EUR"),
            Organization(firm=other, name="Next door"),
        ]
    )
    people = make_people()
    with within(organization):
        north = make_units(organization)
    Membership.objects.bulk_create(
        [
            Membership(user=people["owner"], role=Role.OWNER, firm=firm),
            Membership(user=people["consultant"], role=Role.CONSULTANT, firm=firm),
            Membership(user=people["coordinator"], role=Role.COORDINATOR, organization=organization),
            Membership(user=people["executive"], role=Role.EXECUTIVE, organization=organization),
            Membership(user=people["stranger"], role=Role.CONSULTANT, firm=other),
            Membership(user=people["lead"], role=Role.LEAD, organization=organization, unit=north),
        ]
    )
    return World(firm, organization, **people)


def make_people() -> dict[str, User]:
    """Who is in a firm has a second factor."""
    names = ("owner", "consultant", "lead", "coordinator", "executive", "stranger")
    people = {name: User(email=f"{name}@example.org", password=_hashed()) for name in names}
    people["superuser"] = User(email="root@example.org", password=_hashed(), is_staff=True, is_superuser=True)
    User.objects.bulk_create(people.values())
    EmailAddress.objects.bulk_create(
        EmailAddress(user=user, email=user.email, verified=True, primary=True) for user in people.values()
    )
    Authenticator.objects.bulk_create(
        second_factor(people[name]) for name in ("owner", "consultant", "stranger")
    )
    return people


@cache
def _hashed() -> str:
    return make_password(PASSWORD)


def make_units(organization: Organization) -> Unit:
    """Two regions with two stores each; the first region."""
    head = {"organization": organization, "frontline_headcount": 0, "executive_headcount": 6}
    store = {"organization": organization, "frontline_headcount": 20, "executive_headcount": 0}
    regions = Unit.objects.bulk_create(Unit(name=name, path=name, **head) for name in ("North", "South"))
    Unit.objects.bulk_create(
        Unit(parent=region, name=f"Store {number}", path=f"{region.name}/Store {number}", **store)
        for region in regions
        for number in (1, 2)
    )
    return regions[0]
