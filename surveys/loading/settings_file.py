"""campaign.yaml: who was asked, when, with which instrument and under which promises."""

import datetime as dt
import unicodedata
import zoneinfo
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from babel.numbers import is_currency

from surveys.instruments.instrument import Instrument, ItemKind
from surveys.instruments.loading import installed, load
from surveys.instruments.problems import InstrumentError, Problem
from surveys.instruments.reading import Node, read
from surveys.loading.problems import Faults

NAME = "campaign.yaml"
FLOORS = {"min_group": 4, "min_executives": 3, "min_comments": 5, "min_distribution": 4}
DEFAULT_GROUP, DEFAULT_DISTRIBUTION = 5, 10
LONGEST_NAME, LARGEST_THRESHOLD, LARGEST_AMOUNT = 200, 1000, 10**9
YEARS = range(1970, 2101)
LAST_MOMENT = dt.time(23, 59, 59)

_zones = cache(zoneinfo.available_timezones)  # it walks through a folder of hundreds of files


@dataclass(frozen=True)
class CampaignFile:
    organization: str
    timezone: str
    currency: str
    name: str
    opens_at: dt.datetime
    closes_at: dt.datetime
    amounts: tuple[int, ...]
    policy: Mapping[str, int]
    lines: Mapping[str, int]


def read_campaign_file(folder: Path, faults: Faults) -> tuple[CampaignFile | None, Instrument | None]:
    """What could be read; None for what could not, with every reason in `faults`."""
    problems: list[Problem] = []
    root = read(folder / NAME, NAME, problems)
    settings, instrument = (None, None) if root is None else _read(root, folder)
    for problem in sorted(problems):
        faults.add(problem.file, problem.line, problem.message)
    return (None if problems else settings), instrument


def _read(root: Node, folder: Path) -> tuple[CampaignFile | None, Instrument | None]:
    parts = root.entries(("organization", "campaign", "instrument"), ("policy",))
    client = (
        parts["organization"].entries(("name", "timezone", "currency")) if "organization" in parts else {}
    )
    wave = parts["campaign"].entries(("name", "opens", "closes"), ("amounts",)) if "campaign" in parts else {}
    policy = _policy(parts.get("policy"))
    instrument = _instrument(parts.get("instrument"), folder)
    organization, name = _name(client.get("name")), _name(wave.get("name"))
    timezone, currency = _timezone(client.get("timezone")), _currency(client.get("currency"))
    zone = zoneinfo.ZoneInfo(timezone or "UTC")
    opens = _moment(wave.get("opens"), dt.time.min, zone)
    closes = _moment(wave.get("closes"), LAST_MOMENT, zone)
    if opens and closes and opens >= closes:
        wave["closes"].report("is not after the opening", "a later day than opens")
    amounts = _amounts(wave.get("amounts"), instrument)
    if not (organization and name and timezone and currency and opens and closes):
        return None, instrument
    lines = {key: node.line for key, node in client.items()}
    return (
        CampaignFile(organization, timezone, currency, name, opens, closes, amounts, policy, lines),
        instrument,
    )


def _name(node: Node | None) -> str | None:
    text = node.text() if node else None
    if node is None or text is None:
        return None
    text = unicodedata.normalize("NFC", text)
    if len(text) > LONGEST_NAME or any(unicodedata.category(sign) in {"Cc", "Cs"} for sign in text):
        node.report(f"has {len(text)} letters", f"a name of at most {LONGEST_NAME} printable letters")
        return None
    return text


def _timezone(node: Node | None) -> str | None:
    text = node.text() if node else None
    if node is not None and text is not None and text not in _zones():
        node.report(f"is {text!r}", "a time zone like Europe/Madrid")
        return None
    return text


def _currency(node: Node | None) -> str | None:
    text = node.text() if node else None
    if node is not None and text is not None and not is_currency(text):
        node.report(f"is {text!r}", "an ISO 4217 currency like EUR")
        return None
    return text


def _moment(node: Node | None, time: dt.time, zone: zoneinfo.ZoneInfo) -> dt.datetime | None:
    """A day means its first moment (opens) or its last second (closes), in the organization's zone."""
    if node is None:
        return None
    try:
        return _read_moment(node.value, time, zone)
    except ValueError:
        node.report(f"is {node.value or 'nothing'}", "a day like 2026-03-31")
        return None


def _read_moment(value: object, time: dt.time, zone: zoneinfo.ZoneInfo) -> dt.datetime:
    text = value.isoformat() if isinstance(value, dt.date) else str(value)
    try:
        moment = dt.datetime.combine(dt.date.fromisoformat(text), time)
    except ValueError:
        moment = dt.datetime.fromisoformat(text)
    if moment.year not in YEARS:
        raise ValueError(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)


def _policy(node: Node | None) -> dict[str, int]:
    """Thresholds that are left out have their defaults; a distribution never asks for less than a group."""
    given = node.entries((), tuple(FLOORS)) if node else {}
    found = {key: entry.whole(FLOORS[key], LARGEST_THRESHOLD) for key, entry in given.items()}
    policy = {key: value for key, value in found.items() if value is not None}
    least = max(policy.get("min_group", DEFAULT_GROUP), policy.get("min_executives", 0))
    if policy.setdefault("min_distribution", max(DEFAULT_DISTRIBUTION, least)) < least:
        expected = f"{least} (min_group and min_executives) or more"
        given["min_distribution"].report(f"is {policy['min_distribution']}", expected)
    return policy


def _amounts(node: Node | None, instrument: Instrument | None) -> tuple[int, ...]:
    """One a step of the ladder; without them the instrument's own, which are the recommended ones."""
    if instrument is None:
        return ()
    if node is None:
        return instrument.amounts
    amounts = tuple(entry.whole(1, LARGEST_AMOUNT) or 0 for entry in node.elements())
    steps = len(instrument.items_of(ItemKind.LADDER))
    if len(amounts) != steps or sorted(set(amounts)) != list(amounts):
        node.report(f"are {', '.join(map(str, amounts)) or 'none'}", f"{steps} amounts, each above the last")
    return amounts


def _instrument(node: Node | None, folder: Path) -> Instrument | None:
    named = node.text() if node else None
    if node is None or named is None:
        return None
    place = installed().get(named, folder / named)
    if not place.is_dir():
        node.report(f"is {named!r}", f"{' or '.join(installed())}, or a folder beside {NAME}")
        return None
    try:
        return load(place)
    except InstrumentError as error:
        node.problems.extend(
            Problem(f"{named}/{problem.file}", problem.line, problem.column, problem.message)
            for problem in error.problems
        )
        return None
