"""Small random organizations, and their cells person by person (written without the product's code)."""

from dataclasses import dataclass

import numpy as np

from assessment.disclosure.cells import Chosen
from assessment.disclosure.membership import Membership, Tree

Name = tuple[str, int, int]
"""("all", 0, 0), ("unit", index, 0) or ("cut", question, level)"""


@dataclass(frozen=True)
class World:
    parents: tuple[int | None, ...]
    units: np.ndarray
    levels: np.ndarray
    answered: np.ndarray
    sizes: tuple[int, ...]

    @property
    def tree(self) -> Tree:
        return Tree(self.parents)

    @property
    def membership(self) -> Membership:
        names = tuple(f"s{column}" for column in range(self.answered.shape[1]))
        return Membership.of_people(self.units, self.levels, self.answered, names)

    def within(self, unit: int) -> np.ndarray:
        inside = np.zeros(len(self.units), bool)
        for person, own in enumerate(self.units):
            at: int | None = int(own)
            while at is not None:
                if at == unit:
                    inside[person] = True
                at = self.parents[at]
        return inside

    def candidates(self) -> list[Name]:
        units: list[Name] = [("unit", unit, 0) for unit in range(len(self.parents))]
        cuts = [("cut", q, v) for q, m in enumerate(self.sizes) for v in range(1, m + 1)]
        return [("all", 0, 0), *units, *cuts]

    def row(self, cell: Name) -> np.ndarray:
        match cell:
            case ("all", _, _):
                return np.ones(len(self.units))
            case ("unit", unit, _):
                return self.within(unit).astype(float)
            case ("cut", question, level):
                return np.asarray(self.levels[:, question] == level, float)
            case _:
                raise ValueError(cell)

    @staticmethod
    def chosen(cells: list[Name], *, organization: bool = True) -> Chosen:
        return Chosen(
            organization=organization,
            units=frozenset(unit for kind, unit, _ in cells if kind == "unit"),
            levels=frozenset((question, level) for kind, question, level in cells if kind == "cut"),
        )

    def matrix(self, chosen: Chosen, statistic: int | None = None) -> np.ndarray:
        cells: list[Name] = [("all", 0, 0)] if chosen.organization else []
        cells += [("unit", unit, 0) for unit in sorted(chosen.units)]
        cells += [("cut", *pair) for pair in sorted(chosen.levels)]
        who = np.ones(len(self.units), bool) if statistic is None else self.answered[:, statistic]
        rows = [self.row(cell)[who] for cell in cells]
        return np.array(rows).reshape(len(rows), int(who.sum()))


def random_world(
    rng: np.random.Generator, *, people: int = 40, units: int = 6, questions: int = 2, levels: int = 3
) -> World:
    count = int(rng.integers(1, units + 1))
    parents = tuple(
        None if unit == 0 or rng.random() < 0.2 else int(rng.integers(0, unit)) for unit in range(count)
    )
    n = int(rng.integers(0, people + 1))
    sizes = tuple(int(rng.integers(2, levels + 1)) for _ in range(int(rng.integers(0, questions + 1))))
    columns = [rng.choice(m + 1, size=n, p=np.r_[0.05, 0.95 * rng.dirichlet(np.full(m, 1.5))]) for m in sizes]
    return World(
        parents=parents,
        units=rng.choice(count, size=n, p=rng.dirichlet(np.full(count, 1.5))).astype(np.int32),
        levels=np.array(columns, np.int16).reshape(len(sizes), n).T,
        answered=rng.random((n, 2)) < np.array([1.0, 0.9]),
        sizes=sizes,
    )
