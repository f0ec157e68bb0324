"""Daily returns against loops that read like their definition."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
import xarray as xr

from deep_alpha.market.universe import eligible
from deep_alpha.panel import build_panel
from deep_alpha.risk.returns import DailyReturns, daily_returns, daily_risk_free
from deep_alpha.risk.settings import RiskSettings
from tests.conftest import random_panel
from tests.no_future import assert_no_future

FIELDS = ("excess", "log_excess", "market_excess", "marked_excess", "gap")


def rates(days: int) -> np.ndarray:
    """A risk-free return that is another one every day."""
    return 1e-4 * (1 + np.sin(np.arange(days)))


def returns_of(panel: xr.Dataset) -> DailyReturns:
    estimation = eligible(panel, RiskSettings().estimation).to_numpy()
    cap = panel["float_cap"].to_numpy().astype(np.float64)
    return daily_returns(panel, estimation, cap, rates(panel.sizes["date"]))


def small(closes: list[list[float]], caps: list[list[float]] | None = None) -> xr.Dataset:
    """A panel of bare closes, one list for each asset; NaN where it does not trade."""
    close = np.array(closes, dtype=float).T.copy()
    cap = close * 100 if caps is None else np.array(caps, dtype=float).T.copy()
    dates = pd.bdate_range("2020-01-01", periods=len(close))
    fields = {"close": close, "float_cap": cap, "traded": ~np.isnan(close)}
    return xr.Dataset(
        {name: (("date", "asset"), values) for name, values in fields.items()},
        coords={"date": dates, "asset": [f"A{k}" for k in range(close.shape[1])]},
    )


def all_members(panel: xr.Dataset, risk_free: list[float] | None = None) -> DailyReturns:
    """Returns of a ``small`` panel whose market holds whoever trades."""
    free = np.zeros(panel.sizes["date"]) if risk_free is None else np.array(risk_free)
    traded = panel["traded"].to_numpy()
    return daily_returns(panel, traded, panel["float_cap"].to_numpy(), free)


def market_by_loop(close: np.ndarray, estimation: np.ndarray, cap: np.ndarray, day: int) -> float:
    """What the market of the day before, at its caps of the day before, earns that day."""
    weight = earned = 0.0
    for asset in range(close.shape[1]):
        held = estimation[day - 1, asset] and cap[day - 1, asset] > 0
        before, now = close[day - 1, asset], close[day, asset]
        if held and not np.isnan(before) and not np.isnan(now):
            weight += cap[day - 1, asset]
            earned += cap[day - 1, asset] * (now / before - 1)
    return earned / weight if weight else 0.0


def asset_by_loop(
    close: np.ndarray, market: np.ndarray, free: np.ndarray
) -> dict[str, list[float]]:
    """One asset's returns, day by day."""
    found: dict[str, list[float]] = {name: [] for name in FIELDS}
    last = None
    for day, price in enumerate(close):
        row = dict.fromkeys(FIELDS, np.nan) | {"gap": 0}
        if last is not None:
            row["marked_excess"] = -free[day]
        if last is not None and not np.isnan(price):
            days = slice(last + 1, day + 1)
            grown, idle = np.prod(1 + market[days]) - 1, np.prod(1 + free[days]) - 1
            earned = price / close[last] - 1
            row |= {
                "excess": earned - idle,
                "log_excess": np.log(1 + earned) - np.log(1 + idle),
                "market_excess": grown - idle,
                "marked_excess": earned - free[day],
                "gap": day - last,
            }
        if not np.isnan(price):
            last = day
        for name in FIELDS:
            found[name].append(row[name])
    return found


def test_returns_are_those_of_slow_loops():
    panel = random_panel(assets=14, days=240)
    found, free = returns_of(panel), rates(240)
    close = panel["close"].where(panel["traded"]).to_numpy()
    estimation = eligible(panel, RiskSettings().estimation).to_numpy()
    cap = panel["float_cap"].to_numpy().astype(np.float64)

    market = [0.0] + [market_by_loop(close, estimation, cap, day) for day in range(1, 240)]
    np.testing.assert_allclose(found.market[1:], (np.array(market) - free)[1:], atol=1e-14)
    assert np.isnan(found.market[0])
    assert (found.market[62:] != -free[62:]).all()
    np.testing.assert_array_equal(found.risk_free, free)
    for asset in range(14):
        expected = asset_by_loop(close[:, asset], np.array(market), free)
        for name in FIELDS:
            values = getattr(found, name)[:, asset]
            np.testing.assert_allclose(values, expected[name], atol=1e-13, err_msg=name)
    assert found.gap.max() == 13  # A002's suspension
    assert (found.gap[:, 6] == 4).sum() == 1  # three days without volume are no traded days


def test_a_suspended_asset_earns_over_all_the_days_it_was_away():
    panel = small([[10.0, np.nan, np.nan, 12.1], [10.0, 11.0, 11.0, 11.0]])
    found = all_members(panel, [0.5, 0.01, 0.02, 0.03])
    idle = 1.01 * 1.02 * 1.03
    assert found.gap[:, 0].tolist() == [0, 0, 0, 3]
    assert found.excess[3, 0] == pytest.approx(0.21 - (idle - 1))
    assert found.log_excess[3, 0] == pytest.approx(np.log(1.21) - np.log(idle))
    assert found.market_excess[3, 0] == pytest.approx(0.1 - (idle - 1))
    assert np.isnan(found.excess[:3, 0]).all()
    np.testing.assert_allclose(found.marked_excess[:, 0], [np.nan, -0.01, -0.02, 0.21 - 0.03])


def test_the_market_weighs_by_the_caps_of_the_day_before():
    closes = [[10.0, 11.0], [10.0, 10.0]]
    before = all_members(small(closes, caps=[[300.0, 1.0], [100.0, 9.0]]))
    assert before.market[1] == pytest.approx(0.075)
    unknown = all_members(small(closes, caps=[[300.0, 1.0], [np.nan, 9.0]]))
    assert unknown.market[1] == pytest.approx(0.1)


def test_the_market_holds_yesterdays_estimation_universe():
    panel = small([[10.0, 11.0], [10.0, 10.0]])
    cap, free = panel["float_cap"].to_numpy(), np.zeros(2)
    first_only, second_only = [True, False], [False, True]
    for yesterday, today, earned in ((first_only, second_only, 0.1), (second_only, first_only, 0)):
        found = daily_returns(panel, np.array([yesterday, today]), cap, free)
        assert found.market[1] == pytest.approx(earned)
    nobody = daily_returns(panel, np.zeros((2, 2), dtype=bool), cap, free)
    assert nobody.market[1] == 0.0


def test_the_market_leaves_out_whoever_did_not_trade_on_both_days():
    panel = small([[10.0, np.nan, 20.0], [10.0, 10.0, 11.0]], caps=[[100.0] * 3] * 2)
    everybody = np.ones((3, 2), dtype=bool)
    found = daily_returns(panel, everybody, panel["float_cap"].to_numpy(), np.zeros(3))
    np.testing.assert_allclose(found.market, [np.nan, 0.0, 0.1], atol=1e-15)


def test_the_risk_free_rate_is_the_last_one_known_the_day_before():
    table = pd.DataFrame(
        {
            "date": pd.to_datetime(["2020-01-06", "2020-01-02", "2020-01-03"]),
            "rate": [0.04, 0.02, np.nan],
        }
    )
    dates = pd.to_datetime(["2020-01-02", "2020-01-03", "2020-01-06", "2020-01-07"]).to_numpy()
    daily = daily_risk_free(table, dates, 252)
    np.testing.assert_allclose((1 + daily) ** 252 - 1, [0.0, 0.02, 0.02, 0.04], atol=1e-13)
    np.testing.assert_allclose((1 + daily_risk_free(table, dates, 365)[3]) ** 365, 1.04)
    for nothing in (None, table.iloc[:0]):
        assert daily_risk_free(nothing, dates, 252).tolist() == [0.0] * 4


def test_nothing_comes_from_the_future():
    def function(panel: xr.Dataset) -> xr.Dataset:
        found = returns_of(panel)
        fields = {name: (("date", "asset"), getattr(found, name)) for name in FIELDS}
        fields["market"] = (("date",), found.market)
        return xr.Dataset(fields, coords={"date": panel["date"], "asset": panel["asset"]})

    assert_no_future(function, random_panel(assets=14, days=240))


@pytest.mark.real
def test_the_longest_suspension_of_the_real_market(real_data):
    names = ["000001", "000792", "600519"]
    bars = pq.read_table(
        real_data / "ashare" / "bars.parquet", filters=[("asset", "in", names)]
    ).to_pandas()
    rate = pq.read_table(real_data / "ashare" / "risk_free.parquet").to_pandas()
    panel = build_panel(bars)
    dates = panel["date"].to_numpy()
    free = daily_risk_free(rate, dates, 252)
    assert ((1 + free) ** 252 - 1).min() > 0.004
    assert ((1 + free) ** 252 - 1).max() < 0.045

    cap = panel["float_cap"].to_numpy().astype(np.float64)
    found = daily_returns(panel, panel["traded"].to_numpy(), cap, free)
    day = int(np.flatnonzero(dates == np.datetime64("2021-08-10"))[0])
    assert found.gap[day, 1] == 312
    assert found.marked_excess[day, 1] == pytest.approx(3.06, abs=0.01)
    assert found.marked_excess[day, 1] - found.excess[day, 1] == pytest.approx(
        np.prod(1 + free[day - 311 : day + 1]) - 1 - free[day]
    )
    assert np.isfinite(found.market[1:]).all()


def test_a_later_listing_changes_no_bit_of_the_market() -> None:
    draws = np.random.default_rng(1)
    closes = np.exp(draws.normal(0, 0.03, (300, 60)).cumsum(axis=1)).tolist()
    caps = draws.lognormal(20, 1, (300, 60)).tolist()
    unlisted = [[np.nan] * 60] * 9
    alone = all_members(small(closes, caps))
    wide = all_members(
        small(unlisted[:4] + closes + unlisted[4:], unlisted[:4] + caps + unlisted[4:])
    )
    np.testing.assert_array_equal(wide.market, alone.market)
