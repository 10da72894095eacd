"""What a slide is made of, as plain values."""

from collections.abc import Sequence
from dataclasses import dataclass

from pptx.dml.color import RGBColor

HUES = {"frontline": RGBColor(0xB0, 0x46, 0x0C), "executive": RGBColor(0x2B, 0x4C, 0x9F)}
INK, SOFT, ACCENT = RGBColor(0x21, 0x1D, 0x18), RGBColor(0x5B, 0x53, 0x48), RGBColor(0x17, 0x49, 0x3F)
LINE, PAPER, SUNKEN = RGBColor(0xDE, 0xD5, 0xC5), RGBColor(0xFF, 0xFF, 0xFF), RGBColor(0xF1, 0xEB, 0xDF)
WARN, WARN_SOFT = RGBColor(0x7A, 0x4A, 0x00), RGBColor(0xFB, 0xEC, 0xC8)

LONGEST_TABLE = 11  # rows that a slide holds


@dataclass(frozen=True)
class Box:
    """A place on a slide, in parts of the room below the title."""

    left: float = 0.0
    top: float = 0.0
    width: float = 1.0
    height: float = 1.0


@dataclass(frozen=True)
class Point:
    """A value of a chart as a file may state it; None where it is withheld.

    A bound has a label in words, and with a sign for where the next mark is near.
    """

    value: float | None
    label: str = ""
    sign: str = ""


@dataclass(frozen=True)
class Series:
    panel: str
    name: str
    points: Sequence[Point]


@dataclass(frozen=True)
class Words:
    text: str
    size: float = 16
    bold: bool = False
    italic: bool = False
    colour: RGBColor = INK


@dataclass(frozen=True)
class Mark:
    """A table's cell: its text, its colour, the colour behind it."""

    text: str
    colour: RGBColor = INK
    fill: RGBColor | None = None
    bold: bool = False


@dataclass(frozen=True)
class Plot:
    """A chart's data and what it says to somebody who cannot see it."""

    categories: Sequence[str]
    series: Sequence[Series]
    alt: str

    @property
    def highest(self) -> float:
        return max((point.value or 0 for one in self.series for point in one.points), default=0)


@dataclass(frozen=True)
class Grid:
    """A table. `widths` are parts of its width."""

    heads: Sequence[str]
    rows: Sequence[Sequence[Mark]]
    widths: Sequence[float]
    alt: str
