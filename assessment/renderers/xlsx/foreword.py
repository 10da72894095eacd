"""The consultants' words in the workbook: the summary on a sheet of its own, a note above the heads of its section."""

import textwrap
from collections.abc import Iterable, Iterator
from dataclasses import replace

from django.utils.translation import gettext as _

from assessment.renderers.foreword import Foreword, paragraphs
from assessment.renderers.xlsx.book import Entry, Kind, Sheet

TALLEST = 2000  # characters that a row of the sheet holds
WIDE = 100


def annotated(sheets: Iterable[Sheet], foreword: Foreword | None) -> Iterator[Sheet]:
    """The sheets with what was written about their sections; the summary's comes second."""
    if foreword is None:
        yield from sheets
        return
    made = list(sheets)
    left = foreword.without({section for sheet in made for section in sheet.sections})
    for place, sheet in enumerate(made):
        notes = filter(None, map(foreword.about, sheet.sections))
        told = "\n".join(f"{_('From your consultants')}: {note}" for note in notes)
        yield replace(sheet, note=told)
        if place == 0 and left is not None:
            yield _sheet(left)


def _sheet(left: Foreword) -> Sheet:
    rows = [[Entry(_("From your consultants"), Kind.TITLE)], *_rows(left.summary)]
    for note in left.notes:
        rows += [[], [Entry(str(note.title), Kind.STRONG)], *_rows(note.text)]
    return Sheet(_("From your consultants"), (), rows, (WIDE,))


def _rows(text: str) -> Iterator[list[Entry]]:
    for paragraph in paragraphs(text):
        for part in textwrap.wrap(paragraph, TALLEST, replace_whitespace=False):
            yield [Entry(part, Kind.WRAPPED)]
