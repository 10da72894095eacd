"""What a sheet's bytes mean: the only thing the statistics know about an instrument."""

from dataclasses import dataclass
from enum import StrEnum

NO_ANSWER = 0
DONT_KNOW = 255


class Panel(StrEnum):
    FRONTLINE = "frontline"
    EXECUTIVE = "executive"


class Kind(StrEnum):
    BACKGROUND = "background"
    AGREE = "agree"
    LADDER = "ladder"
    SCENARIO = "scenario"
    CHOICE = "choice"
    MULTI = "multi"


@dataclass(frozen=True)
class Column:
    """One byte of a sheet.

    `options` is the number of legal values 1..options (for `multi` the number of bits).
    `reverse` says that a high raw value is unfavourable; scores are always favourably keyed.
    """

    id: str
    kind: Kind
    options: int
    reverse: bool = False
    dont_know: bool = False


@dataclass(frozen=True)
class Dimension:
    """`agree` columns that make one score. `headline` dimensions are averaged into the empowerment gap."""

    id: str
    columns: tuple[str, ...]
    headline: bool = True


@dataclass(frozen=True)
class Layout:
    """Columns in byte order; the width of a sheet is their number."""

    columns: tuple[Column, ...]
    dimensions: tuple[Dimension, ...]

    @property
    def width(self) -> int:
        return len(self.columns)

    def offset(self, column: str) -> int:
        """Position of a column's byte. ValueError where the layout has no such column."""
        for position, candidate in enumerate(self.columns):
            if candidate.id == column:
                return position
        raise ValueError(f"The sheet has no column {column!r}.")
