"""Collects what is to be translated: `make messages`. Needs gettext's xgettext, which is no Python package.

The workspace and reports are written in settings.LANGUAGES, respondent pages in settings.RESPONDENT_LANGUAGES. So a
catalogue of the former has every string, one of the others those that a respondent can meet. Merging keeps what is
translated, marks nothing as nearly the same, and drops what is gone. What lacks is printed, and is the exit status.
"""

import os
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import django
import polib
from django.conf import settings
from django.core.management import call_command
from django.utils.translation import to_locale

# The files whose strings a respondent can meet.
RESPONDENT = re.compile(
    r"^(surveys/(forms|languages|our_words)\.py|surveys/views/(respondent|pages|kiosk|standing)\w*\.py"
    r"|templates/(respondent|latitude)/.*|templates/partials/simulated\.html)$"
)
FOR_RESPONDENTS = [
    language for language in settings.RESPONDENT_LANGUAGES if language not in dict(settings.LANGUAGES)
]
PLURALS = {
    "fr": "nplurals=2; plural=(n > 1);",
    "pt": "nplurals=2; plural=(n > 1);",
    "pl": "nplurals=3; plural=(n==1 ? 0 : n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2);",
    "ar": "nplurals=6; plural=(n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : n%100>=11 ? 4 : 5);",
    "zh-hans": "nplurals=1; plural=0;",
    "hi": "nplurals=2; plural=(n > 1);",
    "tl": "nplurals=2; plural=(n > 1);",
}
OTHER_PLURALS = "nplurals=2; plural=(n != 1);"
Key = tuple[str, str, str]


def key(entry: polib.POEntry) -> Key:
    return entry.msgctxt or "", entry.msgid, entry.msgid_plural or ""


def met_by_respondents(entry: polib.POEntry) -> bool:
    return any(RESPONDENT.match(path.removeprefix("./")) for path, _line in entry.occurrences)


def catalogue(language: str) -> Path:
    return Path(settings.LOCALE_PATHS[0]) / to_locale(language) / "LC_MESSAGES" / "django.po"


def collected() -> list[polib.POEntry]:
    """Every string of the program, by Django's own collector. The template it leaves is read and thrown away."""
    call_command(
        "makemessages",
        locale=["es"],
        keep_pot=True,
        verbosity=0,
        ignore_patterns=[".venv*", "var/*", "docs/*"],
    )
    template = Path(settings.LOCALE_PATHS[0]) / "django.pot"
    entries = [entry for entry in polib.pofile(str(template)) if entry.msgid]
    template.unlink()
    return entries


def merge(language: str, wanted: Iterable[polib.POEntry]) -> polib.POFile:
    path = catalogue(language)
    known = polib.pofile(str(path)) if path.is_file() else polib.POFile()
    said = {key(entry): entry for entry in known if not entry.obsolete and not entry.fuzzy}
    made = polib.POFile(wrapwidth=110)
    plural = (known.metadata or {}).get("Plural-Forms") or PLURALS.get(language, OTHER_PLURALS)
    made.metadata = {
        "Language": to_locale(language),
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": plural,
    }
    for entry in wanted:
        old = said.get(key(entry))
        made.append(
            polib.POEntry(
                msgid=entry.msgid,
                msgid_plural=entry.msgid_plural,
                msgctxt=entry.msgctxt,
                occurrences=[(path, "") for path in sorted({path for path, _line in entry.occurrences})],
                flags=[flag for flag in entry.flags if flag != "fuzzy"],
                comment=entry.comment,
                msgstr=old.msgstr if old else "",
                msgstr_plural=dict(old.msgstr_plural) if old else dict.fromkeys(forms(plural), ""),
            )
            if entry.msgid_plural
            else polib.POEntry(
                msgid=entry.msgid,
                msgctxt=entry.msgctxt,
                occurrences=[(path, "") for path in sorted({path for path, _line in entry.occurrences})],
                flags=[flag for flag in entry.flags if flag != "fuzzy"],
                comment=entry.comment,
                msgstr=old.msgstr if old else "",
            )
        )
    return made


def forms(plural: str) -> range:
    found = re.match(r"nplurals=(\d+);", plural)
    return range(int(found[1]) if found else 2)


def lacking(made: polib.POFile) -> Iterator[polib.POEntry]:
    for entry in made:
        said = [*entry.msgstr_plural.values()] if entry.msgid_plural else [entry.msgstr]
        if not all(said):
            yield entry


def main() -> int:
    os.chdir(settings.ROOT)
    django.setup()
    everything = collected()
    missing = 0
    for language in [*(code for code, _name in settings.LANGUAGES if code != "en"), *FOR_RESPONDENTS]:
        wanted = [it for it in everything if language in dict(settings.LANGUAGES) or met_by_respondents(it)]
        made = merge(language, wanted)
        path = catalogue(language)
        path.parent.mkdir(parents=True, exist_ok=True)
        made.save(str(path))
        made.save_as_mofile(str(path.with_suffix(".mo")))
        lacks = list(lacking(made))
        missing += len(lacks)
        print(f"{language}: {len(made)} strings, {len(lacks)} to translate")  # noqa: T201  # for whoever ran it
        for entry in lacks:
            print(f"  {path.relative_to(settings.ROOT)}: {entry.msgid}")  # noqa: T201
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
