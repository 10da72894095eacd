"""A mail that a report is there: to whoever was chosen at its release, once, and without a number in it.

Rows say what is due: a notice waits until the report it is about stands released. It is sent under the one lock that
all mail is sent under, and noted before and after; a worker that is killed in between sends at most one twice.
"""

import logging
from collections.abc import Collection
from dataclasses import dataclass
from smtplib import SMTPException
from typing import assert_never
from uuid import UUID

from anymail.exceptions import AnymailError
from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.db.models import F, QuerySet
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from assessment.models import Notice
from assessment.models.notice import TOLD
from surveys import mailing
from surveys.delivering import MOST_ATTEMPTS, is_for_good, pause
from surveys.models import Campaign, InvitationState, Membership, Role, Way
from surveys.tenancy import across_all

log = logging.getLogger(__name__)


def people_of(campaign: Campaign) -> dict[str, Role]:
    """Address and role of everybody with access to the client: each once, as the first of `TOLD` they are."""
    held = Membership.objects.filter(organization=campaign.organization_id, role__in=TOLD)
    found: dict[str, Role] = {}
    for email, role in held.values_list("user__email", "role"):
        known = found.setdefault(email, Role(role))
        found[email] = min(known, Role(role), key=TOLD.index)
    return found


@transaction.atomic
def prepare(campaign: Campaign, roles: Collection[Role]) -> int:
    """Instead of whoever was to be told of an earlier release. Inside the tenant, by the web."""
    Notice.objects.filter(campaign=campaign).delete()
    made = [Notice(campaign=campaign, email=email, role=role) for email, role in people_of(campaign).items()]
    return len(Notice.objects.bulk_create(one for one in made if one.role in roles))


@dataclass(frozen=True)
class Told:
    """How far telling people has come."""

    people: int
    sent: int
    failed: tuple[str, ...]


def told(campaign: Campaign) -> Told:
    found = list(Notice.objects.filter(campaign=campaign))
    lost = {InvitationState.FAILED, InvitationState.BOUNCED}
    return Told(
        len(found),
        sum(one.state == InvitationState.SENT for one in found),
        tuple(one.email for one in found if one.state in lost),
    )


# --- Sending -----------------------------------------------------------------------------------------


def due() -> list[tuple[UUID, UUID]]:
    """Campaigns whose report stands released and of which somebody is still to be told, with their organizations."""
    with across_all("beat looks for notices of every organization"):
        found = _unsent().filter(campaign__organization__doomed_at=None, due_at__lte=timezone.now())
        return list(found.order_by().values_list("campaign_id", "campaign__organization_id").distinct())


def _unsent() -> QuerySet[Notice]:
    standing = Notice.objects.filter(
        campaign__releases__released_at__isnull=False, campaign__releases__withdrawn_at=None
    )
    return standing.filter(state__in=[InvitationState.WAITING, InvitationState.SENDING])


def send(campaign: UUID) -> None:
    """Inside the tenant. What cannot be sent now is due again later."""
    found = Campaign.objects.select_related("organization").defer("wrapped_key").get(id=campaign)
    with mailing.alone(Way.EMAIL, found.organization_id) as mine:
        if not mine:
            return
        _take_back(found)
        waiting = list(_unsent().filter(campaign=found, due_at__lte=timezone.now()))
        server = get_connection()
        try:
            for one in waiting:
                _one(server, found, one)
        finally:
            server.close()


def _take_back(campaign: Campaign) -> None:
    """Under the lock, what is being handed over belongs to a worker that is no more."""
    stuck = Notice.objects.filter(campaign=campaign, state=InvitationState.SENDING)
    stuck.filter(interrupted=True).update(state=InvitationState.FAILED)
    stuck.update(state=InvitationState.WAITING, interrupted=True)


def _one(server: BaseEmailBackend, campaign: Campaign, notice: Notice) -> None:
    mine = Notice.objects.filter(id=notice.id, state=InvitationState.WAITING)
    if not mine.update(state=InvitationState.SENDING, attempts=F("attempts") + 1):
        return
    held = Notice.objects.filter(id=notice.id)
    try:
        server.send_messages([mail(campaign, notice)])
    except (SMTPException, AnymailError, OSError) as error:
        log.warning("a notice could not be sent: %s", type(error).__name__)
        if is_for_good(error):
            held.update(state=InvitationState.BOUNCED)
        elif notice.attempts + 1 >= MOST_ATTEMPTS:
            held.update(state=InvitationState.FAILED)
        else:
            again = timezone.now() + pause(notice.attempts + 1)
            held.update(state=InvitationState.WAITING, due_at=again)
    else:
        held.update(state=InvitationState.SENT)


def mail(campaign: Campaign, notice: Notice) -> EmailMessage:
    """In the client's language, where the workspace speaks it."""
    spoken = campaign.organization.language
    with translation.override(spoken if spoken in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE):
        names = {"organization": " ".join(campaign.organization.name.split()), "wave": campaign.name}
        subject = _("The report of %(organization)s is ready: %(wave)s") % names
        first, link = _said(campaign, Role(notice.role))
        body = [
            _("Hello,"),
            first % names,
            settings.SITE_URL + link,
            _("Sign in with the address this mail went to. No result stands in a mail."),
        ]
        made = EmailMessage(
            subject, "\n\n".join(body), to=[notice.email], headers={"Auto-Submitted": "auto-generated"}
        )
    made.track_clicks = made.track_opens = False  # type: ignore[attr-defined]  # nobody is watched
    return made


def _said(campaign: Campaign, role: Role) -> tuple[str, str]:
    match role:
        case Role.EXECUTIVE:
            words = _("you can now read what the front line of %(organization)s lives, and what is believed:")
            return words, reverse("report", args=[campaign.id])
        case Role.LEAD:
            words = _("you can now read what was released of your unit in %(wave)s:")
            return words, reverse("unit-report", args=[campaign.id])
        case Role.COORDINATOR:
            words = _("the report of %(wave)s is released to your executives. This is what can be done next:")
            return words, reverse("campaign", args=[campaign.id])
        case Role.OWNER | Role.CONSULTANT:
            raise ValueError(role)
        case _:
            assert_never(role)
