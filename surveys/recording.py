"""Who did what to what of a client, in the transaction of the change it tells of."""

from typing import Any
from uuid import UUID

from surveys.models import Event, Organization, User
from surveys.models.event import Verb

LONGEST_TARGET = 200


def record(
    organization: Organization, verb: Verb, target: str, actor: User | UUID | None, **detail: Any
) -> None:
    """`actor` as an id where a worker acts for somebody: it has no right to look users up."""
    Event.objects.create(
        organization=organization,
        actor_id=actor.pk if isinstance(actor, User) else actor,
        verb=verb,
        target=target if len(target) <= LONGEST_TARGET else "…" + target[1 - LONGEST_TARGET :],
        detail=detail,
    )
