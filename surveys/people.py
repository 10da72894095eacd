"""People who may be asked."""

from django.db.models import QuerySet

from surveys.checklist import asked_units
from surveys.models import Campaign, Person


def of_campaign(campaign: Campaign) -> QuerySet[Person]:
    """Everybody who may be invited to a wave: those of today's list in the units that it asks."""
    units = [unit.id for unit in asked_units(campaign)] if campaign.left_out else None
    people = Person.objects.filter(organization=campaign.organization_id)
    return people if units is None else people.filter(unit__in=units)
