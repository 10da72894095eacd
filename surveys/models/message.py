"""What is written to people, and the sending of it. Who got which mail, and who answered, is not in here."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from surveys.models.account import User
from surveys.models.campaign import PANELS, Campaign, CampaignUnit
from surveys.models.organization import Organization
from surveys.models.person import Person
from surveys.outbound import Trouble
from surveys.tenancy import ScopedManager


class MessageKind(models.TextChoices):
    INVITATION = "invitation", _("Invitation")
    REMINDER = "reminder", _("Reminder")
    THANKS = "thanks", _("Thanks")


class Way(models.TextChoices):
    EMAIL = "email", _("e-mail")
    SMS = "sms", _("text message")


class Message(models.Model):
    """A client's own words for one kind, way and language of a wave. Where there are none, ours are sent."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="messages")
    kind = models.CharField(max_length=10, choices=MessageKind.choices)
    way = models.CharField(max_length=5, choices=Way.choices, default=Way.EMAIL)
    language = models.CharField(max_length=12)
    subject = models.CharField(
        _("subject"), max_length=150, blank=True, help_text=_("Text messages have none.")
    )
    body = models.TextField(_("text"), max_length=4000)

    objects: ScopedManager["Message"] = ScopedManager("campaign__organization")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["campaign", "kind", "way", "language"], name="message_once"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} ({self.language})"


class MailingState(models.TextChoices):
    WAITING = "waiting", _("waiting")
    SENDING = "sending", _("being sent")
    DONE = "done", _("sent")
    ENDED = "ended", _("ended before everybody was written to")


class Mailing(models.Model):
    """Somebody asked that all who come into question be written to. The worker fills in how that goes.

    The numbers of a reminder are rounded down to the minimum group before they are stored: with the number of
    invitations, the exact one would tell how many have answered by now.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="mailings")
    kind = models.CharField(max_length=10, choices=MessageKind.choices)
    way = models.CharField(max_length=5, choices=Way.choices, default=Way.EMAIL)
    state = models.CharField(max_length=7, choices=MailingState.choices, default=MailingState.WAITING)
    asked_at = models.DateTimeField(auto_now_add=True)
    asked_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    done_at = models.DateTimeField(null=True, blank=True)
    next_at = models.DateTimeField(
        null=True, blank=True, help_text=_("Not before: the rate, or a pause after the mail server failed.")
    )
    pauses = models.PositiveSmallIntegerField(default=0)
    trouble = models.CharField(
        max_length=11, choices=Trouble.choices, blank=True, help_text=_("Why the gateway's pause is made.")
    )
    answered = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text=_("The status with which the gateway did not take them.")
    )
    people = models.PositiveIntegerField(null=True, blank=True)
    sent = models.PositiveIntegerField(default=0)
    failed = models.PositiveIntegerField(default=0)

    objects: ScopedManager["Mailing"] = ScopedManager("campaign__organization")

    class Meta:
        ordering = ["-asked_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["campaign"],
                condition=Q(state__in=["waiting", "sending"]),
                name="mailing_one_at_a_time",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {self.state}"

    @property
    def is_live(self) -> bool:
        return self.state in {MailingState.WAITING, MailingState.SENDING}


class InvitationState(models.TextChoices):
    WAITING = "waiting", _("to be sent")
    SENDING = "sending", _("handed to the mail server")
    SENT = "sent", _("sent")
    BOUNCED = "bounced", _("refused by the mail server")
    FAILED = "failed", _("given up")


class Invitation(models.Model):
    """One person asked in one wave. The worker's alone.

    It has no way to the person's pass. The code is computed from this row's id and the campaign's key, so who was
    given which pass can be found out by the worker while the wave is open, and by nobody after the key is destroyed.
    It goes with the campaign's key.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="+")
    # Without a constraint: whoever removes a person (the web) has no right to look here.
    person = models.ForeignKey(Person, models.DO_NOTHING, related_name="+", db_constraint=False)
    state = models.CharField(max_length=7, choices=InvitationState.choices, default=InvitationState.WAITING)
    due_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    interrupted = models.BooleanField(
        default=False, help_text=_("A worker ended between handing it over and noting that it did.")
    )

    objects: ScopedManager["Invitation"] = ScopedManager("campaign__organization")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["campaign", "person"], name="invitation_once")]
        indexes = [models.Index(fields=["campaign", "state", "due_at"], name="invitation_due")]

    def __str__(self) -> str:
        return self.state


class Why(models.TextChoices):
    BOUNCED = "bounced", _("the address does not exist")
    COMPLAINED = "complained", _("called it spam")


class Unreachable(models.Model):
    """An address that is never written to again: as a digest, so that it outlives a removed person as nothing else."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organization = models.ForeignKey(Organization, models.CASCADE, related_name="+")
    digest = models.BinaryField(max_length=32)
    why = models.CharField(max_length=10, choices=Why.choices)

    objects: ScopedManager["Unreachable"] = ScopedManager("organization")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "digest"], name="unreachable_once"),
        ]

    def __str__(self) -> str:
        return self.why


class CodeSheet(models.Model):
    """Codes that were made for paper, or for a list of phone numbers, and handed out once: how many, never which."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    unit = models.ForeignKey(CampaignUnit, models.CASCADE, related_name="+")
    panel = models.CharField(max_length=9, choices=PANELS)
    number = models.PositiveIntegerField()
    texted = models.BooleanField(default=False, help_text=_("In a list for text messages, by phone number."))
    made_at = models.DateTimeField(auto_now_add=True)
    made_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")

    objects: ScopedManager["CodeSheet"] = ScopedManager("unit__campaign__organization")

    class Meta:
        ordering = ["-made_at"]

    def __str__(self) -> str:
        return f"{self.number} codes"
