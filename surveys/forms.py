"""The questionnaire as a form: built from an instrument and a campaign's options, read back as a sheet's answers."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, assert_never

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout, LayoutObject
from crispy_forms.utils import TEMPLATE_PACK, render_crispy_form
from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.http import QueryDict
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from surveys.formats import money
from surveys.instruments.codec import DONT_KNOW, Answer
from surveys.instruments.instrument import BackgroundQuestion, Instrument, Item, ItemKind, Panel

DONT_KNOW_VALUE = "dk"
NO_ANSWER_VALUE = ""
BACKGROUND_PART = "background"


class Look(StrEnum):
    """How a question is drawn: template `latitude/questions/<look>.html`."""

    SCALE = "scale"
    RUNG = "rung"
    CHOICE = "choice"
    PICK = "pick"
    WORDS = "words"


LOOKS: Mapping[ItemKind, Look] = {
    ItemKind.AGREE: Look.SCALE,
    ItemKind.LADDER: Look.RUNG,
    ItemKind.SCENARIO: Look.CHOICE,
    ItemKind.CHOICE: Look.CHOICE,
    ItemKind.MULTI: Look.PICK,
    ItemKind.TEXT: Look.WORDS,
}


@dataclass(frozen=True)
class Questionnaire:
    """What one panel of one campaign is asked, in one language."""

    instrument: Instrument
    panel: Panel
    language: str
    background: tuple[str, ...] = ()
    amounts: tuple[int, ...] = ()
    currency: str = "EUR"


@dataclass(frozen=True)
class Question:
    """One question as it is drawn. `name` is its field's name, `id` its id in the instrument."""

    id: str
    name: str
    look: Look
    text: str
    options: tuple[tuple[str, str], ...] = ()
    dont_know: str = ""
    limit: int = 0
    amount: str = ""
    before: str = ""
    after: str = ""

    @property
    def template(self) -> str:
        return f"latitude/questions/{self.look}.html"

    @property
    def choices(self) -> tuple[tuple[str, str], ...]:
        extra = ((DONT_KNOW_VALUE, self.dont_know),) if self.dont_know else ()
        return (*self.options, *extra)

    def said(self, value: object) -> str:
        """A cleaned value in words; empty where nothing was answered."""
        words = dict(self.choices)
        if isinstance(value, list):
            return "\n".join(words[option] for option in value)
        return words.get(str(value), "") if self.look is not Look.WORDS else str(value)


@dataclass(frozen=True)
class Part:
    """Questions under one heading."""

    id: str
    title: str
    intro: str
    questions: tuple[Question, ...]
    number: int = 0


class OneOf(forms.ChoiceField):
    widget = forms.RadioSelect

    def __init__(self, question: Question) -> None:
        self.question = question
        super().__init__(choices=question.choices, required=False, label=question.text)


class Some(forms.MultipleChoiceField):
    widget = forms.CheckboxSelectMultiple

    def __init__(self, question: Question) -> None:
        self.question = question
        super().__init__(choices=question.choices, required=False, label=question.text)

    def validate(self, value: list[str]) -> None:
        super().validate(value)
        limit = self.question.limit
        if len(value) > limit:
            raise ValidationError(
                ngettext(
                    "You chose %(chosen)d. Please keep %(limit)d, the one that matters most.",
                    "You chose %(chosen)d. Please keep the %(limit)d that matter most.",
                    limit,
                )
                % {"chosen": len(value), "limit": limit}
            )


class AsABrowserCounts(MaxLengthValidator):
    """`maxlength` counts UTF-16, so that most emoji are two; a ballot has room for as many and no more."""

    def clean(self, x: Any) -> int:
        return len(str(x).encode("utf-16-le", "surrogatepass")) // 2


class Words(forms.CharField):
    widget = forms.Textarea

    def __init__(self, question: Question) -> None:
        self.question = question
        super().__init__(required=False, label=question.text, validators=[AsABrowserCounts(question.limit)])

    def to_python(self, value: Any) -> str:
        """A browser counts a line break as one character and sends two; the limit is the browser's."""
        return str(super().to_python(value)).replace("\r\n", "\n")


class Ladder(LayoutObject):
    """Consecutive rungs, which lie side by side where the screen is wide."""

    def __init__(self, questions: tuple[Question, ...]) -> None:
        self.questions = questions
        self.fields = [question.name for question in questions]

    def render(self, form: Any, context: Any, template_pack: str = TEMPLATE_PACK, **_options: Any) -> str:
        rungs = self.get_rendered_fields(form, context, template_pack)
        values = {"first": self.questions[0], "rungs": rungs}
        return render_to_string(f"{template_pack}/layout/ladder.html", values)


class PartLayout(LayoutObject):
    def __init__(self, part: Part, total: int) -> None:
        self.part, self.total = part, total
        self.fields = list(_in_rows(part.questions))

    def render(self, form: Any, context: Any, template_pack: str = TEMPLATE_PACK, **_options: Any) -> str:
        fields = self.get_rendered_fields(form, context, template_pack)
        values = {"part": self.part, "total": self.total, "fields": fields}
        return render_to_string(f"{template_pack}/layout/part.html", values)


def _in_rows(questions: tuple[Question, ...]) -> Iterator[str | Ladder]:
    rungs: list[Question] = []
    for question in questions:
        if question.look is Look.RUNG:
            rungs.append(question)
            continue
        if rungs:
            yield Ladder(tuple(rungs))
            rungs = []
        yield question.name
    if rungs:
        yield Ladder(tuple(rungs))


class SheetForm(forms.Form):
    """Every question may be skipped. `answers` is what `SheetCodec.encode` takes, `comments` the open words.

    Build it in the respondent's language (`translation.override`): error messages are made at once.
    """

    def __init__(self, asked: Questionnaire, data: QueryDict | None = None, **options: Any) -> None:
        super().__init__(data, auto_id="%s", **options)
        self.parts = parts(asked)
        self.questions = [question for part in self.parts for question in part.questions]
        for question in self.questions:
            self.fields[question.name] = _field(question)

    @classmethod
    def with_kept(cls, asked: Questionnaire, data: QueryDict) -> "SheetForm":
        """The form with what was answered so far, unchecked: for a way back and for another language."""
        form = cls(asked)
        form.initial = {
            question.name: data.getlist(question.name)
            if question.look is Look.PICK
            else data.get(question.name)
            for question in form.questions
        }
        return form

    def render_questions(self) -> str:
        """All questions as HTML. Without answers it is the same for everybody of a panel: worth keeping."""
        helper = FormHelper()
        helper.form_tag = False
        helper.disable_csrf = True
        helper.layout = Layout(*(PartLayout(part, len(self.parts)) for part in self.parts))
        return str(render_crispy_form(self, helper))

    def answers(self) -> dict[str, Answer]:
        return {
            question.id: answer_of(self.cleaned_data[question.name])
            for question in self.questions
            if question.look is not Look.WORDS
        }

    def comments(self) -> dict[str, str]:
        return {
            question.id: self.cleaned_data[question.name]
            for question in self.questions
            if question.look is Look.WORDS and self.cleaned_data[question.name]
        }

    def review(self) -> list[tuple[Part, list[tuple[Question, str]]]]:
        """Every question with the answer in words, empty where it was skipped."""
        return [
            (
                part,
                [(question, question.said(self.cleaned_data[question.name])) for question in part.questions],
            )
            for part in self.parts
        ]

    def given(self) -> Iterator[tuple[str, str]]:
        """Names and values that carry the answers through another page."""
        for question in self.questions:
            value = self.cleaned_data[question.name]
            for single in value if isinstance(value, list) else [value]:
                if single:
                    yield question.name, single


def parts(asked: Questionnaire) -> list[Part]:
    """The instrument's sections in their order; who the respondent is comes last, when it is clear what for."""
    found: list[Part] = []
    rungs = iter(asked.amounts)
    for section in asked.instrument.sections:
        questions = tuple(_item_question(asked, asked.instrument.item(name), rungs) for name in section.items)
        title = asked.instrument.section_title(section.id, asked.language)
        intro = asked.instrument.section_intro(section.id, asked.panel, asked.language)
        found.append(Part(section.id, title, intro, questions, len(found) + 1))
    if asked.background:
        about = tuple(
            _background_question(asked, asked.instrument.background_question(name))
            for name in asked.background
        )
        intro = _("Only used to compare groups that are large enough. Skip what you would rather not say.")
        found.append(Part(BACKGROUND_PART, _("You and your work"), intro, about, len(found) + 1))
    return found


def _item_question(asked: Questionnaire, item: Item, rungs: Iterator[int]) -> Question:
    instrument, panel, language = asked.instrument, asked.panel, asked.language
    wording = instrument.wording(item.id, panel, language)
    name = f"i-{item.id}"
    look = LOOKS[item.kind]
    if look is Look.WORDS:
        return Question(item.id, name, look, wording, limit=item.max_length or 0)
    labels = instrument.option_labels(item.id, language, panel)
    options = tuple((str(number), label) for number, label in enumerate(labels, start=1))
    dont_know = instrument.dont_know_label(item.id, language, panel) if item.dont_know else ""
    limit = item.max_choices or item.options
    if look is not Look.RUNG:
        return Question(item.id, name, look, wording, options, dont_know, limit)
    amount = money(next(rungs), asked.currency, language)
    before, _placeholder, after = wording.partition("{amount}")
    text = wording.replace("{amount}", amount)
    return Question(item.id, name, look, text, options, dont_know, limit, amount, before, after)


def _background_question(asked: Questionnaire, question: BackgroundQuestion) -> Question:
    labels = asked.instrument.background_labels(question.id, asked.language)
    options = tuple((str(number), label) for number, label in enumerate(labels, start=1))
    text = asked.instrument.background_wording(question.id, asked.language)
    return Question(question.id, f"b-{question.id}", Look.CHOICE, text, options)


def _field(question: Question) -> forms.Field:
    match question.look:
        case Look.SCALE | Look.RUNG | Look.CHOICE:
            return OneOf(question)
        case Look.PICK:
            return Some(question)
        case Look.WORDS:
            return Words(question)
        case _:
            assert_never(question.look)


def answer_of(value: str | list[str]) -> Answer:
    """A cleaned value as the codec takes it."""
    if isinstance(value, list):
        return frozenset(int(option) for option in value)
    if value == NO_ANSWER_VALUE:
        return None
    return DONT_KNOW if value == DONT_KNOW_VALUE else int(value)
