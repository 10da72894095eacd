"""The report as a tagged PDF/UA-1 by Typst. Data goes in as JSON, never as markup: a text can only be printed."""

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import typst
from django.utils import translation

from assessment.renderers.foreword import Foreword
from assessment.renderers.pdf.content import content, written
from assessment.renderers.pdf.unshown import unshown, without
from assessment.report import Report

NAME = "pdf"
EXTENSION = "pdf"
LOGO_BEGINS = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")
LOGO_LARGEST = 1_000_000
COLOUR = re.compile("#[0-9a-fA-F]{6}")
MOST_TRIES = 5  # Typst names all characters that it cannot show, but one kind of complaint at a time
TEMPLATES = ("report.typ", "blocks.typ", "parts.typ")


def render(
    report: Report,
    *,
    language: str,
    logo: bytes | None = None,
    colour: str = "",
    foreword: Foreword | None = None,
) -> bytes:
    """ValueError for a logo that is neither PNG nor JPEG, or too large, and for a colour that is none."""
    if colour and not COLOUR.fullmatch(colour):
        raise ValueError(f"{colour!r} is no colour; expected six hexadecimal digits like #2b6ca3.")
    if logo is not None and (not logo.startswith(LOGO_BEGINS) or len(logo) > LOGO_LARGEST):
        raise ValueError(f"The logo must be a PNG or JPEG of at most {LOGO_LARGEST} bytes.")
    with translation.override(language):
        plain = content(report) | {
            "logo": True if logo else None,
            "colour": colour,
            **written(report, foreword),
        }
    files = _templates() | {
        "report.json": json.dumps(plain).encode(),
        "logo.json": json.dumps(list(logo or b"")).encode(),
    }
    return _compile(files)


@cache
def _templates() -> dict[str, bytes]:
    """Typst takes the file called main.typ as the document."""
    folder = Path(__file__).parent
    found = {name: (folder / name).read_bytes() for name in TEMPLATES}
    return found | {"main.typ": found["report.typ"]}


@cache
def _fonts(*, system: bool) -> typst.Fonts:
    return typst.Fonts(include_system_fonts=system)


def _compile(files: dict[str, bytes]) -> bytes:
    """Always PDF/UA-1, which refuses a character that no font shows: such a one gives way to a square.

    The embedded fonts know Latin, Greek, Cyrillic, Hebrew, Arabic and Devanagari; for other scripts this machine's
    help out.
    """
    try:
        return _compiled(files, system=False)
    except typst.TypstError as problem:
        if not unshown(str(problem.diagnostic)):
            raise
    for _try in range(MOST_TRIES):
        try:
            return _compiled(files, system=True)
        except typst.TypstError as problem:
            lacking = unshown(str(problem.diagnostic))
            if not lacking:
                raise
            files = files | {"report.json": without(lacking, files["report.json"])}
    return _compiled(files, system=True)


def _compiled(files: dict[str, bytes], *, system: bool) -> bytes:
    compiler: Any = typst.compile  # its types leave out the dictionary of files that it takes
    made: bytes = compiler(files, format="pdf", pdf_standards=["ua-1"], font_paths=_fonts(system=system))
    return made
