"""What people fill in about a report: actions, the page for all employees, tokens of the API."""

from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from assessment.models import Action, ApiToken, Preface
from assessment.models.notice import TOLD
from assessment.models.release import LONGEST_NOTE, LONGEST_SUMMARY
from assessment.renderers.foreword import SECTIONS
from surveys.models import Campaign, Role

if TYPE_CHECKING:
    OfAction = forms.ModelForm[Action]
    OfToken = forms.ModelForm[ApiToken]
else:
    OfAction = OfToken = forms.ModelForm


class ActionForm(OfAction):
    """`measured`: what the report measures, of which an action may move one."""

    class Meta:
        model = Action
        fields = ("what", "item", "owner", "due", "told")
        widgets = {"due": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")}
        help_texts = {
            "owner": _("A person or a team."),
            "told": _("It stands on the page for everybody, once that is switched on."),
        }

    def __init__(self, *args: Any, measured: Mapping[str, Any], **options: Any) -> None:
        super().__init__(*args, **options)
        choices = [("", _("None in particular"))] + [(name, one["title"]) for name, one in measured.items()]
        self.fields["item"] = forms.ChoiceField(
            label=_("What it should move"), choices=choices, required=False
        )


class ActionChangeForm(OfAction):
    class Meta:
        model = Action
        fields = ("what", "owner", "due", "state", "told")
        widgets = {"due": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")}
        help_texts = {"owner": _("A person or a team."), "told": _("It stands on the page for everybody.")}


class TokenForm(OfToken):
    class Meta:
        model = ApiToken
        fields = ("name",)
        help_texts = {"name": _("For example: dashboard of the board.")}


MOST_HEARD = 3


class PlaybackForm(forms.Form):
    """What all employees are told: at most three findings, and a word to everybody."""

    message = forms.CharField(
        label=_("A word to everybody"),
        max_length=600,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    heard = forms.MultipleChoiceField(
        label=_("What was heard"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("At most three. Their released numbers are told to everybody."),
    )

    def __init__(self, *args: Any, offered: Mapping[str, str], **options: Any) -> None:
        super().__init__(*args, **options)
        heard = self.fields["heard"]
        assert isinstance(heard, forms.MultipleChoiceField)
        heard.choices = list(offered.items())

    def clean_heard(self) -> list[str]:
        chosen: list[str] = self.cleaned_data["heard"]
        if len(chosen) > MOST_HEARD:
            raise forms.ValidationError(
                _("%(number)s are chosen; choose at most three."), params={"number": len(chosen)}
            )
        return chosen


class PrefaceForm(forms.Form):
    """A summary, and a note for each section of the report: plain text, as it is read."""

    def __init__(self, *args: Any, preface: Preface, **options: Any) -> None:
        words = {"summary": preface.summary, **{f"note-{name}": text for name, text in preface.notes.items()}}
        super().__init__(*args, **{**options, "initial": words})
        self.fields["summary"] = forms.CharField(
            label=_("Summary for executives"),
            required=False,
            max_length=LONGEST_SUMMARY,
            widget=forms.Textarea(attrs={"rows": 6}),
            help_text=_("It is the first thing they read. An empty line begins a paragraph."),
        )
        for name, title in SECTIONS.items():
            self.fields[f"note-{name}"] = forms.CharField(
                label=str(title),
                required=False,
                max_length=LONGEST_NOTE,
                widget=forms.Textarea(attrs={"rows": 2}),
            )

    def notes(self) -> dict[str, str]:
        return {name: self.cleaned_data[f"note-{name}"] for name in SECTIONS}


class TellForm(forms.Form):
    """Who gets a mail that the report is there, of the roles that somebody has."""

    tell = forms.MultipleChoiceField(
        label=_("Tell them by e-mail that it is there"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("The mail has a link and no number."),
    )

    def __init__(self, *args: Any, people: Mapping[str, Role], **options: Any) -> None:
        counts = Counter(people.values())
        options.setdefault("initial", {"tell": [role.value for role in counts]})
        super().__init__(*args, **options)
        field = self.fields["tell"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = [(role.value, f"{role.label} ({counts[role]})") for role in TOLD if counts[role]]

    def roles(self) -> list[Role]:
        return [Role(one) for one in self.cleaned_data["tell"]] if self.is_valid() else []


class ForesightForm(forms.Form):
    """Other numbers to try on a wave's head counts. Nothing is stored."""

    group = forms.IntegerField(label=_("Smallest group shown"), min_value=4, max_value=1000)
    response = forms.IntegerField(label=_("Percent who answer"), min_value=1, max_value=100)

    def __init__(self, data: Mapping[str, Any] | None, *, campaign: Campaign) -> None:
        self.usual = {"group": campaign.min_group, "response": 60}
        super().__init__(data, initial=self.usual)

    def asked(self) -> tuple[int, float]:
        """The smallest group, and the share who answer: what was given, or the wave's own and 60 %."""
        said = self.usual | (self.cleaned_data if self.is_valid() else {})
        return said["group"], said["response"] / 100
