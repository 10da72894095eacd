"""The consultants' words in the deck: the summary right after the first slide, a note where its section is.

A short note stands on the slide of its section, a long one whole on slides before it; either is in the speaker's notes.
"""

import math
import textwrap
from collections.abc import Collection, Iterator, Sequence

from django.utils.translation import gettext as _
from pptx.slide import Slide

from assessment.renderers.foreword import Foreword, paragraphs
from assessment.renderers.pptx.canvas import Canvas
from assessment.renderers.pptx.parts import ACCENT, SOFT, Box, Words

SIZE = 16
LINE = 99  # characters of this size that a slide is wide
LINES = 19  # that it holds, with the room between paragraphs
SMALL, EYEBROW, SHORT = 14, 10, 2  # a short note: its size, that of the words above it, the most lines of it


class Annotated(Canvas):
    """A deck whose slides begin with what was written about their section."""

    def __init__(self, template: bytes | None, banner: str, foreword: Foreword | None) -> None:
        super().__init__(template, banner)
        self.foreword = foreword

    def words(self, present: Collection[str]) -> None:
        """The summary, and the notes of sections that the deck has no slide of."""
        left = self.foreword and self.foreword.without(present)
        if left:
            self._whole(
                [
                    *_pieces(left.summary),
                    *(one for note in left.notes for one in _titled(note.title, note.text)),
                ]
            )

    def slide(self, title: str, notes: Sequence[str], section: str = "") -> Slide:
        note = self.foreword.about(section) if self.foreword else ""
        if not note:
            return super().slide(title, notes)
        inches = _inches(note)
        if inches is None:
            self._whole(_titled(title, note))
        spoken = f"{_('From your consultants')}: {note}"
        made = super().slide(title, [spoken, *notes])
        if inches is not None:
            eyebrow = Words(_("From your consultants"), EYEBROW, bold=True, colour=SOFT)
            self.band(made, inches, eyebrow, *(Words(one, SMALL) for one in paragraphs(note)))
        return made

    def _whole(self, words: list[Words]) -> None:
        for some in _slides(words):
            made = super().slide(_("From your consultants"), [one.text for one in some])
            self.text(made, Box(width=0.95), *some)


def _inches(note: str) -> float | None:
    """How tall a short note is on its slide; None for a longer one."""
    wide = LINE * SIZE / SMALL
    found = paragraphs(note)
    lines = sum(max(1, math.ceil(len(line) / wide)) for one in found for line in one.split("\n"))
    if lines > SHORT:
        return None
    return 0.12 + (EYEBROW * 1.55 + SMALL * (1.2 * lines + 0.35 * len(found))) / 72


def _titled(title: object, note: str) -> list[Words]:
    return [Words(str(title), SIZE, bold=True, colour=ACCENT), *_pieces(note)]


def _pieces(text: str) -> Iterator[Words]:
    """A paragraph that no slide holds is continued on the next, in parts of one length."""
    for paragraph in paragraphs(text):
        parts = math.ceil(len(paragraph) / (LINE * (LINES - 2)))
        most = math.ceil(len(paragraph) / parts) + LINE // 2
        for one in textwrap.wrap(paragraph, most, replace_whitespace=False, drop_whitespace=True):
            yield Words(one, SIZE)


def _slides(words: list[Words]) -> Iterator[list[Words]]:
    """A title stays with what follows it."""
    held: list[Words] = []
    left = float(LINES)
    for place, one in enumerate(words):
        need = _tall(one)
        follows = _tall(words[place + 1]) if one.bold and place + 1 < len(words) else 0.0
        if held and need + follows > left:
            yield held
            held, left = [], float(LINES)
        held.append(one)
        left -= need
    if held:
        yield held


def _tall(one: Words) -> float:
    return sum(max(1, math.ceil(len(line) / LINE)) for line in one.text.split("\n")) + 0.5
