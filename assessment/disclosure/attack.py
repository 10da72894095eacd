"""The auditor: proves that no combination of published sums isolates fewer than k people.

Let E be the people behind one statistic, P the published sums (rows of coefficients over E) and L the
span of P: everything that can be computed exactly. The release is k-safe when every non-zero vector of
L has at least k non-zero coordinates, in other words when deleting any k - 1 people keeps the rank of P.

The argument, step by step
--------------------------
1. *Classes.* People with the same coefficients in every published sum (a class of n people) have the
   same coordinate in every vector of L. So the support of a vector is a union of whole classes, its
   size the sum of their n; a class of k or more is in no harmful support, and it is never necessary to
   look at people one by one.
2. *Leverage.* Let H be the orthogonal projection onto L, person by person; it depends on classes only,
   and h = H_ii. For v in L with support T and largest coordinate v_r = 1: v = Hv, so
   1 = sum_T H_rs v_s <= sqrt(|T|) sqrt(sum_s H_rs^2) = sqrt(|T| h_r). Hence |T| >= 1 / h_r, and if every
   h < 1 / (k - 1) the release is safe.
3. *Search.* Otherwise the largest coordinate of a harmful vector is in a class r with h_r >= 1 / (k - 1).
   For each such r look for a set D of classes whose deletion together with r lowers the rank. With D
   deleted, H' the projection of what remains, and m people of the budget left,
   1 - n_r H'_rr <= sum over T - D - r of n_t |H'_rt|; where even the m people with the largest |H'_rt|
   do not reach the left side, there is no such T below this D. Otherwise branch on the class with the
   largest |H'_rt|: it is in T (delete it) or it is not (never again below). A deletion lowers the rank
   exactly when 1 - n_t H'_tt = 0.
4. *A part of the people.* If the columns of some of the people alone have the full rank, no non-zero vector
   of L vanishes on them; so if it has k non-zero coordinates among them, it has k. A large organization
   is proven from some ten thousand combinations, the rest need not be looked at.
5. Whatever cannot be decided, because the budget of the search ran out, a number lies in the gap between
   "zero" and "not zero", or the rows are of an unforeseen form, is unsafe.

H is found without a large factorization: the nested rows (the tree) span the indicators of disjoint
regions, which are orthogonal; the remaining rows (the "border": background cuts) are projected off the
regions and orthogonalized among themselves, a matrix of their small number.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from assessment.disclosure.incidence import Incidence

ZERO, GAP = 1e-9, 1e-6
"""A pivot below the first is zero, above the second it is not, between them nothing is decided."""
FLAT, STEEP = 1e-12, 1e-9
"""The same for eigenvalues of the border's matrix, scaled to a unit diagonal."""
MAX_BORDER, MAX_MEANS = 600, 40_000_000
"""Border rows, and border rows times regions (numbers in memory), that are still looked at."""
BUDGET = 60_000_000
"""Class visits of the search before it gives up; about two seconds."""

Floats = NDArray[np.float64]
Longs = NDArray[np.int64]


class Proof(StrEnum):
    """How a finding was reached."""

    LEVERAGE = "leverage"
    SEARCH = "search"
    COUNTEREXAMPLE = "counterexample"
    UNDECIDED = "undecided"


@dataclass(frozen=True)
class Finding:
    """What the auditor says.

    `max_leverage` is over classes of fewer than k people, the only ones a harmful set can contain;
    `smallest_gap` is the pivot nearest to zero that was taken as not zero;
    `harmful` holds the classes (columns of the incidence) of a counterexample.
    """

    proof: Proof
    max_leverage: float
    suspects: int = 0
    smallest_gap: float = 1.0
    harmful: tuple[int, ...] = ()

    @property
    def safe(self) -> bool:
        return self.proof in {Proof.LEVERAGE, Proof.SEARCH}


class _UndecidedError(Exception):
    pass


def audit(design: Incidence, k: int, *, budget: int = BUDGET, rank: int | None = None) -> Finding:
    """Prove or refuse that every non-zero combination of the published sums involves k people or more.

    Parameters
    ----------
    design : Incidence
        Published sums over classes of people.
    k : int
        The minimum; at least 2.
    budget : int
        Class visits of the exact search before it gives up (undecided, hence unsafe).
    rank : int, optional
        Where `design` holds only some of the people: a bound from above on the rank over everybody. If
        the part reaches it, a combination that vanishes on the part vanishes on everybody, so that k
        people in the part are k people at all; if not, the part decides nothing.

    Returns
    -------
    Finding; `safe` is True only with a proof.
    """
    return Auditor(design).audit(design.people, k, budget=budget, rank=rank)


def audit_alone(people: int, k: int) -> Finding:
    """The same for a single sum over `people`: its only combinations are its multiples, all of them."""
    if 0 < people < k:
        return Finding(Proof.COUNTEREXAMPLE, max_leverage=1.0 / people, harmful=(0,))
    return Finding(Proof.LEVERAGE, max_leverage=0.0)


class Auditor:
    """What of the published sums does not depend on how many people are in a class: worked out once.

    `nearest` is the innermost nested set of each class (-1: none). `slots` and `values` hold the coefficients
    in the border rows without zeros, padded with a slot of zeros.
    """

    def __init__(self, design: Incidence) -> None:
        family, border = _split(design.rows, design.nested)
        self.sets = family.shape[0]
        self.nearest = np.full(family.shape[1], -1, np.int64)
        filled = np.diff(family.indptr) > 0
        self.nearest[filled] = family.indices[family.indptr[1:][filled] - 1]
        self.slots, self.values = _padded(design.rows[border])
        self.width = len(border) + 1

    def audit(self, people: Longs, k: int, *, budget: int = BUDGET, rank: int | None = None) -> Finding:
        """As `audit`, for other numbers of people in the same classes, shape (c,)."""
        if k < 2:  # noqa: PLR2004
            raise ValueError("A minimum group under 2 protects nobody.")
        alive = np.flatnonzero(people > 0)
        try:
            projection = _Projection(self, alive, people[alive])
            projection.require(rank)
            finding = _search(projection, k, budget)
        except (_UndecidedError, np.linalg.LinAlgError):
            return Finding(Proof.UNDECIDED, max_leverage=1.0)
        harmful = tuple(int(alive[column]) for column in finding.harmful)
        return replace(finding, harmful=harmful)


class _Projection:
    """H = regions + border: 1/n within a region, and (b - m)' S^+ (b - m) for the border.

    b are a class's coefficients in the border rows, m their mean in its region (zero outside all), and S
    the Gram matrix of b - m.
    """

    def __init__(self, form: Auditor, alive: NDArray[np.intp], people: Longs) -> None:
        self.people = people
        self.region, self.region_people = _regions(form.nearest[alive], form.sets, people)
        self.inside = np.flatnonzero(self.region >= 0)
        self.slots, self.values = form.slots[:, alive], form.values[:, alive]
        self.width = form.width
        if self.width > MAX_BORDER or self.width * len(self.region_people) > MAX_MEANS:
            raise _UndecidedError
        self._where = [(self.region * self.width + slot)[self.inside] for slot in self.slots]
        self.means = self._region_means()
        self.inverse = self._inverse()
        self.leverage = self._leverage()

    def _region_means(self) -> Floats:
        sums = np.zeros(len(self.region_people) * self.width)
        for where, value in zip(self._where, self.values, strict=True):
            weights = (self.people * value)[self.inside]
            sums += np.bincount(where, weights=weights, minlength=len(sums))
        return np.asarray(sums.reshape(-1, self.width) / self.region_people[:, None])

    def _pairs(self) -> Iterator[tuple[Longs, Floats]]:
        """Entry of a (width, width) table and product of values, for each pair of slots of a class.

        Every unordered pair once, so that a table and its transpose belong together.
        """
        for first, (left, left_value) in enumerate(zip(self.slots, self.values, strict=True)):
            for right, right_value in zip(self.slots[first:], self.values[first:], strict=True):
                yield left * self.width + right, left_value * right_value

    def _inverse(self) -> Floats:
        """S^+, from eigenvalues after scaling S to the border rows' own lengths."""
        size = self.width
        half, same = np.zeros(size * size), np.zeros(size)
        for entry, value in self._pairs():
            half += np.bincount(entry, weights=self.people * value, minlength=size * size)
        for slot, value in zip(self.slots, self.values, strict=True):
            same += np.bincount(slot, weights=self.people * value * value, minlength=size)
        gram = half.reshape(size, size) + half.reshape(size, size).T - np.diag(same)
        length = np.sqrt(np.diag(gram))
        length[length == 0] = 1.0
        gram -= (self.means.T * self.region_people) @ self.means
        values, vectors = np.linalg.eigh(gram / np.outer(length, length))
        if not ((values <= FLAT) | (values >= STEEP)).all():
            raise _UndecidedError
        keep = values >= STEEP
        self.rank = len(self.region_people) + int(keep.sum())
        basis = (vectors[:, keep] / np.sqrt(values[keep])) / length[:, None]
        return np.asarray(basis @ basis.T)

    def _leverage(self) -> Floats:
        leverage = np.zeros(len(self.people))
        twice = 2 * self.inverse.ravel()
        for entry, value in self._pairs():
            leverage += value * twice.take(entry)
        diagonal = np.diag(self.inverse)
        for slot, value in zip(self.slots, self.values, strict=True):
            leverage -= value * value * diagonal.take(slot)
        shifted = self.means @ self.inverse
        own = np.einsum("rb,rb->r", shifted, self.means) + 1.0 / self.region_people
        added = own.take(self.region[self.inside])
        for where, value in zip(self._where, self.values, strict=True):
            added -= 2 * value[self.inside] * shifted.ravel().take(where)
        leverage[self.inside] += added
        return leverage

    def require(self, rank: int | None) -> None:
        if rank is not None and self.rank < rank:
            raise _UndecidedError

    def row(self, index: int) -> Floats:
        """One row of H over all classes."""
        border = np.zeros(self.width)
        np.add.at(border, self.slots[:, index], self.values[:, index])
        at = self.region[index]
        if at >= 0:
            border -= self.means[at]
        border = self.inverse @ border
        row = np.zeros(len(self.people))
        for slot, value in zip(self.slots, self.values, strict=True):
            row += value * border.take(slot)
        row[self.inside] -= (self.means @ border).take(self.region[self.inside])
        if at >= 0:
            row[self.region == at] += 1.0 / self.region_people[at]
        return row


def _padded(border: sparse.csr_array) -> tuple[NDArray[np.intp], Floats]:
    """The border's entries class by class: slots and values, shape (most entries of a class, classes)."""
    by_class = border.tocsc()
    entries = np.diff(by_class.indptr)
    shape = (int(entries.max(initial=0)), len(entries))
    slots, values = np.full(shape, border.shape[0], np.intp), np.zeros(shape)
    column = np.repeat(np.arange(len(entries)), entries)
    place = np.arange(by_class.nnz) - by_class.indptr[column]
    slots[place, column], values[place, column] = by_class.indices, by_class.data
    return slots, values


def _split(rows: sparse.csr_array, nested: NDArray[np.bool_]) -> tuple[sparse.csc_array, Longs]:
    """Rows that truly are nested 0/1 sets, the largest first, and the numbers of the others.

    Order the sets by size, largest first. They are nested exactly when, for every set, all its members
    have the same next larger set around them (by induction that set then contains it, and any two sets
    with a common member lie in one chain). Sets that fail go to the border, until none fails.
    """
    row_of = np.repeat(np.arange(rows.shape[0]), np.diff(rows.indptr))
    family = np.setdiff1d(np.flatnonzero(nested), row_of[rows.data != 1])
    while True:
        family = family[np.argsort(-np.diff(rows.indptr)[family], kind="stable")]
        by_class = rows[family].tocsc()
        by_class.sort_indices()
        around = np.concatenate([[0], by_class.indices + 1])[: by_class.nnz]
        around[by_class.indptr[:-1][np.diff(by_class.indptr) > 0]] = 0
        low = np.full(len(family), len(family))
        high = np.zeros(len(family), np.int64)
        np.minimum.at(low, by_class.indices, around)
        np.maximum.at(high, by_class.indices, around)
        if (good := high <= low).all():
            return by_class, np.setdiff1d(np.arange(rows.shape[0]), family)
        family = family[good]


def _regions(nearest: Longs, sets: int, people: Longs) -> tuple[Longs, Floats]:
    """Number of the region of each class (-1: none) and the people in each region that has any."""
    sizes = np.bincount(nearest + 1, weights=people, minlength=sets + 1)[1:]
    number = np.append(np.cumsum(sizes > 0) - 1, -1)
    return number[nearest], sizes[sizes > 0].astype(np.float64)


def _search(projection: _Projection, k: int, budget: int) -> Finding:
    leverage = projection.leverage
    small = projection.people < k
    largest = float(leverage[small].max(initial=0.0))
    suspects = np.flatnonzero((leverage >= 1.0 / (k - 1) - GAP) & small)
    if not len(suspects):
        return Finding(Proof.LEVERAGE, largest)
    search = _Search(projection, k, budget)
    for suspect in suspects[np.argsort(-leverage[suspects], kind="stable")]:
        if harmful := search.harmful_around(int(suspect)):
            return Finding(Proof.COUNTEREXAMPLE, largest, len(suspects), search.smallest_gap, harmful)
    return Finding(Proof.SEARCH, largest, len(suspects), search.smallest_gap)


class _Search:
    """Step 3: branch and bound for a harmful set around one suspect."""

    def __init__(self, projection: _Projection, k: int, budget: int) -> None:
        self.projection = projection
        self.people = projection.people
        self.k = k
        self.budget = budget
        self.smallest_gap = 1.0
        self._rows: dict[int, Floats] = {}

    def harmful_around(self, suspect: int) -> tuple[int, ...]:
        usable = self.people < self.k - self.people[suspect]
        usable[suspect] = False
        return self._below(suspect, (), usable)

    def _below(self, suspect: int, deleted: tuple[int, ...], usable: NDArray[np.bool_]) -> tuple[int, ...]:
        self.budget -= len(self.people)
        if self.budget < 0:
            raise _UndecidedError
        row = self._row_without(suspect, deleted)
        need = 1.0 - self.people[suspect] * row[suspect]
        if self._is_zero(need):
            return (*deleted, suspect)
        left = self.k - 1 - int(self.people[suspect]) - int(self.people[list(deleted)].sum())
        reach = np.abs(row)
        if left <= 0:
            return ()
        candidates = self._strongest(np.flatnonzero(usable & (self.people <= left)), reach, need, left)
        usable = usable.copy()
        for position, candidate in enumerate(candidates):
            rest = candidates[position:]
            if self._bound(reach[rest[: left + 1]], self.people[rest[: left + 1]], left) < need - ZERO:
                return ()
            if found := self._with(suspect, deleted, int(candidate), usable):
                return found
            usable[candidate] = False
        return ()

    def _with(
        self, suspect: int, deleted: tuple[int, ...], candidate: int, usable: NDArray[np.bool_]
    ) -> tuple[int, ...]:
        own = self._row_without(candidate, deleted)[candidate]
        if self._is_zero(1.0 - self.people[candidate] * own):
            return (*deleted, candidate)
        below = usable.copy()
        below[candidate] = False
        return self._below(suspect, (*deleted, candidate), below)

    @staticmethod
    def _strongest(candidates: Longs, reach: Floats, need: float, left: int) -> Longs:
        """Candidates by falling reach: all that can lead (`left` of them reach `need`), and `left` more."""
        leading = int((reach[candidates] * left >= need - ZERO).sum())
        if not leading:
            return candidates[:0]
        enough = leading + left
        if enough < len(candidates):
            candidates = candidates[np.argpartition(-reach[candidates], enough)[:enough]]
        return np.asarray(candidates[np.argsort(-reach[candidates], kind="stable")])

    @staticmethod
    def _bound(reach: Floats, people: NDArray[np.int64], left: int) -> float:
        """Largest sum of reach over `left` people, taking the largest first (each class at least 1)."""
        before = np.cumsum(people) - people
        taken = np.clip(left - before, 0, people)
        return float((reach * taken).sum())

    def _row_without(self, index: int, deleted: tuple[int, ...]) -> Floats:
        """Row of the projection after deleting classes (their own columns are meaningless then)."""
        row = self._row(index)
        if not deleted:
            return row
        gone = list(deleted)
        rows = np.stack([self._row(one) for one in gone])
        middle = np.diag(1.0 / self.people[gone]) - rows[:, gone]
        return np.asarray(row + np.linalg.solve(middle, row[gone]) @ rows)

    def _row(self, index: int) -> Floats:
        if index not in self._rows:
            self._rows[index] = self.projection.row(index)
        return self._rows[index]

    def _is_zero(self, pivot: float) -> bool:
        if pivot < ZERO:
            return True
        if not pivot >= GAP:  # also what is not a number
            raise _UndecidedError
        self.smallest_gap = min(self.smallest_gap, pivot)
        return False
