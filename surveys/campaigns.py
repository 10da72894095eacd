"""A campaign's life: draft, open, closed, reported, purged. Each step is one function, one transaction, one event."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from surveys import collect, sealing, tokens
from surveys.checklist import asked_units, refusals
from surveys.instruments.adding import with_language
from surveys.instruments.instrument import Instrument, Panel
from surveys.models import (
    Campaign,
    CampaignUnit,
    Event,
    InstrumentVersion,
    KeyProbe,
    Organization,
    State,
    Unit,
    User,
)
from surveys.models.event import Verb
from surveys.refusing import Refused as Refused  # noqa: PLC0414  # campaigns.Refused is how others know it

TRANSITIONS: dict[State, frozenset[State]] = {
    State.DRAFT: frozenset({State.OPEN, State.CLOSED}),  # straight to closed: a survey that was run elsewhere
    State.OPEN: frozenset({State.CLOSED, State.PURGED}),  # purged unopened: its key is lost
    State.CLOSED: frozenset(
        {State.REPORTED, State.PURGED}
    ),  # the term ends also where no report could be built
    State.REPORTED: frozenset({State.PURGED}),
    State.PURGED: frozenset(),
}


@dataclass(frozen=True)
class Policy:
    """The confidentiality thresholds, as a campaign is set up with them."""

    min_group: int = 5
    min_executives: int = 4
    min_comments: int = 10
    min_distribution: int = 10


@dataclass(frozen=True)
class Options:
    """What a client chooses of an instrument."""

    background: Sequence[str] = ()
    amounts: Sequence[int] = ()
    languages: Sequence[str] = ()
    policy: Policy = field(default_factory=Policy)
    channels: Sequence[str] = ()


def record(campaign: Campaign, verb: Verb, actor: User | None, **detail: Any) -> None:
    """An event, in the transaction of the change it tells of."""
    Event.objects.create(
        organization_id=campaign.organization_id, actor=actor, verb=verb, target=campaign.name, detail=detail
    )


def told(campaign: Campaign, counts: Mapping[Panel, int]) -> dict[str, int]:
    """How many answered, as a history may say it: of a panel under its minimum nothing, as in participation."""
    return {panel.value: count for panel, count in counts.items() if count >= campaign.minimum(panel)}


def keep_instrument(instrument: Instrument) -> InstrumentVersion:
    kept, _ = InstrumentVersion.objects.get_or_create(
        identifier=instrument.id,
        version=instrument.version,
        digest=instrument.digest(),
        defaults={"definition": instrument.to_json()},
    )
    return kept


@transaction.atomic
def add_language(campaign: Campaign, language: str, content: bytes, *, actor: User | None) -> None:
    """While the campaign is a draft. Refused afterwards; InstrumentError with every problem of the file."""
    held = Campaign.objects.select_for_update().get(id=campaign.id)
    if held.state != State.DRAFT:
        raise Refused(_("Languages can be added until the wave opens."))
    kept = keep_instrument(with_language(held.instrument_version.instrument, language, content))
    held.instrument_version = kept
    if held.languages and language not in held.languages:
        held.languages = [*held.languages, language]
    held.save(update_fields=["instrument_version", "languages"])
    record(held, Verb.LANGUAGE, actor, language=language)


@transaction.atomic
def create(
    *,
    organization: Organization,
    name: str,
    instrument: Instrument,
    opens_at: dt.datetime,
    closes_at: dt.datetime,
    options: Options,
    actor: User | None,
) -> Campaign:
    campaign = Campaign(
        organization=organization,
        instrument_version=keep_instrument(instrument),
        name=name,
        opens_at=opens_at,
        closes_at=closes_at,
        background=list(options.background),
        amounts=list(options.amounts),
        languages=list(options.languages) or list(instrument.languages),
        channels=list(options.channels),
        **vars(options.policy),
    )
    campaign.full_clean(validate_constraints=True)
    campaign.codec.width  # noqa: B018  # a background question the instrument lacks is refused here, not on the day
    campaign.save()
    record(campaign, Verb.CREATED, actor)
    return campaign


@transaction.atomic
def open_(campaign: Campaign, *, actor: User | None) -> None:
    """Freeze units, make the key. A wrong master key is noticed here, not on the day of closing."""
    locked = _locked(campaign.id, State.OPEN)
    _probe_master_key()
    if reasons := refusals(locked):
        raise Refused(" ".join(reasons))
    freeze_units(locked)
    locked.wrapped_key = sealing.new_wrapped_key(locked.id)
    locked.state, locked.scheduled = State.OPEN, False
    locked.save()
    published = tokens.make_keys(locked, sealing.BallotSeal(locked.id, locked.wrapped_key))
    record(locked, Verb.OPENED, actor, policy=locked.policy, keys=published)
    _refresh(campaign, locked)


def _probe_master_key() -> None:
    probe, made = KeyProbe.objects.get_or_create(id=1, defaults={"sealed": sealing.sealed_probe()})
    if not made:
        sealing.check_probe(bytes(probe.sealed))


def freeze_units(campaign: Campaign) -> dict[str, CampaignUnit]:
    """The campaign's own copy of today's tree, by path; parents first."""
    frozen: dict[UUID, CampaignUnit] = {}
    by_parent: dict[UUID | None, list[Unit]] = {}
    for unit in asked_units(campaign):
        by_parent.setdefault(unit.parent_id, []).append(unit)
    level = by_parent.get(None, [])
    while level:
        copies = [
            CampaignUnit(
                campaign=campaign,
                unit=unit,
                parent=frozen[unit.parent_id] if unit.parent_id else None,
                path=unit.path,
                frontline_headcount=unit.frontline_headcount,
                executive_headcount=unit.executive_headcount,
            )
            for unit in level
        ]
        CampaignUnit.objects.bulk_create(copies, batch_size=1000)
        frozen.update({unit.id: copy for unit, copy in zip(level, copies, strict=True)})
        level = [child for unit in level for child in by_parent.get(unit.id, [])]
    return {copy.path: copy for copy in frozen.values()}


@transaction.atomic
def ask_to_close(campaign: Campaign, *, actor: User | None) -> None:
    """Close by hand: no answer is taken from now on; the worker opens the box."""
    locked = _locked(campaign.id, State.CLOSED)
    if locked.state != State.OPEN:
        raise Refused("Only an open campaign can be closed.")
    now = timezone.now()
    if now < locked.closes_at:
        locked.opens_at = min(locked.opens_at, now - dt.timedelta(seconds=1))
        locked.closes_at = now
        locked.save(update_fields=["opens_at", "closes_at"])
        record(locked, Verb.CLOSING, actor)
    _refresh(campaign, locked)


@transaction.atomic
def close(campaign: Campaign) -> bool:
    """Open the ballot box of a campaign whose time is over. False where that was done before."""
    locked = Campaign.objects.select_for_update().get(id=campaign.id)
    if locked.state != State.OPEN or locked.closes_at > timezone.now():
        return False
    counts = collect.open_ballot_box(locked)
    locked.state = State.CLOSED
    start_terms(locked, locked.closes_at)
    locked.save(update_fields=["state", "wrapped_key", "answers_until", "records_until"])
    record(locked, Verb.CLOSED, None, answers=told(locked, counts))
    return True


def end_unopened(locked: Campaign) -> int:
    """Called with the campaign locked: nobody can open its box any more. How many ballots are gone with it."""
    _allowed(State(locked.state), State.PURGED)
    gone = collect.empty_box(locked)
    locked.state = State.PURGED
    start_terms(locked, timezone.now())
    locked.save(update_fields=["state", "wrapped_key", "answers_until", "records_until"])
    record(locked, Verb.LOST, None, ballots=gone)
    return gone


def start_terms(campaign: Campaign, since: dt.datetime) -> None:
    """From now on it is known when answers, passes and comments are destroyed. The caller saves."""
    campaign.answers_until = since + dt.timedelta(days=campaign.retention_days)
    campaign.records_until = since + dt.timedelta(days=campaign.organization.records_days)


@transaction.atomic
def store_finished(
    campaign: Campaign,
    blocks: Mapping[tuple[UUID, Panel], bytes | bytearray],
    comments: list[tuple[Panel, str, str]],
    *,
    actor: User | None,
) -> dict[Panel, int]:
    """A survey that was run elsewhere: its answers go straight to where closed answers lie. Counts per panel."""
    _allowed(State(campaign.state), State.CLOSED)
    collect.store_answers(campaign, blocks, comments)
    campaign.state = State.CLOSED
    start_terms(campaign, timezone.now())
    campaign.save(update_fields=["state", "answers_until", "records_until"])
    width = campaign.codec.width
    counts = {
        panel: sum(len(block) for (_, whose), block in blocks.items() if whose is panel) // width
        for panel in Panel
    }
    record(campaign, Verb.LOADED, actor, answers=told(campaign, counts))
    return counts


def mark_reported(campaign: Campaign) -> None:
    """Called with the campaign locked, in the transaction that stores its report."""
    _allowed(State(campaign.state), State.REPORTED)
    campaign.state = State.REPORTED
    campaign.save(update_fields=["state"])
    record(campaign, Verb.REPORTED, None)


def _locked(campaign: UUID, to: State) -> Campaign:
    locked: Campaign = (
        Campaign.objects.select_for_update(of=("self",))
        .select_related("instrument_version", "organization")
        .get(id=campaign)
    )
    _allowed(State(locked.state), to)
    return locked


def _allowed(now: State, to: State) -> None:
    if to not in TRANSITIONS[now]:
        raise Refused(f"A campaign that is {now.label} cannot become {to.label}.")


def _refresh(campaign: Campaign, locked: Campaign) -> None:
    for name in ("state", "opens_at", "closes_at", "wrapped_key"):
        setattr(campaign, name, getattr(locked, name))
