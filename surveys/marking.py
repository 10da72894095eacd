"""What in a comment could point at somebody, marked for the moderator. It marks and takes nothing out."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

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


@dataclass(frozen=True)
class Mark:
    start: int
    end: int
    kind: Kind


def marks(text: str, names: Iterable[str] = (), people: Iterable[str] = ()) -> tuple[Mark, ...]:
    """Places in their order, none inside another.

    `names` are the client's own places, `people` its own people: of these also a given name or surname alone, where
    it is written like a name. Case and accents do not matter.
    """
    found = [
        Mark(m.start(), m.end(), kind) for kind, pattern in PATTERNS.items() for m in pattern.finditer(text)
    ]
    found += [Mark(m.start, m.end, Kind.NUMBER) for m in phonenumbers.PhoneNumberMatcher(text, None)]
    folded, places = _folded(text)
    people = tuple(people)
    for start, end in _places(folded, _whole((*names, *people))):
        found.append(Mark(places[start], places[end], Kind.NAME))
    for start, end in _places(folded, _parts(people)):
        first = places[start]
        also_a_word = folded[start:end] in ALSO_WORDS and _begins_sentence(text, first)
        if text[first].isupper() and not also_a_word:
            found.append(Mark(first, places[end], Kind.NAME))
    kept: list[Mark] = []
    for mark in sorted(found, key=lambda one: (one.start, -one.end)):
        if not kept or mark.start >= kept[-1].end:
            kept.append(mark)
    return tuple(kept)


def marked(text: str, names: Iterable[str] = (), people: Iterable[str] = ()) -> str:
    """The text with brackets around every mark; empty where there is none, so that nothing is kept twice."""
    found = marks(text, names, people)
    for mark in reversed(found):
        text = f"{text[: mark.start]}{OPEN}{text[mark.start : mark.end]}{CLOSE}{text[mark.end :]}"
    return text if found else ""


ByFirstWord = dict[str, list[str]]
WORD = re.compile(r"\w+")


def _places(folded: str, known: ByFirstWord) -> Iterator[tuple[int, int]]:
    """Where a known name stands, the longest that does: looked up by its first word, however many are known."""
    for word in WORD.finditer(folded):
        for name in known.get(word.group(), ()):
            end = word.start() + len(name)
            if folded.startswith(name, word.start()) and not folded[end : end + 1].isalnum():
                yield word.start(), end
                break


@lru_cache(maxsize=8)
def _whole(names: tuple[str, ...]) -> ByFirstWord:
    found: ByFirstWord = defaultdict(list)
    for name in sorted({_folded(name.strip())[0] for name in names}, key=len, reverse=True):
        if len(name) >= SHORTEST_NAME and (first := WORD.match(name)):
            found[first.group()].append(name)
    return dict(found)


@lru_cache(maxsize=8)
def _parts(people: tuple[str, ...]) -> ByFirstWord:
    return _whole(tuple(part for name in people for part in name.split()))


def _folded(text: str) -> tuple[str, list[int]]:
    """Without case and accents, and where in the text each letter stands; one place more for the end."""
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
