"""What stands around every page about a client or one of its waves: tabs and steps, by right.

A page passes `client_context(inside, tab)` or `wave_context(entered, step)` into its own context and extends
`workspace/client.html` or `workspace/wave.html`. A tab whose address does not exist is left out, and so is a step
that the wave has not come to or has left behind.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Generic, TypeVar
from uuid import UUID

from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from surveys import access, queries
from surveys.access import Entered, Inside
from surveys.models import State
from surveys.tenancy import within

Behind = TypeVar("Behind", bound=Inside)


@dataclass(frozen=True)
class Entry(Generic[Behind]):
    """A page of a kind: the word its view says, the name of its address, and who is shown the way."""

    word: str
    address: str
    label: str | Promise
    allowed: Callable[[Behind], bool]


@dataclass(frozen=True)
class Link:
    """An entry as one visitor sees it."""

    word: str
    label: str | Promise
    address: str
    current: bool


def anybody(_: Inside) -> bool:
    return True


def is_draft(entered: Entered) -> bool:
    return entered.campaign.state == State.DRAFT


def is_opening(entered: Entered) -> bool:
    """Its time has come, and the worker is at it."""
    return is_draft(entered) and entered.campaign.scheduled and entered.campaign.opens_at <= timezone.now()


def is_running(entered: Entered) -> bool:
    return entered.campaign.state == State.OPEN and timezone.now() < entered.campaign.closes_at


def is_over(entered: Entered) -> bool:
    return not is_draft(entered) and not is_running(entered)


def may_translate(entered: Entered) -> bool:
    return is_draft(entered) and access.can_manage(entered)


def may_bind(entered: Entered) -> bool:
    return is_running(entered) and access.can_look_after(entered)


def may_watch(entered: Entered) -> bool:
    return not is_draft(entered) and access.can_look_after(entered)


def may_release(entered: Entered) -> bool:
    return is_over(entered) and access.can_manage(entered)


def may_read(entered: Entered) -> bool:
    return is_over(entered) and access.can_read_report(entered)


def may_read_unit(entered: Entered) -> bool:
    return is_over(entered) and access.can_read_unit(entered)


def is_told(entered: Entered) -> bool:
    """Once the report is released, everybody may be told what was heard."""
    if entered.campaign.state not in {State.REPORTED, State.PURGED} or not access.can_look_after(entered):
        return False
    with within(entered.organization):
        return queries.is_released(entered.campaign)


TABS: tuple[Entry[Inside], ...] = (
    Entry("overview", "client", _("Overview"), anybody),
    Entry("units", "client-units", _("Units"), access.can_look_after),
    Entry("people", "client-people", _("People"), access.can_look_after),
    Entry("waves", "client-waves", _("Waves"), anybody),
    Entry("reports", "client-reports", _("Reports"), access.can_read),
    Entry("actions", "client-actions", _("Actions"), access.can_read),
    Entry("access", "client-access", _("Access"), access.can_manage),
    Entry("history", "client-history", _("History"), access.can_manage),
    Entry("api", "client-tokens", _("API"), access.can_manage),
    Entry("settings", "client-settings", _("Settings"), access.can_manage),
)
STEPS: tuple[Entry[Entered], ...] = (
    Entry("wave", "campaign", _("Wave"), anybody),
    Entry("set-up", "wave-set-up", _("Set-up"), access.can_manage),
    Entry("policy", "wave-policy", _("What can be shown"), access.can_manage),
    Entry("languages", "languages", _("Languages"), may_translate),
    Entry("messages", "wave-messages", _("Messages"), access.can_manage),
    Entry("codes", "wave-codes", _("Codes"), access.can_look_after),
    Entry("tablets", "tablets", _("Tablets"), may_bind),
    Entry("participation", "wave-participation", _("Participation"), may_watch),
    Entry("comments", "wave-comments", _("Comments"), may_release),
    Entry("release", "wave-release", _("Release"), may_release),
    Entry("report", "report", _("Report"), may_read),
    Entry("unit-report", "unit-report", _("Your unit"), may_read_unit),
    Entry("playback", "wave-playback", _("Telling everybody"), is_told),
)


def client_context(inside: Inside, tab: str) -> dict[str, Any]:
    """`tab` is the word of one of TABS."""
    return {
        "organization": inside.organization,
        "simulated": inside.organization.simulated,
        "tab": tab,
        "tabs": list(_links(TABS, inside, inside.organization.id, tab)),
        "can_manage": access.can_manage(inside),
        "can_look_after": access.can_look_after(inside),
    }


def wave_context(entered: Entered, step: str) -> dict[str, Any]:
    """`step` is the word of one of STEPS."""
    return {
        **client_context(entered, "waves"),
        "campaign": entered.campaign,
        "step": step,
        "steps": list(_links(STEPS, entered, entered.campaign.id, step)),
    }


def _links(
    entries: Iterable[Entry[Behind]], behind: Behind, identifier: UUID, current: str
) -> Iterator[Link]:
    for entry in entries:
        if entry.allowed(behind):
            try:
                address = reverse(entry.address, args=[identifier])
            except NoReverseMatch:
                continue
            yield Link(entry.word, entry.label, address, entry.word == current)
