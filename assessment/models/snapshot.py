import uuid

from django.db import models
from django.db.models.fields.json import KeyTransform
from django.utils.translation import gettext_lazy as _

from surveys.models import Campaign
from surveys.tenancy import ScopedManager


class ReportSnapshot(models.Model):
    """A report: the frozen document every page and file is drawn from. Rows are only ever inserted.

    It is a draft, for consultants only, until a `Release` names it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="snapshots")
    built_at = models.DateTimeField(auto_now_add=True)
    document = models.JSONField()
    digest = models.CharField(max_length=64)
    # Of the document, beside it: lists of many reports need these two and not the rest.
    headline = models.GeneratedField(
        expression=KeyTransform("gap", KeyTransform("headline", "document")),
        output_field=models.JSONField(),
        db_persist=True,
    )
    participation = models.GeneratedField(
        expression=KeyTransform("participation", "document"),
        output_field=models.JSONField(),
        db_persist=True,
    )

    objects: ScopedManager["ReportSnapshot"] = ScopedManager("campaign__organization")

    class Meta:
        ordering = ["-built_at"]
        get_latest_by = "built_at"

    def __str__(self) -> str:
        return f"report of {self.campaign}"


class Step(models.TextChoices):
    WAITING = "waiting", _("waiting for a worker")
    COUNTING = "counting", _("counting the answers")
    PROTECTING = "protecting", _("deciding what can be shown without exposing anybody")
    COMPARING = "comparing", _("comparing the two panels")
    WRITING = "writing", _("checking and saving the report")
    DONE = "done", _("done")
    FAILED = "failed", _("stopped by an error, will be tried again")


class ReportBuild(models.Model):
    """How far the building of a report has come: for people to watch, and to wait a little after a failure."""

    campaign = models.OneToOneField(Campaign, models.CASCADE, primary_key=True, related_name="build")
    step = models.CharField(max_length=10, choices=Step.choices, default=Step.WAITING)
    attempts = models.PositiveIntegerField(default=0)
    not_before = models.DateTimeField(null=True, blank=True)
    error = models.TextField(blank=True)

    objects: ScopedManager["ReportBuild"] = ScopedManager("campaign__organization")

    def __str__(self) -> str:
        return f"{self.get_step_display()}"
