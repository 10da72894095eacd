"""Faults of a folder, gathered so that they can all be mended in one go."""

from dataclasses import dataclass

MOST_SHOWN = 50


@dataclass(frozen=True)
class Fault:
    """`line` 0: the whole file is meant. `column` is a name, empty where the fault is not in one column."""

    file: str
    line: int
    column: str
    message: str

    def __str__(self) -> str:
        line = f", line {self.line}" if self.line else ""
        column = f", column {self.column}" if self.column else ""
        return f"{self.file}{line}{column}: {self.message}"


class BadInput(ValueError):  # noqa: N818  # it is about the input, not about the program
    """The first fifty faults in words, and how many there are."""

    def __init__(self, shown: tuple[Fault, ...], count: int) -> None:
        self.faults, self.count = shown, count
        lines = "".join(f"\n  {fault}" for fault in shown)
        rest = f"\n  ... and {count - len(shown)} more." if count > len(shown) else ""
        found = "1 fault" if count == 1 else f"{count} faults"
        super().__init__(f"Nothing was stored: {found} in the files.{lines}{rest}")


class Faults:
    """Counts every fault and keeps the first fifty: a file of a million wrong answers fills no memory."""

    def __init__(self) -> None:
        self.count = 0
        self._shown: list[Fault] = []

    def add(self, file: str, line: int, message: str, *, column: str = "") -> None:
        self.count += 1
        if len(self._shown) < MOST_SHOWN:
            self._shown.append(Fault(file, line, column, message))

    def error(self) -> BadInput:
        return BadInput(tuple(self._shown), self.count)
