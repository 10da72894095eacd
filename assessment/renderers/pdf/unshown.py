"""Characters that no font here can show: which Typst complains of, and the text without them."""

import json
import re
import unicodedata
from typing import Any

SQUARE = "\N{WHITE SQUARE}"
COMPLAINT = re.compile(
    r'text `"((?:[^"\\]|\\.)*)"` could not be displayed|disallowed codepoint `"((?:[^"\\]|\\.)*)"`'
)
ESCAPED = re.compile(r"\\u\{([0-9a-f]+)\}|\\(.)")
CONTROLS = {"0": "\0", "t": "\t", "n": "\n", "r": "\r"}


def unshown(problem: str) -> frozenset[str]:
    """The characters that Typst names in what it says; none where it complains of something else."""
    found = ("".join(texts) for texts in COMPLAINT.findall(problem))
    return frozenset("".join(ESCAPED.sub(_unescaped, text) for text in found))


def _unescaped(found: re.Match[str]) -> str:
    number, letter = found.groups()
    return chr(int(number, 16)) if number else CONTROLS.get(letter, letter)


def without(lacking: frozenset[str], content: bytes) -> bytes:
    """Each run of them is one square, and the report says what it stands for; what is never seen just goes.

    A comment of which nothing else is left says that, and where it can be read.
    """
    unseen = {letter for letter in lacking if unicodedata.category(letter) in {"Cc", "Cf"}}
    seen = lacking - unseen
    within = "".join(map(re.escape, lacking))
    runs = re.compile(f"[{within}]+")

    def given_way(run: re.Match[str]) -> str:
        return SQUARE if seen.intersection(run.group()) else ""

    def each(found: Any) -> Any:
        match found:
            case str():
                return runs.sub(given_way, found)
            case list():
                return [each(one) for one in found]
            case dict():
                return {key: each(one) for key, one in found.items()}
            case _:
                return found

    changed = each(json.loads(content))
    for comment in changed.get("comments", ()):
        if SQUARE in comment["text"] and not any(map(str.isalnum, comment["text"])):
            comment |= {"text": changed["words"]["unreadable"], "right": False}
    return json.dumps(changed | {"squares": changed.get("squares", False) or bool(seen)}).encode()
