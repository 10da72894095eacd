"""Measure disclosure control: scale, loss, and what other rules leave open.

python -m benchmarks.disclosure scale | attack | loss | rules [--worlds N] [--seed S]
"""

import argparse
import cProfile
import os
import pstats
from time import perf_counter, process_time

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # small matrices: threads only wait for one another

import numpy as np

from assessment.disclosure.membership import Membership, Tree
from assessment.disclosure.policy import Policy
from assessment.disclosure.release import Link, release
from assessment.stats.layout import Panel

DIMENSIONS, ITEMS = 4, 24


def large_tree(rng: np.random.Generator, units: int, depth: int) -> Tree:
    """Units spread over levels of geometrically growing size, the last one at `depth`."""
    sizes = np.geomspace(3, units, depth)
    sizes = np.maximum(1, np.round(sizes / sizes.sum() * units)).astype(int)
    sizes[-1] += units - sizes.sum()
    parents: list[int | None] = [None] * int(sizes[0])
    start, above = int(sizes[0]), (0, int(sizes[0]))
    for size in sizes[1:]:
        parents += [int(parent) for parent in rng.integers(*above, size=size)]
        above, start = (start, start + int(size)), start + int(size)
    return Tree(tuple(parents))


def large_panel(
    rng: np.random.Generator, tree: Tree, people: int, levels: tuple[int, ...]
) -> tuple[Membership, list[Link]]:
    """People in the deeper half of the tree, 3 % of items left out, statistics as a report has them."""
    units = np.sort(rng.integers(len(tree) // 3, len(tree), people)).astype(np.int32)
    columns = [
        rng.choice(m + 1, size=people, p=np.r_[0.03, 0.97 * rng.dirichlet(np.full(m, 2.0))]) for m in levels
    ]
    answered = rng.random((people, ITEMS)) > 0.03
    groups = np.array_split(np.arange(ITEMS), DIMENSIONS)
    counts = np.column_stack([answered[:, group].sum(axis=1) for group in groups])
    sizes = np.array([len(group) for group in groups])
    table = np.column_stack([answered, counts * 2 >= sizes, counts >= 1])
    names = [f"item{i}" for i in range(ITEMS)]
    wholes = [f"dimension{d}" for d in range(DIMENSIONS)]
    anyone = [f"anyone{d}" for d in range(DIMENSIONS)]
    marks = tuple(f"missing{d}" for d in range(DIMENSIONS))
    links = [
        Link(wholes[d], tuple(names[i] for i in groups[d]), anyone[d], marks[d]) for d in range(DIMENSIONS)
    ]
    membership = Membership.of_people(
        units,
        np.column_stack(columns).astype(np.int16),
        table,
        (*names, *wholes, *anyone),
        marks=np.where(counts > 0, sizes - counts, 0).astype(np.int16),
        mark_names=marks,
    )
    return membership, links


def scale(seed: int, *, profile: bool = False) -> None:
    """5,000 units, depth 6, six questions of up to 12 levels, two panels."""
    for people in (50_000,) if profile else (10_000, 50_000, 100_000):
        rng = np.random.default_rng(seed)
        tree = large_tree(rng, 5_000, 6)
        front, links = large_panel(rng, tree, people, (12, 12, 10, 8, 6, 4))
        executive, _ = large_panel(rng, tree, 300, (12, 12, 10, 8, 6, 4))
        profiler = cProfile.Profile()
        if profile:
            profiler.enable()
        start, busy = perf_counter(), process_time()
        panels = {Panel.FRONTLINE: front, Panel.EXECUTIVE: executive}
        table = release(Policy(), tree, panels, links=links)
        seconds, busy = perf_counter() - start, process_time() - busy
        profiler.disable()
        part = table.parts[Panel.FRONTLINE, "dimension0"]
        print(
            f"{people} people, {len(front.units)} rows, {len(front.statistics)} statistics: "
            f"{seconds:.2f} s ({busy:.2f} s processor); units {len(part.shown.units)}, "
            f"in full {len(part.full.units)}; levels {len(part.shown.levels)}, "
            f"in full {len(part.full.levels)}; proofs {part.proof.proof}, {part.full_proof.proof}"
        )
        if profile:
            pstats.Stats(profiler).sort_stats("tottime").print_stats(45)
            break


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=["scale", "profile"])
    parser.add_argument("--worlds", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    scale(arguments.seed, profile=arguments.what == "profile")


if __name__ == "__main__":
    main()
