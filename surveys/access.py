"""The doors. An outsider is told that nothing is there (404), an insider without the right is told why (403).

Each rule has two forms: `check_x` raises with a sentence the page can show, `can_x` answers yes or no.
"""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404
from django.utils.translation import gettext as _

from surveys.models import Campaign, Membership, Organization, Role, User
from surveys.tenancy import across_all

Visitor = User | AnonymousUser


@dataclass(frozen=True)
class Entered:
    """A campaign behind its door, and what the visitor is to it."""

    campaign: Campaign
    roles: frozenset[Role]

    @property
    def organization(self) -> Organization:
        return self.campaign.organization


def roles_in(user: Visitor, organization: Organization) -> frozenset[Role]:
    if isinstance(user, AnonymousUser):
        return frozenset()
    held = Membership.objects.filter(Q(firm=organization.firm_id) | Q(organization=organization), user=user)
    return frozenset(Role(role) for role in held.values_list("role", flat=True))


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
    return Entered(campaign, roles)


def check_close(entered: Entered) -> None:
    if Role.CONSULTANT not in entered.roles:
        raise PermissionDenied(_("Only the consultants of this client can close a campaign."))


def can_close(entered: Entered) -> bool:
    return _allows(check_close, entered)


def check_read_report(entered: Entered) -> None:
    if not entered.roles & {Role.CONSULTANT, Role.EXECUTIVE}:
        raise PermissionDenied(
            _("Reports are read by executives and consultants; coordinators look after participation.")
        )


def can_read_report(entered: Entered) -> bool:
    return _allows(check_read_report, entered)


def _allows(check: Callable[[Entered], None], entered: Entered) -> bool:
    try:
        check(entered)
    except PermissionDenied:
        return False
    return True
