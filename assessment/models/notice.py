"""Who is told by mail that a report is released. Written down by the web when it is asked for, sent by the worker."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from surveys.models import Campaign, InvitationState, Role
from surveys.tenancy import ScopedManager

TOLD = (Role.EXECUTIVE, Role.LEAD, Role.COORDINATOR)  # who is several gets the mail of the first


class Notice(models.Model):
    """One mail to one person with access. The worker may not look users up, so the address is here."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="notices")
    email = models.EmailField(_("e-mail address"))
    role = models.CharField(max_length=16, choices=[(role.value, role.label) for role in TOLD])
    state = models.CharField(max_length=7, choices=InvitationState.choices, default=InvitationState.WAITING)
    due_at = models.DateTimeField(auto_now_add=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    interrupted = models.BooleanField(default=False)

    objects: ScopedManager["Notice"] = ScopedManager("campaign__organization")

    class Meta:
        ordering = ["email"]
        constraints = [models.UniqueConstraint(fields=["campaign", "email"], name="notice_once")]

    def __str__(self) -> str:
        return self.state
