"""All files carry the same released numbers, and nothing of what is withheld."""

import csv
import io
import re
import struct
from dataclasses import astuple
from html import unescape
from pathlib import Path
from uuid import UUID

import pyreadstat
import pytest
from django.template.loader import render_to_string
from openpyxl import load_workbook

from assessment import wording
from assessment.renderers import page, pdf, pptx, xlsx
from assessment.renderers.figures import Figure, figures
from assessment.report import Report
from tests.assessment.renderers.documents import WITHHELD_N, document, report
from tests.assessment.renderers.files import RENDERERS, made, pdf_text, pptx_text, unpacked, xlsx_cells

pytestmark = pytest.mark.pure

FIGURES = list(figures(report()))
REASONS = {
    "small_group",
    "protects_another",
    "too_few_for_distribution",
    "nothing_to_compare",
}
BOUNDS = {"at_most": "{} or less", "at_least": "{} or more"}


def printed(figure: Figure) -> str:
    """A figure as a page or a slide shows it."""
    kind = figure.statistic.rpartition(".")[2]
    if figure.status == "between":
        assert figure.low is not None
        assert figure.high is not None
        return f"{wording.signed(figure.low)} to {wording.signed(figure.high)}"
    assert figure.value is not None
    if kind == "gap":
        return wording.signed(figure.value * (1 if "share" not in siblings(figure) else 100))
    if kind in {"mean", "sd"}:
        return BOUNDS.get(figure.status, "{}").format(
            wording.one_decimal(figure.value).removesuffix(".0" * bool(figure.status))
        )
    if kind in {"share", "favourable", "dont-know", "rate", "covered"} or kind.startswith("option-"):
        return BOUNDS.get(figure.status, "{}").format(wording.whole_percent(figure.value))
    return wording.decimals(figure.value, 0 if kind in {"effective-n", "set-aside"} else 2)


def siblings(figure: Figure) -> set[str]:
    stem = figure.statistic.rpartition(".")[0]
    return {
        one.statistic.rpartition(".")[2]
        for one in FIGURES
        if (one.section, one.cell, one.statistic.rpartition(".")[0]) == (figure.section, figure.cell, stem)
    }


SHOWN = [one for one in FIGURES if one.value is not None or one.low is not None]
IN_WORDS = {"design-effect", "effective-n", "covered", "set-aside"}
DETAILS = {"hedges-g", "favourable"}  # their interval is in CSV and SPSS
TOLD = [one for one in SHOWN if one.section != "participation" and one.statistic != "ceiling"]
ON_PAGES = [one for one in TOLD if one.statistic.rpartition(".")[2] not in {"sd", "p", "p-adjusted", "omega"}]
ON_SLIDES = [
    one
    for one in ON_PAGES
    if one.section in {"headline", "dimensions", "ladder", "obstacles"}
    or (one.section == "units" and one.statistic.endswith(".mean"))
]


def test_there_is_something_to_find() -> None:
    assert len(SHOWN) > 90
    assert {one.status for one in FIGURES} >= REASONS


def test_the_pdf_prints_every_number() -> None:
    text = " ".join(pdf_text(made("pdf")).split())
    missing = [one for one in ON_PAGES if printed(one) not in text]
    assert not missing


def test_slides_or_their_notes_say_every_number() -> None:
    text = pptx_text(made("pptx"))
    missing = [one for one in ON_SLIDES if printed(one) not in text]
    assert not missing


def test_the_workbook_holds_every_number_in_full() -> None:
    numbers = sorted(cell for cell in xlsx_cells(made("xlsx")) if isinstance(cell, int | float))

    def holds(value: float) -> bool:
        return any(cell == pytest.approx(value, rel=1e-9) for cell in numbers)

    left_out = {"sd", "p"}  # of units; the workbook shows the adjusted p
    for one in SHOWN:
        kind = one.statistic.rpartition(".")[2]
        if kind in left_out or one.statistic == "ceiling" or kind in IN_WORDS:
            continue
        points = 100 if kind == "gap" and "share" in siblings(one) else 1
        for value in (one.value, one.low, one.high):
            assert value is None or one.status == "between" or kind in DETAILS or holds(value * points), one


def test_the_csv_is_the_long_table() -> None:
    text = made("csv").decode("utf-8-sig")
    assert made("csv").startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert len(rows) == len(FIGURES)
    for row, figure in zip(rows, FIGURES, strict=True):
        assert (row["statistic"], row["panel"], row["status"]) == (
            figure.statistic,
            figure.panel,
            figure.status,
        )
        assert (float(row["value"]) if row["value"] else None) == figure.value
        assert (float(row["high"]) if row["high"] else None) == figure.high


def test_spss_reads_the_same_table(tmp_path: Path) -> None:
    path = tmp_path / "report.sav"
    path.write_bytes(made("sav"))
    frame, about = pyreadstat.read_sav(str(path), output_format="dict")
    assert [value if value == value else None for value in frame["value"]] == [one.value for one in FIGURES]  # noqa: PLR0124  # NaN
    assert list(frame["status"]) == [one.status for one in FIGURES]
    assert about.variable_value_labels["panel"] == {1.0: "Front line", 2.0: "Executives", 3.0: "Gap"}
    assert all(about.column_labels)


def test_a_withheld_number_is_its_reason_in_words() -> None:
    cells = [cell for cell in xlsx_cells(made("xlsx")) if isinstance(cell, str)]
    text = " ".join(pdf_text(made("pdf")).split())
    for reason in REASONS:
        assert str(wording.REASONS[reason]) in cells
        assert str(wording.REASONS[reason]) in text


@pytest.mark.parametrize("title", ["Dimensions", "Questions", "Units", "Groups"])
def test_no_mean_and_no_gap_is_blank(title: str) -> None:
    """A number, or the reason why there is none."""
    head, *rows = load_workbook(io.BytesIO(made("xlsx")))[title].iter_rows(values_only=True)
    columns = [
        place for place, name in enumerate(head) if str(name).endswith(("mean", ": gap")) or name == "Gap"
    ]
    assert columns
    assert all(row[place] is not None for row in rows for place in columns)


def test_a_withheld_figure_has_no_number() -> None:
    for one in FIGURES:
        if one.status in REASONS:
            assert astuple(one)[4:8] == (None, None, None, None)


WEIGHT = {"dimension": "authority", "weight": 0.4132, "weight_interval": [0.3471, 0.4759]}
PRIORITIES = [
    {"item": "bound", "gap": {"between": [43.8299, 48.8299]}, "rank": 1, **WEIGHT},
    {"item": "fair", "gap": 37.3, "rank": 2, **WEIGHT},
]


def page_html(found: Report) -> str:
    filled = page.context(found, UUID(int=1))
    return render_to_string("assessment/report.html", filled)


def test_the_page_says_every_number() -> None:
    html = page_html(report())
    text = " ".join(unescape(re.sub(r"<[^>]*>", " ", html)).split())
    missing = [one for one in ON_PAGES if printed(one) not in text]
    assert not missing


def test_the_order_of_what_to_do_first_is_the_same_everywhere() -> None:
    dimensions = document()["dimensions"]
    dimensions[-1]["headline"] = False  # the outcome
    found = report(priorities=PRIORITIES, dimensions=dimensions)
    labels = {item.id: item.label for item in found.items}
    wanted = [labels[str(one["item"])] for one in PRIORITIES]
    slides = pptx_text(pptx.render(found, language="en"))
    whole = page_html(found), slides, pdf_text(pdf.render(found, language="en"))
    assert all("0.41" in text for text in whole)
    texts = (
        whole[0].partition('id="begin"')[2],
        slides.partition("What to do first")[2],
        whole[2].partition("What to do first")[2],
    )
    for text in texts:
        places = [text.index(label) for label in wanted]
        assert places == sorted(places)
    rows = load_workbook(io.BytesIO(xlsx.render(found, language="en")))["What to do first"].iter_rows(
        min_row=2, max_row=1 + len(wanted), values_only=True
    )
    told = [(row[1], row[9]) for row in rows]
    assert told == [(label, one["weight"]) for label, one in zip(wanted, PRIORITIES, strict=True)]


def planted_in(content: bytes) -> list[bytes]:
    """As text, as UTF-16, and as a number of a program's own."""
    forms = (str(WITHHELD_N).encode(), str(WITHHELD_N).encode("utf-16-le"), struct.pack("<d", WITHHELD_N))
    return [form for form in forms if form in content]


@pytest.mark.parametrize("name", [*RENDERERS, "page"])
def test_a_planted_number_is_nowhere(name: str) -> None:
    """Not in texts, chart data, notes, descriptions or metadata."""
    if name == "page":
        assert not planted_in(page_html(report()).encode())
        return
    content = made(name)
    if name == "pdf":
        assert str(WITHHELD_N) not in pdf_text(content)
        whole = b"\n".join(re.findall(rb"<x:xmpmeta.*?</x:xmpmeta>|/Alt ?\(.*?\)", content, re.DOTALL))
    else:
        whole = b"\n".join(unpacked(content))
    assert not planted_in(whole)


def test_a_planted_number_would_be_found() -> None:
    for name in ("pptx", "xlsx", "sav"):
        shown = next(one.n for one in FIGURES if one.n is not None and one.section == "dimensions")
        assert shown is not None
        forms = (str(shown).encode(), struct.pack("<d", shown))
        assert any(form in b"\n".join(unpacked(made(name))) for form in forms), name


def test_excel_shows_the_digits_of_the_page() -> None:
    """Half away from zero, as Excel rounds: 22.25 is 22.3 and 0.615 is 62 %."""
    assert wording.one_decimal(22.25) == "22.3"
    assert wording.signed(-0.04) == "0.0"
    assert wording.whole_percent(0.625) == "63%"
    assert wording.decimals(-0.8450001, 2) == "\N{MINUS SIGN}0.85"
    assert wording.one_decimal(47.889) == "47.9"


def test_bounds_are_typed_and_worded() -> None:
    book = load_workbook(io.BytesIO(made("xlsx")))
    bounded = [
        cell
        for sheet in book
        for row in sheet.iter_rows()
        for cell in row
        if '" or more"' in str(cell.number_format)
    ]
    assert {cell.value for cell in bounded} == {95, 0.95}
