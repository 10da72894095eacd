import uuid
import zoneinfo

from babel.numbers import is_currency
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from surveys import colours
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


def validate_colour(value: str) -> None:
    """Charts and marks in this colour have to be seen on light and on dark paper."""
    if not colours.HEX.fullmatch(value):
        raise ValidationError(
            _("%(value)s is not a colour; expected six hexadecimal digits like #2b6ca3."),
            params={"value": value},
        )
    for paper, ratio in colours.too_faint(value).items():
        light = _("%(value)s is too pale for light paper: its contrast is %(ratio)s, at least 3 is needed.")
        dark = _("%(value)s is too dark for dark paper: its contrast is %(ratio)s, at least 3 is needed.")
        raise ValidationError(
            light if paper == "light" else dark, params={"value": value, "ratio": f"{ratio:.1f}"}
        )


def _no_languages() -> list[str]:
    return []


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
    languages = models.JSONField(
        default=_no_languages, blank=True, help_text=_("What its surveys are offered in at first.")
    )
    target = models.PositiveSmallIntegerField(
        _("target participation"),
        default=70,
        validators=[MinValueValidator(1), MaxValueValidator(100)],
        help_text=_("Percent of those invited who should answer."),
    )
    logo = models.BinaryField(null=True, blank=True, help_text=_("A PNG, as it was written anew here."))
    colour = models.CharField(_("colour"), max_length=7, blank=True, validators=[validate_colour])
    retention_days = models.PositiveSmallIntegerField(
        _("days answers are kept"),
        default=90,
        validators=[MinValueValidator(1), MaxValueValidator(730)],
        help_text=_("For its next surveys. Each survey tells its own term to every respondent."),
    )
    records_days = models.PositiveSmallIntegerField(
        _("days passes, comments and people are kept"),
        default=365,
        validators=[MinValueValidator(30)],
        help_text=_(
            "After a survey's closing; people go this long after the last one, when none is under way."
        ),
    )
    doomed_at = models.DateTimeField(
        null=True, blank=True, editable=False, help_text=_("Since then closed to everybody, to be deleted.")
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
