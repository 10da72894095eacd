"""Writing to people: who comes into question, in which order, how fast, and what a failure means.

Rows decide what is due. One sender works at a time: it holds a lock that goes with its connection. It notes each mail
before it hands it to the mail server and again afterwards, so a worker that is killed leaves at most one mail of which
nobody knows whether it went. That one is sent once more; when that is interrupted too, only if somebody asks for it.

A code is computed from an invitation and the campaign's key, and never stored. It is in no task's arguments.
"""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from typing import assert_never
from uuid import UUID

from django.db import IntegrityError, connection, transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from surveys import campaigns, collect, gateways, recipients
from surveys.delivering import LIVE, Sender, end, level
from surveys.models import (
    Campaign,
    CodeSheet,
    Invitation,
    InvitationState,
    Mailing,
    MailingState,
    MessageKind,
    State,
    User,
    Way,
)
from surveys.models.event import Verb
from surveys.refusing import Refused
from surveys.tenancy import across_all
from surveys.texting import TextSender

BETWEEN_REMINDERS = dt.timedelta(days=1)


# --- Asking for it -----------------------------------------------------------------------------------


@transaction.atomic
def ask(campaign: Campaign, kind: MessageKind, way: Way = Way.EMAIL, *, actor: User) -> Mailing:
    """Refused where it is not the time for it. A draft's invitations wait until it opens."""
    _check(campaign, kind, way)
    try:
        with transaction.atomic():
            made = Mailing.objects.create(campaign=campaign, kind=kind, way=way, asked_by=actor)
    except IntegrityError as error:
        raise Refused(_("People are being written to at the moment.")) from error
    campaigns.record(campaign, Verb.MAILED, actor, kind=kind.value, way=way.value)
    return made


def why_not(campaign: Campaign, kind: MessageKind, way: Way = Way.EMAIL) -> str:
    """The sentence beside the button; empty where people can be written to."""
    try:
        _check(campaign, kind, way)
    except Refused as refusal:
        return str(refusal)
    return ""


def _check(campaign: Campaign, kind: MessageKind, way: Way) -> None:
    state = State(campaign.state)
    if way is Way.SMS and gateways.of(campaign.organization_id) is None:
        raise Refused(_("No gateway for text messages is set up for this client."))
    match kind:
        case MessageKind.INVITATION:
            if state not in {State.DRAFT, State.OPEN}:
                raise Refused(_("Invitations are sent until the survey closes."))
        case MessageKind.REMINDER:
            _check_reminder(campaign)
        case MessageKind.THANKS:
            if state not in {State.CLOSED, State.REPORTED}:
                raise Refused(_("Thanks are sent when the survey has closed."))
            thanked = Mailing.objects.filter(campaign=campaign, kind=kind, way=way, state=MailingState.DONE)
            if thanked.exists():
                raise Refused(_("Everybody has been thanked."))
        case _:
            assert_never(kind)


def _check_reminder(campaign: Campaign) -> None:
    if campaign.state != State.OPEN or not collect.takes_answers(campaign):
        raise Refused(_("Reminders are sent while the survey is open."))
    earlier = Mailing.objects.filter(campaign=campaign).exclude(kind=MessageKind.THANKS)
    if not (earlier.filter(kind=MessageKind.INVITATION).exists() or was_listed(campaign)):
        raise Refused(_("Nobody has been invited yet."))
    if earlier.filter(asked_at__gt=timezone.now() - BETWEEN_REMINDERS).exists():
        raise Refused(_("A day must pass between two messages to the same people."))


def was_listed(campaign: Campaign) -> bool:
    """Whether somebody took a list of phone numbers with their links away."""
    return CodeSheet.objects.filter(unit__campaign=campaign, texted=True).exists()


@transaction.atomic
def stop(campaign: Campaign, *, actor: User) -> bool:
    """Nobody else is written to. False where there is nothing to stop."""
    live = Mailing.objects.filter(campaign=campaign, state__in=LIVE)
    if not live.update(state=MailingState.ENDED, done_at=timezone.now()):
        return False
    campaigns.record(campaign, Verb.MAIL_STOPPED, actor)
    return True


# --- What is due -------------------------------------------------------------------------------------


def due() -> list[tuple[UUID, UUID]]:
    """Mailings to go on with, of every client, and their organizations."""
    now = timezone.now()
    with across_all("beat looks for mailings of every client"):
        live = Mailing.objects.filter(state__in=LIVE, campaign__organization__doomed_at=None)
        ready = live.exclude(next_at__gt=now).exclude(
            campaign__state=State.DRAFT, kind=MessageKind.INVITATION
        )
        ready = ready.exclude(campaign__state=State.OPEN, campaign__opens_at__gt=now)
        return list(ready.order_by("asked_at").values_list("id", "campaign__organization_id"))


def forget() -> int:
    """Who was asked in waves that take no answers any more and thank nobody just now."""
    with across_all("waves of every client end"):
        over = Campaign.objects.exclude(state__in=[State.DRAFT, State.OPEN])
        over = over.exclude(mailings__state__in=LIVE)
        return Invitation.objects.filter(campaign__in=over.values("id")).delete()[0]


def forget_stopped() -> int:
    """A reminder that somebody stopped leaves rows that wait, and they tell who had not answered. How many did."""
    with across_all("waves of every client"):
        stopped = Mailing.objects.filter(kind=MessageKind.REMINDER, state=MailingState.ENDED)
        waiting = Invitation.objects.filter(state__in=recipients.UNSENT, campaign__mailings__in=stopped)
        left = waiting.exclude(campaign__mailings__state__in=LIVE)
        campaigns_ = list(left.values_list("campaign", flat=True).distinct())
        for campaign in campaigns_:
            _level_after_a_stop(campaign)
    return len(campaigns_)


def _level_after_a_stop(campaign: UUID) -> None:
    last = Mailing.objects.filter(campaign=campaign).exclude(state__in=LIVE).first()
    if last and last.kind == MessageKind.REMINDER and last.state == MailingState.ENDED:
        level(campaign)


def is_over(identifier: UUID) -> bool:
    return Mailing.objects.filter(id=identifier).exclude(state__in=LIVE).exists()


def mix() -> bool:
    """When a mailing is over, and hourly. A reminder writes the rows of those who have not answered again: where they
    lie then, and what they were before, tells of each whether it was reminded.
    """
    return collect.written_anew(Invitation)


def run(identifier: UUID) -> bool:
    """Go on with one mailing for a while. True where more can be sent at once."""
    mailing = Mailing.objects.filter(id=identifier, state__in=LIVE).select_related("campaign").first()
    if mailing is None:
        return False
    way, organization = Way(mailing.way), mailing.campaign.organization_id
    with alone(way, organization) as mine:
        if not mine or _paced(way, organization):
            return False
        mailing = Mailing.objects.filter(id=identifier, state__in=LIVE).first()
        if mailing is None:
            return False
        campaign = Campaign.objects.select_related("organization", "instrument_version").get(
            id=mailing.campaign_id
        )
        if not _goes_on(campaign, mailing):
            return False
        if mailing.state == MailingState.WAITING:
            prepare(campaign, mailing)
        _take_back(campaign)
        match way:
            case Way.EMAIL:
                return Sender(campaign, mailing).send()
            case Way.SMS:
                return TextSender(campaign, mailing).send()
            case _:
                assert_never(way)


@contextmanager
def alone(way: Way, organization: UUID) -> Iterator[bool]:
    """One sender a server: of mail for the whole site, of text messages for each client's gateway.

    The lock goes with the connection, so also with a worker that is killed.
    """
    name = "surveys.mailing" if way is Way.EMAIL else f"surveys.texting.{organization}"
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(hashtext(%s))", [name])
        mine = bool(cursor.fetchone()[0])
        try:
            yield mine
        finally:
            if mine and not connection.needs_rollback:
                cursor.execute("SELECT pg_advisory_unlock(hashtext(%s))", [name])


def _paced(way: Way, organization: UUID) -> bool:
    """Whether the whole server has to wait: what went out fills the rate until then."""
    with across_all("the mail server is one for all clients"):
        done = Mailing.objects.filter(pauses=0, way=way)
        if way is Way.SMS:
            done = done.filter(campaign__organization=organization)
        latest: dt.datetime | None = done.aggregate(at=Max("next_at"))["at"]
    return latest is not None and latest > timezone.now()


def _goes_on(campaign: Campaign, mailing: Mailing) -> bool:
    """A survey that closed meanwhile invites and reminds nobody else."""
    if mailing.kind == MessageKind.THANKS or collect.takes_answers(campaign):
        return True
    if campaign.state != State.DRAFT and campaign.closes_at <= timezone.now():
        end(mailing, MailingState.ENDED)
    return False


def _take_back(campaign: Campaign) -> None:
    """Under the lock, what is being handed over belongs to a worker that is no more."""
    stuck = Invitation.objects.filter(campaign=campaign, state=InvitationState.SENDING)
    stuck.filter(interrupted=True).update(state=InvitationState.FAILED)
    stuck.update(state=InvitationState.WAITING, interrupted=True)


# --- Who is written to -------------------------------------------------------------------------------


@transaction.atomic
def prepare(campaign: Campaign, mailing: Mailing) -> None:
    """Note who is to get this mail, in one transaction."""
    held = Mailing.objects.select_for_update(of=("self",)).get(id=mailing.id)
    if held.state != MailingState.WAITING:
        return
    _level_after_a_stop(campaign.id)
    way = Way(held.way)
    match MessageKind(held.kind):
        case MessageKind.INVITATION:
            number = recipients.invite(campaign, way)
        case MessageKind.REMINDER:
            number = recipients.remind(campaign, way)
        case MessageKind.THANKS:
            number = recipients.thank(campaign, way)
        case kind:
            assert_never(kind)
    mailing.state = held.state = MailingState.SENDING
    mailing.people = held.people = rounded(campaign, MessageKind(held.kind), number)
    held.save(update_fields=["state", "people"])


def rounded(campaign: Campaign, kind: MessageKind, number: int) -> int | None:
    """What may be told of a number of people written to. Of a reminder: in steps, and nothing of a few."""
    if kind is not MessageKind.REMINDER:
        return number
    step = max(campaign.min_group, campaign.min_executives)
    invited = Invitation.objects.filter(campaign=campaign).count()
    return number // step * step if invited >= 2 * step else None
