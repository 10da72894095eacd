"""The questionnaire as a form: what is drawn, and what comes back."""

import re
from collections.abc import Mapping
from functools import cache

import pytest
from django.http import QueryDict
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from surveys.forms import Look, Questionnaire, SheetForm
from surveys.instruments.codec import DONT_KNOW, SheetCodec
from surveys.instruments.instrument import Instrument, ItemKind, Panel
from surveys.instruments.loading import load_installed

BACKGROUND = ("tenure", "contact")
AMOUNTS = (20, 100, 400, 1500, 6000)


@cache
def instrument() -> Instrument:
    return load_installed("empowered-service")


def asked(panel: Panel = Panel.FRONTLINE, language: str = "en", currency: str = "EUR") -> Questionnaire:
    return Questionnaire(instrument(), panel, language, BACKGROUND, AMOUNTS, currency)


def post(values: Mapping[str, str | list[str]]) -> QueryDict:
    data = QueryDict(mutable=True)
    for name, value in values.items():
        data.setlist(name, [value] if isinstance(value, str) else value)
    return data


def obstacles() -> str:
    found = instrument().with_role("obstacles")
    assert found
    return f"i-{found.id}"


def open_question() -> tuple[str, int]:
    found = instrument().with_role("open")
    assert found
    assert found.max_length
    return f"i-{found.id}", found.max_length


@st.composite
def sheets(draw: st.DrawFn) -> bytes:
    codec = SheetCodec(instrument(), BACKGROUND)
    legal = [[byte for byte in range(256) if field.is_legal(byte)] for field in codec.fields]
    return bytes(draw(st.sampled_from(choices)) for choices in legal)


@settings(max_examples=25, deadline=None)
@given(sheet=sheets(), panel=st.sampled_from(list(Panel)))
def test_every_legal_sheet_can_be_answered_in_the_form(sheet: bytes, panel: Panel) -> None:
    codec = SheetCodec(instrument(), BACKGROUND)
    data = QueryDict(mutable=True)
    names = {question.id: question.name for question in SheetForm(asked(panel)).questions}
    for identifier, answer in codec.decode(sheet).items():
        if isinstance(answer, frozenset):
            data.setlist(names[identifier], [str(option) for option in sorted(answer)])
        elif answer is DONT_KNOW:
            data[names[identifier]] = "dk"
        elif answer is not None:
            data[names[identifier]] = str(answer)
    form = SheetForm(asked(panel), data)
    assert form.is_valid(), form.errors
    assert codec.encode(form.answers()) == sheet


def test_everything_may_be_skipped() -> None:
    form = SheetForm(asked(), post({}))
    assert form.is_valid()
    assert set(SheetCodec(instrument(), BACKGROUND).encode(form.answers())) == {0}
    assert form.comments() == {}


def test_what_is_given_comes_back_the_same() -> None:
    """The check page carries answers in hidden fields: they must make the same sheet."""
    name, _length = open_question()
    data = post({obstacles(): ["1", "3"], "b-tenure": "2", name: "Refunds\r\nabove 20"})
    form = SheetForm(asked(), data)
    assert form.is_valid()
    again = QueryDict(mutable=True)
    for field, value in form.given():
        again.appendlist(field, value)
    second = SheetForm(asked(), again)
    assert second.is_valid()
    assert (second.answers(), second.comments()) == (form.answers(), form.comments())


def test_too_many_choices_are_answered_with_a_number_to_keep() -> None:
    form = SheetForm(asked(), post({obstacles(): ["1", "2", "3", "4"]}))
    assert not form.is_valid()
    assert "keep the 3" in str(form.errors[obstacles()])


@pytest.mark.parametrize("value", ["9", "0", "-1", "dk", "x", "1 "])
def test_an_option_that_is_not_offered_is_refused(value: str) -> None:
    form = SheetForm(asked(), post({"b-tenure": value}))
    assert not form.is_valid()


def test_a_line_break_counts_as_one_character() -> None:
    name, length = open_question()
    assert SheetForm(asked(), post({name: "a" * (length - 2) + "\r\n" + "b"})).is_valid()
    assert not SheetForm(asked(), post({name: "a" * (length + 1)})).is_valid()


def test_an_emoji_counts_as_two_as_in_the_browser() -> None:
    name, length = open_question()
    assert SheetForm(asked(), post({name: "\N{EARTH GLOBE EUROPE-AFRICA}" * (length // 2)})).is_valid()
    assert not SheetForm(
        asked(), post({name: "\N{EARTH GLOBE EUROPE-AFRICA}" * (length // 2 + 1)})
    ).is_valid()


def test_kept_answers_are_drawn_and_not_judged() -> None:
    form = SheetForm.with_kept(asked(), post({obstacles(): ["1", "2", "3", "4"], "b-tenure": "2"}))
    html = form.render_questions()
    assert not form.errors
    assert html.count(" checked") == 5
    assert re.search(r'name="b-tenure" value="2" checked', html)


def test_only_the_chosen_level_is_checked_when_one_number_is_part_of_another() -> None:
    form = SheetForm.with_kept(asked(), post({"b-tenure": "12"}))
    assert " checked" not in form.render_questions()


def test_what_somebody_typed_is_escaped() -> None:
    name, _length = open_question()
    html = SheetForm.with_kept(
        asked(), post({name: "</textarea><script>alert(1)</script>"})
    ).render_questions()
    assert "<script" not in html


def test_every_choice_question_is_a_group_with_a_legend() -> None:
    form = SheetForm(asked())
    html = form.render_questions()
    groups = [question for question in form.questions if question.look is not Look.WORDS]
    assert html.count("<fieldset") == html.count("<legend>") == len(groups)
    assert "style=" not in html
    assert "<script" not in html


def test_every_single_choice_can_be_taken_back_and_nothing_is_chosen_for_anybody() -> None:
    form = SheetForm(asked())
    html = form.render_questions()
    single = [
        question for question in form.questions if question.look in {Look.SCALE, Look.RUNG, Look.CHOICE}
    ]
    assert len(re.findall(r'type="radio" name="[^"]+" value=""', html)) == len(single)
    assert " checked" not in html


@pytest.mark.parametrize(
    ("language", "currency", "expected"),
    [("en", "EUR", "€1,500"), ("es", "EUR", "1.500\xa0€"), ("en", "JPY", "¥1,500"), ("en", "USD", "$1,500")],
)
def test_amounts_are_money_of_the_organization_in_the_readers_language(
    language: str, currency: str, expected: str
) -> None:
    with translation.override(language):
        html = SheetForm(asked(language=language, currency=currency)).render_questions()
    assert expected in html
    assert "{amount}" not in html


def test_rungs_lie_together_under_one_head() -> None:
    html = SheetForm(asked()).render_questions()
    assert html.count('class="ladder"') == 1
    assert html.count('class="q rung"') == len(instrument().items_of(ItemKind.LADDER))


def test_the_two_panels_read_their_own_wording() -> None:
    first = instrument().items_of(ItemKind.AGREE)[0]
    for panel in Panel:
        texts = [question.text for question in SheetForm(asked(panel)).questions]
        assert instrument().wording(first.id, panel, "en") in texts


def test_review_says_what_was_answered_and_what_was_skipped() -> None:
    form = SheetForm(asked(), post({obstacles(): ["1", "3"], "b-tenure": "1"}))
    assert form.is_valid()
    said = {question.name: words for _part, rows in form.review() for question, words in rows}
    assert said[obstacles()].count("\n") == 1
    assert said["b-tenure"] == instrument().background_labels("tenure", "en")[0]
    assert said["b-contact"] == ""
