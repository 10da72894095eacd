"""Measure disclosure control: scale, loss, and what other rules leave open.

python -m benchmarks.disclosure scale | profile | attack | loss | rules [--worlds N] [--seed S]
"""

import argparse
import cProfile
import os
import pstats
from time import perf_counter, process_time

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # small matrices: threads only wait for one another

import numpy as np

from assessment.disclosure.cells import Chosen
from assessment.disclosure.membership import Membership, Tree
from assessment.disclosure.policy import Policy
from assessment.disclosure.release import Link, release
from assessment.stats.layout import Panel
from tests.assessment.disclosure.optimum import cells_kept
from tests.assessment.disclosure.oracle import rank_attack
from tests.assessment.disclosure.worlds import Name, World, random_world

Floats = np.ndarray[tuple[int, ...], np.dtype[np.float64]]

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


def attack(worlds: int, seed: int) -> None:
    """Small random organizations against brute force: every release, and every bare threshold."""
    policy, broken, naive, cells = Policy(), 0, 0, 0
    start = perf_counter()
    for number in range(worlds):
        world = random_world(np.random.default_rng([seed, number]), people=45, questions=3)
        membership = world.membership
        table = release(policy, world.tree, {Panel.FRONTLINE: membership})
        for column, name in enumerate(membership.statistics):
            shown = table.parts[Panel.FRONTLINE, name].shown
            cells += len(shown)
            broken += rank_attack(world.matrix(shown, column), policy.min_group)
        naive += rank_attack(world.matrix(_threshold(world, policy.min_group)), policy.min_group)
    print(
        f"{worlds} organizations, {2 * worlds} tables, {cells} cells released: {broken} isolate fewer than "
        f"{policy.min_group}; bare threshold: {naive} of {worlds} do; {perf_counter() - start:.0f} s"
    )


def _threshold(world: World, k: int) -> Chosen:
    cells = [cell for cell in world.candidates() if world.row(cell).sum() >= k]
    return world.chosen(cells, organization=len(world.units) >= k)


def loss(worlds: int, seed: int) -> None:
    """Cells released beside the largest safe set, found by trying all sets."""
    for shape in ({"people": 45, "questions": 3}, {"people": 30, "questions": 6, "levels": 2}):
        ours, best, shares = 0, 0, []
        for number in range(worlds):
            world = random_world(np.random.default_rng([seed, number]), **shape)
            found, most = cells_kept(world, 5)
            ours, best = ours + found, best + most
            if most > 1:
                shares.append((found - 1) / (most - 1))
        print(
            f"{worlds} organizations {shape}: {ours} of {best} cells; units and cuts per organization "
            f"{np.mean(shares):.2%} of the optimum on average, worst {min(shares):.0%}"
        )


def rules(worlds: int, seed: int) -> None:
    """What three rules leave open in organizations of 60 to 160 people in a tree, with six cuts."""
    totals = {"bare threshold": np.zeros(4), "hide the next smallest": np.zeros(4), "Latitude": np.zeros(4)}
    for number in range(worlds):
        rng = np.random.default_rng([seed, number])
        world = _company(rng)
        membership = world.membership
        table = release(Policy(), world.tree, {Panel.FRONTLINE: membership})
        choices = {
            "bare threshold": _threshold(world, 5),
            "hide the next smallest": _next_smallest(world, 5),
            "Latitude": table.parts[Panel.FRONTLINE, "s0"].shown,
        }
        for name, chosen in choices.items():
            alone, few = _exposed(world.matrix(chosen), 5)
            totals[name] += [alone, few, len(world.units), len(chosen)]
    for name, (one, some, everybody, cells) in totals.items():
        print(
            f"{name:>24}: {one / everybody:6.2%} of single answers computable, {some / everybody:6.2%} of "
            f"people in a computable set under 5, {cells / totals['bare threshold'][3]:.1%} of the bare cells"
        )


def _company(rng: np.random.Generator) -> World:
    n, sizes = int(rng.integers(60, 160)), (6, 5, 4, 4, 3, 2)
    groups, teams = max(2, n // 30), n // 6
    parents: tuple[int | None, ...] = (None, None)
    parents += tuple(int(above) for above in rng.integers(0, 2, groups))
    parents += tuple(int(above) for above in rng.integers(2, 2 + groups, teams))
    shares = [np.r_[0.03, 0.97 * rng.dirichlet(np.full(m, 1.5))] for m in sizes]
    weights = rng.dirichlet(np.full(teams, 2.0))
    return World(
        parents,
        rng.choice(np.arange(2 + groups, len(parents)), size=n, p=weights).astype(np.int32),
        np.column_stack([rng.choice(len(p), size=n, p=p) for p in shares]).astype(np.int16),
        np.ones((n, 1), bool),
        sizes,
    )


def _next_smallest(world: World, k: int) -> Chosen:
    """Hide small groups, then the smallest sibling(s) until the hidden siblings together have k people."""
    shown: list[Name] = []
    siblings: list[list[Name]] = [
        [("unit", unit, 0) for unit, above in enumerate(world.parents) if above == parent]
        for parent in (None, *range(len(world.parents)))
    ]
    siblings += [[("cut", q, v) for v in range(1, m + 1)] for q, m in enumerate(world.sizes)]
    for group in siblings:
        people = {cell: int(world.row(cell).sum()) for cell in group}
        kept = sorted((cell for cell in group if people[cell] >= k), key=lambda cell: people[cell])
        hidden = sum(people[cell] for cell in group if people[cell] < k)
        while kept and 0 < hidden < k:
            hidden += people[kept.pop(0)]
        shown += kept
    return world.chosen(shown, organization=len(world.units) >= k)


def _exposed(matrix: Floats, k: int) -> tuple[int, int]:  # noqa: C901 - one recursive attacker
    """People whose own answer, and people in a set of fewer than k whose sum, can be computed."""
    columns, people = np.unique(matrix, axis=1, return_counts=True)
    hat = columns.T @ np.linalg.pinv((columns * people) @ columns.T, hermitian=True) @ columns
    alone, few = set(), set()

    def go(lead: int, gone: list[int], allowed: list[int], here: Floats) -> None:
        if 1 - people[lead] * here[lead, lead] < 1e-7:
            few.update([*gone, lead])
            return
        left = k - 1 - people[lead] - people[gone].sum()
        ranked = sorted((c for c in allowed if people[c] <= left), key=lambda c: -abs(here[lead, c]))
        for at, c in enumerate(ranked):
            if abs(here[lead, c]) * left < 1 - people[lead] * here[lead, lead] - 1e-7:
                return
            pivot = 1 - people[c] * here[c, c]
            if pivot < 1e-7:
                few.update([*gone, c])
                continue
            after = here + np.outer(here[:, c], here[c]) * people[c] / pivot
            go(lead, [*gone, c], ranked[at + 1 :], after)

    small = [c for c in range(len(people)) if people[c] < k]
    for c in small:
        if people[c] * hat[c, c] > 1 - 1e-7:
            few.add(c)
            if people[c] == 1:
                alone.add(c)
    for lead in small:
        if hat[lead, lead] >= 1 / (k - 1) - 1e-7:
            go(lead, [], [c for c in small if c != lead], hat)
    return int(people[list(alone)].sum()), int(people[list(few)].sum())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=["scale", "profile", "attack", "loss", "rules"])
    parser.add_argument("--worlds", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    if arguments.what in {"scale", "profile"}:
        scale(arguments.seed, profile=arguments.what == "profile")
    else:
        {"attack": attack, "loss": loss, "rules": rules}[arguments.what](arguments.worlds, arguments.seed)


if __name__ == "__main__":
    main()
