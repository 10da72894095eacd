"""What a file of people would change in the list of them."""

from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from uuid import UUID, uuid4

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from surveys.importing.columns import Column, panel_of
from surveys.importing.faults import Faults, Wrong
from surveys.importing.finding import Found, Progress, Sheet, path_of
from surveys.importing.spoken import language_of
from surveys.instruments.instrument import Panel
from surveys.models import Organization, Person, Unit
from surveys.phones import phone_of, region_of

LONGEST_NAME = 200


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
        self.region = region_of(organization.timezone)
        self.emails: dict[str, int] = {}
        self.phones: dict[str, int] = {}
        self.panel = cache(panel_of)
        self.language = cache(language_of)

    def read(self, row: int, cells: list[str]) -> Wanted | None:
        before = self.faults.count
        path = path_of(self.sheet, row, cells, self.faults)
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
