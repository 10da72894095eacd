"""What is the same for everybody who answers one campaign as one panel in one language: drawn once in a process.

None of it knows a code, an answer or a key. A campaign cannot change while it is open.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.template.loader import render_to_string
from django.utils import translation
from django.utils.safestring import mark_safe

from surveys.forms import SheetForm
from surveys.instruments.instrument import Panel
from surveys.kept import kept
from surveys.plain_sheets import PlainSheets
from surveys.views.pages import Sitting, Visit, shown
from surveys.views.splicing import Spliced

CODE = "latitude-code-goes-here"  # in a page that was drawn for everybody

MOST_PAGES = 1024  # of some fifteen kilobytes

Key = tuple[UUID, Panel, str, str | None]


@dataclass(frozen=True)
class Drawn:
    """The questions as HTML, the headings to jump to, and how many questions there are."""

    html: str
    parts: tuple[tuple[str, str], ...]
    questions: int


_questions: dict[Key, Drawn] = {}
_readers: dict[Key, PlainSheets] = {}
_pages: dict[tuple[Key, tuple[object, ...]], Spliced] = {}


def draw(form: SheetForm) -> Drawn:
    parts = tuple((part.id, part.title) for part in form.parts)
    return Drawn(form.render_questions(), parts, len(form.questions))


def questions(sitting: Sitting) -> Drawn:
    return kept(_questions, _key(sitting), lambda: draw(SheetForm(sitting.asked)))


def plain_sheets(sitting: Sitting) -> PlainSheets:
    return kept(
        _readers,
        _key(sitting),
        lambda: PlainSheets(SheetForm(sitting.asked), sitting.campaign.codec),
    )


def page(visit: Visit) -> Spliced:
    """The page of questions before anything was answered."""
    organization = visit.found.organization
    names = (organization.name, visit.found.campaign.name, organization.simulated)
    return kept(_pages, (_key(visit.sitting), names), lambda: _questions_page(visit.sitting), MOST_PAGES)


def first_page(visit: Visit, told: Mapping[str, object]) -> Spliced:
    """The page that says what happens with the answers: `told`, to everybody of a unit the same."""
    campaign, organization = visit.found.campaign, visit.found.organization
    names = (organization.name, campaign.name, organization.simulated, campaign.retention_days, repr(told))
    context = {**shown(visit.sitting, organization), "code": CODE, **told}
    return kept(
        _pages, (_key(visit.sitting), names), lambda: _spliced("respondent/intro.html", context), MOST_PAGES
    )


def _spliced(template: str, context: dict[str, Any]) -> Spliced:
    return Spliced(render_to_string(template, context).encode().split(CODE.encode()))


def _questions_page(sitting: Sitting) -> Spliced:
    drawn = questions(sitting)
    context = {
        **shown(sitting, sitting.campaign.organization),
        "code": CODE,
        "form": None,
        "title": sitting.campaign.instrument.title(sitting.language),
        "parts": drawn.parts,
        "questions_html": mark_safe(drawn.html),  # noqa: S308  # rendered by templates, which escaped it
    }
    return _spliced("respondent/questions.html", context)


def _key(sitting: Sitting) -> Key:
    return sitting.campaign.pk, sitting.panel, sitting.language, translation.get_language()
