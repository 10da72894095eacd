"""How often the interval of the headline, as the document states it, holds the truth: the table in docs/method.md.

python -m benchmarks.organizations [ORGANIZATIONS] [CASE ...] [--first SEED]

Each organization is drawn anew. The first ones of a case are counted, released and compared as a report is, and what
their document states must be what the others are measured by: the same functions without the proof of the release. The
truth is the gap between what all people of both panels would have answered to every item.
"""

import argparse
import os
from dataclasses import dataclass, replace
from math import sqrt

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # small matrices: threads only wait for one another
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

import django

django.setup()

import numpy as np  # noqa: E402  # models are there after setup only

from assessment import simulate  # noqa: E402
from assessment.disclosure.membership import Tree  # noqa: E402
from assessment.disclosure.policy import Policy  # noqa: E402
from assessment.simulate import Asked, Beliefs, Place, Simulation, Truth  # noqa: E402
from assessment.snapshot.comparing import Comparer, frontline_together  # noqa: E402
from assessment.snapshot.gather import Block, Gathered, gather_blocks  # noqa: E402
from assessment.snapshot.protecting import protect  # noqa: E402
from assessment.stats.gaps import UNKNOWN, told_headline  # noqa: E402
from assessment.stats.layout import Panel  # noqa: E402
from surveys.instruments import instrument as surveyed  # noqa: E402
from surveys.instruments.loading import load_installed  # noqa: E402
from surveys.models import Campaign, CampaignUnit, InstrumentVersion  # noqa: E402

LIVED = Beliefs({"purpose": 58, "authority": 42, "rules": 45, "promise": 50}, 60, (1,) * 8, unit_spread=0)
BELIEVED = replace(LIVED, levels={"purpose": 70, "authority": 66, "rules": 60, "promise": 68})


@dataclass(frozen=True)
class Case:
    """(answers, head count) of both panels, SD between executives over that between others, and what is known.

    `noise` is the same ratio for the answers of one person to different questions; `spread` where left out.
    """

    executives: tuple[int, int]
    frontline: tuple[int, int] = (200, 400)
    spread: float = 1.0
    noise: float | None = None
    units: float = 0.0
    known: bool = True

    @property
    def tree(self) -> tuple[int, int]:
        """Units and levels: many only where units differ, because nothing else of them reaches the headline."""
        return (6, 2) if self.units else (1, 1)


HEADLINE = ("purpose", "authority", "rules")
COMPARED = 10  # organizations of a case whose document is made
PANELS = ((5, 8), (5, 5), (8, 12), (12, 20))
SPREADS = (0.5, 0.75, 1.0, 1.33)
CASES = (
    *(Case(panel, spread=spread) for panel in PANELS for spread in SPREADS),
    Case((5, 8), spread=0.5, noise=1.0),
    Case((5, 8), spread=1.33, noise=1.0),
    Case((5, 8), units=6),
    Case((5, 8), (20, 60)),
    Case((12, 20), spread=0.5, units=6),
    Case((5, 8), known=False),
)


@dataclass(frozen=True)
class Drawn:
    """One organization's answers, and the truth about its headline."""

    places: list[Place]
    blocks: list[Block]
    truth: float


def drawn(case: Case, campaign: Campaign, seed: int) -> Drawn:
    rng = np.random.default_rng(seed)
    simulation = Simulation(campaign.instrument, campaign.codec, campaign.amounts, rng)
    places = simulate.organization(case.frontline[1], case.executives[1], *case.tree, rng)
    noise = BELIEVED.noise * (case.spread if case.noise is None else case.noise)
    spread = BELIEVED.spread * case.spread
    lived, believed = (
        replace(LIVED, unit_spread=case.units),
        replace(BELIEVED, noise=noise, spread=spread),
    )
    asked = {
        Panel.FRONTLINE: Asked(surveyed.Panel.FRONTLINE, lived, case.frontline[0]),
        Panel.EXECUTIVE: Asked(surveyed.Panel.EXECUTIVE, believed, case.executives[0]),
    }
    truth = {surveyed.Panel(panel.value): Truth() for panel in Panel}
    blocks: list[Block] = [
        (panel, place, sheets)
        for panel, one in asked.items()
        for place, sheets in simulate.answers(simulation, one, places, truth[one.panel])
    ]
    return Drawn(places, blocks, simulate.true_gaps(campaign.instrument, truth)["headline"])


def gathered(case: Case, campaign: Campaign, one: Drawn) -> Gathered:
    units = tuple(
        CampaignUnit(
            path=place.path,
            frontline_headcount=place.frontline if case.known else None,
            executive_headcount=place.executives if case.known else None,
        )
        for place in one.places
    )
    tree = Tree(tuple(place.parent for place in one.places))
    return gather_blocks(campaign, units, tree, lambda: one.blocks)


def stated(counted: Gathered) -> list[float] | None:
    """The headline's interval in the document: released and compared."""
    found: list[float] | None = Comparer(counted, protect(counted)).headline().get("interval")
    return found


def computed(case: Case, counted: Gathered) -> list[float] | None:
    """The same interval without the release's proof, which is most of the work and does not touch it."""
    have = [
        {name: tally.sample_size(Panel.FRONTLINE, name) for name in HEADLINE}
        for tally in (counted.tally, counted.complete)
    ]
    alone = {name for name in HEADLINE if have[0][name] - have[1][name] >= Policy().min_distribution}
    executive, frontline = counted.tally.joint(Panel.EXECUTIVE), frontline_together(counted, alone)
    least = Policy().min_distribution
    few = (int(executive.n.min()) < least, int(frontline.n.min()) < least)
    counts = (case.executives[1], case.frontline[1]) if case.known else UNKNOWN
    found = told_headline(executive, frontline, counts, few=few, least=least).interval
    return None if found is None else list(found)


def coverage(case: Case, campaign: Campaign, seeds: range) -> str:
    hits, widths, shown = 0, [], 0
    for seed in seeds:
        one = drawn(case, campaign, seed)
        counted = gathered(case, campaign, one)
        found = computed(case, counted)
        if seed < seeds.start + COMPARED and (told := stated(counted)) is not None:
            shown += 1
            if found is None or not np.allclose(told, found, rtol=1e-9):
                raise SystemExit(f"{case}, organization {seed}: the document says {told}, not {found}.")
        if found is not None:
            hits += found[0] <= one.truth <= found[1]
            widths.append(found[1] - found[0])
    share = hits / len(widths)
    error = sqrt(share * (1 - share) / len(widths))
    compared = f"{shown} documents the same"
    return f"{share:.1%} (+- {2 * error:.1%}) of {len(widths)}, mean width {np.mean(widths):.1f}, {compared}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("organizations", type=int, nargs="?", default=500)
    parser.add_argument("cases", type=int, nargs="*", help="numbers of cases; all where left out")
    parser.add_argument("--first", type=int, default=0, help="seed of the first organization of a case")
    given = parser.parse_args()
    seeds = range(given.first, given.first + given.organizations)
    chosen = [CASES[number] for number in given.cases] or CASES
    instrument = load_installed("empowered-service")
    version = InstrumentVersion(identifier=instrument.id, version=1, definition=instrument.to_json())
    campaign = Campaign(instrument_version=version, amounts=list(instrument.amounts), background=[])
    for case in chosen:
        print(f"{coverage(case, campaign, seeds)}: {case}", flush=True)


if __name__ == "__main__":
    main()
