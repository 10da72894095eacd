"""The one thing to do next with a wave, and the ways to everything else, for whoever looks at it."""

from dataclasses import dataclass
from typing import assert_never

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from surveys import access, checklist, queries
from surveys.access import Entered
from surveys.models import Channel, State
from surveys.views import shell


@dataclass(frozen=True)
class Way:
    label: str
    address: str
    about: str = ""


@dataclass(frozen=True)
class Next:
    """What is the matter, why, and the buttons: the first of them is the one to press."""

    title: str
    why: str
    ways: tuple[Way, ...] = ()


def of(entered: Entered) -> Next:
    """Inside the tenant."""
    state = State(entered.campaign.state)
    match state:
        case State.DRAFT:
            return _draft(entered)
        case State.OPEN:
            return _open(entered) if shell.is_running(entered) else _closing(entered)
        case State.CLOSED:
            return _closing(entered)
        case State.REPORTED:
            return _reported(entered)
        case State.PURGED:
            return Next(
                _("The answers are destroyed"), _("What was released stays, as it was."), _report(entered)
            )
        case _:
            assert_never(state)


def ways_on(entered: Entered) -> list[Way]:
    """What has no step of its own."""
    if not access.can_manage(entered):
        return []
    wave = entered.campaign
    questions = Way(
        _("Read the questions"),
        reverse("wave-questions", args=[wave.id]),
        _("Both wordings side by side, in every language."),
    )
    later = Way(
        _("Close later"),
        reverse("wave-set-up", args=[wave.id]) + "#later",
        _("Give people more time. Never earlier than they were told."),
    )
    following = Way(
        _("The next wave"),
        reverse("wave-set-up", args=[wave.id]) + "#next",
        _("A draft with everything copied from this one."),
    )
    return [questions, *([later] if shell.is_running(entered) else []), following]


def _draft(entered: Entered) -> Next:
    if not access.can_manage(entered):
        return Next(_("This survey is being prepared"), _("Your consultants open it when it is ready."))
    wave = entered.campaign
    refusals = checklist.refusals(wave)
    set_up = reverse("wave-set-up", args=[wave.id])
    if refusals:
        title = ngettext(
            "%(count)d thing stands in the way of opening",
            "%(count)d things stand in the way of opening",
            len(refusals),
        ) % {"count": len(refusals)}
        return Next(title, " ".join(refusals), (Way(_("Go on with the set-up"), set_up),))
    foresight = Way(_("What can be shown"), reverse("wave-policy", args=[wave.id]))
    if shell.is_opening(entered):
        why = _(
            "Every unit gets keys of its own, so hundreds of units take a minute. You can leave this page."
        )
        return Next(_("It is being opened"), why)
    if wave.scheduled:
        why = _("Nothing is left to do. It opens on the date below.")
        return Next(_("It opens by itself"), why, (Way(_("Look at the set-up"), set_up), foresight))
    why = _("Nothing stands in the way. Once it is open, questions, units and thresholds are fixed.")
    return Next(_("It can be opened"), why, (Way(_("Check and open"), set_up), foresight))


def _open(entered: Entered) -> Next:
    why = _("No result can be seen while a survey is open, by nobody: the ballot box is sealed.")
    if not access.can_look_after(entered):
        return Next(_("People are answering"), why)
    wave = entered.campaign
    watch = Way(_("How many take part"), reverse("wave-participation", args=[wave.id]))
    unused = _unused_ways_to_people(entered)
    if unused:
        return Next(_("It is open: now people have to hear of it"), why, (*unused, watch))
    return Next(_("People are answering"), why, (watch,))


def _unused_ways_to_people(entered: Entered) -> list[Way]:
    """Of those that the set-up chose, where this visitor may go them."""
    wave = entered.campaign
    used = queries.ways_used(wave)
    left = [channel for channel in Channel if channel in wave.channels and channel not in used]
    found: dict[str, Way] = {}
    for channel in left:
        match channel:
            case Channel.EMAIL if access.can_manage(entered):
                found[channel] = Way(_("Send invitations"), reverse("wave-messages", args=[wave.id]))
            case Channel.CODES | Channel.SMS:
                found[Channel.CODES] = Way(_("Make codes"), reverse("wave-codes", args=[wave.id]))
            case Channel.KIOSK:
                found[channel] = Way(_("Set up a tablet"), reverse("tablets", args=[wave.id]))
            case Channel.EMAIL:
                continue
            case _:
                assert_never(channel)
    return list(found.values())


def _closing(entered: Entered) -> Next:
    return Next(
        _("It is closed, and the report is being built"),
        _(
            "The ballot box is opened and every number is proven before it is shown. It takes a minute or two."
        ),
        _report(entered, _("How far it is")),
    )


def _reported(entered: Entered) -> Next:
    if access.can_read_unit(entered) and not access.can_read_report(entered):
        return _for_lead(entered)
    if not access.can_manage(entered):
        return _for_the_client(entered)
    ways = (
        *_report(entered),
        Way(_("From the draft to the client"), reverse("wave-release", args=[entered.campaign.id])),
    )
    return Next(
        _("The report is there"),
        _(
            "Read it, decide the comments and write a word before the numbers; the client sees what you release."
        ),
        ways,
    )


def _for_lead(entered: Entered) -> Next:
    if not queries.is_released(entered.campaign):
        why = _(
            "Your consultants read it first. You can read what it says of your unit once they have released it."
        )
        return Next(_("There is a report"), why)
    way = Way(_("What was released of your unit"), reverse("unit-report", args=[entered.campaign.id]))
    why = _("Your unit and those under it, as far as that exposes nobody.")
    return Next(_("There is something to read"), why, (way,))


def _for_the_client(entered: Entered) -> Next:
    if not shell.may_read(entered):
        return Next(_("There is a report"), "")
    if queries.is_released(entered.campaign):
        why = _("One number first, then where it comes from. It takes five minutes.")
        return Next(_("Your report is there"), why, _report(entered))
    why = _("Your consultants read it first, and every comment. You can read it once they have released it.")
    return Next(_("There is a report"), why)


def _report(entered: Entered, label: str = "") -> tuple[Way, ...]:
    if not shell.may_read(entered):
        return ()
    return (Way(label or _("Read the report"), reverse("report", args=[entered.campaign.id])),)
