"""A name is printed with whatever it is written in, and the file stays PDF/UA-1."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assessment.renderers import pdf
from assessment.renderers.pdf.unshown import SQUARE, unshown, without
from tests.assessment.renderers.documents import document, report
from tests.assessment.renderers.files import pdf_text, unpacked

pytestmark = pytest.mark.pure

ODD = (
    "Fun \U0001f600 Park \u2764\ufe0f",
    "Family \U0001f468\u200d\U0001f469\u200d\U0001f467",
    "\u6f22\u5b57 \u5317\u4eac",
    "\u0e01\u0e34\u0e48 Bangkok",
    "\ud55c\uad6d\uc5b4",
    "no font has \U000f1a2b this",
    "a mark \ufeff in it",
    "no character \ufffe \ufdd0 \U0001fffe",
    'quoted \u6f22"\\`$#x[ ]',
    "\U0001f1e9\U0001f1ea",
)


@pytest.fixture
def bare_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """No fonts but those that Typst brings."""
    embedded = pdf._fonts(system=False)
    monkeypatch.setattr(pdf, "_fonts", lambda **_: embedded)


def is_for_universal_access(content: bytes) -> bool:
    return any(b"pdfuaid:part" in part for part in unpacked(content))


def named(name: str) -> bytes:
    """A report with a name wherever a client or an employee puts one."""
    found = document()
    units = [found["units"][0] | {"path": name}, *found["units"][1:]]
    comment = found["comments"][0] | {"text": name, "theme": name}
    return pdf.render(
        report(
            organization=found["organization"] | {"name": name},
            campaign=found["campaign"] | {"name": name},
            units=units,
            comments=[comment],
        ),
        language="en",
    )


@pytest.mark.usefixtures("bare_machine")
def test_no_name_costs_the_promise() -> None:
    for name in ODD:
        assert is_for_universal_access(named(name)), ascii(name)


@pytest.mark.usefixtures("bare_machine")
def test_what_no_font_shows_is_a_square_that_is_explained() -> None:
    text = pdf_text(named("Fun \U0001f468\u200d\U0001f469 Park"))
    assert f"Fun {SQUARE} Park" in text
    assert "stands for a character" in text
    assert "stands for a character" not in pdf_text(named("Łódź Ναι Да שלום"))


@pytest.mark.usefixtures("bare_machine")
def test_a_comment_in_a_script_without_a_font_says_where_it_can_be_read() -> None:
    text = " ".join(pdf_text(named("\u6211\u4eec\u9700\u8981\u3002")).split())
    assert "Written in letters that no font of this file can show" in text
    assert "no font of this file can show. The report’s page has it" not in pdf_text(named("More room"))


def test_machine_fonts_help_out() -> None:
    """With them or without: the promise is the same."""
    assert is_for_universal_access(named("Fun \U0001f600 Park"))


def test_another_complaint_is_no_character() -> None:
    assert not unshown("error: PDF/UA-1 error: missing alt text")


def quoted(text: str) -> str:
    """As Typst quotes a text."""
    return "".join(f"\\u{{{ord(one):x}}}" if not one.isprintable() else one for one in text)


@given(st.text(st.characters(exclude_characters='"\\', exclude_categories=["Cs"]), min_size=1, max_size=5))
@settings(max_examples=60, deadline=None)
def test_all_that_is_complained_of_goes_and_the_rest_stays(text: str) -> None:
    lacking = unshown(f'error: the text `"{quoted(text)}"` could not be displayed with font `"X"`')
    assert lacking == set(text)
    kept = "".join(one for one in "abc]-^\\" if one not in lacking)
    found = json.loads(without(lacking, json.dumps({"a": [kept + text], "b": 1, "c": None}).encode()))
    assert found["a"][0].startswith(kept)
    assert not lacking.intersection(found["a"][0].replace(SQUARE, ""))
    assert found["b"] == 1
