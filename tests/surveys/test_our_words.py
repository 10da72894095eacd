"""What we write to those who are asked is whole in every language: each in its own words, with the same placeholders."""

from collections import Counter

import pytest
from django.conf import settings

from surveys import our_words, wording
from surveys.models import MessageKind, Way

pytestmark = pytest.mark.pure
OTHERS = [language for language in settings.RESPONDENT_LANGUAGES if language != "en"]


def placeholders(text: str) -> Counter[str]:
    return Counter(wording.PLACEHOLDER.findall(text))


@pytest.mark.parametrize("language", OTHERS)
@pytest.mark.parametrize("kind", MessageKind)
@pytest.mark.parametrize("way", Way)
def test_a_message_is_translated_with_its_placeholders(language: str, kind: MessageKind, way: Way) -> None:
    ours, theirs = our_words.default(kind, "en", way), our_words.default(kind, language, way)
    assert list(wording.problems(kind, theirs, way)) == []
    assert placeholders(theirs.subject) == placeholders(ours.subject)
    assert placeholders(theirs.body) == placeholders(ours.body)
    same = set(ours.body.split("\n\n")) & set(theirs.body.split("\n\n")) - {"{link}"}
    assert not same, "not left in English"
    assert bool(theirs.subject) is (way is Way.EMAIL)


@pytest.mark.parametrize("language", OTHERS)
@pytest.mark.parametrize("poster", [True, False])
def test_cards_and_posters_are_translated(language: str, *, poster: bool) -> None:
    ours, theirs = (our_words.printed(spoken, poster=poster) for spoken in ("en", language))
    assert theirs.closes % {"when": "X"}
    assert theirs.promise % {"organization": "X"}
    for name in ("heading", "lead", "closes", "promise"):
        assert getattr(ours, name) != getattr(theirs, name)
    assert theirs.rightward is (language == "ar")
