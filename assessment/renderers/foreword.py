"""What consultants wrote about a released report: a summary before it, and a note at the head of a section.

It is theirs and plain to tell from the numbers: no document, table or API holds it.
"""

import re
import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Protocol

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

# Sections of the page (their ids) that a note can stand in, in their order there.
SECTIONS: dict[str, str | Promise] = {
    "dimensions": _("Dimensions"),
    "ladder": _("Who may decide"),
    "blind_spot": _("Blind spots"),
    "obstacles": _("Rules that get in the way"),
    "choices": _("What happens next"),
    "soon": _("How soon someone is there who can decide"),
    "where": _("Where"),
    "cuts": _("Who lives it how"),
    "agreed_strength": _("Agreed strengths"),
    "items": _("Questions"),
    "comments": _("In their own words"),
    "change": _("Change since the last wave"),
    "begin": _("What to do first"),
}


class Written(Protocol):
    summary: str
    notes: Mapping[str, str]


@dataclass(frozen=True)
class Note:
    section: str
    title: str | Promise
    text: str


@dataclass(frozen=True)
class Foreword:
    summary: str
    notes: tuple[Note, ...]

    @property
    def paragraphs(self) -> list[str]:
        return paragraphs(self.summary)

    def about(self, section: str) -> str:
        """The note of a section; empty where there is none."""
        return next((note.text for note in self.notes if note.section == section), "")

    def without(self, sections: Collection[str]) -> "Foreword | None":
        """What is left to say before the report: a note whose section a report or file lacks is not lost."""
        left = replace(self, notes=tuple(note for note in self.notes if note.section not in sections))
        return left if left.summary or left.notes else None


def paragraphs(text: str) -> list[str]:
    """An empty line begins a paragraph, here as on the page."""
    found = re.split(r"\n\s*\n", text.replace("\r\n", "\n").strip())
    return [one.strip() for one in found if one.strip()]


def reads_from_right(text: str) -> bool:
    """By its first letter that has a direction, as a browser decides."""
    strong = (unicodedata.bidirectional(letter) for letter in text)
    return next((one for one in strong if one in {"L", "R", "AL"}), "L") != "L"


def foreword(release: Written) -> Foreword | None:
    notes = tuple(
        Note(section, title, release.notes[section])
        for section, title in SECTIONS.items()
        if release.notes.get(section)
    )
    return Foreword(release.summary, notes) if release.summary or notes else None
