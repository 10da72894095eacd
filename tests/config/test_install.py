"""What a fresh machine installs: complete, hashed, and from no particular place."""

import re
from pathlib import Path

import pytest

from config.embedded.place import ROOT

pytestmark = pytest.mark.pure

LOCKS = ["requirements.txt", "requirements-dev.txt"]
PIN = re.compile(r"^([a-z0-9][a-z0-9._\[\],-]*)==(\S+)", re.MULTILINE)


def text(name: str) -> str:
    return Path(ROOT, name).read_text("utf-8")


@pytest.mark.parametrize("name", LOCKS)
def test_every_line_is_pinned_and_hashed_and_names_no_address(name: str) -> None:
    entries = [entry for entry in re.split(r"\n(?=\S)", text(name)) if not entry.startswith("#")]
    assert len(entries) > 50
    for entry in entries:
        assert PIN.match(entry), entry
        assert "--hash=sha256:" in entry, entry
    assert "://" not in text(name)


def test_the_development_lock_holds_the_programs_own() -> None:
    """So `make test` after `make demo` changes no version, and one stamp may stand for both."""
    assert set(PIN.findall(text(LOCKS[0]))) <= set(PIN.findall(text(LOCKS[1])))
