"""Money, dates and languages as a reader writes them. The zone and the currency are the organization's."""

import re
from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from babel.core import get_global
from babel.dates import format_date, format_time, get_timezone_location
from babel.numbers import format_currency

FALLBACK = Locale("en")
RELATED = {"tl": "fil"}  # whose numbers and dates are written alike; CLDR has no Tagalog of its own
OWN_NAMES = {"tl": "Tagalog", "zh-hans": "简体中文"}


@lru_cache(maxsize=64)
def locale(language: str) -> Locale:
    try:
        return Locale.parse(RELATED.get(language, language), sep="-")
    except (UnknownLocaleError, ValueError):
        return FALLBACK


def money(amount: float, currency: str, language: str) -> str:
    """An amount without idle decimals: 20 becomes "€20", 7.5 becomes "€7.50"."""
    reader = locale(language)
    if amount != int(amount):
        return str(format_currency(amount, currency, locale=reader))
    pattern = re.sub(r"\.0+", "", reader.currency_formats["standard"].pattern)
    return str(format_currency(amount, currency, pattern, locale=reader, currency_digits=False))


def day(moment: datetime, zone: ZoneInfo, language: str) -> str:
    """A date as the language is written where the zone lies: in London the day comes before the month."""
    return str(format_date(moment.astimezone(zone), "long", locale=_where(language, zone.key)))


@lru_cache(maxsize=64)
def _where(language: str, zone: str) -> Locale:
    general = locale(language)
    territory = get_global("zone_territories").get(zone)
    try:
        return Locale(general.language, territory, general.script)
    except UnknownLocaleError:
        return general


def moment(when: datetime, zone: ZoneInfo, language: str) -> str:
    """Weekday, date, time and the city whose clock is meant."""
    reader = locale(language)
    here = when.astimezone(zone)
    city = (
        zone.key
        if zone.key in {"UTC", "GMT"}
        else get_timezone_location(here, locale=reader, return_city=True)
    )
    date = format_date(here, "full", locale=reader)
    return f"{date}, {format_time(here, 'short', locale=reader)} ({city})"


@lru_cache(maxsize=64)
def language_name(language: str) -> str:
    """A language in its own words."""
    reader = locale(language)
    name = OWN_NAMES.get(language.lower()) or reader.get_language_name(reader)
    if name is None or (reader is FALLBACK and language != "en"):
        return language
    return name[:1].upper() + name[1:]


def unformulaic(text: str) -> str:
    """A cell of a CSV file that no spreadsheet program takes for a formula."""
    return f"'{text}" if text.lstrip().startswith(("=", "+", "-", "@")) or text[:1] in {"\t", "\r"} else text
