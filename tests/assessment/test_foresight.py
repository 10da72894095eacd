"""What could ever be shown, held against the promise itself: no rest of one to k-1 people."""

from hypothesis import given
from hypothesis import strategies as st

from assessment.foresight import Asked, Foreseen, foresee, shown_above

SHOP = (
    Asked("North", None, 0),
    Asked("North/Store 1", 0, 20),
    Asked("North/Store 2", 0, 6),
    Asked("South", None, 0),
    Asked("South/Store 3", 3, 30),
)


@st.composite
def trees(draw: st.DrawFn) -> tuple[Asked, ...]:
    number = draw(st.integers(1, 12))
    people = st.one_of(st.none(), st.integers(0, 14))
    parents = [draw(st.one_of(st.none(), st.integers(0, at - 1))) if at else None for at in range(number)]
    return tuple(Asked(f"{at}", parent, draw(people)) for at, parent in enumerate(parents))


def rests(units: tuple[Asked, ...], foreseen: Foreseen, response: float) -> dict[int | None, int]:
    """Counted one unit after the other, as the program does not."""
    found: dict[int | None, int] = {None: 0, **dict.fromkeys(foreseen.shown, 0)}
    for at, unit in enumerate(units):
        home = at if at in foreseen.shown else shown_above(units, foreseen.shown, at)
        found[home] += int((unit.people or 0) * round(100 * response) // 100)
    return found


@given(trees(), st.integers(3, 7), st.sampled_from([0.3, 0.6, 1.0]), st.booleans())
def test_nobody_is_left_over_in_a_small_rest(
    units: tuple[Asked, ...], k: int, response: float, tops: bool
) -> None:
    foreseen = foresee(units, k, response, tops_only=tops)
    assert all(rest == 0 or rest >= k for rest in rests(units, foreseen, response).values()) or (
        foreseen.answers < k and not foreseen.shown
    )
    assert not tops or all(units[at].parent is None for at in foreseen.shown)
    assert all(foreseen.below[at] >= k for at in foreseen.shown)


def test_fewer_answers_show_fewer_units() -> None:
    everybody, some = foresee(SHOP, 5, 1.0), foresee(SHOP, 5, 0.6)
    assert (everybody.answers, everybody.shown) == (56, frozenset(range(5)))
    assert some.answers == 12 + 3 + 18
    assert 2 not in some.shown, "three of six answer: fewer than five"
    assert shown_above(SHOP, frozenset({0}), 2) == 0
    assert shown_above(SHOP, frozenset(), 2) is None


def test_the_share_an_answer_needs() -> None:
    assert foresee(SHOP, 5, 1.0).least_share(5) == 5 / 56
    assert foresee(SHOP, 60, 1.0).least_share(60) is None


def test_an_unknown_head_count_counts_as_nobody() -> None:
    assert foresee((Asked("A", None, None), Asked("B", None, 9)), 5, 1.0).shown == {1}
