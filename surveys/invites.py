"""Being asked to sign in: a link that works once, for a while, for one address."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import assert_never

from allauth.account.models import EmailAddress
from django.conf import settings
from django.core import signing
from django.core.mail import send_mail
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from surveys.clients import note, record
from surveys.models import (
    AccessInvite,
    Event,
    Firm,
    FirmVerb,
    Membership,
    Organization,
    Role,
    Unit,
    User,
)
from surveys.models.access_invite import TERM
from surveys.models.event import Verb
from surveys.tenancy import across_all, within

SALT = "latitude.access-invite"
FIRM_VERBS = {
    Verb.INVITED: FirmVerb.INVITED,
    Verb.RESENT: FirmVerb.RESENT,
    Verb.REVOKED: FirmVerb.REVOKED,
    Verb.JOINED: FirmVerb.JOINED,
    Verb.REMOVED: FirmVerb.REMOVED,
}


class Refused(Exception):  # noqa: N818  # a sentence for the page
    """The invitation cannot be made or taken; the message says why."""


@dataclass(frozen=True)
class Place:
    """What somebody is invited to: a firm (perhaps for chosen clients), a client, or a unit of one."""

    firm: Firm | None = None
    organization: Organization | None = None
    unit: Unit | None = None
    clients: tuple[Organization, ...] = ()


def place_of(role: Role, organization: Organization, unit: Unit | None) -> Place:
    match role:
        case Role.COORDINATOR | Role.EXECUTIVE:
            return Place(organization=organization)
        case Role.LEAD:
            if unit is None:
                raise Refused(_("Choose the unit that a unit lead is to read about."))
            return Place(organization=organization, unit=unit)
        case Role.OWNER | Role.CONSULTANT:
            raise Refused(_("Owners and consultants are invited on the page of the firm's team."))
        case _:
            assert_never(role)


@transaction.atomic
def invite(email: str, role: Role, place: Place, *, actor: User) -> AccessInvite:
    """One open invitation for one address, role and place; asking again sends it again."""
    email = User.objects.normalize_email(email).lower()
    here = {"role": role, "firm": place.firm, "organization": place.organization, "unit": place.unit}
    if Membership.objects.filter(user__email__iexact=email, **here).exists():
        raise Refused(_("%(email)s has this role already.") % {"email": email})
    made, new = AccessInvite.objects.get_or_create(email=email, **here, defaults={"invited_by": actor})
    made.clients.set(place.clients)
    if not new:
        return _renewed(made, actor)
    tell(made, Verb.INVITED, actor)
    return made


@transaction.atomic
def resend(invite: AccessInvite, *, actor: User) -> AccessInvite:
    return _renewed(AccessInvite.objects.select_for_update(of=("self",)).get(id=invite.id), actor)


def _renewed(invite: AccessInvite, actor: User) -> AccessInvite:
    """The link of the mail before dies with its nonce."""
    field = AccessInvite._meta.get_field("nonce")  # noqa: SLF001  # Django's own name for it
    invite.nonce = field.get_default()
    invite.sent_at = timezone.now()
    invite.expires_at = invite.sent_at + TERM
    invite.save()
    tell(invite, Verb.RESENT, actor)
    return invite


@transaction.atomic
def revoke(invite: AccessInvite, *, actor: User) -> None:
    tell(invite, Verb.REVOKED, actor)
    invite.delete()


def tell(
    about: AccessInvite | Membership, verb: Verb, actor: User | None, email: str = "", **detail: str
) -> None:
    """The event, where the place's own events are."""
    who = about.email if isinstance(about, AccessInvite) else email or about.user.email
    role = {"role": str(about.role), **detail}
    if about.firm is not None:
        note(about.firm, FIRM_VERBS[verb], actor, who, **role)
    elif about.organization is not None:
        with within(about.organization):
            record(about.organization, verb, actor, who[: Event._meta.get_field("target").max_length], **role)  # noqa: SLF001


def token(invite: AccessInvite) -> str:
    return signing.dumps([invite.id.hex, invite.nonce.hex], salt=SALT)


def link(invite: AccessInvite) -> str:
    return settings.SITE_URL + reverse("invited", args=[token(invite)])


def find(token: str) -> AccessInvite | None:
    """The invitation a link stands for, while it is good."""
    try:
        identifier, nonce = signing.loads(token, salt=SALT)
    except signing.BadSignature:
        return None
    with across_all("an invitation tells where it leads"):
        return (
            AccessInvite.objects.select_related("firm", "organization__firm", "unit", "invited_by")
            .filter(id=identifier, nonce=nonce, expires_at__gt=timezone.now())
            .exclude(organization__doomed_at__isnull=False)
            .first()
        )


def send(invite: AccessInvite) -> None:
    said = {"invite": invite, "place": invite.organization or invite.firm, "link": link(invite)}
    subject = _("You are invited to %(place)s") % {"place": said["place"]}
    body = render_to_string("account/email/invitation.txt", said)
    send_mail(subject, body, None, [invite.email])


@transaction.atomic
def accept(invite: AccessInvite, user: User) -> Membership:
    """The link came by mail, so the address is the user's. The invitation is spent with it."""
    locked = AccessInvite.objects.select_for_update(of=("self",)).filter(id=invite.id, nonce=invite.nonce)
    if not locked.exists():
        raise Refused(_("This invitation was used already."))
    if user.email.lower() != invite.email.lower():
        raise Refused(
            _("This invitation is for %(email)s; you are signed in as %(user)s.")
            % {"email": invite.email, "user": user.email}
        )
    membership, new = Membership.objects.get_or_create(
        user=user, role=invite.role, firm=invite.firm, organization=invite.organization, unit=invite.unit
    )
    if new:
        membership.clients.set(invite.clients.filter(doomed_at=None))
    tell(invite, Verb.JOINED, user)
    invite.delete()
    return membership


@transaction.atomic
def account_for(invite: AccessInvite, name: tuple[str, str], password: str) -> User:
    """Somebody new, known by the mail they were sent."""
    first, last = name
    user = User.objects.create_user(invite.email, password, first_name=first, last_name=last)
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


def open_invites(firms: Iterable[Firm] = (), organization: Organization | None = None) -> list[AccessInvite]:
    found = AccessInvite.objects.filter(firm__in=list(firms)) | AccessInvite.objects.filter(
        organization=organization, organization__isnull=False
    )
    with across_all("the filter names the firm or the client"):
        return list(found.select_related("unit").order_by("email"))
