"""Every catalogue is whole: nothing untranslated or doubtful, every placeholder kept, and compiled as written."""

import re
from collections.abc import Iterator
from pathlib import Path

import polib
import pytest
from django.conf import settings
from django.utils.translation import to_locale

pytestmark = pytest.mark.pure

ROOT = Path(__file__).parents[1]
LOCALE = ROOT / "locale"
CATALOGUES = sorted(LOCALE.glob("*/LC_MESSAGES/django.po"))
NAMED = re.compile(r"%\(\w+\)[a-z]|\{\w*\}")
# What a percent sign may be in a text that is formatted: a named placeholder or a doubled sign.
FORMATTED = re.compile(r"%\(\w+\)[a-z]|%%")


def placeholders(text: str) -> list[str]:
    return sorted(NAMED.findall(text))


def stray_percent(text: str) -> bool:
    return "%" in FORMATTED.sub("", text)


def forms(entry: polib.POEntry) -> list[tuple[set[str], str]]:
    """Each translation, beside the originals whose placeholders it may have."""
    if not entry.msgid_plural:
        return [({entry.msgid}, entry.msgstr)]
    # One may be said without its number ("the only executive"), so the first form follows either original.
    return [
        ({entry.msgid_plural} if place else {entry.msgid, entry.msgid_plural}, text)
        for place, text in sorted(entry.msgstr_plural.items())
    ]


def faults(catalogue: polib.POFile) -> Iterator[str]:
    declared = re.match(r"nplurals=(\d+);", catalogue.metadata["Plural-Forms"])
    assert declared, "the catalogue does not say how many plural forms it has"
    for entry in catalogue:
        if entry.obsolete:
            yield f"obsolete: {entry.msgid}"
            continue
        if entry.fuzzy:
            yield f"fuzzy: {entry.msgid}"
        if entry.msgid_plural and len(entry.msgstr_plural) != int(declared[1]):
            yield f"plural forms: {entry.msgid}"
        for originals, text in forms(entry):
            if not text.strip():
                yield f"missing: {entry.msgid}"
            elif placeholders(text) not in [placeholders(original) for original in originals]:
                yield f"placeholders: {text}"
            elif stray_percent(text) and not any(stray_percent(original) for original in originals):
                yield f"stray percent sign: {text}"


def messages(catalogue: polib.POFile | polib.MOFile) -> dict[tuple[str, str, str], str | dict[int, str]]:
    return {
        (entry.msgctxt or "", entry.msgid, entry.msgid_plural or ""): entry.msgstr_plural or entry.msgstr
        for entry in catalogue
        if not entry.obsolete
    }


def test_every_language_of_respondents_has_a_catalogue() -> None:
    wanted = {to_locale(language) for language in settings.RESPONDENT_LANGUAGES if language != "en"}
    assert {path.parts[-3] for path in CATALOGUES} == wanted


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.parts[-3])
def test_no_string_that_a_respondent_meets_is_missing(path: Path) -> None:
    """Held against the templates themselves: what `make messages` was forgotten for is missing here."""
    known = {entry.msgid for entry in polib.pofile(str(path))}
    assert sorted(said_in_templates() - known) == []


def said_in_templates() -> set[str]:
    """The plain strings of all respondent templates; enough to notice that nobody collected."""
    found: set[str] = set()
    for template in (ROOT / "templates" / "respondent").glob("*.html"):
        found.update(re.findall(r'{% translate "([^"]+)"', template.read_text("utf-8")))
    assert len(found) > 60
    return found


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.parts[-3])
def test_every_string_is_translated_with_its_placeholders(path: Path) -> None:
    assert list(faults(polib.pofile(str(path)))) == []


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.parts[-3])
def test_the_compiled_catalogue_is_the_written_one(path: Path) -> None:
    written, compiled = polib.pofile(str(path)), polib.mofile(str(path.with_suffix(".mo")))
    assert messages(compiled) == messages(written)
    assert compiled.metadata["Plural-Forms"] == written.metadata["Plural-Forms"]


@pytest.mark.parametrize(
    ("entry", "fault"),
    [
        (polib.POEntry(msgid="Share"), "missing"),
        (polib.POEntry(msgid="Share", msgstr="Parte", flags=["fuzzy"]), "fuzzy"),
        (polib.POEntry(msgid="Share", msgstr="Parte", obsolete=True), "obsolete"),
        (polib.POEntry(msgid="of %(all)s", msgstr="de %(todo)s"), "placeholders"),
        (polib.POEntry(msgid="of {all}", msgstr="de"), "placeholders"),
        (polib.POEntry(msgid="95%% of %(all)s", msgstr="95 % de %(all)s"), "stray percent sign"),
        (
            polib.POEntry(msgid="one", msgid_plural="%(n)s", msgstr_plural={0: "uno", 1: "%(n)s"}),
            "plural forms",
        ),
        (
            polib.POEntry(msgid="one", msgid_plural="%(n)s", msgstr_plural={0: "1", 1: "2", 2: "%(n)s"}),
            "placeholders",
        ),
        (
            polib.POEntry(msgid="one", msgid_plural="%(n)s", msgstr_plural={0: "1", 1: "%(n)s", 2: ""}),
            "missing",
        ),
    ],
)
def test_a_fault_is_found(entry: polib.POEntry, fault: str) -> None:
    catalogue = polib.POFile()
    catalogue.metadata = {"Plural-Forms": "nplurals=3; plural=0;"}
    catalogue.append(entry)
    (found,) = faults(catalogue)
    assert found.startswith(fault)
