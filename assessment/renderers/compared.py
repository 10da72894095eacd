"""Gaps of several reports in one table: a row for each report, a column for the whole and for each dimension."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _

from assessment import charts
from assessment.renderers.saying import GapSaid, said_gap
from assessment.renderers.where import level
from assessment.report import Bounded, Gap, Withheld

TALL = 56.0  # pixels of a trend's drawing
LEAST_REACH = 20.0


@dataclass(frozen=True)
class Cell:
    said: GapSaid
    level: str
    between: str


@dataclass(frozen=True)
class Row:
    campaign: UUID
    title: str
    about: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Dot:
    """A wave in a trend: how far along in percent, and heights in pixels."""

    x: str
    y: float
    low: float
    high: float


@dataclass(frozen=True)
class Trend:
    title: str
    dots: tuple[Dot, ...]
    zero: float
    summary: str


@dataclass(frozen=True)
class Compared:
    heads: tuple[str, ...]
    rows: tuple[Row, ...]
    trends: tuple[Trend, ...] = ()


Found = Gap | Withheld


@dataclass(frozen=True)
class Line:
    """What a row is drawn from."""

    campaign: UUID
    title: str
    about: str
    headline: Found
    dimensions: Mapping[str, Found]


def compared(lines: Sequence[Line], titles: Mapping[str, str], *, trends: bool = False) -> Compared:
    heads = (_("Empowerment gap"), *titles.values())
    rows = tuple(_row(line, titles) for line in lines)
    if not trends or len(lines) < 2:  # noqa: PLR2004  # one wave has no trend
        return Compared(heads, rows)
    columns = [[line.headline for line in lines]]
    columns += [[line.dimensions.get(name, NOT_ASKED) for line in lines] for name in titles]
    names = [line.title for line in lines]
    drawn = (_trend(head, column, names) for head, column in zip(heads, columns, strict=True))
    return Compared(heads, rows, tuple(one for one in drawn if one.dots))


NOT_ASKED = Withheld("not_asked")


def _row(line: Line, titles: Mapping[str, str]) -> Row:
    found = [line.headline, *(line.dimensions.get(name, NOT_ASKED) for name in titles)]
    return Row(line.campaign, line.title, line.about, tuple(map(_cell, found)))


def _cell(found: Found) -> Cell:
    said = said_gap(found)
    if isinstance(found, Withheld):
        return Cell(said, "", "")
    return Cell(said, level(found), said.detail.partition(",")[0] if found.interval else "")


def _trend(title: str, column: Sequence[Found], names: Sequence[str]) -> Trend:
    shown = [
        (place, found)
        for place, found in enumerate(column)
        if isinstance(found, Gap) and not isinstance(found.value, Bounded)
    ]
    ends = [abs(end) for _place, found in shown for end in (found.value, *(found.interval or ()))]
    reach = max([LEAST_REACH, *(float(end) for end in ends if isinstance(end, int | float))])
    said = "; ".join(f"{names[place]}: {said_gap(found).text}" for place, found in shown)
    dots = tuple(_dot(place, found, len(column), reach) for place, found in shown)
    return Trend(title, dots, TALL / 2, f"{title}. {said}")


def _dot(place: int, found: Gap, of: int, reach: float) -> Dot:
    assert not isinstance(found.value, Bounded)
    low, high = found.interval or (found.value, found.value)
    y, bottom, top = (_height(end, reach) for end in (found.value, low, high))
    return Dot(charts.percent(100 * (place + 0.5) / of), y, bottom, top)


def _height(value: float, reach: float) -> float:
    return round(TALL / 2 - value / reach * (TALL / 2 - 6), 1)
