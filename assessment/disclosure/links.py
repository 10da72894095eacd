"""Statistics made of others, and what both together would leave."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assessment.disclosure.cells import Chosen
from assessment.disclosure.forms import marked
from assessment.disclosure.incidence import Publication
from assessment.disclosure.membership import Membership


@dataclass(frozen=True)
class Link:
    """A statistic that is a person's mean over others: a dimension and its items.

    Item sums minus the matching multiple of the dimension's sum cancel for everybody who answered all
    items, and leave those who left some out: a group of any size. So the parts are published for whole
    panels only, and together with the whole only where that difference passes the auditor too; else one
    part (rarely all) is withheld.

    Parameters
    ----------
    whole, parts : str, tuple of str
        Statistics of the membership.
    anyone : str
        Statistic that counts people who answered at least one part.
    missing : str
        Mark of the membership: how many parts the person left out.
    own : str, optional
        Statistic that counts everybody who has the whole, where `whole` counts only those who have all wholes. It is
        published for the panel alone, in the place of `whole`, where the people between them are none of few.
    """

    whole: str
    parts: tuple[str, ...]
    anyone: str
    missing: str
    own: str | None = None


def _left_out(link: Link, people: Membership, *, alone: bool) -> NDArray[np.int64]:
    """How many parts somebody with the whole left out; 1 for who has parts but not the whole."""
    counts = people.counts(link.anyone)
    has = people.counts(link.own if alone and link.own else link.whole)
    for one in (has, people.counts(link.whole)):
        if ((one != 0) & (one != counts)).any():
            raise ValueError(f"Rows of one {link.missing} differ in whether they have {link.whole}.")
    left_out: NDArray[np.int64] = np.where(has > 0, people.mark(link.missing), counts > 0).astype(np.int64)
    return left_out


def between(link: Link, people: Membership) -> NDArray[np.int64]:
    """A 1 for who has this whole and not all."""
    own, whole = people.counts(link.own or link.whole), people.counts(link.whole)
    found: NDArray[np.int64] = ((own > 0) & (whole == 0)).astype(np.int64)
    return found


def difference(
    link: Link, people: Membership, cells: Chosen, marks: Sequence[str], *, alone: bool
) -> Publication:
    left_out = _left_out(link, people, alone=alone)
    others = [*([between(link, people)] if alone else []), *marked(people, marks)]
    outside = people.counts(link.whole) == 0
    return Publication(people, people.counts(link.anyone), cells, (left_out, *others), outside)
