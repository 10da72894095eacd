"""The doors. An outsider is told that nothing is there (404), an insider without the right is told why (403).

Each rule has two forms: `check_x` raises with a sentence the page can show, `can_x` answers yes or no.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar, cast
from uuid import UUID

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef, Q
from django.http import Http404
from django.utils.translation import gettext as _

from surveys.models import Campaign, Firm, Membership, Organization, Role, Unit, User
from surveys.signing_in import SecondFactorMissing
from surveys.tenancy import across_all

Visitor = User | AnonymousUser
Behind = TypeVar("Behind", "Inside", "Entered", "InFirm")


@dataclass(frozen=True)
class Inside:
    """A client behind its door, and what the visitor is to it."""

    organization: Organization
    roles: frozenset[Role]


@dataclass(frozen=True)
class InFirm:
    """A firm behind its door, and what the visitor is to it."""

    firm: Firm
    roles: frozenset[Role]


@dataclass(frozen=True)
class Entered(Inside):
    """A campaign behind its door, and what the visitor is to its organization."""

    campaign: Campaign


def roles_in(user: Visitor, organization: Organization) -> frozenset[Role]:
    """What a user is to a client. An owner is a consultant of every client of the firm.

    A role of the firm counts with a second factor only. A client that is to be deleted is nobody's any more.
    """
    if isinstance(user, AnonymousUser) or organization.doomed_at is not None:
        return frozenset()
    chosen = Q(clients__isnull=True) | Q(clients=organization)
    of_firm = Q(role=Role.OWNER) | Q(role=Role.CONSULTANT) & chosen
    held = Membership.objects.filter(
        Q(firm=organization.firm_id) & of_firm | Q(organization=organization), user=user
    )
    factor = Exists(Authenticator.objects.filter(user=OuterRef("user")))
    rows = [(Role(role), safe) for role, safe in held.values_list("role", factor)]
    roles = frozenset(role for role, _ in rows)
    if roles & {Role.OWNER, Role.CONSULTANT} and not all(safe for _, safe in rows):
        raise SecondFactorMissing
    return roles | {Role.CONSULTANT} if Role.OWNER in roles else roles


def enter_organization(user: Visitor, identifier: UUID) -> Inside:
    """The door to a client: 404 for whoever has no role in it, superusers among them."""
    organization = Organization.objects.select_related("firm").filter(id=identifier).first()
    roles = roles_in(user, organization) if organization else frozenset()
    if organization is None or not roles:
        raise Http404
    return Inside(organization, roles)


def roles_in_firm(user: Visitor, firm: Firm) -> frozenset[Role]:
    """What a user is to a firm: its clients' people are nothing to it."""
    if isinstance(user, AnonymousUser):
        return frozenset()
    factor = Exists(Authenticator.objects.filter(user=OuterRef("user")))
    held = Membership.objects.filter(user=user, firm=firm)
    rows = [(Role(role), safe) for role, safe in held.values_list("role", factor)]
    if not all(safe for _, safe in rows):
        raise SecondFactorMissing
    return frozenset(role for role, _ in rows)


def firms_of(user: User) -> list[Firm]:
    """The firms somebody is a member of. Without a second factor the way leads to one first."""
    factor = Exists(Authenticator.objects.filter(user=OuterRef("user")))
    held = Membership.objects.filter(user=user, firm__isnull=False).annotate(safe=factor)
    found = list(held.select_related("firm").order_by("firm__name"))
    if not all(membership.safe for membership in found):
        raise SecondFactorMissing
    return list({membership.firm_id: cast("Firm", membership.firm) for membership in found}.values())


def check_found(user: User) -> None:
    """Set up a firm of one's own."""
    if not settings.SIGN_UP:
        raise PermissionDenied(_("New firms are not set up on this site. Ask a firm for an invitation."))
    if Membership.objects.filter(user=user, firm__isnull=False).exists():
        raise PermissionDenied(_("You belong to a firm already."))


def enter_firm(user: Visitor, identifier: UUID) -> InFirm:
    firm = Firm.objects.filter(id=identifier).first()
    roles = roles_in_firm(user, firm) if firm else frozenset()
    if firm is None or not roles:
        raise Http404
    return InFirm(firm, roles)


def check_own(inside: InFirm) -> None:
    """The firm's team: who is in it, as what."""
    if Role.OWNER not in inside.roles:
        raise PermissionDenied(_("Only the owners of the firm can change its team."))


def can_own(inside: InFirm) -> bool:
    return _allows(check_own, inside)


def led_units(user: Visitor, organization: Organization) -> list[Unit]:
    """The units somebody leads, by path. What of the released report is theirs to read, the report knows."""
    if isinstance(user, AnonymousUser) or organization.doomed_at is not None:
        return []
    held = Membership.objects.filter(user=user, organization=organization, role=Role.LEAD)
    with across_all("the filter names the user's own memberships"):
        leads = held.select_related("unit").order_by("unit__path")
        return [membership.unit for membership in leads if membership.unit is not None]


def enter_campaign(user: Visitor, identifier: UUID) -> Entered:
    """The door to a campaign: 404 for whoever has no role in its organization, superusers among them."""
    with across_all("the door looks before it knows the tenant"):
        campaign = (
            Campaign.objects.select_related("organization__firm", "instrument_version")
            .defer("wrapped_key")
            .filter(id=identifier)
            .first()
        )
    roles = roles_in(user, campaign.organization) if campaign else frozenset()
    if campaign is None or not roles:
        raise Http404
    return Entered(campaign.organization, roles, campaign)


def check_manage(inside: Inside) -> None:
    """Set up a client and its campaigns, moderate, release."""
    if Role.CONSULTANT not in inside.roles:
        raise PermissionDenied(_("Only the consultants of this client can change this."))


def can_manage(inside: Inside) -> bool:
    return _allows(check_manage, inside)


def check_look_after(inside: Inside) -> None:
    """Units, people, invitations and participation."""
    if not inside.roles & {Role.CONSULTANT, Role.COORDINATOR}:
        raise PermissionDenied(
            _("People and participation are looked after by coordinators and consultants.")
        )


def can_look_after(inside: Inside) -> bool:
    return _allows(check_look_after, inside)


def check_invite(inside: Inside) -> None:
    """Who may sign in to a client, and as what."""
    if Role.CONSULTANT not in inside.roles:
        raise PermissionDenied(_("Only the consultants of this client can give or take access."))


def can_invite(inside: Inside) -> bool:
    return _allows(check_invite, inside)


def check_delete(inside: Inside) -> None:
    """The end of a client and of everything kept for it."""
    if Role.OWNER not in inside.roles:
        raise PermissionDenied(_("Only the owners of the firm can delete a client."))


def can_delete(inside: Inside) -> bool:
    return _allows(check_delete, inside)


def check_close(entered: Entered) -> None:
    if Role.CONSULTANT not in entered.roles:
        raise PermissionDenied(_("Only the consultants of this client can close a campaign."))


def can_close(entered: Entered) -> bool:
    return _allows(check_close, entered)


def check_read(inside: Inside) -> None:
    """Released reports of this client, and what follows from them."""
    if not inside.roles & {Role.CONSULTANT, Role.EXECUTIVE}:
        raise PermissionDenied(
            _("Reports are read by executives and consultants; coordinators look after participation.")
        )


def can_read(inside: Inside) -> bool:
    return _allows(check_read, inside)


def check_read_report(entered: Entered) -> None:
    check_read(entered)


def can_read_report(entered: Entered) -> bool:
    return _allows(check_read_report, entered)


def check_read_unit(inside: Inside) -> None:
    """What was released of the unit that somebody leads."""
    if Role.LEAD not in inside.roles:
        raise PermissionDenied(_("This page is for those who lead a unit."))


def can_read_unit(inside: Inside) -> bool:
    return _allows(check_read_unit, inside)


def why_not(check: Callable[[Behind], None], inside: Behind) -> str:
    """The sentence beside a button that is not for this visitor; empty where it is."""
    try:
        check(inside)
    except PermissionDenied as refusal:
        return str(refusal)
    return ""


def _allows(check: Callable[[Behind], None], inside: Behind) -> bool:
    try:
        check(inside)
    except PermissionDenied:
        return False
    return True
