"""The people every view is tried with: owner, colleague, stranger; and a client with units and a wave."""

import datetime as dt
from dataclasses import dataclass
from functools import cache
from uuid import uuid4

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
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


def give_second_factor(user: User) -> None:
    """Members of a firm need one at every door."""
    secret = signing_in.MFAAdapter().encrypt(SECRET)
    Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={"secret": secret})


def sign_in(client: Client, user: User) -> None:
    """As people do it, with the password and, where there is one, the second factor."""
    client.post(reverse("sign-in"), {"login": user.email, "password": PASSWORD})
    if Authenticator.objects.filter(user=user).exists():
        client.post(reverse("mfa_authenticate"), {"code": signing_in.code_now(SECRET)})
    assert client.session.get("_auth_user_id") == str(user.id)


def make_world() -> World:
    firm, other = Firm.objects.create(name="Meridian"), Firm.objects.create(name="Elsewhere")
    organization = Organization.objects.create(
        firm=firm, name="Acme", timezone="Europe/Madrid", currency="EUR"
    )
    Organization.objects.create(firm=other, name="Next door")
    people = {
        name: User.objects.create_user(f"{name}@example.org", PASSWORD)
        for name in ("owner", "consultant", "lead", "coordinator", "executive", "stranger")
    }
    Membership.objects.create(user=people["owner"], role=Role.OWNER, firm=firm)
    Membership.objects.create(user=people["consultant"], role=Role.CONSULTANT, firm=firm)
    Membership.objects.create(user=people["coordinator"], role=Role.COORDINATOR, organization=organization)
    Membership.objects.create(user=people["executive"], role=Role.EXECUTIVE, organization=organization)
    Membership.objects.create(user=people["stranger"], role=Role.CONSULTANT, firm=other)
    superuser = User.objects.create_superuser("root@example.org", PASSWORD)
    for user in (*people.values(), superuser):
        EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    for name in ("owner", "consultant", "stranger"):
        give_second_factor(people[name])
    with within(organization):
        for region in ("North", "South"):
            parent = Unit.objects.create(
                organization=organization,
                name=region,
                path=region,
                frontline_headcount=0,
                executive_headcount=6,
            )
            for number in (1, 2):
                Unit.objects.create(
                    organization=organization,
                    parent=parent,
                    name=f"Store {number}",
                    path=f"{region}/Store {number}",
                    frontline_headcount=20,
                    executive_headcount=0,
                )
        north = Unit.objects.get(path="North")
    Membership.objects.create(user=people["lead"], role=Role.LEAD, organization=organization, unit=north)
    return World(firm, organization, superuser=superuser, **people)
