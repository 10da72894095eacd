import datetime as dt
import json
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import numpy as np
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from assessment import releases, simulate
from assessment.simulate import Asked, Beliefs, Place, Simulation, Truth
from surveys import campaigns, collect
from surveys.instruments.instrument import Instrument, Panel
from surveys.instruments.loading import installed, load, load_installed
from surveys.instruments.problems import InstrumentError
from surveys.models import Campaign, CampaignUnit, Firm, Organization, State, Unit
from surveys.models.event import Verb
from surveys.sealing import BallotSeal
from surveys.tenancy import within

CENTRE, GAP, SCALE = 50.0, 25.0, 100.0
STORED_TOGETHER = 32 << 20  # bytes of sheets
SPREADS = ("spread", "executive_spread", "unit_spread")
SHARES = ("response", "executive_response", "careless", "skipped", "dont_know")


class Command(BaseCommand):
    help = "Make a campaign of a chosen size with made-up answers and a known truth, in its own organization."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--people", type=int, default=1000, help="front line, everybody who is asked")
        parser.add_argument("--executives", type=int, default=12, help="executives who are asked")
        parser.add_argument("--units", type=int, default=20, help="units beside the head office")
        parser.add_argument(
            "--depth", type=int, default=2, help="levels of the tree; people are in the lowest"
        )
        parser.add_argument("--response", type=float, default=0.7, help="share of the front line who answer")
        parser.add_argument("--executive-response", type=float, default=0.8, metavar="RESPONSE")
        parser.add_argument(
            "--gap",
            action="append",
            default=[],
            metavar="DIMENSION=POINTS",
            help=f"executives minus front line, around {CENTRE:.0f}; {GAP:.0f} where none is given",
        )
        parser.add_argument(
            "--careless", type=float, default=0.0, help="share who press one button throughout"
        )
        parser.add_argument("--skipped", type=float, default=0.02, help="share of answers left out")
        parser.add_argument(
            "--dont-know", type=float, default=0.03, help="share of answers that are don't know"
        )
        parser.add_argument(
            "--spread", type=float, default=17.0, help="SD in points between people of a unit"
        )
        parser.add_argument("--executive-spread", type=float, default=11.0, metavar="SPREAD")
        parser.add_argument("--unit-spread", type=float, default=6.0, help="SD in points between units")
        parser.add_argument("--background", nargs="*", metavar="QUESTION", help="asked; all where left out")
        parser.add_argument("--instrument", default="empowered-service", help="an installed one, or a folder")
        parser.add_argument(
            "--firm", default="Simulations", help="whose client it becomes; made where missing"
        )
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument(
            "--open",
            action="store_true",
            help="leave it open, the answers sealed in the ballot box, no passes",
        )
        parser.add_argument("--json", action="store_true", help="print what was made as JSON")

    def handle(self, **options: Any) -> None:
        try:
            made = _make(options)
        except (ValueError, InstrumentError) as error:
            raise CommandError(str(error)) from error
        if options["json"]:
            self.stdout.write(json.dumps(made))
            return
        self.stdout.write(f"{made['organization']}, campaign {made['campaign']}")
        for panel, count in made["responses"].items():
            self.stdout.write(f"{panel:12} {count} answers of {made['headcount'][panel]}")
        for name, gap in made["gaps"].items():
            self.stdout.write(f"{name:12} true gap {gap:.2f}")


def _make(options: dict[str, Any]) -> dict[str, Any]:
    for name in SHARES:
        if not 0 <= options[name] <= 1:
            raise ValueError(f"{name} is {options[name]}; expected a share from 0 to 1.")
    for name in SPREADS:
        if not 0 <= options[name] <= SCALE:
            raise ValueError(f"{name} is {options[name]}; expected points from 0 to {SCALE:.0f}.")
    instrument = _instrument(options["instrument"])
    panels = _panels(instrument, options)
    rng = np.random.default_rng(options["seed"])
    sizes = (options["people"], options["executives"], options["units"], options["depth"])
    places = simulate.organization(*sizes, rng)
    with transaction.atomic():
        firm, _ = Firm.objects.get_or_create(name=options["firm"])
        name = f"Simulation {uuid4().hex[:8]}"
        organization = Organization.objects.create(firm=firm, name=name, simulated=True)
        with within(organization):
            _units(organization, places)
            campaign = _campaign(organization, instrument, options)
            simulation = Simulation(instrument, campaign.codec, instrument.amounts, rng)
            truth = {one.panel: Truth() for one in panels}
            sheets = _sheets(simulation, panels, places, truth)
            counts = (_seal if options["open"] else _store)(campaign, places, sheets)
            releases.when_built(campaign, actor=None)
    return {
        "organization": name,
        "campaign": str(campaign.id),
        "responses": {panel.value: counts[panel] for panel in Panel},
        "headcount": {Panel.FRONTLINE.value: options["people"], Panel.EXECUTIVE.value: options["executives"]},
        "gaps": simulate.true_gaps(instrument, truth),
    }


def _instrument(name: str) -> Instrument:
    return load_installed(name) if name in installed() or not Path(name).is_dir() else load(Path(name))


def _panels(instrument: Instrument, options: dict[str, Any]) -> list[Asked]:
    gaps = _gaps(instrument, options["gap"])
    common = {name: options[name] for name in ("careless", "skipped", "dont_know")}
    lived = Beliefs(
        {d: CENTRE - gap / 2 for d, gap in gaps.items()},
        60,
        (9, 5, 4, 8, 5, 2, 4, 1),
        spread=options["spread"],
        unit_spread=options["unit_spread"],
        **common,
    )
    levels = {d: CENTRE + gap / 2 for d, gap in gaps.items()}
    named = (2, 6, 4, 0.05, 6, 5, 2, 1)
    believed = Beliefs(
        levels, 480, named, spread=options["executive_spread"], unit_spread=0, tilt=0.5, **common
    )  # one unit has them all
    front, executives = (
        round(options[people] * options[share])
        for people, share in (("people", "response"), ("executives", "executive_response"))
    )
    return [Asked(Panel.FRONTLINE, lived, front), Asked(Panel.EXECUTIVE, believed, executives)]


def _gaps(instrument: Instrument, given: list[str]) -> dict[str, float]:
    gaps = {dimension.id: GAP for dimension in instrument.dimensions}
    for text in given:
        name, _, points = text.partition("=")
        if name not in gaps:
            raise ValueError(f"--gap {text}: expected one of {', '.join(gaps)}, = and points.")
        gaps[name] = float(points)
    return gaps


def _units(organization: Organization, places: list[Place]) -> None:
    made: list[Unit] = []
    for place in places:
        unit = Unit(organization=organization, name=place.path.rpartition("/")[2], path=place.path)
        unit.parent = None if place.parent is None else made[place.parent]
        unit.frontline_headcount, unit.executive_headcount = place.frontline, place.executives
        made.append(unit)
    Unit.objects.bulk_create(made, batch_size=1000)


def _campaign(organization: Organization, instrument: Instrument, options: dict[str, Any]) -> Campaign:
    asked = options["background"]
    now = timezone.now()
    return campaigns.create(
        organization=organization,
        name="Simulated wave",
        instrument=instrument,
        opens_at=now - dt.timedelta(days=28),
        closes_at=now + dt.timedelta(days=14 if options["open"] else -1),
        options=campaigns.Options(
            [question.id for question in instrument.background] if asked is None else asked,
            instrument.amounts,
        ),
        actor=None,
    )


Sheets = Iterator[tuple[Panel, int, bytes]]


def _sheets(
    simulation: Simulation, panels: list[Asked], places: list[Place], truth: dict[Panel, Truth]
) -> Sheets:
    for one in panels:
        for place, sheets in simulate.answers(simulation, one, places, truth[one.panel]):
            yield one.panel, place, sheets


def _store(campaign: Campaign, places: list[Place], sheets: Sheets) -> Counter[Panel]:
    """Straight to where closed answers lie, some units at a time."""
    frozen = campaigns.freeze_units(campaign)
    counts: Counter[Panel] = Counter()
    waiting: dict[tuple[UUID, Panel], bytes] = {}
    for panel, place, block in sheets:
        counts[panel] += len(block) // campaign.codec.width
        waiting[frozen[places[place].path].id, panel] = block
        if sum(map(len, waiting.values())) > STORED_TOGETHER:
            collect.store_answers(campaign, waiting, [])
            waiting = {}
    collect.store_answers(campaign, waiting, [])
    campaign.state = State.CLOSED
    campaigns.start_terms(campaign, timezone.now())
    campaign.save(update_fields=["state", "answers_until", "records_until"])
    campaigns.record(campaign, Verb.LOADED, None, answers=campaigns.told(campaign, counts))
    return counts


def _seal(campaign: Campaign, places: list[Place], sheets: Sheets) -> Counter[Panel]:
    """Into the ballot box, one sealed ballot a sheet."""
    campaigns.open_(campaign, actor=None)
    frozen = {unit.path: unit.id for unit in CampaignUnit.objects.filter(campaign=campaign)}
    seal = BallotSeal.of(campaign)
    width = campaign.codec.width
    counts: Counter[Panel] = Counter()
    for panel, place, block in sheets:
        unit = frozen[places[place].path]
        counts[panel] += len(block) // width
        rows = (block[start : start + width] for start in range(0, len(block), width))
        collect.put_in_box(campaign, seal, ((uuid4(), unit, panel, row) for row in rows))
    return counts
