"""A CSV or XLSX file as rows of text, with its size bounded before anything is unpacked."""

import codecs
import csv
import datetime as dt
import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

from surveys.importing.faults import Faults, Wrong

LARGEST_FILE = 10 * 2**20
LARGEST_UNPACKED = 200 * 2**20
MOST_PACKED = 200  # times: more than that is a bomb, whatever its size
MOST_ROWS, MOST_COLUMNS = 200_000, 60
SEPARATORS = ",;\t|"
BOMS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
DECLARED = b"<!DOCTYPE"

Row = tuple[int, list[str]]
"""The row's number in the spreadsheet and its cells, as many as there are headings."""


class Unreadable(Exception):  # noqa: N818  # the fault is in the file
    """There is no table in it; what is wrong."""

    def __init__(self, wrong: Wrong, row: int = 0, value: str = "") -> None:
        self.wrong, self.row, self.value = wrong, row, value
        super().__init__(wrong)


@dataclass(frozen=True)
class Table:
    """`guessed` where the encoding was not said and accents should be looked at."""

    sheets: tuple[str, ...]
    sheet: str
    heading_row: int
    headings: tuple[str, ...]
    rows: Iterator[Row]
    guessed: bool = False


def is_workbook(content: bytes) -> bool:
    return content.startswith(b"PK")


def read(content: bytes, faults: Faults, sheet: str = "") -> Table:
    """Raises Unreadable. Faults of single cells come to `faults` while the rows are read."""
    if is_workbook(content):
        return _workbook(content, faults, sheet)
    return _csv(content, faults)


# --- CSV ------------------------------------------------------------------------------------------


def _csv(content: bytes, faults: Faults) -> Table:
    text, guessed = _decoded(content)
    first = text.lstrip().partition("\n")[0]
    separator = max(SEPARATORS, key=first.count)
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)

    def rows() -> Iterator[tuple[int, list[str]]]:
        try:
            for number, cells in enumerate(lines, start=1):
                yield number, [cell.strip() for cell in cells]
        except csv.Error as error:
            raise Unreadable(Wrong.NOT_CSV, lines.line_num, str(error)) from error

    return _table((), "", rows(), faults, guessed=guessed)


def _decoded(content: bytes) -> tuple[str, bool]:
    """The text, and whether its encoding was guessed: what is not UTF-8 is taken for Windows' western one."""
    for bom, encoding in BOMS.items():
        if content.startswith(bom):
            try:
                return content.decode(encoding), False
            except UnicodeDecodeError as error:
                raise Unreadable(Wrong.NOT_TEXT, content[: error.start].count(b"\n") + 1) from error
    if b"\0" in content:
        raise Unreadable(Wrong.NOT_TEXT, content[: content.index(b"\0")].count(b"\n") + 1)
    try:
        return content.decode("utf-8"), False
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace"), True


# --- XLSX -----------------------------------------------------------------------------------------


def _workbook(content: bytes, faults: Faults, wanted: str) -> Table:
    from openpyxl import load_workbook  # noqa: PLC0415  # a quarter of a second, for the one kind of file

    _check_size(content)
    try:
        book = load_workbook(io.BytesIO(content), read_only=True, keep_links=False)
    except Exception as error:  # a damaged file raises almost anything
        raise Unreadable(Wrong.NOT_A_WORKBOOK) from error
    names = tuple(sheet.title for sheet in book.worksheets)
    if not names:
        raise Unreadable(Wrong.NO_TABLE)
    name = wanted if wanted in names else names[0]
    sheet = book[name]
    sheet.reset_dimensions()  # what the file says of its own size is not trusted

    def rows() -> Iterator[tuple[int, list[str]]]:
        try:
            for number, cells in enumerate(sheet.iter_rows(values_only=True), start=1):
                yield number, [_text(cell) for cell in cells]
        except Unreadable:
            raise
        except Exception as error:
            raise Unreadable(Wrong.NOT_A_WORKBOOK) from error

    return _table(names, name, rows(), faults)


def _check_size(content: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            size = sum(member.file_size for member in packed.infolist())
            if size > LARGEST_UNPACKED or size > MOST_PACKED * len(content):
                raise Unreadable(Wrong.TOO_BIG, value=f"{LARGEST_UNPACKED // 2**20} MB")
            for member in packed.infolist():
                if member.filename.endswith(".xml"):
                    with packed.open(member) as part:
                        if DECLARED in part.read(1024):  # entities that grow when they are read
                            raise Unreadable(Wrong.NOT_A_WORKBOOK)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError) as error:
        raise Unreadable(Wrong.NOT_A_WORKBOOK) from error


def _text(cell: object) -> str:
    """A cell as a person would type it."""
    match cell:
        case None:
            return ""
        case str():
            return cell.strip()
        case bool():
            return str(cell)
        case float() if cell.is_integer():
            return str(int(cell))
        case dt.datetime() if cell.time() == dt.time():
            return cell.date().isoformat()
        case _:
            return str(cell).strip()


# --- Both -----------------------------------------------------------------------------------------


def _table(
    sheets: tuple[str, ...],
    sheet: str,
    rows: Iterator[tuple[int, list[str]]],
    faults: Faults,
    *,
    guessed: bool = False,
) -> Table:
    """The first row with a word in it holds the headings."""
    heading_row, headings = _headings(rows)
    if len(headings) > MOST_COLUMNS:
        raise Unreadable(Wrong.TOO_MANY_COLUMNS, value=str(MOST_COLUMNS))
    body = _body(rows, headings, faults)
    return Table(sheets, sheet, heading_row, tuple(headings), body, guessed)


def _headings(rows: Iterator[tuple[int, list[str]]]) -> tuple[int, list[str]]:
    for number, cells in rows:
        while cells and not cells[-1]:
            cells.pop()
        if cells:
            return number, cells
    raise Unreadable(Wrong.NO_TABLE)


def _body(rows: Iterator[tuple[int, list[str]]], headings: list[str], faults: Faults) -> Iterator[Row]:
    """Rows without a single letter are what spreadsheets leave at the end: they are passed over."""
    width, seen = len(headings), 0
    for number, cells in rows:
        if not any(cells):
            continue
        seen += 1
        if seen > MOST_ROWS:
            raise Unreadable(Wrong.TOO_MANY_ROWS, value=f"{MOST_ROWS:,}")
        if any(cells[width:]):
            faults.add(Wrong.WIDTH, number, value=str(len(cells)))
            continue
        cells = cells[:width] + [""] * (width - len(cells))  # noqa: PLW2901  # made as wide as the headings
        formulas = [at for at, cell in enumerate(cells) if cell.startswith("=")]
        for at in formulas:
            faults.add(Wrong.FORMULA, number, headings[at], cells[at])
            cells[at] = ""
        yield number, cells


def peeked(rows: Iterator[Row], most: int) -> tuple[list[Row], Iterator[Row]]:
    """The first rows, and all of them still to be read."""
    first = [row for _, row in zip(range(most), rows, strict=False)]
    return first, chain(first, rows)
