"""What consultants wrote: the summary in front, each note at the head of its section, in the page and its files."""

import io
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
from django.template.loader import render_to_string
from openpyxl import load_workbook
from pptx import Presentation

from assessment.renderers import page, pdf, pptx, xlsx
from assessment.renderers.foreword import SECTIONS, Foreword, foreword, reads_from_right
from assessment.renderers.kept import Kept
from assessment.renderers.where import View
from tests.assessment.renderers.documents import report
from tests.assessment.renderers.files import pdf_text

pytestmark = pytest.mark.pure

FORMULA = '=HYPERLINK("http://evil.example","look")'
MARKUP = "<script>alert(1)</script> & #read"
ARABIC = "\u0627\u0644\u062c\u0646\u0648\u0628 \u0645\u062e\u062a\u0644\u0641"
LONG = " ".join(f"Word{number}" for number in range(200))
HEADS = {
    "dimensions": "Dimensions",
    "ladder": "Who decides: the front line’s authority in money",
    "blind_spot": "Blind spots",
    "obstacles": "Rules that get in the way",
    "choices": "What happens next",
    "soon": "How soon someone is there who can decide",
    "where": "Where",
    "agreed_strength": "Agreed strengths",
    "comments": "In their own words",
    "items": "Every question, widest gap first",
}


def noted(section: str) -> str:
    return f"Note-on-{section}"


def written(**notes: str) -> Foreword:
    every = {section: noted(section) for section in SECTIONS} | notes
    found = foreword(SimpleNamespace(summary="In front.\n\nTwice.", notes=every))
    assert found is not None
    return found


def drawn(words: Foreword, **changed: Any) -> str:
    source = page.Source("digest", lambda: report(**changed))
    return render_to_string("assessment/report.html", page.kept_context(source, uuid4(), View(), words))


@pytest.fixture(autouse=True)
def _nothing_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page, "ARTICLES", Kept())


def slides(words: Foreword, **changed: Any) -> list[Any]:
    content = pptx.render(report(**changed), language="en", foreword=words)
    return list(Presentation(io.BytesIO(content)).slides)


def texts(slide: Any) -> str:
    return "\n".join(shape.text_frame.text for shape in slide.shapes if shape.has_text_frame)


def titled(found: list[Any], title: str) -> Any:
    return next(slide for slide in found if slide.shapes.title.text_frame.text == title)


def test_each_note_heads_its_section_of_the_page() -> None:
    html = drawn(written())
    assert html.index("In front.") < html.index('class="report"')
    for section in SECTIONS:
        head, note = html.index(f'id="{section}-title"'), html.index(noted(section))
        assert html.count(noted(section)) == 1
        following = html.find("<section", head)
        assert head < note
        assert note < following or following == -1, section


def test_a_note_of_a_section_that_is_not_there_stands_in_front() -> None:
    html = drawn(written(), ladder=None, units=[])
    for section in ("ladder", "where"):
        assert html.index(noted(section)) < html.index('class="report"')


def test_a_page_without_words_has_no_place_for_them() -> None:
    html = render_to_string("assessment/report.html", page.context(report(), uuid4()))
    assert "From your consultants" not in html
    assert page.BREAK not in html
    assert page.SEAM not in html


def test_a_note_is_text_in_its_own_direction() -> None:
    html = drawn(written(dimensions=MARKUP, items=ARABIC))
    assert "<script>alert" not in html
    assert "&lt;script&gt;alert(1)" in html
    assert html.count('<div dir="auto">') == len(SECTIONS) + 1
    assert reads_from_right(ARABIC)
    assert not reads_from_right("12: South, " + ARABIC)


def test_each_note_heads_its_section_of_the_pdf() -> None:
    text = pdf_text(pdf.render(report(), language="en", foreword=written(dimensions=MARKUP, ladder=LONG)))
    body = text[text.index("In front.") :]
    assert body.index("Twice.") < body.index("What to do first") < body.index(noted("begin"))
    for section, head in HEADS.items():
        said = {"dimensions": "<script>alert(1)</script> & #read", "ladder": "Word0 Word1"}.get(
            section, noted(section)
        )
        place = body.index(said)
        before = body[:place].rindex(f"{head}\n")
        assert place - before < len(head) + 40, section
    assert "Word199" in body
    assert noted("change") in body
    assert noted("cuts") in body


def test_each_note_is_on_the_slide_of_its_section_and_spoken() -> None:
    found = slides(written(ladder=LONG, obstacles=FORMULA, where=ARABIC))
    front = texts(found[1])
    assert "In front." in front
    for absent in ("cuts", "comments", "items", "change"):
        assert noted(absent) in front
    for section in ("dimensions", "blind_spot", "choices", "soon", "agreed_strength"):
        slide = titled(found, HEADS[section])
        assert noted(section) in texts(slide)
        assert slide.notes_slide.notes_text_frame.text.startswith(f"From your consultants: {noted(section)}")
    assert FORMULA in texts(titled(found, HEADS["obstacles"]))
    arabic = [
        paragraph
        for shape in titled(found, "Where").shapes
        if shape.has_text_frame
        for paragraph in shape.text_frame.paragraphs
        if paragraph.text == ARABIC
    ]
    assert [one._p.pPr.get("rtl") for one in arabic] == ["1"]


def test_a_long_note_has_slides_of_its_own_before_its_section() -> None:
    found = slides(written(ladder=LONG))
    place = found.index(titled(found, HEADS["ladder"]))
    assert found[place - 1].shapes.title.text_frame.text == "From your consultants"
    before = " ".join(texts(slide) for slide in found[:place])
    assert "Word0 " in before
    assert "Word199" in before
    assert "Word0" not in texts(found[place])
    assert "Word199" in found[place].notes_slide.notes_text_frame.text


def test_what_stands_below_a_note_stays_on_the_slide() -> None:
    for slide in slides(written()):
        for shape in slide.shapes:
            assert shape.top + shape.height <= 6858000


def test_each_note_heads_its_sheet() -> None:
    words = written(ladder=LONG, obstacles=FORMULA, where=ARABIC)
    book = load_workbook(io.BytesIO(xlsx.render(report(), language="en", foreword=words)))
    assert book.sheetnames[1] == "From your consultants"
    front = [cell.value for row in book["From your consultants"].iter_rows() for cell in row if cell.value]
    assert front[:3] == ["From your consultants", "In front.", "Twice."]
    assert noted("blind_spot") in front
    for sheet, said in {
        "Dimensions": noted("dimensions"),
        "Questions": noted("items"),
        "Who decides": LONG,
        "Rules in the way": FORMULA,
        "Units": ARABIC,
        "Groups": noted("cuts"),
        "Comments": noted("comments"),
        "Since Spring": noted("change"),
    }.items():
        head = book[sheet]["A1"]
        assert head.value == f"From your consultants: {said}"
        assert head.data_type == "s"
        assert str(book[sheet].freeze_panes).endswith("3")
        assert str(book[sheet].auto_filter.ref).startswith("A2:")
    assert noted("soon") in book["What happens next"]["A1"].value
    assert noted("choices") in book["What happens next"]["A1"].value


def test_no_note_becomes_a_formula() -> None:
    """Also where it begins a cell: on the sheet of what has no other place."""
    words = written(blind_spot=FORMULA)
    book = load_workbook(io.BytesIO(xlsx.render(report(), language="en", foreword=words)))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert not [cell for cell in cells if cell.data_type == "f"]
    evil = [cell for cell in cells if cell.value == FORMULA]
    assert [cell.quotePrefix for cell in evil] == [True]


def test_numbers_stay_where_a_workbook_has_them_without_notes() -> None:
    plain, annotated = (
        load_workbook(io.BytesIO(xlsx.render(report(), language="en", foreword=words)))
        for words in (None, written())
    )
    for sheet in plain.worksheets[1:]:
        rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
        beside = [[cell.value for cell in row] for row in annotated[sheet.title].iter_rows()]
        assert beside[len(beside) - len(rows) :] == rows
