"""The words of disclosure control: cells, verdicts and reasons. Types only."""

from dataclasses import dataclass, field
from enum import StrEnum

from assessment.stats.layout import Panel


@dataclass(frozen=True, order=True)
class PanelCell:
    """Everybody of a panel in the organization."""

    panel: Panel


@dataclass(frozen=True, order=True)
class UnitCell:
    """A panel's respondents in a unit's whole subtree; `unit` is the index in the tree."""

    panel: Panel
    unit: int


@dataclass(frozen=True, order=True)
class CutCell:
    """A panel's respondents, organization-wide, who gave one background answer (level 1..m)."""

    panel: Panel
    question: int
    level: int


Cell = PanelCell | UnitCell | CutCell


class Reason(StrEnum):
    """Why something is not shown. The sentence a reader sees is made elsewhere."""

    SMALL_GROUP = "small_group"
    PROTECTS_ANOTHER = "protects_another"
    UNANIMOUS = "unanimous"
    TOO_FEW_COMMENTERS = "too_few_commenters"
    TOO_FEW_FOR_DISTRIBUTION = "too_few_for_distribution"


class Detail(StrEnum):
    FULL = "full"
    MEAN_ONLY = "mean_only"


@dataclass(frozen=True)
class Released:
    """May leave. MEAN_ONLY: n and mean, nothing else; then `note` is TOO_FEW_FOR_DISTRIBUTION."""

    detail: Detail
    n: int

    @property
    def note(self) -> Reason | None:
        return Reason.TOO_FEW_FOR_DISTRIBUTION if self.detail is Detail.MEAN_ONLY else None


@dataclass(frozen=True)
class Withheld:
    """A status, never a zero."""

    reason: Reason


Verdict = Released | Withheld


@dataclass(frozen=True)
class Chosen:
    """The published cells of one panel for one statistic. Nothing is published without the organization."""

    organization: bool = False
    units: frozenset[int] = field(default_factory=frozenset)
    levels: frozenset[tuple[int, int]] = field(default_factory=frozenset)

    def __post_init__(self) -> None:
        if not self.organization and (self.units or self.levels):
            raise ValueError("Units or cuts are published only together with the organization.")

    def __len__(self) -> int:
        return int(self.organization) + len(self.units) + len(self.levels)

    def __le__(self, other: "Chosen") -> bool:
        return (
            self.organization <= other.organization
            and self.units <= other.units
            and self.levels <= other.levels
        )


NOTHING = Chosen()
