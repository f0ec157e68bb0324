"""The 36 scale-free columns: against a pandas oracle, the risk model, and the future."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from deep_alpha.errors import PanelError
from deep_alpha.factors.extended import extended_columns, extended_factors, extended_inputs
from deep_alpha.factors.extended_catalogue import EXTENDED_NAMES
from deep_alpha.market import Market, simulate_market
from deep_alpha.panel import build_panel
from deep_alpha.risk.basis import make_basis
from deep_alpha.risk.descriptors import compute_descriptors
from deep_alpha.risk.settings import RiskSettings
from tests.conftest import random_bars
from tests.factors.extended_oracle import oracle
from tests.no_future import assert_no_future

SETTINGS = RiskSettings()
YIELDS = ("earnings_yield", "book_to_price")
AS_IN_THE_RISK_MODEL = {
    "log_total_cap": "LNCAP",
    "beta_252": "BETA",
    "idiosyncratic_deviation_252": "HSIGMA",
    "earnings_yield": "ETOP",
    "book_to_price": "BTOP",
}
FIRST_DAY = {
    "log_return_1": 2,
    "log_return_60": 61,
    "log_return_231_lag_21": 253,
    "return_deviation_20": 21,
    "log_turnover_20": 20,
    "log_turnover_5_to_60": 60,
    "log_turnover_deviation_20": 20,
    "close_volume_correlation_10": 10,
    "return_log_volume_correlation_20": 21,
    "maximum_return_20": 21,
    "log_illiquidity_20": 21,
    "overnight_return_20": 21,
    "intraday_return_20": 20,
    "log_close_to_high_240": 240,
    "log_vwap_to_close": 1,
    "log_total_cap": 1,
    "beta_252": 64,
    "log_raw_price": 1,
}
"""The traded day on which a column has its first value, of one column of each kind."""


def factors_of(
    panel: xr.Dataset,
    tables: Mapping[str, pd.DataFrame] | None = None,
    settings: RiskSettings = SETTINGS,
) -> xr.DataArray:
    found = tables or {}
    basis = make_basis(panel, found, settings)
    return extended_factors(panel, extended_inputs(panel, basis, found, settings))


def assert_same(found: xr.DataArray, expected: xr.DataArray, names, **tolerance) -> None:
    for name in names:
        np.testing.assert_allclose(
            found.sel(factor=name), expected.sel(factor=name), err_msg=name, **tolerance
        )


def differing(left: xr.DataArray, right: xr.DataArray, tolerance: float = 1e-5) -> set[str]:
    """Columns whose values are not the same up to rounding."""
    same = np.isclose(left, right, rtol=tolerance, atol=tolerance, equal_nan=True)
    return {
        name for name, alike in zip(EXTENDED_NAMES, same.all(axis=(0, 2)), strict=True) if not alike
    }


@pytest.fixture(scope="module")
def awkward_bars() -> pd.DataFrame:
    """Suspensions, a late listing, a split, one-price days, days without volume, and gaps.

    A008's price rests for 30 days, A009 has a day without amount, A010 one without
    turnover, A011 no total cap for a while.
    """
    bars = random_bars(assets=13, days=330).set_index(["asset", "date"]).sort_index()
    days = bars.index.levels[1]
    resting = bars.loc[("A008", days[100]) : ("A008", days[140])].index[:30]
    bars.loc[resting, ["open", "high", "low", "close"]] = bars.loc[resting[0], "close"]
    bars.loc[resting, "amount"] = bars.loc[resting, "volume"] * bars.loc[resting, "close"]
    bars.loc[("A009", days[50]) : ("A009", days[53]), "amount"] = np.nan
    bars.loc[("A010", days[90]) : ("A010", days[93]), "turnover"] = 0.0
    bars.loc[("A010", days[180]) : ("A010", days[183]), "turnover"] = np.nan
    bars.loc[("A011", days[200]) : ("A011", days[220]), "total_cap"] = np.nan
    return bars.reset_index().sort_values(["date", "asset"], ignore_index=True)


@pytest.fixture(scope="module")
def panel(awkward_bars) -> xr.Dataset:
    return build_panel(awkward_bars)


@pytest.fixture(scope="module")
def market() -> Market:
    """A market with accounts, valuations and a risk-free rate."""
    return simulate_market(n_assets=24, n_days=330, seed=11, suspensions_per_year=2.0)


@pytest.fixture(scope="module")
def market_panel(market) -> xr.Dataset:
    return build_panel(market.bars, market.assets)


def test_every_column_of_every_asset_is_that_of_the_oracle(panel):
    rates = pd.DataFrame({"date": panel["date"].to_numpy()[::50], "rate": 0.03})
    rates["rate"] += 0.01 * np.arange(len(rates))
    expected = oracle(panel, rates)
    found = factors_of(panel, {"risk_free": rates})
    assert found.dims == ("date", "factor", "asset")
    assert found.dtype == np.float32
    assert found.get_index("factor").tolist() == list(EXTENDED_NAMES)
    assert expected.notnull().any(("date", "asset")).all()
    assert_same(found, expected, expected["factor"].to_numpy(), rtol=1e-5, atol=3e-7)


@pytest.mark.real
def test_every_column_of_real_shares_is_that_of_the_oracle(ashare_panel):
    shares = ashare_panel.isel(asset=slice(0, 40, 5), date=slice(0, 330))
    expected = oracle(shares)
    assert expected.notnull().any(("date", "asset")).all()
    names = expected["factor"].to_numpy()
    assert_same(factors_of(shares), expected, names, rtol=1e-5, atol=1e-6)


def test_caps_market_and_accounts_are_those_of_the_risk_model(market, market_panel):
    tables = market.tables()
    basis = make_basis(market_panel, tables, SETTINGS)
    descriptors = compute_descriptors(market_panel, basis, tables, SETTINGS)
    found = factors_of(market_panel, tables)
    traded = market_panel["traded"].to_numpy()
    assert not traded.all()
    by_name = dict(descriptors.values)
    for name, descriptor in AS_IN_THE_RISK_MODEL.items():
        # The risk model carries them through a suspension, which has no value here.
        expected = np.where(traded, by_name[descriptor], np.nan)
        assert np.isfinite(expected).mean() > 0.5
        np.testing.assert_allclose(
            found.sel(factor=name), expected, rtol=1e-6, atol=1e-6, err_msg=name
        )


def test_a_report_counts_from_its_announcement_until_it_is_too_old(panel):
    dates = panel["date"].to_numpy()
    report = pd.DataFrame(
        {
            "asset": ["A000"],
            "announced": [dates[20]],
            "period_end": [pd.Timestamp("2018-12-31")],
            "eps_ttm": [0.5],
            "total_shares": [1e8],
            "net_profit": [6e7],
            "roe": [0.1],
        }
    )
    found = factors_of(panel, {"fundamentals": report}, RiskSettings(accounts_days=100))
    earnings, book = (found.sel(factor=name, asset="A000").to_numpy() for name in YIELDS)
    known = (dates >= dates[20]) & (dates <= dates[20] + np.timedelta64(100, "D"))
    cap = panel["total_cap"].sel(asset="A000").to_numpy().astype(float)
    np.testing.assert_allclose(earnings, np.where(known, 0.5e8 / cap, np.nan), rtol=1e-6)
    np.testing.assert_allclose(book, np.where(known, 6e8 / cap, np.nan), rtol=1e-6)
    assert found.sel(factor=list(YIELDS)).drop_sel(asset="A000").isnull().all()


def test_a_day_without_trading_has_no_value_and_a_window_does_not_count_it(market, market_panel):
    found = factors_of(market_panel, market.tables())
    traded = market_panel["traded"]
    assert found.where(~traded).isnull().all()
    age = traded.cumsum("date")
    whole = (traded.sum("date") > 253).to_numpy()
    assert whole.sum() > 0
    for name, first in FIRST_DAY.items():
        values = found.sel(factor=name)
        assert values.where(age < first).isnull().all(), name
        assert values.where((age == first) & traded).notnull().sum() >= whole.sum(), name


@pytest.mark.parametrize("width", [1, 5, 13])
def test_blocks_of_assets_give_the_same_bits(panel, width):
    inputs = extended_inputs(panel, make_basis(panel, {}, SETTINGS), {}, SETTINGS)
    columns = extended_columns(panel, inputs)
    parts = [columns(slice(first, first + width)) for first in range(0, 13, width)]
    np.testing.assert_array_equal(
        np.concatenate(parts, axis=2), extended_factors(panel, inputs).to_numpy()
    )


def test_shares_of_ten_in_one_change_the_price_as_quoted_and_nothing_else(awkward_bars, panel):
    """Prices ten times as high from the first day on, a tenth of the shares, the same money."""
    bars = awkward_bars.copy()
    one = bars["asset"] == "A002"
    bars.loc[one, ["open", "high", "low", "close"]] *= 10
    bars.loc[one, "volume"] /= 10
    bars.loc[one, ["limit_up", "limit_down"]] *= 10
    before, after = factors_of(panel), factors_of(build_panel(bars))
    assert differing(before, after) == {"log_raw_price"}
    change = (after - before).sel(factor="log_raw_price")
    np.testing.assert_allclose(change.sel(asset="A002").dropna("date"), np.log(10), rtol=1e-5)
    np.testing.assert_allclose(change.drop_sel(asset="A002").fillna(0.0), 0.0, atol=1e-6)


def test_another_currency_changes_the_columns_in_money_and_nothing_else(market):
    """Everything in money ten times as high: price, amount, caps, accounts."""
    bars, tables = market.bars.copy(), dict(market.tables())
    # The panel keeps four decimals of a vwap: with three there is nothing to round.
    bars["amount"] = np.round(bars["amount"] / bars["volume"], 3) * bars["volume"]
    before = factors_of(build_panel(bars, market.assets), tables)
    bars[["open", "high", "low", "close", "amount", "total_cap", "float_cap"]] *= 10
    tables["fundamentals"] = tables["fundamentals"].copy()
    tables["fundamentals"][["eps_ttm", "net_profit"]] *= 10
    after = factors_of(build_panel(bars, market.assets), tables)
    shift = {"log_raw_price": 1, "log_total_cap": 1, "log_illiquidity_20": -1}
    assert differing(before, after) == set(shift)
    for name, sign in shift.items():
        change = (after - before).sel(factor=name).to_numpy()
        np.testing.assert_allclose(change[np.isfinite(change)], sign * np.log(10), rtol=1e-4)


def test_a_market_of_bare_bars_has_proxies_and_no_yields(awkward_bars):
    bare = awkward_bars[["asset", "date", "open", "high", "low", "close", "volume", "adj_factor"]]
    found = factors_of(build_panel(bare))
    known = found.notnull().any(("date", "asset"))
    assert set(known["factor"].to_numpy()[~known.to_numpy()]) == set(YIELDS)


def test_nothing_comes_from_the_future_of_the_bars(market, market_panel):
    whole = market_panel.isel(asset=slice(0, 12))
    assert_no_future(lambda known: factors_of(known, market.tables()), whole)


def test_nothing_comes_from_the_future_of_the_tables(market, market_panel):
    """Rows announced after a day are cut, or replaced by noise."""
    tables = {name: market.tables()[name] for name in ("fundamentals", "valuation", "risk_free")}
    known_from = {"fundamentals": "announced", "valuation": "date", "risk_free": "date"}
    whole = factors_of(market_panel, tables).to_numpy()
    random = np.random.default_rng(0)
    for cut in (120, 250):
        day = market_panel["date"].to_numpy()[cut]
        past, noisy = {}, {}
        for name, table in tables.items():
            later = (pd.to_datetime(table[known_from[name]]) > day).to_numpy()
            past[name], noisy[name] = table[~later], table.copy()
            numbers = noisy[name].select_dtypes("number").columns
            noise = np.exp(random.normal(0.0, 1.0, (later.sum(), len(numbers))))
            noisy[name].loc[later, numbers] = noise.astype(np.float32)
        for other in (past, noisy):
            again = factors_of(market_panel, other).to_numpy()
            np.testing.assert_array_equal(again[: cut + 1], whole[: cut + 1])
        assert not np.array_equal(factors_of(market_panel, noisy), whole, equal_nan=True)


@pytest.mark.real
def test_nothing_comes_from_the_future_of_real_prices(ashare_panel):
    shares = ashare_panel.isel(asset=slice(0, 40, 2), date=slice(0, 420))
    with np.errstate(divide="ignore", invalid="ignore"):  # noise has prices that round to nothing
        assert_no_future(factors_of, shares, cuts=(100, 300, 400))


def test_a_missing_variable_is_named(panel):
    inputs = extended_inputs(panel, make_basis(panel, {}, SETTINGS), {}, SETTINGS)
    with pytest.raises(PanelError) as refusal:
        extended_columns(panel.drop_vars("turnover"), inputs)
    assert str(refusal.value) == (
        "the panel has no variable 'turnover', which the extended factors need; "
        "build it with deep_alpha.panel.build_panel"
    )


def test_inputs_of_another_panel_are_refused(panel):
    inputs = extended_inputs(panel, make_basis(panel, {}, SETTINGS), {}, SETTINGS)
    with pytest.raises(PanelError, match=r"shape \(330, 13\), the panel has \(329, 13\)"):
        extended_columns(panel.isel(date=slice(1, None)), inputs)
