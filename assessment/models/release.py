"""From a draft to what the client reads. A draft is a snapshot without a release; only consultants see it."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from assessment.models.snapshot import ReportSnapshot
from surveys.models import Campaign, User
from surveys.tenancy import ScopedManager

LONGEST_SUMMARY, LONGEST_NOTE = 4000, 1500


def _nothing() -> dict[str, str]:
    return {}


class Preface(models.Model):
    """What consultants write before a release, beside the report and never in it; and whether they asked for one."""

    campaign = models.OneToOneField(Campaign, models.CASCADE, primary_key=True, related_name="preface")
    summary = models.TextField(_("summary for executives"), max_length=LONGEST_SUMMARY, blank=True)
    notes = models.JSONField(default=_nothing, blank=True, help_text=_("A note by section of the report."))
    asked_at = models.DateTimeField(null=True, blank=True, editable=False)
    asked_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")

    objects: ScopedManager["Preface"] = ScopedManager("campaign__organization")

    def __str__(self) -> str:
        return f"preface of {self.campaign}"


class Release(models.Model):
    """A snapshot that the client may read, with what was written about it then. It is withdrawn, never changed."""

    snapshot = models.OneToOneField(ReportSnapshot, models.CASCADE, primary_key=True, related_name="release")
    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="releases")
    released_at = models.DateTimeField(auto_now_add=True)
    released_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    summary = models.TextField(blank=True)
    notes = models.JSONField(default=_nothing, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    reason = models.CharField(_("reason"), max_length=300, blank=True)

    objects: ScopedManager["Release"] = ScopedManager("campaign__organization")

    class Meta:
        ordering = ["-released_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["campaign"], condition=Q(withdrawn_at=None), name="release_one_standing"
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None, reason="") | (Q(withdrawn_at__isnull=False) & ~Q(reason="")),
                name="release_withdrawn_for_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"release of {self.campaign}"
