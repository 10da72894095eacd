"""Workbook and slides: typed, described, replaceable, and nothing in them can run."""

import io
import time
import zipfile

import pytest
from openpyxl import load_workbook
from pptx import Presentation

from assessment.renderers import pptx, xlsx
from tests.assessment.renderers.documents import EVIL_COMMENT, EVIL_FORMULA, both, document, report
from tests.assessment.renderers.files import RENDERERS, made

pytestmark = pytest.mark.pure


def slides(content: bytes) -> list[object]:
    return list(Presentation(io.BytesIO(content)).slides)


def test_no_cell_is_a_formula() -> None:
    book = load_workbook(io.BytesIO(made("xlsx")))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert not [cell for cell in cells if cell.data_type == "f"]
    evil = [cell for cell in cells if cell.value in {EVIL_FORMULA, EVIL_COMMENT}]
    assert len(evil) > 2
    assert all(cell.data_type == "s" and cell.quotePrefix for cell in evil)


def test_workbooks_behind_charts_have_no_formula() -> None:
    archive = zipfile.ZipFile(io.BytesIO(made("pptx")))
    books = [name for name in archive.namelist() if name.endswith(".xlsx")]
    assert len(books) > 5
    for name in books:
        for sheet in load_workbook(io.BytesIO(archive.read(name))):
            assert not [cell for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]


def test_a_csv_cell_that_looks_like_a_formula_is_kept_from_being_one() -> None:
    for line in made("csv").decode("utf-8-sig").splitlines():
        assert not line.startswith(("=", "+", "@"))
        assert ',"=' not in line
        assert ",=" not in line


def test_every_sheet_is_frozen_and_named_once() -> None:
    book = load_workbook(io.BytesIO(made("xlsx")))
    assert all(sheet.freeze_panes for sheet in book.worksheets[1:])
    assert len({name.casefold() for name in book.sheetnames}) == len(book.sheetnames)
    assert all(len(name) <= 31 for name in book.sheetnames)


@pytest.mark.parametrize("name", ["xlsx", "pptx"])
def test_the_properties_name_the_report_and_no_machine(name: str) -> None:
    archive = zipfile.ZipFile(io.BytesIO(made(name)))
    core = archive.read("docProps/core.xml").decode()
    assert "Kestrel &amp; Söhne" in core
    assert "Latitude" in core
    assert "Canny" not in core
    assert not [part for part in archive.namelist() if "printerSettings" in part or "thumbnail" in part]


def test_every_chart_and_table_is_described() -> None:
    frames = [
        shape
        for slide in slides(made("pptx"))
        for shape in slide.shapes  # type: ignore[attr-defined]
        if shape.has_chart or shape.has_table
    ]
    assert len(frames) > 8
    for frame in frames:
        assert frame._element.nvGraphicFramePr.cNvPr.get("descr")


def test_every_slide_has_a_title_notes_and_the_banner() -> None:
    deck = Presentation(io.BytesIO(made("pptx")))
    assert 8 <= len(deck.slides) <= 12
    assert deck.slide_width * 9 == pytest.approx(deck.slide_height * 16, rel=1e-3)
    for slide in deck.slides:
        assert slide.shapes.title.text_frame.text
        assert slide.notes_slide.notes_text_frame.text
        assert any("Simulated" in shape.text_frame.text for shape in slide.shapes if shape.has_text_frame)


def test_charts_are_native_and_a_withheld_side_is_empty() -> None:
    deck = Presentation(io.BytesIO(made("pptx")))
    charts = [shape.chart for slide in deck.slides for shape in slide.shapes if shape.has_chart]
    values = [
        value for chart in charts for plot in chart.plots for one in plot.series for value in one.values
    ]
    assert None in values
    assert 0.0 not in values


@pytest.mark.parametrize(
    ("frontline", "executive", "where"),
    [(0.89, 0.93, ["b", "r"]), (0.08, 0.12, ["r", "t"]), (0.2, 0.2, ["r", "t"]), (0.3, 0.8, ["r", "r"])],
)
def test_labels_of_near_marks_stand_apart(frontline: float, executive: float, where: list[str]) -> None:
    ladder = document()["ladder"]
    ladder["steps"] = [{"id": "ladder-1", "amount": 20, **both(frontline, executive)}]
    content = pptx.render(report(ladder=ladder), language="en")
    found = next(
        shape.chart
        for slide in slides(content)
        for shape in slide.shapes  # type: ignore[attr-defined]
        if shape.has_chart and len(shape.chart.plots[0].categories) == 1
    )
    placed = []
    for one in found.plots[0].series:
        own = one._element.findall(".//{*}dLbl/{*}dLblPos")
        placed.append((own or one._element.findall(".//{*}dLbls/{*}dLblPos"))[0].get("val"))
        assert {each.get("formatCode") for each in one._element.findall(".//{*}dLbls//{*}numFmt")} == {"0%"}
    assert placed == where


def test_a_firm_brings_its_own_template() -> None:
    own = Presentation()
    own.slides.add_slide(own.slide_layouts[0]).shapes.title.text_frame.text = "Left over"
    kept = io.BytesIO()
    own.save(kept)
    deck = Presentation(io.BytesIO(pptx.render(report(), language="en", template=kept.getvalue())))
    assert deck.slide_width == own.slide_width
    assert "Left over" not in [slide.shapes.title.text_frame.text for slide in deck.slides]


@pytest.mark.parametrize("template", [b"no presentation", b"PK\x05\x06" + bytes(18)])
def test_a_template_that_is_none_is_refused(template: bytes) -> None:
    with pytest.raises(ValueError, match="template"):
        pptx.render(report(), language="en", template=template)


def test_words_around_a_bound_in_another_order(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("assessment.renderers.xlsx.book._", lambda _text: "al menos %(bound)s")
    content = xlsx.render(report(), language="es")
    formats = {
        cell.number_format
        for sheet in load_workbook(io.BytesIO(content))
        for row in sheet.iter_rows()
        for cell in row
    }
    assert '"al menos "0.0' in formats


def test_files_are_the_same_whenever_they_are_made() -> None:
    """Nothing of the machine's clock is in them, neither outside nor in the workbooks behind charts."""
    names = ("pdf", "pptx", "xlsx", "csv", "sav")
    first = {name: RENDERERS[name](report(), language="en") for name in names}
    time.sleep(2.1)  # a packed file's clock has steps of two seconds
    assert {name: RENDERERS[name](report(), language="en") for name in names} == first
