"""What numbers the document can hold: its JSON Schema, walked to every leaf."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

NUMBERS = {"number", "integer"}
BOUND = "#/$defs/bound"  # stands in a number's place and is explained with it
Schema = Mapping[str, Any]


@dataclass(frozen=True)
class Leaf:
    """A number of the document. In its path `[]` is an element of a list and `*` any name."""

    path: str
    about: str


def number_leaves(schema: Schema) -> Iterator[Leaf]:
    """Every number, where the schema has it, once."""
    seen: set[str] = set()
    for leaf in _leaves(schema, schema, "", ""):
        if leaf.path not in seen:
            seen.add(leaf.path)
            yield leaf


def _leaves(root: Schema, part: Any, path: str, about: str) -> Iterator[Leaf]:
    if not isinstance(part, Mapping):  # true or false: anything or nothing
        return
    about = part.get("description", about)
    if "$ref" in part and part["$ref"] != BOUND:
        yield from _leaves(root, _resolved(root, part["$ref"]), path, about)
    for one in part.get("oneOf", ()):
        yield from _leaves(root, one, path, about)
    kinds = part.get("type", ())
    if NUMBERS & set([kinds] if isinstance(kinds, str) else kinds):
        yield Leaf(path, about)
    for name, inner in part.get("properties", {}).items():
        yield from _leaves(root, inner, f"{path}.{name}" if path else name, "")
    if "items" in part:
        yield from _leaves(root, part["items"], f"{path}[]", about)
    if isinstance(part.get("additionalProperties"), Mapping):
        yield from _leaves(root, part["additionalProperties"], f"{path}.*", "")


def _resolved(root: Schema, reference: str) -> Any:
    found: Any = root
    for name in reference.removeprefix("#/").split("/"):
        found = found[name]
    return found
