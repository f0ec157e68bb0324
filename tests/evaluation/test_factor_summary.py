"""The factor table: coverage and IC, before the first test and on it."""

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from scipy.stats import spearmanr

from deep_alpha.evaluation.factor_summary import beside_other_version, summarise_factors
from deep_alpha.factors.catalogue import BEHAVIOURAL_FACTORS

DAYS, ASSETS = 30, 15
FIRST_DAY, FIRST_TEST, REACH = 4, 20, 5
NAMES = [factor.name for factor in BEHAVIOURAL_FACTORS]


@pytest.fixture
def market():
    random = np.random.default_rng(0)
    coords = {
        "date": pd.bdate_range("2020-01-01", periods=DAYS),
        "asset": [f"A{number:02d}" for number in range(ASSETS)],
    }
    raw = xr.DataArray(
        random.normal(size=(DAYS, len(NAMES), ASSETS)).astype(np.float32),
        coords={**coords, "factor": NAMES},
        dims=("date", "factor", "asset"),
    )
    eligible = xr.DataArray(random.random((DAYS, ASSETS)) > 0.1, coords, ("date", "asset"))
    returns = xr.DataArray(
        random.normal(size=(DAYS, ASSETS)).astype(np.float32), coords, ("date", "asset")
    )
    return raw, eligible, returns


def summarise(raw, eligible, returns, in_set=()):
    return summarise_factors(raw, eligible, returns, in_set, FIRST_DAY, FIRST_TEST, REACH)


def oracle(market, factor, first, stop):
    raw, eligible, returns = (part.to_numpy() for part in market)
    daily = []
    for day in range(first, stop):
        names = eligible[day] & np.isfinite(raw[day, factor]) & np.isfinite(returns[day])
        daily.append(spearmanr(raw[day, factor, names], returns[day, names]).statistic)
    return np.array(daily)


def test_one_row_for_each_factor_of_the_catalogue(market):
    table = summarise(*market, in_set=(NAMES[2],))
    assert list(table["name"]) == NAMES
    assert list(table["number"]) == [factor.number for factor in BEHAVIOURAL_FACTORS]
    assert list(table.loc[table["in_set"], "name"]) == [NAMES[2]]


def test_ic_of_days_whose_label_is_known_before_the_first_test(market):
    table = summarise(*market)
    for factor in (0, 17, len(NAMES) - 1):
        before = oracle(market, factor, FIRST_DAY, FIRST_TEST - REACH)
        row = table.iloc[factor]
        assert row["ic"] == pytest.approx(before.mean(), abs=1e-9)
        assert row["ic_sd"] == pytest.approx(before.std(ddof=1), abs=1e-9)
        assert row["icir"] == pytest.approx(before.mean() / before.std(ddof=1), abs=1e-9)
        assert row["test_ic"] == pytest.approx(
            oracle(market, factor, FIRST_TEST, DAYS).mean(), abs=1e-9
        )


def test_labels_of_the_test_and_the_purge_do_not_reach_the_in_sample_figures(market):
    raw, eligible, returns = market
    noisy = returns.copy(deep=True)
    noisy[FIRST_TEST - REACH :] = 9.0 - noisy[FIRST_TEST - REACH :] ** 2
    columns = ["coverage", "ic", "ic_sd", "icir"]
    pd.testing.assert_frame_equal(
        summarise(raw, eligible, returns)[columns], summarise(raw, eligible, noisy)[columns]
    )


def test_coverage_is_the_share_of_eligible_names_with_a_value_after_warm_up(market):
    raw, eligible, returns = market
    holes = raw.copy(deep=True)
    holes[:FIRST_DAY, 3] = np.nan  # warm-up does not count
    holes[FIRST_DAY:, 3, :5] = np.nan
    universe = eligible.to_numpy()[FIRST_DAY:]
    table = summarise(holes, eligible, returns)
    assert table["coverage"][3] == pytest.approx(universe[:, 5:].sum() / universe.sum())
    assert table["coverage"][4] == 1.0


def test_a_factor_without_values_has_no_ic(market):
    raw, eligible, returns = market
    empty = raw.copy(deep=True)
    empty[:, 3] = np.nan
    row = summarise(empty, eligible, returns).iloc[3]
    assert row["coverage"] == 0.0
    assert row[["ic", "ic_sd", "icir", "test_ic"]].isna().all()


def test_the_other_version_stands_beside_the_run_s_own(market):
    raw, eligible, returns = market
    free = raw.assign_attrs(scale_free=True).copy(deep=True)
    free[:, 5] = -free[:, 5]
    literal, other = (summarise(version, eligible, returns) for version in (raw, free))
    assert set(literal["version"]) == {"literal"}
    assert set(other["version"]) == {"scale-free"}
    for own, beside in ((literal, other), (other, literal)):
        table = beside_other_version(own, beside)
        pd.testing.assert_frame_equal(table[own.columns], own)
        for column in ("ic", "test_ic"):
            differs = table[column] != table[f"other_{column}"]
            assert np.flatnonzero(differs).tolist() == [5]
            assert table[f"other_{column}"][5] == pytest.approx(-own[column][5])


def test_names_in_another_order_are_refused(market):
    raw, eligible, returns = market
    with pytest.raises(
        ValueError, match=r"^raw factors are not in the catalogue's order at alpha_"
    ):
        summarise(raw[:, ::-1], eligible, returns)
