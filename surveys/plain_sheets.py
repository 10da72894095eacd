"""A sheet whose answers are all plain is read without the form; whatever is not plain is left to the form.

The form judges sixty fields with Django's machinery, which took longer than everything else in a submission. Here each
radio group is one look into a table made of the form's own choices and the codec's own bytes. Choices of several and
words are still judged by the form's fields.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.http import QueryDict

from surveys.forms import NO_ANSWER_VALUE, Look, Question, SheetForm, answer_of
from surveys.instruments.codec import NO_ANSWER_BYTE, SheetCodec


@dataclass(frozen=True)
class Filled:
    """What a person sent, ready for the ballot box."""

    sheet: bytes
    comments: Mapping[str, str]


def filled(form: SheetForm, codec: SheetCodec) -> Filled:
    """Of a form that is valid."""
    return Filled(codec.encode(form.answers()), form.comments())


class PlainSheets:
    """Made once for a campaign, panel and language."""

    def __init__(self, form: SheetForm, codec: SheetCodec) -> None:
        places = {field.id: place for place, field in enumerate(codec.fields)}
        self.codec = codec
        self.one_of = tuple(
            (places[question.id], question.name, _bytes_of(question, codec))
            for question in form.questions
            if question.look not in {Look.PICK, Look.WORDS}
        )
        self.some = tuple(
            (places[question.id], question, form.fields[question.name])
            for question in form.questions
            if question.look is Look.PICK
        )
        self.words = tuple(
            (question, form.fields[question.name])
            for question in form.questions
            if question.look is Look.WORDS
        )

    def read(self, data: QueryDict) -> Filled | None:
        """None where anything is there that the form has to judge, and perhaps to refuse."""
        sheet = bytearray(self.codec.width)
        comments: dict[str, str] = {}
        try:
            for place, name, bytes_of in self.one_of:
                sheet[place] = bytes_of[data.get(name)]
            for place, question, field in self.some:
                if chosen := data.getlist(question.name):
                    sheet[place] = self.codec.field(question.id).to_byte(answer_of(field.clean(chosen)))
            for question, field in self.words:
                if (written := data.get(question.name)) and (words := field.clean(written)):
                    comments[question.id] = words
        except (KeyError, ValidationError):
            return None
        return Filled(bytes(sheet), comments)


def _bytes_of(question: Question, codec: SheetCodec) -> dict[object, int]:
    field = codec.field(question.id)
    plain: dict[object, int] = {value: field.to_byte(answer_of(value)) for value, _label in question.choices}
    return {None: NO_ANSWER_BYTE, NO_ANSWER_VALUE: NO_ANSWER_BYTE} | plain
