"""Made-up answers with a known truth: for the demo, and for testing that the statistics find what was put in.

People are drawn, not answers: each has a level on every dimension, shared with the unit, and answers around it.
Everything comes from the generator that is passed in, so that a seed repeats an organization exactly.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from surveys.instruments.codec import DONT_KNOW_BYTE, Field, FieldKind, SheetCodec
from surveys.instruments.instrument import Instrument, ItemKind

Scores = NDArray[np.float64]
Bytes = NDArray[np.uint8]


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
        """(people, width) legal sheets of one unit."""
        levels = self._levels(beliefs, people)
        columns = [self._column(entry, beliefs, levels, people) for entry in self.codec.fields]
        sheets = np.stack(columns, axis=1) if columns else np.zeros((people, 0), np.uint8)
        return self._careless(sheets, beliefs, people)

    def _levels(self, beliefs: Beliefs, people: int) -> dict[str, Scores]:
        """Each person's level on each dimension; the dimensions of one person go together."""
        common = self.rng.normal(0, beliefs.spread * 0.7, people)
        unit = self.rng.normal(0, beliefs.unit_spread)
        return {
            dimension: level + unit + common + self.rng.normal(0, beliefs.spread * 0.7, people)
            for dimension, level in beliefs.levels.items()
        }

    def _column(self, entry: Field, beliefs: Beliefs, levels: Mapping[str, Scores], people: int) -> Bytes:
        match entry.kind:
            case FieldKind.BACKGROUND:
                return self._missing(self._choice(np.ones(entry.options), people), 0.04)
            case FieldKind.AGREE:
                return self._agree(entry, beliefs, levels[str(entry.dimension)])
            case FieldKind.LADDER:
                return self._ladder(entry, beliefs, people)
            case FieldKind.MULTI:
                return self._multi(entry, beliefs, people)
            case FieldKind.SCENARIO | FieldKind.CHOICE:
                weights = np.exp(-beliefs.tilt * 0.9 * np.arange(entry.options))
                return self._missing(self._choice(weights, people), beliefs.skipped)

    def _choice(self, weights: Scores, people: int) -> Bytes:
        return self.rng.choice(len(weights), people, p=weights / weights.sum()).astype(np.uint8) + np.uint8(1)

    def _missing(self, column: Bytes, share: float) -> Bytes:
        return np.where(self.rng.random(len(column)) < share, 0, column).astype(np.uint8)

    def _agree(self, entry: Field, beliefs: Beliefs, level: Scores) -> Bytes:
        effect = self.item_effects.setdefault(entry.id, float(self.rng.normal(0, beliefs.item_spread)))
        felt = level + effect + self.rng.normal(0, beliefs.noise, len(level))
        top = entry.options - 1
        value = np.clip(np.rint(felt / 100 * top), 0, top).astype(np.uint8)
        coded = (top - value if entry.reverse else value) + 1
        unsure = (self.rng.random(len(level)) < beliefs.dont_know) & entry.dont_know
        return self._missing(np.where(unsure, DONT_KNOW_BYTE, coded).astype(np.uint8), beliefs.skipped)

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

    def _careless(self, sheets: Bytes, beliefs: Beliefs, people: int) -> Bytes:
        """Some people press the same button all the way down."""
        careless = np.flatnonzero(self.rng.random(people) < beliefs.careless)
        agree = [i for i, entry in enumerate(self.codec.fields) if entry.kind is FieldKind.AGREE]
        for person in careless:
            sheets[person, agree] = self.rng.integers(1, 4)
        return sheets


def ladder_steps(instrument: Instrument) -> int:
    return len(instrument.items_of(ItemKind.LADDER))
