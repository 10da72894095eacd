"""Forms about a client, its people with access, and the firm's team."""

import zoneinfo
from collections.abc import Iterable
from typing import Any

from babel import Locale
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from surveys import decks, pictures
from surveys.formats import language_name
from surveys.instruments.loading import languages_installed
from surveys.models import Organization, Role, Unit


def zones() -> list[tuple[str, str]]:
    """Places only: UTC and the names like Europe/Madrid."""
    areas = {
        "Africa",
        "America",
        "Antarctica",
        "Arctic",
        "Asia",
        "Atlantic",
        "Australia",
        "Europe",
        "Indian",
        "Pacific",
    }
    names = sorted(
        name for name in zoneinfo.available_timezones() if name == "UTC" or name.partition("/")[0] in areas
    )
    return [(name, name.replace("_", " ")) for name in names]


def currencies() -> list[tuple[str, str]]:
    names = Locale.parse(get_language() or "en", sep="-").currencies
    return sorted((code, f"{code} · {name}") for code, name in names.items())


def languages() -> list[tuple[str, str]]:
    """What any installed questionnaire can be answered in."""
    return [(code, language_name(code)) for code in languages_installed()]


class ClientForm(forms.ModelForm):  # type: ignore[type-arg]  # Django's class takes no parameters at run time
    """A new client: what cannot be guessed, and nothing else."""

    timezone = forms.ChoiceField(
        label=_("Time zone"), choices=zones, help_text=_("All its dates are told in it.")
    )
    currency = forms.ChoiceField(label=_("Currency"), choices=currencies)
    languages = forms.MultipleChoiceField(
        label=_("Languages its people read"), choices=languages, widget=forms.CheckboxSelectMultiple
    )

    class Meta:
        model = Organization
        fields = ["name", "timezone", "currency", "languages"]
        labels = {"name": _("Name of the client")}

    def clean_name(self) -> str:
        name = " ".join(self.cleaned_data["name"].split())
        same = Organization.objects.filter(firm=self.instance.firm_id, name__iexact=name)
        if same.exclude(id=self.instance.id).exists():
            raise ValidationError(_("The firm has a client of this name already."))
        return name

    def save(self, commit: bool = False) -> Organization:  # noqa: ARG002  # surveys.clients saves, with its event
        self.instance.language = self.cleaned_data["languages"][0]
        organization: Organization = self.instance
        return organization


class SettingsForm(ClientForm):
    """Everything about a client that can be set."""

    target = forms.IntegerField(
        label=_("Target participation, in percent"), min_value=1, max_value=100, initial=70
    )
    colour = forms.CharField(
        label=_("Colour"),
        required=False,
        max_length=7,
        help_text=_("Like #2b6ca3. It is checked against light and dark paper. Empty: Latitude's own."),
    )
    picture = forms.FileField(
        label=_("Logo"),
        required=False,
        help_text=_("PNG or JPEG, up to 2 MB. It is drawn anew and made smaller."),
        widget=forms.FileInput(attrs={"accept": "image/png,image/jpeg"}),
    )
    no_logo = forms.BooleanField(label=_("Remove the logo"), required=False)

    class Meta(ClientForm.Meta):
        fields = [*ClientForm.Meta.fields, "target", "colour", "retention_days", "records_days"]
        labels = ClientForm.Meta.labels

    field_order = (
        "name",
        "timezone",
        "currency",
        "languages",
        "target",
        "colour",
        "picture",
        "no_logo",
        "retention_days",
        "records_days",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["languages"] = self.instance.languages or [self.instance.language]

    def clean_colour(self) -> str:
        return str(self.cleaned_data["colour"]).strip().lower()

    def clean_picture(self) -> bytes | None:
        sent = self.cleaned_data["picture"]
        return None if sent is None else pictures.as_png(sent.file, sent.size)

    def save(self, commit: bool = False) -> Organization:
        organization = super().save(commit)
        if self.cleaned_data["no_logo"]:
            organization.logo = None
        if self.cleaned_data["picture"]:
            organization.logo = self.cleaned_data["picture"]
        return organization

    def told(self) -> dict[str, Any]:
        """What changed, for the event. Pictures are told without their bytes."""
        return {
            name: "..." if name == "picture" else self.cleaned_data.get(name) for name in self.changed_data
        }


class InviteForm(forms.Form):
    """Somebody to sign in to one client."""

    email = forms.EmailField(label=_("E-mail address"), max_length=254)
    role = forms.ChoiceField(
        label=_("As"),
        choices=[
            (str(Role.EXECUTIVE), _("executive: reads released reports")),
            (str(Role.COORDINATOR), _("coordinator: looks after people and participation, sees no result")),
            (str(Role.LEAD), _("unit lead: reads the released report of one unit")),
        ],
    )
    unit: "forms.ModelChoiceField[Unit]" = forms.ModelChoiceField(
        label=_("Unit"), queryset=None, required=False, help_text=_("For a unit lead only.")
    )

    def __init__(self, units: Iterable[Unit], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = units  # type: ignore[attr-defined]


class TeamForm(forms.Form):
    """A colleague: an owner, or a consultant for all or for chosen clients."""

    email = forms.EmailField(label=_("E-mail address"), max_length=254)
    role = forms.ChoiceField(
        label=_("As"),
        choices=[
            (str(Role.CONSULTANT), _("consultant: works for clients")),
            (str(Role.OWNER), _("owner: works for every client and changes the team")),
        ],
    )
    clients: "forms.ModelMultipleChoiceField[Organization]" = forms.ModelMultipleChoiceField(
        label=_("For these clients only"),
        queryset=None,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None chosen: for every client of the firm, also future ones."),
    )

    def __init__(self, clients: Iterable[Organization], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["clients"].queryset = clients  # type: ignore[attr-defined]


class FirmForm(forms.Form):
    name = forms.CharField(label=_("Name of your firm"), max_length=200)

    def clean_name(self) -> str:
        return " ".join(self.cleaned_data["name"].split())


class JoinForm(forms.Form):
    """Who was invited and has no account yet."""

    name = forms.CharField(
        label=_("Your name"), max_length=150, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    password = forms.CharField(
        label=_("A password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("At least 12 characters. You can also sign in with a code that is sent to you."),
    )


class DeckForm(forms.Form):
    """The firm's presentation, or the way back to ours."""

    deck = forms.FileField(
        label=_("Presentation"),
        required=False,
        help_text=_(
            "A .pptx of up to 10 MB without macros. A layout with a title is needed, best a title slide and one "
            "with a title only. Its own slides are left out."
        ),
        widget=forms.FileInput(
            attrs={
                "accept": ".pptx,application/vnd.openxmlformats-officedocument.presentationml.presentation"
            }
        ),
    )

    content: bytes | None = None
    name = ""

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or {}
        sent = said.get("deck")
        if self.data.get("do") == "drop" or self.errors:
            return said
        if sent is None:
            self.add_error("deck", _("Choose a file first."))
            return said
        try:
            self.content, self.name = decks.as_deck(sent.file, sent.size), sent.name
        except ValidationError as problem:
            self.add_error("deck", problem)
        return said
