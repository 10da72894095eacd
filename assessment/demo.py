"""One firm, three clients, made-up answers: what a newcomer looks at. Seeded, and marked as simulated everywhere.

The gaps lie where studies of belief against lived reality find them: 20 to 35 points, uneven over dimensions.
"""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from uuid import UUID, uuid4

import numpy as np
from allauth.account.models import EmailAddress
from django.db import transaction
from django.utils import timezone

from assessment import releases
from assessment.simulate import Beliefs, Simulation
from surveys import campaigns, collect, passes, signing_in
from surveys.instruments.instrument import Instrument, Panel
from surveys.instruments.loading import load_installed
from surveys.models import Campaign, CampaignUnit, Firm, Membership, Organization, Role, State, Unit, User
from surveys.sealing import BallotSeal
from surveys.tenancy import within

PASSWORD = "room-to-act-2026"  # noqa: S105  # printed on the screen of whoever starts the demo
FIRM, OTHER_FIRM = "Meridian Partners", "Elsewhere & Co."
OWNER, CONSULTANT = "owner@demo.example", "consultant@demo.example"
EXECUTIVE, STRANGER = "executive@demo.example", "stranger@demo.example"


@dataclass(frozen=True)
class UnitPlan:
    path: str
    frontline: int
    executives: int = 0


@dataclass(frozen=True)
class WavePlan:
    name: str
    closed_days_ago: int
    lived: Beliefs
    believed: Beliefs
    response: float = 0.7
    summary: str = ""  # what its consultants write before the report, and at the head of its sections
    notes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class ClientPlan:
    name: str
    timezone: str
    currency: str
    amounts: Sequence[int]
    units: Sequence[UnitPlan]
    waves: Sequence[WavePlan]
    background: Sequence[str] = ("tenure", "contact", "shift", "employment")
    open_wave: WavePlan | None = None
    seed: int = 1
    languages: Sequence[str] = ("en", "es")
    policy: campaigns.Policy = field(default_factory=campaigns.Policy)


def beliefs(purpose: float, authority: float, rules: float, promise: float, **other: float) -> Beliefs:
    levels = {"purpose": purpose, "authority": authority, "rules": rules, "promise": promise}
    ceiling = other.pop("ceiling")
    named: Sequence[float] = FRONTLINE_OBSTACLES if other.pop("lived", 0) else EXECUTIVE_OBSTACLES
    return Beliefs(levels, ceiling, named, **other)


# Weights of the eight kinds of rule in the order of the instrument: returns first, "other" last
FRONTLINE_OBSTACLES = (9, 5, 4, 8, 5, 2, 4, 1)
EXECUTIVE_OBSTACLES = (2, 6, 4, 0.05, 6, 5, 2, 1)


def retailer() -> ClientPlan:
    regions = {"North": 10, "East": 10, "South": 11, "West": 9}
    sizes = np.random.default_rng(40).integers(28, 62, 40)
    names = [
        f"{region}/Store {number:02}" for region, stores in regions.items() for number in range(1, stores + 1)
    ]
    stores = [UnitPlan(name, int(size)) for name, size in zip(names, sizes, strict=True)]
    wave = WavePlan(
        "Autumn 2026",
        9,
        beliefs(58, 41, 45, 50, ceiling=60, lived=1, tilt=-0.1),
        beliefs(77, 74, 66, 73, ceiling=480, tilt=0.6, spread=11, unit_spread=0),
        summary="You believe that your people have the room to decide; they live less of it. Most of them put a "
        "problem right at once where that costs little, and ask somebody as soon as it costs more.",
        notes={
            "ladder": "One sum that you name to everybody would be a first step, and a cheap one to try.",
            "obstacles": "Approvals are yours to change. We would go through them with the managers of some stores.",
        },
    )
    units = [UnitPlan("Head office", 0, 24), *stores]
    return ClientPlan(
        "Kestrel Home", "Europe/London", "GBP", (20, 50, 150, 500, 2000), units, [wave], seed=11
    )


def clinics() -> ClientPlan:
    units = [
        UnitPlan("Management", 0, 5),
        UnitPlan("Lakeside/Reception", 6),
        UnitPlan("Lakeside/Nursing", 14),
        UnitPlan("Lakeside/Therapy", 4),
        UnitPlan("Old Town/Reception", 4),
        UnitPlan("Old Town/Nursing", 12),
        UnitPlan("Old Town/Laboratory", 3),
        UnitPlan("Hillside/Reception", 3),
        UnitPlan("Hillside/Nursing", 9),
    ]
    wave = WavePlan(
        "Spring 2026",
        140,
        beliefs(66, 52, 47, 60, ceiling=90, lived=1),
        beliefs(78, 70, 61, 74, ceiling=250, tilt=0.4, spread=10, unit_spread=0),
        response=0.85,
    )
    return ClientPlan(
        "Lindenhof Clinics",
        "Europe/Zurich",
        "CHF",
        (20, 50, 150, 500, 2000),
        units,
        [wave],
        ("tenure",),
        seed=23,
    )


def insurer() -> ClientPlan:
    teams = {"Claims": (38, 41, 29, 33), "Service centre": (52, 47, 44), "Agencies": (18, 22, 25, 16, 21)}
    units = [
        UnitPlan("Executive team", 0, 14),
        *(
            UnitPlan(f"{area}/Team {number}", people)
            for area, sizes in teams.items()
            for number, people in enumerate(sizes, start=1)
        ),
    ]
    before = WavePlan(
        "Wave 1",
        430,
        beliefs(55, 38, 36, 47, ceiling=110, lived=1),
        beliefs(76, 69, 60, 72, ceiling=900, tilt=0.5, spread=11, unit_spread=0),
    )
    after = WavePlan(
        "Wave 2",
        65,
        beliefs(61, 49, 42, 54, ceiling=220, lived=1, tilt=0.1),
        beliefs(75, 66, 57, 70, ceiling=800, tilt=0.4, spread=11, unit_spread=0),
        response=0.76,
    )
    now = replace(after, name="Wave 3", closed_days_ago=-21, response=0.45)
    return ClientPlan(
        "Northgate Mutual",
        "Europe/Madrid",
        "EUR",
        (50, 200, 500, 2000, 8000),
        units,
        [before, after],
        open_wave=now,
        seed=37,
    )


PLANS = (retailer, clinics, insurer)


def seed() -> None:
    """Make whatever of the demo is missing. Running it again adds nothing."""
    firm, _ = Firm.objects.get_or_create(name=FIRM)
    other, _ = Firm.objects.get_or_create(name=OTHER_FIRM)
    for plan in (make() for make in PLANS):
        with transaction.atomic():
            organization = _client(plan, firm)
            with within(organization):
                _waves(plan, organization)
    _people(firm, other)


def _people(firm: Firm, other: Firm) -> None:
    owner = _person(OWNER, "Olivia", "Owner")
    consultant = _person(CONSULTANT, "Clara", "Consultant")
    executive = _person(EXECUTIVE, "Edgar", "Executive")
    stranger = _person(STRANGER, "Sam", "Stranger")
    Membership.objects.get_or_create(user=owner, role=Role.OWNER, firm=firm)
    Membership.objects.get_or_create(user=consultant, role=Role.CONSULTANT, firm=firm)
    Membership.objects.get_or_create(user=stranger, role=Role.OWNER, firm=other)
    for user in (owner, consultant, stranger):
        signing_in.add_demo_factor(user)
    for organization in Organization.objects.filter(firm=firm):
        Membership.objects.get_or_create(user=executive, role=Role.EXECUTIVE, organization=organization)


def _person(email: str, first: str, last: str) -> User:
    """Somebody whose address counts as confirmed: there is no mailbox behind it."""
    user = User.objects.filter(email=email).first()
    if user is None:
        user = User.objects.create_user(email, PASSWORD, first_name=first, last_name=last)
    EmailAddress.objects.get_or_create(user=user, email=email, defaults={"verified": True, "primary": True})
    return user


def _client(plan: ClientPlan, firm: Firm) -> Organization:
    organization, made = Organization.objects.get_or_create(
        firm=firm,
        name=plan.name,
        defaults={"timezone": plan.timezone, "currency": plan.currency, "simulated": True},
    )
    if made:
        with within(organization):
            _units(plan, organization)
    return organization


def _units(plan: ClientPlan, organization: Organization) -> None:
    made: dict[str, Unit] = {}
    for unit in plan.units:
        parts = unit.path.split("/")
        for depth in range(1, len(parts) + 1):
            path = "/".join(parts[:depth])
            if path not in made:
                leaf = depth == len(parts)
                made[path] = Unit.objects.create(
                    organization=organization,
                    parent=made.get("/".join(parts[: depth - 1])),
                    name=parts[depth - 1],
                    path=path,
                    frontline_headcount=unit.frontline if leaf else 0,
                    executive_headcount=unit.executives if leaf else 0,
                )


def _waves(plan: ClientPlan, organization: Organization) -> None:
    instrument = load_installed("empowered-service")
    for number, wave in enumerate(plan.waves):
        if not Campaign.objects.filter(name=wave.name).exists():
            _closed_wave(plan, wave, organization, instrument, plan.seed + number)
    running = Campaign.objects.filter(state=State.OPEN).exists()
    if plan.open_wave is not None and not running:
        _open_wave(plan, plan.open_wave, organization, instrument)


def _campaign(
    plan: ClientPlan, wave: WavePlan, organization: Organization, instrument: Instrument
) -> Campaign:
    closes = timezone.now().astimezone(organization.zone) - dt.timedelta(days=wave.closed_days_ago)
    closes = closes.replace(hour=20, minute=0, second=0, microsecond=0)
    return campaigns.create(
        organization=organization,
        name=wave.name,
        instrument=instrument,
        opens_at=closes - dt.timedelta(days=28),
        closes_at=closes,
        options=campaigns.Options(plan.background, plan.amounts, plan.languages, plan.policy),
        actor=None,
    )


Answered = Iterator[tuple[CampaignUnit, Panel, "np.ndarray[tuple[int, ...], np.dtype[np.uint8]]"]]


def _answers(
    plan: ClientPlan, wave: WavePlan, campaign: Campaign, units: Mapping[str, CampaignUnit], seed: int
) -> Answered:
    """(unit, panel, sheets) of those who answered; the share who do differs a little from unit to unit."""
    rng = np.random.default_rng(seed)
    simulation = Simulation(campaign.instrument, campaign.codec, plan.amounts, rng)
    for unit in plan.units:
        for panel, people, held in (
            (Panel.FRONTLINE, unit.frontline, wave.lived),
            (Panel.EXECUTIVE, unit.executives, wave.believed),
        ):
            response = min(1.0, wave.response + 0.12) if panel is Panel.EXECUTIVE else wave.response
            answered = rng.binomial(people, float(np.clip(rng.normal(response, 0.06), 0.05, 1)))
            sheets = simulation.sheets(held, answered)
            if panel is Panel.EXECUTIVE:
                sheets[:, : len(plan.background)] = 0  # executives are not asked who they are
            if answered:
                yield units[unit.path], panel, sheets


def _closed_wave(
    plan: ClientPlan, wave: WavePlan, organization: Organization, instrument: Instrument, seed: int
) -> None:
    campaign = _campaign(plan, wave, organization, instrument)
    units = campaigns.freeze_units(campaign)
    blocks: dict[tuple[UUID, Panel], bytes] = {
        (unit.id, panel): sheets.tobytes()
        for unit, panel, sheets in _answers(plan, wave, campaign, units, seed)
    }
    campaigns.store_finished(campaign, blocks, [], actor=None)
    if wave.summary or wave.notes:
        releases.write(campaign, wave.summary, wave.notes, actor=None)
    releases.when_built(campaign, actor=None)


def _open_wave(plan: ClientPlan, wave: WavePlan, organization: Organization, instrument: Instrument) -> None:
    """A wave that takes answers, with some sealed in its box already."""
    number = Campaign.objects.count() + 1
    campaign = _campaign(plan, replace(wave, name=f"Wave {number}"), organization, instrument)
    campaigns.open_(campaign, actor=None)
    units = {unit.path: unit for unit in CampaignUnit.objects.filter(campaign=campaign)}
    seal = BallotSeal.of(campaign)
    for unit, panel, sheets in _answers(plan, wave, campaign, units, plan.seed + 97):
        passes.issue(unit, panel, len(sheets))
        passes.mark_spent(unit, panel)
        collect.put_in_box(campaign, seal, ((uuid4(), unit.id, panel, sheet.tobytes()) for sheet in sheets))


@dataclass(frozen=True)
class Invitation:
    panel: Panel
    organization: str
    code: str


def invitations() -> list[Invitation]:
    """A fresh link for each panel of the open wave: a code is known only to whom it is given."""
    organization = Organization.objects.get(name=insurer().name, firm__name=FIRM)
    with within(organization):
        campaign = Campaign.objects.filter(state=State.OPEN).first()
        if campaign is None:
            return []
        places = {Panel.FRONTLINE: "Service centre/Team 1", Panel.EXECUTIVE: "Executive team"}
        return [
            Invitation(panel, organization.name, passes.issue(_frozen(campaign, path), panel)[0])
            for panel, path in places.items()
        ]


def _frozen(campaign: Campaign, path: str) -> CampaignUnit:
    return CampaignUnit.objects.get(campaign=campaign, path=path)
