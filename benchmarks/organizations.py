"""How often the interval of the headline, as the document states it, holds the truth: the table in docs/method.md.

python -m benchmarks.organizations [ORGANIZATIONS] [CASE ...]

Each organization is drawn anew, counted, released and compared as a report is, without a database. The truth is the
gap between what all people of both panels would have answered to every item.
"""

import os
import sys
from dataclasses import dataclass, replace
from math import sqrt

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # small matrices: threads only wait for one another
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

import django

django.setup()

import numpy as np  # noqa: E402  # models are there after setup only

from assessment import simulate  # noqa: E402
from assessment.disclosure.membership import Tree  # noqa: E402
from assessment.simulate import Asked, Beliefs, Simulation, Truth  # noqa: E402
from assessment.snapshot.build import protect  # noqa: E402
from assessment.snapshot.comparing import Comparer  # noqa: E402
from assessment.snapshot.gather import Block, gather_blocks  # noqa: E402
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


def interval(case: Case, campaign: Campaign, seed: int) -> tuple[list[float] | None, float]:
    """The interval of one organization's headline, None where there is none, and the truth."""
    rng = np.random.default_rng(seed)
    simulation = Simulation(campaign.instrument, campaign.codec, campaign.amounts, rng)
    places = simulate.organization(case.frontline[1], case.executives[1], *case.tree, rng)
    noise = BELIEVED.noise * (case.spread if case.noise is None else case.noise)
    spread = BELIEVED.spread * case.spread
    asked = {
        Panel.FRONTLINE: Asked(
            surveyed.Panel.FRONTLINE, replace(LIVED, unit_spread=case.units), case.frontline[0]
        ),
        Panel.EXECUTIVE: Asked(
            surveyed.Panel.EXECUTIVE, replace(BELIEVED, noise=noise, spread=spread), case.executives[0]
        ),
    }
    truth = {surveyed.Panel(panel.value): Truth() for panel in Panel}
    blocks: list[Block] = [
        (panel, place, sheets)
        for panel, one in asked.items()
        for place, sheets in simulate.answers(simulation, one, places, truth[one.panel])
    ]
    units = tuple(
        CampaignUnit(
            path=place.path,
            frontline_headcount=place.frontline if case.known else None,
            executive_headcount=place.executives if case.known else None,
        )
        for place in places
    )
    gathered = gather_blocks(campaign, units, Tree(tuple(place.parent for place in places)), lambda: blocks)
    found = Comparer(gathered, protect(gathered)).headline()
    return found.get("interval"), simulate.true_gaps(campaign.instrument, truth)["headline"]


def coverage(case: Case, campaign: Campaign, organizations: int) -> str:
    hits, widths = 0, []
    for seed in range(organizations):
        found, truth = interval(case, campaign, seed)
        if found is not None:
            hits += found[0] <= truth <= found[1]
            widths.append(found[1] - found[0])
    shown = len(widths)
    share = hits / shown
    error = sqrt(share * (1 - share) / shown)
    return f"{share:.1%} (+- {2 * error:.1%}) of {shown} stated, mean width {np.mean(widths):.1f}"


def main() -> None:
    organizations = int(sys.argv[1]) if len(sys.argv) > 1 else 500
    chosen = [CASES[int(number)] for number in sys.argv[2:]] or CASES
    instrument = load_installed("empowered-service")
    version = InstrumentVersion(identifier=instrument.id, version=1, definition=instrument.to_json())
    campaign = Campaign(instrument_version=version, amounts=list(instrument.amounts), background=[])
    for case in chosen:
        print(f"{coverage(case, campaign, organizations)}: {case}", flush=True)


if __name__ == "__main__":
    main()
