"""The sending itself: one slice of a mailing over one connection, and what the mail server's answers mean."""

import datetime as dt
import hashlib
import logging
import time
from collections.abc import Sequence
from smtplib import SMTPDataError, SMTPException, SMTPRecipientsRefused, SMTPResponseException
from uuid import UUID

from anymail.exceptions import AnymailError, AnymailRecipientsRefused, AnymailRequestsAPIError
from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db import transaction
from django.db.models import Exists, F, QuerySet
from django.utils import timezone

from surveys import passes, wording
from surveys.instruments.instrument import Panel
from surveys.models import (
    Campaign,
    Invitation,
    InvitationState,
    Mailing,
    MailingState,
    MessageKind,
    Person,
    Unreachable,
    Way,
    Why,
)
from surveys.sealing import BallotSeal

log = logging.getLogger(__name__)

SLICE = dt.timedelta(seconds=10)  # of work, then the worker looks after other things
MOST_ATTEMPTS = 5
FIRST_PAUSE, LONGEST_PAUSE = 30, 3_600  # seconds
PERMANENT = 500  # SMTP replies from here on say: never
READ_AHEAD, PURPOSE = 50, b"invitation"
LIVE = (MailingState.WAITING, MailingState.SENDING)


def digest(organization: UUID, address: str) -> bytes:
    """An address or number as it is remembered where nobody is to be written to: of no use to another client."""
    return hashlib.sha256(b"latitude.unreachable" + organization.bytes + address.lower().encode()).digest()


def code_of(seal: BallotSeal, invitation: UUID) -> str:
    return passes.code_of(seal.derived(PURPOSE, invitation.bytes))


class Slice:
    """A slice of one mailing: what is waiting, what became of each, and when it goes on."""

    def __init__(self, campaign: Campaign, mailing: Mailing, per_minute: int) -> None:
        self.campaign, self.mailing, self.per_minute = campaign, mailing, per_minute
        self.words = wording.Words(campaign, MessageKind(mailing.kind), Way(mailing.way))
        thanks = mailing.kind == MessageKind.THANKS
        self.seal = None if thanks else BallotSeal.of(campaign)
        self.began, self.sent, self.failed = time.monotonic(), 0, 0

    def waiting(self) -> list[Invitation]:
        """As many as the rate allows in a slice."""
        most = max(1, round(self.per_minute * SLICE.total_seconds() / 60))
        return list(self._waiting()[:most])

    def _waiting(self, *, later: bool = False) -> QuerySet[Invitation]:
        waiting = Invitation.objects.filter(campaign=self.campaign, state=InvitationState.WAITING)
        return waiting if later else waiting.filter(due_at__lte=timezone.now()).order_by("due_at", "id")

    @property
    def is_over(self) -> bool:
        return time.monotonic() - self.began > SLICE.total_seconds()

    def going(self) -> QuerySet[Mailing]:
        """Nobody there where somebody stopped it."""
        return Mailing.objects.filter(id=self.mailing.id, state=MailingState.SENDING)

    def text(self, invitation: Invitation, person: Person) -> tuple[wording.Text, str]:
        """With everything filled in, and the language it is in."""
        language = wording.language_for(self.campaign, person)
        link = ""
        if self.seal is not None:
            link = wording.link_for(self.campaign, code_of(self.seal, invitation.id), language)
        return self.words.filled(language, Panel(person.panel), link), language

    def becomes(self, invitations: Sequence[Invitation], state: InvitationState) -> None:
        self.sent += len(invitations) * (state == InvitationState.SENT)
        self.failed += len(invitations) * (state in {InvitationState.FAILED, InvitationState.BOUNCED})
        Invitation.objects.filter(id__in=[one.id for one in invitations]).update(state=state)

    def note(self) -> None:
        """Progress for the page. Of a reminder only what may be told."""
        if self.mailing.kind != MessageKind.REMINDER:
            Mailing.objects.filter(id=self.mailing.id).update(
                sent=F("sent") + self.sent, failed=F("failed") + self.failed
            )

    def rest(self, wait: dt.timedelta | None = None, **why: object) -> None:
        """Nothing came of it: a pause, longer each time."""
        pauses = Mailing.objects.values_list("pauses", flat=True).get(id=self.mailing.id) + 1
        until = timezone.now() + max(wait or dt.timedelta(), pause(pauses))
        Mailing.objects.filter(id=self.mailing.id).update(pauses=pauses, next_at=until, **why)

    def go_on(self) -> bool:
        """True where more can be sent at once."""
        if not self._waiting(later=True).exists():
            end(self.mailing, MailingState.DONE)
            return False
        return self._pace()

    def _pace(self) -> bool:
        """Wait until what was sent fits the rate."""
        wait = self.sent * 60 / self.per_minute - (time.monotonic() - self.began)
        until = timezone.now() + dt.timedelta(seconds=wait) if wait > 0 else None
        Mailing.objects.filter(id=self.mailing.id).update(pauses=0, next_at=until, trouble="", answered=None)
        return until is None and self._waiting().exists()


class Sender(Slice):
    """Sends a slice of one mailing as e-mail, over one connection to the mail server."""

    def __init__(self, campaign: Campaign, mailing: Mailing) -> None:
        super().__init__(campaign, mailing, settings.MAIL_PER_MINUTE)
        self.server = get_connection()

    def send(self) -> bool:
        """True where more can be sent at once."""
        waiting = self.waiting()
        try:
            if waiting:
                self.server.open()
            for at, invitation in enumerate(waiting):
                if at % READ_AHEAD == 0:
                    people_ = _people(waiting[at : at + READ_AHEAD])
                if self.is_over or not self._one(invitation, people_.get(invitation.person_id)):
                    break
        except (SMTPException, AnymailError, OSError) as error:
            self.rest()
            log.warning("the mail server took nothing, a pause is made: %s", type(error).__name__)
            return False
        finally:
            self.note()
            self._close()
        return self.go_on()

    def _one(self, invitation: Invitation, person: Person | None) -> bool:
        """Claim, hand over, note. False where somebody stopped the mailing."""
        going = self.going()
        mine = Invitation.objects.filter(Exists(going), id=invitation.id, state=InvitationState.WAITING)
        if not mine.update(state=InvitationState.SENDING, attempts=F("attempts") + 1):
            return going.exists()
        invitation.attempts += 1
        if person is None:  # removed, or without an address by now
            self.becomes([invitation], InvitationState.FAILED)
            return True
        try:
            self.server.send_messages([self._mail(invitation, person)])
        except (
            SMTPRecipientsRefused,
            AnymailRecipientsRefused,
            SMTPDataError,
            AnymailRequestsAPIError,
        ) as error:
            self._refused(invitation, person, error)
        except (SMTPException, AnymailError, OSError):
            self.becomes([invitation], InvitationState.WAITING)  # it is not about this person
            raise
        else:
            self.becomes([invitation], InvitationState.SENT)
        return True

    def _mail(self, invitation: Invitation, person: Person) -> EmailMessage:
        text, _language = self.text(invitation, person)
        mail = EmailMessage(
            text.subject, text.body, to=[person.email], headers={"Auto-Submitted": "auto-generated"}
        )
        mail.metadata = {"client": str(self.campaign.organization_id)}  # type: ignore[attr-defined]  # comes back with a bounce
        mail.track_clicks = mail.track_opens = False  # type: ignore[attr-defined]  # nobody is watched
        return mail

    def _refused(self, invitation: Invitation, person: Person, error: Exception) -> None:
        """For good where the server says so; otherwise again later, after a growing pause."""
        if is_for_good(error):
            if isinstance(error, (SMTPRecipientsRefused, AnymailRecipientsRefused)):
                remember(self.campaign.organization_id, person.email, Why.BOUNCED)
            self.becomes([invitation], InvitationState.BOUNCED)
        elif invitation.attempts >= MOST_ATTEMPTS:
            self.becomes([invitation], InvitationState.FAILED)
        else:
            again = timezone.now() + pause(invitation.attempts)
            Invitation.objects.filter(id=invitation.id).update(state=InvitationState.WAITING, due_at=again)

    def _close(self) -> None:
        try:
            self.server.close()
        except (SMTPException, OSError) as error:
            log.warning("the mail server went without a word: %s", type(error).__name__)


def _people(invitations: Sequence[Invitation]) -> dict[UUID, Person]:
    asked = Person.objects.filter(id__in=[one.person_id for one in invitations])
    return {person.id: person for person in asked.exclude(email="")}


def end(mailing: Mailing, state: MailingState) -> None:
    """After a reminder all invitations are written again in one statement: none tells whether it was reminded."""
    with transaction.atomic():
        live = Mailing.objects.filter(id=mailing.id, state__in=LIVE)
        if not live.update(state=state, done_at=timezone.now(), next_at=None, trouble="", answered=None):
            return
        if mailing.kind == MessageKind.REMINDER:
            Mailing.objects.filter(id=mailing.id, people__isnull=False).update(sent=F("people"))
            level(mailing.campaign_id)


def level(campaign: UUID) -> None:
    """To have been reminded is not to have answered. So afterwards all rows are alike."""
    Invitation.objects.filter(campaign=campaign).update(
        state=InvitationState.SENT, attempts=0, interrupted=False, due_at=timezone.now()
    )


def pause(times: int) -> dt.timedelta:
    return dt.timedelta(seconds=min(FIRST_PAUSE << times - 1, LONGEST_PAUSE))


def is_for_good(error: Exception) -> bool:
    """Whether the mail server said never, and not only not now."""
    match error:
        case SMTPRecipientsRefused(recipients=recipients):
            return all(code >= PERMANENT for code, _reply in recipients.values())
        case SMTPResponseException(smtp_code=code):
            return code >= PERMANENT
        case AnymailRecipientsRefused():
            return True
        case AnymailRequestsAPIError(status_code=code):
            return code is not None and code < PERMANENT and code != 429  # noqa: PLR2004  # too many requests
        case _:
            return False


def remember(organization: UUID, address: str, why: Why) -> None:
    """This address or number is never written to again."""
    one = Unreachable(organization_id=organization, digest=digest(organization, address), why=why)
    Unreachable.objects.bulk_create([one], ignore_conflicts=True)
