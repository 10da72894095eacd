import datetime as dt
import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from surveys.models.account import User
from surveys.models.organization import Organization
from surveys.tenancy import ScopedManager

TERM = dt.timedelta(days=1)


def _in_a_day() -> dt.datetime:
    return timezone.now() + TERM


class ImportKind(models.TextChoices):
    UNITS = "units", _("units")
    PEOPLE = "people", _("people")


class ImportState(models.TextChoices):
    READING = "reading", _("being read")
    READ = "read", _("waiting for a yes")
    STORING = "storing", _("being stored")
    DONE = "done", _("stored")
    FAILED = "failed", _("given up")


DUE = (ImportState.READING, ImportState.STORING)


class Import(models.Model):
    """A file a client sent: read, looked at, and only after a yes stored. The file goes as soon as it was used.

    `found` is what the file would change, as it is shown before the yes; `faults` why it cannot be stored.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organization = models.ForeignKey(Organization, models.CASCADE, related_name="imports")
    actor = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    kind = models.CharField(max_length=6, choices=ImportKind.choices)
    state = models.CharField(max_length=7, choices=ImportState.choices, default=ImportState.READING)
    name = models.CharField(max_length=200)
    content = models.BinaryField(null=True)
    sheet = models.CharField(max_length=100, blank=True)
    mapping = models.JSONField(default=list, blank=True, help_text=_("A field's word for each column."))
    options = models.JSONField(default=dict, blank=True)
    found = models.JSONField(default=dict, blank=True)
    faults = models.JSONField(default=list, blank=True)
    fault_count = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0, help_text=_("Rows read or stored so far."))
    total = models.PositiveIntegerField(default=0)
    tries = models.PositiveSmallIntegerField(default=0)
    made_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(default=_in_a_day)

    objects: ScopedManager["Import"] = ScopedManager("organization")

    class Meta:
        ordering = ["-made_at"]
        constraints = [
            models.UniqueConstraint(
                "organization", condition=Q(state="storing"), name="import_one_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(content__isnull=True) | Q(state__in=["reading", "read", "storing"]),
                name="import_keeps_no_file_it_used",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.get_kind_display()})"
