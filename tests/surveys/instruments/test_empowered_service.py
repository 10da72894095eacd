"""The rules of the content: what a careful reader would check by hand, checked for every language."""

import re
from collections import Counter

import pytest

from surveys.instruments.instrument import ROLES, ItemKind, Panel
from surveys.instruments.loading import load_installed

pytestmark = pytest.mark.pure

INSTRUMENT = load_installed("empowered-service")
LANGUAGES = INSTRUMENT.languages
AGREE = INSTRUMENT.items_of(ItemKind.AGREE)
NEGATION = {
    "en": r"\b(not|no|never|nobody|nothing|none|without|cannot|rarely|hardly|\w+n[’']t)\b",
    "es": r"\b(no|nunca|nadie|nada|ningun[oa]?|ningún|sin|jamás|tampoco|apenas)\b",
}
DOUBLE = {"en": r"\b(and|or|but)\b", "es": r"\b(y|e|o|u|pero)\b"}
SELF = {
    "en": r"\b(I|me|my|us)\b",
    "es": r"\b(yo|me|mi|mis|nos|\w+o|sé|he|puedo)\b",
}
FRONT_LINE = {"en": "our front-line people", "es": "nuestro personal de primera línea"}


def words(text: str) -> list[str]:
    return re.findall(r"[\w'’-]+", text)


def test_the_parts_that_the_constructs_ask_for() -> None:
    assert Counter(item.dimension for item in AGREE) == {
        "purpose": 6,
        "authority": 7,
        "rules": 6,
        "promise": 4,
    }
    assert 22 <= len(AGREE) <= 26
    assert [dimension.id for dimension in INSTRUMENT.dimensions if dimension.headline] == [
        "purpose",
        "authority",
        "rules",
    ]
    assert [item.id for item in INSTRUMENT.items_of(ItemKind.LADDER)] == [f"ladder-{n}" for n in range(1, 6)]
    assert {item.options for item in INSTRUMENT.items_of(ItemKind.LADDER)} == {6}
    assert [item.options for item in INSTRUMENT.items_of(ItemKind.SCENARIO)] == [4, 4, 4]
    assert {item.role for item in INSTRUMENT.items if item.role} == set(ROLES)
    assert {question.id for question in INSTRUMENT.background} == {"tenure", "contact", "shift", "employment"}
    assert all(item.dont_know and item.options == 5 for item in AGREE)


def test_every_dimension_has_a_reverse_item_and_keeps_most_straight() -> None:
    for dimension in INSTRUMENT.dimensions:
        keyed = Counter(item.reverse for item in INSTRUMENT.items_in(dimension.id))
        assert 1 <= keyed[True] < keyed[False], dimension.id


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("panel", Panel)
def test_statements_are_short_single_and_positive(panel: Panel, language: str) -> None:
    for item in AGREE:
        wording = INSTRUMENT.wording(item.id, panel, language)
        assert len(words(wording)) <= 24, wording
        assert not re.search(NEGATION[language], wording, re.IGNORECASE), wording
        assert not re.search(DOUBLE[language], wording, re.IGNORECASE), wording
        assert wording.endswith("."), wording


@pytest.mark.parametrize("language", LANGUAGES)
def test_pairs_mirror_each_other(language: str) -> None:
    for item in AGREE:
        own = INSTRUMENT.wording(item.id, Panel.FRONTLINE, language)
        theirs = INSTRUMENT.wording(item.id, Panel.EXECUTIVE, language)
        assert FRONT_LINE[language] in theirs.casefold(), theirs
        assert FRONT_LINE[language] not in own.casefold(), own
        assert re.search(SELF[language], own, re.IGNORECASE), own
        shared = Counter(words(own.casefold())) & Counter(words(theirs.casefold()))
        assert shared.total() >= 0.5 * len(words(own)), (own, theirs)


@pytest.mark.parametrize("language", LANGUAGES)
def test_labels_are_short_and_told_apart(language: str) -> None:
    labels = [INSTRUMENT.label(item.id, language) for item in INSTRUMENT.items if item.role is None]
    assert len(set(labels)) == len(labels)
    assert all(2 <= len(words(label)) <= 6 for label in labels), labels


def test_recommended_amounts_fit_the_ladder() -> None:
    assert len(INSTRUMENT.amounts) == len(INSTRUMENT.items_of(ItemKind.LADDER))
    assert list(INSTRUMENT.amounts) == sorted(INSTRUMENT.amounts)
