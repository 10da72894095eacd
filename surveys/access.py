"""The doors. An outsider is told that nothing is there (404), an insider without the right is told why (403).

Each rule has two forms: `check_x` raises with a sentence the page can show, `can_x` answers yes or no.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404
from django.utils.translation import gettext as _

from surveys.models import Campaign, Membership, Organization, Role, User
from surveys.tenancy import across_all

Visitor = User | AnonymousUser
Behind = TypeVar("Behind", bound="Inside")


@dataclass(frozen=True)
class Inside:
    """A client behind its door, and what the visitor is to it."""

    organization: Organization
    roles: frozenset[Role]


@dataclass(frozen=True)
class Entered(Inside):
    """A campaign behind its door, and what the visitor is to its organization."""

    campaign: Campaign


def roles_in(user: Visitor, organization: Organization) -> frozenset[Role]:
    """What a user is to a client. An owner is a consultant of every client of the firm."""
    if isinstance(user, AnonymousUser):
        return frozenset()
    chosen = Q(clients__isnull=True) | Q(clients=organization)
    of_firm = Q(role=Role.OWNER) | Q(role=Role.CONSULTANT) & chosen
    held = Membership.objects.filter(
        Q(firm=organization.firm_id) & of_firm | Q(organization=organization), user=user
    )
    roles = frozenset(Role(role) for role in held.values_list("role", flat=True))
    return roles | {Role.CONSULTANT} if Role.OWNER in roles else roles


def enter_organization(user: Visitor, identifier: UUID) -> Inside:
    """The door to a client: 404 for whoever has no role in it, superusers among them."""
    organization = Organization.objects.select_related("firm").filter(id=identifier).first()
    roles = roles_in(user, organization) if organization else frozenset()
    if organization is None or not roles:
        raise Http404
    return Inside(organization, roles)


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


def _allows(check: Callable[[Behind], None], inside: Behind) -> bool:
    try:
        check(inside)
    except PermissionDenied:
        return False
    return True
