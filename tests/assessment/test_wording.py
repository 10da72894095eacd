"""Sentences by rule: every combination of verdict, size, certainty and sign, in both languages."""

import itertools
import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
from django.utils import translation

from assessment import wording
from assessment.renderers import finding
from assessment.report import (
    Agreement,
    Bounded,
    Difference,
    Gap,
    Interval,
    Number,
    Reliability,
    UnitDifferences,
    Verdict,
    Withheld,
)
from assessment.wording import Size

pytestmark = pytest.mark.pure
LANGUAGES = ("en", "es")
VALUES: tuple[Number, ...] = (
    24.7,
    -24.7,
    0.0,
    Bounded(20.0, 30.0),
    Bounded(low=20.0),
    Bounded(high=-20.0),
    Bounded(-5.0, 5.0),
)
SIZES: dict[Size, Interval | None] = {
    Size.VERY: (0.8, 1.6),
    Size.MUCH: (0.5, 1.6),
    Size.SOME: (0.2, 1.6),
    Size.UNTOLD: (0.1, 1.6),
}
DIRECTED = (Verdict.CLEAR, Verdict.LEANING)
SIZE_WORDS = {
    "en": {Size.VERY: " far ", Size.MUCH: "considerably", Size.SOME: "somewhat"},
    "es": {Size.VERY: "mucho m", Size.MUCH: "bastante m", Size.SOME: "algo m"},
}
SEEMS = {"en": "seem", "es": "parece"}
REASONS = tuple(wording.REASONS)


def a_gap(
    value: Number, verdict: Verdict, g: Interval | None = None, interval: Interval | None = None
) -> Gap:
    return Gap(value, interval, None, g, None, None, verdict)


def gaps() -> Iterator[tuple[Gap, Size]]:
    for value, verdict, size in itertools.product(VALUES, Verdict, Size):
        g = SIZES[size]
        if g and wording.sign(value) < 0:
            g = (-g[1], -g[0])
        held = None if isinstance(value, Bounded) else (value - 5, value + 5)
        yield a_gap(value, verdict, g, held), size


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("say", [wording.headline, wording.finding])
def test_every_gap_has_a_sentence_that_claims_no_more_than_its_verdict(language: str, say: object) -> None:
    assert callable(say)
    with translation.override(language):
        for gap, size in gaps():
            text = say(gap)
            whole_sentence(text)
            directed = gap.verdict in DIRECTED and wording.sign(gap.value) != 0
            words = [
                found
                for found, word in SIZE_WORDS[language].items()
                if word in text.replace("far more", " far more")
            ]
            sized = directed and gap.verdict is Verdict.CLEAR and size is not Size.UNTOLD
            assert words == ([size] if sized else []), text
            assert (SEEMS[language] in text) is (directed and gap.verdict is Verdict.LEANING), text
            if directed:
                assert wording.bounded(wording.size(gap.value), wording.one_decimal) in text


def whole_sentence(text: str) -> None:
    assert text
    assert text[0].isupper()
    assert text.endswith((".", "?"))
    assert not re.search(r"%\(|None|[Ss]ignific", text), text


def mirrored(gap: Gap) -> Gap:
    def turned(ends: Interval | None) -> Interval | None:
        return None if ends is None else (-ends[1], -ends[0])

    assert not isinstance(gap.value, Bounded)
    return a_gap(-gap.value, gap.verdict, turned(gap.g_interval), turned(gap.interval))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("say", [wording.headline, wording.finding])
def test_a_sentence_turns_with_its_gap_or_names_no_side(language: str, say: object) -> None:
    """Over every value, verdict, size and certainty: a side is named exactly where the verdict bears one."""
    assert callable(say)
    with translation.override(language):
        for gap, _size in gaps():
            if isinstance(gap.value, Bounded) or not gap.value:
                continue
            directed = gap.verdict in DIRECTED
            bare = replace(gap, interval=None)
            assert (say(bare) != say(mirrored(bare))) is directed, say(gap)
            for certain in ((gap.value - 0.1, gap.value + 0.1), (-60.0, 60.0), None):
                told = say(replace(gap, interval=certain))
                whole_sentence(told)
                assert (wording.one_decimal(abs(gap.value)) in told) is directed, told


def test_which_side_is_higher_is_said_by_the_sign() -> None:
    believed = a_gap(12.0, Verdict.CLEAR)
    lived = a_gap(-12.0, Verdict.CLEAR)
    for say in (wording.headline, wording.finding):
        assert say(believed).startswith("Executives believe")
        assert say(lived).startswith("The front line lives")
        assert wording.MINUS not in say(lived)


def test_spanish_is_spanish() -> None:
    for say in (wording.headline, wording.finding):
        for gap, _size in gaps():
            with translation.override("es"):
                spanish = say(gap)
            assert spanish != say(gap)


@pytest.mark.parametrize(
    ("interval", "size"),
    [
        (None, Size.UNTOLD),
        ((-0.1, 3.0), Size.UNTOLD),
        ((0.19, 3.0), Size.UNTOLD),
        ((0.2, 3.0), Size.SOME),
        ((-3.0, -0.5), Size.MUCH),
        ((-3.0, -0.8), Size.VERY),
        ((0.0, 3.0), Size.UNTOLD),
    ],
)
def test_a_size_is_what_the_whole_interval_bears_out(interval: Interval | None, size: Size) -> None:
    assert wording.sure_size(a_gap(10.0, Verdict.CLEAR, interval)) is size


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("reason", REASONS)
def test_what_is_withheld_says_why_in_every_sentence(language: str, reason: str) -> None:
    hidden = Withheld(reason)
    with translation.override(language):
        why = wording.why_withheld(hidden)
        assert why in wording.headline(hidden)
        assert why == wording.finding(hidden) == finding.change("gap", hidden, "Wave 1")
        assert why == finding.difference(hidden) == finding.agreement(hidden)
        assert why == finding.between_units(hidden) == finding.reliability(hidden)


NOW = {
    1: a_gap(20.0, Verdict.CLEAR, interval=(15.0, 25.0)),
    -1: a_gap(-20.0, Verdict.CLEAR, interval=(-25.0, -15.0)),
}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("what", ["frontline", "executive", "gap"])
def test_every_change_has_a_sentence(language: str, what: str) -> None:
    with translation.override(language):
        for gap, _size in gaps():
            for now in (None, Withheld("small_group"), *NOW.values()):
                text = finding.change(what, gap, "Wave 1", now)
                whole_sentence(text)
                assert "Wave 1" in text
                directed = gap.verdict in DIRECTED and wording.sign(gap.value) != 0
                assert (SEEMS[language] in text) is (directed and gap.verdict is Verdict.LEANING)


@pytest.mark.parametrize(
    ("now", "moved", "says"),
    [
        (20.0, -5.0, "narrower"),
        (20.0, 5.0, "wider"),
        (-20.0, 5.0, "narrower"),
        (-20.0, -5.0, "wider"),
        (20.0, 30.0, "moved"),  # it was on the other side
        (2.0, -5.0, "moved"),  # whether it is still there is not sure
    ],
)
def test_whether_a_gap_is_wider_follows_from_both_waves(now: float, moved: float, says: str) -> None:
    gap = a_gap(now, Verdict.CLEAR, interval=(now - 4, now + 4))
    assert says in finding.change("gap", a_gap(moved, Verdict.CLEAR), "Wave 1", gap)


@pytest.mark.parametrize("language", LANGUAGES)
def test_differences_of_shares_claim_no_more_than_their_interval(language: str) -> None:
    with translation.override(language):
        for value, p in itertools.product((0.3, -0.3), (None, 0.01, 0.2)):
            sure = finding.difference(Difference(value, (value - 0.1, value + 0.1), p))
            whole_sentence(sure)
            assert (SEEMS[language] in sure.lower()) is (p == 0.2)
            unsure = finding.difference(Difference(value, (-0.4, 0.4), p))
            whole_sentence(unsure)
            assert not re.search(r"\d", unsure)
        whole_sentence(finding.difference(Difference(Bounded(low=0.5), None, None)))


@pytest.mark.parametrize("language", LANGUAGES)
def test_agreement_and_reliability_in_words(language: str) -> None:
    with translation.override(language):
        said = [finding.agreement(Agreement(value, 0.5)) for value in (0.1, 0.4, 0.6, 0.8, 0.95, None)]
        said += [
            finding.between_units(UnitDifferences(value, 0.5)) for value in (-0.1, 0.05, 0.15, 0.3, None)
        ]
        intervals: tuple[Interval | None, ...] = ((0.72, 0.8), (0.65, 0.8), (0.4, 0.6), None)
        said += [finding.reliability(Reliability(20, 0.75, interval, None)) for interval in intervals]
        for text in said:
            whole_sentence(text)
        assert len(set(said)) == len(said) - 1  # too few to say is the same of agreement and of units


def test_bounds_in_words() -> None:
    assert wording.bounded(Bounded(low=95.0), wording.one_decimal) == "95.0 or more"
    assert wording.bounded(Bounded(high=0.05), wording.whole_percent) == "5% or less"
    assert wording.bounded(Bounded(20.0, 25.0), wording.signed) == "+20.0 to +25.0"
    assert wording.size(Bounded(-30.0, -20.0)) == Bounded(20.0, 30.0)
    assert wording.size(Bounded(high=-20.0)) == Bounded(low=20.0)
    assert wording.size(Bounded(-5.0, 5.0)) == Bounded(-5.0, 5.0)
    assert [wording.sign(value) for value in VALUES] == [1, -1, 0, 1, 1, -1, 0]
