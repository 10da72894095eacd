"""Forms of set-up: a unit, a person, a file, a wave."""

import datetime as dt
from collections.abc import Iterable
from itertools import pairwise
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from surveys.campaigns import Policy
from surveys.formats import language_name, money
from surveys.importing.finding import phone_of, region_of
from surveys.instruments.instrument import MAX_BACKGROUND, ItemKind
from surveys.instruments.loading import installed, languages_installed, load_installed
from surveys.models import Campaign, Channel, ImportKind, Organization, Person, Unit

LARGEST_AMOUNT, LARGEST_THRESHOLD = 10**9, 1000
MINUTE = "%Y-%m-%dT%H:%M"


class Moment(forms.DateTimeField):
    """A date and time of the client's zone, in the browser's own picker."""

    def __init__(self, **options: Any) -> None:
        widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format=MINUTE)
        super().__init__(widget=widget, input_formats=[MINUTE, "%Y-%m-%d %H:%M"], **options)


class UnitForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=120)


class HeadcountForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = Unit
        fields = ["frontline_headcount", "executive_headcount"]
        labels = {
            "frontline_headcount": _("Front line, directly in this unit"),
            "executive_headcount": _("Executives, directly in this unit"),
        }


class FileForm(forms.Form):
    kind = forms.ChoiceField(label=_("What is in it"), choices=ImportKind.choices)
    file = forms.FileField(label=_("CSV or XLSX file"))


class PersonForm(forms.ModelForm):  # type: ignore[type-arg]
    unit = forms.CharField(label=_("Unit"), max_length=600, help_text=_("Its path, like North/Store 12."))
    phone = forms.CharField(label=_("Phone number"), max_length=40, required=False)

    class Meta:
        model = Person
        fields = ["name", "panel", "email", "phone", "language"]

    def __init__(self, *args: Any, organization: Organization, **options: Any) -> None:
        super().__init__(*args, **options)
        self.organization = organization
        self.instance.organization = organization
        if self.instance.unit_id:
            self.initial["unit"] = self.instance.unit.path
        spoken = [(code, language_name(code)) for code in languages_installed()]
        self.fields["language"] = forms.ChoiceField(
            label=_("Language"), choices=[("", _("not known")), *spoken], required=False
        )

    def clean_unit(self) -> Unit:
        path = self.cleaned_data["unit"]
        unit = Unit.objects.filter(organization=self.organization, path=path).first()
        if unit is None:
            raise ValidationError(
                _("There is no unit %(path)s; expected one of the tree."), params={"path": path}
            )
        self.instance.unit = unit
        return unit

    def clean_phone(self) -> str:
        phone = phone_of(self.cleaned_data["phone"].strip(), region_of(self.organization))
        if phone is None:
            raise ValidationError(_("Expected a phone number like +34 612 345 678."))
        return phone

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"]
        same = Person.objects.filter(organization=self.organization, email__iexact=email)
        if email and same.exclude(pk=self.instance.pk).exists():
            raise ValidationError(_("Somebody else here has this e-mail address."))
        return email


class NewWaveForm(forms.Form):
    """What cannot be guessed; everything else has a recommended value that can be changed afterwards."""

    name = forms.CharField(label=_("Name"), max_length=200, help_text=_("As executives will read it."))
    instrument = forms.ChoiceField(label=_("Questionnaire"))
    opens_at = Moment(label=_("Opens"))
    closes_at = Moment(label=_("Closes"))

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        known = {name: load_installed(name) for name in installed()}
        language = get_language() or "en"
        self.fields["instrument"].choices = [  # type: ignore[attr-defined]  # it is a ChoiceField
            (name, one.title(language if language in one.languages else one.default_language))
            for name, one in known.items()
        ]

    def clean(self) -> dict[str, Any]:
        return _in_order(super().clean() or {}, self)


class WaveForm(forms.Form):
    """All that a draft can be given, on one page in the order of the checklist; each part can be left for later."""

    name = forms.CharField(label=_("Name"), max_length=200)
    background = forms.MultipleChoiceField(
        label=_("Background questions, to the front line only"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Each one more makes groups smaller, so that less can be shown. Two are a good number."),
    )
    languages = forms.MultipleChoiceField(label=_("Languages"), widget=forms.CheckboxSelectMultiple)
    left_out = forms.MultipleChoiceField(
        label=_("Units that are not asked"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("With all that is under them."),
    )
    min_group = forms.IntegerField(
        label=_("Smallest group shown"),
        min_value=4,
        max_value=LARGEST_THRESHOLD,
        help_text=_("5 is recommended. Fewer people than this are never shown, also not by subtraction."),
    )
    min_executives = forms.IntegerField(
        label=_("Fewest executives"),
        min_value=3,
        max_value=LARGEST_THRESHOLD,
        help_text=_("4 is recommended: with 3, two who compare notes know the third."),
    )
    min_comments = forms.IntegerField(
        label=_("People before comments"),
        min_value=5,
        max_value=LARGEST_THRESHOLD,
        help_text=_("10 is recommended. Words give a person away sooner than numbers."),
    )
    min_distribution = forms.IntegerField(
        label=_("Answers before a distribution"),
        min_value=4,
        max_value=LARGEST_THRESHOLD,
        help_text=_("10 is recommended; below it only means are shown."),
    )
    retention_days = forms.IntegerField(
        label=_("Days answers are kept"),
        min_value=1,
        max_value=730,
        help_text=_("After the closing. Every respondent is told the date. 90 is recommended."),
    )
    opens_at = Moment(label=_("Opens"))
    closes_at = Moment(label=_("Closes"))
    channels = forms.MultipleChoiceField(
        label=_("How people get in"),
        choices=Channel.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, campaign: Campaign, tops: Iterable[Unit], **options: Any) -> None:
        instrument = campaign.instrument
        steps = instrument.items_of(ItemKind.LADDER)
        plain = ("name", "background", "languages", "left_out", "opens_at", "closes_at", "channels")
        numbers = ("retention_days", *vars(Policy()))
        initial = {key: getattr(campaign, key) for key in (*plain, *numbers)}
        initial |= {f"amount_{at}": amount for at, amount in enumerate(campaign.amounts, start=1)}
        options["initial"] = initial
        super().__init__(*args, **options)
        language = get_language() or "en"
        language = language if language in instrument.languages else instrument.default_language
        self._choose(
            "background", ((q.id, instrument.background_label(q.id, language)) for q in instrument.background)
        )
        self._choose("languages", ((code, language_name(code)) for code in instrument.languages))
        self._choose("left_out", ((str(unit.id), unit.name) for unit in tops))
        self.steps = len(steps)
        for at, amount in enumerate(instrument.amounts, start=1):
            self.fields[f"amount_{at}"] = forms.IntegerField(
                label=_("Step %(step)d of the authority ladder") % {"step": at},
                min_value=1,
                max_value=LARGEST_AMOUNT,
                help_text=_("Recommended: %s") % money(amount, campaign.organization.currency, language),
            )

    def _choose(self, name: str, choices: Iterable[tuple[str, str]]) -> None:
        self.fields[name].choices = list(choices)  # type: ignore[attr-defined]  # it is a choice field

    def part(self, *names: str) -> list[forms.BoundField]:
        return [self[name] for name in names if name in self.fields]

    @property
    def parts(self) -> list[tuple[str, Any, list[forms.BoundField]]]:
        amounts = [f"amount_{at}" for at in range(1, self.steps + 1)]
        return [
            ("questions", _("Questions"), self.part("name", "languages", "background", *amounts)),
            ("units", _("Units"), self.part("left_out")),
            ("policy", _("Confidentiality"), self.part(*vars(Policy()), "retention_days")),
            ("dates", _("Dates"), self.part("opens_at", "closes_at")),
            ("reaching", _("Reaching people"), self.part("channels")),
        ]

    def clean_background(self) -> list[str]:
        chosen: list[str] = self.cleaned_data["background"]
        if len(chosen) > MAX_BACKGROUND:
            raise ValidationError(_("Choose six at most."))
        return chosen

    def clean(self) -> dict[str, Any]:
        said = _in_order(super().clean() or {}, self)
        amounts = [said.get(f"amount_{at}") for at in range(1, self.steps + 1)]
        for at, (low, high) in enumerate(pairwise(amounts), start=2):
            if low is not None and high is not None and high <= low:
                self.add_error(f"amount_{at}", _("Expected more than the step before."))
        least = max(said.get("min_group") or 0, said.get("min_executives") or 0)
        if (said.get("min_distribution") or least) < least:
            self.add_error(
                "min_distribution",
                ValidationError(_("Expected %(least)d or more, like the groups."), params={"least": least}),
            )
        return said

    def values(self) -> dict[str, Any]:
        """For `planning.change`."""
        amounts = [self.cleaned_data[f"amount_{at}"] for at in range(1, self.steps + 1)]
        said = {key: value for key, value in self.cleaned_data.items() if not key.startswith("amount_")}
        return {**said, "amounts": amounts}


class ExtendForm(forms.Form):
    closes_at = Moment(label=_("Closes"))


def _in_order(said: dict[str, Any], form: forms.Form) -> dict[str, Any]:
    opens, closes = said.get("opens_at"), said.get("closes_at")
    if opens and closes and closes <= opens:
        form.add_error("closes_at", _("Expected a date after the opening."))
    return said


def usual_dates() -> dict[str, dt.datetime]:
    """Next week, for three weeks; called in the client's zone."""
    day = timezone.localtime().replace(hour=8, minute=0, second=0, microsecond=0) + dt.timedelta(days=7)
    return {"opens_at": day, "closes_at": day + dt.timedelta(days=21, hours=12)}
