"""From a draft to an open wave: changing it, opening it at its time, a later closing, the next wave."""

import datetime as dt
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from surveys import campaigns, sealing
from surveys.checklist import asked_units, refusals
from surveys.instruments.instrument import Instrument
from surveys.models import Campaign, Channel, Organization, Person, State, User
from surveys.models.event import Verb
from surveys.refusing import Refused

OPENED_AT_ONCE = 40  # units: a key takes 0.05 s, and a page two seconds at most
CHANGEABLE = frozenset(
    {
        "name",
        "opens_at",
        "closes_at",
        "min_group",
        "min_executives",
        "min_comments",
        "min_distribution",
        "background",
        "scenarios_left_out",
        "amounts",
        "languages",
        "channels",
        "left_out",
        "retention_days",
    }
)


def usual(organization: Organization, instrument: Instrument) -> campaigns.Options:
    """What a new draft begins with: the client's languages, and the ways to people that their list allows."""
    read = [language for language in instrument.languages if language in organization.languages]
    return campaigns.Options(
        amounts=instrument.amounts,
        languages=read or [instrument.default_language],
        channels=_ways_to(Person.objects.filter(organization=organization)),
    )


def _ways_to(people: QuerySet[Person]) -> list[Channel]:
    """A link for whoever has an address, a card for whoever has none."""
    mail, cards = people.exclude(email="").exists(), people.filter(email="").exists()
    return [Channel.EMAIL] * mail + [Channel.CODES] * (cards or not mail)


@transaction.atomic
def change(campaign: UUID, values: Mapping[str, Any], *, actor: User | None) -> Campaign:
    """Give a draft other values. ValidationError where a value is no value; Refused where it is no draft."""
    draft = _locked(campaign)
    _check_draft(draft)
    if unknown := values.keys() - CHANGEABLE:
        raise ValueError(f"A draft's {', '.join(sorted(unknown))} cannot be changed.")
    changed = [name for name, value in values.items() if getattr(draft, name) != value]
    for name in changed:
        setattr(draft, name, values[name])
    draft.full_clean()
    if changed:
        draft.save(update_fields=changed)
        campaigns.record(draft, Verb.CHANGED, actor, changed=sorted(changed))
    return draft


@transaction.atomic
def open_now(campaign: UUID, *, actor: User | None) -> None:
    """Refused with every reason at once."""
    draft = _locked(campaign)
    _check_draft(draft)
    _refuse(draft)
    now = timezone.now()
    draft.opens_at, draft.scheduled = min(draft.opens_at, now), False
    draft.save(update_fields=["opens_at", "scheduled"])
    campaigns.open_(draft, actor=actor)


@transaction.atomic
def ask_to_open(campaign: UUID, *, actor: User | None) -> bool:
    """Open it, or leave that to the worker where each unit's key would keep somebody waiting: whether it is open.

    Refused with every reason at once, in both cases.
    """
    draft = _locked(campaign)
    _check_draft(draft)
    _refuse(draft)
    if len(asked_units(draft)) <= OPENED_AT_ONCE:
        open_now(campaign, actor=actor)
        return True
    draft.opens_at, draft.scheduled = min(draft.opens_at, timezone.now()), True
    draft.save(update_fields=["opens_at", "scheduled"])
    campaigns.record(draft, Verb.SCHEDULED, actor)
    return False


@transaction.atomic
def schedule(campaign: UUID, *, scheduled: bool, actor: User | None) -> None:
    """Let a draft open by itself at its opening date, or not."""
    draft = _locked(campaign)
    _check_draft(draft)
    if scheduled:
        _refuse(draft)
    if draft.scheduled != scheduled:
        draft.scheduled = scheduled
        draft.save(update_fields=["scheduled"])
        campaigns.record(draft, Verb.SCHEDULED if scheduled else Verb.UNSCHEDULED, actor)


def open_scheduled(campaign: UUID) -> bool:
    """On its date. Where it became impossible since, it stays a draft, and the history says why."""
    with transaction.atomic():
        draft = _locked(campaign)
        if draft.state != State.DRAFT or not draft.scheduled or draft.opens_at > timezone.now():
            return False
    try:
        open_now(campaign, actor=None)
    except (Refused, sealing.SealingError) as refusal:
        with transaction.atomic():
            draft = _locked(campaign)
            if draft.state == State.DRAFT and draft.scheduled:
                draft.scheduled = False
                draft.save(update_fields=["scheduled"])
                campaigns.record(draft, Verb.NOT_OPENED, None, why=str(refusal))
        return False
    return True


@transaction.atomic
def extend(campaign: UUID, closes_at: dt.datetime, *, actor: User | None) -> None:
    """Only later, and only while open: what people were told may not become false to their harm."""
    wave = _locked(campaign)
    if wave.state != State.OPEN or wave.closes_at <= timezone.now():
        raise Refused(_("Only an open campaign can be extended."))
    if closes_at <= wave.closes_at:
        raise Refused(_("The new closing date must be later than the one people were told."))
    before, wave.closes_at = wave.closes_at, closes_at
    wave.save(update_fields=["closes_at"])
    campaigns.record(wave, Verb.EXTENDED, actor, before=before.isoformat(), closes=closes_at.isoformat())


@transaction.atomic
def duplicate(campaign: Campaign, name: str, *, actor: User | None) -> Campaign:
    """The next wave: a draft with everything copied, as long as the one before, from tomorrow on."""
    opens = timezone.now() + dt.timedelta(days=1)
    copy = Campaign(
        organization=campaign.organization,
        instrument_version=campaign.instrument_version,
        opens_at=opens,
        closes_at=opens + max(campaign.closes_at - campaign.opens_at, dt.timedelta(days=1)),
        **{key: getattr(campaign, key) for key in CHANGEABLE - {"name", "opens_at", "closes_at"}},
    )
    copy.name = name
    copy.full_clean()
    copy.save()
    campaigns.record(copy, Verb.CREATED, actor, after=campaign.name)
    return copy


def _locked(campaign: UUID) -> Campaign:
    rows = Campaign.objects.select_for_update(of=("self",))
    return rows.select_related("instrument_version", "organization").get(id=campaign)


def _check_draft(campaign: Campaign) -> None:
    if campaign.state != State.DRAFT:
        raise Refused(_("Only a draft can be changed: this campaign has been opened."))


def _refuse(campaign: Campaign) -> None:
    if reasons := refusals(campaign):
        raise Refused(" ".join(reasons))
