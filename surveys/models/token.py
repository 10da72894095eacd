"""The blind-signature pass: keys whose private halves live as long as the campaign is open, and what was spent."""

import uuid

from django.db import models
from django.db.models import Q

from surveys.instruments.instrument import Panel
from surveys.models.campaign import PANELS, Campaign, CampaignUnit
from surveys.tenancy import ScopedManager


class SigningKey(models.Model):
    """One a campaign, panel and unit. The public half is published; the private one is wrapped with the campaign's
    key while the campaign is open, and gone when it closes.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    unit = models.ForeignKey(CampaignUnit, models.CASCADE, related_name="signing_keys")
    panel = models.CharField(max_length=9, choices=PANELS)
    key_id = models.BinaryField(max_length=32, unique=True)
    spki = models.BinaryField()
    wrapped_private = models.BinaryField(null=True)

    objects: ScopedManager["SigningKey"] = ScopedManager("unit__campaign__organization")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["unit", "panel"], name="signing_key_once"),
            models.CheckConstraint(
                condition=Q(panel__in=[p.value for p in Panel]), name="signing_key_panel_known"
            ),
        ]

    def __str__(self) -> str:
        return f"key of {self.panel}"


class SpentToken(models.Model):
    """A token that answered. It was signed unseen, so it leads to no pass; it goes when the campaign closes."""

    digest = models.BinaryField(primary_key=True, max_length=32)
    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="+")

    objects: ScopedManager["SpentToken"] = ScopedManager("campaign__organization")

    def __str__(self) -> str:
        return "spent token"
