import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys.marking import CLOSE, OPEN, Kind, marked, marks

pytestmark = pytest.mark.pure
NAMES = ("Ana García", "Ben", "Store 12")


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("Ask ana garcía, she knows", [Kind.NAME]),
        ("write to ben.o@shop.example or www.shop.example/x", [Kind.ADDRESS, Kind.ADDRESS]),
        ("call me: +44 20 7946 0958", [Kind.NUMBER]),
        ("staff number 88-12/34", [Kind.NUMBER]),
        ("In Store 12 Ben decides", [Kind.NAME, Kind.NAME]),
    ],
)
def test_what_could_point_at_somebody_is_marked(text: str, kinds: list[Kind]) -> None:
    assert [mark.kind for mark in marks(text, NAMES)] == kinds


@pytest.mark.parametrize(
    "text",
    [
        "Let us give back up to 50 at once.",
        "The benches are full from 9 to 5, all 365 days.",
        "¿Por qué no?",
        "",
    ],
)
def test_a_clean_comment_is_left_alone(text: str) -> None:
    assert marked(text, NAMES) == ""


@given(st.text(max_size=80), st.lists(st.text(max_size=6), max_size=4))
def test_marking_takes_nothing_away(text: str, names: list[str]) -> None:
    shown = marked(text, names)
    if shown:
        plain = "".join(text.split(OPEN)).replace(CLOSE, "")
        assert shown.replace(OPEN, "").replace(CLOSE, "") == plain
