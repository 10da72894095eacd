"""The report as a workbook: typed cells, a sheet for each part, nothing a spreadsheet could run."""

from django.utils import translation

from assessment.renderers import telling
from assessment.renderers.foreword import Foreword
from assessment.renderers.xlsx.book import Book
from assessment.renderers.xlsx.foreword import annotated
from assessment.renderers.xlsx.sheets import sheets
from assessment.report import Report

NAME = "xlsx"
EXTENSION = "xlsx"


def render(report: Report, *, language: str, foreword: Foreword | None = None) -> bytes:
    with translation.override(language):
        note = telling.simulated() if report.simulated else ""
        book = Book(title=telling.title(report), note=note, created=telling.closed(report))
        for sheet in annotated(sheets(report), foreword):
            book.add(sheet)
        return book.bytes()
