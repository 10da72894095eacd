"""How each kind of file is made. For the worker: the libraries behind it take long to load."""

from collections.abc import Callable, Mapping

from assessment.renderers import pdf, pptx, table, xlsx
from assessment.renderers.brand import PLAIN, Brand
from assessment.report import Report

Render = Callable[[Report, str, Brand], bytes]


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


def _unbranded(render: Callable[..., bytes]) -> Render:
    """Tables are nobody's own."""
    return lambda report, language, brand: render(report, language=language)  # noqa: ARG005


RENDER: Mapping[str, Render] = {
    "pdf": _pdf,
    "pptx": _pptx,
    "xlsx": _xlsx,
    "csv": _unbranded(table.render_csv),
    "sav": _unbranded(table.render_sav),
}


def made(report: Report, kind: str, *, language: str, brand: Brand = PLAIN) -> bytes:
    """KeyError for a kind there is none of."""
    return RENDER[kind](report, language, brand)
