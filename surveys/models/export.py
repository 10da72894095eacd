import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from surveys.models.account import User
from surveys.models.organization import Organization
from surveys.tenancy import ScopedManager


class ExportState(models.TextChoices):
    WAITING = "waiting", _("waiting for a worker")
    WRITING = "writing", _("being written")
    DONE = "done", _("ready")


class Export(models.Model):
    """All of a client's data as one file: asked for, written by the worker piece by piece, kept for a few days."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organization = models.ForeignKey(Organization, models.CASCADE, related_name="exports")
    asked_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    asked_at = models.DateTimeField(auto_now_add=True)
    state = models.CharField(max_length=8, choices=ExportState.choices, default=ExportState.WAITING)
    done = models.PositiveSmallIntegerField(default=0, help_text=_("Parts written so far."))
    parts = models.PositiveSmallIntegerField(default=0)
    size = models.PositiveBigIntegerField(default=0)
    expires_at = models.DateTimeField(null=True, blank=True)

    objects: ScopedManager["Export"] = ScopedManager("organization")

    class Meta:
        ordering = ["-asked_at"]

    def __str__(self) -> str:
        return f"all data of {self.organization}"


class ExportPiece(models.Model):
    """A megabyte of an export, so that neither the worker nor the web holds the whole of it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    export = models.ForeignKey(Export, models.CASCADE, related_name="pieces")
    number = models.PositiveIntegerField()
    content = models.BinaryField()

    objects: ScopedManager["ExportPiece"] = ScopedManager("export__organization")

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["export", "number"], name="export_piece_once")]

    def __str__(self) -> str:
        return f"piece {self.number}"
