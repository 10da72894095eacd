"""The report document is described as it is, and changes only as its version allows."""

import json
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

import assessment
from assessment.management.commands.describe_document import BEGINS

ROOT = Path(assessment.__file__).parent.parent
SCHEMA: dict[str, Any] = json.loads((ROOT / "assessment" / "report_schema.json").read_text("utf-8"))
FIRST: dict[str, Any] = json.loads(
    (Path(__file__).parent / "assessment" / "first_document.json").read_text("utf-8")
)


def test_the_page_says_what_the_schema_says() -> None:
    page = (ROOT / "docs" / "report-document.md").read_text("utf-8")
    printed = StringIO()
    call_command("describe_document", stdout=printed)
    assert page.partition(BEGINS)[2].strip() == printed.getvalue().partition(BEGINS)[2].strip(), (
        "Write what `manage.py describe_document` prints below the line in docs/report-document.md."
    )


def shape(schema: dict[str, Any]) -> dict[str, list[Any]]:
    """Of every path: its types, and whether it is always there."""
    found: dict[str, list[Any]] = {}
    for path, kind, required in _parts(schema, schema, "", required=True):
        known = found.setdefault(path, [[], required])
        known[0] = sorted({*known[0], *([kind] if isinstance(kind, str) else kind)})
        known[1] = known[1] and required
    return found


def _parts(root: dict[str, Any], part: Any, path: str, *, required: bool) -> Iterator[tuple[str, Any, bool]]:
    if not isinstance(part, dict):
        return
    if "$ref" in part:
        named = root["$defs"][part["$ref"].rpartition("/")[2]]
        yield from _parts(root, named, path, required=required)
    for one in part.get("oneOf", ()):
        yield from _parts(root, one, path, required=required)
    if "type" in part:
        yield path, part["type"], required
    elif "enum" in part or "const" in part:
        yield path, "word", required
    for name, inner in part.get("properties", {}).items():
        here = f"{path}.{name}" if path else name
        yield from _parts(root, inner, here, required=name in part.get("required", ()))
    if "items" in part:
        yield from _parts(root, part["items"], f"{path}[]", required=True)
    yield from _parts(root, part.get("additionalProperties"), f"{path}.*", required=True)


def test_nothing_of_the_first_document_is_gone_or_another() -> None:
    now = shape(SCHEMA)
    assert {path: now.get(path) for path in FIRST} == FIRST


def test_what_came_later_is_optional() -> None:
    later = {path: always for path, (_, always) in shape(SCHEMA).items() if path not in FIRST}
    new = {path for path in later if not path.endswith("[]") and path.rpartition(".")[0] in {"", *FIRST}}
    assert {path for path in new if later[path]} == set()


@pytest.mark.parametrize(
    ("where", "change"),
    [
        (("properties", "units", "items", "properties"), lambda part: part.pop("path")),
        (("$defs", "n"), lambda part: part.update(type="string")),
        (("properties", "campaign", "required"), lambda part: part.remove("version")),
    ],
)
def test_a_change_that_takes_another_version_is_noticed(where: tuple[str, ...], change: Any) -> None:
    broken = json.loads(json.dumps(SCHEMA))
    part = broken
    for name in where:
        part = part[name]
    change(part)
    now = shape(broken)
    assert {path: now.get(path) for path in FIRST} != FIRST
