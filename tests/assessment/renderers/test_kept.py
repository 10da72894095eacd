"""What was drawn is kept, as much as fits, and drawn once."""

import pytest

from assessment.renderers.kept import Kept

pytestmark = pytest.mark.pure


def test_what_is_kept_is_not_made_again() -> None:
    kept, made = Kept(100), []

    def make() -> str:
        made.append(1)
        return "text"

    assert [kept.get("key", make) for _ in range(3)] == ["text"] * 3
    assert len(made) == 1


def test_what_was_used_longest_ago_goes_first() -> None:
    kept = Kept(10)
    for key in "ab":
        kept.get(key, lambda: "12345")
    kept.get("a", lambda: "never made")
    kept.get("c", lambda: "12345")
    assert kept.get("a", lambda: "new") == "12345"
    assert kept.get("b", lambda: "new") == "new"


def test_what_is_too_large_is_not_kept() -> None:
    kept = Kept(3)
    assert kept.get("a", lambda: "12345") == "12345"
    assert len(kept) == 0
    assert kept.get("b", lambda: "123") == "123"
    assert len(kept) == 1
