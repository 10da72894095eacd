import datetime as dt
import uuid
from collections.abc import Collection
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from surveys.instruments.codec import SheetCodec
from surveys.instruments.instrument import Instrument, Panel
from surveys.kept import kept
from surveys.models.organization import Organization, Unit
from surveys.tenancy import ScopedManager

PANELS = [(Panel.FRONTLINE.value, _("front line")), (Panel.EXECUTIVE.value, _("executives"))]


MOST_INSTRUMENTS = 64
_instruments: dict[tuple[uuid.UUID, str, tuple[str, ...]], Instrument] = {}
_codecs: dict[tuple[uuid.UUID, str, tuple[str, ...], tuple[str, ...]], SheetCodec] = {}


class InstrumentVersion(models.Model):
    """A questionnaire as it was when it was first used. A change of a single word is another version."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    identifier = models.SlugField(max_length=80)
    version = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)
    definition = models.JSONField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["identifier", "version", "digest"], name="instrument_version_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.identifier} {self.version}"

    @property
    def instrument(self) -> Instrument:
        return self.without(())

    def without(self, items: Collection[str]) -> Instrument:
        """Read once in a process: a version never changes, and ten languages are a third of a megabyte."""
        left_out = tuple(sorted(items))
        return kept(
            _instruments,
            (self.id, self.digest, left_out),
            lambda: self.instrument.without(items) if items else Instrument.from_json(self.definition),
            MOST_INSTRUMENTS,
        )

    def codec(self, background: tuple[str, ...], left_out: Collection[str] = ()) -> SheetCodec:
        """How its answers become bytes, where these background questions are asked."""
        return kept(
            _codecs,
            (self.id, self.digest, background, tuple(sorted(left_out))),
            lambda: SheetCodec(self.without(left_out), background),
        )


class State(models.TextChoices):
    DRAFT = "draft", _("draft")
    OPEN = "open", _("open")
    CLOSED = "closed", _("closed")
    REPORTED = "reported", _("reported")
    PURGED = "purged", _("purged")


class Channel(models.TextChoices):
    """How people get their way in."""

    EMAIL = "email", _("a link by e-mail")
    CODES = "codes", _("codes on cards, sheets and posters")
    KIOSK = "kiosk", _("a shared tablet")
    SMS = "sms", _("text messages through your own gateway")


class Campaign(models.Model):
    """One wave. Instrument, policy, options and units cannot change once it is open."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organization = models.ForeignKey(Organization, models.CASCADE, related_name="campaigns")
    instrument_version = models.ForeignKey(InstrumentVersion, models.PROTECT, related_name="campaigns")
    name = models.CharField(max_length=200)
    state = models.CharField(max_length=8, choices=State.choices, default=State.DRAFT)
    opens_at = models.DateTimeField()
    closes_at = models.DateTimeField()
    min_group = models.PositiveSmallIntegerField(default=5)
    min_executives = models.PositiveSmallIntegerField(default=4)
    min_comments = models.PositiveSmallIntegerField(default=10)
    min_distribution = models.PositiveSmallIntegerField(default=10)
    background = models.JSONField(
        default=list, blank=True, help_text=_("Ids of the background questions asked.")
    )
    scenarios_left_out = models.JSONField(
        default=list, blank=True, help_text=_("Ids of the scenarios that are not asked.")
    )
    amounts = models.JSONField(
        default=list, blank=True, help_text=_("What a step of the authority ladder stands for.")
    )
    languages = models.JSONField(default=list, blank=True)
    channels = models.JSONField(default=list, blank=True)
    left_out = models.JSONField(
        default=list, blank=True, help_text=_("Ids of the units that are not asked, nor what is under them.")
    )
    scheduled = models.BooleanField(default=False, help_text=_("Opens by itself when its time has come."))
    wrapped_key = models.BinaryField(
        null=True, blank=True, help_text=_("Seals the ballots. Destroyed when the box is opened.")
    )
    retention_days = models.PositiveSmallIntegerField(
        default=90,
        help_text=_("Days after closing until the answers are destroyed. Told to every respondent."),
    )
    answers_until = models.DateTimeField(
        null=True, blank=True, help_text=_("Until then the answers are kept. Set at closing.")
    )
    records_until = models.DateTimeField(
        null=True, blank=True, help_text=_("Until then passes and comments are kept. Set at closing.")
    )

    objects: ScopedManager["Campaign"] = ScopedManager("organization")

    class Meta:
        ordering = ["-closes_at", "name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(opens_at__lt=F("closes_at")), name="campaign_opens_before_it_closes"
            ),
            models.CheckConstraint(
                condition=Q(min_group__gte=4, min_executives__gte=3, min_comments__gte=5)
                & Q(min_distribution__gte=F("min_group"))
                & Q(min_distribution__gte=F("min_executives")),
                name="campaign_policy_above_the_floor",
            ),
            models.CheckConstraint(
                condition=Q(state="open", wrapped_key__isnull=False) | ~Q(state="open"),
                name="campaign_open_has_a_key",
            ),
            models.CheckConstraint(
                condition=Q(wrapped_key__isnull=True) | Q(state="open"),
                name="campaign_key_only_while_open",
            ),
            models.CheckConstraint(
                condition=Q(retention_days__gte=1, retention_days__lte=730),
                name="campaign_retention_is_a_term",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["closed", "reported"])
                | Q(answers_until__isnull=False, records_until__isnull=False),
                name="campaign_closed_knows_its_end",
            ),
            models.CheckConstraint(
                condition=Q(scheduled=False) | Q(state="draft"), name="campaign_scheduled_is_a_draft"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organization}: {self.name}"

    @property
    def instrument(self) -> Instrument:
        """What is asked: the version without the scenarios that the client left out."""
        return self.instrument_version.without(self.scenarios_left_out)

    @property
    def codec(self) -> SheetCodec:
        return self.instrument_version.codec(tuple(self.background), self.scenarios_left_out)

    @property
    def destroyed_by(self) -> dt.datetime:
        """The date a respondent is told: by then nobody has the answers any more."""
        return self.closes_at + dt.timedelta(days=self.retention_days)

    @property
    def policy(self) -> dict[str, Any]:
        names = ("min_group", "min_executives", "min_comments", "min_distribution")
        return {name: getattr(self, name) for name in names}

    def minimum(self, panel: Panel) -> int:
        """People of a panel of whom anything may be told."""
        return {Panel.FRONTLINE: self.min_group, Panel.EXECUTIVE: self.min_executives}[panel]


class CampaignUnit(models.Model):
    """A unit frozen as it was when the campaign opened."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="units")
    unit = models.ForeignKey(Unit, models.SET_NULL, null=True, blank=True, related_name="+")
    parent = models.ForeignKey("self", models.CASCADE, null=True, blank=True, related_name="children")
    path = models.CharField(max_length=600)
    frontline_headcount = models.PositiveIntegerField(null=True, blank=True)
    executive_headcount = models.PositiveIntegerField(null=True, blank=True)

    objects: ScopedManager["CampaignUnit"] = ScopedManager("campaign__organization")

    class Meta:
        ordering = ["path"]
        constraints = [models.UniqueConstraint(fields=["campaign", "path"], name="campaign_unit_path_once")]

    def __str__(self) -> str:
        return self.path

    def headcount(self, panel: Panel) -> int | None:
        match panel:
            case Panel.FRONTLINE:
                return self.frontline_headcount
            case Panel.EXECUTIVE:
                return self.executive_headcount


class Pass(models.Model):
    """The right to answer once. It knows unit and panel, and whether it was spent: never when, never on what.

    Only a digest of the code is kept, so a dump of the database answers for nobody.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    unit = models.ForeignKey(CampaignUnit, models.CASCADE, related_name="passes")
    panel = models.CharField(max_length=9, choices=PANELS)
    code_digest = models.BinaryField(max_length=32, unique=True)
    language = models.CharField(max_length=12, blank=True)
    spent = models.BooleanField(default=False)
    blinded = models.BinaryField(
        max_length=32, null=True, help_text=_("Digest of the message that was signed for this pass, unseen.")
    )

    objects: ScopedManager["Pass"] = ScopedManager("unit__campaign__organization")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(panel__in=[p.value for p in Panel]), name="pass_panel_known")
        ]

    def __str__(self) -> str:
        return f"pass of {self.panel}"


class ProofKey(models.Model):
    """Keys the hash of who answered that stands in a report's proof. The worker's alone; it goes with the answers."""

    campaign = models.OneToOneField(Campaign, models.CASCADE, primary_key=True, related_name="+")
    key = models.BinaryField()

    objects: ScopedManager["ProofKey"] = ScopedManager("campaign__organization")

    def __str__(self) -> str:
        return "proof key"


class KeyProbe(models.Model):
    """One sealed sentence: unsealing it before a campaign opens tells that the master key is the right one."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    sealed = models.BinaryField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="key_probe_single")]

    def __str__(self) -> str:
        return "key probe"
