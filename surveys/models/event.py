import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from surveys.models.account import User
from surveys.models.organization import Organization
from surveys.tenancy import ScopedManager


class Verb(models.TextChoices):
    CREATED = "campaign.created", _("created the campaign")
    OPENED = "campaign.opened", _("opened the campaign")
    CLOSING = "campaign.closing", _("asked to close the campaign")
    CLOSED = "campaign.closed", _("closed the campaign and opened its ballot box")
    LOADED = "campaign.loaded", _("brought in a survey that was run elsewhere")
    REPORTED = "campaign.reported", _("built the report")
    COMMENTS = "campaign.comments", _("released comments and destroyed their originals")
    OVERDUE = "campaign.overdue", _("answers are about to be destroyed without a report")
    PURGED = "campaign.purged", _("destroyed what was kept for a term")
    LOST = "campaign.lost", _("gave up answers that no key opens")
    KEY = "campaign.key", _("the key at hand does not open the ballot box")
    LANGUAGE = "campaign.language", _("added a language to the questionnaire")
    KIOSK = "kiosk.bound", _("bound a tablet to a unit")
    KIOSK_REVOKED = "kiosk.revoked", _("took a tablet's right to collect answers away")


class Event(models.Model):
    """Who did what to what, written in the transaction that did it. Never anything a respondent did."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organization = models.ForeignKey(Organization, models.CASCADE, related_name="events")
    at = models.DateTimeField(auto_now_add=True)
    actor = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    verb = models.CharField(max_length=40, choices=Verb.choices)
    target = models.CharField(max_length=200)
    detail = models.JSONField(default=dict, blank=True)

    objects: ScopedManager["Event"] = ScopedManager("organization")

    class Meta:
        ordering = ["-at"]
        indexes = [models.Index(fields=["organization", "-at"], name="event_by_organization")]

    def __str__(self) -> str:
        return f"{self.get_verb_display()}: {self.target}"
