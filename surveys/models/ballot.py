"""Where answers lie. No row here has a time, an order, a serial number or a way to a pass: docs/privacy.md."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from surveys.instruments.instrument import Panel
from surveys.models.campaign import PANELS, Campaign, CampaignUnit
from surveys.tenancy import ScopedManager


class Ballot(models.Model):
    """A sheet while the campaign is open: sealed, so that neither a dump nor a clerk can read or sort it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="ballots")
    sealed = models.BinaryField()

    objects: ScopedManager["Ballot"] = ScopedManager("campaign__organization")

    def __str__(self) -> str:
        return "sealed ballot"


class AnswerBlock(models.Model):
    """All sheets of one unit and panel, sorted: a function of what was answered, not of who, when or in which order.

    Late sheets (on paper, say) that come after a report lie in a batch of their own, so that what is released of
    everybody can be checked together with what was released before.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    unit = models.ForeignKey(CampaignUnit, models.CASCADE, related_name="blocks")
    panel = models.CharField(max_length=9, choices=PANELS)
    batch = models.PositiveSmallIntegerField(default=1)
    width = models.PositiveSmallIntegerField()
    sheets = models.BinaryField()

    objects: ScopedManager["AnswerBlock"] = ScopedManager("unit__campaign__organization")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["unit", "panel", "batch"], name="answer_block_once"),
            models.CheckConstraint(
                condition=Q(panel__in=[p.value for p in Panel]), name="answer_block_panel_known"
            ),
        ]

    def __str__(self) -> str:
        return f"answers of {self.panel}"


class Moderation(models.TextChoices):
    PENDING = "pending", _("to be read")
    APPROVED = "approved", _("may be shown")
    WITHHELD = "withheld", _("withheld")


class Comment(models.Model):
    """An open answer after close. It keeps the panel and loses the unit: a small unit's comment names its author."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="comments")
    panel = models.CharField(max_length=9, choices=PANELS)
    item = models.CharField(max_length=80)
    text = models.TextField(help_text=_("As it was written; from its release on, as it was moderated."))
    moderated = models.TextField(
        blank=True, help_text=_("What the moderator lets through, until the release.")
    )
    moderation = models.CharField(max_length=8, choices=Moderation.choices, default=Moderation.PENDING)
    theme = models.CharField(max_length=80, blank=True)

    objects: ScopedManager["Comment"] = ScopedManager("campaign__organization")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(panel__in=[p.value for p in Panel]), name="comment_panel_known"
            )
        ]

    def __str__(self) -> str:
        return f"comment on {self.item}"
