"""An attacker who has everything but the master key, and tries to tell whose answers are whose.

He holds a dump, every row with its transaction and place, the raw table files with what vacuum has not removed,
the write-ahead log and the logs, each taken at several moments. He knows who got which pass, and which answers
exist: he is given the answers in full and only has to match. He tries every order and every co-occurrence he can
think of; what counts is the best of his guesses.
"""

import re
import struct
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product

import numpy as np
from scipy import stats

WORDS = re.compile(r"[0-9A-Za-z-]{12,}")
PAGE = 8192
KEY = 8  # bytes of a needle that are looked up; the rest is compared


@dataclass(frozen=True)
class Row:
    """A stored row as a superuser sees it: which transaction wrote it, where it lies, what it says."""

    table: str
    xmin: int
    page: int
    item: int
    text: str


@dataclass(frozen=True)
class Raw:
    """The same as it lies in the table's file, dead versions among them; `xmax` is what ended it."""

    table: str
    xmin: int
    xmax: int
    page: int
    item: int
    data: bytes


@dataclass(frozen=True)
class Logged:
    """A change in the write-ahead log: by which transaction, of the row at which place."""

    table: str
    transaction: int
    position: int
    page: int
    item: int


@dataclass(frozen=True)
class Evidence:
    """What was taken at one moment. `files` are raw bytes by name (tables, write-ahead log), `texts` are dump and logs."""

    moment: str
    rows: Sequence[Row]
    files: Mapping[str, bytes]
    texts: Mapping[str, str]
    logged: Sequence[Logged] = ()


@dataclass(frozen=True)
class Traces:
    """How one thing (a pass, an answer) may show: as bytes in files, as a word or inside of one in rows, dumps, logs."""

    raw: tuple[bytes, ...]
    words: tuple[str, ...] = ()
    inside: tuple[str, ...] = ()


@dataclass(frozen=True)
class Case:
    """Passes and answers in an order that says nothing; `truth[i]` is the answer that pass i gave."""

    passes: Sequence[Traces]
    answers: Sequence[Traces]
    truth: Sequence[int]


@dataclass
class Verdict:
    """Share of the passes that each strategy matched with the right answer."""

    people: int
    shares: dict[str, float] = field(default_factory=dict)

    @property
    def best(self) -> tuple[str, float]:
        return max(self.shares.items(), key=lambda entry: entry[1])

    @property
    def mean(self) -> float:
        return float(np.mean(list(self.shares.values())))

    @property
    def bound(self) -> float:
        """What the best of so many blind strategies exceeds once in a million campaigns (binomial, Bonferroni)."""
        risk = 1e-6 / len(self.shares)
        return float(stats.binom.isf(risk, self.people, 1 / self.people)) / self.people


Sightings = dict[int, list[float]]
"""Index of the thing -> every position at which it was seen."""


def attack(case: Case, evidences: Iterable[Evidence]) -> Verdict:
    verdict = Verdict(len(case.passes))
    pass_orders: dict[str, list[int]] = {}
    answer_orders: dict[str, list[int]] = {"as it is known": list(range(len(case.answers)))}
    pass_writers: dict[str, dict[int, set[int]]] = {}
    answer_writers: dict[str, dict[int, set[int]]] = {}
    for evidence in evidences:
        seen_passes, seen_answers = Seen(evidence, case.passes), Seen(evidence, case.answers)
        pass_orders |= seen_passes.orders() | through_neighbours(evidence, seen_passes)
        answer_orders |= seen_answers.orders()
        pass_writers |= seen_passes.transactions()
        answer_writers |= seen_answers.transactions()
        for name, guesses in side_by_side(seen_passes, seen_answers):
            verdict.shares[name] = share_right(guesses, case.truth)
    for (name, by), (other, answers) in product(pass_orders.items(), answer_orders.items()):
        for way, sequence in (("", answers), (" backwards", answers[::-1])):
            verdict.shares[f"{name} ~ {other}{way}"] = share_right(
                dict(zip(by, sequence, strict=False)), case.truth
            )
    for (name, of_pass), (other, of_answer) in product(pass_writers.items(), answer_writers.items()):
        verdict.shares[f"{name} = {other}"] = share_right(same_transaction(of_pass, of_answer), case.truth)
    return verdict


def share_right(guesses: Mapping[int, int], truth: Sequence[int]) -> float:
    return sum(truth[p] == answer for p, answer in guesses.items()) / len(truth)


def told_apart(
    things: Sequence[Traces], marked: Sequence[bool], evidences: Iterable[Evidence]
) -> dict[str, float]:
    """Of every order and every count of sightings: how likely chance alone would part the marked things from the
    others as far as that (Mann-Whitney).
    """
    found: dict[str, float] = {}
    for evidence in evidences:
        seen = Seen(evidence, things)
        keyed = {name: {i: at for at, i in enumerate(order)} for name, order in seen.orders().items()}
        for name, versions_ in by_source(seen.written).items():
            keyed[f"{evidence.moment}: {name}, how often"] = Counter(one.index for one in versions_)
            keyed[f"{evidence.moment}: {name}, when"] = {one.index: one.transaction for one in versions_}
        for name, sightings in seen.places.items():
            keyed[f"{evidence.moment}: {name}, how often"] = {i: len(at) for i, at in sightings.items()}
        for name, keys in keyed.items():
            ranks = np.array([keys.get(i, -1) for i in range(len(marked))], np.float64)
            is_marked = np.array(marked)
            found[name] = float(stats.mannwhitneyu(ranks[is_marked], ranks[~is_marked]).pvalue)
    return found


@dataclass(frozen=True)
class Written:
    """A version of a row in which a thing shows, wherever that was seen."""

    index: int
    source: str
    transaction: int
    place: tuple[int, ...]


class Seen:
    """Where the things of one kind show in one piece of evidence."""

    def __init__(self, evidence: Evidence, things: Sequence[Traces]) -> None:
        self.evidence = evidence
        self.in_rows = list(self._in_rows(things))
        raw = list(self._in_files(things))
        self.written = [
            *(Written(i, row.table, row.xmin, (row.page, row.item)) for i, row in self.in_rows),
            *raw,
            *self._in_log(raw),
        ]
        self.places: dict[str, Sightings] = {}
        find_raw = RawFinder(things)
        for name, data in evidence.files.items():
            self.places[name] = collected(find_raw(data))
        find = finder(things)
        for name, text in evidence.texts.items():
            self.places[name] = collected(find(text))

    def _in_rows(self, things: Sequence[Traces]) -> Iterator[tuple[int, Row]]:
        find = finder(things)
        for row in self.evidence.rows:
            for index in {found for _, found in find(row.text)}:
                yield index, row

    def _in_files(self, things: Sequence[Traces]) -> Iterator[Written]:
        find = RawFinder(things)
        for name, data in self.evidence.files.items():
            for version in versions(name, data) if name.startswith("file of ") else ():
                for index in {found for _, found in find(version.data)}:
                    place = (version.page, version.item)
                    yield Written(index, f"{name}, begun by", version.xmin, place)
                    if version.xmax:
                        yield Written(index, f"{name}, ended by", version.xmax, place)

    def _in_log(self, raw: Sequence[Written]) -> Iterator[Written]:
        """Changes of the places at which a thing lies: the log itself need not repeat what did not change."""
        at = defaultdict(set)
        for written in raw:
            at[(written.source.removeprefix("file of ").partition(",")[0], *written.place)].add(written.index)
        for change in self.evidence.logged:
            for index in at.get((change.table, change.page, change.item), ()):
                yield Written(index, f"log of {change.table}", change.transaction, (change.position,))

    def orders(self) -> dict[str, list[int]]:
        """Every order in which the things can be put: by place, transaction, first and last appearance."""
        moment = self.evidence.moment
        made: dict[str, list[int]] = {}
        for source, found in by_source(self.written).items():
            made[f"{moment}: {source} by place"] = ordered((w.index, w.place) for w in found)
            made[f"{moment}: {source} by transaction"] = ordered(
                (w.index, (w.transaction, w.place)) for w in found
            )
        for name, sightings in self.places.items():
            if sightings:
                made[f"{moment}: {name}, first seen"] = ordered((i, min(at)) for i, at in sightings.items())
                made[f"{moment}: {name}, last seen"] = ordered((i, max(at)) for i, at in sightings.items())
        return made

    def transactions(self) -> dict[str, dict[int, set[int]]]:
        """The transactions that wrote each thing, by source."""
        made: dict[str, dict[int, set[int]]] = {}
        for source, found in by_source(self.written).items():
            of = made.setdefault(f"{self.evidence.moment}: {source}", {})
            for written in found:
                of.setdefault(written.index, set()).add(written.transaction)
        return made


def by_source(written: Iterable[Written]) -> dict[str, list[Written]]:
    found: dict[str, list[Written]] = defaultdict(list)
    for one in written:
        found[one.source].append(one)
    return found


def same_transaction(passes: Mapping[int, set[int]], answers: Mapping[int, set[int]]) -> dict[int, int]:
    """Passes and answers that one transaction wrote, and no other answer with them."""
    written: dict[int, set[int]] = defaultdict(set)
    for index, transactions in answers.items():
        for transaction in transactions:
            written[transaction].add(index)
    mates = {index: set().union(*(written[t] for t in ts)) for index, ts in passes.items()}
    return {index: found.pop() for index, found in mates.items() if len(found) == 1}


def versions(name: str, data: bytes) -> Iterator[Raw]:
    """Every row version in a table's file that a line pointer still leads to (PostgreSQL's page layout 4)."""
    table = name.removeprefix("file of ")
    for page in range(len(data) // PAGE):
        start = page * PAGE
        (lower,) = struct.unpack_from("<H", data, start + 12)
        for item in range((lower - 24) // 4):
            (pointer,) = struct.unpack_from("<I", data, start + 24 + 4 * item)
            offset, length = pointer & 0x7FFF, pointer >> 17
            if length:
                xmin, xmax = struct.unpack_from("<II", data, start + offset)
                body = data[start + offset : start + offset + length]
                yield Raw(table, xmin, xmax, page, item + 1, body)


def through_neighbours(evidence: Evidence, seen: Seen) -> dict[str, list[int]]:
    """Orders of passes by what the rows written with them look like: a ballot's id, its bytes, its length."""
    by_transaction = defaultdict(list)
    own = {(row.table, row.page, row.item) for _, row in seen.in_rows}
    for row in evidence.rows:
        if (row.table, row.page, row.item) not in own:
            by_transaction[row.xmin].append(row)
    made: dict[str, list[int]] = {}
    looks: dict[str, Callable[[Row], Hashable]] = {
        "text": lambda row: row.text,
        "backwards text": lambda row: row.text[::-1],
        "length": lambda row: len(row.text),
        "bytes": lambda row: sum(row.text.encode()),
        "place": lambda row: (row.page, row.item),
    }
    pairs = [(i, row.table, mate) for i, row in seen.in_rows for mate in by_transaction.get(row.xmin, ())]
    for table, name in {(f"{mine} with {mate.table}", mate.table) for _, mine, mate in pairs}:
        mates = [
            (i, mate)
            for i, mine, mate in pairs
            if f"{mine} with {mate.table}" == table and mate.table == name
        ]
        for look, key in looks.items():
            made[f"{evidence.moment}: {table} by {look}"] = ordered((i, key(mate)) for i, mate in mates)
    return made


def side_by_side(passes: Seen, answers: Seen) -> Iterator[tuple[str, dict[int, int]]]:
    """An answer in the same row as the pass, or next to it in a file or a text, before or behind."""
    moment = passes.evidence.moment
    rows = defaultdict(list)
    for index, row in answers.in_rows:
        rows[(row.table, row.page, row.item)].append(index)
    found = {
        i: rows[key][0] for i, row in passes.in_rows if len(rows[key := (row.table, row.page, row.item)]) == 1
    }
    yield f"{moment}: same row", found
    for name in passes.places.keys() & answers.places.keys():
        at = sorted((place, index) for index, places in answers.places[name].items() for place in places)
        places, order = [place for place, _ in at], [index for _, index in at]
        for pick, of in (("first", min), ("last", max)):
            here = {index: of(seen) for index, seen in passes.places[name].items()}
            for side, shift in (("behind", 0), ("before", -1)):
                near = {i: int(np.searchsorted(places, place)) + shift for i, place in here.items()}
                guesses = {i: order[k] for i, k in near.items() if 0 <= k < len(order)}
                yield f"{moment}: {name}, {side} the {pick} sighting", guesses


def ordered(keyed: Iterable[tuple[int, object]]) -> list[int]:
    last = dict(keyed)
    return sorted(last, key=lambda index: last[index])  # type: ignore[return-value,arg-type]


def collected(found: Iterable[tuple[int, int]]) -> Sightings:
    sightings: Sightings = {}
    for place, index in found:
        sightings.setdefault(index, []).append(place)
    return sightings


def finder(things: Sequence[Traces]) -> Callable[[str], Iterator[tuple[int, int]]]:
    """(place, index) of everything that shows in a text."""
    whole = {word: index for index, thing in enumerate(things) for word in thing.words}
    inside = RawFinder([Traces(raw=tuple(part.encode() for part in thing.inside)) for thing in things])

    def find(text: str) -> Iterator[tuple[int, int]]:
        for match in WORDS.finditer(text) if whole else ():
            if match[0] in whole:
                yield match.start(), whole[match[0]]
        if inside.known:
            yield from inside(text.encode())

    return find


class RawFinder:
    """Many needles, of at least four bytes, in one pass over raw bytes."""

    def __init__(self, things: Sequence[Traces]) -> None:
        self.known: dict[bytes, list[tuple[bytes, int]]] = defaultdict(list)
        self.begins, self.goes_on = (np.zeros(1 << 16, np.bool_) for _ in range(2))
        for index, thing in enumerate(things):
            for needle in thing.raw:
                self.known[needle[:KEY]].append((needle, index))
                self.begins[int.from_bytes(needle[:2], "little")] = True
                self.goes_on[int.from_bytes(needle[2:4], "little")] = True

    def __call__(self, data: bytes) -> Iterator[tuple[int, int]]:
        """(place, index) of everything that shows in the data."""
        view = np.frombuffer(data, np.uint8).astype(np.uint16)
        pairs = view[:-1] | (view[1:] << 8)
        places = np.flatnonzero(self.begins[pairs[:-2]])
        for at in places[self.goes_on[pairs[places + 2]]].tolist():
            for needle, index in self.known.get(data[at : at + KEY], ()):
                if data.startswith(needle, at):
                    yield at, index
