import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

import assessment
from assessment.report.shape import Schema

BEGINS = "<!-- from here on printed by manage.py describe_document -->"


class Command(BaseCommand):
    help = "Print what a report document holds, from its JSON Schema: the second part of docs/report-document.md."
    requires_system_checks: list[str] = []  # Django's attribute; nothing here needs a database

    def handle(self, **options: Any) -> None:
        schema = json.loads((Path(assessment.__file__).parent / "report_schema.json").read_text("utf-8"))
        self.stdout.write("\n".join(described(schema)))


def described(schema: Schema) -> Iterator[str]:
    page = Page(schema["$defs"])
    yield from (BEGINS, "", "## Sections", "", *_head("where"))
    for name, part in schema["properties"].items():
        yield from page.rows(part, name, required=name in schema["required"])
    shapes = {name: part for name, part in schema["$defs"].items() if any(_fields(part))}
    for name, part in shapes.items():
        yield from ("", f"## {name}", "", *_head("field"))
        for field, inner, required in _fields(part):
            yield from page.rows(inner, field, required=required)
    yield from ("", "## Single values", "", *_head("name"))
    for name, part in schema["$defs"].items():
        if name not in shapes:
            yield _row(name, _kind(part), part.get("description", ""))


class Page:
    """`named` are the parts that the schema gives a name, and this page a heading or a row."""

    def __init__(self, named: Schema) -> None:
        self.named = named

    def rows(self, part: Schema, path: str, *, required: bool) -> Iterator[str]:
        """A part and everything in it that has no name of its own."""
        about = self._about(part)
        yield _row(path, _kind(part), about if required else f"{about} Optional.".strip())
        inner = part.get("items", part)
        yield from self._inside(inner, path if inner is part else f"{path}[]")

    def _about(self, part: Schema) -> str:
        own = part.get("description") or self.named.get(_name(part), {}).get("description", "")
        return str(own)

    def _inside(self, part: Schema, path: str) -> Iterator[str]:
        for field, inner, required in _fields(part):
            yield from self.rows(inner, f"{path}.{field}", required=required)
        other = part.get("additionalProperties")
        if isinstance(other, dict):
            yield from self._inside(other, f"{path}.*")


def _fields(part: Schema) -> Iterator[tuple[str, Schema, bool]]:
    """Of an object, or of the objects it may be: name, schema, whether it is always there."""
    always = part.get("required", ("frontline", "executive"))
    for name, inner in part.get("properties", {}).items():
        if isinstance(inner, dict):
            yield name, inner, name in always
    for one in part.get("oneOf", ()):
        yield from _fields(one)


def _head(first: str) -> tuple[str, str]:
    return f"| {first} | kind | meaning |", "|---|---|---|"


def _row(path: str, kind: str, about: str) -> str:
    return f"| `{path}` | {kind} | {about} |"


def _name(part: Schema) -> str:
    return str(part.get("$ref", "")).rpartition("/")[2]


def _kind(part: Schema) -> str:
    if "const" in part:
        return f"`{part['const']}`"
    if "enum" in part:
        return ", ".join("null" if one is None else f"`{one}`" for one in part["enum"])
    if "oneOf" in part:
        return " or ".join(dict.fromkeys(map(_kind, part["oneOf"])))
    if "$ref" in part and "properties" not in part:
        return f"*{_name(part)}*"
    kinds = part.get("type", "object")
    words = " or ".join([kinds] if isinstance(kinds, str) else kinds)
    if words == "array":
        return f"list of {_kind(part['items'])}"
    other = part.get("additionalProperties")
    return f"{_kind(other)} by name" if isinstance(other, dict) else words
