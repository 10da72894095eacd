import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from assessment.models.snapshot import ReportSnapshot
from surveys.tenancy import ScopedManager


class TakeAway(models.Model):
    """A released report as a file or a drawn page: asked for, made by the worker, kept until that is withdrawn.

    The row is the request; `content` is there once it is made. `edition` is what it was drawn with: a page that was
    drawn by an earlier Latitude is drawn again.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    snapshot = models.ForeignKey(ReportSnapshot, models.CASCADE, related_name="take_aways")
    kind = models.CharField(max_length=8)
    language = models.CharField(max_length=12)
    content = models.BinaryField(null=True, blank=True)
    digest = models.CharField(max_length=64, blank=True, help_text=_("SHA-256 of the content."))
    edition = models.CharField(max_length=64, blank=True)
    made_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    not_before = models.DateTimeField(null=True, blank=True)

    objects: ScopedManager["TakeAway"] = ScopedManager("snapshot__campaign__organization")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["snapshot", "kind", "language"], name="take_away_once"),
            models.CheckConstraint(
                condition=Q(content__isnull=True, digest="") | Q(content__isnull=False) & ~Q(digest=""),
                name="take_away_made_has_a_digest",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} ({self.language})"

    @property
    def made(self) -> bool:
        return bool(self.digest)
