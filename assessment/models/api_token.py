import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from surveys.models import Organization, User
from surveys.tenancy import ScopedManager


class ApiToken(models.Model):
    """Lets a client's own program read its released reports. Only a digest is kept: a dump opens nothing."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organization = models.ForeignKey(Organization, models.CASCADE, related_name="api_tokens")
    name = models.CharField(_("what it is for"), max_length=80)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    ends_with = models.CharField(max_length=4, editable=False, help_text=_("To tell it from others."))
    created_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    last_used = models.DateField(null=True, blank=True, editable=False)
    revoked_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects: ScopedManager["ApiToken"] = ScopedManager("organization")

    class Meta:
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return f"{self.name} (…{self.ends_with})"
