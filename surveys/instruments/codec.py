"""Answers to bytes and back: background answers first, then one byte an item; text items have none."""

import re
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from enum import Enum, StrEnum
from functools import cache
from typing import Final, assert_never

from surveys.instruments.instrument import (
    MAX_BACKGROUND,
    BackgroundQuestion,
    Instrument,
    Item,
    ItemKind,
)

NO_ANSWER_BYTE: Final = 0
DONT_KNOW_BYTE: Final = 255
_CODE = re.compile(r"-?[0-9]{1,4}", re.ASCII)


class DontKnow(Enum):
    DONT_KNOW = "don't know"


DONT_KNOW: Final = DontKnow.DONT_KNOW

Answer = int | AbstractSet[int] | DontKnow | None


class SheetError(ValueError):
    """An answer or a sheet that the instrument does not allow. `field` is the item's or question's id."""

    def __init__(self, message: str, field: str | None = None) -> None:
        self.field = field
        super().__init__(message if field is None else f"{field}: {message}")


class FieldKind(StrEnum):
    BACKGROUND = "background"
    AGREE = "agree"
    LADDER = "ladder"
    SCENARIO = "scenario"
    CHOICE = "choice"
    MULTI = "multi"


@dataclass(frozen=True)
class Field:
    """What one byte of a sheet means."""

    id: str
    kind: FieldKind
    options: int
    dont_know: bool = False
    dont_know_code: int | None = None
    max_choices: int | None = None
    reverse: bool = False
    dimension: str | None = None

    def is_legal(self, byte: int) -> bool:
        match self.kind:
            case FieldKind.MULTI:
                return byte >> self.options == 0 and byte.bit_count() <= (self.max_choices or self.options)
            case (
                FieldKind.BACKGROUND
                | FieldKind.AGREE
                | FieldKind.LADDER
                | FieldKind.SCENARIO
                | FieldKind.CHOICE
            ):
                return byte <= self.options or (self.dont_know and byte == DONT_KNOW_BYTE)
            case _:
                assert_never(self.kind)

    @property
    def expectation(self) -> str:
        """What is legal here, as a message says it."""
        if self.kind is FieldKind.MULTI:
            return f"at most {self.max_choices or self.options} different options of 1 to {self.options}"
        return f"1 to {self.options}" + (", don't know" if self.dont_know else "") + " or no answer"

    @property
    def raw_expectation(self) -> str:
        if self.kind is FieldKind.MULTI:
            return f"{self.expectation} like 1;3, or blank for no answer"
        dont_know = "" if self.dont_know_code is None else f", {self.dont_know_code} for don't know"
        return f"1 to {self.options}{dont_know} or blank for no answer"

    def to_byte(self, answer: Answer) -> int:
        match answer:
            case None:
                return NO_ANSWER_BYTE
            case DontKnow.DONT_KNOW if self.dont_know:
                return DONT_KNOW_BYTE
            case bool():
                pass
            case int() if self.kind is not FieldKind.MULTI and 1 <= answer <= self.options:
                return answer
            case AbstractSet() if self.kind is FieldKind.MULTI and all(
                type(option) is int and 1 <= option <= self.options for option in answer
            ):
                byte = sum(1 << option - 1 for option in answer)
                if self.is_legal(byte):
                    return byte
            case _:
                pass
        raise SheetError(f"{answer!r} is no answer; expected {self.expectation}.", self.id)

    def to_answer(self, byte: int) -> int | frozenset[int] | DontKnow | None:
        if not self.is_legal(byte):
            raise SheetError(f"byte {byte} means nothing; expected {self.expectation}.", self.id)
        if byte == NO_ANSWER_BYTE:
            return None
        if self.kind is FieldKind.MULTI:
            return frozenset(bit + 1 for bit in range(self.options) if byte >> bit & 1)
        return DONT_KNOW if byte == DONT_KNOW_BYTE and self.dont_know else byte

    def from_raw(self, text: str) -> int:
        parts = [part.strip() for part in text.split(";")]
        if parts == [""]:
            return NO_ANSWER_BYTE
        codes = [int(part) for part in parts if _CODE.fullmatch(part)]
        wrong = f"{text!r} is no answer; expected {self.raw_expectation}."
        many = self.kind is FieldKind.MULTI
        if len(codes) < len(parts) or len(set(codes)) < len(codes) or (len(codes) > 1 and not many):
            raise SheetError(wrong, self.id)
        answer: Answer = frozenset(codes) if many else codes[0]
        if self.dont_know and codes == [self.dont_know_code]:
            answer = DONT_KNOW
        try:
            return self.to_byte(answer)
        except SheetError:
            raise SheetError(wrong, self.id) from None


def _background_field(question: BackgroundQuestion) -> Field:
    return Field(id=question.id, kind=FieldKind.BACKGROUND, options=question.options)


def _item_field(instrument: Instrument, item: Item) -> Field:
    if item.scale is None:
        raise ValueError(f"The item {item.id} has no scale, so it has no byte.")
    return Field(
        id=item.id,
        kind=FieldKind(item.kind.value),
        options=item.options,
        dont_know=item.dont_know,
        dont_know_code=instrument.scale(item.scale).dont_know_code,
        max_choices=item.max_choices,
        reverse=item.reverse,
        dimension=item.dimension,
    )


@cache
def _legal_bytes(field: Field) -> frozenset[int]:
    """Worked out once a field and process: a codec is made anew for every request."""
    return frozenset(byte for byte in range(256) if field.is_legal(byte))


class SheetCodec:
    """`background` are the ids of the questions that a campaign asks, in the order of their bytes."""

    def __init__(self, instrument: Instrument, background: tuple[str, ...] = ()) -> None:
        if len(background) > MAX_BACKGROUND or len(set(background)) < len(background):
            raise ValueError(
                f"Background questions {', '.join(background)}; expected at most {MAX_BACKGROUND}, each once."
            )
        self.fields: tuple[Field, ...] = (
            *(_background_field(instrument.background_question(question)) for question in background),
            *(_item_field(instrument, item) for item in instrument.items if item.kind is not ItemKind.TEXT),
        )
        self.width = len(self.fields)
        self._by_id = {field.id: field for field in self.fields}
        self._legal = tuple(_legal_bytes(field) for field in self.fields)

    def field(self, field_id: str) -> Field:
        try:
            return self._by_id[field_id]
        except KeyError:
            raise SheetError("the sheet has no such question.", field_id) from None

    def encode(self, answers: Mapping[str, Answer]) -> bytes:
        """Questions that `answers` leaves out have no answer. SheetError on the first illegal answer."""
        for field_id in answers:
            self.field(field_id)
        return bytes(field.to_byte(answers.get(field.id)) for field in self.fields)

    def decode(self, sheet: bytes) -> dict[str, int | frozenset[int] | DontKnow | None]:
        self.check(sheet)
        return {field.id: field.to_answer(byte) for field, byte in zip(self.fields, sheet, strict=True)}

    def check(self, sheet: bytes) -> None:
        """SheetError on the wrong width or on the first illegal byte."""
        if len(sheet) != self.width:
            raise SheetError(f"The sheet has {len(sheet)} bytes; expected {self.width}.")
        for field, legal, byte in zip(self.fields, self._legal, sheet, strict=True):
            if byte not in legal:
                raise SheetError(f"byte {byte} means nothing; expected {field.expectation}.", field.id)

    def from_raw(self, field_id: str, text: str) -> int:
        """The byte of a raw code: an option, the scale's code of don't know, blank, `1;3;5` for multi.

        SheetError says what was expected.
        """
        return self.field(field_id).from_raw(text)
