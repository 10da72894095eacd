"""The CSV files of a folder, read row by row into bytes; every fault keeps its file, line and column."""

import csv
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from surveys.instruments.codec import SheetCodec, SheetError
from surveys.instruments.instrument import Instrument, ItemKind, Panel
from surveys.loading.problems import Faults

UNITS, RESPONSES, COMMENTS = "units.csv", "responses.csv", "comments.csv"
HEADCOUNTS = ("frontline_headcount", "executive_headcount")
PANELS = {panel.value: panel for panel in Panel}
LONGEST_COMMENT = 5_000


@dataclass(frozen=True)
class UnitRow:
    path: str
    frontline_headcount: int | None
    executive_headcount: int | None


@dataclass
class Answers:
    """Sheets by unit path and panel, not sorted yet, and comments without a unit."""

    background: tuple[str, ...]
    sheets: dict[tuple[str, Panel], bytearray] = field(default_factory=lambda: defaultdict(bytearray))
    comments: list[tuple[Panel, str, str]] = field(default_factory=list)


def _table(
    folder: Path, name: str, faults: Faults
) -> tuple[list[str], Iterator[tuple[int, list[str]]]] | None:
    """Header and (line, cells) of a CSV file; None where it cannot be read at all."""
    try:
        text = (folder / name).read_text("utf-8-sig")
    except OSError:
        faults.add(name, 0, "there is no such file; expected it in the folder that was named")
        return None
    except UnicodeDecodeError as error:
        line = (folder / name).read_bytes()[: error.start].count(b"\n") + 1
        faults.add(name, line, "is not UTF-8; expected a UTF-8 text")
        return None
    reader = csv.reader(text.splitlines(keepends=True), strict=True)
    try:
        header = [cell.strip() for cell in next(reader, [])]
    except csv.Error as error:
        faults.add(name, 1, f"is not CSV: {error}; expected comma-separated values")
        return None
    for doubled in sorted({column for column in header if header.count(column) > 1}):
        faults.add(name, 1, f"the column {doubled!r} stands twice; expected it once", column=doubled)
    return header, _rows(reader, name, len(header), faults)


def _rows(reader: "csv._reader", name: str, width: int, faults: Faults) -> Iterator[tuple[int, list[str]]]:  # type: ignore[name-defined]  # the csv module has no public name for its reader
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            faults.add(name, line, f"is not CSV: {error}; expected comma-separated values")
            return
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) != width:
            faults.add(name, line, f"has {len(cells)} cells; expected {width}, as in the header")
            continue
        yield line, [cell.strip() for cell in cells]


def _demand(name: str, header: list[str], wanted: tuple[str, ...], faults: Faults) -> bool:
    missing = [column for column in wanted if column not in header]
    for column in missing:
        faults.add(name, 1, f"has no column {column!r}; expected {', '.join(wanted)}", column=column)
    return not missing


def read_units(folder: Path, faults: Faults) -> dict[str, UnitRow]:
    """Units by path. A parent that has no row of its own is made, with nobody in it."""
    table = _table(folder, UNITS, faults)
    if table is None or not _demand(UNITS, table[0], ("path", *HEADCOUNTS), faults):
        return {}
    header, rows = table
    units: dict[str, UnitRow] = {}
    for line, cells in rows:
        row = dict(zip(header, cells, strict=True))
        path = "/".join(part.strip() for part in row["path"].split("/"))
        if not all(path.split("/")):
            faults.add(
                UNITS, line, f"{row['path']!r} is no path; expected names like North/Store 12", column="path"
            )
            continue
        if path in units:
            faults.add(UNITS, line, f"{path!r} stands twice; expected each unit once", column="path")
            continue
        counts = [_headcount(row[column], column, line, faults) for column in HEADCOUNTS]
        units[path] = UnitRow(path, *counts)
    for path in list(units):
        parts = path.split("/")
        for depth in range(1, len(parts)):
            units.setdefault("/".join(parts[:depth]), UnitRow("/".join(parts[:depth]), 0, 0))
    return dict(sorted(units.items()))


def _headcount(text: str, column: str, line: int, faults: Faults) -> int | None:
    if not text:
        return None
    if not text.isascii() or not text.isdigit() or len(text) > 7:  # noqa: PLR2004  # ten million people is a typing error
        faults.add(
            UNITS, line, f"{text!r} is no head count; expected a whole number or nothing", column=column
        )
        return None
    return int(text)


def read_responses(
    folder: Path, instrument: Instrument, units: Mapping[str, UnitRow], faults: Faults
) -> Answers | None:
    table = _table(folder, RESPONSES, faults)
    if table is None or not _demand(RESPONSES, table[0], ("panel", "unit"), faults):
        return None
    header, rows = table
    questions = {question.id for question in instrument.background}
    items = {item.id for item in instrument.items if item.kind is not ItemKind.TEXT}
    for column in header:
        if column not in {"panel", "unit", *questions, *items}:
            faults.add(
                RESPONSES,
                1,
                f"{column!r} is no question of {instrument.id}; expected an item or background id",
                column=column,
            )
    background = tuple(column for column in header if column in questions)
    try:
        codec = SheetCodec(instrument, background)
    except ValueError as error:
        faults.add(RESPONSES, 1, str(error))
        return None
    answers = Answers(background)
    if len(faults):
        return answers
    _Sheets(header, codec, units, faults, answers).read(rows)
    return answers


class _Sheets:
    """Rows to bytes. Each distinct text of a column is decoded once."""

    def __init__(
        self,
        header: list[str],
        codec: SheetCodec,
        units: Mapping[str, UnitRow],
        faults: Faults,
        answers: Answers,
    ) -> None:
        self.codec, self.units, self.faults, self.answers = codec, units, faults, answers
        self.panel, self.unit = header.index("panel"), header.index("unit")
        position = {field.id: offset for offset, field in enumerate(codec.fields)}
        self.columns = [(at, name, position[name]) for at, name in enumerate(header) if name in position]
        self.known: list[dict[str, int]] = [{} for _ in header]

    def read(self, rows: Iterator[tuple[int, list[str]]]) -> None:
        for line, cells in rows:
            panel = PANELS.get(cells[self.panel])
            if panel is None:
                self.faults.add(
                    RESPONSES,
                    line,
                    f"{cells[self.panel]!r} is no panel; expected frontline or executive",
                    column="panel",
                )
            if cells[self.unit] not in self.units:
                self.faults.add(
                    RESPONSES,
                    line,
                    f"{cells[self.unit]!r} is not in units.csv; expected one of its paths",
                    column="unit",
                )
            sheet = bytearray(self.codec.width)
            for at, name, offset in self.columns:
                sheet[offset] = self.value(at, name, cells[at], line)
            if panel is not None:
                self.answers.sheets[cells[self.unit], panel] += sheet

    def value(self, at: int, name: str, text: str, line: int) -> int:
        known = self.known[at]
        if text not in known:
            try:
                known[text] = self.codec.from_raw(name, text)
            except SheetError as error:
                self.faults.add(RESPONSES, line, str(error), column=name)
                return 0
        return known[text]


def read_comments(
    folder: Path, instrument: Instrument, units: Mapping[str, UnitRow], answers: Answers, faults: Faults
) -> None:
    """The optional comments. The unit is checked, then dropped: a small unit's comment would name its author."""
    if not (folder / COMMENTS).exists():
        return
    table = _table(folder, COMMENTS, faults)
    if table is None or not _demand(COMMENTS, table[0], ("panel", "unit", "item", "text"), faults):
        return
    header, rows = table
    texts = [item.id for item in instrument.items if item.kind is ItemKind.TEXT]
    for line, cells in rows:
        row = dict(zip(header, cells, strict=True))
        wrong = {
            "panel": None
            if row["panel"] in PANELS
            else f"{row['panel']!r} is no panel; expected frontline or executive",
            "unit": None
            if row["unit"] in units
            else f"{row['unit']!r} is not in units.csv; expected one of its paths",
            "item": None
            if row["item"] in texts
            else f"{row['item']!r} is no open question; expected {', '.join(texts) or 'none'}",
            "text": None
            if len(row["text"]) <= LONGEST_COMMENT
            else f"has {len(row['text'])} characters; expected {LONGEST_COMMENT} at the most",
        }
        for column, fault in wrong.items():
            if fault:
                faults.add(COMMENTS, line, fault, column=column)
        if row["text"] and not any(wrong.values()):
            answers.comments.append((PANELS[row["panel"]], row["item"], row["text"]))
