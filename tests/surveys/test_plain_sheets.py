"""The short way and the form come to the same sheet, or the short way says nothing."""

import pytest
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from surveys.forms import Look, Questionnaire, SheetForm
from surveys.instruments.codec import SheetCodec
from surveys.instruments.instrument import ItemKind, Panel
from surveys.plain_sheets import PlainSheets, filled
from tests.world import instrument

BACKGROUND = ("tenure", "contact")
CODEC = SheetCodec(instrument(), BACKGROUND)


def asked(panel: Panel) -> Questionnaire:
    amounts = (10, 50, 200, 1000, 5000)[: len(instrument().items_of(ItemKind.LADDER))]
    return Questionnaire(instrument(), panel, "en", BACKGROUND if panel is Panel.FRONTLINE else (), amounts)


FORMS = {panel: SheetForm(asked(panel)) for panel in Panel}
PLAIN = {panel: PlainSheets(FORMS[panel], CODEC) for panel in Panel}
STRANGE = ["", " ", "1 ", "01", "0", "-1", "6", "99", "dk", "DK", "1\x00", "é", "١"]


def values(look: Look, choices: list[str]) -> st.SearchStrategy[list[str]]:
    if look is Look.WORDS:
        return st.lists(st.text(max_size=30) | st.just("a\r\nb") | st.just("x" * 5000), max_size=2)
    single = st.sampled_from(choices) | st.sampled_from(STRANGE)
    return st.lists(single, max_size=5 if look is Look.PICK else 2)


@st.composite
def sent(draw: st.DrawFn, panel: Panel) -> QueryDict:
    """Most of it plain, so that the short way is often taken; one question may have anything at all."""
    data = QueryDict(mutable=True)
    odd = draw(st.sampled_from([*FORMS[panel].questions, None]))
    for question in FORMS[panel].questions:
        choices = [value for value, _label in question.choices]
        if question is odd:
            data.setlist(question.name, draw(values(question.look, choices)))
        elif question.look is Look.WORDS:
            data[question.name] = draw(st.sampled_from(["", "Words.", "  two\r\nlines "]))
        elif draw(st.booleans()):
            data[question.name] = draw(st.sampled_from(choices))
    return data


@pytest.mark.pure
@pytest.mark.parametrize("panel", Panel)
@given(data=st.data())
def test_the_short_way_and_the_form_agree(panel: Panel, data: st.DataObject) -> None:
    given_ = data.draw(sent(panel))
    short = PLAIN[panel].read(given_)
    form = SheetForm(asked(panel), given_)
    if form.is_valid():
        assert short is None or short == filled(form, CODEC)
    else:
        assert short is None


@pytest.mark.pure
@pytest.mark.parametrize("panel", Panel)
def test_a_plain_sheet_takes_the_short_way(panel: Panel) -> None:
    data = QueryDict(mutable=True)
    for question in FORMS[panel].questions:
        data[question.name] = "Words." if question.look is Look.WORDS else question.choices[-1][0]
    short = PLAIN[panel].read(data)
    assert short == filled(_valid(panel, data), CODEC)
    assert PLAIN[panel].read(QueryDict()) == filled(_valid(panel, QueryDict()), CODEC)


def _valid(panel: Panel, data: QueryDict) -> SheetForm:
    form = SheetForm(asked(panel), data)
    assert form.is_valid(), form.errors
    return form
