"""The report as slides: native charts that can be edited, with descriptions, and notes that say how sure it is."""

from django.utils import translation

from assessment.renderers import telling
from assessment.renderers.foreword import Foreword
from assessment.renderers.pptx.foreword import Annotated
from assessment.renderers.pptx.slides import fill
from assessment.renderers.steady import steady
from assessment.report import Report

NAME = "pptx"
EXTENSION = "pptx"


def render(
    report: Report,
    *,
    language: str,
    template: bytes | None = None,
    logo: bytes | None = None,
    foreword: Foreword | None = None,
) -> bytes:
    """On the firm's template where there is one. ValueError for a template that cannot be used."""
    with translation.override(language):
        canvas = Annotated(template, telling.simulated() if report.simulated else "", foreword)
        fill(canvas, report)
        if logo:
            canvas.logo(logo, report.organization.name)
        about = canvas.deck.core_properties
        about.title, about.language = telling.title(report), language
        about.author = about.last_modified_by = "Latitude"
        about.comments = telling.simulated() if report.simulated else ""
        about.created = about.modified = telling.closed(report).replace(tzinfo=None)
        about.revision = 1
        return steady(canvas.packed())
