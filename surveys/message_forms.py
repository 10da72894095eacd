"""Forms of reaching people: a text, and codes to hand out."""

from collections.abc import Iterator
from itertools import groupby
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext as now
from django.utils.translation import gettext_lazy as _

from surveys.codes import MOST_AT_ONCE, Room
from surveys.formats import language_name
from surveys.instruments.instrument import Panel
from surveys.models.campaign import PANELS

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
