"""How often the 95 % interval of the headline gap holds the truth: the table in docs/method.md.

python -m benchmarks.coverage [SAMPLES]
"""

import sys
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assessment.stats.gaps import UNKNOWN, headline
from assessment.stats.layout import Column, Dimension, Kind, Layout, Panel
from assessment.stats.tally import Tally

ITEMS, DIMENSIONS = 6, 3
LAYOUT = Layout(
    tuple(Column(f"i{i}", Kind.AGREE, 5) for i in range(ITEMS * DIMENSIONS)),
    tuple(Dimension(f"d{d}", tuple(f"i{d * ITEMS + i}" for i in range(ITEMS))) for d in range(DIMENSIONS)),
)


@dataclass(frozen=True)
class Case:
    """Answers and head count of each panel, share of answers skipped, share of dimensions skipped."""

    executives: tuple[int, int]
    frontline: tuple[int, int]
    skip: float = 0.05
    skip_dimension: float = 0.0
    known: bool = True


CASES = (
    Case((5, 8), (200, 400)),
    Case((5, 8), (200, 400), known=False),
    Case((5, 8), (200, 400), skip=0.15),
    Case((5, 8), (20, 60)),
    Case((5, 10_000), (200, 400)),
    Case((5, 5), (200, 400)),
    Case((5, 5), (200, 400), skip=0.15),
    Case((8, 8), (40, 40), skip=0.15),
    Case((12, 20), (30, 40)),
    Case((20, 40), (200, 400), skip_dimension=0.1),
    Case((20, 40), (200, 400), skip_dimension=0.4),
    Case((100, 400), (500, 2000), skip_dimension=0.3),
)


def population(
    rng: np.random.Generator, people: int, centre: float, case: Case
) -> tuple[NDArray[np.uint8], float]:
    """Sheets with skipped answers, and the mean that all would have scored on all items."""
    person = 0.6 * rng.normal(size=(people, 1))
    dimension = 0.5 * np.repeat(rng.normal(size=(people, DIMENSIONS)), ITEMS, axis=1)
    item = 0.8 * rng.normal(size=(people, ITEMS * DIMENSIONS))
    whole = np.clip(np.rint(3 + centre + person + dimension + item), 1, 5).astype(np.uint8)
    skipped = rng.random(whole.shape) < case.skip
    skipped |= np.repeat(rng.random((people, DIMENSIONS)) < case.skip_dimension, ITEMS, axis=1)
    return np.where(skipped, np.uint8(0), whole), float(25.0 * (whole.mean() - 1.0))


def coverage(case: Case, samples: int) -> tuple[float, float]:
    """Share of intervals that hold the truth, and their mean width."""
    rng = np.random.default_rng(1)
    hits, widths = 0, []
    (drawn, executives), (answered, frontline) = case.executives, case.frontline
    for _ in range(samples):
        believed, high = population(rng, executives, 0.6, case)
        lived, low = population(rng, frontline, -0.2, case)
        blocks = [
            (Panel.EXECUTIVE, 0, believed[rng.choice(executives, drawn, replace=False)].tobytes()),
            (Panel.FRONTLINE, 0, lived[rng.choice(frontline, answered, replace=False)].tobytes()),
        ]
        tally = Tally.of(LAYOUT, blocks, 1)
        counts = (executives, frontline) if case.known else UNKNOWN
        found = headline(tally.joint(Panel.EXECUTIVE), tally.joint(Panel.FRONTLINE), counts).interval
        if found is None:
            raise SystemExit(f"{case}: too few answers for an interval")
        hits += found[0] <= high - low <= found[1]
        widths.append(found[1] - found[0])
    return hits / samples, float(np.mean(widths))


def main() -> None:
    samples = int(sys.argv[1]) if len(sys.argv) > 1 else 2000
    for case in CASES:
        held, width = coverage(case, samples)
        print(f"{held:.1%}, mean width {width:.1f}: {case}", flush=True)


if __name__ == "__main__":
    main()
