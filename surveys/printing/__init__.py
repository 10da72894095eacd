"""Cards and posters as PDF by Typst. Texts go in as JSON, never as markup: a name can only be printed."""

import io
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

import segno
import typst


@dataclass(frozen=True)
class Card:
    """One code, and the address that enters it by itself."""

    code: str
    link: str
    unit: str


@dataclass(frozen=True)
class Printed:
    """What stands on every card, or on the poster, in one language."""

    language: str
    rightward: bool
    organization: str
    heading: str
    lead: str
    address: str
    closes: str
    promise: str


def cards(printed: Printed, made: Sequence[Card]) -> bytes:
    """Eight to a page, with lines to cut along."""
    codes = {f"{at}.svg": square(card.link) for at, card in enumerate(made)}
    return _compiled("cards.typ", {**asdict(printed), "cards": [asdict(card) for card in made]}, codes)


def posters(printed: Printed, link: str, units: Sequence[str]) -> bytes:
    """A page for the wall of each unit ("" names none). All lead to where a code is typed, and are nobody's own."""
    return _compiled("poster.typ", {**asdict(printed), "units": list(units)}, {"0.svg": square(link)})


def square(text: str) -> bytes:
    """With a mask of our own choice, which every reader takes; to try all eight would take five times as long."""
    drawn = io.BytesIO()
    segno.make(text, error="m", micro=False, mask=4).save(drawn, kind="svg", border=0, xmldecl=False)
    return drawn.getvalue()


@cache
def _template(name: str) -> bytes:
    return (Path(__file__).parent / name).read_bytes()


@cache
def _fonts(*, system: bool) -> typst.Fonts:
    return typst.Fonts(include_system_fonts=system)


def _compiled(template: str, plain: dict[str, Any], images: dict[str, bytes]) -> bytes:
    """Tagged for screen readers (PDF/UA-1) where there is a font for every character, else without that promise."""
    files = {"main.typ": _template(template), "printed.json": json.dumps(plain).encode(), **images}
    compiler: Any = typst.compile  # its types leave out the dictionary of files that it takes
    for system, standards in ((False, ["ua-1"]), (True, ["ua-1"])):
        try:
            found: bytes = compiler(
                files, format="pdf", pdf_standards=standards, font_paths=_fonts(system=system)
            )
        except typst.TypstError as problem:
            if "could not be displayed" not in str(problem):
                raise
        else:
            return found
    last: bytes = compiler(files, format="pdf", font_paths=_fonts(system=True))
    return last
