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
# One line a language. Words of inflected languages are told by their beginnings; Chinese has no spaces between words.
NEGATION = {
    "en": r"(not|no|never|nobody|nothing|none|without|cannot|rarely|hardly|\w+n[’']t)",
    "es": r"(no|nunca|nadie|nada|ningun[oa]?|ningún|sin|jamás|tampoco|apenas)",
    "fr": r"(ne|pas|jamais|personne|rien|aucune?|sans|guère|n['’]\w+)",
    "de": r"(nicht|nichts|nie|niemals|niemand\w*|kein\w*|ohne|kaum)",
    "pt": r"(não|nunca|ninguém|nada|nenhum[a]?|sem|jamais)",
    "pl": r"(nie|nigdy|nikt|nikogo|nic|żad\w+|bez)",
    "ar": r"(لا|ليس\w*|لم|لن|بدون|دون|أبدًا|غير)",
    "zh-hans": r".*(不|没|无|从未|别人).*",
    "hi": r"(नहीं|न|मत|बिना|कभी|कोई-नहीं)",
    "tl": r"(hindi|wala|walang|huwag|di|kahit)",
}
DOUBLE = {
    "en": r"(and|or|but)",
    "es": r"(y|e|o|u|pero)",
    "fr": r"(et|ou|mais)",
    "de": r"(und|oder|aber)",
    "pt": r"(e|ou|mas)",
    "pl": r"(i|oraz|lub|albo|ale|a)",
    "ar": r"(أو|لكن|ثم|و)",
    "zh-hans": r".*(和|与|或|但|并|而且).*",
    "hi": r"(और|या|लेकिन|मगर)",
    "tl": r"(at|o|pero|ngunit)",
}
SELF = {
    "en": r"(I|me|my|us)",
    "es": r"(yo|me|mi|mis|nos|\w+o|sé|he|puedo)",
    "fr": r"(je|j['’]\w+|me|m['’]\w+|ma|mes|nous)",
    "de": r"(ich|mir|mich|meine?|uns)",
    "pt": r"(eu|me|mim|meus?|minha|conosco|posso|sei|vejo|tenho|recebi|\w+o)",
    "pl": r"(mi|mnie|moja|moje|nam|\w+[mę])",
    "ar": r"(أ\S+|.*ي|.*يّ|.*نا|.*تُ)",
    "zh-hans": r".*我.*",
    "hi": r"(मैं|मुझे|मेर\S+|हम)",
    "tl": r"(ako|akong|ko|kong|akin|amin|\w+kong)",
}
FRONT_LINE = {
    "en": "our front-line people",
    "es": "nuestro personal de primera línea",
    "fr": "notre personnel de première ligne",
    "de": "unsere[n]? beschäftigten mit kundenkontakt",
    "pt": "o nosso pessoal da linha de frente",
    "pl": r"nas\w+ pracowni\w+ pierwszej linii",
    "ar": "موظفونا في الخط الأمامي|موظفينا في الخط الأمامي",
    "zh-hans": "我们的一线员工",
    "hi": "हमारे फ्रंटलाइन कर्मचारि",
    "tl": "ating mga frontline na empleyado",
}
SAME_BEGINNING = 3  # letters that tell a word again after it was inflected


def words(text: str, language: str = "en") -> list[str]:
    if language == "zh-hans":
        return [sign for sign in text if sign.isalnum()]
    return re.findall(r"[^\s.,;:?!…—“”()]+", text)


def having(words_meant: str, text: str, language: str) -> list[str]:
    meant = re.compile(words_meant, re.IGNORECASE)
    return [word for word in words(text, language) if meant.fullmatch(word)]


def beginnings(text: str, language: str) -> Counter[str]:
    return Counter(word[:SAME_BEGINNING] for word in words(text.casefold(), language))


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


def test_every_promised_language_is_written_and_has_its_rules() -> None:
    assert (*LANGUAGES,) == ("en", "es", "fr", "de", "pt", "pl", "ar", "zh-hans", "hi", "tl")
    for rules in (NEGATION, DOUBLE, SELF, FRONT_LINE):
        assert set(rules) == set(LANGUAGES)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("panel", Panel)
def test_statements_are_short_single_and_positive(panel: Panel, language: str) -> None:
    longest = {"zh-hans": 40, "hi": 28}.get(language, 25)
    for item in AGREE:
        wording = INSTRUMENT.wording(item.id, panel, language)
        assert len(words(wording, language)) <= longest, wording
        negations = set(having(NEGATION[language], wording, language))
        if language == "zh-hans":
            negations = set(re.findall(NEGATION[language], wording))
        assert not negations, wording
        assert not having(DOUBLE[language], wording, language), wording
        assert wording.endswith((".", "。", "।")), wording


@pytest.mark.parametrize("language", LANGUAGES)
def test_pairs_mirror_each_other(language: str) -> None:
    for item in AGREE:
        own = INSTRUMENT.wording(item.id, Panel.FRONTLINE, language)
        theirs = INSTRUMENT.wording(item.id, Panel.EXECUTIVE, language)
        assert re.search(FRONT_LINE[language], theirs.casefold()), theirs
        assert not re.search(FRONT_LINE[language], own.casefold()), own
        assert having(SELF[language], own, language), own
        shared = beginnings(own, language) & beginnings(theirs, language)
        assert shared.total() >= 0.5 * len(words(own, language)), (own, theirs)


@pytest.mark.parametrize("language", LANGUAGES)
def test_both_panels_are_told_where_they_are(language: str) -> None:
    """Options and introductions differ between the panels exactly where English tells them apart."""
    for key, text in INSTRUMENT.texts["en"].items():
        if key.endswith(f".{Panel.FRONTLINE}"):
            other = key.removesuffix(Panel.FRONTLINE) + Panel.EXECUTIVE
            differs = text != INSTRUMENT.texts["en"][other]
            mine = INSTRUMENT.texts[language]
            assert (mine[key] != mine[other]) == differs, (language, key)


@pytest.mark.parametrize("language", [language for language in LANGUAGES if language != "en"])
def test_no_text_was_left_in_english(language: str) -> None:
    english = INSTRUMENT.texts["en"]
    left = {key for key, text in INSTRUMENT.texts[language].items() if text == english[key]}
    assert left <= {"background.shift.label"}  # a shift is a shift in Tagalog


@pytest.mark.parametrize("language", LANGUAGES)
def test_labels_are_short_and_told_apart(language: str) -> None:
    labels = [INSTRUMENT.label(item.id, language) for item in INSTRUMENT.items if item.role is None]
    assert len(set(labels)) == len(labels)
    fewest, most = (3, 12) if language == "zh-hans" else (2, 6)
    assert all(fewest <= len(words(label, language)) <= most for label in labels), labels


def test_recommended_amounts_fit_the_ladder() -> None:
    assert len(INSTRUMENT.amounts) == len(INSTRUMENT.items_of(ItemKind.LADDER))
    assert list(INSTRUMENT.amounts) == sorted(INSTRUMENT.amounts)
