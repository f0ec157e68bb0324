"""The planted truth: as strong as promised, from the public past only, and absent at zero."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from deep_alpha.market.simulation import simulate_market
from deep_alpha.market.simulation.alpha import AlphaState, crowd_behaviours
from deep_alpha.market.simulation.behaviours import Chart, ChartState
from deep_alpha.market.simulation.settings import SimulationSettings
from deep_alpha.market.tables import Market

HORIZON = 5


@pytest.fixture(scope="module")
def market() -> Market:
    return simulate_market()


@pytest.fixture(scope="module")
def null_market() -> Market:
    return simulate_market(alpha_strength=0)


def adjusted_close(market: Market) -> pd.DataFrame:
    """Adjusted closes, date × asset; NaN on suspended days."""
    bars = market.bars.assign(price=market.bars["close"] * market.bars["adj_factor"])
    return bars.pivot_table(index="date", columns="asset", values="price")


def tradable(market: Market) -> pd.DataFrame:
    """Names that traded and did not close at a limit: who is scored."""
    bars = market.bars
    free = (bars["close"] < bars["limit_up"]) & (bars["close"] > bars["limit_down"])
    free |= bars["limit_up"].isna()
    flags = bars.assign(free=free).pivot_table(index="date", columns="asset", values="free")
    return flags.fillna(0.0) > 0.5


def daily_rank_ic(market: Market, score: pd.DataFrame) -> pd.Series:
    """Spearman correlation of a score with the next five days' return, by date."""
    close = adjusted_close(market)
    later = (close.ffill().shift(-HORIZON) / close - 1).where(tradable(market))
    return score.where(later.notna()).corrwith(later, axis=1, method="spearman").dropna()


def test_the_oracle_reaches_its_rank_ic(market: Market) -> None:
    oracle = market.truth.oracle_score.to_pandas()
    ic = daily_rank_ic(market, oracle.iloc[20:])
    assert 0.085 < ic.mean() < 0.12
    assert ic.mean() / ic.std() > 0.8


def test_expected_returns_are_what_specific_returns_average(market: Market) -> None:
    expected = market.truth.expected_return[:-1].to_numpy()
    realised = market.truth.specific_returns[1:].to_numpy()
    both = np.isfinite(expected) & np.isfinite(realised)
    slope = np.polyfit(expected[both], realised[both], 1)[0]
    assert slope == pytest.approx(1.0, abs=0.08)
    # pure stock selection: the average name expects nothing
    assert np.abs(np.nanmean(expected, axis=1)).max() < 5e-4


def test_an_effect_fades_within_days(market: Market) -> None:
    expected = market.truth.expected_return.to_pandas().iloc[20:]
    specific = market.truth.specific_returns.to_pandas()
    pays = [
        expected.corrwith(specific.shift(-lag), axis=1, method="spearman").mean()
        for lag in (1, 2, 4, 10)
    ]
    assert pays[0] > 0.08
    assert pays[0] > pays[1] > pays[2] > abs(pays[3])


def test_factor_returns_and_exposures_rebuild_the_return(market: Market) -> None:
    truth = market.truth
    styles = list(truth.exposures["style"].to_numpy())
    day, asset = 300, truth.exposures["asset"].to_numpy()[5]
    names = market.assets.set_index("asset")["industry"]
    before = truth.exposures.isel(date=day - 1).sel(asset=asset).to_numpy()
    factors = truth.factor_returns.iloc[day]
    rebuilt = (
        factors["country"]
        + factors[names[asset]]
        + before @ factors[styles].to_numpy()
        + float(truth.specific_returns.isel(date=day).sel(asset=asset))
    )
    close = np.log(adjusted_close(market)[asset])
    # what is left is the rounding of two closes to a tick
    assert close.diff().iloc[day] == pytest.approx(rebuilt, abs=2e-3)


def test_style_exposures_are_standardised(market: Market) -> None:
    exposures = market.truth.exposures.isel(date=100)
    assert exposures.std("asset").to_numpy() == pytest.approx(np.ones(10), abs=1e-9)
    caps = market.bars.pivot_table(index="date", columns="asset", values="total_cap").ffill()
    weights = caps.iloc[100].reindex(exposures["asset"].to_numpy()).fillna(0.0).to_numpy()
    means = np.nan_to_num(exposures.to_numpy()) @ weights / weights.sum()
    assert means == pytest.approx(np.zeros(10), abs=1e-6)


def test_a_null_market_has_nothing_planted(null_market: Market) -> None:
    truth = null_market.truth
    assert (truth.expected_return.fillna(0) == 0).all()
    assert (truth.oracle_score.fillna(0) == 0).all()
    # the crowd still behaves; it is only not paid
    assert truth.behaviours.std() > 0.1


def volatility(close: pd.DataFrame) -> pd.DataFrame:
    return close.pct_change(fill_method=None).rolling(20, min_periods=10).std()


@pytest.mark.parametrize(
    "signal",
    [
        lambda close: close / close.shift(1),
        lambda close: close / close.shift(5),
        lambda close: close / close.shift(20),
        volatility,
        lambda close: close,
    ],
    ids=["day", "week", "month", "volatility", "level"],
)
def test_nothing_predicts_a_null_market(
    null_market: Market, signal: Callable[[pd.DataFrame], pd.DataFrame]
) -> None:
    ic = daily_rank_ic(null_market, signal(adjusted_close(null_market)))
    # overlapping labels repeat each other over the horizon
    error = ic.std() * np.sqrt(HORIZON / len(ic))
    assert abs(ic.mean()) < 3.5 * error


@pytest.mark.parametrize(
    "behaviour", ["bottom_reversal", "volume_price_divergence", "momentum_herding"]
)
def test_behaviours_are_paid_in_proportion_to_alpha_strength(
    market: Market, null_market: Market, behaviour: str
) -> None:
    paid, unpaid = (
        daily_rank_ic(each, each.truth.behaviours.sel(behaviour=behaviour).to_pandas().iloc[20:])
        for each in (market, null_market)
    )
    error = unpaid.std() * np.sqrt(HORIZON / len(unpaid))
    assert abs(unpaid.mean()) < 3.5 * error
    assert paid.mean() > 3.5 * error


def test_truth_does_not_know_the_future() -> None:
    short = simulate_market(n_assets=30, n_days=120, seed=11).truth
    long = simulate_market(n_assets=30, n_days=160, seed=11).truth
    for name in ("exposures", "specific_returns", "expected_return", "oracle_score", "behaviours"):
        known = getattr(short, name)
        again = getattr(long, name).isel(date=slice(120)).sel(asset=known["asset"])
        np.testing.assert_array_equal(known.to_numpy(), again.to_numpy())
    pd.testing.assert_frame_equal(short.factor_returns, long.factor_returns.iloc[:120])


def test_planted_alpha_is_a_function_of_the_public_bars() -> None:
    market = simulate_market(n_assets=25, n_days=90, seed=2, alpha_strength=2.0)
    settings = SimulationSettings(n_assets=25, n_days=90, seed=2, alpha_strength=2.0)
    bars = market.bars.copy()
    adjustment = bars["adj_factor"] / bars.groupby("asset")["adj_factor"].transform("first")
    for price in ("open", "high", "low", "close"):
        bars[price] *= adjustment
    bars["volume"] /= adjustment
    wide = bars.pivot_table(
        index="date", columns="asset", values=["open", "high", "low", "close", "volume"]
    )
    n = wide["close"].shape[1]
    chart, alpha = ChartState(n), AlphaState(settings.model_copy(update={"n_assets": n}))
    for t in range(len(wide)):
        traded = wide["close"].iloc[t].notna().to_numpy()
        day = {
            name: wide[name].iloc[t].fillna(1.0).to_numpy()
            for name in ("open", "high", "low", "close", "volume")
        }
        alpha.update(
            crowd_behaviours(
                chart.update(
                    traded, day["open"], day["high"], day["low"], day["close"], day["volume"]
                )
            )
        )
        planted = market.truth.expected_return.isel(date=t).to_numpy()
        listed = np.isfinite(planted)
        np.testing.assert_allclose(alpha.expected[listed], planted[listed], atol=1e-12)
    assert np.abs(alpha.expected).max() > 1e-4


def chart_of(**measures: list[float]) -> Chart:
    """A day's chart of names that are ordinary but for ``measures``."""
    n = len(next(iter(measures.values())))
    names = (
        "rsi",
        "band_position",
        "body",
        "volume_spike",
        "momentum",
        "volatility",
    )
    values = {name: np.array(measures.get(name, [0.0] * n)) for name in names}
    return Chart(ready=np.ones(n, dtype=bool), **values)


def test_an_oversold_name_rebounds_from_an_up_candle() -> None:
    bottom = crowd_behaviours(
        chart_of(
            band_position=[-2.0, -2.0, 2.0, 2.0],
            body=[1.0, -1.0, 1.0, -1.0],
            volume_spike=[0.3] * 4,
        )
    )[0]
    assert bottom[0] > 0.5
    assert bottom[1] < -0.5
    assert np.abs(bottom[2:]).max() < 0.05


def test_a_rise_on_falling_volume_is_reversed() -> None:
    divergence = crowd_behaviours(
        chart_of(
            body=[1.0, -1.0, 1.0, -1.0],
            volume_spike=[-1.0, 1.0, 1.0, -1.0],
            momentum=[2.0, -2.0, 2.0, -2.0],
        )
    )[1]
    assert divergence[0] < -0.5
    assert divergence[1] > 0.5
    assert np.abs(divergence[2:]).max() < 1e-9


def test_the_crowd_joins_a_strong_name_on_rising_volume() -> None:
    herding = crowd_behaviours(
        chart_of(
            rsi=[2.0, 2.0, -2.0, -2.0],
            body=[1.0, 1.0, 1.0, 1.0],
            volume_spike=[1.0, -1.0, 1.0, -1.0],
        )
    )[2]
    assert herding[0] > 0.5
    assert herding[1] < -0.5
    assert np.abs(herding[2:]).max() < 0.05


def test_chart_measures_are_those_of_pandas() -> None:
    rng = np.random.default_rng(0)
    close = pd.DataFrame(20 * np.exp(np.cumsum(0.02 * rng.standard_normal((60, 12)), axis=0)))
    volume = pd.DataFrame(rng.uniform(1e5, 1e6, (60, 12)))
    state = ChartState(12)
    for t in range(60):
        price = close.iloc[t].to_numpy()
        chart = state.update(
            np.ones(12, dtype=bool),
            price * 0.99,
            price * 1.01,
            price * 0.98,
            price,
            volume.iloc[t].to_numpy(),
        )

    def scores(values: pd.Series) -> np.ndarray:
        return ((values - values.mean()) / values.std(ddof=0)).clip(-3, 3).to_numpy()

    change = close.diff()
    smooth = {"alpha": 1 / 14, "adjust": False, "min_periods": 14}
    gain = change.clip(lower=0).ewm(**smooth).mean()
    loss = (-change.clip(upper=0)).ewm(**smooth).mean()
    rsi = 100 - 100 / (1 + gain / loss)
    middle, width = close.rolling(20).mean(), 4 * close.rolling(20).std(ddof=0)
    np.testing.assert_allclose(chart.rsi, scores(rsi.iloc[-1]), atol=1e-9)
    band = ((close - middle) / width).iloc[-1]
    np.testing.assert_allclose(chart.band_position, scores(band), atol=1e-9)
    spike = (volume / volume.rolling(5).mean()).iloc[-1]
    np.testing.assert_allclose(chart.volume_spike, scores(spike), atol=1e-9)
    np.testing.assert_allclose(chart.momentum, scores(close.pct_change(5).iloc[-1]), atol=1e-9)
