"""For every number that a document can hold there is a sentence on the page, and a formula in the method."""

import json
import re
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import pytest

import assessment
from assessment.renderers.explained import GIVEN, RULES, is_given, measure_of
from assessment.renderers.explaining import MEASURES, SECTIONS
from assessment.report.shape import number_leaves
from tests.assessment.documents import beside, document, without_executives

ROOT = Path(assessment.__file__).parent.parent
SCHEMA: dict[str, Any] = json.loads((ROOT / "assessment" / "report_schema.json").read_text("utf-8"))
PATHS = [leaf.path for leaf in number_leaves(SCHEMA)]
GUIDE = (ROOT / "templates" / "assessment" / "parts" / "guide.html").read_text("utf-8")
METHOD = (ROOT / "docs" / "method.md").read_text("utf-8")


def test_the_walk_sees_every_number_of_a_document() -> None:
    """Leaves of a document, named as the schema names them, are leaves of the schema."""
    known = set(PATHS)
    for made in (document(), beside(), without_executives()):
        found = set(numbers(made, ""))
        assert len(found) > 40
        assert {path for path in found if not any(fits(path, one) for one in known)} == set()


def numbers(part: Any, path: str) -> list[str]:
    if isinstance(part, dict):
        inner = [(f"{path}.{name}" if path else name, value) for name, value in part.items()]
    elif isinstance(part, list):
        inner = [(f"{path}[]", value) for value in part]
    else:
        return [path] if isinstance(part, int | float) and not isinstance(part, bool) else []
    return [leaf for where, value in inner for leaf in numbers(value, where)]


def fits(path: str, known: str) -> bool:
    bare = re.sub(r"\.(at_least|at_most|between\[\])$", "", path)
    return fnmatchcase(bare, known.replace("[]", "[[][]]"))


@pytest.mark.parametrize("path", PATHS)
def test_every_number_has_an_entry(path: str) -> None:
    assert is_given(path) or f'id="read-{measure_of(path).id}"' in GUIDE


def test_every_number_is_described_in_the_schema() -> None:
    assert [leaf.path for leaf in number_leaves(SCHEMA) if not leaf.about] == []


def test_a_number_without_an_entry_is_noticed() -> None:
    with pytest.raises(KeyError):
        measure_of("headline.gap.something_new")


def test_no_rule_is_left_over() -> None:
    for rule in GIVEN:
        assert any(fnmatchcase(path, rule) for path in PATHS), rule
    used = {
        next(rule for rule, _ in RULES if fnmatchcase(path, rule)) for path in PATHS if not is_given(path)
    }
    assert [rule for rule, _ in RULES if rule not in used] == []


def test_every_entry_explains_a_number_or_a_word() -> None:
    explained = {measure_of(path).id for path in PATHS if not is_given(path)}
    assert {measure.id for measure in MEASURES} - explained == {"quadrant"}
    assert {measure.id for read in SECTIONS.values() for measure in read} == {m.id for m in MEASURES}


@pytest.mark.parametrize("measure", MEASURES, ids=lambda measure: measure.id)
def test_the_method_has_the_formula_of_every_entry(measure: Any) -> None:
    assert f"`{measure.id}`" in METHOD.partition("## What explains what")[2].partition("\n## ")[0]
