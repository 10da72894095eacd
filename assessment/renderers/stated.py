"""Released numbers as a cell or a mark holds them: a number, or the end of a bound that is known."""

from dataclasses import dataclass
from enum import StrEnum

from assessment.report import Bounded, Number


class Bound(StrEnum):
    EXACT = ""
    AT_MOST = "at_most"
    AT_LEAST = "at_least"
    BETWEEN = "between"


@dataclass(frozen=True)
class Stated:
    """`value`: the number, or its bound; the lower one where the number lies `between` two."""

    value: float
    bound: Bound = Bound.EXACT
    other: float | None = None


def stated(number: Number) -> Stated:
    if not isinstance(number, Bounded):
        return Stated(number)
    if number.low is not None and number.high is not None:
        return Stated(number.low, Bound.BETWEEN, number.high)
    if number.low is not None:
        return Stated(number.low, Bound.AT_LEAST)
    return Stated(number.high or 0.0, Bound.AT_MOST)
