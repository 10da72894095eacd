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
    LATE = "campaign.late", _("added answers that came late")
    REPORTED = "campaign.reported", _("built the report")
    COMMENTS = "campaign.comments", _("released comments and destroyed their originals")
    OVERDUE = "campaign.overdue", _("answers are about to be destroyed without a report")
    PURGED = "campaign.purged", _("destroyed what was kept for a term")
    LOST = "campaign.lost", _("gave up answers that no key opens")
    KEY = "campaign.key", _("the key at hand does not open the ballot box")
    CLIENT = "client.created", _("created the client")
    SETTINGS = "client.settings", _("changed the client's settings")
    EXPORTED = "client.exported", _("asked for all of the client's data")
    FETCHED = "client.fetched", _("took all of the client's data away")
    DOOMED = "client.doomed", _("asked to delete the client")
    INVITED = "access.invited", _("invited to sign in")
    RESENT = "access.resent", _("sent an invitation to sign in again")
    REVOKED = "access.revoked", _("withdrew an invitation to sign in")
    JOINED = "access.joined", _("accepted an invitation to sign in")
    REMOVED = "access.removed", _("took access away")
    ASKED = "release.asked", _("asked to release the report")
    RELEASED = "release.made", _("released the report to the client")
    WITHDRAWN = "release.withdrawn", _("withdrew the released report")
    PREFACE = "release.preface", _("changed the words before the report")
    MODERATED = "comment.moderated", _("moderated comments")
    ACTION = "action.added", _("added an action")
    ACTION_CHANGED = "action.changed", _("changed an action")
    PLAYBACK = "playback.changed", _("changed the page for all employees")
    PLAYBACK_ON = "playback.on", _("switched the page for all employees on")
    PLAYBACK_OFF = "playback.off", _("switched the page for all employees off")
    TOKEN = "token.made", _("made a token for the API")
    TOKEN_REVOKED = "token.revoked", _("revoked a token of the API")
    CHANGED = "campaign.changed", _("changed the campaign's set-up")
    SCHEDULED = "campaign.scheduled", _("let the campaign open by itself")
    UNSCHEDULED = "campaign.unscheduled", _("keeps the campaign from opening by itself")
    NOT_OPENED = "campaign.not-opened", _("could not open by itself")
    EXTENDED = "campaign.extended", _("closes later")
    UNIT_ADDED = "unit.added", _("added a unit")
    UNIT_RENAMED = "unit.renamed", _("renamed a unit")
    UNIT_MOVED = "unit.moved", _("moved a unit")
    UNIT_MERGED = "unit.merged", _("merged a unit into another")
    UNIT_REMOVED = "unit.removed", _("removed a unit")
    UNIT_COUNTED = "unit.counted", _("changed a unit's head counts")
    PEOPLE_COUNTED = "people.counted", _("took head counts from the people")
    PERSON_ADDED = "person.added", _("added a person")
    PERSON_CHANGED = "person.changed", _("changed a person")
    PERSON_REMOVED = "person.removed", _("removed a person")
    IMPORTED = "import.stored", _("brought in a file")
    LANGUAGE = "campaign.language", _("added a language to the questionnaire")
    KIOSK = "kiosk.bound", _("bound a tablet to a unit")
    TEXT = "message.text", _("changed what is written to people")
    MAILED = "message.asked", _("asked that people be written to")
    MAIL_STOPPED = "message.stopped", _("stopped writing to people")
    GATEWAY = "gateway.set", _("set where text messages are handed over")
    GATEWAY_REMOVED = "gateway.removed", _("removed where text messages are handed over")
    LISTED = "codes.listed", _("took a list of phone numbers with a link each away")
    CODES = "codes.made", _("made codes to hand out")
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
