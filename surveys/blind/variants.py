"""The four named variants of RFC 9474, section 5. Latitude issues tokens with the first one only."""

from enum import StrEnum
from typing import assert_never

PREFIX_BYTES = 32


class Variant(StrEnum):
    """A key serves one variant and nothing else (RFC 9474, section 6.2)."""

    PSS_RANDOMIZED = "RSABSSA-SHA384-PSS-Randomized"
    PSSZERO_RANDOMIZED = "RSABSSA-SHA384-PSSZERO-Randomized"
    PSS_DETERMINISTIC = "RSABSSA-SHA384-PSS-Deterministic"
    PSSZERO_DETERMINISTIC = "RSABSSA-SHA384-PSSZERO-Deterministic"

    @property
    def salt_bytes(self) -> int:
        match self:
            case Variant.PSS_RANDOMIZED | Variant.PSS_DETERMINISTIC:
                return 48
            case Variant.PSSZERO_RANDOMIZED | Variant.PSSZERO_DETERMINISTIC:
                return 0
            case _:
                assert_never(self)

    @property
    def prefix_bytes(self) -> int:
        match self:
            case Variant.PSS_RANDOMIZED | Variant.PSSZERO_RANDOMIZED:
                return PREFIX_BYTES
            case Variant.PSS_DETERMINISTIC | Variant.PSSZERO_DETERMINISTIC:
                return 0
            case _:
                assert_never(self)
