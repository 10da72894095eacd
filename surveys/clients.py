"""A client's life in the firm: made, set up, deleted with all that was kept for it."""

from collections.abc import Mapping
from typing import Any

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from surveys import certificates
from surveys.models import (
    Campaign,
    Event,
    Firm,
    FirmEvent,
    FirmVerb,
    Membership,
    Organization,
    Role,
    State,
    User,
)
from surveys.models.event import Verb
from surveys.tenancy import within


class Refused(Exception):  # noqa: N818  # a sentence for the page
    """This cannot be done to the client now; the message says why."""


def note(firm: Firm, verb: FirmVerb, actor: User | None, target: str, **detail: Any) -> None:
    """An event of the firm, in the transaction of the change it tells of."""
    FirmEvent.objects.create(firm=firm, verb=verb, actor=actor, target=target, detail=detail)


def record(
    organization: Organization, verb: Verb, actor: User | None, target: str = "", **detail: Any
) -> None:
    """An event of the client, in the transaction of the change it tells of."""
    Event.objects.create(
        organization=organization, actor=actor, verb=verb, target=target or organization.name, detail=detail
    )


@transaction.atomic
def create(organization: Organization, *, actor: User) -> Organization:
    """A consultant who works for chosen clients works for the one they made, too."""
    organization.save(force_insert=True)
    chosen = Membership.objects.filter(
        user=actor, firm=organization.firm_id, role=Role.CONSULTANT, clients__isnull=False
    )
    for membership in chosen.distinct():
        membership.clients.add(organization)
    with within(organization):
        record(organization, Verb.CLIENT, actor)
    note(organization.firm, FirmVerb.CREATED, actor, organization.name, id=str(organization.id))
    return organization


@transaction.atomic
def change(organization: Organization, changed: Mapping[str, Any], *, actor: User) -> None:
    """Save what a form changed. A new logo is told as such: events hold words."""
    organization.save()
    told = {name: "..." if isinstance(value, bytes) else value for name, value in changed.items()}
    with within(organization):
        record(organization, Verb.SETTINGS, actor, changed=told)


def check_delete(organization: Organization) -> None:
    with within(organization):
        running = Campaign.objects.filter(state=State.OPEN).first()
    if running:
        raise Refused(
            _(
                "%(wave)s takes answers now. Close it first: people are answering what was promised to be read."
            )
            % {"wave": running.name}
        )


@transaction.atomic
def doom(organization: Organization, *, actor: User) -> None:
    """From now on it is nobody's; the worker deletes it. A colleague who worked for it alone is left with no client."""
    check_delete(organization)
    alone = Membership.objects.filter(clients=organization).exclude(
        id__in=Membership.clients.through.objects.exclude(organization=organization).values("membership")
    )
    left = [str(membership.user) for membership in alone.select_related("user")]
    alone.delete()  # without a chosen client they would be consultants of every one
    organization.doomed_at = timezone.now()
    organization.save(update_fields=["doomed_at"])
    with within(organization):
        record(organization, Verb.DOOMED, actor)
    detail = {"id": str(organization.id), "left": left}
    note(organization.firm, FirmVerb.DOOMED, actor, organization.name, **detail)


def doomed() -> list[Organization]:
    return list(Organization.objects.filter(doomed_at__isnull=False).select_related("firm"))


@transaction.atomic
def delete(organization: Organization) -> int:
    """Everything, in one transaction. What the firm keeps is that it was done, and the certificates of before."""
    with within(organization):
        kept = [
            {"what": link.what, "name": link.name, "counts": link.counts, "digest": link.digest}
            for link in certificates.verify()
        ]
    with connection.cursor() as cursor:
        cursor.execute("SELECT surveys_delete_client(%s)", [organization.id])
        rows = int(cursor.fetchone()[0])
    detail = {"id": str(organization.id), "rows": rows, "certificates": kept}
    note(organization.firm, FirmVerb.DELETED, None, organization.name, **detail)
    return rows
