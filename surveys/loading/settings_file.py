"""campaign.yaml: who was asked, when, with which instrument and under which promises."""

import datetime as dt
import zoneinfo
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from babel.numbers import is_currency
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap
from ruamel.yaml.error import MarkedYAMLError

from surveys.campaigns import Policy
from surveys.instruments.instrument import Instrument, ItemKind
from surveys.instruments.loading import installed, load
from surveys.instruments.problems import InstrumentError
from surveys.loading.problems import Faults

NAME = "campaign.yaml"
FLOORS = {"min_group": 4, "min_executives": 3, "min_comments": 5, "min_distribution": 4}
SECTIONS = {
    "organization": {"name", "timezone", "currency"},
    "campaign": {"name", "opens", "closes", "amounts"},
    "policy": set(FLOORS),
}


@dataclass(frozen=True)
class CampaignFile:
    organization: str
    timezone: str
    currency: str
    name: str
    opens_at: dt.datetime
    closes_at: dt.datetime
    amounts: tuple[int, ...]
    instrument: Instrument
    policy: Policy


def read_campaign_file(folder: Path, faults: Faults) -> CampaignFile | None:
    """The file's content, or None with every fault added to `faults`."""
    path = folder / NAME
    try:
        content = YAML().load(path.read_text("utf-8-sig"))
    except OSError:
        faults.add(NAME, 0, "there is no such file; expected it in the folder that was named")
        return None
    except UnicodeDecodeError:
        faults.add(NAME, 0, "is not UTF-8; expected a UTF-8 text")
        return None
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 0
        faults.add(NAME, line, f"is not YAML: {error.problem}; expected `key: value` lines")
        return None
    if not isinstance(content, CommentedMap):
        faults.add(NAME, 1, "holds no settings; expected organization, campaign and instrument")
        return None
    before = len(faults)
    found = _Reader(content, folder, faults).read()
    return found if len(faults) == before else None


class _Reader:
    """Reads one section after the other and notes every fault with its line."""

    def __init__(self, content: CommentedMap, folder: Path, faults: Faults) -> None:
        self.content, self.folder, self.faults = content, folder, faults

    def read(self) -> CampaignFile | None:
        for key in self.content:
            if key not in {*SECTIONS, "instrument"}:
                self.fault(
                    self.content, key, f"{key!r} is unknown; expected {', '.join([*SECTIONS, 'instrument'])}"
                )
        organization, campaign = self.section("organization"), self.section("campaign")
        policy = self.section("policy", optional=True)
        timezone = self.text(organization, "timezone", "UTC")
        if timezone not in zoneinfo.available_timezones():
            self.fault(
                organization, "timezone", f"{timezone!r} is no time zone; expected a name like Europe/Madrid"
            )
            timezone = "UTC"
        currency = self.text(organization, "currency", "EUR").upper()
        if not is_currency(currency):
            self.fault(
                organization, "currency", f"{currency!r} is no currency; expected an ISO 4217 code like EUR"
            )
        instrument = self.instrument()
        opens, closes = (
            self.moment(campaign, key, zoneinfo.ZoneInfo(timezone)) for key in ("opens", "closes")
        )
        if opens and closes and opens >= closes:
            self.fault(campaign, "closes", f"{closes.date()} is not after opens; expected a later day")
        thresholds = {key: self.threshold(policy, key) for key in FLOORS if key in policy}
        organization_name, name = self.text(organization, "name"), self.text(campaign, "name")
        if instrument is None or opens is None or closes is None:
            return None
        thresholds.setdefault(
            "min_distribution", max(Policy.min_distribution, thresholds.get("min_group", 0))
        )
        amounts = self.amounts(campaign, instrument)
        return CampaignFile(
            organization_name,
            timezone,
            currency,
            name,
            opens,
            closes,
            amounts,
            instrument,
            Policy(**thresholds),
        )

    def fault(self, section: CommentedMap, key: str, message: str) -> None:
        try:
            line = section.lc.key(key)[0] + 1
        except (AttributeError, KeyError, TypeError):
            line = 0
        self.faults.add(NAME, line, message)

    def section(self, name: str, *, optional: bool = False) -> CommentedMap:
        found = self.content.get(name)
        if found is None and optional:
            return CommentedMap()
        if not isinstance(found, CommentedMap):
            self.fault(
                self.content,
                name,
                f"`{name}` is missing; expected a section with {', '.join(sorted(SECTIONS[name]))}",
            )
            return CommentedMap()
        for key in found:
            if key not in SECTIONS[name]:
                self.fault(
                    found, key, f"{name}.{key} is unknown; expected {', '.join(sorted(SECTIONS[name]))}"
                )
        return found

    def text(self, section: CommentedMap, key: str, default: str | None = None) -> str:
        value = section.get(key, default)
        if value is None or not str(value).strip():
            self.fault(section, key, f"`{key}` is missing; expected a text")
            return ""
        return str(value).strip()

    def moment(self, section: CommentedMap, key: str, zone: zoneinfo.ZoneInfo) -> dt.datetime | None:
        """A day means its first moment (opens) or its last (closes), in the organization's zone."""
        value: Any = section.get(key)
        if isinstance(value, str):
            try:
                value = dt.datetime.fromisoformat(value)
            except ValueError:
                value = None
        if isinstance(value, dt.datetime):
            plain = dt.datetime.fromisoformat(value.isoformat())
            return plain if plain.tzinfo else plain.replace(tzinfo=zone)
        if isinstance(value, dt.date):
            time = dt.time.min if key == "opens" else dt.time(23, 59, 59)
            return dt.datetime.combine(value, time, tzinfo=zone)
        self.fault(section, key, f"`{key}` is {section.get(key)!r}; expected a day like 2026-03-31")
        return None

    def threshold(self, section: CommentedMap, key: str) -> int:
        value = section[key]
        if not isinstance(value, int) or isinstance(value, bool) or not FLOORS[key] <= value <= 1000:  # noqa: PLR2004
            self.fault(
                section, key, f"policy.{key} is {value!r}; expected a whole number, {FLOORS[key]} or more"
            )
            return FLOORS[key]
        return value

    def amounts(self, section: CommentedMap, instrument: Instrument) -> tuple[int, ...]:
        steps = len(instrument.items_of(ItemKind.LADDER))
        given = section.get("amounts")
        if given is None:
            return tuple(instrument.amounts) if steps else ()
        whole = isinstance(given, list) and all(type(a) is int or isinstance(a, int) for a in given)
        rising = whole and all(a < b for a, b in zip([0, *given], given, strict=False))
        if not rising or len(given) != steps:
            self.fault(section, "amounts", f"amounts are {given!r}; expected {steps} whole numbers that rise")
            return ()
        return tuple(int(amount) for amount in given)

    def instrument(self) -> Instrument | None:
        named = self.text(self.content, "instrument")
        if not named:
            return None
        folder = installed().get(named) or (self.folder / named)
        if not folder.is_dir():
            known = ", ".join(sorted(installed()))
            self.fault(
                self.content,
                "instrument",
                f"there is no instrument {named!r}; expected one of {known}, or a folder beside this file",
            )
            return None
        try:
            return load(folder)
        except InstrumentError as error:
            for problem in error.problems:
                self.faults.add(problem.file, problem.line, problem.message)
            return None
