"""Files of the planted report, made once, and what can be read in them."""

import io
import re
import shutil
import subprocess
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from functools import cache

import pytest
from openpyxl import load_workbook
from pptx import Presentation

from assessment.renderers import pdf, pptx, table, xlsx
from tests.assessment.renderers.documents import report

RENDERERS: Mapping[str, Callable[..., bytes]] = {
    "pdf": pdf.render,
    "pptx": pptx.render,
    "xlsx": xlsx.render,
    "csv": table.render_csv,
    "sav": table.render_sav,
}


@cache
def made(name: str, language: str = "en") -> bytes:
    return RENDERERS[name](report(), language=language)


def pdf_text(content: bytes, *options: str) -> str:
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext is not installed")
    command = ["pdftotext", *options, "-enc", "UTF-8", "-", "-"]
    return subprocess.run(command, input=content, capture_output=True, check=True).stdout.decode()


def unpacked(content: bytes) -> Iterator[bytes]:
    """Everything that a file holds, with packed parts and workbooks inside of it opened."""
    yield content
    if content.startswith(b"PK"):
        archive = zipfile.ZipFile(io.BytesIO(content))
        for name in archive.namelist():
            yield from unpacked(archive.read(name))
    elif content.startswith(b"%PDF"):
        for stream in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", content, re.DOTALL):
            try:
                yield zlib.decompress(stream)
            except zlib.error:
                continue


def xlsx_cells(content: bytes) -> Iterator[object]:
    for sheet in load_workbook(io.BytesIO(content)):
        for row in sheet.iter_rows():
            yield from (cell.value for cell in row if cell.value is not None)


def pptx_text(content: bytes) -> str:
    """Texts of slides, tables, notes and descriptions, and labels and values of charts."""
    found: list[str] = []
    for slide in Presentation(io.BytesIO(content)).slides:
        found.append(slide.notes_slide.notes_text_frame.text)
        for shape in slide.shapes:
            if shape.has_text_frame:
                found.append(shape.text_frame.text)
            if shape.has_table:
                found += [cell.text for row in shape.table.rows for cell in row.cells]
            if shape.has_chart:
                found += [
                    str(value) for plot in shape.chart.plots for one in plot.series for value in one.values
                ]
    return "\n".join(found)
