import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys.marking import CLOSE, OPEN, Kind, Roster, _folded, marked, marks

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
    assert [mark.kind for mark in marks(text, Roster.of(NAMES))] == kinds


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
    assert marked(text, Roster.of(NAMES)) == ""


PEOPLE = (
    "Ana García",
    "Ben Okafor",
    "Chiara Rossi",
    "Dmitri Volkov",
    "Élodie Martin",
    "Fatima Zahra",
    "Grace Hall",
    "Hans Müller",
    "Ingrid Bjørnstad",
    "José Núñez",
    "Will Smith",
    "Yuki Tanaka",
)
PLANTED = (
    ("Ask Ana García, she decides.", "Ana García"),
    ("ask ana garcia, she decides", "ana garcia"),
    ("ANA GARCÍA always helps.", "ANA GARCÍA"),
    ("Only Ben may refund.", "Ben"),
    ("Okafor says no to everything.", "Okafor"),
    ("Chiara's rules change daily.", "Chiara"),
    ("I asked Dmitri twice.", "Dmitri"),
    ("mr Volkov never answers", "Volkov"),
    ("Elodie martin was kind", "Elodie martin"),
    ("Thanks to Élodie!", "Élodie"),
    ("Thanks to Elodie!", "Elodie"),
    ("(Fatima) is the only one who listens", "Fatima"),
    ("We need more people like Grace.", "Grace"),
    ("Hans Muller closes early.", "Hans Muller"),
    ("Müller, of all people.", "Müller"),
    ("Ingrid knows.", "Ingrid"),
    ("ask José.", "José"),
    ("Jose Nunez told us to wait", "Jose Nunez"),
    ("It was Will who paid.", "Will"),
    ("Will Smith paid.", "Will Smith"),
    ("TANAKA decides alone", "TANAKA"),
    ("that is what yuki says", "yuki"),  # missed: a given name alone, written like a word
    ("Dima said so.", "Dima"),  # missed: a nickname
)
CLEAN = (
    "Will we ever be asked?",
    "Grace is what we need with customers.",
    "It will be fine; halls are full in may.",
    "Customers wait 20 minutes, then leave.",
    "Rules changed 3 times in 2 years, up to 50 a day.",
    "We benefit from smithing our own rules.",
    "Mir fehlt das Vertrauen der Müllerei.",
)


def test_names_of_the_roster_are_found_and_clean_comments_left_alone() -> None:
    found = [name for text, name in PLANTED if f"{OPEN}{name}{CLOSE}" in marked(text, Roster.of((), PEOPLE))]
    assert len(found) >= 21, set(PLANTED) - set(found)
    assert [text for text in CLEAN if marked(text, Roster.of((), PEOPLE))] == []


def test_a_name_in_decomposed_letters_is_cut_whole() -> None:
    assert marked("ask Jose\u0301 now", Roster.of((), PEOPLE)) == f"ask {OPEN}Jose\u0301{CLOSE} now"


@given(st.text(max_size=80), st.lists(st.text(max_size=6), max_size=4))
def test_marking_takes_nothing_away(text: str, names: list[str]) -> None:
    shown = marked(text, Roster.of(names))
    if shown:
        plain = "".join(text.split(OPEN)).replace(CLOSE, "")
        assert shown.replace(OPEN, "").replace(CLOSE, "") == plain


@given(st.text(alphabet="0123456789 ()-/.;=x phonectx", max_size=60))
def test_a_number_without_a_plus_belongs_to_no_region(text: str) -> None:
    """So the slow search for telephone numbers of the world needs a plus to begin with."""
    assert not list(phonenumbers.PhoneNumberMatcher(text, None))


@given(st.text(alphabet=st.characters(max_codepoint=127)))
def test_plain_letters_fold_in_one_step(text: str) -> None:
    letters, places = _folded(text)
    longer, further = _folded(f"{text}\u00e9")
    assert (letters, [*places, len(text) + 1]) == (longer[:-1], list(further))
