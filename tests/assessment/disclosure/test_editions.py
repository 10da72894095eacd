"""A benchmark moves only where its move is of five beside oneself."""

import datetime as dt
import itertools
from collections.abc import Hashable, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessment.disclosure import editions
from assessment.disclosure.editions import Edition, Said, Spoken

pytestmark = pytest.mark.pure
START = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)


def said(*found: tuple[int, float | None]) -> list[Said]:
    return [
        Said(START + dt.timedelta(days=day), name, None if value is None else Spoken(value, 4.0))
        for day, (name, value) in enumerate(found)
    ]


FIRST = [(name, 10.0 + name) for name in range(6)]


def test_five_are_too_few_because_each_knows_its_own() -> None:
    assert editions.newest(said(*FIRST[:5])) is None
    edition = editions.newest(said(*FIRST))
    assert edition is not None
    found = editions.others(edition, 0)
    assert found is not None
    assert (found.organizations, found.value) == (5, 13.0)
    assert found.half == pytest.approx(4 / 5**0.5)


def test_a_newcomer_waits_for_five_more() -> None:
    for more in range(6):
        edition = editions.newest(said(*FIRST, *((10 + name, 90.0) for name in range(more))))
        assert edition is not None
        assert edition.made == START + dt.timedelta(days=5)
    edition = editions.newest(said(*FIRST, *((10 + name, 90.0) for name in range(6))))
    assert edition is not None
    assert len(edition.spoken) == 12


def test_the_same_number_again_is_no_change_and_leaving_is_one() -> None:
    again = editions.newest(said(*FIRST, *FIRST, (7, 1.0)))
    assert again is not None
    assert set(again.spoken) == set(range(6))
    left = editions.newest(said(*FIRST, (0, None), *((10 + name, 90.0) for name in range(5))))
    assert left is not None
    assert 0 not in left.spoken


def test_without_an_interval_somewhere_the_average_has_none() -> None:
    spoken: dict[Hashable, Spoken] = {name: Spoken(10.0, 4.0 if name else None) for name in range(6)}
    with_it, without = (editions.others(Edition(START, spoken), name) for name in (1, 0))
    assert with_it is not None
    assert with_it.half is None
    assert without is not None
    assert without.half is not None


STORY = st.lists(
    st.tuples(st.integers(0, 11), st.none() | st.integers(-3, 3).map(float)), min_size=6, max_size=60
)


@given(STORY)
def test_whoever_reads_every_edition_learns_sums_of_five_beside_oneself(
    story: Sequence[tuple[int, float | None]],
) -> None:
    told = said(*story)
    seen: list[Edition] = []
    for length in range(1, len(told) + 1):
        edition = editions.newest(told[:length])
        if edition and (not seen or seen[-1] != edition):
            seen.append(edition)
    for edition in seen:
        assert len(edition.spoken) >= 6
    for earlier, later in itertools.combinations(seen, 2):
        names = {*earlier.spoken, *later.spoken}
        assert sum(earlier.spoken.get(one) != later.spoken.get(one) for one in names) >= 6
