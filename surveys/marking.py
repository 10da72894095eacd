"""What in a comment could point at somebody, marked for the moderator. It marks and takes nothing out."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

OPEN, CLOSE = "⟦", "⟧"
SHORTEST_NAME = 3


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


def marks(text: str, names: Iterable[str] = ()) -> tuple[Mark, ...]:
    """Places in their order, none inside another. `names` are the client's own people and places."""
    found = [
        Mark(m.start(), m.end(), kind) for kind, pattern in PATTERNS.items() for m in pattern.finditer(text)
    ]
    known = sorted({name for name in names if len(name) >= SHORTEST_NAME}, key=len, reverse=True)
    if known:
        pattern = re.compile(r"(?<!\w)(?:" + "|".join(map(re.escape, known)) + r")(?!\w)", re.IGNORECASE)
        found += [Mark(m.start(), m.end(), Kind.NAME) for m in pattern.finditer(text)]
    kept: list[Mark] = []
    for mark in sorted(found, key=lambda one: (one.start, -one.end)):
        if not kept or mark.start >= kept[-1].end:
            kept.append(mark)
    return tuple(kept)


def marked(text: str, names: Iterable[str] = ()) -> str:
    """The text with brackets around every mark; empty where there is none, so that nothing is kept twice."""
    found = marks(text, names)
    for mark in reversed(found):
        text = f"{text[: mark.start]}{OPEN}{text[mark.start : mark.end]}{CLOSE}{text[mark.end :]}"
    return text if found else ""
