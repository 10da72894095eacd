import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from surveys.models.account import User
from surveys.models.organization import Firm


class FirmVerb(models.TextChoices):
    FOUNDED = "firm.founded", _("founded the firm")
    INVITED = "team.invited", _("invited a colleague")
    RESENT = "team.resent", _("sent an invitation again")
    REVOKED = "team.revoked", _("withdrew an invitation")
    JOINED = "team.joined", _("joined the firm")
    CHANGED = "team.changed", _("changed what a colleague may do")
    REMOVED = "team.removed", _("removed a colleague")
    DECK = "firm.deck", _("changed the presentation under the slides")
    CREATED = "client.created", _("created a client")
    DOOMED = "client.doomed", _("asked to delete a client")
    DELETED = "client.deleted", _("deleted a client and all that was kept for it")


class FirmEvent(models.Model):
    """What happened to a firm and to its clients as such. It outlives a deleted client: `detail` names it then."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    firm = models.ForeignKey(Firm, models.CASCADE, related_name="events")
    at = models.DateTimeField(auto_now_add=True)
    actor = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    verb = models.CharField(max_length=40, choices=FirmVerb.choices)
    target = models.CharField(max_length=254)
    detail = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ["-at"]
        indexes = [models.Index(fields=["firm", "-at"], name="firm_event_by_firm")]

    def __str__(self) -> str:
        return f"{self.get_verb_display()}: {self.target}"
