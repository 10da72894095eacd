"""Who may do what in a firm and in a client. A firm always has an owner."""

from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from surveys.clients import note
from surveys.invites import Place, Refused, invite, tell
from surveys.models import AccessInvite, Firm, FirmDeck, FirmVerb, Membership, Organization, Role, User
from surveys.models.event import Verb


@transaction.atomic
def found(name: str, *, founder: User) -> Firm:
    """A new firm, and the one who made it as its owner."""
    firm = Firm.objects.create(name=name)
    Membership.objects.create(user=founder, role=Role.OWNER, firm=firm)
    note(firm, FirmVerb.FOUNDED, founder, firm.name)
    return firm


@transaction.atomic
def found_for(name: str, email: str) -> AccessInvite:
    """A new firm, set up by whoever runs the site; its owner comes by invitation."""
    firm = Firm.objects.create(name=name)
    note(firm, FirmVerb.FOUNDED, None, firm.name)
    return invite(email, Role.OWNER, Place(firm=firm), actor=None)


@transaction.atomic
def change_deck(firm: Firm, content: bytes | None, name: str, *, actor: User) -> None:
    """`content`: what was checked; None goes back to Latitude's own."""
    values = {"content": content, "changed_at": timezone.now()}
    FirmDeck.objects.update_or_create(firm=firm, defaults=values)
    note(firm, FirmVerb.DECK, actor, name or firm.name)


def is_last_owner(membership: Membership) -> bool:
    """Called with the firm's owners locked, when something is about to change."""
    owners = Membership.objects.filter(firm=membership.firm_id, role=Role.OWNER)
    return membership.role == Role.OWNER and not owners.exclude(id=membership.id).exists()


def last_owner_sentence() -> str:
    return _("A firm has at least one owner. Make somebody else an owner first.")


@transaction.atomic
def change(membership: Membership, role: Role, clients: Sequence[Organization], *, actor: User) -> None:
    _lock_owners(membership)
    if role not in {Role.OWNER, Role.CONSULTANT} or membership.firm is None:
        raise Refused(_("In a firm one is an owner or a consultant."))
    if role != Role.OWNER and is_last_owner(membership):
        raise Refused(last_owner_sentence())
    taken = Membership.objects.filter(user=membership.user_id, firm=membership.firm_id, role=role)
    if taken.exclude(id=membership.id).exists():
        raise Refused(_("%(user)s has this role already.") % {"user": membership.user})
    membership.role = role
    membership.save(update_fields=["role"])
    membership.clients.set(clients if role == Role.CONSULTANT else [])
    detail = {"role": str(role), "clients": [client.name for client in clients]}
    note(membership.firm, FirmVerb.CHANGED, actor, membership.user.email, **detail)


@transaction.atomic
def remove(membership: Membership, *, actor: User) -> None:
    """Take a role away, one's own included."""
    _lock_owners(membership)
    if is_last_owner(membership):
        raise Refused(last_owner_sentence())
    tell(membership, Verb.REMOVED, actor)
    membership.delete()


def _lock_owners(membership: Membership) -> None:
    """Two owners who leave at the same moment leave one behind the other."""
    owners = Membership.objects.filter(firm=membership.firm_id, firm__isnull=False, role=Role.OWNER)
    list(owners.select_for_update(of=("self",)).order_by("id").values_list("id"))
