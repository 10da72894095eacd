import secrets

from django.db import models
from django.utils.translation import gettext_lazy as _

from surveys.models import Campaign
from surveys.tenancy import ScopedManager

CODE_BYTES = 16


def new_code() -> str:
    return secrets.token_urlsafe(CODE_BYTES)


def _nothing() -> list[str]:
    return []


class Playback(models.Model):
    """The page that tells all employees what was heard and what will be done. Off means that it is not there."""

    campaign = models.OneToOneField(Campaign, models.CASCADE, primary_key=True, related_name="playback")
    code = models.CharField(max_length=32, unique=True, default=new_code, editable=False)
    is_on = models.BooleanField(default=False)
    message = models.TextField(_("a word to everybody"), max_length=600, blank=True)
    heard = models.JSONField(
        default=_nothing, blank=True, help_text=_("Items of the report that are told, at most three.")
    )

    objects: ScopedManager["Playback"] = ScopedManager("campaign__organization")

    def __str__(self) -> str:
        return f"playback of {self.campaign}"
