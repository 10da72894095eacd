"""Writing to people: who comes into question, in which order, how fast, and what a failure means.

Rows decide what is due. One sender works at a time: it holds a lock that goes with its connection. It notes each mail
before it hands it to the mail server and again afterwards, so a worker that is killed leaves at most one mail of which
nobody knows whether it went. That one is sent once more; when that is interrupted too, only if somebody asks for it.

A code is computed from an invitation and the campaign's key, and never stored. It is in no task's arguments.
"""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import assert_never
from uuid import UUID

from django.db import IntegrityError, connection, transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from surveys import campaigns, collect, passes, people
from surveys.delivering import LIVE, Sender, code_of, digest, end, level
from surveys.models import (
    Campaign,
    CampaignUnit,
    Invitation,
    InvitationState,
    Mailing,
    MailingState,
    MessageKind,
    Pass,
    Person,
    State,
    Unreachable,
    User,
)
from surveys.models.event import Verb
from surveys.refusing import Refused
from surveys.sealing import BallotSeal
from surveys.tenancy import across_all

UNSENT = (InvitationState.WAITING, InvitationState.SENDING)
BETWEEN_REMINDERS = dt.timedelta(days=1)
CHUNK = 2_000


# --- Asking for it -----------------------------------------------------------------------------------


@transaction.atomic
def ask(campaign: Campaign, kind: MessageKind, *, actor: User) -> Mailing:
    """Refused where it is not the time for it. A draft's invitations wait until it opens."""
    _check(campaign, kind)
    try:
        with transaction.atomic():
            made = Mailing.objects.create(campaign=campaign, kind=kind, asked_by=actor)
    except IntegrityError as error:
        raise Refused(_("People are being written to at the moment.")) from error
    campaigns.record(campaign, Verb.MAILED, actor, kind=kind.value)
    return made


def why_not(campaign: Campaign, kind: MessageKind) -> str:
    """The sentence beside the button; empty where people can be written to."""
    try:
        _check(campaign, kind)
    except Refused as refusal:
        return str(refusal)
    return ""


@dataclass(frozen=True)
class Reach:
    """How many of a wave's people can be written to."""

    reachable: int
    without_address: int
    unreachable: int


def reach(campaign: Campaign) -> Reach:
    asked = people.of_campaign(campaign)
    with_address = asked.exclude(email="").count()
    gone = Unreachable.objects.filter(organization=campaign.organization_id).exists()
    able = sum(1 for _one in reachable(campaign)) if gone else with_address
    return Reach(able, asked.filter(email="").count(), with_address - able)


def _check(campaign: Campaign, kind: MessageKind) -> None:
    state = State(campaign.state)
    match kind:
        case MessageKind.INVITATION:
            if state not in {State.DRAFT, State.OPEN}:
                raise Refused(_("Invitations are sent until the survey closes."))
        case MessageKind.REMINDER:
            if state != State.OPEN or not collect.takes_answers(campaign):
                raise Refused(_("Reminders are sent while the survey is open."))
            earlier = Mailing.objects.filter(campaign=campaign).exclude(kind=MessageKind.THANKS)
            if not earlier.filter(kind=MessageKind.INVITATION).exists():
                raise Refused(_("Nobody has been invited by e-mail yet."))
            if earlier.filter(asked_at__gt=timezone.now() - BETWEEN_REMINDERS).exists():
                raise Refused(_("A day must pass between two mails to the same people."))
        case MessageKind.THANKS:
            if state not in {State.CLOSED, State.REPORTED}:
                raise Refused(_("Thanks are sent when the survey has closed."))
            if Mailing.objects.filter(campaign=campaign, kind=kind, state=MailingState.DONE).exists():
                raise Refused(_("Everybody has been thanked."))
        case _:
            assert_never(kind)


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
        waiting = Invitation.objects.filter(state__in=UNSENT, campaign__mailings__in=stopped)
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
    with _alone() as mine:
        if not mine or _paced():
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
        return Sender(campaign, mailing).send()


@contextmanager
def _alone() -> Iterator[bool]:
    """One sender for the whole site. The lock goes with the connection, so also with a worker that is killed."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(hashtext('surveys.mailing'))")
        mine = bool(cursor.fetchone()[0])
        try:
            yield mine
        finally:
            if mine and not connection.needs_rollback:
                cursor.execute("SELECT pg_advisory_unlock(hashtext('surveys.mailing'))")


def _paced() -> bool:
    """Whether the whole site has to wait: what went out fills the rate until then."""
    with across_all("the mail server is one for all clients"):
        latest: dt.datetime | None = Mailing.objects.filter(pauses=0).aggregate(at=Max("next_at"))["at"]
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
    match MessageKind(held.kind):
        case MessageKind.INVITATION:
            number = _invite(campaign)
        case MessageKind.REMINDER:
            number = _remind(campaign)
        case MessageKind.THANKS:
            number = _thank(campaign)
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


def reachable(campaign: Campaign) -> Iterator[Person]:
    """Everybody of the wave with an address that did not come back and that did not complain."""
    organization = campaign.organization_id
    gone = {
        bytes(one)
        for one in Unreachable.objects.filter(organization=organization).values_list("digest", flat=True)
    }
    for person in people.of_campaign(campaign).exclude(email="").order_by("id").iterator(chunk_size=CHUNK):
        if digest(organization, person.email) not in gone:
            yield person


def _invite(campaign: Campaign) -> int:
    """An invitation and a pass for everybody who has none, and a mail where the last was given up or never sent.

    Passes are written in the order of their digests, which is none.
    """
    unsent = (InvitationState.FAILED, InvitationState.WAITING)
    left = Invitation.objects.filter(campaign=campaign, state__in=unsent)
    again = list(left.values_list("id", flat=True))
    _wait(campaign, again)
    places = dict(CampaignUnit.objects.filter(campaign=campaign).values_list("unit_id", "id"))
    asked = set(Invitation.objects.filter(campaign=campaign).values_list("person_id", flat=True))
    seal, now = BallotSeal.of(campaign), timezone.now()
    made, rights = [], []
    for person in reachable(campaign):
        if person.id in asked or person.unit_id not in places:
            continue
        invitation = Invitation(campaign=campaign, person=person, due_at=now)
        code = passes.digest(code_of(seal, invitation.id))
        made.append(invitation)
        rights.append(Pass(unit_id=places[person.unit_id], panel=person.panel, code_digest=code))
    Invitation.objects.bulk_create(sorted(made, key=lambda one: one.id), batch_size=CHUNK)
    Pass.objects.bulk_create(sorted(rights, key=lambda one: bytes(one.code_digest)), batch_size=CHUNK)
    return len(made) + len(again)


def _remind(campaign: Campaign) -> int:
    """Those whose pass is neither spent nor exchanged for a token, and whose address works."""
    seal = BallotSeal.of(campaign)
    within_reach = {person.id for person in reachable(campaign)}
    unused = Pass.objects.filter(unit__campaign=campaign, spent=False, blinded=None)
    open_ = {bytes(one) for one in unused.values_list("code_digest", flat=True)}
    invitations = Invitation.objects.filter(campaign=campaign)
    due_ = [
        identifier
        for identifier, person in invitations.values_list("id", "person_id").iterator(chunk_size=CHUNK)
        if person in within_reach and passes.digest(code_of(seal, identifier)) in open_
    ]
    _wait(campaign, due_)
    return len(due_)


def _thank(campaign: Campaign) -> int:
    """Everybody who could be asked, whether they answered or not: nobody knows."""
    Invitation.objects.filter(campaign=campaign).delete()
    now = timezone.now()
    made = [Invitation(campaign=campaign, person=person, due_at=now) for person in reachable(campaign)]
    Invitation.objects.bulk_create(sorted(made, key=lambda one: one.id), batch_size=CHUNK)
    return len(made)


def _wait(campaign: Campaign, identifiers: list[UUID]) -> None:
    for at in range(0, len(identifiers), CHUNK):
        Invitation.objects.filter(campaign=campaign, id__in=identifiers[at : at + CHUNK]).update(
            state=InvitationState.WAITING, due_at=timezone.now(), attempts=0, interrupted=False
        )
