import uuid
import zoneinfo

from babel.numbers import is_currency
from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from surveys.tenancy import ScopedManager


def validate_timezone(value: str) -> None:
    if value not in zoneinfo.available_timezones():
        raise ValidationError(
            _("%(value)s is not a time zone; expected a name like Europe/Madrid."), params={"value": value}
        )


def validate_currency(value: str) -> None:
    if not is_currency(value):
        raise ValidationError(
            _("%(value)s is not a currency; expected an ISO 4217 code like EUR."), params={"value": value}
        )


class Firm(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=200)

    class Meta:
        constraints = [models.UniqueConstraint(Lower("name"), name="firm_name_once")]

    def __str__(self) -> str:
        return self.name


class Organization(models.Model):
    """A client. Doors in `surveys.access` hand it out; everything below it is scoped to it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    firm = models.ForeignKey(Firm, models.PROTECT, related_name="organizations")
    name = models.CharField(max_length=200)
    timezone = models.CharField(max_length=64, default="UTC", validators=[validate_timezone])
    currency = models.CharField(max_length=3, default="EUR", validators=[validate_currency])
    language = models.CharField(max_length=12, default="en")
    records_days = models.PositiveSmallIntegerField(
        default=365,
        validators=[MinValueValidator(30)],
        help_text=_("Days after a campaign's closing until its passes and comments are destroyed."),
    )
    simulated = models.BooleanField(
        default=False, help_text=_("Every page says that the answers are made up.")
    )

    class Meta:
        constraints = [models.UniqueConstraint("firm", Lower("name"), name="organization_name_once_a_firm")]

    def __str__(self) -> str:
        return self.name

    @property
    def zone(self) -> zoneinfo.ZoneInfo:
        return zoneinfo.ZoneInfo(self.timezone)


class Unit(models.Model):
    """A node of the organization's tree as it is today. A campaign works on its own frozen copy."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organization = models.ForeignKey(Organization, models.CASCADE, related_name="units")
    parent = models.ForeignKey("self", models.CASCADE, null=True, blank=True, related_name="children")
    name = models.CharField(max_length=120)
    path = models.CharField(max_length=600)
    frontline_headcount = models.PositiveIntegerField(null=True, blank=True)
    executive_headcount = models.PositiveIntegerField(null=True, blank=True)

    objects: ScopedManager["Unit"] = ScopedManager("organization")

    class Meta:
        ordering = ["path"]
        constraints = [models.UniqueConstraint(fields=["organization", "path"], name="unit_path_once")]

    def __str__(self) -> str:
        return self.path
