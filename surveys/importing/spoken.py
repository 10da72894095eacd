"""Languages as people write them in a table: by code, by their own name, by their name in the languages we speak."""

from functools import cache

from babel import Locale
from django.conf import settings

from surveys.importing.columns import plain
from surveys.instruments.loading import installed_languages


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
