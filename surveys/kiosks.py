"""Tablets that many people answer on. A tablet has a secret; with it, it asks for signatures of tokens it made itself,
so the server never knows which answer came from which tablet.
"""

import hashlib
import secrets
from dataclasses import dataclass

from django.db import transaction
from django.db.models import F, Sum
from django.utils.translation import gettext as _

from surveys import campaigns, collect, passes, tokens
from surveys.instruments.instrument import Panel
from surveys.models import Campaign, CampaignUnit, Kiosk, Organization, Pass, User
from surveys.models.event import Verb
from surveys.tenancy import across_all, within

SECRET_BYTES = 24


class Unknown(Exception):  # noqa: N818  # an answer, shown as a kind page
    """No tablet in use has this secret."""


class Exhausted(Exception):  # noqa: N818  # an answer, shown as a kind page
    """This tablet has handed out all the answers it may."""


class Foreign(Exception):  # noqa: N818  # an answer, shown as a kind page
    """This code is not for the unit that the tablet stands in."""


class Refused(ValueError):  # noqa: N818  # an answer, shown on the page
    """A sentence for the page of the coordinator."""


@dataclass(frozen=True)
class Bound:
    """A tablet and what it is bound to. It has what a pass has, so that the same pages can be drawn for it."""

    kiosk: Kiosk
    unit: CampaignUnit
    campaign: Campaign
    organization: Organization
    panel: Panel = Panel.FRONTLINE
    spent: bool = False
    signed: bool = False
    language: str = ""


def digest(secret: str) -> bytes:
    return hashlib.sha256(b"latitude.kiosk" + secret.encode()).digest()


def most(unit: CampaignUnit) -> int:
    """How many may still answer without a code in a unit: no more than it has people, over all its tablets.

    A tablet that was switched off keeps what it was given: the rest of it would tell how many have answered.
    """
    given = Kiosk.objects.filter(unit=unit).aggregate(all=Sum("allowance"))["all"] or 0
    return max(0, (unit.frontline_headcount or 0) - given)


@transaction.atomic
def bind(unit: CampaignUnit, name: str, allowance: int, *, actor: User) -> tuple[Kiosk, str]:
    """A new tablet, and its secret, which exists only in what is returned."""
    CampaignUnit.objects.select_for_update().get(id=unit.id)  # two coordinators cannot both hand out the last
    if not name.strip():
        raise Refused(_("Give the tablet a name, such as the room it stands in."))
    if allowance > (limit := most(unit)):
        raise Refused(
            _(
                "Without a code at most %(most)d more people can answer in %(unit)s: it has no more people. A"
                " tablet that was switched off keeps its number; bind that one again."
            )
            % {"most": limit, "unit": unit.path}
        )
    secret = secrets.token_urlsafe(SECRET_BYTES)
    made = Kiosk.objects.create(
        unit=unit, name=name.strip(), secret_digest=digest(secret), allowance=allowance
    )
    campaigns.record(unit.campaign, Verb.KIOSK, actor, unit=unit.path, tablet=made.name, allowance=allowance)
    return made, secret


@transaction.atomic
def revoke(kiosk: Kiosk, *, actor: User) -> None:
    if Kiosk.objects.filter(id=kiosk.id, revoked=False).update(revoked=True):
        campaigns.record(kiosk.unit.campaign, Verb.KIOSK_REVOKED, actor, tablet=kiosk.name)


@transaction.atomic
def bind_again(kiosk: Kiosk, *, actor: User) -> str:
    """A new secret for a tablet that was switched off: it goes on where it was, and nobody is told where that is."""
    secret = secrets.token_urlsafe(SECRET_BYTES)
    renewed = Kiosk.objects.filter(id=kiosk.id, revoked=True)
    if not renewed.update(revoked=False, secret_digest=digest(secret)):
        raise Refused(_("This tablet is in use. Switch it off first."))
    campaigns.record(
        kiosk.unit.campaign,
        Verb.KIOSK,
        actor,
        unit=kiosk.unit.path,
        tablet=kiosk.name,
        allowance=kiosk.allowance,
    )
    return secret


def find(secret: str) -> Bound:
    with across_all("a secret is all a tablet has: it names the tenant"):
        kiosk = (
            Kiosk.objects.select_related("unit__campaign__organization", "unit__campaign__instrument_version")
            .defer("unit__campaign__instrument_version__definition")
            .filter(secret_digest=digest(secret), revoked=False)
            .first()
        )
    if kiosk is None:
        raise Unknown
    campaign = kiosk.unit.campaign
    return Bound(kiosk, kiosk.unit, campaign, campaign.organization)


def sign(secret: str, blinded: str, code: str) -> str:
    """A token for the next person: for a code of this unit, or without one from the tablet's allowance."""
    bound = find(secret)
    if not collect.takes_answers(bound.campaign):
        raise collect.Closed
    if code:
        found = passes.find(code)
        if (found.unit.id, found.panel) != (bound.unit.id, bound.panel):
            raise Foreign
        return tokens.sign(code, blinded)
    return _sign_openly(bound, blinded)


def _sign_openly(bound: Bound, blinded: str) -> str:
    """The message that was signed before (its reply was lost) is signed again and counts once."""
    message, seen = tokens.read_blinded(blinded)
    with within(bound.organization), transaction.atomic():
        kiosk = Kiosk.objects.select_for_update().get(id=bound.kiosk.id)
        if not Pass.objects.filter(unit=bound.unit, blinded=seen).exists():
            if kiosk.revoked or kiosk.issued >= kiosk.allowance:
                raise Exhausted
            Kiosk.objects.filter(id=kiosk.id).update(issued=F("issued") + 1)
            code = passes.digest(passes.new_code())
            Pass.objects.create(unit=bound.unit, panel=bound.panel, code_digest=code, blinded=seen)
        return tokens.signature(bound.campaign, bound.unit, bound.panel, message)
