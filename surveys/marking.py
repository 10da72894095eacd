"""What in a comment could point at somebody, marked for the moderator. It marks and takes nothing out."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Self

import phonenumbers

OPEN, CLOSE = "⟦", "⟧"
SHORTEST_NAME = 3
# Given names that begin many a sentence as another word. Inside one, a capital letter tells which it is.
ALSO_WORDS = frozenset(
    re.findall(
        r"\w+",
        "art bill chance christian don drew faith frank gene grace grant guy hope iris ivy jack joy june major mark"
        " may miles olive pat penny ray rich robin rob rose sky sue sunny will",
    )
)


class Kind(StrEnum):
    ADDRESS = "address"
    NUMBER = "number"
    NAME = "name"


PATTERNS: dict[Kind, re.Pattern[str]] = {
    Kind.ADDRESS: re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+|https?://\S+|www\.\S+|(?<!\w)@\w{3,}"),
    # four digits and more, also with the separators of telephone, staff and account numbers between them
    Kind.NUMBER: re.compile(r"(?<!\w)\+?\d(?:[ ./()-]{0,2}\d){3,}(?!\w)"),
}
PLUS = "+\N{FULLWIDTH PLUS SIGN}"  # without a region a telephone number is one that begins with it


@dataclass(frozen=True)
class Mark:
    start: int
    end: int
    kind: Kind


ByFirstWord = dict[str, list[str]]
WORD = re.compile(r"\w+")


@dataclass(frozen=True)
class Roster:
    """The names that are looked for, by their first word: made once for all comments."""

    whole: ByFirstWord
    parts: ByFirstWord

    @classmethod
    def of(cls, names: Iterable[str] = (), people: Iterable[str] = ()) -> Self:
        """`names` are the client's own places, `people` its own people: of these also a given name or surname alone,
        where it is written like a name. Case and accents do not matter.
        """
        people = tuple(people)
        return cls(
            _by_first_word((*names, *people)),
            _by_first_word(part for name in people for part in name.split()),
        )


def marks(text: str, roster: Roster) -> tuple[Mark, ...]:
    """Places in their order, none inside another."""
    found = [
        Mark(m.start(), m.end(), kind) for kind, pattern in PATTERNS.items() for m in pattern.finditer(text)
    ]
    if any(plus in text for plus in PLUS):
        found += [Mark(m.start, m.end, Kind.NUMBER) for m in phonenumbers.PhoneNumberMatcher(text, None)]
    folded, places = _folded(text)
    for start, end in _places(folded, roster.whole):
        found.append(Mark(places[start], places[end], Kind.NAME))
    for start, end in _places(folded, roster.parts):
        first = places[start]
        also_a_word = folded[start:end] in ALSO_WORDS and _begins_sentence(text, first)
        if text[first].isupper() and not also_a_word:
            found.append(Mark(first, places[end], Kind.NAME))
    kept: list[Mark] = []
    for mark in sorted(found, key=lambda one: (one.start, -one.end)):
        if not kept or mark.start >= kept[-1].end:
            kept.append(mark)
    return tuple(kept)


def marked(text: str, roster: Roster) -> str:
    """The text with brackets around every mark; empty where there is none, so that nothing is kept twice."""
    found = marks(text, roster)
    for mark in reversed(found):
        text = f"{text[: mark.start]}{OPEN}{text[mark.start : mark.end]}{CLOSE}{text[mark.end :]}"
    return text if found else ""


def _places(folded: str, known: ByFirstWord) -> Iterator[tuple[int, int]]:
    """Where a known name stands, the longest that does: looked up by its first word, however many are known."""
    for word in WORD.finditer(folded):
        for name in known.get(word.group(), ()):
            end = word.start() + len(name)
            if folded.startswith(name, word.start()) and not folded[end : end + 1].isalnum():
                yield word.start(), end
                break


def _by_first_word(names: Iterable[str]) -> ByFirstWord:
    found: ByFirstWord = defaultdict(list)
    for name in sorted({_folded(name.strip())[0] for name in names}, key=len, reverse=True):
        if len(name) >= SHORTEST_NAME and (first := WORD.match(name)):
            found[first.group()].append(name)
    return dict(found)


def _folded(text: str) -> tuple[str, Sequence[int]]:
    """Without case and accents, and where in the text each letter stands; one place more for the end."""
    if text.isascii():
        return text.lower(), range(len(text) + 1)
    letters: list[str] = []
    places: list[int] = []
    for place, letter in enumerate(text):
        for plain in unicodedata.normalize("NFKD", letter).casefold():
            if not unicodedata.combining(plain):
                letters.append(plain)
                places.append(place)
    return "".join(letters), [*places, len(text)]


def _begins_sentence(text: str, place: int) -> bool:
    before = text[:place].rstrip(" \t\"'“«(¿¡-")
    return not before or before[-1] in ".!?:…\n"
