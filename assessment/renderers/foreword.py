"""What consultants wrote about a released report: it stands before the numbers and never among them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

# Sections of the page (their ids) that a note can stand for.
SECTIONS: dict[str, str | Promise] = {
    "dimensions": _("Dimensions"),
    "ladder": _("Who may decide"),
    "obstacles": _("Rules that get in the way"),
    "cuts": _("Who lives it how"),
    "items": _("Questions"),
    "comments": _("In their own words"),
    "where": _("Where"),
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


def paragraphs(text: str) -> list[str]:
    """An empty line begins a paragraph, here as on the page."""
    found = re.split(r"\n\s*\n", text.replace("\r\n", "\n").strip())
    return [one.strip() for one in found if one.strip()]


def foreword(release: Written) -> Foreword | None:
    notes = tuple(
        Note(section, title, release.notes[section])
        for section, title in SECTIONS.items()
        if release.notes.get(section)
    )
    return Foreword(release.summary, notes) if release.summary or notes else None
