"""What a released document says about its own safety, and how an outsider checks it.

What can be published. The number of people in a released cell is itself the sum of a statistic ("answered")
over that cell, so it isolates nobody more than the cell's mean does: every n is in the document. From these
alone anybody can repeat the proof for nested cells (the span of nested sets is that of their residuals, and
a residual's size is a difference of published n) and for the levels of one question (disjoint sets and their
rest). Those parts come out PROVEN.

What cannot. Whether units and cuts together isolate somebody depends on how many people have each combination
of region and levels, and most of these numbers are 1 or 2: to publish them would say who took part and what
each gave as background. No coarser table suffices either, since margins never exclude that a level and a
region differ by one person. So for such a part the document states two numbers that describe the whole
release and nobody in it: the largest leverage h (of classes of fewer than k people), whose inverse bounds
the smallest group from below, or that the exact search was needed; and a keyed hash of the combinations.
It comes out STATED. Whoever is shown the combinations in confidence, or runs the installation while the
sheets still exist, repeats the exact proof with `check_against`, and the hash says that it is the same
table. The key is kept with the sheets and destroyed with them: without it the hash could be searched.
"""

import hmac
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from itertools import pairwise
from typing import Any

import numpy as np

from assessment.disclosure.attack import Finding, Proof, audit
from assessment.disclosure.cells import Chosen
from assessment.disclosure.counts import CellCounts, Counted
from assessment.disclosure.incidence import Publication, incidence, most_rank
from assessment.disclosure.membership import Membership, Tree
from assessment.disclosure.panel import Part
from assessment.disclosure.policy import Policy
from assessment.disclosure.release import ReleasedTable
from assessment.stats.layout import Panel

SCHEMA = "latitude.proof/1"
Json = dict[str, Any]


class Outcome(StrEnum):
    PROVEN = "proven"
    STATED = "stated"
    BROKEN = "broken"


@dataclass(frozen=True)
class Checked:
    """Outcome for one panel, statistic and kind of number (means, or distributions)."""

    panel: str
    statistic: str
    kind: str
    outcome: Outcome
    why: str


def commitment(membership: Membership, secret: bytes) -> str:
    """Keyed hash of who answered; the same for any order of the rows."""
    table = membership.compact()
    digest = hmac.new(secret, digestmod=sha256)
    names = [table.statistics, table.mark_names, table.questions, len(table.units)]
    digest.update(json.dumps(names).encode())
    for array in (table.units, table.levels, table.marks, table.respondents, table.answered):
        digest.update(np.ascontiguousarray(array, dtype="<i8").tobytes())
    if table.totals is not None:
        for array in (table.totals.own, table.totals.levels[:, 1:], table.totals.marked):
            digest.update(np.ascontiguousarray(array, dtype="<i8").tobytes())
    return digest.hexdigest()


def describe(table: ReleasedTable, tree: Tree, secret: bytes) -> Json:
    """Describe the published cells and their proofs; JSON, and safe to publish. The key is not in it."""
    if len(secret) < 16:  # noqa: PLR2004
        raise ValueError("The key of a commitment has at least 16 bytes.")
    parts: list[Json] = []
    for (panel, statistic), part in table.parts.items():
        k = table.policy.minimum(panel)
        detailed = max(k, table.policy.min_distribution)
        for kind, minimum, chosen, proof in (
            ("means", k, part.shown, part.proof),
            ("distributions", detailed, part.full, part.full_proof),
        ):
            if chosen.organization:
                facts = _facts(tree, part, chosen, proof)
                parts.append(
                    {"panel": str(panel), "statistic": statistic, "kind": kind, "k": minimum, **facts}
                )
    return {
        "schema": SCHEMA,
        "policy": table.policy.to_json(),
        "commitments": {
            str(panel): commitment(people, secret) for panel, people in table.memberships.items()
        },
        "parts": parts,
    }


def _facts(tree: Tree, part: Part, chosen: Chosen, proof: Finding) -> Json:
    shown = np.zeros(len(tree), bool)
    shown[list(chosen.units)] = True
    nearest = tree.nearest(shown)
    units: list[list[int | None]] = []
    for unit in sorted(chosen.units):
        parent = tree.parents[unit]
        above = -1 if parent is None else int(nearest[parent])
        units.append([unit, None if above < 0 else above, int(part.counted.units[unit])])
    return {
        "organization": part.counted.organization,
        "units": units,
        "levels": [[*pair, part.counted.levels[pair]] for pair in sorted(chosen.levels)],
        "proof": str(proof.proof),
        "max_leverage": proof.max_leverage,
    }


def check(document: Mapping[str, Any]) -> tuple[Checked, ...]:
    """Repeat the proof from the document alone. ValueError where it is no such document."""
    if document.get("schema") != SCHEMA:
        raise ValueError(f"Not a {SCHEMA} document.")
    policy = Policy.from_json(document["policy"])
    return tuple(_check_part(policy, part) for part in document["parts"])


def _check_part(policy: Policy, part: Mapping[str, Any]) -> Checked:
    k = _minimum(policy, part)

    def outcome(result: Outcome, why: str) -> Checked:
        return Checked(part["panel"], part["statistic"], part["kind"], result, why)

    if part["k"] != k:
        return outcome(Outcome.BROKEN, f"minimum {part['k']} where the policy says {k}")
    for name, people in _groups(part).items():
        if 0 < people < k or people < 0:
            return outcome(Outcome.BROKEN, f"{name} has {people} people")
    questions = {question for question, _, _ in part["levels"]}
    if not questions or (len(questions) == 1 and not part["units"]):
        return outcome(Outcome.PROVEN, "every difference of nested cells has enough people")
    if part["proof"] == Proof.LEVERAGE and part["max_leverage"] * (k - 1) < 1:
        return outcome(Outcome.STATED, f"largest leverage {part['max_leverage']:.4g}")
    if part["proof"] == Proof.SEARCH:
        return outcome(Outcome.STATED, "every possible group was searched")
    return outcome(Outcome.BROKEN, "no proof for units and cuts together")


def _minimum(policy: Policy, part: Mapping[str, Any]) -> int:
    k = policy.minimum(Panel(part["panel"]))
    match part["kind"]:
        case "means":
            return k
        case "distributions":
            return max(k, policy.min_distribution)
        case other:
            raise ValueError(f"Unknown kind of number {other!r}.")


def _groups(part: Mapping[str, Any]) -> dict[str, int]:
    """People in every cell, in every residual of the units, and in the rest of every question."""
    cells = {f"unit {unit}": people for unit, _, people in part["units"]}
    cells |= {f"question {question} level {level}": people for question, level, people in part["levels"]}
    if empty := [name for name, people in cells.items() if people < 1]:
        return dict.fromkeys(empty, -1)
    around = {unit: above for unit, above, _ in part["units"]}
    at = set(around.values())
    for _ in around:
        at = {around.get(unit) for unit in at}
    if at - {None}:
        return {"a circle of units": -1}
    residual = {None: part["organization"], **{unit: people for unit, _, people in part["units"]}}
    rest = {question: part["organization"] for question, _, _ in part["levels"]}
    for _, above, people in part["units"]:
        residual[above] = residual.get(above, -1) - people
    for question, _, people in part["levels"]:
        rest[question] -= people
    return {
        "the organization": part["organization"],
        **cells,
        **{f"what unit {unit} leaves": people for unit, people in residual.items()},
        **{f"what question {question} leaves": people for question, people in rest.items()},
    }


def check_against(
    document: Mapping[str, Any], tree: Tree, memberships: Mapping[Panel, Membership], secret: bytes
) -> tuple[Checked, ...]:
    """Repeat the exact proof of a first release with the combinations in hand.

    The commitment must match, every n is counted again, and the auditor runs on the published cells.
    """
    results: list[Checked] = []
    for first, part in zip(check(document), document["parts"], strict=True):
        panel = Panel(part["panel"])
        membership = memberships.get(panel)
        known = document["commitments"].get(part["panel"], "")
        if membership is None or not hmac.compare_digest(known, commitment(membership, secret)):
            results.append(_replaced(first, Outcome.BROKEN, "these are not the people of this release"))
            continue
        chosen = Chosen(
            organization=True,
            units=frozenset(unit for unit, _, _ in part["units"]),
            levels=frozenset((question, level) for question, level, _ in part["levels"]),
        )
        counts = membership.counts(part["statistic"])
        counted = Counted(tree, membership).of(part["statistic"])
        if not _counts_match(tree, part, counted):
            results.append(_replaced(first, Outcome.BROKEN, "a number of people is wrong"))
            continue
        # rows of some of the people prove it only where they have the rank of everybody
        rank = None if membership.totals is None else most_rank(tree, counted, chosen)
        found = audit(incidence(tree, [Publication(membership, counts, chosen)]), part["k"], rank=rank)
        result = Outcome.PROVEN if found.safe and first.outcome is not Outcome.BROKEN else Outcome.BROKEN
        results.append(_replaced(first, result, f"auditor: {found.proof}"))
    return tuple(results)


def _replaced(checked: Checked, outcome: Outcome, why: str) -> Checked:
    return Checked(checked.panel, checked.statistic, checked.kind, outcome, why)


def _counts_match(tree: Tree, part: Mapping[str, Any], counted: CellCounts) -> bool:
    shown = np.zeros(len(tree), bool)
    shown[[unit for unit, _, _ in part["units"]]] = True
    nearest = tree.nearest(shown)
    for unit, above, people in part["units"]:
        parent = tree.parents[unit]
        true_above = -1 if parent is None else int(nearest[parent])
        if people != counted.units[unit] or (-1 if above is None else above) != true_above:
            return False
    levels = all(counted.levels.get((question, level)) == n for question, level, n in part["levels"])
    return levels and part["organization"] == counted.organization


def check_sequence(documents: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    """Problems between releases of one campaign, the oldest first: cells to which too few were added."""
    problems: list[str] = []
    for earlier, later in pairwise(documents):
        policy = Policy.from_json(later["policy"])
        before = {(part["panel"], part["statistic"], part["kind"]): part for part in earlier["parts"]}
        for part in later["parts"]:
            name = (part["panel"], part["statistic"], part["kind"])
            if name not in before:
                continue
            old, new = _cells(before[name]), _cells(part)
            k = _minimum(policy, part)
            problems += [
                f"{' '.join(name)}: {new[cell] - old[cell]} people were added to {cell}"
                for cell in sorted(old.keys() & new.keys())
                if new[cell] != old[cell] and new[cell] - old[cell] < k
            ]
    return tuple(problems)


def _cells(part: Mapping[str, Any]) -> dict[str, int]:
    return {
        "the organization": part["organization"],
        **{f"unit {unit}": people for unit, _, people in part["units"]},
        **{f"question {question} level {level}": n for question, level, n in part["levels"]},
    }
