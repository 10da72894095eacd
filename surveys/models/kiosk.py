import uuid

from django.db import models
from django.db.models import F, Q

from surveys.models.campaign import CampaignUnit
from surveys.tenancy import ScopedManager


class Kiosk(models.Model):
    """A tablet that a coordinator bound to one wave and unit. It counts what it handed out and leads to no answer.

    Only a digest of its secret is kept: whoever reads the database cannot stand in for the tablet.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    unit = models.ForeignKey(CampaignUnit, models.CASCADE, related_name="kiosks")
    name = models.CharField(max_length=80)
    secret_digest = models.BinaryField(max_length=32, unique=True)
    allowance = models.PositiveIntegerField(default=0)
    issued = models.PositiveIntegerField(default=0)
    revoked = models.BooleanField(default=False)

    objects: ScopedManager["Kiosk"] = ScopedManager("unit__campaign__organization")

    class Meta:
        ordering = ["unit__path", "name", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(issued__lte=F("allowance")), name="kiosk_within_allowance")
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def open_entry(self) -> bool:
        """Whoever stands before it may answer, without a code."""
        return self.allowance > 0
