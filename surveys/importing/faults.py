"""What is wrong with a file, as data: which row and column, what stood there, what was expected.

The worker finds the faults, the page says them in the reader's language.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

MOST_KEPT = 500
LONGEST_VALUE = 80


class Wrong(StrEnum):
    NO_TABLE = "no-table"
    NO_ROWS = "no-rows"
    TOO_BIG = "too-big"
    TOO_MANY_ROWS = "too-many-rows"
    TOO_MANY_COLUMNS = "too-many-columns"
    NOT_A_WORKBOOK = "not-a-workbook"
    NOT_TEXT = "not-text"
    NOT_CSV = "not-csv"
    NO_UNIT_COLUMN = "no-unit-column"
    TWICE = "twice"
    FORMULA = "formula"
    WIDTH = "width"
    NO_UNIT = "no-unit"
    PATH = "path"
    LONG_PATH = "long-path"
    UNKNOWN_UNIT = "unknown-unit"
    SAME_UNIT = "same-unit"
    COUNT = "count"
    PANEL = "panel"
    EMAIL = "email"
    SAME_EMAIL = "same-email"
    PHONE = "phone"
    SAME_PHONE = "same-phone"
    LANGUAGE = "language"
    NAME = "name"


SENTENCES: Mapping[Wrong, str | Promise] = {
    Wrong.NO_TABLE: _("The file is empty; expected a row of headings and a row for each unit or person."),
    Wrong.NO_ROWS: _("There is nothing below the headings; expected at least one row."),
    Wrong.TOO_BIG: _("The file is larger than %(value)s when it is unpacked; expected a smaller one."),
    Wrong.TOO_MANY_ROWS: _("There are more than %(value)s rows; split the file."),
    Wrong.TOO_MANY_COLUMNS: _("There are more than %(value)s columns; remove those that are not needed."),
    Wrong.NOT_A_WORKBOOK: _("This cannot be read as a workbook; expected an XLSX or CSV file."),
    Wrong.NOT_TEXT: _("This is no text from here on; expected a CSV file in UTF-8."),
    Wrong.NOT_CSV: _("This is not CSV (%(value)s)."),
    Wrong.NO_UNIT_COLUMN: _("No column holds the unit. Choose one above."),
    Wrong.TWICE: _("Two columns are taken for “%(value)s”; expected one."),
    Wrong.FORMULA: _("“%(value)s” is a formula; expected the value itself (copy, then paste as values)."),
    Wrong.WIDTH: _("The row has %(value)s cells, more than there are headings."),
    Wrong.NO_UNIT: _("There is no unit; expected a path like North/Store 12."),
    Wrong.PATH: _("“%(value)s” is no path; expected names like North/Store 12."),
    Wrong.LONG_PATH: _("“%(value)s” is too long; expected at most 120 letters a name, 600 in all."),
    Wrong.UNKNOWN_UNIT: _("There is no unit “%(value)s”; expected one of the tree, or let units be added."),
    Wrong.SAME_UNIT: _("“%(value)s” stands in row %(other)s already; expected each unit once."),
    Wrong.COUNT: _("“%(value)s” is no head count; expected a whole number like 120, or blank for unknown."),
    Wrong.PANEL: _("“%(value)s” is no panel; expected front line or executive."),
    Wrong.EMAIL: _("“%(value)s” is no e-mail address; expected one like ana@example.org."),
    Wrong.SAME_EMAIL: _("“%(value)s” stands in row %(other)s already; expected each address once."),
    Wrong.PHONE: _("“%(value)s” is no phone number; expected one like +34 612 345 678."),
    Wrong.SAME_PHONE: _("“%(value)s” stands in row %(other)s already, also without an e-mail address."),
    Wrong.LANGUAGE: _("“%(value)s” is no language; expected a code or a name, like es or Spanish."),
    Wrong.NAME: _("The name has more than 200 letters."),
}


@dataclass(frozen=True)
class Fault:
    """`row` as the spreadsheet counts, from 1; 0 where the whole file is meant. `column` is its heading."""

    wrong: Wrong
    row: int = 0
    column: str = ""
    value: str = ""
    other: int = 0

    @property
    def sentence(self) -> str:
        return str(SENTENCES[self.wrong]) % {"value": self.value, "other": self.other}

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> "Fault":
        return cls(**{**kept, "wrong": Wrong(kept["wrong"])})


class Faults:
    """Counts every fault and keeps the first five hundred: a file of a million wrong cells fills no memory."""

    def __init__(self) -> None:
        self.count = 0
        self.kept: list[Fault] = []

    def add(self, wrong: Wrong, row: int = 0, column: str = "", value: str = "", other: int = 0) -> None:
        self.count += 1
        if len(self.kept) < MOST_KEPT:
            short = value if len(value) <= LONGEST_VALUE else value[: LONGEST_VALUE - 1] + "…"
            self.kept.append(Fault(wrong, row, column, short, other))
