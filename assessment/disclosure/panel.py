"""One panel's release: planned once for all respondents, tightened and proven for each statistic."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import assert_never

import numpy as np
from numpy.typing import NDArray

from assessment.disclosure.attack import Finding, audit
from assessment.disclosure.cells import NOTHING, Chosen
from assessment.disclosure.counts import CellCounts, Counted
from assessment.disclosure.forms import Forms, marked
from assessment.disclosure.incidence import Publication, incidence, most_rank
from assessment.disclosure.links import Link, between, difference
from assessment.disclosure.membership import Membership, Tree
from assessment.disclosure.plan import Task, choose
from assessment.disclosure.policy import Policy
from assessment.disclosure.tree import choose_units
from assessment.stats.layout import Panel


class UnsafeReleaseError(Exception):
    """The auditor did not prove the set of cells that was about to be released. Nothing leaves."""


@dataclass(frozen=True, eq=False)
class Part:
    """One panel and statistic: what is shown, what in full detail, and the proofs of both.

    `compared` holds, for each mark, the people without that mark where their number may stand beside
    everybody's, and whether in full detail.
    """

    counted: CellCounts
    shown: Chosen
    full: Chosen
    proof: Finding
    full_proof: Finding
    regions: NDArray[np.int64]
    compared: Mapping[str, tuple[int, bool]] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Before:
    """One panel of an earlier release: the people new in it, its cells and compared marks by statistic."""

    added: Membership
    shown: Mapping[str, Chosen]
    full: Mapping[str, Chosen]
    compared: Mapping[str, Sequence[str]]
    compared_in_full: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def publication(self, statistic: str, *, full: bool) -> Publication:
        cells, compared = (self.full, self.compared_in_full) if full else (self.shown, self.compared)
        extras = marked(self.added, compared.get(statistic, ()))
        return Publication(
            self.added, self.added.counts(statistic), cells.get(statistic, NOTHING), tuple(extras)
        )


SAMPLE = 20_000
"""Rows of a membership from which the proof is tried first."""


@dataclass(frozen=True, eq=False)
class PanelPlan:
    """Everything one panel's release depends on."""

    policy: Policy
    tree: Tree
    panel: Panel
    membership: Membership
    added: Membership
    before: Sequence[Before]

    def __post_init__(self) -> None:
        sample = self.membership.sample(SAMPLE)
        object.__setattr__(self, "sample", None if sample is self.membership else sample)
        object.__setattr__(self, "counted", Counted(self.tree, self.membership))
        object.__setattr__(self, "forms", Forms())

    sample: Membership | None = field(init=False)
    counted: Counted = field(init=False)
    forms: Forms = field(init=False)

    @property
    def k(self) -> int:
        return self.policy.minimum(self.panel)

    @property
    def detailed(self) -> int:
        return max(self.k, self.policy.min_distribution)

    def base(self) -> Chosen:
        """Cells of the plan that is made once, for all respondents."""
        everybody = self.counted.of(None)
        return choose(
            Task(
                self.tree,
                self.membership,
                everybody,
                None,
                self.k,
                self._publishable(),
                self.sample,
                forms=self.forms,
            )
        )

    def _publishable(self) -> Chosen:
        match self.panel:
            case Panel.FRONTLINE:
                levels = frozenset(self.counted.of(None).levels)
                return Chosen(organization=True, units=frozenset(range(len(self.tree))), levels=levels)
            case Panel.EXECUTIVE:
                return Chosen(organization=True)
            case _:
                assert_never(self.panel)

    def part(self, statistic: str, allowed: Chosen) -> Part:
        shown, proof = self._proven(statistic, self.k, allowed, full=False)
        full, full_proof = self._proven(statistic, self.detailed, shown, full=True)
        regions = _regions(self.tree, shown.units)
        return Part(self.counted.of(statistic), shown, full, proof, full_proof, regions)

    def _proven(self, statistic: str, k: int, allowed: Chosen, *, full: bool) -> tuple[Chosen, Finding]:
        before = tuple(past.publication(statistic, full=full) for past in self.before)
        counted = self.counted.of(statistic)
        task = Task(
            self.tree,
            self.membership,
            counted,
            statistic,
            k,
            allowed,
            self.sample,
            before,
            self.added,
            self.forms,
        )
        chosen = choose(task)
        finding = task.audit(chosen)
        if not finding.safe:
            raise UnsafeReleaseError(f"{len(chosen)} cells of {statistic}, minimum {k}: {finding.proof}.")
        return chosen, finding

    def compared(self, statistic: str, part: Part, mark: str) -> Part:
        """Allow the panel's number without the marked people beside everybody's, where that is safe."""
        rest = self.counted.of(statistic).organization - self.counted.marked(statistic, mark)
        if not part.shown.organization or not self._passes(statistic, part.shown, mark, self.k):
            return part
        full = part.full.organization and self._passes(statistic, part.full, mark, self.detailed)
        return replace(part, compared={**part.compared, mark: (rest, full)})

    def _passes(self, statistic: str, chosen: Chosen, mark: str, k: int) -> bool:
        if self.before:
            return self._passes_together(statistic, chosen, mark, k)
        rank = most_rank(
            self.tree, self.counted.of(statistic), chosen, int(self.counted.marked(statistic, mark) > 0)
        )
        return any(
            self.forms.audit(self.tree, people, statistic, chosen, k, marks=(mark,), rank=required).safe
            for people, required in self._parts(rank)
        )

    def _passes_together(self, statistic: str, chosen: Chosen, mark: str, k: int) -> bool:
        marks = {mark, *(other for past in self.before for other in past.compared.get(statistic, ()))}
        publications = [
            Publication(people, people.counts(statistic), cells, tuple(marked(people, sorted(marks))))
            for people, cells in self._sequence(statistic, chosen)
        ]
        return audit(incidence(self.tree, publications), k).safe

    def _parts(self, rank: int) -> Iterator[tuple[Membership, int | None]]:
        """Some of the people, then all that there are rows of, each with the rank that it must reach.

        `rank` bounds that over everybody from above. Rows of everybody have it whatever it is.
        """
        if self.sample is not None:
            yield self.sample, rank
        yield self.membership, None if self.membership.totals is None else rank

    def _sequence(self, statistic: str, chosen: Chosen) -> list[tuple[Membership, Chosen]]:
        past = [(past.added, past.shown.get(statistic, NOTHING)) for past in self.before]
        return [*past, (self.added, chosen)]

    def stands_alone(self, link: Link, parts: Mapping[str, Part]) -> bool:
        """Whether the panel's number may be of everybody who has it, beside cells of those who have all wholes.

        A combination with the panel's number holds everybody who has this whole and not all, so they must be enough,
        also for a distribution. Never beside an earlier release, whose number was of other people.
        """
        own = parts.get(link.own or "")
        if own is None or not own.shown.organization or not parts[link.whole].shown.organization:
            return False
        others = own.counted.organization - parts[link.whole].counted.organization
        return not self.before and others >= self.detailed

    def withheld_parts(self, link: Link, parts: Mapping[str, Part]) -> frozenset[str]:
        """Statistics of a link that must not be published: parts, after an earlier release even the whole."""
        shown = [part for part in link.parts if parts[part].shown.organization]
        before = any(past.shown.get(link.whole, NOTHING).organization for past in self.before)
        if not parts[link.whole].shown.organization and not before:
            return frozenset()
        answers = {part: parts[part].counted.organization for part in link.parts}
        kept_before = self._kept_before(link) if self.before else set(link.parts)
        kept = sorted(shown, key=lambda part: (part not in kept_before, answers[part], part))
        alone = (link.own or "") in parts and parts[link.own or ""].shown.organization
        while not self._linked(link, parts[link.whole], set(kept), answers, alone=alone):
            if not kept:
                return frozenset({link.whole, *shown}) if self.before else frozenset(shown)
            kept.pop()
        return frozenset(shown) - frozenset(kept)

    def _linked(
        self, link: Link, whole: Part, kept: set[str], answers: Mapping[str, int], *, alone: bool
    ) -> bool:
        """Say whether the whole and the kept parts isolate nobody together.

        Let g be a combination of the whole's cells and c_j the multiple of part j. Somebody who answered
        a parts is cancelled only if c_j = -g/a for each kept part answered and g = 0 where a part that is
        not kept was answered. With all parts kept and k complete answerers, only equal c_j can cancel
        those, and then g = -c a: the support is that of a vector in the span of the cells and of `missing`.
        With a part not kept, each complete answerer is in the support. For the bare organization g is one
        number, and everybody who has the whole and answered the part that is not kept is in the support.
        After earlier releases this holds for the people new in each by themselves, whose coefficients are sums over
        the releases that have them in: for them a part is kept that any of these kept, and it cannot be taken back.

        Where the panel's number stands `alone`, it is one more number c over everybody who has the whole. Who has
        not all wholes is in no cell: g = c for them. So the span gets one more row, of these people. With a part not
        kept, complete answerers who have all wholes are in the support as before; the bare organization is not bare.
        """
        gone = [part for part in link.parts if part not in kept]
        complete = all(
            self._complete(link, people) >= self.k
            for people in self._everybody()
            if people.counts(link.anyone).any()
        )
        if self.before or not gone:
            return complete and self._difference_is_safe(link, whole, kept, alone=alone)
        if complete:
            return True
        without_whole = self.counted.of(link.anyone).organization - whole.counted.organization
        bare = not alone and not whole.shown.units and not whole.shown.levels and not whole.compared
        return bare and max(answers[part] for part in gone) - without_whole >= self.k

    def _kept_before(self, link: Link) -> set[str]:
        return {
            part for part in link.parts for past in self.before if past.shown.get(part, NOTHING).organization
        }

    def _everybody(self) -> list[Membership]:
        return [*(past.added for past in self.before), self.added]

    def _counted(self, people: Membership) -> Counted:
        return self.counted if people is self.membership else Counted(self.tree, people)

    def _complete(self, link: Link, people: Membership) -> int:
        """People who have all wholes and every part of this one, at the least."""
        counted = self._counted(people)
        return counted.of(link.whole).organization - counted.marked(link.whole, link.missing)

    def _is_odd(self, link: Link, people: Membership) -> bool:
        """Whether anybody with a part left one out or has not the whole."""
        counted = self._counted(people)
        anyone, whole = counted.of(link.anyone).organization, counted.of(link.whole).organization
        return counted.marked(link.anyone, link.missing) > 0 or anyone > whole

    def _alone_then(self, link: Link, *, now: bool) -> list[bool]:
        """For the people new in each release: whether it or a later one told the panel's number by itself."""
        told = [past.shown.get(link.own or "", NOTHING).organization for past in self.before]
        told.append(now)
        return [any(told[first:]) for first in range(len(told))]

    def _all_kept(self, link: Link, kept: set[str]) -> list[bool]:
        """For the people new in each release, the last one included: whether every part was kept of them."""
        releases = [
            {p for p in link.parts if past.shown.get(p, NOTHING).organization} for past in self.before
        ]
        releases.append(kept)
        return [set(link.parts) <= set().union(*releases[first:]) for first in range(len(releases))]

    def _difference_is_safe(self, link: Link, whole: Part, kept: set[str], *, alone: bool) -> bool:
        compared = [set(past.compared.get(link.whole, ())) for past in self.before]
        marks = sorted(set().union(whole.compared, *compared))
        odd = [self._is_odd(link, people) for people in self._everybody()]
        if not marks and not any(odd):
            return True

        if self.before:
            compared.append(set(whole.compared))
            publications = [
                self._with_marks(
                    link,
                    people,
                    cells,
                    sorted(set().union(*compared[first:])),
                    all_kept=all_kept,
                    alone=by_itself,
                )
                for first, ((people, cells), all_kept, by_itself) in enumerate(
                    zip(
                        self._sequence(link.whole, whole.shown),
                        self._all_kept(link, kept),
                        self._alone_then(link, now=alone),
                        strict=True,
                    )
                )
            ]
            return audit(incidence(self.tree, publications), self.k).safe
        extras = [any(odd), alone, *(self.counted.marked(link.anyone, mark) > 0 for mark in marks)]
        rank = most_rank(self.tree, whole.counted, whole.shown, sum(extras))
        return any(
            audit(
                incidence(self.tree, [difference(link, people, whole.shown, marks, alone=alone)]),
                self.k,
                rank=required,
            ).safe
            for people, required in self._parts(rank)
        )

    @staticmethod
    def _with_marks(
        link: Link, people: Membership, cells: Chosen, marks: Sequence[str], *, all_kept: bool, alone: bool
    ) -> Publication:
        """Of the people new in a release what it and later ones tell: with all parts kept, their difference too."""
        if all_kept:
            return difference(link, people, cells, marks, alone=alone)
        if alone:
            outside, others = people.counts(link.whole) == 0, between(link, people)
            counts = people.counts(link.whole) + others * people.respondents
            return Publication(people, counts, cells, (others, *marked(people, marks)), outside)
        return Publication(people, people.counts(link.whole), cells, tuple(marked(people, marks)))

    def comment_cells(self, base: Chosen) -> Chosen:
        """The panel, and top units as far as they and what is left have `min_comments` people."""
        k = max(self.k, self.policy.min_comments)
        own = self.counted.of(None).own
        if not base.organization or own.sum() < k:
            return NOTHING
        tops = self.tree.tops() & base.units
        return Chosen(organization=True, units=choose_units(self.tree, own, k, tops))


def _regions(tree: Tree, published: frozenset[int]) -> NDArray[np.int64]:
    shown = np.zeros(len(tree), bool)
    shown[list(published)] = True
    return tree.nearest(shown)
