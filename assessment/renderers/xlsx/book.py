"""A workbook of typed cells. Text is always text: what looks like a formula is kept from being one."""

import datetime as dt
import io
import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any

from django.utils.translation import gettext as _
from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from assessment.renderers.foreword import reads_from_right
from assessment.renderers.neutral import is_formula, printable

ACCENT, INK_SOFT, FRONTLINE_SOFT, ACCENT_SOFT, WARN_SOFT, SUNKEN = (
    "#17493F",
    "#5B5348",
    "#F0B98C",
    "#9FC7B5",
    "#FBECC8",
    "#F1EBDF",
)
FORBIDDEN_IN_TITLES = re.compile(r"[\[\]:*?/\\]")
LONGEST_TITLE, WIDEST, A4, LINE = 31, 100, 9, 15
FROM_RIGHT = 2
SCREEN, A_COLUMN = 130, 8  # characters that a screen is wide, and a column nobody set a width for
OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_numbers": False,
    "strings_to_urls": False,
}


class Kind(Enum):
    """What a cell holds, hence how it looks."""

    TITLE = auto()
    HEAD = auto()
    TEXT = auto()
    WRAPPED = auto()
    STRONG = auto()
    NOTE = auto()
    WARNING = auto()
    SAID = auto()
    SCORE = auto()
    SHARE = auto()
    GAP = auto()
    COUNT = auto()
    COEFFICIENT = auto()
    PROBABILITY = auto()
    AMOUNT = auto()


LOOKS: dict[Kind, dict[str, Any]] = {
    Kind.TITLE: {"font_size": 18, "bold": True, "font_color": ACCENT},
    Kind.HEAD: {
        "bold": True,
        "font_color": "#FFFFFF",
        "bg_color": ACCENT,
        "text_wrap": True,
        "valign": "vcenter",
    },
    Kind.TEXT: {"valign": "top"},
    Kind.WRAPPED: {"text_wrap": True, "valign": "top"},
    Kind.STRONG: {"bold": True, "valign": "top"},
    Kind.NOTE: {"italic": True, "font_color": INK_SOFT, "valign": "top"},
    Kind.WARNING: {"bold": True, "bg_color": WARN_SOFT},
    Kind.SAID: {"text_wrap": True, "valign": "vcenter", "bg_color": SUNKEN, "indent": 1},
    Kind.SCORE: {"num_format": "0.0", "valign": "top"},
    Kind.SHARE: {"num_format": "0%", "valign": "top"},
    Kind.GAP: {"num_format": "+0.0;\N{MINUS SIGN}0.0;0.0", "valign": "top"},
    Kind.COUNT: {"num_format": "#,##0", "valign": "top"},
    Kind.COEFFICIENT: {"num_format": "0.00;\N{MINUS SIGN}0.00", "valign": "top"},
    Kind.PROBABILITY: {"num_format": "[<0.001]0.0E+00;0.000", "valign": "top"},
    Kind.AMOUNT: {"num_format": "#,##0", "valign": "top"},
}


@dataclass(frozen=True, slots=True)
class Entry:
    """A value of a kind. `words` puts text around a number, such as "or more" behind a bound."""

    value: str | float | None
    kind: Kind = Kind.TEXT
    words: tuple[str, str] = ("", "")


@dataclass(frozen=True)
class Sheet:
    """`heads` stand in a frozen row; a column of `heat` (from 0) is coloured by its scores.

    `sections`: those of the page that it tells. A `note` has a row of its own above the heads, over as many columns
    as a screen is wide.
    """

    title: str
    heads: Sequence[str]
    rows: Iterable[Sequence[Entry]]
    widths: Sequence[int] = ()
    frozen: int = 1
    heat: Sequence[int] = ()
    sections: Sequence[str] = ()
    note: str = ""


Rows = list[Sequence[Entry]]
NUMBER = 11  # how wide a column of numbers is


class Book:
    def __init__(self, *, title: str, note: str, created: dt.datetime) -> None:
        self._made = io.BytesIO()
        self._workbook = Workbook(self._made, OPTIONS)
        self._workbook.set_properties(
            {"title": title, "author": "Latitude", "comments": note, "created": created.replace(tzinfo=None)}
        )
        self._formats: dict[tuple[Kind, tuple[str, str], bool, bool], Format] = {}
        self._titles: set[str] = set()

    def bytes(self) -> bytes:
        self._workbook.close()
        return self._made.getvalue()

    def add(self, sheet: Sheet) -> None:
        made = self._workbook.add_worksheet(self._title(sheet.title))
        self._prepare(made, sheet)
        heads = [[Entry(head, Kind.HEAD) for head in sheet.heads]] if sheet.heads else []
        first = count = self._note(made, sheet)
        for place, row in enumerate((*heads, *sheet.rows), start=first):
            self._write(made, place, row, sheet.widths)
            count = place
        if sheet.heads and count > first:
            made.autofilter(first, 0, count, len(sheet.heads) - 1)
        for column in sheet.heat:
            made.conditional_format(first + 1, column, max(count, first + 1), column, HEAT)

    def _title(self, wanted: str) -> str:
        """Excel allows 31 characters, without some, and no title twice."""
        clean = FORBIDDEN_IN_TITLES.sub(" ", printable(wanted)).strip("' ")[:LONGEST_TITLE] or "-"
        number, title = 2, clean
        while title.casefold() in self._titles:
            title = f"{clean[: LONGEST_TITLE - 3]} {number}"
            number += 1
        self._titles.add(title.casefold())
        return title

    def _prepare(self, made: Worksheet, sheet: Sheet) -> None:
        for place, width in enumerate(sheet.widths):
            made.set_column(place, place, min(width, WIDEST))
        made.set_landscape()
        made.set_paper(A4)
        made.fit_to_pages(1, 0)
        if sheet.heads:
            first = 1 if sheet.note else 0
            made.freeze_panes(first + 1, sheet.frozen)
            made.repeat_rows(first)
        else:
            made.hide_gridlines(2)

    def _note(self, made: Worksheet, sheet: Sheet) -> int:
        """The rows that the note takes: one or none."""
        if not sheet.note:
            return 0
        wide, last = 0, -1
        while last + 1 < len(sheet.heads) and (wide < SCREEN or last < 1):
            last += 1
            wide += min(sheet.widths[last], WIDEST) if last < len(sheet.widths) else A_COLUMN
        entry = Entry(sheet.note, Kind.SAID)
        text = printable(sheet.note)
        made.merge_range(0, 0, 0, last, "", self._format(entry, quoted=is_formula(text)))
        made.write_string(0, 0, text, self._format(entry, quoted=is_formula(text)))
        made.set_row(0, LINE * _lines(text, wide) + 6)
        return 1

    def _write(self, made: Worksheet, place: int, row: Sequence[Entry], widths: Sequence[int]) -> None:
        lines = 1
        for column, entry in enumerate(row):
            if entry.value is None:
                continue
            if isinstance(entry.value, str):
                text = printable(entry.value)
                made.write_string(place, column, text, self._format(entry, quoted=is_formula(text)))
                if entry.kind in {Kind.WRAPPED, Kind.HEAD} and column < len(widths):
                    lines = max(lines, _lines(text, widths[column]))
            else:
                made.write_number(place, column, entry.value, self._format(entry, quoted=False))
        if lines > 1:
            made.set_row(place, LINE * lines)

    def _format(self, entry: Entry, *, quoted: bool) -> Format:
        right = isinstance(entry.value, str) and reads_from_right(entry.value)
        key = (entry.kind, entry.words, quoted, right)
        found = self._formats.get(key)
        if found is None:
            look = dict(LOOKS[entry.kind])
            if "num_format" in look:
                before, after = (f'"{text.replace(chr(34), "")}"' if text else "" for text in entry.words)
                look["num_format"] = f"{before}{look['num_format']}{after}"
            look |= {"reading_order": FROM_RIGHT} if right else {}
            found = self._workbook.add_format(look | {"quote_prefix": quoted})
            self._formats[key] = found
        return found


HEAT: dict[str, Any] = {
    "type": "3_color_scale",
    "min_type": "num",
    "mid_type": "num",
    "max_type": "num",
    "min_value": 25,
    "mid_value": 50,
    "max_value": 75,
    "min_color": FRONTLINE_SOFT,
    "mid_color": "#FFFFFF",
    "max_color": ACCENT_SOFT,
}


def _lines(text: str, width: int) -> int:
    """Rows of text in a column: words break early, so a line holds a tenth less than the column is wide."""
    return sum(max(1, math.ceil(len(line) / (0.9 * width))) for line in text.split("\n"))


def around_bound(*, least: bool) -> tuple[str, str]:
    """What stands before and behind a bound in the reader's language."""
    text = _("%(bound)s or more") if least else _("%(bound)s or less")
    before, _number, after = (text % {"bound": "\0"}).partition("\0")
    return before, after
