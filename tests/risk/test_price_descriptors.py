"""Price descriptors against slow oracles, and what each definition promises."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
import xarray as xr

from deep_alpha.errors import PanelError
from deep_alpha.market.universe import eligible
from deep_alpha.panel import build_panel
from deep_alpha.risk import price_descriptors as module
from deep_alpha.risk.price_descriptors import price_descriptors
from deep_alpha.risk.returns import DailyReturns, daily_returns, daily_risk_free
from deep_alpha.risk.settings import RiskSettings
from tests.conftest import random_panel
from tests.no_future import assert_no_future

NAMES = ("LNCAP", "BETA", "RSTR", "DASTD", "CMRA", "HSIGMA", "STOM", "STOQ", "STOA")
SETTINGS = RiskSettings()
LOG_RANGE = RiskSettings(cmra="log")


def returns_of(panel: xr.Dataset, risk_free: np.ndarray | None = None) -> DailyReturns:
    estimation = eligible(panel, SETTINGS.estimation).to_numpy()
    free = 1e-4 * (1 + np.sin(np.arange(panel.sizes["date"]))) if risk_free is None else risk_free
    return daily_returns(panel, estimation, field(panel, "float_cap"), free)


def field(panel: xr.Dataset, name: str) -> np.ndarray:
    return panel[name].to_numpy().astype(np.float64)


def descriptors_of(
    panel: xr.Dataset, settings: RiskSettings = SETTINGS, threads: int = 1
) -> dict[str, np.ndarray]:
    turnover, cap = field(panel, "turnover"), field(panel, "total_cap")
    return price_descriptors(returns_of(panel), turnover, cap, settings, threads)


def of_one_asset(settings: RiskSettings = SETTINGS, **series: np.ndarray) -> dict[str, np.ndarray]:
    """Descriptors of one asset that trades every day; series not given are 0 (turnover 1)."""
    days = next(iter(series.values())).size
    given = {"excess": 0.0, "log_excess": 0.0, "market_excess": 0.0, "turnover": 1.0}
    full = {name: np.full(days, value) for name, value in given.items()} | series
    columns = {name: values[:, None] for name, values in full.items()}
    turnover = columns.pop("turnover")
    returns = DailyReturns(
        marked_excess=columns["excess"],
        gap=np.ones((days, 1), dtype=np.int32),
        risk_free=np.zeros(days),
        market=full["market_excess"],
        **columns,
    )
    found = price_descriptors(returns, turnover, np.full((days, 1), np.e), settings)
    return {name: values[:, 0] for name, values in found.items()}


def impulse(days: int, row: int, size: float = 0.1) -> np.ndarray:
    values = np.zeros(days)
    values[row] = size
    return values


# ------------------------------------------------------------------ slow oracles


def newest_first(values: np.ndarray, length: int, lag: int = 0) -> np.ndarray:
    return values[: values.size - lag][::-1][:length]


def decay(values: np.ndarray, half_life: float) -> np.ndarray:
    return 0.5 ** (np.arange(values.size) / half_life)


def line(market: np.ndarray, excess: np.ndarray) -> tuple[float, float]:
    x, y = newest_first(market, 252), newest_first(excess, 252)
    if y.size < 63 or np.ptp(x) == 0:
        return np.nan, np.nan
    root = np.sqrt(decay(y, 63))
    design = np.column_stack([np.ones(y.size), x])
    (alpha, beta), *_ = np.linalg.lstsq(design * root[:, None], y * root, rcond=None)
    residual = y - alpha - beta * x
    return beta, np.sqrt(np.average((residual) ** 2, weights=root**2))


def strength(log_excess: np.ndarray) -> float:
    old = newest_first(log_excess, 504, lag=21)
    return float(old @ decay(old, 126)) if old.size >= 252 else np.nan


def daily_deviation(excess: np.ndarray) -> float:
    y = newest_first(excess, 252)
    if y.size < 63:
        return np.nan
    weights = decay(y, 42)
    return float(np.sqrt(np.average((y - np.average(y, weights=weights)) ** 2, weights=weights)))


def monthly_sums(log_excess: np.ndarray) -> np.ndarray:
    if log_excess.size < 252:
        return np.full(12, np.nan)
    return newest_first(log_excess, 252).reshape(12, 21).sum(axis=1).cumsum()


def log_turnover(turnover: np.ndarray, length: int, minimum: int) -> float:
    present = pd.Series(newest_first(turnover, length)).dropna()
    if len(present) < minimum or present.sum() <= 0:
        return np.nan
    return float(np.log(21 * present.mean()))


def oracle(
    returns: DailyReturns, turnover: np.ndarray, cap: np.ndarray, asset: int, every: int = 1
) -> dict[int, dict[str, float]]:
    """By day, on each ``every``-th row of an asset, all nine descriptors."""
    rows = np.flatnonzero(returns.gap[:, asset] > 0)
    excess, log_excess = returns.excess[rows, asset], returns.log_excess[rows, asset]
    market = returns.market_excess[rows, asset]
    found = {}
    for k in range(0, rows.size, every):
        until = slice(0, k + 1)
        beta, residual = line(market[until], excess[until])
        z = monthly_sums(log_excess[until])
        traded = turnover[rows[until], asset]
        found[int(rows[k])] = {
            "LNCAP": np.log(cap[rows[k], asset]),
            "BETA": beta,
            "HSIGMA": residual,
            "RSTR": strength(log_excess[until]),
            "DASTD": daily_deviation(excess[until]),
            "CMRA": z.max() - z.min(),
            "STOM": log_turnover(traded, 21, 14),
            "STOQ": log_turnover(traded, 63, 42),
            "STOA": log_turnover(traded, 252, 126),
        }
    return found


def assert_agrees(found: dict[str, np.ndarray], expected: dict[int, dict[str, float]], asset: int):
    days = list(expected)
    for name in NAMES:
        slow = [expected[day][name] for day in days]
        fast = found[name][days, asset]
        # sums that cancel: as many digits as their terms of about 0.02 have
        np.testing.assert_allclose(fast, slow, rtol=1e-9, atol=1e-13, err_msg=f"{name} of {asset}")


def test_descriptors_are_those_of_slow_oracles():
    panel = random_panel(assets=12, days=700)
    holed = panel["turnover"].to_numpy()
    holed[::7, :4] = np.nan
    holed[300:310, 5] = np.nan
    found, returns = descriptors_of(panel), returns_of(panel)
    assert tuple(sorted(found)) == tuple(sorted(NAMES))
    for asset in range(12):
        turnover, cap = field(panel, "turnover"), field(panel, "total_cap")
        assert_agrees(found, oracle(returns, turnover, cap, asset), asset)
    for name in NAMES[1:]:  # a cap is known before the first return
        assert np.isnan(found[name][returns.gap == 0]).all(), name
        assert np.isfinite(found[name][-1]).sum() >= 9, name


@pytest.mark.real
def test_real_shares(real_data):
    names = ["000001", "000002", "000792", "000995", "300750"]  # 000792: away for 312 days
    names += ["600000", "600401", "600519", "601398", "688981"]  # 688981: listed in 2020
    bars = pq.read_table(
        real_data / "ashare" / "bars.parquet", filters=[("asset", "in", names)]
    ).to_pandas()
    rate = pq.read_table(real_data / "ashare" / "risk_free.parquet").to_pandas()
    panel = build_panel(bars)
    assert panel.sizes["asset"] == len(names)
    returns = returns_of(panel, daily_risk_free(rate, panel["date"].to_numpy(), 252))
    turnover, cap = field(panel, "turnover"), field(panel, "total_cap")
    found = price_descriptors(returns, turnover, cap, SETTINGS)
    for asset in range(len(names)):
        assert_agrees(found, oracle(returns, turnover, cap, asset, every=29), asset)
    assert 0.3 < np.nanmedian(found["BETA"]) < 1.7
    assert 0.005 < np.nanmedian(found["HSIGMA"]) < np.nanmedian(found["DASTD"]) < 0.05


# ------------------------------------------------------------------ momentum


def test_momentum_leaves_out_the_newest_month():
    days = 600
    still = np.random.default_rng(0).normal(0, 0.02, days)
    before = of_one_asset(log_excess=still)["RSTR"][-1]
    for age in range(25):
        after = of_one_asset(log_excess=still + impulse(days, days - 1 - age))["RSTR"][-1]
        if age < 21:
            assert after == before, age
        else:
            assert after - before == pytest.approx(0.1 * 0.5 ** ((age - 21) / 126)), age


def test_momentum_remembers_504_rows_and_needs_252():
    found = of_one_asset(log_excess=np.full(600, 0.01))["RSTR"]
    assert np.flatnonzero(~np.isnan(found))[0] == 21 + 252 - 1
    oldest = of_one_asset(log_excess=impulse(700, 100))["RSTR"]
    assert oldest[100 + 524] > 0
    assert oldest[100 + 525] == 0


# ------------------------------------------------------------------ half-lives


def test_half_life_of_momentum():
    found = of_one_asset(log_excess=impulse(800, 400))["RSTR"]
    assert found[420] == 0.0
    assert found[421] == 0.1
    assert found[421 + 126] == pytest.approx(0.05, rel=1e-12)


def test_half_life_of_the_daily_deviation():
    variance = of_one_asset(excess=impulse(500, 300))["DASTD"] ** 2
    # an impulse c of weight p has variance c² p (1 - p)
    weight = (1 - np.sqrt(1 - 4 * variance / 0.01)) / 2
    assert weight[300 + 42] == pytest.approx(weight[300] / 2, rel=1e-9)
    assert weight[300 + 84] == pytest.approx(weight[300] / 4, rel=1e-9)


def test_half_life_of_beta():
    # a market of period 3 looks the same to two windows that are 63 rows apart
    market = np.tile([0.01, 0.0, -0.01], 200)
    beta = of_one_asset(market_excess=market, excess=impulse(600, 300))["BETA"]
    assert beta[300] > 0.01
    assert beta[300 + 63] == pytest.approx(beta[300] / 2, rel=1e-9)
    assert beta[300 + 251] > 0
    assert beta[300 + 252] == 0


# ------------------------------------------------------------------ other definitions


def test_a_planted_line_is_found():
    market = np.random.default_rng(1).normal(0, 0.01, 400)
    found = of_one_asset(market_excess=market, excess=0.002 + 1.7 * market)
    assert np.flatnonzero(~np.isnan(found["BETA"]))[0] == 62
    np.testing.assert_allclose(found["BETA"][62:], 1.7, rtol=1e-12)
    assert found["HSIGMA"][62:].max() < 1e-15


def test_a_market_that_does_not_move_has_no_beta():
    found = of_one_asset(excess=impulse(300, 100), market_excess=np.full(300, 0.003))
    assert np.isnan(found["BETA"]).all()
    assert np.isnan(found["HSIGMA"]).all()
    assert (found["DASTD"][100:] > 0).all()


def test_cumulative_range_by_hand():
    rising = of_one_asset(log_excess=np.full(300, 0.01))["CMRA"]
    assert np.flatnonzero(~np.isnan(rising))[0] == 251
    np.testing.assert_allclose(rising[251:], 11 * 0.21, rtol=1e-12)
    # Z(1) = -0.2, Z(2) = 0.3, Z(3) … Z(12) = 0.1, wherever in its month a return falls
    moves = impulse(252, 251 - 20, -0.2) + impulse(252, 251 - 21, 0.5) + impulse(252, 200, -0.2)
    assert of_one_asset(log_excess=moves)["CMRA"][251] == pytest.approx(0.5)
    assert of_one_asset(LOG_RANGE, log_excess=moves)["CMRA"][251] == pytest.approx(
        np.log(1.3) - np.log(0.8)
    )


def test_the_logarithmic_range_of_a_loss_of_everything_is_unknown():
    falling = np.full(252, -0.01)
    assert of_one_asset(log_excess=falling)["CMRA"][251] == pytest.approx(11 * 0.21)
    assert np.isnan(of_one_asset(LOG_RANGE, log_excess=falling)["CMRA"][251])


def test_turnover_of_months():
    turnover = np.random.default_rng(2).lognormal(-4, 1, 300)
    found = of_one_asset(turnover=turnover)
    month = np.exp(found["STOM"])
    assert month[299] == pytest.approx(turnover[-21:].sum())
    assert found["STOQ"][299] == pytest.approx(np.log(month[[299, 278, 257]].mean()))
    assert found["STOA"][299] == pytest.approx(np.log(month[299 - 21 * np.arange(12)].mean()))
    for name, minimum in (("STOM", 14), ("STOQ", 42), ("STOA", 126)):
        assert np.flatnonzero(~np.isnan(found[name]))[0] == minimum - 1, name


def test_turnover_that_is_absent_is_left_out_and_none_at_all_is_unknown():
    turnover = np.full(300, 0.02)
    turnover[270:277] = np.nan
    assert of_one_asset(turnover=turnover)["STOM"][280] == pytest.approx(np.log(21 * 0.02))
    turnover[277] = np.nan
    assert np.isnan(of_one_asset(turnover=turnover)["STOM"][280])
    assert np.isnan(of_one_asset(turnover=np.zeros(300))["STOA"]).all()


def test_a_cap_that_is_not_positive_has_no_logarithm():
    panel = random_panel(days=40)
    caps = panel["total_cap"].to_numpy()
    caps[20, 0], caps[21, 0] = 0.0, np.nan
    size = descriptors_of(panel)["LNCAP"][:, 0]
    np.testing.assert_array_equal(np.flatnonzero(np.isnan(size)), [20, 21])


# ------------------------------------------------------------------ the whole


def test_a_suspension_is_no_part_of_any_window():
    """The same returns with an idle gap in the calendar: nothing moves, nothing changes."""
    days, first, idle = 420, 300, 25
    panel = random_panel(assets=3, days=days).isel(asset=slice(0, 2))
    others = panel.isel(date=[first - 1] * idle)
    last = panel["date"].to_numpy()[-1]
    stretched = xr.concat(
        [panel.isel(date=slice(0, first)), others, panel.isel(date=slice(first, None))], "date"
    ).assign_coords(date=pd.bdate_range(end=last, periods=days + idle))
    pause = slice(first, first + idle)
    stretched["traded"].to_numpy()[pause, 0] = False

    def first_asset(panel: xr.Dataset) -> dict[str, np.ndarray]:
        # the market is the other asset, so that it does not miss the one that pauses
        market = np.tile([False, True], (panel.sizes["date"], 1))
        free = np.zeros(panel.sizes["date"])
        returns = daily_returns(panel, market, field(panel, "float_cap"), free)
        turnover, cap = field(panel, "turnover"), field(panel, "total_cap")
        found = price_descriptors(returns, turnover, cap, SETTINGS)
        return {name: values[:, 0] for name, values in found.items()}

    without, with_pause = first_asset(panel), first_asset(stretched)
    for name in NAMES[1:]:
        assert np.isnan(with_pause[name][pause]).all(), name
        awake = np.delete(with_pause[name], np.arange(days + idle)[pause])
        np.testing.assert_allclose(awake, without[name], rtol=1e-9, atol=1e-15, err_msg=name)
    assert np.isfinite(without["RSTR"][first + 5])


@pytest.mark.parametrize("settings", [SETTINGS, LOG_RANGE])
def test_nothing_comes_from_the_future(settings):
    def function(panel: xr.Dataset) -> xr.Dataset:
        found = descriptors_of(panel, settings)
        return xr.Dataset(
            {name: (("date", "asset"), values) for name, values in found.items()},
            coords={"date": panel["date"], "asset": panel["asset"]},
        )

    assert_no_future(function, random_panel(assets=12, days=700))


def test_threads_and_blocks_change_no_bit(monkeypatch):
    panel = random_panel(assets=12, days=420)
    alone = descriptors_of(panel)
    monkeypatch.setattr(module, "BLOCK_ASSETS", 5)
    together = descriptors_of(panel, threads=3)
    for name in NAMES:
        np.testing.assert_array_equal(together[name], alone[name], name)


@pytest.mark.parametrize("wrong", ["turnover", "total_cap"])
def test_a_table_of_another_shape_is_refused(wrong):
    panel = random_panel(days=10)
    given = {name: field(panel, name) for name in ("turnover", "total_cap")}
    given[wrong] = given[wrong][1:]
    with pytest.raises(PanelError, match=rf"{wrong} must have .* \(10, 12\), not \(9, 12\)"):
        price_descriptors(returns_of(panel), settings=SETTINGS, **given)
