"""Every file that a report can be taken away as, under the name it is asked for."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from assessment.renderers import pdf, pptx, table, xlsx
from assessment.renderers.brand import PLAIN, Brand
from assessment.report import Report


def _pdf(report: Report, language: str, brand: Brand) -> bytes:
    return pdf.render(
        report, language=language, logo=brand.logo, colour=brand.colour, foreword=brand.foreword
    )


def _pptx(report: Report, language: str, brand: Brand) -> bytes:
    return pptx.render(
        report, language=language, template=brand.deck, logo=brand.logo, foreword=brand.foreword
    )


def _xlsx(report: Report, language: str, brand: Brand) -> bytes:
    return xlsx.render(report, language=language, foreword=brand.foreword)


def _unbranded(render: Callable[..., bytes]) -> Callable[[Report, str, Brand], bytes]:
    """Tables are nobody's own."""
    return lambda report, language, brand: render(report, language=language)  # noqa: ARG005


@dataclass(frozen=True)
class TakeAway:
    title: str | Promise
    about: Promise
    content_type: str
    render: Callable[[Report, str, Brand], bytes]


KINDS: Mapping[str, TakeAway] = {
    "pdf": TakeAway(
        "PDF", _("The whole report for reading and printing, with bookmarks."), pdf.CONTENT_TYPE, _pdf
    ),
    "pptx": TakeAway(
        _("Slides"),
        _("For presenting: charts that can be edited, and notes for the speaker."),
        pptx.CONTENT_TYPE,
        _pptx,
    ),
    "xlsx": TakeAway(
        _("Workbook"),
        _("Every number in a sheet for each section."),
        xlsx.CONTENT_TYPE,
        _xlsx,
    ),
    "csv": TakeAway(
        "CSV",
        _("Every number as one long table, for programs."),
        table.CSV_CONTENT_TYPE,
        _unbranded(table.render_csv),
    ),
    "sav": TakeAway(
        "SPSS",
        _("The same table with labels, for SPSS and R."),
        table.SAV_CONTENT_TYPE,
        _unbranded(table.render_sav),
    ),
}


class Progress(StrEnum):
    """How far a file has come."""

    READY = "ready"
    BEING_MADE = "being_made"
    NOT_YET = "not_yet"


@dataclass(frozen=True)
class Offered:
    kind: str
    title: str
    about: str
    state: Progress
    size: int


def offered(kind: str, *, wanted: bool, size: int) -> Offered:
    """A file as the list shows it; a `size` of 0 says that it is not made."""
    state = Progress.READY if size else Progress.BEING_MADE if wanted else Progress.NOT_YET
    return Offered(kind, str(KINDS[kind].title), str(KINDS[kind].about), state, size)


def made(report: Report, kind: str, *, language: str, brand: Brand = PLAIN) -> bytes:
    """KeyError for a kind there is none of."""
    return KINDS[kind].render(report, language, brand)
