"""The report as a workbook: typed cells, a sheet for each part, nothing a spreadsheet could run."""

from django.utils import translation

from assessment.renderers import stated, telling
from assessment.renderers.xlsx.book import Book
from assessment.renderers.xlsx.sheets import sheets
from assessment.report import Report

NAME = "xlsx"
EXTENSION = "xlsx"
CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def render(report: Report, *, language: str) -> bytes:
    with translation.override(language):
        book = Book()
        for sheet in sheets(stated.only(report)):
            book.add(sheet)
        about = book.workbook.properties
        about.title, about.creator, about.language = telling.title(report), "Latitude", language
        about.lastModifiedBy = "Latitude"
        about.description = telling.simulated() if report.simulated else ""
        about.created = telling.closed(report).replace(tzinfo=None)
        return book.bytes()
