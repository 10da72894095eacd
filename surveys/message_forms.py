"""Forms of reaching people: a text, codes to hand out, and a gateway for text messages."""

from collections.abc import Iterator
from itertools import groupby
from typing import Any
from uuid import UUID

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as now
from django.utils.translation import gettext_lazy as _

from surveys.codes import MOST_AT_ONCE, Room
from surveys.formats import language_name
from surveys.instruments.instrument import Panel
from surveys.models import CampaignUnit, Organization
from surveys.models.campaign import PANELS
from surveys.outbound import LONGEST_ADDRESS, problem
from surveys.phones import phone_of, region_of
from surveys.wording import LONGEST_SMS

BELOW = "/"  # ends the path of a unit that is meant with all below it
FILES = [("cards", _("cards to cut out, as PDF")), ("csv", _("a table, as CSV"))]


class TextForm(forms.Form):
    subject = forms.CharField(label=_("Subject"), max_length=150)
    body = forms.CharField(
        label=_("Text"),
        max_length=4000,
        strip=True,
        widget=forms.Textarea(attrs={"rows": 16}),
        help_text=_("{link}, {organization}, {closes} and {minutes} are filled in for each person."),
    )

    def clean_body(self) -> str:
        body: str = self.cleaned_data["body"]
        return "\n".join(body.splitlines())


class ShortTextForm(forms.Form):
    """A text message: no subject, and no more than fits."""

    body = forms.CharField(
        label=_("Text"),
        max_length=LONGEST_SMS,
        strip=True,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("{link}, {organization}, {closes} and {minutes} are filled in for each person."),
    )

    def clean_body(self) -> str:
        body: str = self.cleaned_data["body"]
        return "\n".join(body.splitlines())

    def clean(self) -> dict[str, Any]:
        return {**(super().clean() or {}), "subject": ""}


EVERY_UNIT = "every"


class PosterForm(forms.Form):
    unit = forms.ChoiceField(label=_("For which wall"), required=False)
    language = forms.ChoiceField(label=_("Language"), required=False)

    def __init__(self, rooms: list[Room], languages: list[str], data: QueryDict | None = None) -> None:
        super().__init__(data, auto_id="poster_%s")
        units = [(str(room.unit.id), room.unit.path) for room in rooms]
        several = [(EVERY_UNIT, _("every unit, a page each"))] if len(units) > 1 else []
        for name, choices in (
            ("unit", [("", _("any: without the name of a unit")), *several, *units]),
            ("language", [(code, language_name(code)) for code in languages]),
        ):
            self.fields[name].choices = choices  # type: ignore[attr-defined]  # it is a choice field

    def wanted(self, rooms: list[Room]) -> list[CampaignUnit]:
        asked = self.cleaned_data["unit"]
        return [room.unit for room in rooms if asked in {EVERY_UNIT, str(room.unit.id)}]


class GatewayForm(forms.Form):
    url = forms.CharField(
        label=_("Address of the gateway"),
        max_length=LONGEST_ADDRESS,
        widget=forms.URLInput(attrs={"placeholder": "https://", "inputmode": "url", "autocomplete": "off"}),
        help_text=_("Latitude posts text messages there in batches. It begins with https://."),
    )
    apart = forms.BooleanField(
        label=_("The client cannot see to whom it sent what"),
        required=False,
        help_text=_(
            "Say yes only of somebody outside the client. Then a reminder leaves out those whose link is used; "
            "otherwise it goes to everybody, since whom it left out would tell who has answered."
        ),
    )

    def clean_url(self) -> str:
        url: str = self.cleaned_data["url"]
        if sentence := problem(url):
            raise forms.ValidationError(sentence)
        return url


class OwnPhoneForm(forms.Form):
    phone = forms.CharField(
        label=_("Your phone number"),
        max_length=40,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
    )

    def __init__(self, *args: Any, organization: Organization, **options: Any) -> None:
        super().__init__(*args, **options)
        self.organization = organization

    def clean_phone(self) -> str:
        phone = phone_of(self.cleaned_data["phone"].strip(), region_of(self.organization.timezone))
        if phone is None:
            raise forms.ValidationError(_("Expected a phone number like +34 612 345 678."))
        return phone


class CodesForm(forms.Form):
    panel = forms.ChoiceField(label=_("For whom"), choices=PANELS, initial=Panel.FRONTLINE.value)
    unit = forms.ChoiceField(label=_("Unit"), required=False)
    number = forms.IntegerField(
        label=_("How many"),
        required=False,
        min_value=1,
        max_value=MOST_AT_ONCE,
        help_text=_("Nothing: as many as there are people without an e-mail address."),
    )
    language = forms.ChoiceField(label=_("Language of the cards"))
    file = forms.ChoiceField(label=_("As"), choices=FILES)

    def __init__(self, rooms: list[Room], languages: list[str], *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.rooms = rooms
        for name, choices in (
            ("unit", [("", _("every unit")), *_units(rooms)]),
            ("language", [(code, language_name(code)) for code in languages]),
        ):
            self.fields[name].choices = choices  # type: ignore[attr-defined]  # it is a choice field

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        unit = values.get("unit", "")
        if values.get("number") and (not unit or unit.endswith(BELOW)):
            self.add_error("number", _("Choose a single unit for a number of your own."))
        return values

    def units(self) -> list[UUID]:
        """Those that were chosen."""
        chosen: str = self.cleaned_data["unit"]
        if not chosen:
            return [room.unit.id for room in self.rooms]
        if chosen.endswith(BELOW):
            return [room.unit.id for room in self.rooms if _top(room) == chosen.removesuffix(BELOW)]
        return [UUID(chosen)]


def _units(rooms: list[Room]) -> Iterator[tuple[str, str]]:
    """In the order of the tree. What has several units below it can be chosen with them all."""
    for top, below in groupby(rooms, _top):
        several = list(below)
        if len(several) > 1:
            yield f"{top}{BELOW}", now("%(unit)s with all below") % {"unit": top}
        yield from ((str(room.unit.id), room.unit.path) for room in several)


def _top(room: Room) -> str:
    return room.unit.path.partition(BELOW)[0]
