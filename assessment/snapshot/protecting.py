"""The gate every number of a campaign passes: what may leave, and nothing else."""

from collections.abc import Sequence

from assessment.disclosure.release import Earlier, ReleasedTable, release
from assessment.snapshot.answered import CARELESS
from assessment.snapshot.gather import Gathered, links
from assessment.stats.layout import Kind


def protect(gathered: Gathered, earlier: Sequence[Earlier] = ()) -> ReleasedTable:
    """What may leave, beside what an `earlier` report let out: items for whole panels, dimensions by unit and cut."""
    return release(
        gathered.policy,
        gathered.tree,
        gathered.memberships,
        panel_only=[column.id for column in gathered.layout.columns if column.kind is not Kind.BACKGROUND],
        links=links(gathered.layout),
        comparisons={CARELESS: [dimension.id for dimension in gathered.layout.dimensions]},
        earlier=earlier,
    )
