"""What a file would change: its rows against what is stored. Worked out before the yes and again at storing,
so that a worker that was killed goes on where it was: what it has stored is unchanged now.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from uuid import UUID, uuid4

import phonenumbers
from babel import Locale
from babel.core import get_global
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from surveys.importing.columns import Column, panel_of, plain
from surveys.importing.faults import Faults, Wrong
from surveys.importing.reading import Row
from surveys.instruments.instrument import Panel
from surveys.instruments.loading import installed_languages
from surveys.models import Organization, Person, Unit
from surveys.paths import is_path, is_too_long, parent_of, tidy_path

LONGEST_NAME, LONGEST_COUNT = 200, 7
SAMPLE = 8
Progress = Callable[[int], None]


@dataclass(frozen=True)
class Sheet:
    """Rows with the meaning of their columns."""

    headings: tuple[str, ...]
    mapping: tuple[Column, ...]
    rows: Iterable[Row]

    def at(self, column: Column) -> int | None:
        return self.mapping.index(column) if column in self.mapping else None

    def heading(self, column: Column) -> str:
        at = self.at(column)
        return "" if at is None else self.headings[at]

    def unit_of(self, cells: list[str]) -> str:
        """The path, or the levels of it side by side; empty levels at the end are left away."""
        levels = [cells[at] for at, column in enumerate(self.mapping) if column is Column.UNIT and cells[at]]
        return tidy_path("/".join(levels))

    def cell(self, cells: list[str], column: Column) -> str:
        at = self.at(column)
        return "" if at is None else cells[at]


@dataclass
class Found:
    """Counts, and a few examples of each kind, as the page shows them."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    left_out: int = 0
    new_units: list[str] = field(default_factory=list)
    examples: dict[str, list[dict[str, str]]] = field(default_factory=dict)

    def show(self, kind: str, example: dict[str, str]) -> None:
        shown = self.examples.setdefault(kind, [])
        if len(shown) < SAMPLE:
            shown.append(example)


# --- Units ----------------------------------------------------------------------------------------


@dataclass
class UnitChanges:
    found: Found
    upsert: list[Unit]


def units(organization: Organization, sheet: Sheet, faults: Faults, progress: Progress) -> UnitChanges:
    """Rows against the tree by path. A parent without a row is made; a column that is not there leaves its counts."""
    known = {unit.path: unit for unit in Unit.objects.filter(organization=organization)}
    found, rows, upsert = Found(), dict[str, int](), dict[str, Unit]()
    for number, (row, cells) in enumerate(sheet.rows, start=1):
        progress(number)
        path = _path(sheet, row, cells, faults)
        if path in rows:
            faults.add(Wrong.SAME_UNIT, row, sheet.heading(Column.UNIT), path, rows[path])
        if path is None or path in rows:
            continue
        rows[path] = row
        _count_unit(
            organization, path, _counts(sheet, row, cells, faults), known=known, found=found, upsert=upsert
        )
    for path in list(rows):
        _make_parents(organization, path, known, found, upsert)
    found.left_out = len(known.keys() - rows.keys() - {path for above in rows for path in _above(above)})
    for path, unit in upsert.items():
        unit.parent_id = known[parent_of(path)].id if parent_of(path) else None
    ordered = sorted(upsert.values(), key=lambda unit: unit.path.count("/"))
    return UnitChanges(found, ordered)


def _count_unit(
    organization: Organization,
    path: str,
    counts: Mapping[str, int | None],
    *,
    known: dict[str, Unit],
    found: Found,
    upsert: dict[str, Unit],
) -> None:
    unit = known.get(path)
    if unit is None:
        known[path] = upsert[path] = _new_unit(organization, path, counts)
        found.added += 1
        found.show("added", {"unit": path, **_written(counts)})
        return
    before = {name: getattr(unit, name) for name in counts}
    if before == counts:
        found.unchanged += 1
        return
    for name, count in counts.items():
        setattr(unit, name, count)
    upsert[path] = unit
    found.changed += 1
    found.show("changed", {"unit": path, **_written(counts), **_written(before, "was_")})


def _written(counts: Mapping[str, int | None], before: str = "") -> dict[str, str]:
    return {before + name: "?" if count is None else str(count) for name, count in counts.items()}


def _new_unit(organization: Organization, path: str, counts: Mapping[str, int | None]) -> Unit:
    unit = Unit(organization=organization, path=path, name=path.rpartition("/")[2])
    unit.frontline_headcount = unit.executive_headcount = 0
    for name, count in counts.items():
        setattr(unit, name, count)
    return unit


def _above(path: str) -> Iterator[str]:
    while path := parent_of(path):
        yield path


def _make_parents(
    organization: Organization, path: str, known: dict[str, Unit], found: Found, upsert: dict[str, Unit]
) -> None:
    for above in _above(path):
        if above not in known:
            known[above] = upsert[above] = _new_unit(organization, above, {})
            found.added += 1
            found.new_units.append(above)


def _path(sheet: Sheet, row: int, cells: list[str], faults: Faults) -> str | None:
    path, heading = sheet.unit_of(cells), sheet.heading(Column.UNIT)
    if not path:
        faults.add(Wrong.NO_UNIT, row, heading)
    elif not is_path(path):
        faults.add(Wrong.PATH, row, heading, path)
    elif is_too_long(path):
        faults.add(Wrong.LONG_PATH, row, heading, path)
    else:
        return path
    return None


def _counts(sheet: Sheet, row: int, cells: list[str], faults: Faults) -> dict[str, int | None]:
    """Of the columns that are there; blank is unknown."""
    counts: dict[str, int | None] = {}
    for column, name in (
        (Column.FRONTLINE, "frontline_headcount"),
        (Column.EXECUTIVE, "executive_headcount"),
    ):
        if column in sheet.mapping:
            text = sheet.cell(cells, column)
            right = text.isascii() and text.isdigit() and len(text) <= LONGEST_COUNT
            if text and not right:
                faults.add(Wrong.COUNT, row, sheet.heading(column), text)
            counts[name] = int(text) if right else None
    return counts


# --- People ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Wanted:
    """A person as the file has it."""

    path: str
    panel: str
    name: str
    email: str
    phone: str
    language: str

    @property
    def key(self) -> tuple[str, ...]:
        """Who this is: the address, else the number; who has neither is one of so many alike."""
        if self.email:
            return ("email", self.email.lower())
        if self.phone:
            return ("phone", self.phone)
        return ("alike", self.path, self.panel, self.name)


@dataclass
class PeopleChanges:
    """`upsert` are people without a unit yet: (person, path). `gone` are those that the file does not have."""

    found: Found
    upsert: list[tuple[Person, str]]
    gone: list[UUID]


Kept = tuple[UUID, str, str, str, str, str, str]
"""id, path, panel, name, e-mail, phone, language."""
FIELDS = ("id", "unit__path", "panel", "name", "email", "phone", "language")


def people(
    organization: Organization, sheet: Sheet, faults: Faults, progress: Progress, *, make_units: bool
) -> PeopleChanges:
    paths = set(Unit.objects.filter(organization=organization).values_list("path", flat=True))
    kept = _kept(organization)
    reader = PersonReader(organization, sheet, faults)
    found, upsert, fresh = Found(), list[tuple[Person, str]](), dict[str, None]()
    for number, (row, cells) in enumerate(sheet.rows, start=1):
        progress(number)
        wanted = reader.read(row, cells)
        if wanted is None:
            continue
        if wanted.path not in paths and not make_units:
            faults.add(Wrong.UNKNOWN_UNIT, row, sheet.heading(Column.UNIT), wanted.path)
            continue
        if wanted.path not in paths:
            fresh[wanted.path] = None
        known = kept.get(wanted.key)
        _compare(organization, sheet, wanted, known.pop() if known else None, found=found, upsert=upsert)
    gone = [row[0] for rows in kept.values() for row in rows]
    found.left_out, found.new_units = len(gone), list(fresh)
    for first in (rows[0] for rows in kept.values() if rows):
        found.show("left_out", dict(zip(FIELDS[1:], first[1:], strict=True)))
    return PeopleChanges(found, upsert, gone)


def _kept(organization: Organization) -> dict[tuple[str, ...], list[Kept]]:
    kept: dict[tuple[str, ...], list[Kept]] = defaultdict(list)
    rows = Person.objects.filter(organization=organization).order_by("id").values_list(*FIELDS)
    for row in rows.iterator(chunk_size=5000):
        kept[Wanted(*row[1:]).key].append(row)
    return kept


def _compare(
    organization: Organization,
    sheet: Sheet,
    wanted: Wanted,
    known: Kept | None,
    *,
    found: Found,
    upsert: list[tuple[Person, str]],
) -> None:
    """A column that the file does not have leaves what is known."""
    values = {
        "panel": (Column.PANEL, wanted.panel),
        "name": (Column.NAME, wanted.name),
        "email": (Column.EMAIL, wanted.email),
        "phone": (Column.PHONE, wanted.phone),
        "language": (Column.LANGUAGE, wanted.language),
    }
    given = {name for name, (column, _) in values.items() if column in sheet.mapping}
    if Column.GIVEN in sheet.mapping:
        given.add("name")
    now = {"path": wanted.path, **{name: value for name, (_, value) in values.items()}}
    if known is not None:
        before = dict(zip(("path", *values), known[1:], strict=True))
        now = {name: now[name] if name in given or name == "path" else before[name] for name in now}
        if now == before:
            found.unchanged += 1
            return
        found.changed += 1
        changed = {f"was_{name}": before[name] for name in now if now[name] != before[name]}
        found.show("changed", {**now, **changed})
    else:
        found.added += 1
        found.show("added", now)
    path = now.pop("path")
    person = Person(id=known[0] if known else uuid4(), organization=organization, **now)
    upsert.append((person, path))


class PersonReader:
    """One row after the other into people, each text of a column that repeats looked at once."""

    def __init__(self, organization: Organization, sheet: Sheet, faults: Faults) -> None:
        self.sheet, self.faults = sheet, faults
        self.region = region_of(organization)
        self.emails: dict[str, int] = {}
        self.phones: dict[str, int] = {}
        self.panel = cache(panel_of)
        self.language = cache(language_of)

    def read(self, row: int, cells: list[str]) -> Wanted | None:
        before = self.faults.count
        path = _path(self.sheet, row, cells, self.faults)
        panel = self._panel(row, cells)
        email = self._email(row, cells)
        phone = self._phone(row, cells, once=not email)
        language = self._language(row, cells)
        names = (self.sheet.cell(cells, column) for column in (Column.GIVEN, Column.NAME))
        name = " ".join(filter(None, names))
        if len(name) > LONGEST_NAME:
            self.faults.add(Wrong.NAME, row, self.sheet.heading(Column.NAME))
        if path is None or self.faults.count > before:
            return None
        return Wanted(path, panel, name, email, phone, language)

    def _wrong(self, wrong: Wrong, row: int, column: Column, value: str, other: int = 0) -> None:
        self.faults.add(wrong, row, self.sheet.heading(column), value, other)

    def _panel(self, row: int, cells: list[str]) -> str:
        text = self.sheet.cell(cells, Column.PANEL)
        panel = self.panel(text)
        if panel is None:
            self._wrong(Wrong.PANEL, row, Column.PANEL, text)
        return (panel or Panel.FRONTLINE).value

    def _email(self, row: int, cells: list[str]) -> str:
        text = self.sheet.cell(cells, Column.EMAIL)
        if not text:
            return ""
        try:
            validate_email(text)
        except ValidationError:
            self._wrong(Wrong.EMAIL, row, Column.EMAIL, text)
            return ""
        if (other := self.emails.setdefault(text.lower(), row)) != row:
            self._wrong(Wrong.SAME_EMAIL, row, Column.EMAIL, text, other)
        return text

    def _phone(self, row: int, cells: list[str], *, once: bool) -> str:
        text = self.sheet.cell(cells, Column.PHONE)
        phone = phone_of(text, self.region)
        if phone is None:
            self._wrong(Wrong.PHONE, row, Column.PHONE, text)
            return ""
        if phone and once and (other := self.phones.setdefault(phone, row)) != row:
            self._wrong(Wrong.SAME_PHONE, row, Column.PHONE, text, other)
        return phone

    def _language(self, row: int, cells: list[str]) -> str:
        text = self.sheet.cell(cells, Column.LANGUAGE)
        language = self.language(text)
        if language is None:
            self._wrong(Wrong.LANGUAGE, row, Column.LANGUAGE, text)
        return language or ""


def region_of(organization: Organization) -> str | None:
    """The country that numbers without a prefix are of: that of the client's time zone."""
    region = get_global("zone_territories").get(organization.timezone)
    return None if region in {None, "001", "ZZ"} else str(region)


def phone_of(text: str, region: str | None) -> str | None:
    """E.164; None where it is no number. A number that lost its plus in a spreadsheet gets it back."""
    if not text:
        return ""
    for attempt, country in ((text, region), (f"+{text.lstrip('+')}", None)):
        try:
            number = phonenumbers.parse(attempt, country)
        except phonenumbers.NumberParseException:
            continue
        if phonenumbers.is_valid_number(number):
            return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))
    return None


@cache
def known_languages() -> dict[str, str]:
    """Codes by what people call a language: its code, its own name, and its name in the languages we speak."""
    codes = {code for code, _ in settings.LANGUAGES} | set(installed_languages())
    names: dict[str, str] = {}
    for code in sorted(codes, reverse=True):
        locale = Locale.parse(code, sep="-")
        for speaker in (*sorted(codes), code):
            spoken = Locale.parse(speaker, sep="-").languages.get(locale.language, "")
            names[plain(spoken) or spoken.casefold()] = code
        names[plain(code)] = names[code.casefold()] = code
    return names


def language_of(text: str) -> str | None:
    """The code; None where it is no language that anything here is written in."""
    if not text:
        return ""
    names = known_languages()
    for attempt in (text.casefold(), plain(text), plain(text).partition(" ")[0]):
        if attempt in names:
            return names[attempt]
    return None
