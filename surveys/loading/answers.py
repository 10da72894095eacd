"""responses.csv and comments.csv, row by row into sheets; every fault keeps its file, line and column."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from surveys.instruments.codec import Field, SheetCodec, SheetError
from surveys.instruments.instrument import Instrument, ItemKind, Panel
from surveys.loading.problems import Faults
from surveys.loading.tables import Row, Table, opened_table
from surveys.loading.units import HEADCOUNTS, UNITS, Units
from surveys.paths import tidy_path

RESPONSES, COMMENTS = "responses.csv", "comments.csv"
LONGEST_COMMENT = 5_000
_PANELS = {panel.value: panel for panel in Panel}


@dataclass
class Answers:
    """Sheets by unit path and panel, in the file's order until they are stored; comments without a unit."""

    background: tuple[str, ...]
    width: int
    sheets: dict[tuple[str, Panel], bytearray] = field(default_factory=lambda: defaultdict(bytearray))
    comments: list[tuple[Panel, str, str]] = field(default_factory=list)

    def count(self, panel: Panel) -> int:
        return sum(len(block) for (_, whose), block in self.sheets.items() if whose is panel) // self.width


class _Who(dict[str, str | None]):
    """Unit paths by the text in a file, None where units.csv has no such row; each text is looked up once."""

    def __init__(self, units: Units | None) -> None:
        self._units = units

    def __missing__(self, text: str) -> str | None:
        path = tidy_path(text)
        if self._units is None:  # units.csv could not be read: that is said, and here nobody can tell
            return path
        row = self._units.get(path)
        self[text] = path if row and row.line else None
        return self[text]

    def faults_of(self, panel: str, unit: str) -> dict[str, str]:
        """What is wrong, by column."""
        found = {}
        if panel.strip() not in _PANELS:
            found["panel"] = f"{panel!r} is no panel; expected {' or '.join(_PANELS)}"
        if self[unit] is None:
            found["unit"] = f"{unit!r} has no row in {UNITS}; expected one of its paths"
        return found


class _Codes(dict[str, int]):
    """Bytes by raw code. Each text of a column is decoded once, or refused once with KeyError."""

    def __init__(self, meaning: Field) -> None:
        self.meaning = meaning
        self._refused: dict[str, str] = {}

    def __missing__(self, text: str) -> int:
        if self.fault_of(text):
            raise KeyError(text)
        return self[text]

    def fault_of(self, text: str) -> str:
        if text not in self and text not in self._refused:
            try:
                self[text] = self.meaning.from_raw(text)
            except SheetError as error:
                self._refused[text] = str(error).removeprefix(f"{self.meaning.id}: ").removesuffix(".")
        return self._refused.get(text, "")


def read_responses(
    folder: Path, instrument: Instrument, units: Units | None, faults: Faults
) -> Answers | None:
    """None where there are no answers to be had; `faults` says why."""
    items = [item.id for item in instrument.items if item.kind is not ItemKind.TEXT]
    questions = [question.id for question in instrument.background]
    known = ("panel", "unit", *questions, *items)
    with opened_table(folder, RESPONSES, faults, ("panel", "unit"), known) as table:
        if table is None:
            return None
        for item in items:
            if item not in table.header:
                expected = "a column for each item (leave its cells blank where it was not asked)"
                faults.add(RESPONSES, 1, f"is missing; expected {expected}", column=item)
        background = tuple(dict.fromkeys(column for column in table.header if column in questions))
        fields = [field for field in SheetCodec(instrument, background).fields if field.id in table.header]
        answers = Answers(background, len(fields))
        _read_sheets(table, fields, _Who(units), answers, faults)
    return answers


def _read_sheets(table: Table, fields: list[Field], who: _Who, answers: Answers, faults: Faults) -> None:
    panel_at, unit_at = table.header.index("panel"), table.header.index("unit")
    columns = [(table.header.index(meaning.id), _Codes(meaning)) for meaning in fields]
    before, rows = faults.count, 0
    for rows, (line, cells) in enumerate(table.rows, start=1):  # noqa: B007  # counted for what follows
        panel, path = _PANELS.get(cells[panel_at].strip()), who[cells[unit_at]]
        try:
            sheet = bytes([codes[cells[at]] for at, codes in columns])
        except KeyError:
            sheet = b""
        if panel is not None and path is not None and sheet:
            answers.sheets[path, panel] += sheet
            continue
        found = who.faults_of(cells[panel_at], cells[unit_at])
        found |= {codes.meaning.id: codes.fault_of(cells[at]) for at, codes in columns}
        _report(RESPONSES, line, found, faults)
    if not rows and faults.count == before:
        faults.add(RESPONSES, 2, "there is no answer; expected a row for each person, at least one")


def _report(file: str, line: int, found: dict[str, str], faults: Faults) -> None:
    for column, message in found.items():
        if message:
            faults.add(file, line, message, column=column)


def read_comments(
    folder: Path, instrument: Instrument, units: Units | None, answers: Answers | None, faults: Faults
) -> None:
    """The optional comments. The unit is checked, then dropped: a small unit's comment would name its author."""
    if not (folder / COMMENTS).exists():
        return
    with opened_table(folder, COMMENTS, faults, ("panel", "unit", "item", "text")) as table:
        if table is None:
            return
        open_items = [item.id for item in instrument.items_of(ItemKind.TEXT)]
        who = _Who(units)
        for row in table.rows:
            comment = _comment(row, table.header, open_items, who, faults)
            if comment is not None and answers is not None:
                answers.comments.append(comment)


def _comment(
    row: Row, header: list[str], open_items: Iterable[str], who: _Who, faults: Faults
) -> tuple[Panel, str, str] | None:
    line, cells = row
    said = dict(zip(header, cells, strict=True))
    panel, item, text = said["panel"].strip(), said["item"].strip(), said["text"].strip()
    found = who.faults_of(panel, said["unit"])
    if item not in open_items:
        found["item"] = f"{item!r} is no open question; expected {' or '.join(open_items) or 'no comments'}"
    if len(text) > LONGEST_COMMENT:
        found["text"] = f"has {len(text)} characters; expected at most {LONGEST_COMMENT}"
    _report(COMMENTS, line, found, faults)
    return None if found or not text else (_PANELS[panel], item, text)


def check_headcounts(units: Units, answers: Answers, faults: Faults) -> None:
    """More answers than people would make a census out of a wrong number."""
    for (path, panel), block in answers.sheets.items():
        given, there = len(block) // answers.width, units[path].headcounts[panel]
        if there is not None and given > there:
            told = f"is {there}, but {RESPONSES} has {given} answers"
            expected = f"expected {given} or more, or blank for unknown"
            faults.add(UNITS, units[path].line, f"{told}; {expected}", column=HEADCOUNTS[panel])
