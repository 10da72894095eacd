"""Forms of reaching people: a text, and codes to hand out."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from surveys.codes import MOST_AT_ONCE, Room
from surveys.formats import language_name
from surveys.instruments.instrument import Panel
from surveys.models.campaign import PANELS

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
        units = [(str(room.unit.id), room.unit.path) for room in rooms]
        for name, choices in (
            ("unit", [("", _("every unit")), *units]),
            ("language", [(code, language_name(code)) for code in languages]),
        ):
            self.fields[name].choices = choices  # type: ignore[attr-defined]  # it is a choice field

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if values.get("number") and not values.get("unit"):
            self.add_error("number", _("Choose a unit for a number of your own."))
        return values
