import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from surveys.models.campaign import PANELS, Campaign, CampaignUnit
from surveys.tenancy import ScopedManager


class ParticipationCount(models.Model):
    """How many of a panel had taken part when a day began: in steps, so that no single answer shows."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="participation")
    unit = models.ForeignKey(
        CampaignUnit, models.CASCADE, null=True, related_name="+", help_text=_("Empty: the organization.")
    )
    panel = models.CharField(max_length=9, choices=PANELS)
    day = models.DateField()
    answered = models.PositiveIntegerField()
    headcount = models.PositiveIntegerField()

    objects: ScopedManager["ParticipationCount"] = ScopedManager("campaign__organization")

    class Meta:
        ordering = ["day"]
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "unit", "panel", "day"],
                nulls_distinct=False,
                name="participation_once_a_day",
            )
        ]

    def __str__(self) -> str:
        return f"{self.answered} of {self.headcount} on {self.day}"
