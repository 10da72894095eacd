from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from assessment import releases, releasing
from assessment.snapshot import changes, figures
from assessment.snapshot.build import build_once
from assessment.snapshot.changes import _moved, _written
from assessment.snapshot.figures import Scores
from assessment.stats import gaps
from assessment.stats.sample import Sample
from surveys.models import Campaign
from surveys.tenancy import within
from tests.assessment.snapshot.test_build import closed_campaign
from tests.waves import released
from tests.world import World

VALUES = np.linspace(0, 100, 11)
Wave = tuple[Sample, Sample]


def wave(seed: int) -> Wave:
    rng = np.random.default_rng(seed)
    believed, lived = (rng.integers(0, most, 11).astype(np.int64) for most in (3, 30))
    return Sample.of(VALUES, believed), Sample.of(VALUES, lived)


def document_of(one: Wave, counts: gaps.Headcounts) -> dict[str, Any]:
    """As a report states it."""
    believed, lived = (Scores(sample, count, sample) for sample, count in zip(one, counts, strict=True))
    found = figures.gap(believed, lived)
    return {
        "executive": figures.estimate(believed, distribution=False),
        "frontline": figures.estimate(lived, distribution=False),
        "gap": figures.written_gap(found, 0.01, (one[0].mean, one[1].mean)),
    }


@pytest.mark.parametrize("seed", range(6))
def test_a_change_read_from_two_documents_is_that_of_four_samples(seed: int) -> None:
    now, then, counts = wave(seed), wave(seed + 100), ((40, 400), (60, None))
    told = [document_of(one, count) for one, count in zip((now, then), counts, strict=True)]
    expected = {
        "executive": gaps.change(now[0], then[0], (counts[0][0], counts[1][0])),
        "frontline": gaps.change(now[1], then[1], (counts[0][1], counts[1][1])),
        "gap": gaps.change_of_gap(now, then, counts),
    }
    for side, direct in expected.items():
        found = _moved(side, *told)
        assert found is not None
        for name in ("value", "interval", "p", "df", "hedges_g", "g_interval"):
            assert getattr(found, name) == pytest.approx(getattr(direct, name), rel=1e-8), (side, name)


def test_degrees_of_freedom_are_those_of_the_means_also_where_questions_were_skipped() -> None:
    """A complete front line is uncertain by what was skipped only, and nearly complete executives mostly so."""
    now, then = (
        (replace(believed, skipped=30.0), replace(lived, skipped=2.0))
        for believed, lived in (wave(1), wave(2))
    )
    counts = [(one[0].n + 1, one[1].n) for one in (now, then)]
    told = [document_of(one, count) for one, count in zip((now, then), counts, strict=True)]
    for side, at in (("executive", 0), ("frontline", 1)):
        found = _moved(side, *told)
        direct = gaps.change(now[at], then[at], (counts[0][at], counts[1][at]))
        assert found is not None
        assert direct.df is not None
        assert direct.df > 2 * sum(one[at].n for one in (now, then))
        for name in ("interval", "p", "df"):
            assert getattr(found, name) == pytest.approx(getattr(direct, name), rel=1e-8), (side, name)


def test_a_document_without_degrees_of_freedom_is_still_compared() -> None:
    now, then = document_of(wave(1), (None, None)), document_of(wave(2), (None, None))
    known = _moved("frontline", now, then)
    for one in (now, then):
        del one["frontline"]["df"]
    assert _moved("frontline", now, then) == known


def test_without_an_effect_size_nothing_is_clear() -> None:
    now, then = document_of(wave(1), (None, None)), document_of(wave(2), (None, None))
    for one in (now, then):
        one["gap"] |= {"hedges_g": None, "g_interval": None}
    now["gap"] |= {"value": 90.0, "interval": [80.0, 100.0]}
    moved = _moved("gap", now, then)
    assert moved is not None
    assert moved.p is not None
    assert moved.p < 0.01
    assert gaps.verdict(moved, moved.p) is gaps.Verdict.CLEAR, (
        "what the four words would say without the rule"
    )
    assert _written(moved, moved.p)["verdict"] == "leaning"


@pytest.mark.parametrize("lost", ["error", "mean"])
def test_what_was_not_stated_is_not_compared(lost: str) -> None:
    now, then = document_of(wave(1), (None, None)), document_of(wave(2), (None, None))
    then["executive"][lost] = {"at_least": 95.0} if lost == "mean" else None
    assert _moved("executive", now, then) is None
    assert _moved("gap", now, then | {"gap": {"status": "small_group"}}) is None
    assert _moved("gap", now | {"executive": {"status": "small_group"}}, then) is None


def test_changes_are_adjusted_together(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    first = closed_campaign(world)
    second = closed_campaign(world, name="Wave 2", frontline=25)
    families: list[int] = []
    adjusted = gaps.adjusted

    def noted(ps: list[float | None]) -> list[float | None]:
        families.append(len(ps))
        return adjusted(ps)

    with within(world.organization):
        build_once(first.id)
    released(world, first)
    with within(world.organization):
        monkeypatch.setattr(gaps, "adjusted", noted)
        snapshot = build_once(second.id)
    assert snapshot is not None
    told = snapshot.document["change"]
    moved = [found[side] for found in told["dimensions"] for side in changes.SIDES]
    ps, adjusted_ps = [one["p"] for one in moved], [one["p_adjusted"] for one in moved]
    assert len(moved) == 12 in families
    assert adjusted_ps == pytest.approx(adjusted(ps))
    assert adjusted_ps != ps
    assert all(one["hedges_g"] is not None and one["df"] > 1 for one in [*moved, told["headline"]])
    assert told["headline"]["p"] == told["headline"]["p_adjusted"]


def test_only_with_a_released_report_is_anything_compared(world: World) -> None:
    waves = [closed_campaign(world, name=f"Wave {number}") for number in (1, 2, 3, 4)]

    def since(campaign: Campaign) -> str | None:
        with within(world.organization):
            snapshot = build_once(campaign.id)
        assert snapshot is not None
        change = snapshot.document["change"]
        return change["since"]["name"] if change else None

    assert since(waves[0]) is None
    assert since(waves[1]) is None, "the first is a draft"
    for wave in waves[:2]:
        released(world, wave)
    assert since(waves[2]) == "Wave 2"
    with within(world.organization):
        releases.withdraw(waves[1], "a wrong head count", world.owner)
    assert since(waves[3]) == "Wave 1", "the second is withdrawn, the third a draft"


def test_a_wave_waits_for_the_release_that_was_asked_for(world: World) -> None:
    first, second = closed_campaign(world), closed_campaign(world, name="Wave 2")
    with within(world.organization):
        releases.when_built(first, actor=None)
        assert build_once(second.id) is None, "the first is not built"
        build_once(first.id)
        assert build_once(second.id) is None, "the first is built and not released"
        releasing.release(first.id)
        assert build_once(second.id) is not None
