import numpy as np
import pandas as pd
import pytest
import xarray as xr

from deep_alpha.errors import PanelError
from deep_alpha.factors import COMPOSITE_SIGNALS, composite_score, composite_signals
from tests.factors.panels import panel_of
from tests.no_future import assert_no_future


def oracle(panel: xr.Dataset) -> xr.DataArray:
    """The five signals in pandas, one asset after another over its traded rows."""
    columns = ("close", "volume", "vwap", "turnover")
    wide = {name: panel[name].to_pandas().astype(float) for name in columns}
    values = np.full((panel.sizes["date"], 5, panel.sizes["asset"]), np.nan)
    for k, asset in enumerate(panel["asset"].to_numpy()):
        frame = pd.DataFrame({name: wide[name][asset] for name in columns})
        traded = frame["close"].notna().to_numpy()
        frame = frame[traded]
        close = frame["close"]
        returns = close / close.shift(1) - 1
        moving = (close.rolling(10).max() > close.rolling(10).min() + 1e-9) & (
            frame["volume"].rolling(10).std() > 0
        )
        signals = [
            -(close / close.shift(20) - 1),
            -returns.rolling(20).apply(np.std, kwargs={"ddof": 1}),
            -frame["turnover"].rolling(20).mean(),
            -close.rolling(10).corr(frame["volume"]).where(moving),
            frame["vwap"] / close - 1,
        ]
        values[traded, :, k] = np.column_stack(signals)
    return xr.DataArray(values, dims=("date", "signal", "asset"))


def assert_like_the_oracle(panel: xr.Dataset) -> None:
    found = composite_signals(panel)
    assert found.dims == ("date", "signal", "asset")
    assert tuple(found["signal"].to_numpy()) == COMPOSITE_SIGNALS
    np.testing.assert_allclose(found, oracle(panel), rtol=1e-7, atol=1e-9)


def test_signals_are_those_of_the_pandas_oracle(awkward_panel):
    assert_like_the_oracle(awkward_panel)


@pytest.mark.real
def test_signals_are_those_of_the_oracle_on_real_shares(ashare_panel):
    assert_like_the_oracle(ashare_panel)


def test_signs_make_higher_better():
    days = np.arange(30.0)
    panel = panel_of(
        close=np.column_stack((10 + days, 40 - days)),
        volume=np.column_stack((100 + days, 100 + days)),
        vwap=np.column_stack((11 + days, 39 - days)),
    )
    last = composite_signals(panel).isel(date=-1)
    rising, falling = last.isel(asset=0), last.isel(asset=1)
    assert rising.sel(signal="reversal_20") == pytest.approx(-20 / 19)
    assert falling.sel(signal="reversal_20") == pytest.approx(20 / 31)
    assert rising.sel(signal="low_price_volume_correlation_10") == pytest.approx(-1.0)
    assert falling.sel(signal="low_price_volume_correlation_10") == pytest.approx(1.0)
    assert rising.sel(signal="vwap_to_close") == pytest.approx(1 / 39)
    assert falling.sel(signal="vwap_to_close") == pytest.approx(-1 / 11)


@pytest.mark.parametrize("given", ["absent", "empty"])
def test_without_turnover_the_volume_over_its_median_stands_for_it(awkward_panel, given):
    panel = awkward_panel.drop_vars("turnover")
    if given == "empty":
        panel["turnover"] = panel["volume"] * np.nan
    found = composite_signals(panel).sel(signal="low_turnover_20", asset="A000").to_pandas()
    volume = panel["volume"].sel(asset="A000").to_pandas().astype(float)
    volume = volume[panel["close"].sel(asset="A000").notnull().to_numpy()]
    expected = -(volume / volume.rolling(252, min_periods=20).median()).rolling(20).mean()
    pd.testing.assert_series_equal(
        found.reindex(volume.index), expected, check_names=False, check_freq=False
    )


def test_the_score_is_the_mean_rank_among_eligible_assets(awkward_panel):
    eligible = awkward_panel["close"] > 10.0
    score = composite_score(awkward_panel, eligible)
    signals = composite_signals(awkward_panel).where(eligible)
    ranks = [
        signals.sel(signal=name).to_pandas().rank(axis=1, pct=True) for name in COMPOSITE_SIGNALS
    ]
    assert score.dims == ("date", "asset")
    assert score.name == "composite"
    np.testing.assert_allclose(score, sum(ranks) / 5, rtol=1e-12)
    assert 0 < int(score.notnull().sum()) < int(eligible.sum())


def test_an_asset_without_one_of_the_signals_has_no_score(awkward_panel):
    everyone = xr.ones_like(awkward_panel["close"], dtype=bool)
    score = composite_score(awkward_panel, everyone)
    assert score.sel(asset="A001").isnull().all(), "a constant price has no correlation"
    assert score.sel(asset="A000").notnull().any()


def test_nothing_from_the_future(awkward_panel):
    assert_no_future(composite_signals, awkward_panel)
    assert_no_future(
        composite_signals, awkward_panel.drop_vars("turnover"), cuts=[150, 300], seed=4
    )


def test_the_score_uses_nothing_from_the_future(awkward_panel):
    assert_no_future(lambda panel: composite_score(panel, panel["traded"]), awkward_panel)


def test_a_missing_variable_is_named(awkward_panel):
    with pytest.raises(PanelError) as error:
        composite_signals(awkward_panel.drop_vars("volume"))
    assert str(error.value) == (
        "the panel has no variable 'volume', which the composite needs; "
        "build it with deep_alpha.panel.build_panel"
    )
