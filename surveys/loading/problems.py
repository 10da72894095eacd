"""Faults of a folder, gathered so that they can all be mended in one go."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NoReturn

MOST_SHOWN = 50


@dataclass(frozen=True)
class Fault:
    file: str
    line: int
    column: str
    message: str

    def __str__(self) -> str:
        place = ", ".join(
            [self.file]
            + ([f"line {self.line}"] if self.line else [])
            + ([f"column {self.column}"] if self.column else [])
        )
        return f"{place}: {self.message}"


class BadInput(ValueError):  # noqa: N818  # it is about the input, not about the program
    """All faults at once: the first fifty in words, and how many there are."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        count = len(self.faults)
        shown = "\n".join(f"  {fault}" for fault in self.faults[:MOST_SHOWN])
        rest = f"\n  ... and {count - MOST_SHOWN} more." if count > MOST_SHOWN else ""
        found = "1 fault" if count == 1 else f"{count} faults"
        super().__init__(f"Nothing was stored: {found} in the files.\n{shown}{rest}")


class Faults:
    """A list that faults are added to while reading goes on."""

    def __init__(self) -> None:
        self._faults: list[Fault] = []

    def add(self, file: str, line: int, message: str, *, column: str = "") -> None:
        self._faults.append(Fault(file, line, column, message))

    def __len__(self) -> int:
        return len(self._faults)

    def raise_all(self) -> NoReturn:
        raise BadInput(self._faults)
