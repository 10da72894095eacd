"""Every number against another program's answer. Where a tolerance is not 1e-9, the reference is rounded."""

import json
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray
from scipy.special import nctdtr

from assessment.stats import agreement, careless, effects, gaps, reliability, shares, weights
from assessment.stats.gaps import Gap, adjusted, gap, sampling_factor
from assessment.stats.layout import Column, Dimension, Kind, Layout, Panel
from assessment.stats.sample import Sample, UnitSums
from assessment.stats.tally import Tally
from tests.shared import shared_data

pytestmark = pytest.mark.pure

EXACT = 1e-9
STEP = 100 / 6  # one option of a 7-point scale on 0..100


def near(value: Any, rel: float = EXACT, absolute: float = 1e-12) -> Any:
    return pytest.approx(value, rel=rel, abs=absolute)


@cache
def reference(folder: str, name: str = "reference.json") -> Any:
    return json.loads(shared_data(folder, name).read_text(encoding="utf-8"))


def frame(folder: str, name: str, **options: Any) -> pd.DataFrame:
    return pd.read_csv(shared_data(folder, name), **options)


def sample(values: list[float]) -> Sample:
    """A sample of raw values: `Sample` itself does not ask where the scale ends."""
    distinct, counts = np.unique(np.array(values, dtype=float), return_counts=True)
    return Sample.of(distinct, counts.astype(np.int64))


# Western Australia 2015: 11,286 real answer sheets, 23 items


@cache
def survey() -> tuple[Layout, pd.DataFrame]:
    raw = frame("wa_eps2015", "wa_eps2015.csv.gz", encoding="utf-8-sig", dtype=str)
    meta = reference("wa_eps2015")
    layout = Layout(
        tuple(Column(name, Kind.AGREE, 7, reverse=True, dont_know=True) for name in meta["items"]),
        tuple(Dimension(name, tuple(items)) for name, items in meta["meta"]["scales"].items()),
    )
    return layout, raw


def survey_sheets(panel: Panel, complete: tuple[str, ...] = ()) -> bytes:
    layout, raw = survey()
    code = {Panel.EXECUTIVE: "1", Panel.FRONTLINE: "2"}[panel]
    items = [column.id for column in layout.columns]
    sheets = raw.loc[raw["D14"] == code, items].apply(pd.to_numeric, errors="coerce").fillna(0).astype(int)
    if complete:
        sheets = sheets[sheets[list(complete)].isin(range(1, 8)).all(axis=1)]
    return bytes(sheets.replace(8, 255).to_numpy(np.uint8).tobytes())


@cache
def survey_tally() -> Tally:
    return Tally.of(survey()[0], [(panel, 0, survey_sheets(panel)) for panel in Panel], 1)


ITEMS = [f"A1{x}" for x in "ab"] + [f"A2{x}" for x in "abcdefgh"] + [f"A3{x}" for x in "abcdefghijklm"]


def check_gap(found: Gap, expected: dict[str, Any], g: str) -> None:
    low, high = expected["welch_ci95"]
    assert found.interval == near((-high * STEP, -low * STEP))
    assert found.df == near(expected["welch_df"])
    assert found.p == near(expected["welch_p"])
    assert found.hedges_g == near(-expected[g])


@pytest.mark.parametrize("item", ITEMS)
def test_items_of_the_survey(item: str) -> None:
    expected = reference("wa_eps2015")["items"][item]
    executive = survey_tally().sample(Panel.EXECUTIVE, item)
    frontline = survey_tally().sample(Panel.FRONTLINE, item)
    for one, short in ((executive, "exec"), (frontline, "front")):
        assert (one.n, one.favourable) == (expected[f"n_{short}"], expected[f"fav_{short}"])
        assert list(one.counts)[::-1] == expected[f"distribution_{short}"]
        assert one.mean is not None
        assert one.sd is not None
        assert one.mean / STEP + 1 == near(expected[f"mean_{short}"])
        assert one.sd / STEP == near(expected[f"sd_{short}"])
        found = shares.share(one.favourable, one.n)
        assert found.value == near(expected[f"pct_fav_{short}"])
        assert found.interval == near(tuple(expected[f"wilson_{short}"]))
    found_gap = gap(executive, frontline)
    assert found_gap.value == near(-expected["gap_front_minus_exec"] * STEP)
    check_gap(found_gap, expected, "hedges_g_pooled")
    # the reference inverted the noncentral t with a general minimizer: it is good to about 1e-6
    low, high = expected["hedges_g_ci95_noncentral_t"]
    assert found_gap.g_interval == near((-high, -low), rel=1e-6)
    between = shares.difference((frontline.favourable, frontline.n), (executive.favourable, executive.n))
    assert between.interval == near(tuple(expected["newcombe_diff_front_minus_exec"]))
    assert between.p == near(expected["prop_chisq_p_nocc"])


@pytest.mark.parametrize("scale", ["overall", "job", "agency"])
def test_scales_of_the_survey(scale: str) -> None:
    """The reference scores complete rows only, so only those are tallied here."""
    expected = reference("wa_eps2015")["scale"][scale]
    items = tuple(expected["items"])
    tally = Tally.of(survey()[0], [(panel, 0, survey_sheets(panel, items)) for panel in Panel], 1)
    executive, frontline = tally.sample(Panel.EXECUTIVE, scale), tally.sample(Panel.FRONTLINE, scale)
    for one, short in ((executive, "exec"), (frontline, "front")):
        assert one.n == expected[f"n_{short}"]
        assert one.mean is not None
        assert one.sd is not None
        assert one.mean / STEP + 1 == near(expected[f"mean_{short}"])
        assert one.sd / STEP == near(expected[f"sd_{short}"])
    found = gap(executive, frontline)
    assert found.value == near(-expected["gap"] * STEP)
    low, high = expected["welch_ci95"]
    assert found.interval == near((-high * STEP, -low * STEP))
    assert (found.df, found.p) == near((expected["welch_df"], expected["welch_p"]))
    assert found.hedges_g == near(-expected["hedges_g"])
    assert found.g_interval == near(tuple(-end for end in reversed(expected["hedges_g_ci95"])), rel=1e-6)


@pytest.mark.parametrize("scale", ["overall", "job", "agency"])
def test_alpha_of_the_survey(scale: str) -> None:
    expected = reference("wa_eps2015")["scale"][scale]
    for panel, short in ((Panel.EXECUTIVE, "exec"), (Panel.FRONTLINE, "front")):
        n, covariance = survey_tally().covariance(panel, scale)
        assert n == expected[f"n_{short}"]
        assert reliability.alpha(covariance) == near(expected[f"alpha_{short}"])


def scores_by_sex() -> tuple[pd.Series, pd.Series]:
    """Satisfaction with the job of everybody who told their sex."""
    _, raw = survey()
    score = 8 - pd.to_numeric(raw["A1a"], errors="coerce").replace(8, np.nan)
    sex = pd.to_numeric(raw["D1"], errors="coerce")
    there = score.notna() & sex.isin((1, 2))
    return score[there], sex[there]


def test_finite_population_of_the_survey() -> None:
    expected = reference("wa_eps2015")
    score, _ = scores_by_sex()
    there = sample(score.tolist())
    assert (there.n, there.mean) == (expected["fpc"]["n"], near(expected["fpc"]["mean"]))
    assert there.sd is not None
    for headcount, key in ((expected["fpc"]["N_assumed"], "SE_with_fpc"), (None, "SE_without")):
        error = there.sd * np.sqrt(sampling_factor(there.n, headcount) / there.n)
        assert error == near(expected["fpc"][key])


# textbook examples


def worked(name: str) -> Any:
    return reference("worked", "worked_examples.json")[name]


def test_benjamini_hochberg() -> None:
    expected = worked("bh1995")
    found = adjusted(expected["p"])
    assert found == near(expected["adjusted"]["BH"])
    assert sum(p is not None and p <= 0.05 for p in found) == expected["published_rejected_BH"] == 4


@pytest.mark.parametrize("name", ["sleep", "ex1", "ex2", "ex3", "mtcars"])
def test_welch_and_hedges(name: str) -> None:
    expected = worked("welch")[name]
    found = gap(sample(expected["x"]), sample(expected["y"]))
    welch = expected["welch"]
    assert found.interval == near(tuple(welch["ci95"]))
    assert (found.df, found.p) == near((welch["df"], welch["p"]))
    assert found.hedges_g == near(expected["hedges_g"])
    assert found.g_interval == near(tuple(expected["hedges_g_ci95"]), rel=1e-4)
    # the reference's own ends miss their tails by more than ours
    df = len(expected["x"]) + len(expected["y"]) - 2
    assert found.hedges_g is not None
    assert found.g_interval is not None
    scale = effects.correction(df) * np.sqrt(1 / len(expected["x"]) + 1 / len(expected["y"]))
    t = found.hedges_g / scale
    for end, tail in zip(found.g_interval, (0.975, 0.025), strict=True):
        assert nctdtr(df, end / scale, t) == near(tail, rel=1e-11)


def test_wilson() -> None:
    expected = worked("newcombe_single")
    for case in expected["cases"] + expected["extra"]:
        found = shares.share(case["x"], case["n"])
        assert found.interval == near(tuple(case["prop_test_wilson"]))


def test_newcombe() -> None:
    for case in worked("newcombe_diff")["cases"]:
        found = shares.difference((case["x1"], case["n1"]), (case["x2"], case["n2"]))
        low, high = case["desctools"]["score"]
        assert found.interval == near(
            (low, min(high, 1.0)), rel=2e-8
        )  # the reference takes z as 1.96 rounded
        assert found.interval == near(tuple(case["published_newcombe10"]), absolute=5.1e-5)


def test_finite_population() -> None:
    """A stratified mean with known populations: the standard error falls from .7413 to .616."""
    expected = worked("fpc")
    data = pd.DataFrame(expected["data"])
    for known, key in ((True, "with"), (False, "without")):
        variance, total = 0.0, 0.0
        for _, stratum in data.groupby("stratid"):
            people = int(stratum["Nh"].iloc[0])
            term = gaps.term(1, sample(stratum["x"].tolist()), people if known else None)
            assert term.variance is not None
            total += people * term.mean
            variance += people**2 * term.variance
        n = data.groupby("stratid")["Nh"].first().sum()
        assert total / n == near(expected["computed"][key]["mean"])
        assert np.sqrt(variance) / n == near(expected["computed"][key]["SE"])
    assert round(expected["computed"]["with"]["SE"], 3) == 0.616
    assert round(expected["computed"]["without"]["SE"], 4) == 0.7413


def test_simple_random_sample_of_schools() -> None:
    expected = worked("api")
    scores = sample(frame("worked", "apisrs.csv.gz")["api00"].tolist())
    assert scores.mean == near(expected["srs_with_fpc"]["mean"])
    assert scores.sd is not None
    population = expected["population"]["N"]
    for headcount, key in ((population, "srs_with_fpc"), (None, "srs_without_fpc")):
        error = scores.sd * np.sqrt(sampling_factor(scores.n, headcount) / scores.n)
        assert error == near(expected[key]["SE"])


def unit_sums(values: pd.Series, by: Any) -> UnitSums:
    groups = values.groupby(by)
    n = groups.size().to_numpy()
    squares = groups.apply(lambda one: float(((one - one.mean()) ** 2).sum())).to_numpy()
    return UnitSums(n.astype(np.int64), groups.sum().to_numpy(float), squares)


def test_poststratification() -> None:
    expected = worked("api")
    data = frame("worked", "apisrs.csv.gz")
    people = np.array([expected["population"]["stype"][name] for name in sorted(data["stype"].unique())])
    found = weights.poststratified(unit_sums(data["api00"], data["stype"]), people)
    assert found is not None
    assert (found.mean, found.error) == near(
        (expected["srs_poststrat"]["mean"], expected["srs_poststrat"]["SE"])
    )
    assert found.covered == 1.0


def test_poststratification_of_the_survey() -> None:
    expected = reference("wa_eps2015")["weights"]["postStratify"]
    sums = unit_sums(*scores_by_sex())
    weight = np.array([expected["weight_men"], expected["weight_women"]])
    people = weight * sums.n
    assert people == near(np.round(people, 2), rel=1e-10)  # shares of a head count: not whole people
    found = weights.poststratified(sums, people, finite=False)
    assert found is not None
    assert found.mean == near(expected["weighted_mean"])
    assert found.error == near(expected["SE_linearised"])
    assert found.design_effect == near(expected["kish_deff"])
    assert found.effective_n == near(expected["kish_neff"])


def test_kalton_weights() -> None:
    expected = worked("kalton")
    n, people = np.array(expected["sample"]).ravel(), np.array(expected["population"]).ravel()
    assert people / n == near(np.array(expected["computed"]["poststratification"]).ravel())
    found = weights.poststratified(UnitSums(n, n * 1.0, n * 1.0), people)
    assert found is not None
    assert found.design_effect == near(expected["kish"]["post_deff"])
    assert found.effective_n == near(n.sum() / expected["kish"]["post_deff"])


# reliability


def bfi(scale: str) -> NDArray[np.float64]:
    meta, data = reference("psych"), frame("psych", "bfi.csv.gz")
    rows = data[meta["bfi"][scale]["items"]].dropna()
    for key in meta["meta"]["keys"][scale]:
        if key.startswith("-"):
            rows[key[1:]] = 7 - rows[key[1:]]
    return np.asarray(rows, dtype=np.float64)


@pytest.mark.parametrize("scale", ["agree", "conscientious", "extraversion", "neuroticism", "openness"])
def test_reliability(scale: str) -> None:
    """Through the tally, as the report does: reversed items are keyed there."""
    expected, data = reference("psych")["bfi"][scale], frame("psych", "bfi.csv.gz")
    keys = [key.removeprefix("-") for key in reference("psych")["meta"]["keys"][scale]]
    reverse = {key[1:] for key in reference("psych")["meta"]["keys"][scale] if key.startswith("-")}
    layout = Layout(
        tuple(Column(key, Kind.AGREE, 6, reverse=key in reverse) for key in keys),
        (Dimension("d", tuple(keys)),),
    )
    sheets = data[keys].fillna(0).to_numpy(np.uint8).tobytes()
    n, covariance = Tally.of(layout, [(Panel.FRONTLINE, 0, sheets)], 1).covariance(Panel.FRONTLINE, "d")
    listwise = expected["listwise"]
    assert n == listwise["n_rows"]
    found = reliability.alpha(covariance)
    assert found == near(listwise["raw_alpha"])
    assert found is not None
    assert reliability.alpha_interval(found, n, len(keys)) == near(tuple(listwise["feldt_ci95"]))
    omega = reliability.omega(covariance)
    assert omega == near(expected["cfa_ML_lavaan"]["omega_total_model_implied"], rel=1e-5)
    fitted = reliability.one_factor(np.cov(bfi(scale).T, ddof=0))
    assert fitted is not None
    assert fitted[0] == near(np.array(expected["cfa_ML_lavaan"]["loadings"]), rel=1e-4)
    assert fitted[1] == near(np.array(expected["cfa_ML_lavaan"]["residual_variances"]), rel=1e-4)


@pytest.mark.parametrize("scale", ["job", "agency"])
def test_omega_of_the_survey(scale: str) -> None:
    _, raw = survey()
    expected = reference("wa_eps2015")["scale"][scale]
    items = raw[expected["items"]].apply(pd.to_numeric, errors="coerce").replace(8, np.nan).dropna()
    assert len(items) == expected["n_complete"]
    covariance = np.cov(items.to_numpy(float).T)
    found = reliability.alpha(covariance)
    assert found == near(expected["alpha_raw"])
    assert found is not None
    interval = reliability.alpha_interval(found, len(items), len(covariance))
    assert interval == near(tuple(expected["feldt"]))
    assert reliability.omega(covariance) == near(expected["omega_cfa_ml"], rel=1e-3)


# agreement


def companies() -> pd.DataFrame:
    return frame("multilevel", "lq2002.csv.gz")


SCALES = {"lq2002_LEAD": 1, "lq2002_TSIG": 1, "lq2002_HOSTIL": 0}


@pytest.mark.parametrize("scale", SCALES)
def test_agreement_of_companies(scale: str) -> None:
    """From a tally with one unit a company: r_wg(j), AD, alpha and the ICCs of the scale's mean."""
    expected, data = reference("multilevel")[scale], companies()
    names = [str(name) for name in expected["per_group"]["grpid"]]
    layout = Layout(
        tuple(Column(item, Kind.AGREE, 5) for item in expected["items"]),
        (Dimension("d", tuple(expected["items"])),),
    )
    blocks = [
        (
            Panel.FRONTLINE,
            names.index(str(name)),
            (rows[expected["items"]] + 1 - SCALES[scale]).to_numpy(np.uint8).tobytes(),
        )
        for name, rows in data.groupby("COMPID")
    ]
    tally = Tally.of(layout, blocks, len(names))
    per_group = expected["per_group"]
    for unit in range(len(names)):
        counts = [tally.options(Panel.FRONTLINE, item, [unit]).counts for item in expected["items"]]
        assert agreement.rwg_j(counts) == near(per_group["rwgj"][unit])
        assert agreement.average_deviation(counts) == near(per_group["ad_mean"][unit])
        assert agreement.rwg(counts[0]) == near(per_group["rwg_item1"][unit])
        assert agreement.average_deviation(counts[:1]) == near(per_group["ad_mean_item1"][unit])
    n, covariance = tally.covariance(Panel.FRONTLINE, "d")
    assert n == expected["alpha_n"]
    assert reliability.alpha(covariance) == near(expected["cronbach_alpha"])
    found = agreement.icc(tally.unit_sums(Panel.FRONTLINE, "d"))
    variance = expected["icc_of_scale_mean"]
    assert found is not None
    assert (found.n, found.groups) == (variance["N"], variance["groups"])
    assert (found.f, found.p) == near((variance["F"], variance["p"]), rel=1e-9)
    assert (found.icc1, found.icc2) == near(
        (variance["ICC1_aov_multilevel"], variance["ICC2_aov_multilevel"])
    )


def test_agreement_with_missing_answers() -> None:
    """Every 17th cell missing; each item over those who answered it."""
    meta, data = reference("multilevel"), companies()
    expected, items = meta["lq2002_LEAD_missing17"], meta["lq2002_LEAD"]["items"]
    cells = data[items].to_numpy(float).ravel()
    cells[16::17] = np.nan
    rows = cells.reshape(len(data), len(items))
    assert np.isnan(rows).sum() == expected["n_missing"]
    for name, value, item in zip(
        expected["rwgj_pairwise"]["grpid"],
        expected["rwgj_pairwise"]["rwg.j"],
        expected["rwg_item1"]["rwg"],
        strict=True,
    ):
        mine = rows[(data["COMPID"] == int(name)).to_numpy()]
        counts = [[int((mine[:, j] == option).sum()) for option in range(1, 6)] for j in range(len(items))]
        assert agreement.rwg_j(counts) == near(value)
        assert agreement.rwg(counts[0]) == near(item)


@pytest.mark.parametrize("name", ["HRS", "LEAD", "COHES", "WBEING"])
def test_icc_of_soldiers(name: str) -> None:
    expected, data = reference("multilevel")["bh1996_icc"][name], frame("multilevel", "bh1996.csv.gz")
    found = agreement.icc(unit_sums(data[name], data["GRP"]))
    assert found is not None
    assert found.icc1 == near(expected["ICC1_aov_multilevel"])
    assert found.icc2 == near(expected["ICC2_aov_multilevel"])
    assert (found.f, found.between, found.within) == near((expected["F"], expected["MSB"], expected["MSW"]))
    if name == "WBEING":
        assert round(found.icc1, 8) == 0.04336905


# careless answering: the reference is rounded to eight decimals


def check_careless(rows: NDArray[np.float64], expected: dict[str, Any], irv: str, distance: str) -> None:
    assert careless.longstring(rows).tolist() == expected["longstring"]
    assert careless.individual_variability(rows) == near(np.array(expected[irv], float), absolute=5.1e-9)
    overall = careless.moments([rows[:100], rows[100:]])
    found = careless.squared_distance(rows, overall)
    assert found == near(np.array(expected[distance], float), absolute=5.1e-9)
    if "mahad_flag99" in expected:
        rule = careless.Rule(run=None, distance=0.01)
        assert careless.careless(rows, rule, overall).astype(int).tolist() == expected["mahad_flag99"]


def test_careless_answers() -> None:
    rows = frame("careless", "careless_dataset.csv.gz").to_numpy(float)
    check_careless(rows, reference("careless")["careless_dataset"], "irv", "mahad_sq")


def test_careless_answers_with_missing() -> None:
    data = frame("psych", "bfi.csv.gz").iloc[:, :25].to_numpy(float)
    expected = reference("careless")
    complete = data[np.array(expected["bfi25_complete"]["rows"]) - 1]
    check_careless(complete, expected["bfi25_complete"], "irv", "mahad_sq")
    check_careless(data, expected["bfi25_with_missing"], "irv_narm", "mahad_sq_pairwise")


def test_longstring() -> None:
    rows = frame("careless", "longstring_test_data.csv.gz").to_numpy(float)
    assert (
        careless.longstring(rows).tolist() == reference("careless")["longstring_test"]["published_expected"]
    )
