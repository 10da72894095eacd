import datetime as dt
import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from surveys.models.account import Role, User
from surveys.models.organization import Firm, Organization, Unit

TERM = dt.timedelta(days=14)


def _in_a_while() -> dt.datetime:
    return timezone.now() + TERM


class AccessInvite(models.Model):
    """Somebody is asked to sign in as something. The link in the mail is signed, not stored: a dump opens no door.

    `nonce` is part of what is signed, so that the link of an earlier mail dies when another one is sent.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    email = models.EmailField(_("e-mail address"))
    role = models.CharField(_("role"), max_length=16, choices=Role.choices)
    firm = models.ForeignKey(Firm, models.CASCADE, null=True, blank=True, related_name="invites")
    organization = models.ForeignKey(
        Organization, models.CASCADE, null=True, blank=True, related_name="invites"
    )
    unit = models.ForeignKey(Unit, models.CASCADE, null=True, blank=True, related_name="+")
    clients = models.ManyToManyField(Organization, blank=True, related_name="+")
    nonce = models.UUIDField(default=uuid.uuid4, editable=False)
    invited_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    sent_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(default=_in_a_while)

    class Meta:
        ordering = ["email"]
        constraints = [
            models.CheckConstraint(
                condition=Q(role__in=["owner", "consultant"], firm__isnull=False, organization__isnull=True)
                | Q(
                    role__in=["coordinator", "executive", "lead"],
                    firm__isnull=True,
                    organization__isnull=False,
                ),
                name="access_invite_of_what_its_role_is_for",
            ),
            models.CheckConstraint(
                condition=Q(role="lead", unit__isnull=False) | ~Q(role="lead") & Q(unit__isnull=True),
                name="access_invite_lead_has_a_unit",
            ),
            models.UniqueConstraint(
                fields=["email", "role", "firm", "organization", "unit"],
                nulls_distinct=False,
                name="access_invite_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.email} ({self.get_role_display()})"

    @property
    def expired(self) -> bool:
        return self.expires_at <= timezone.now()
