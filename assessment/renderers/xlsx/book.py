"""A workbook of typed cells. Text is always text: what looks like a formula is kept from being one."""

import copy
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from functools import lru_cache

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import Cell, WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.formatting.rule import ColorScaleRule
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from assessment.renderers.neutral import is_formula

ACCENT, INK_SOFT, FRONTLINE_SOFT, ACCENT_SOFT, WARN_SOFT = "17493F", "5B5348", "F0B98C", "9FC7B5", "FBECC8"
FORBIDDEN_IN_TITLES = re.compile(r"[\[\]:*?/\\]")
LONGEST_TITLE, WIDEST, A4 = 31, 60, 9


class Kind(Enum):
    """What a cell holds, hence how it looks."""

    TITLE = auto()
    HEAD = auto()
    TEXT = auto()
    WRAPPED = auto()
    STRONG = auto()
    NOTE = auto()
    WARNING = auto()
    SCORE = auto()
    SHARE = auto()
    GAP = auto()
    COUNT = auto()
    COEFFICIENT = auto()
    PROBABILITY = auto()
    AMOUNT = auto()


FORMATS = {
    Kind.SCORE: "0.0",
    Kind.SHARE: "0%",
    Kind.GAP: "+0.0;\N{MINUS SIGN}0.0;0.0",
    Kind.COUNT: "#,##0",
    Kind.COEFFICIENT: "0.00;\N{MINUS SIGN}0.00",
    Kind.PROBABILITY: "[<0.001]0.0E+00;0.000",
    Kind.AMOUNT: "#,##0",
}


@dataclass(frozen=True)
class Entry:
    """A value of a kind. `words` puts text around a number, such as "or more" behind a bound."""

    value: str | float | None
    kind: Kind = Kind.TEXT
    words: tuple[str, str] = ("", "")


@dataclass(frozen=True)
class Sheet:
    """`heads` stand in the first frozen row; a column of `heat` is coloured by its scores."""

    title: str
    heads: Sequence[str]
    rows: Iterable[Sequence[Entry]]
    widths: Sequence[int] = ()
    frozen: int = 1
    heat: Sequence[int] = ()


class Book:
    def __init__(self) -> None:
        self.workbook = Workbook(write_only=True)
        self._models: dict[tuple[Kind, tuple[str, str], bool], Cell] = {}

    def add(self, sheet: Sheet) -> None:
        made: WriteOnlyWorksheet = self.workbook.create_sheet(self._title(sheet.title))
        self._prepare(made, sheet)
        rows = 0
        if sheet.heads:
            made.append([self._cell(made, Entry(head, Kind.HEAD)) for head in sheet.heads])
            rows = 1
        for row in sheet.rows:
            made.append([self._cell(made, entry) for entry in row])
            rows += 1
        self._finish(made, sheet, rows)

    def bytes(self) -> bytes:
        made = io.BytesIO()
        self.workbook.save(made)
        return made.getvalue()

    def _title(self, wanted: str) -> str:
        """Excel allows 31 characters, without some, and no title twice."""
        clean = FORBIDDEN_IN_TITLES.sub(" ", wanted).strip("' ")[:LONGEST_TITLE] or "-"
        taken = {title.casefold() for title in self.workbook.sheetnames}
        number, title = 2, clean
        while title.casefold() in taken:
            title = f"{clean[: LONGEST_TITLE - 3]} {number}"
            number += 1
        return title

    def _prepare(self, made: WriteOnlyWorksheet, sheet: Sheet) -> None:
        for place, width in enumerate(sheet.widths, start=1):
            made.column_dimensions[get_column_letter(place)].width = min(width, WIDEST)
        if sheet.heads:
            made.freeze_panes = f"{get_column_letter(sheet.frozen + 1)}2"
            made.print_title_rows = "1:1"
        made.page_setup.orientation = "landscape"
        made.page_setup.paperSize = A4
        made.page_setup.fitToHeight = 0
        made.sheet_properties.pageSetUpPr.fitToPage = True
        made.sheet_view.showGridLines = bool(sheet.heads)

    def _finish(self, made: WriteOnlyWorksheet, sheet: Sheet, rows: int) -> None:
        if sheet.heads and rows > 1:
            made.auto_filter.ref = f"A1:{get_column_letter(len(sheet.heads))}{rows}"
        for place in sheet.heat:
            letter = get_column_letter(place)
            scale = ColorScaleRule("num", 25, FRONTLINE_SOFT, "num", 50, "FFFFFF", "num", 75, ACCENT_SOFT)
            made.conditional_formatting.add(f"{letter}2:{letter}{max(rows, 2)}", scale)

    def _cell(self, made: WriteOnlyWorksheet, entry: Entry) -> Cell:
        if entry.value is None:
            return self._copy(made, Kind.TEXT, ("", ""), quoted=False)
        if isinstance(entry.value, str):
            text = ILLEGAL_CHARACTERS_RE.sub("", entry.value)
            cell = self._copy(made, entry.kind, entry.words, quoted=is_formula(text))
            cell.value = text
            cell.data_type = "s"
            return cell
        cell = self._copy(made, entry.kind, entry.words, quoted=False)
        cell.value = entry.value
        return cell

    def _copy(self, made: WriteOnlyWorksheet, kind: Kind, words: tuple[str, str], *, quoted: bool) -> Cell:
        """A copy of the one cell of this look: styling each cell anew takes most of the time."""
        key = (kind, words, quoted)
        if key not in self._models:
            self._models[key] = _model(WriteOnlyCell(made), kind, words, quoted=quoted)
        return copy.copy(self._models[key])


def _model(cell: Cell, kind: Kind, words: tuple[str, str], *, quoted: bool) -> Cell:
    if kind in FORMATS:
        cell.number_format = _worded(FORMATS[kind], words)
    match kind:
        case Kind.TITLE:
            cell.font = Font(name="Calibri", size=18, bold=True, color=ACCENT)
        case Kind.HEAD:
            cell.font = Font(name="Calibri", bold=True, color="FFFFFF")
            cell.fill = PatternFill("solid", fgColor=ACCENT)
            cell.alignment = Alignment(wrap_text=True, vertical="center")
        case Kind.STRONG:
            cell.font = Font(name="Calibri", bold=True)
            cell.alignment = Alignment(vertical="top")
        case Kind.NOTE:
            cell.font = Font(name="Calibri", italic=True, color=INK_SOFT)
        case Kind.WARNING:
            cell.font = Font(name="Calibri", bold=True)
            cell.fill = PatternFill("solid", fgColor=WARN_SOFT)
        case Kind.WRAPPED:
            cell.alignment = Alignment(wrap_text=True, vertical="top")
        case _:
            pass
    cell.quotePrefix = quoted
    return cell


@lru_cache(maxsize=64)
def _worded(number: str, words: tuple[str, str]) -> str:
    before, after = (f'"{text.replace(chr(34), "")}"' if text else "" for text in words)
    return f"{before}{number}{after}"


def around_bound(*, least: bool) -> tuple[str, str]:
    """What stands before and behind a bound in the reader's language."""
    text = _("%(bound)s or more") if least else _("%(bound)s or less")
    before, _number, after = (text % {"bound": "\0"}).partition("\0")
    return before, after
