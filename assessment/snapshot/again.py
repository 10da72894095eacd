"""A second report of the same campaign, when late answers came: only what passes together with all that is out already.

What was released before is worked out anew from the sheets that were there then, and has to be what the earlier
document says. So this is possible only while the sheets are kept, and with the rules they were released under.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from assessment.disclosure import proof
from assessment.disclosure.release import Earlier, UnsafeReleaseError
from assessment.models import ReportSnapshot
from assessment.snapshot.answered import EVERYBODY
from assessment.snapshot.comparing import Comparer
from assessment.snapshot.gather import gather
from assessment.snapshot.protecting import protect
from surveys.models import Campaign


class OtherRulesError(UnsafeReleaseError):
    """The earlier report cannot be repeated, so nothing can be proven beside it."""


@dataclass(frozen=True)
class Before:
    """What is out of a campaign, the oldest first, and the dimensions that had a bound in any of it."""

    releases: tuple[Earlier, ...] = ()
    bounded: frozenset[str] = frozenset()


def released_before(campaign: Campaign, batches: int, key: bytes) -> Before:
    """One release for each batch but the last. `key` is that of the proof's hashes."""
    found: list[Earlier] = []
    bounded: frozenset[str] = frozenset()
    for batch, snapshot in zip(range(1, batches), _of_each_batch(campaign, batches), strict=True):
        gathered = gather(campaign, batch, row_by_row=True)
        table = protect(gathered, earlier=found)
        if not _same(proof.describe(table, gathered.tree, key), snapshot["proof"]):
            raise OtherRulesError(
                f"Report {batch} of this campaign was made under other rules and cannot be repeated."
            )
        bounded |= Comparer(gathered, table, bounded).bounded_dimensions()
        found.append(table.as_earlier())
    return Before(tuple(found), bounded)


def _of_each_batch(campaign: Campaign, batches: int) -> Iterator[dict[str, Any]]:
    """The last document of each batch. Several of one batch differ in comments only."""
    documents = ReportSnapshot.objects.filter(campaign=campaign).order_by("built_at")
    last = {
        document["proof"].get("batches", 1): document
        for document in documents.values_list("document", flat=True)
    }
    for batch in range(1, batches):
        if batch not in last:
            raise OtherRulesError(f"There is no report of the first {batch} batches of answers.")
        yield last[batch]


def _same(now: dict[str, Any], then: dict[str, Any]) -> bool:
    """The same cells of the same people: the hashes cover who looked careless too. Those of a large panel that kept
    some people only are others.
    """
    small = all(part["organization"] <= EVERYBODY for part in then["parts"])
    return _cells(now) == _cells(then) and (not small or now["commitments"] == then["commitments"])


def _cells(described: dict[str, Any]) -> list[tuple[Any, ...]]:
    """Policy aside (it is locked), what was published of whom."""
    return sorted(
        (
            part["panel"],
            part["statistic"],
            part["kind"],
            part["organization"],
            _text(part["units"]),
            _text(part["levels"]),
        )
        for part in described["parts"]
    )


def _text(rows: Sequence[Sequence[int | None]]) -> str:
    return repr([list(row) for row in rows])
