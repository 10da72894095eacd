"""Repeating the proof of a released document, with nothing but the document in hand.

Two questions. Do the cells that the document names as published isolate nobody (`disclosure.proof`)? And is every
number in it one of those cells, with their number of people and no more detail than was proven?
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from assessment.disclosure.proof import Checked, Outcome, check

Document = Mapping[str, Any]
MEANS, DISTRIBUTIONS = "means", "distributions"
PANELS = ("frontline", "executive")
EVERYBODY = "everybody"


@dataclass(frozen=True)
class Stated:
    """A number of people somewhere in the document, and what it claims to be of."""

    panel: str
    statistic: str
    cell: str
    n: int
    detailed: bool

    def __str__(self) -> str:
        return f"{self.statistic} of {self.panel}, {self.cell}"


@dataclass(frozen=True)
class Audit:
    checked: tuple[Checked, ...]
    numbers: int
    faults: tuple[str, ...]

    def count(self, outcome: Outcome) -> int:
        return sum(one.outcome is outcome for one in self.checked)

    @property
    def passed(self) -> bool:
        return not self.faults and not self.count(Outcome.BROKEN) and bool(self.checked)


def audit_document(document: Document) -> Audit:
    """ValueError where the document carries no proof."""
    if "proof" not in document:
        raise ValueError("The document carries no proof.")
    checked = check(document["proof"])
    numbers = list(stated(document))
    published = _published(document["proof"])
    faults = [
        f"{one.statistic} of {one.panel} ({one.kind}): {one.why}"
        for one in checked
        if one.outcome is Outcome.BROKEN
    ]
    for number in numbers:
        kind = DISTRIBUTIONS if number.detailed else MEANS
        named = number.statistic
        if number.cell == EVERYBODY and (number.panel, f"panel:{named}", kind) in published:
            named = f"panel:{named}"  # of everybody who has it; in cells of those who have every dimension
        proven = published.get((number.panel, named, kind), {}).get(number.cell)
        if proven is None:
            faults.append(f"{number}: stands in the document without a proof of its {kind}")
        elif proven != number.n:
            faults.append(f"{number}: {number.n} people in the document, {proven} in the proof")
    return Audit(checked, len(numbers), tuple(faults))


def _published(proof: Mapping[str, Any]) -> dict[tuple[str, str, str], dict[str, int]]:
    paths, questions = proof["unit_paths"], proof["questions"]
    found = {}
    for part in proof["parts"]:
        cells = {EVERYBODY: part["organization"]}
        cells |= {f"unit {paths[str(unit)]}": n for unit, _, n in part["units"]}
        cells |= {f"{questions[question]} {level}": n for question, level, n in part["levels"]}
        found[part["panel"], part["statistic"], part["kind"]] = cells
    return found


def stated(document: Document) -> Iterator[Stated]:
    """Every estimate and share of the document that is shown."""
    for section in ("dimensions", "items"):
        for entry in document[section]:
            for panel in PANELS:
                yield from _estimate(panel, entry["id"], EVERYBODY, entry[panel])
    for unit in document["units"]:
        for name, estimate in unit["frontline"].items():
            yield from _estimate("frontline", name, f"unit {unit['path']}", estimate)
    for cut in document["cuts"]:
        for level in cut["levels"]:
            for name, estimate in level["frontline"].items():
                yield from _estimate("frontline", name, f"{cut['question']} {level['level']}", estimate)
    yield from _shares(document)


def _estimate(panel: str, statistic: str, cell: str, estimate: Mapping[str, Any]) -> Iterator[Stated]:
    if "status" not in estimate:
        detailed = any(name in estimate for name in ("sd", "favourable", "distribution"))
        yield Stated(panel, statistic, cell, estimate["n"], detailed)


def _shares(document: Document) -> Iterator[Stated]:
    choices = [*document["scenarios"], *document.get("choices", ())]
    choices += [document["escalation"]] if document["escalation"] else []
    rows = [(choice["id"], option) for choice in choices for option in choice["options"]]
    if document["ladder"]:
        rows += [(step["id"], step) for step in document["ladder"]["steps"]]
    rows += [(option["item"], option) for option in document["obstacles"]]
    for statistic, row in rows:
        for panel in PANELS:
            if "status" not in row[panel]:
                yield Stated(panel, statistic, EVERYBODY, row[panel]["n"], detailed=True)
