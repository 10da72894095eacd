import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from surveys.models.organization import Organization
from surveys.tenancy import ScopedManager


class Destroyed(models.TextChoices):
    ANSWERS = "answers", _("answer sheets")
    ORIGINALS = "originals", _("comments as they were written")
    COMMENTS = "comments", _("comments")
    PASSES = "passes", _("passes")
    PEOPLE = "people", _("people who could be invited")


class Certificate(models.Model):
    """What was destroyed, how much of it, when, and by which program. Each carries the digest of the one before.

    It outlives its campaign, so it names it instead of pointing at it. Rows are only ever inserted.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organization = models.ForeignKey(Organization, models.CASCADE, related_name="certificates")
    campaign = models.UUIDField()
    name = models.CharField(max_length=200)
    what = models.CharField(max_length=9, choices=Destroyed.choices)
    counts = models.JSONField()
    destroyed_at = models.DateTimeField()
    program = models.CharField(max_length=40)
    previous = models.CharField(max_length=64, blank=True)
    digest = models.CharField(max_length=64)

    objects: ScopedManager["Certificate"] = ScopedManager("organization")

    class Meta:
        ordering = ["-destroyed_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "previous"], name="certificate_chain_does_not_fork"
            ),
            models.UniqueConstraint(fields=["organization", "digest"], name="certificate_once"),
        ]

    def __str__(self) -> str:
        return f"{self.get_what_display()} of {self.name}"
