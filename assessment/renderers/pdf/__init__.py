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
from assessment.report import Report

NAME = "pdf"
EXTENSION = "pdf"
LOGO_BEGINS = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")
LOGO_LARGEST = 1_000_000
COLOUR = re.compile("#[0-9a-fA-F]{6}")
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
            "foreword": written(foreword) if foreword else None,
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
    """The embedded fonts know Latin, Greek, Cyrillic, Hebrew and Arabic; for other scripts this machine's help out.

    PDF/UA refuses a character that no font can show. An emoji in a unit's name gives way to a square; a script that
    this machine has no font for makes the file tagged, but without that promise.
    """
    plain = files | {"report.json": _without_pictures(files["report.json"])}
    tries = ((files, False, ["ua-1"]), (files, True, ["ua-1"]), (plain, True, ["ua-1"]))
    for what, system, standards in tries:
        try:
            return _compiled(what, system=system, standards=standards)
        except typst.TypstError as problem:
            if "could not be displayed" not in str(problem):
                raise
    return _compiled(files, system=True, standards=[])


PICTURES = re.compile(
    "[\U00002600-\U000027bf\U0000fe0f\U0000200d\U0001f000-\U0001faff\U000e0020-\U000e007f]+"
)
SQUARE = "\N{WHITE SQUARE}"


def _without_pictures(content: bytes) -> bytes:
    return json.dumps(_each_text(json.loads(content))).encode()


def _each_text(found: Any) -> Any:
    match found:
        case str():
            return PICTURES.sub(SQUARE, found)
        case list():
            return [_each_text(one) for one in found]
        case dict():
            return {key: _each_text(one) for key, one in found.items()}
        case _:
            return found


def _compiled(files: dict[str, bytes], *, system: bool, standards: list[str]) -> bytes:
    compiler: Any = typst.compile  # its types leave out the dictionary of files that it takes
    made: bytes = compiler(files, format="pdf", pdf_standards=standards, font_paths=_fonts(system=system))
    return made
