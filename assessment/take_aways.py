"""Files and drawn pages of released reports: which are wanted, and finding one that was kept. `making` makes them.

Rows say what is due. A report that was built gets its page in every language and its files in the client's;
whoever reads another language asks for a file, and the row is the request.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce, Length, Substr
from django.utils import timezone

from assessment.access import released
from assessment.models import ReportSnapshot, TakeAway
from assessment.renderers.take_away import KINDS
from surveys.models import Event, FirmDeck
from surveys.models.event import Verb
from surveys.tenancy import across_all, within

PAGE = "page"
BRANDED = ("pdf", "pptx")
SLICE = 256 * 1024
DRAWN_WITH = (
    "templates/assessment/**/*.html",
    "assessment/*.py",
    "assessment/re*/**/*.py",
    "locale/*/LC_MESSAGES/*.mo",
)


@dataclass(frozen=True)
class Due:
    take_away: UUID
    organization: UUID


@cache
def edition() -> str:
    """Stands for everything a page is drawn with."""
    found = hashlib.sha256()
    for pattern in DRAWN_WITH:
        for path in sorted(Path(settings.ROOT).glob(pattern)):
            found.update(path.read_bytes())
    return found.hexdigest()


# --- What is wanted -------------------------------------------------------------------------------


def due() -> list[Due]:
    with across_all("beat looks for reports of every organization"):
        ready = Q(not_before__isnull=True) | Q(not_before__lte=timezone.now())
        rows = TakeAway.objects.filter(stale(), ready).order_by("kind")
        return [Due(*row) for row in rows.values_list("id", "snapshot__campaign__organization_id")]


def stale() -> Q:
    """Not made yet; a page drawn by an earlier Latitude; a file older than the client's logo or colour may be.

    Slides also where the firm has another presentation since.
    """
    changed = Event.objects.filter(
        organization=OuterRef("snapshot__campaign__organization"),
        verb=Verb.SETTINGS,
        at__gt=OuterRef("made_at"),
    )
    decks = FirmDeck.objects.filter(
        firm=OuterRef("snapshot__campaign__organization__firm"), changed_at__gt=OuterRef("made_at")
    )
    rebranded = Q(Exists(changed), kind__in=BRANDED) | Q(Exists(decks), kind="pptx")
    return Q(digest="") | Q(kind=PAGE) & ~Q(edition=edition()) | rebranded


def want_missing() -> None:
    """Rows for released reports that have not all of theirs, and none any more for what was withdrawn.

    A newer draft changes nothing: the released report is read until it is withdrawn for another.
    """
    with across_all("beat looks for reports of every organization"):
        unread = Q(snapshot__release=None) | Q(snapshot__release__withdrawn_at__isnull=False)
        TakeAway.objects.filter(unread).delete()
        for snapshot in _without_all():
            want_first(snapshot)


def _without_all() -> QuerySet[ReportSnapshot]:
    of_client = Q(take_aways__language=F("campaign__organization__language"), take_aways__kind__in=KINDS)
    reports = released().defer("document").select_related("campaign__organization")
    found = reports.annotate(
        pages=Count("take_aways", filter=Q(take_aways__kind=PAGE)),
        files=Count("take_aways", filter=of_client),
    )
    return found.filter(Q(pages__lt=len(settings.LANGUAGES)) | Q(files__lt=len(KINDS)))


def want_first(snapshot: ReportSnapshot) -> None:
    """The page in every language, the files in the client's."""
    language = snapshot.campaign.organization.language
    pairs = [(PAGE, code) for code, _name in settings.LANGUAGES] + [(kind, language) for kind in KINDS]
    rows = [TakeAway(snapshot=snapshot, kind=kind, language=code) for kind, code in pairs]
    TakeAway.objects.bulk_create(rows, ignore_conflicts=True)


def want(snapshot: ReportSnapshot, kind: str, language: str) -> TakeAway:
    """Somebody asks for a file. KeyError for a kind there is none of."""
    KINDS[kind]
    found, _made_now = TakeAway.objects.get_or_create(snapshot=snapshot, kind=kind, language=language)
    return found


# --- Finding one ----------------------------------------------------------------------------------


def kept_page(snapshot: UUID, language: str) -> str | None:
    """The page as it was drawn, where it was drawn with what this process draws with. Inside the tenant."""
    rows = TakeAway.objects.filter(snapshot=snapshot, kind=PAGE, language=language, edition=edition())
    content = rows.values_list("content", flat=True).first()
    return bytes(content).decode() if content else None


def sizes(snapshot: ReportSnapshot, language: str) -> dict[str, int]:
    """Of every file that was asked for in the language: its bytes, 0 while it is being made."""
    rows = TakeAway.objects.filter(snapshot=snapshot, language=language).exclude(kind=PAGE)
    return dict(rows.values_list("kind", Coalesce(Length("content"), 0)))


@dataclass(frozen=True)
class File:
    id: UUID
    digest: str
    size: int


def find(snapshot: ReportSnapshot, kind: str, language: str) -> File | None:
    rows = TakeAway.objects.filter(snapshot=snapshot, kind=kind, language=language, content__isnull=False)
    found = rows.values_list("id", "digest", Length("content")).first()
    return File(*found) if found else None


def pieces(identifier: UUID, organization: UUID) -> Iterator[bytes]:
    """The content of a kept file, a slice at a time, so that no process holds the whole of it."""
    place = 1
    while True:
        with within(organization):
            rows = TakeAway.objects.filter(id=identifier)
            piece = rows.values_list(Substr("content", place, SLICE), flat=True).first()
        if not piece:
            return
        yield bytes(piece)
        place += SLICE
