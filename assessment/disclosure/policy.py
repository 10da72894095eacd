"""The confidentiality policy: locked when a campaign opens, stored with every snapshot."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import assert_never

from assessment.stats.layout import Panel

FLOORS = {"min_group": 4, "min_executives": 3, "min_comments": 5}
VERSION = 1


@dataclass(frozen=True, kw_only=True)
class Policy:
    """Minimum numbers of people.

    Parameters
    ----------
    min_group : int
        People in every frontline cell, complement and difference; at least 4.
    min_executives : int
        The same for the executive panel; at least 3.
    min_comments : int
        People in a cell before any of its comments is shown; at least 5.
    min_distribution : int
        Answers before a distribution, SD or share favourable is shown; at least `min_group`.
    version : int
        Version of these rules; this code knows version 1 only.

    Raises
    ------
    ValueError
        A value under its floor, of another type than int, or another version.
    """

    min_group: int = 5
    min_executives: int = 4
    min_comments: int = 10
    min_distribution: int = 10
    version: int = VERSION

    def __post_init__(self) -> None:
        for spec in fields(self):
            value = getattr(self, spec.name)
            if type(value) is not int:
                raise ValueError(f"{spec.name} must be a whole number, not {value!r}.")
        if self.version != VERSION:
            raise ValueError(f"Policy version {self.version} is not known; this is version {VERSION}.")
        floors = {**FLOORS, "min_distribution": max(self.min_group, self.min_executives)}
        for name, floor in floors.items():
            if getattr(self, name) < floor:
                raise ValueError(f"{name} is {getattr(self, name)}, its floor is {floor}.")

    def minimum(self, panel: Panel) -> int:
        """The k of a panel."""
        match panel:
            case Panel.FRONTLINE:
                return self.min_group
            case Panel.EXECUTIVE:
                return self.min_executives
            case _:
                assert_never(panel)

    def to_json(self) -> dict[str, int]:
        return {spec.name: getattr(self, spec.name) for spec in fields(self)}

    @classmethod
    def from_json(cls, document: Mapping[str, object]) -> "Policy":
        """Read back `to_json`. ValueError where a key is missing, unknown, or a value is out of range."""
        known = {spec.name for spec in fields(cls)}
        if unknown := sorted(set(document) - known):
            raise ValueError(f"Unknown in a policy: {', '.join(unknown)}.")
        if missing := sorted(known - set(document)):
            raise ValueError(f"Missing in a policy: {', '.join(missing)}.")
        values: dict[str, int] = {}
        for name, value in document.items():
            if type(value) is not int:
                raise ValueError(f"{name} must be a whole number, not {value!r}.")
            values[name] = value
        return cls(**values)
