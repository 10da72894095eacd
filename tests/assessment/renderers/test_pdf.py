"""The PDF: accessible by its own standard, in order, and nothing in it can run."""

import re

import pytest
import typst

from assessment.renderers import pdf
from tests.assessment.renderers.documents import EVIL_COMMENT, EVIL_FORMULA, EVIL_UNIT, report
from tests.assessment.renderers.files import made, pdf_text, unpacked

pytestmark = pytest.mark.pure

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360606060000000050001"
    "a5f645400000000049454e44ae426082"
)


def everything(content: bytes) -> bytes:
    return b"\n".join(unpacked(content))


def test_it_is_a_tagged_pdf_for_universal_access() -> None:
    content = everything(made("pdf"))
    assert b"pdfuaid:part" in content
    assert re.search(rb"/Lang ?\(en\)", content)
    assert b"/MarkInfo" in content
    assert b"/Outlines" in content


def test_every_chart_has_a_description() -> None:
    content = everything(made("pdf"))
    figures = len(re.findall(rb"/S ?/Figure\b", content))
    assert figures > 10
    assert len(re.findall(rb"/Alt ?[(<]", content)) >= figures


def test_it_names_its_subject_and_no_machine() -> None:
    content = everything(made("pdf"))
    assert "Kestrel &amp; Söhne".encode() in content
    assert b"/root" not in content
    assert b"/work" not in content


def test_headings_follow_the_story() -> None:
    text = pdf_text(made("pdf"))
    body = text[text.index("Contents") :]
    body = body[body.index("Dimension\n") if "Dimension\n" in body else 0 :]
    story = [
        "Who decides: the front line’s authority in money",
        "Four quadrants",
        "Blind spots",
        "Rules that get in the way",
        "What happens next",
        "How soon someone is there who can decide",
        "Where",
        "Agreed strengths",
        "In their own words",
        "Every question, widest gap first",
        "Response and reliability",
        "How to read it",
        "What is withheld, and why",
    ]
    places = [body.rindex(heading + "\n") for heading in story]
    assert places == sorted(places)


@pytest.mark.parametrize("text", [EVIL_UNIT, EVIL_COMMENT, EVIL_FORMULA])
def test_a_text_is_printed_and_never_run(text: str) -> None:
    found = "".join(pdf_text(made("pdf")).split()).replace("’", "'").replace("”", '"').replace("“", '"')
    assert "".join(text.rsplit("/", maxsplit=1)[-1].split()) in found
    assert "root:" not in found


def test_each_page_says_that_it_is_simulated() -> None:
    pages = pdf_text(made("pdf")).split("\f")[:-1]
    assert all("Simulated answers" in page for page in pages)
    real = pdf.render(report(simulated=False), language="en")
    assert "Simulated answers" not in pdf_text(real)


def test_numbers_in_the_readers_language() -> None:
    assert "+22,3" in pdf_text(made("pdf", "es"))


def test_a_logo_must_be_a_picture() -> None:
    assert pdf.render(report(), language="en", logo=PNG).startswith(b"%PDF")
    with pytest.raises(ValueError, match="PNG or JPEG"):
        pdf.render(report(), language="en", logo=b"<svg onload='alert(1)'/>")
    with pytest.raises(ValueError, match="PNG or JPEG"):
        pdf.render(report(), language="en", logo=PNG + bytes(pdf.LOGO_LARGEST))


def test_it_is_never_made_without_the_standard(monkeypatch: pytest.MonkeyPatch) -> None:
    """What Typst's own check refuses is no file: there is no way round it."""
    sloppy = pdf._templates() | {"main.typ": b"= No title of the document"}
    monkeypatch.setattr(pdf, "_templates", lambda: sloppy)
    with pytest.raises(typst.TypstError, match="PDF/UA-1"):
        pdf.render(report(), language="en")


def test_comments_stand_by_theme() -> None:
    def said(text: str, theme: str = "") -> dict[str, str]:
        return {"panel": "frontline", "item": "rule-to-change", "text": text, "theme": theme}

    comments = [said("B one", "Forms"), said("A one", "Approvals"), said("B two", "Forms"), said("No theme")]
    text = pdf_text(pdf.render(report(comments=comments), language="en"))
    places = [text.index(one) for one in ("No theme", "Approvals\n", "A one", "Forms\n", "B one", "B two")]
    assert places == sorted(places)
    assert text.count("Forms\n") == 1


def test_the_clients_colour_is_a_colour() -> None:
    assert pdf.render(report(), language="en", colour="#2b6ca3") != made("pdf")
    with pytest.raises(ValueError, match="six hexadecimal digits"):
        pdf.render(report(), language="en", colour="red")


def test_an_empty_report_is_a_report() -> None:
    bare = report(
        items=[],
        ladder=None,
        scenarios=[],
        obstacles=[],
        escalation=None,
        choices=[],
        units=[],
        cuts=[],
        comments=[],
    )
    assert pdf.render(bare, language="en").startswith(b"%PDF")
