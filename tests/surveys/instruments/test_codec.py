from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from surveys.instruments.codec import DONT_KNOW, Answer, SheetCodec, SheetError
from surveys.instruments.instrument import Instrument, ItemKind
from surveys.instruments.loading import load, load_installed
from tests.surveys.instruments.writing import write_seven_point

pytestmark = pytest.mark.pure

INSTRUMENT = load_installed("empowered-service")
ASKED = ("contact", "tenure")
CODEC = SheetCodec(INSTRUMENT, ASKED)


def legal_bytes(instrument: Instrument, field_id: str) -> set[int]:
    """What may stand in a field's byte, written from the specification and not from the codec."""
    for question in instrument.background:
        if question.id == field_id:
            return set(range(question.options + 1))
    item = instrument.item(field_id)
    if item.kind is ItemKind.MULTI:
        assert item.max_choices is not None
        return {mask for mask in range(2**item.options) if mask.bit_count() <= item.max_choices}
    return set(range(item.options + 1)) | ({255} if item.dont_know else set())


LEGAL = [legal_bytes(INSTRUMENT, field.id) for field in CODEC.fields]
legal_sheets = st.tuples(*(st.sampled_from(sorted(legal)) for legal in LEGAL)).map(bytes)


def any_answer(field_id: str) -> st.SearchStrategy[Answer]:
    questions = {question.id: question.options for question in INSTRUMENT.background}
    if field_id in questions:
        return st.none() | st.integers(1, questions[field_id])
    item = INSTRUMENT.item(field_id)
    if item.kind is ItemKind.MULTI:
        return st.none() | st.frozensets(st.integers(1, item.options), min_size=1, max_size=item.max_choices)
    single = st.none() | st.integers(1, item.options)
    return single | st.just(DONT_KNOW) if item.dont_know else single


answers = st.fixed_dictionaries({field.id: any_answer(field.id) for field in CODEC.fields})


def test_background_first_then_items_in_their_order_without_text() -> None:
    ids = [field.id for field in CODEC.fields]
    assert ids == [*ASKED, *(item.id for item in INSTRUMENT.items if item.kind is not ItemKind.TEXT)]
    assert CODEC.width == len(ids) == 2 + 35
    assert "open" not in ids


@settings(max_examples=100)
@given(answers)
def test_every_answer_comes_back(given_answers: dict[str, Answer]) -> None:
    sheet = CODEC.encode(given_answers)
    CODEC.check(sheet)
    assert len(sheet) == CODEC.width
    assert CODEC.decode(sheet) == given_answers


@settings(max_examples=100)
@given(legal_sheets)
def test_every_legal_sheet_comes_back(sheet: bytes) -> None:
    assert CODEC.encode(CODEC.decode(sheet)) == sheet


@settings(max_examples=100)
@given(legal_sheets, st.data())
def test_one_wrong_byte_is_refused_and_named(sheet: bytes, data: st.DataObject) -> None:
    position = data.draw(st.integers(0, CODEC.width - 1))
    byte = data.draw(st.sampled_from(sorted(set(range(256)) - LEGAL[position])))
    changed = sheet[:position] + bytes([byte]) + sheet[position + 1 :]
    for refuse in (CODEC.check, CODEC.decode):
        with pytest.raises(SheetError) as caught:
            refuse(changed)
        assert caught.value.field == CODEC.fields[position].id


@settings(max_examples=200)
@given(st.binary(min_size=CODEC.width, max_size=CODEC.width) | st.binary(max_size=2 * CODEC.width))
def test_arbitrary_bytes_are_judged_as_the_specification_does(sheet: bytes) -> None:
    legal = len(sheet) == CODEC.width and all(
        byte in allowed for byte, allowed in zip(sheet, LEGAL, strict=True)
    )
    if legal:
        CODEC.check(sheet)
    else:
        with pytest.raises(SheetError):
            CODEC.check(sheet)


def test_all_256_bytes_of_every_field_are_judged_as_the_specification_does() -> None:
    for field, legal in zip(CODEC.fields, LEGAL, strict=True):
        assert {byte for byte in range(256) if field.is_legal(byte)} == legal, field.id


def test_a_question_left_out_has_no_answer() -> None:
    assert CODEC.encode({}) == bytes(CODEC.width)
    assert set(CODEC.decode(bytes(CODEC.width)).values()) == {None}


@pytest.mark.parametrize(
    ("field_id", "answer", "expected"),
    [
        ("rules-old", 6, "1 to 5, don't know or no answer"),
        ("rules-old", 0, "1 to 5, don't know or no answer"),
        ("rules-old", True, "1 to 5"),
        ("rules-old", frozenset({1}), "1 to 5"),
        ("rules-old", "3", "1 to 5"),
        ("tenure", DONT_KNOW, "1 to 5 or no answer"),
        ("obstacles", frozenset({1, 2, 3, 4}), "at most 3 different options of 1 to 8"),
        ("obstacles", frozenset({9}), "at most 3 different options of 1 to 8"),
        ("obstacles", frozenset({"1"}), "at most 3"),
        ("obstacles", 1, "at most 3"),
        ("obstacles", DONT_KNOW, "at most 3"),
        ("open", 1, "the sheet has no such question"),
        ("shift", 1, "the sheet has no such question"),
    ],
)
def test_an_illegal_answer_is_refused_and_named(field_id: str, answer: Answer, expected: str) -> None:
    with pytest.raises(SheetError, match=expected) as caught:
        CODEC.encode({field_id: answer})
    assert caught.value.field == field_id
    assert str(caught.value).startswith(f"{field_id}: ")


@pytest.mark.parametrize(
    ("field_id", "raw", "byte"),
    [
        ("rules-old", "", 0),
        ("rules-old", "  ", 0),
        ("rules-old", " 5 ", 5),
        ("rules-old", "9", 255),
        ("tenure", "1", 1),
        ("obstacles", "", 0),
        ("obstacles", "1", 0b1),
        ("obstacles", "1; 3;8", 0b1000_0101),
    ],
)
def test_raw_codes(field_id: str, raw: str, byte: int) -> None:
    assert CODEC.from_raw(field_id, raw) == byte


@pytest.mark.parametrize(
    ("field_id", "raw", "expected"),
    [
        ("rules-old", "6", "'6' is no answer; expected 1 to 5, 9 for don't know or blank for no answer"),
        ("rules-old", "0", "1 to 5, 9 for don't know"),
        ("rules-old", "255", "1 to 5, 9 for don't know"),
        ("rules-old", "1;2", "1 to 5"),
        ("rules-old", "1.0", "1 to 5"),
        ("rules-old", "agree", "1 to 5"),
        ("rules-old", "٣", "1 to 5"),
        ("rules-old", "1_0", "1 to 5"),
        ("tenure", "9", "1 to 5 or blank"),
        ("obstacles", "1;2;3;4", "at most 3 different options of 1 to 8 like 1;3, or blank"),
        ("obstacles", "1;1", "different"),
        ("obstacles", "1;", "at most 3"),
        ("obstacles", ";", "at most 3"),
        ("obstacles", "9", "1 to 8"),
        ("nothing", "1", "no such question"),
    ],
)
def test_a_wrong_raw_code_is_told_what_was_expected(field_id: str, raw: str, expected: str) -> None:
    with pytest.raises(SheetError, match=expected):
        CODEC.from_raw(field_id, raw)


@pytest.mark.parametrize(
    "background", [("tenure", "tenure"), ("age",), ("rules-old",), tuple(f"q{n}" for n in range(7))]
)
def test_background_that_cannot_be_asked(background: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match=r"[Bb]ackground question"):
        SheetCodec(INSTRUMENT, background)


def test_another_instrument_with_its_own_code_for_dont_know(tmp_path: Path) -> None:
    codec = SheetCodec(load(write_seven_point(tmp_path)), ("D1",))
    assert [field.id for field in codec.fields] == ["D1", "A2b", "A2c", "A3a"]
    assert [codec.from_raw("A2b", raw) for raw in ("1", "7", "8", "")] == [1, 7, 255, 0]
    assert all(field.reverse for field in codec.fields[1:])
    with pytest.raises(SheetError, match="8 for don't know"):
        codec.from_raw("A2b", "9")
