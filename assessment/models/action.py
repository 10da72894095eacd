import uuid

from django.core.validators import MinLengthValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from surveys.models import Campaign, Organization
from surveys.tenancy import ScopedManager


class ActionState(models.TextChoices):
    PLANNED = "planned", _("planned")
    UNDER_WAY = "under_way", _("under way")
    DONE = "done", _("done")
    DROPPED = "dropped", _("dropped")


class Action(models.Model):
    """What somebody will do about a finding, and the item whose gap it should narrow by the next wave."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organization = models.ForeignKey(Organization, models.CASCADE, related_name="actions")
    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="actions")
    item = models.CharField(
        _("question it should move"), max_length=80, blank=True, help_text=_("Empty: none in particular.")
    )
    finding = models.CharField(max_length=300, blank=True, help_text=_("What it answers, as it was found."))
    began = models.JSONField(
        null=True, blank=True, editable=False, help_text=_("The question's released gap when it was planned.")
    )
    what = models.CharField(_("what will be done"), max_length=300, validators=[MinLengthValidator(3)])
    owner = models.CharField(_("who sees to it"), max_length=120)
    due = models.DateField(_("by when"))
    state = models.CharField(
        _("state"), max_length=10, choices=ActionState.choices, default=ActionState.PLANNED
    )
    told = models.BooleanField(
        _("tell all employees"), default=False, help_text=_("It stands on the page for everybody.")
    )

    objects: ScopedManager["Action"] = ScopedManager("organization")

    class Meta:
        ordering = ["due", "what"]

    def __str__(self) -> str:
        return self.what
