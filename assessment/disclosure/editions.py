"""When a benchmark may move: an average that followed every report would tell the newest organization's number.

Pure arithmetic over what organizations' reports said, and when. Everybody knows their own number, so that "five
organizations" means five beside oneself, everywhere: in an edition, and in the difference of two.
"""

import datetime as dt
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from math import hypot

from assessment.disclosure.values import BENCHMARK_ORGANIZATIONS, benchmark_allowed

WITH_ONESELF = BENCHMARK_ORGANIZATIONS + 1


@dataclass(frozen=True)
class Spoken:
    """A released gap: its value, and half the width of its interval where that is stated."""

    value: float
    half: float | None


@dataclass(frozen=True)
class Said:
    """From this moment on the newest report of an organization says this; None: it has none any more."""

    at: dt.datetime
    organization: Hashable
    spoken: Spoken | None


@dataclass(frozen=True)
class Edition:
    """The numbers that stand together in a benchmark, and since when."""

    made: dt.datetime
    spoken: Mapping[Hashable, Spoken]


@dataclass(frozen=True)
class Average:
    organizations: int
    value: float
    half: float | None


def newest(history: Iterable[Said]) -> Edition | None:
    """The first edition is made of six organizations, the next one when six say something else than in any before."""
    current: dict[Hashable, Spoken] = {}
    made: list[Edition] = []
    for said in sorted(history, key=lambda one: one.at):
        if said.spoken is None:
            current.pop(said.organization, None)
        else:
            current[said.organization] = said.spoken
        apart = (_changed(one.spoken, current) >= WITH_ONESELF for one in made)
        if len(current) >= WITH_ONESELF and all(apart):
            made.append(Edition(said.at, dict(current)))
    return made[-1] if made else None


def _changed(before: Mapping[Hashable, Spoken], now: Mapping[Hashable, Spoken]) -> int:
    return sum(before.get(one) != now.get(one) for one in {*before, *now})


def others(edition: Edition, organization: Hashable) -> Average | None:
    """The average of all but one, each organization counting the same. None where too few are left.

    No median, least or greatest: each of those is one organization's own number.
    """
    spoken = [one for name, one in edition.spoken.items() if name != organization]
    if not benchmark_allowed([1.0] * len(spoken)):
        return None
    halves = [one.half for one in spoken if one.half is not None]
    known = len(halves) == len(spoken)
    return Average(
        len(spoken),
        sum(one.value for one in spoken) / len(spoken),
        hypot(*halves) / len(spoken) if known else None,
    )
