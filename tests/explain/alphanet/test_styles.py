"""How much style there is in scores."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from scipy.stats import pearsonr

from deep_alpha.explain.alphanet.styles import style_frames, style_table
from deep_alpha.risk import five_factor_exposures
from tests.models.alphanet.images import market

DATES = pd.bdate_range("2020-01-01", periods=6)
NAMES = [f"A{number:02d}" for number in range(30)]


def random_frame(seed: int) -> pd.DataFrame:
    values = np.random.default_rng(seed).normal(size=(len(DATES), len(NAMES)))
    return pd.DataFrame(values, DATES, NAMES)


def test_correlations_are_pearson_s_of_each_day():
    scores, size = random_frame(0), random_frame(1)
    size.iloc[2, :5] = np.nan
    scores.iloc[3, 20:] = np.nan
    daily = []
    for date in DATES:
        both = pd.concat([scores.loc[date], size.loc[date]], axis=1).dropna()
        daily.append(pearsonr(both.iloc[:, 0], both.iloc[:, 1]).statistic)
    table = style_table(scores, {"SIZE": size}).set_index("style")
    assert table.loc["SIZE", "correlation"] == pytest.approx(np.mean(daily))
    assert table.loc["SIZE", "mean_abs"] == pytest.approx(np.mean(np.abs(daily)))
    assert table.loc["SIZE", "mean_abs"] > abs(table.loc["SIZE", "correlation"])


def test_only_days_and_names_with_a_score_count():
    scores = random_frame(0)
    wider = random_frame(1).reindex(index=DATES.append(DATES[-1:] + pd.offsets.BDay(1)))
    wider["another"] = 3.0
    shuffled = wider[wider.columns[::-1]]
    pd.testing.assert_frame_equal(
        style_table(scores, {"SIZE": shuffled}), style_table(scores, {"SIZE": random_frame(1)})
    )
    few = scores.copy()
    few.iloc[:, 9:] = np.nan
    assert style_table(few, {"SIZE": random_frame(1)})["mean_abs"].isna().all()


def test_styles_are_the_risk_model_s_and_volatility():
    panel, _, _ = market()
    dates, assets = panel["date"].to_numpy(), panel["asset"].to_numpy()
    values = np.random.default_rng(2).normal(size=(len(dates), 2, len(assets)))
    exposures = xr.Dataset(
        {"exposure": (("date", "style", "asset"), values)},
        coords={"date": dates, "style": ["SIZE", "BETA"], "asset": assets},
    )
    frames = style_frames(exposures, panel)
    assert list(frames) == ["SIZE", "BETA", "VOLATILITY"]
    np.testing.assert_array_equal(frames["BETA"].to_numpy(), values[:, 1])
    known = five_factor_exposures(panel).sel(style="volatility_20").to_numpy()
    np.testing.assert_array_equal(frames["VOLATILITY"].to_numpy(), known)
    assert frames["SIZE"].columns.tolist() == list(assets.astype(str))
    returns = panel["close"].to_numpy()
    day = len(dates) - 1
    own = np.std(returns[day - 19 : day + 1] / returns[day - 20 : day] - 1, axis=0, ddof=1)
    both = np.isfinite(own) & np.isfinite(known[day])
    ranks = [pd.Series(part[both]).rank() for part in (own, known[day])]
    assert np.corrcoef(*ranks)[0, 1] > 0.99
