"""The end of people's term: they are kept to be asked, and go when nobody is to be asked any more."""

import datetime as dt
from uuid import UUID

from django.db import transaction
from django.db.models import Count, Max
from django.utils import timezone

from surveys import certificates, clients
from surveys.models import Campaign, Certificate, Destroyed, Organization, Person, State
from surveys.models.event import Verb
from surveys.tenancy import across_all

BUSY = (State.DRAFT, State.OPEN)


def due() -> list[UUID]:
    """Clients whose last wave is over for as long as records are kept, with none under way."""
    now = timezone.now()
    with across_all("beat looks for clients of every firm"):
        busy = Campaign.objects.filter(state__in=BUSY).values("organization")
        ended = (
            Campaign.objects.exclude(organization__in=busy)
            .filter(organization__people__isnull=False, organization__doomed_at=None)
            .values("organization")
            .annotate(last=Max("closes_at"))
            .values_list("organization", "last", "organization__records_days")
            .order_by("organization")
        )
        return [one for one, last, days in ended if last + dt.timedelta(days=days) <= now]


@transaction.atomic
def purge(organization: UUID) -> Certificate | None:
    """All people of one client, called within its scope. A second time there is nothing left to do."""
    locked = Organization.objects.select_for_update(no_key=True).get(id=organization)
    if organization not in due():
        return None
    last = Campaign.objects.filter(organization=locked).order_by("-closes_at")[0]
    people = Person.objects.filter(organization=locked)
    counts = dict(people.order_by().values_list("panel").annotate(Count("id")))
    people.delete()
    certificate = certificates.issue(last, Destroyed.PEOPLE, counts)
    clients.record(locked, Verb.PURGED, None, last.name, destroyed={str(Destroyed.PEOPLE): counts})
    return certificate
