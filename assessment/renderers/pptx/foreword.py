"""The consultants' words on slides of their own, right after the first: whole, over as many slides as they need."""

import math
import textwrap
from collections.abc import Iterator

from django.utils.translation import gettext as _

from assessment.renderers.foreword import Foreword, paragraphs
from assessment.renderers.pptx.canvas import Canvas
from assessment.renderers.pptx.parts import ACCENT, Box, Words

SIZE = 18
LINE = 88  # characters of this size that a slide is wide
LINES = 15  # that it holds, with the room between paragraphs


def words_of_consultants(canvas: Canvas, foreword: Foreword) -> None:
    for words in _slides(list(_words(foreword))):
        slide = canvas.slide(_("From your consultants"), [])
        canvas.text(slide, Box(width=0.95), *words)


def _words(foreword: Foreword) -> Iterator[Words]:
    for paragraph in foreword.paragraphs:
        yield from _pieces(paragraph)
    for note in foreword.notes:
        yield Words(str(note.title), SIZE, bold=True, colour=ACCENT)
        for paragraph in paragraphs(note.text):
            yield from _pieces(paragraph)


def _pieces(paragraph: str) -> Iterator[Words]:
    """A paragraph that no slide holds is continued on the next."""
    most = LINE * (LINES - 2)
    lines = textwrap.wrap(paragraph, most, replace_whitespace=False, drop_whitespace=True)
    return (Words(one, SIZE) for one in lines)


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
