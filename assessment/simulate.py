"""Made-up answers with a known truth: for the demo, and for testing that the statistics find what was put in.

People are drawn, not answers: each has a level on every dimension, shared with the unit, and answers around it.
Everything comes from the generator that is passed in, so that a seed repeats an organization exactly.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import assert_never

import numpy as np
from numpy.typing import NDArray

from surveys.instruments.codec import DONT_KNOW_BYTE, Field, FieldKind, SheetCodec
from surveys.instruments.instrument import Instrument, Panel

Scores = NDArray[np.float64]
Bytes = NDArray[np.uint8]
Answers = NDArray[np.bool_]

CHUNK = 50_000  # people drawn at a time
LEVELS = ("Division", "Country", "Region", "Area", "Site", "Team")


@dataclass(frozen=True)
class Beliefs:
    """What one panel lives or believes, on the favourable scale 0 to 100, and how much people differ."""

    levels: Mapping[str, float]
    ceiling: float  # the amount up to which half of them would decide on the spot
    obstacles: Sequence[float]  # weight of each kind of rule that gets in the way
    spread: float = 17.0
    unit_spread: float = 6.0
    item_spread: float = 8.0
    noise: float = 17.0
    skipped: float = 0.02
    dont_know: float = 0.03
    careless: float = 0.0
    tilt: float = 0.0  # -1 to 1: how favourable scenarios and escalation are answered


@dataclass(frozen=True)
class Simulation:
    """Draws sheets for one campaign."""

    instrument: Instrument
    codec: SheetCodec
    amounts: Sequence[int]
    rng: np.random.Generator
    item_effects: dict[str, float] = field(default_factory=dict)

    def sheets(self, beliefs: Beliefs, people: int) -> Bytes:
        """(people, width) legal sheets of one unit in which everybody answers."""
        return self.drawn(beliefs, people, np.ones(people, dtype=bool)).sheets

    def drawn(
        self, beliefs: Beliefs, people: int, answers: Answers, effects: Scores | None = None
    ) -> "Drawn":
        """Draw people, and the sheets of those who answer.

        `answers` (people,) says who does. `effects` (people,) is what a person's unit has in common; without it
        they are one unit.
        """
        levels = self._levels(beliefs, people, effects)
        drawn = Drawn(np.empty((int(answers.sum()), self.codec.width), np.uint8), people)
        for place, entry in enumerate(self.codec.fields):
            drawn.sheets[:, place] = self._column(entry, beliefs, levels, answers, drawn)
        self._careless(drawn.sheets, beliefs)
        return drawn

    def _levels(self, beliefs: Beliefs, people: int, effects: Scores | None) -> dict[str, Scores]:
        """Each person's level on each dimension; the dimensions of one person go together."""
        common = self.rng.normal(0, beliefs.spread * 0.7, people)
        common += self.rng.normal(0, beliefs.unit_spread) if effects is None else effects
        return {
            dimension: level + common + self.rng.normal(0, beliefs.spread * 0.7, people)
            for dimension, level in beliefs.levels.items()
        }

    def _column(
        self, entry: Field, beliefs: Beliefs, levels: Mapping[str, Scores], answers: Answers, drawn: "Drawn"
    ) -> Bytes:
        people = len(drawn.sheets)
        match entry.kind:
            case FieldKind.BACKGROUND:
                return self._missing(self._choice(np.ones(entry.options), people), 0.04)
            case FieldKind.AGREE:
                return self._agree(entry, beliefs, levels[str(entry.dimension)], answers, drawn)
            case FieldKind.LADDER:
                return self._ladder(entry, beliefs, people)
            case FieldKind.MULTI:
                return self._multi(entry, beliefs, people)
            case FieldKind.SCENARIO | FieldKind.CHOICE:
                weights = np.exp(-beliefs.tilt * 0.9 * np.arange(entry.options))
                return self._missing(self._choice(weights, people), beliefs.skipped)

    def _choice(self, weights: Scores, people: int) -> Bytes:
        edges = np.cumsum(weights / weights.sum())[:-1]
        drawn = self.rng.random(people)
        chosen = np.ones(people, np.uint8)
        for edge in edges:
            chosen += drawn >= edge
        return chosen

    def _missing(self, column: Bytes, share: float) -> Bytes:
        column[self.rng.random(len(column)) < share] = 0
        return column

    def _agree(
        self, entry: Field, beliefs: Beliefs, level: Scores, answers: Answers, drawn: "Drawn"
    ) -> Bytes:
        """Everybody has an answer, also those who do not give it: the truth that a sample is to find."""
        effect = self.item_effects.setdefault(entry.id, float(self.rng.normal(0, beliefs.item_spread)))
        felt = self.rng.normal(0, beliefs.noise, len(level))
        felt += level
        felt += effect
        top = entry.options - 1
        felt *= top / 100
        value = np.clip(np.rint(felt, out=felt), 0, top, out=felt).astype(np.uint8)
        drawn.totals[entry.id] = 100.0 * float(value.sum(dtype=np.int64)) / top
        value = value[answers]
        coded = (np.uint8(top) - value if entry.reverse else value) + np.uint8(1)
        unsure = (self.rng.random(len(value)) < beliefs.dont_know) & entry.dont_know
        coded[unsure] = DONT_KNOW_BYTE
        return self._missing(coded, beliefs.skipped)

    def _ladder(self, entry: Field, beliefs: Beliefs, people: int) -> Bytes:
        """Option 1 is "on the spot"; the further an amount lies above somebody's own limit, the later the option."""
        step = self.instrument.item(entry.id).step or 1
        own = np.log(beliefs.ceiling) + self.rng.normal(0, 1.1, people)
        beyond = np.log(self.amounts[step - 1]) - own + self.rng.normal(0, 0.35, people)
        option = np.clip(1 + np.ceil(beyond / 1.0), 1, entry.options)
        return self._missing(option.astype(np.uint8), beliefs.skipped)

    def _multi(self, entry: Field, beliefs: Beliefs, people: int) -> Bytes:
        weights = np.resize(np.asarray(beliefs.obstacles, dtype=float), entry.options)
        most = entry.max_choices or entry.options
        appeal = np.log(weights) + self.rng.gumbel(size=(people, entry.options))
        order = np.argsort(-appeal, axis=1)
        chosen = self.rng.integers(1, most + 1, people)
        mask = np.zeros(people, np.uint8)
        for rank in range(most):
            mask |= np.where(
                rank < chosen, np.uint8(1) << order[:, rank].astype(np.uint8), np.uint8(0)
            ).astype(np.uint8)
        return self._missing(mask, beliefs.skipped)

    def _careless(self, sheets: Bytes, beliefs: Beliefs) -> None:
        """Some people press the same button all the way down."""
        careless = np.flatnonzero(self.rng.random(len(sheets)) < beliefs.careless)
        agree = np.flatnonzero([entry.kind is FieldKind.AGREE for entry in self.codec.fields])
        pressed = self.rng.integers(1, 4, len(careless), dtype=np.uint8)
        sheets[np.ix_(careless, agree)] = pressed[:, None]


@dataclass(frozen=True)
class Drawn:
    """Sheets of those who answered, and of each item the sum of the scores that all would have given."""

    sheets: Bytes
    people: int
    totals: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Place:
    """A unit of a simulated organization, parents before their children."""

    path: str
    parent: int | None
    frontline: int = 0
    executives: int = 0

    def headcount(self, panel: Panel) -> int:
        match panel:
            case Panel.FRONTLINE:
                return self.frontline
            case Panel.EXECUTIVE:
                return self.executives
            case _:
                assert_never(panel)


def organization(
    people: int, executives: int, units: int, depth: int, rng: np.random.Generator
) -> list[Place]:
    """A head office with all executives, and a tree of `units` whose lowest level holds the front line.

    ValueError where a level would have no unit.
    """
    if not 1 <= depth <= min(units, len(LEVELS)) or people < 0 or executives < 0:
        raise ValueError(f"{units} units in {depth} levels of at most {len(LEVELS)} cannot be made.")
    sizes = np.geomspace(min(3, units), units, depth) if depth > 1 else np.array([units])
    sizes = np.maximum(1, np.floor(sizes / sizes.sum() * units)).astype(int)
    sizes[-1] = units - sizes[:-1].sum()
    share = rng.gamma(4.0, size=sizes[-1])
    everywhere = 1 if people >= len(share) else 0
    crowd = everywhere + rng.multinomial(people - everywhere * len(share), share / share.sum())
    places = [Place("Head office", None, executives=executives)]
    above = [0]
    for level, size in enumerate(sizes):
        first = len(places)
        name, digits = LEVELS[level - depth], len(str(size))
        for number in range(size):
            parent = above[number * len(above) // size] if level else None
            path = f"{name} {number + 1:0{digits}}"
            held = int(crowd[number]) if level == depth - 1 else 0
            places.append(Place(path if parent is None else f"{places[parent].path}/{path}", parent, held))
        above = list(range(first, len(places)))
    return places


@dataclass
class Truth:
    """What everybody of one panel would have answered, also those who did not: grows as people are drawn."""

    people: int = 0
    totals: Counter[str] = field(default_factory=Counter)

    def add(self, drawn: Drawn) -> None:
        self.people += drawn.people
        self.totals.update(drawn.totals)

    def means(self, instrument: Instrument) -> dict[str, float]:
        """Mean score of each dimension, 0 to 100. A panel without people has none."""
        items = {d.id: [item.id for item in instrument.items_in(d.id)] for d in instrument.dimensions}
        return {
            dimension: sum(self.totals[name] for name in names) / (len(names) * self.people)
            for dimension, names in items.items()
            if self.people and names
        }


def true_gaps(instrument: Instrument, truth: Mapping[Panel, Truth]) -> dict[str, float]:
    """The gap of each dimension, and `headline`. Empty where a panel has no people."""
    believed, lived = (truth[panel].means(instrument) for panel in (Panel.EXECUTIVE, Panel.FRONTLINE))
    found = {name: believed[name] - lived[name] for name in believed if name in lived}
    counted = [found[d.id] for d in instrument.dimensions if d.headline and d.id in found]
    return found | ({"headline": sum(counted) / len(counted)} if counted else {})


@dataclass(frozen=True)
class Asked:
    """One panel of a simulated organization: what its people think, and how many of them answer."""

    panel: Panel
    beliefs: Beliefs
    answered: int


def answers(
    simulation: Simulation, asked: Asked, places: Sequence[Place], truth: Truth
) -> Iterator[tuple[int, bytes]]:
    """(place, sheets) of those who answer, drawn from the whole panel without regard to who they are.

    Some units at a time: memory grows with the largest unit, not with their number. Executives are not asked
    who they are.
    """
    sizes = np.array([place.headcount(asked.panel) for place in places])
    given = simulation.rng.multivariate_hypergeometric(sizes, asked.answered, method="marginals")
    effects = simulation.rng.normal(0, asked.beliefs.unit_spread, len(sizes))
    background = [i for i, entry in enumerate(simulation.codec.fields) if entry.kind is FieldKind.BACKGROUND]
    chunk = np.cumsum(sizes) // CHUNK
    for number in np.unique(chunk[sizes > 0]):
        units = np.flatnonzero((chunk == number) & (sizes > 0))
        own = np.repeat(np.arange(len(units)), sizes[units])
        place = np.arange(len(own)) - np.repeat(np.cumsum(sizes[units]) - sizes[units], sizes[units])
        drawn = simulation.drawn(asked.beliefs, len(own), place < given[units][own], effects[units][own])
        truth.add(drawn)
        if asked.panel is Panel.EXECUTIVE:
            drawn.sheets[:, background] = 0
        ends = np.cumsum(given[units])
        for unit, sheets in zip(units.tolist(), np.split(drawn.sheets, ends[:-1]), strict=True):
            if len(sheets):
                yield unit, sheets.tobytes()
