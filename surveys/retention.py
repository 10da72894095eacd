"""What is kept for a term, and its end. Respondents were told these dates, so they hold whatever else happens.

Of the answers nothing remains but what the released document holds.
"""

import datetime as dt
from collections import Counter
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.db.models import Count, F
from django.db.models.functions import Length
from django.utils import timezone

from surveys import campaigns, certificates, collect
from surveys.instruments.instrument import Panel
from surveys.models import (
    AnswerBlock,
    Campaign,
    Certificate,
    Comment,
    Destroyed,
    Event,
    Pass,
    ProofKey,
    State,
)
from surveys.models.event import Verb
from surveys.tenancy import across_all

NOTICE = dt.timedelta(days=1)  # between the warning that a report is missing and the end of its answers


@dataclass(frozen=True)
class Due:
    """A campaign whose term has ended, and the tenant to end it in."""

    campaign: UUID
    organization: UUID


def due() -> list[Due]:
    now = timezone.now()
    with across_all("beat looks for campaigns of every organization"):
        kept = Campaign.objects.exclude(state__in=[State.DRAFT, State.OPEN])
        answers = kept.filter(answers_until__lte=now).exclude(state=State.PURGED)
        late = kept.filter(records_until__lte=now)
        passes = late.filter(units__passes__isnull=False)
        comments = late.filter(comments__isnull=False)
        found = {
            row for rows in (answers, passes, comments) for row in rows.values_list("id", "organization_id")
        }
    return [Due(*row) for row in sorted(found)]


@transaction.atomic
def purge(campaign: UUID) -> list[Certificate]:
    """Destroy what is due of one campaign. A second time there is nothing left to do."""
    locked = Campaign.objects.select_for_update().get(id=campaign)
    done: list[Certificate] = []
    if _ended(locked.answers_until) and _may_lose_answers(locked):
        done.append(_destroy_answers(locked))
    if _ended(locked.records_until):
        done += _destroy_records(locked)
    if done:
        what = {str(certificate.what): certificate.counts for certificate in done}
        campaigns.record(locked, Verb.PURGED, None, destroyed=what)
    return done


def _ended(until: dt.datetime | None) -> bool:
    return until is not None and until <= timezone.now()


def _may_lose_answers(campaign: Campaign) -> bool:
    """Yes once there is a report. Without one the end is announced a day before: there may be time to build it."""
    match State(campaign.state):
        case State.REPORTED:
            return True
        case State.CLOSED:
            warned = Event.objects.filter(verb=Verb.OVERDUE, detail__id=str(campaign.id))
            if not warned.exists():
                campaigns.record(campaign, Verb.OVERDUE, None, id=str(campaign.id))
            return warned.filter(at__lte=timezone.now() - NOTICE).exists()
        case State.DRAFT | State.OPEN | State.PURGED:
            return False


def _destroy_answers(campaign: Campaign) -> Certificate:
    blocks = AnswerBlock.objects.filter(unit__campaign=campaign)
    sheets: Counter[Panel] = Counter()
    for panel, count in blocks.values_list("panel", Length("sheets") / F("width")):
        sheets[Panel(panel)] += count
    AnswerBlock.objects.filter(unit__in=campaign.units.all()).delete()
    campaign.state = State.PURGED
    ProofKey.objects.filter(campaign=campaign).delete()
    campaign.save(update_fields=["state"])
    return certificates.issue(campaign, Destroyed.ANSWERS, campaigns.told(campaign, sheets))


def _destroy_records(campaign: Campaign) -> list[Certificate]:
    done: list[Certificate] = []
    for what, rows in (
        (Destroyed.COMMENTS, Comment.objects.filter(campaign=campaign)),
        (Destroyed.PASSES, Pass.objects.filter(unit__in=campaign.units.all())),
    ):
        counts = dict(rows.order_by().values_list("panel").annotate(Count("id")))
        if counts:
            rows.delete()
            done.append(certificates.issue(campaign, what, counts))
    return done


def vacuum() -> bool:
    """What was destroyed leaves the tables' files too. False where that has to wait for a backup to end."""
    return collect.written_anew(AnswerBlock, Comment, Pass, ProofKey)


def destroyed_lately() -> bool:
    """Whether anything was destroyed in the last day, so that its traces may want another try."""
    with across_all("the tables' files are one for all organizations"):
        since = timezone.now() - dt.timedelta(days=1)
        verbs = [Verb.CLOSED, Verb.LOST, Verb.COMMENTS, Verb.PURGED]
        return Event.objects.filter(verb__in=verbs, at__gte=since).exists()
