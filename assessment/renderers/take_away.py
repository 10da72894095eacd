"""Every file that a report can be taken away as, under the name it is asked for. How each is made: `making`."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class TakeAway:
    title: str | Promise
    about: Promise
    content_type: str


OFFICE = "application/vnd.openxmlformats-officedocument"
KINDS: Mapping[str, TakeAway] = {
    "pdf": TakeAway(
        "PDF", _("The whole report for reading and printing, with bookmarks."), "application/pdf"
    ),
    "pptx": TakeAway(
        _("Slides"),
        _("For presenting: charts that can be edited, and notes for the speaker."),
        f"{OFFICE}.presentationml.presentation",
    ),
    "xlsx": TakeAway(
        _("Workbook"), _("Every number in a sheet for each section."), f"{OFFICE}.spreadsheetml.sheet"
    ),
    "csv": TakeAway("CSV", _("Every number as one long table, for programs."), "text/csv; charset=utf-8"),
    "sav": TakeAway("SPSS", _("The same table with labels, for SPSS and R."), "application/x-spss-sav"),
}


class Progress(StrEnum):
    """How far a file has come."""

    READY = "ready"
    BEING_MADE = "being_made"
    NOT_YET = "not_yet"


@dataclass(frozen=True)
class Offered:
    kind: str
    title: str
    about: str
    state: Progress
    size: int


def offered(kind: str, *, wanted: bool, size: int) -> Offered:
    """A file as the list shows it; a `size` of 0 says that it is not made."""
    state = Progress.READY if size else Progress.BEING_MADE if wanted else Progress.NOT_YET
    return Offered(kind, str(KINDS[kind].title), str(KINDS[kind].about), state, size)
