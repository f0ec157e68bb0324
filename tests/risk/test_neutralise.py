"""Neutralised scores hold no style; the five factors are those of pandas and of the past."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
import statsmodels.api as sm
import xarray as xr

from deep_alpha.errors import PanelError
from deep_alpha.panel import build_panel
from deep_alpha.risk import five_factor_exposures, neutralise
from deep_alpha.risk.neutralise import FIVE_FACTOR_STYLES
from tests.conftest import random_panel
from tests.no_future import assert_no_future


def random_scores(days=3, names=80, styles=3, seed=0):
    random = np.random.default_rng(seed)
    exposures = random.normal(size=(days, names, styles))
    scores = exposures.sum(axis=2) + random.normal(size=(days, names))
    cap = np.exp(random.normal(23.0, 1.0, (days, names)))
    return scores, exposures, np.arange(names) % 4, cap


def codes_of(panel: xr.Dataset) -> np.ndarray:
    return np.unique(panel["industry"].to_numpy().astype(str), return_inverse=True)[1]


@pytest.mark.parametrize("by_cap", [False, True])
def test_scores_are_residuals_of_statsmodels(by_cap):
    scores, exposures, industry, cap = random_scores()
    scores[1, 5] = np.nan
    found = neutralise(scores, exposures, industry, cap if by_cap else None)
    for day in range(3):
        known = np.isfinite(scores[day])
        design = np.column_stack([np.eye(4)[industry], exposures[day]])[known]
        weights = np.sqrt(cap[day, known]) if by_cap else 1.0
        expected = sm.WLS(scores[day, known], design, weights=weights).fit().resid
        np.testing.assert_allclose(found[day, known], expected, atol=1e-12)
        assert np.isnan(found[day, ~known]).all()


def test_some_styles_may_be_chosen():
    scores, exposures, industry, _ = random_scores()
    chosen = neutralise(scores, exposures, industry, styles=[2, 0])
    expected = neutralise(scores, exposures[:, :, [0, 2]], industry)
    np.testing.assert_allclose(chosen, expected, atol=1e-13)
    # the style that was not taken out is still there
    assert np.corrcoef(chosen[0], exposures[0, :, 1])[0, 1] > 0.3
    alone = neutralise(scores, exposures, industry, styles=[])
    means = pd.DataFrame(scores.T).groupby(industry).transform("mean").to_numpy().T
    np.testing.assert_allclose(alone, scores - means, atol=1e-13)


def test_labels_come_back():
    scores, exposures, industry, _ = random_scores()
    grid = {"date": pd.bdate_range("2020-01-01", periods=3), "asset": np.arange(80)}
    labelled = neutralise(
        xr.DataArray(scores, grid, ("date", "asset"), name="mlp").T,
        xr.DataArray(
            exposures, {**grid, "style": ["SIZE", "BETA", "BTOP"]}, ("date", "asset", "style")
        ).transpose("style", "asset", "date"),
        industry,
        styles=["BTOP", "SIZE"],
    )
    assert labelled.dims == ("date", "asset")
    assert labelled.name == "mlp"
    expected = neutralise(scores, exposures, industry, styles=[2, 0])
    np.testing.assert_array_equal(labelled.to_numpy(), expected)


def test_an_unknown_style_is_named():
    scores, exposures, industry, _ = random_scores()
    with pytest.raises(PanelError, match="exposures have no style 3; they have 0 … 2"):
        neutralise(scores, exposures, industry, styles=[3])
    grid = {"date": np.arange(3), "asset": np.arange(80), "style": ["SIZE", "BETA", "BTOP"]}
    labelled = xr.DataArray(exposures, grid, ("date", "asset", "style"))
    with pytest.raises(PanelError, match="exposures have no style 'VALUE'"):
        neutralise(scores, labelled, industry, styles=["VALUE"])


def test_a_day_with_too_few_names_has_no_scores():
    scores, exposures, industry, _ = random_scores()
    scores[1, 6:] = np.nan
    found = neutralise(scores, exposures, industry)
    assert np.isnan(found[1]).all()
    assert np.isfinite(found[[0, 2]]).all()


def crude_five_factors(panel: xr.Dataset) -> np.ndarray:
    """The five factors asset by asset with pandas, shape (date, asset, style)."""
    traded = panel["traded"].to_numpy()
    cap = panel["total_cap"].to_numpy().astype(float)
    raw = np.full((*traded.shape, 4), np.nan)
    for asset in range(traded.shape[1]):
        own = traded[:, asset]
        close = pd.Series(panel["close"].to_numpy()[own, asset])
        turnover = pd.Series(panel["turnover"].to_numpy()[own, asset].astype(float))
        raw[own, asset] = np.column_stack(
            [
                np.log(cap[own, asset]),
                close / close.shift(20) - 1.0,
                close.pct_change(fill_method=None).rolling(20).std(),
                turnover.rolling(20).mean(),
            ]
        )
    for day in range(len(raw)):
        for style in range(4):
            for _ in range(2):
                values = raw[day, :, style]
                if np.isfinite(values).any():
                    scaled = (values - np.nanmean(values)) / np.nanstd(values)
                    raw[day, :, style] = np.clip(scaled, -3, 3) if _ == 0 else scaled
    return raw


def test_five_factors_are_those_of_pandas(small_panel):
    found = five_factor_exposures(small_panel)
    assert found.dims == ("date", "asset", "style")
    assert found["style"].to_numpy().tolist() == list(FIVE_FACTOR_STYLES)
    np.testing.assert_allclose(found, crude_five_factors(small_panel), atol=1e-9)


def test_five_factors_are_standardised_and_clipped():
    panel = random_panel(assets=60, days=40)
    panel["total_cap"][30, 3] *= 1e6
    found = five_factor_exposures(panel).isel(date=30).to_numpy()
    traded = panel["traded"].to_numpy()[30]
    assert np.isnan(found[~traded]).all()
    np.testing.assert_allclose(np.nanmean(found, axis=0), 0.0, atol=1e-12)
    np.testing.assert_allclose(np.nanstd(found, axis=0), 1.0, atol=1e-12)
    assert 3.0 < found[3, 0] < 6.0  # 7.6 standard deviations without the clip


def test_nothing_from_the_future(small_panel):
    assert_no_future(five_factor_exposures, small_panel)


def test_neutralising_uses_nothing_from_the_future():
    panel = random_panel(assets=24, days=80)
    codes = codes_of(panel)

    def scores(panel: xr.Dataset) -> xr.DataArray:
        score = panel["close"] / panel["open"] - 1.0
        return neutralise(score, five_factor_exposures(panel), codes, panel["float_cap"])

    assert np.isfinite(scores(panel)).sum() > 500
    assert_no_future(scores, panel)


def test_a_missing_variable_is_named(small_panel):
    with pytest.raises(PanelError, match="no variable 'turnover', which the five factors need"):
        five_factor_exposures(small_panel.drop_vars("turnover"))


@pytest.mark.real
def test_five_factors_of_real_shares(real_data):
    table = pq.read_table(real_data / "ashare" / "assets.parquet").to_pandas()
    every = sorted(table["asset"])
    bars = pq.read_table(
        real_data / "ashare" / "bars.parquet",
        filters=[
            ("asset", "in", every[:: len(every) // 120]),
            ("date", ">=", pd.Timestamp("2019-01-01")),
            ("date", "<=", pd.Timestamp("2019-06-30")),
        ],
    ).to_pandas()
    panel = build_panel(bars, table)
    exposures = five_factor_exposures(panel)
    expected = crude_five_factors(panel)
    known = np.isfinite(expected)
    np.testing.assert_allclose(exposures.to_numpy()[known], expected[known], atol=1e-6)

    score = -exposures.sel(style="turnover_20", drop=True) + panel["close"].pipe(np.sin)
    neutral = neutralise(score, exposures, codes_of(panel))
    style = exposures.to_numpy()[60, :, 3]
    both = np.isfinite(neutral.to_numpy()[60]) & np.isfinite(style)
    assert both.sum() > 70
    left = np.corrcoef(neutral.to_numpy()[60, both], style[both])[0, 1]
    assert abs(left) < 1e-9
    assert np.corrcoef(score.to_numpy()[60, both], style[both])[0, 1] < -0.5
