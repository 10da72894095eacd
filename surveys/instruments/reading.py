"""YAML with places: every value knows its file and line, every complaint says them and what was expected."""

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.constructor import ConstructorError, RoundTripConstructor
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from surveys.instruments.problems import Problem

IDENTIFIER = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,39}", re.ASCII)
_BREAKS = re.compile(r"[ \t\r\n]+")  # a space that must not break, as before a French question mark, stays
_SHOWN = 40
_LISTED = 12


class _Constructor(RoundTripConstructor):
    """ruamel tells a 13th month without its place."""

    def construct_object(self, node: Any, deep: bool = False) -> Any:
        try:
            return super().construct_object(node, deep=deep)
        except ValueError as error:
            raise ConstructorError(problem=str(error), problem_mark=node.start_mark) from error


def _show(value: object) -> str:
    match value:
        case None:
            return "nothing"
        case bool():
            return "true" if value else "false"
        case dict():
            return "a mapping"
        case list():
            return "a list"
        case _:
            text = repr(value) if isinstance(value, str) else str(value)
            return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"


def listed(words: Iterable[str]) -> str:
    every = list(words)
    more = [f"… ({len(every)} in all)"] if len(every) > _LISTED else []
    return ", ".join(every[:_LISTED] + more) or "none"


@dataclass(frozen=True)
class Node:
    """A value of a file, what messages call it, and the list that its problems go to.

    Each reader reports what is wrong and answers None or nothing, so that one pass finds every problem.
    """

    value: object
    name: str
    file: str
    line: int
    column: int
    problems: list[Problem]

    def report(self, what: str, expected: str) -> None:
        subject = f"{self.name}: " if self.name else ""
        self.problems.append(
            Problem(self.file, self.line, self.column, f"{subject}{what}; expected {expected}")
        )

    def _child(self, part: str, value: object, place: Sequence[int] | None) -> "Node":
        name = f"{self.name} > {part}" if self.name else part
        line, column = (place[0] + 1, place[1] + 1) if place else (self.line, self.column)
        return Node(value, name, self.file, line, column, self.problems)

    def entries(
        self, required: Collection[str] = (), optional: Collection[str] = (), *, closed: bool = True
    ) -> dict[str, "Node"]:
        """The entries of a mapping that has all required keys and, where it is closed, no unknown one."""
        known = [*required, *optional]
        if not isinstance(self.value, CommentedMap):
            self.report(f"is {_show(self.value)}", f"a mapping with {listed(known)}")
            return {}
        places = self.value.lc.data or {}  # key -> line and column of the key, then of the value
        found: dict[str, Node] = {}
        for key, value in self.value.items():
            place = places.get(key)  # none for an entry that came in by a merge key
            at_key = (
                isinstance(value, dict | list | None) or key not in known
            )  # nothing has no place of its own
            child = self._child(str(key), value, place and (place[:2] if at_key else place[2:]))
            if key in known:
                found[key] = child
            elif closed:
                close = get_close_matches(str(key), known, n=1)
                hint = f"{close[0]} (did you mean that?)" if close else f"one of {listed(known)}"
                child.report("is not a known key", hint)
        if missing := [key for key in required if key not in self.value]:
            self.report(f"lacks {listed(missing)}", f"the keys {listed(required)}")
        return found

    def elements(self) -> list["Node"]:
        """The elements of a list; messages call one by its id, or else by its number."""
        if not isinstance(self.value, CommentedSeq):
            self.report(f"is {_show(self.value)}", "a list")
            return []
        places = self.value.lc.data or {}
        found = []
        for index, value in enumerate(self.value):
            own = value.get("id") if isinstance(value, dict) else None
            name = own if isinstance(own, str) else f"entry {index + 1}"
            found.append(self._child(name, value, places.get(index)))
        return found

    def text(self) -> str | None:
        if isinstance(self.value, str) and self.value.strip():
            return _BREAKS.sub(" ", self.value.strip())
        quotes = "" if isinstance(self.value, str | dict | list | None) else ' (put it in quotes: "…")'
        self.report(f"is {_show(self.value)}", f"a text{quotes}")
        return None

    def identifier(self) -> str | None:
        if isinstance(self.value, str) and IDENTIFIER.fullmatch(self.value):
            return str(self.value)
        self.report(
            f"is {_show(self.value)}", "a letter, then at most 39 letters, digits, hyphens or underscores"
        )
        return None

    def one_of(self, choices: Collection[str]) -> str | None:
        if isinstance(self.value, str) and self.value in choices:
            return str(self.value)
        self.report(f"is {_show(self.value)}", f"one of {listed(choices)}")
        return None

    def whole(self, low: int, high: int) -> int | None:
        if isinstance(self.value, int) and not isinstance(self.value, bool) and low <= self.value <= high:
            return int(self.value)
        self.report(f"is {_show(self.value)}", f"a whole number from {low} to {high}")
        return None

    def flag(self) -> bool | None:
        if isinstance(self.value, bool):
            return self.value
        self.report(f"is {_show(self.value)}", "true or false")
        return None


def read(path: Path, shown: str, problems: list[Problem]) -> Node | None:
    """The root of a YAML file; None where it cannot be read as one."""
    try:
        content = path.read_text(encoding="utf-8-sig")
        loader = YAML(typ="rt")
        loader.Constructor = _Constructor
        value = loader.load(content)
    except OSError as error:
        problems.append(Problem(shown, 1, 1, f"cannot be read ({error.strerror}); expected a YAML file"))
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        problems.append(Problem(shown, line, 1, "is not UTF-8 here; expected a file saved as UTF-8"))
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        what = str(error.problem or error.context)
        problems.append(Problem(shown, line, column, f"{what}; expected valid YAML"))
    except YAMLError as error:
        first = str(error).strip().splitlines()[0]
        problems.append(Problem(shown, 1, 1, f"{first}; expected valid YAML"))
    else:
        return Node(value, "", shown, 1, 1, problems)
    return None
