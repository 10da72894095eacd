"""Tally against its floor: the same blocks, every byte counted once by item and unit.

python -m benchmarks.tally [SHEETS] [UNITS]
"""

import sys
from collections.abc import Callable
from resource import RUSAGE_SELF, getrusage
from time import perf_counter

import numpy as np

from assessment.stats.layout import Column, Dimension, Kind, Layout, Panel
from assessment.stats.tally import Tally

Block = tuple[Panel, int, bytes]

COLUMNS = (
    *(Column(f"background{i}", Kind.BACKGROUND, 5) for i in range(5)),
    *(Column(f"agree{i}", Kind.AGREE, 5, reverse=i % 6 == 0, dont_know=True) for i in range(24)),
    *(Column(f"step{i}", Kind.LADDER, 6) for i in range(5)),
    *(Column(f"scenario{i}", Kind.SCENARIO, 4) for i in range(3)),
    Column("obstacles", Kind.MULTI, 8),
    Column("often", Kind.CHOICE, 5),
    Column("soon", Kind.CHOICE, 5),
)
LAYOUT = Layout(
    COLUMNS,
    tuple(
        Dimension(name, tuple(f"agree{6 * number + i}" for i in range(6)), headline=number < 3)
        for number, name in enumerate(("purpose", "authority", "rules", "promise"))
    ),
)


def blocks(sheets: int, units: int) -> list[Block]:
    """Random sheets, a twentieth of them executives', 5 % don't know."""
    rng = np.random.default_rng(1)
    made: list[Block] = []
    for unit in range(units):
        size = sheets // units
        executives = max(1, size // 20)
        for panel, n in ((Panel.EXECUTIVE, executives), (Panel.FRONTLINE, size - executives)):
            tops = [256 if column.kind is Kind.MULTI else column.options + 1 for column in COLUMNS]
            rows = rng.integers(0, tops, (n, LAYOUT.width), dtype=np.uint8)
            unknown = rng.random(rows.shape) < 0.05
            rows[unknown & np.array([column.dont_know for column in COLUMNS])] = 255
            made.append((panel, unit, rows.tobytes()))
    return made


def floor(some: list[Block], units: int) -> None:
    offsets = np.arange(LAYOUT.width) * 256
    counts = {panel: np.zeros((units, 256 * LAYOUT.width), dtype=np.int32) for panel in Panel}
    for panel, unit, block in some:
        rows = np.frombuffer(block, dtype=np.uint8).reshape(-1, LAYOUT.width)
        counts[panel][unit] += np.bincount((rows + offsets).ravel(), minlength=256 * LAYOUT.width)


def best(work: Callable[[], object]) -> float:
    times = []
    for _ in range(5):
        start = perf_counter()
        work()
        times.append(perf_counter() - start)
    return min(times)


def main() -> None:
    sheets = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    units = int(sys.argv[2]) if len(sys.argv) > 2 else 500
    some = blocks(sheets, units)
    before = getrusage(RUSAGE_SELF).ru_maxrss
    whole = best(lambda: Tally.of(LAYOUT, some, units))
    grown = getrusage(RUSAGE_SELF).ru_maxrss - before
    least = best(lambda: floor(some, units))
    print(f"{sheets} sheets x {LAYOUT.width}, {units} units, best of 5")
    print(
        f"floor {least:.3f} s, tally {whole:.3f} s, ratio {whole / least:.2f}, memory + {grown / 1024:.0f} MB"
    )


if __name__ == "__main__":
    main()
