"""Every file that a report can be taken away as, under the name it is asked for."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from assessment.renderers import pdf, pptx, table, xlsx
from assessment.report import Report


@dataclass(frozen=True)
class TakeAway:
    content_type: str
    render: Callable[..., bytes]


KINDS: Mapping[str, TakeAway] = {
    "pdf": TakeAway(pdf.CONTENT_TYPE, pdf.render),
    "pptx": TakeAway(pptx.CONTENT_TYPE, pptx.render),
    "xlsx": TakeAway(xlsx.CONTENT_TYPE, xlsx.render),
    "csv": TakeAway(table.CSV_CONTENT_TYPE, table.render_csv),
    "sav": TakeAway(table.SAV_CONTENT_TYPE, table.render_sav),
}


def made(report: Report, kind: str, *, language: str) -> bytes:
    """KeyError for a kind there is none of."""
    return KINDS[kind].render(report, language=language)
