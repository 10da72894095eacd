import re

import pytest

from config.embedded.place import ROOT

pytestmark = pytest.mark.pure


def test_every_variable_is_described() -> None:
    pattern = re.compile(r'"((?:LATITUDE|DATABASE|CELERY|SECRET)_[A-Z_]+)"')
    code = "".join(file.read_text("utf-8") for file in (ROOT / "config").rglob("*.py"))
    wanted = set(pattern.findall(code))
    described = set(
        re.findall(r"^\| `([A-Z_]+)` \|", (ROOT / "docs/operations.md").read_text("utf-8"), re.MULTILINE)
    )
    assert len(wanted) > 10
    assert wanted <= described
    assert described <= wanted | {"PYTHON"}
