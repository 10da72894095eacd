import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys.blind.problems import BlindSignatureError
from surveys.blind.text import from_text, to_text

pytestmark = pytest.mark.pure


@given(st.binary(max_size=40))
def test_text_is_base64url_without_padding_and_comes_back(raw: bytes) -> None:
    text = to_text(raw)

    assert from_text(text, len(raw)) == raw
    assert text == base64.urlsafe_b64encode(raw).decode().replace("=", "")


def test_text_of_another_length_is_refused_before_it_is_decoded() -> None:
    with pytest.raises(BlindSignatureError, match="Expected 43 characters of base64url; got 1000000"):
        from_text("A" * 1_000_000, 32)


@pytest.mark.parametrize(
    ("text", "size"), [("AB", 1), ("A+", 1), ("A=", 1), ("A\n", 1), ("Aé", 1), ("AAB", 2)]
)
def test_another_spelling_is_refused(text: str, size: int) -> None:
    with pytest.raises(BlindSignatureError, match="base64url"):
        from_text(text, size)
