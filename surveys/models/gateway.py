"""Where a client's text messages are handed over: an address of its own, or of whoever sends them for it."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from surveys.models.account import User
from surveys.models.organization import Organization
from surveys.tenancy import ScopedManager


class Gateway(models.Model):
    """One a client. The secret is sealed under the master key: the worker signs with it, nobody is shown it again."""

    organization = models.OneToOneField(
        Organization, models.CASCADE, primary_key=True, related_name="gateway"
    )
    url = models.CharField(_("address"), max_length=500)
    secret = models.BinaryField()
    apart = models.BooleanField(
        default=False,
        help_text=_(
            "The client cannot see to whom it sent what. Only then a reminder leaves out who answered."
        ),
    )
    changed_at = models.DateTimeField(auto_now=True)
    changed_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")

    objects: ScopedManager["Gateway"] = ScopedManager("organization")

    def __str__(self) -> str:
        return self.url
