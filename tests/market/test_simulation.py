"""The simulated market: consistent bars, complete tables, one history for every length."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from pydantic import ValidationError

from deep_alpha.market.simulation import SimulationSettings, simulate_market
from deep_alpha.market.simulation.calendar import last_of_period, trading_days
from deep_alpha.market.tables import TABLES, Market


@pytest.fixture(scope="module")
def market() -> Market:
    """Busy enough that every kind of event happens."""
    return simulate_market(
        n_assets=60,
        n_days=500,
        seed=7,
        start="2020-01-02",
        suspensions_per_year=1.0,
        st_spells_per_year=0.3,
        listing_share=0.2,
    )


@pytest.fixture(scope="module")
def steps(market: Market) -> pd.DataFrame:
    """Bars with the close before them, in the terms of the day."""
    bars = market.bars.copy()
    before = bars.groupby("asset")[["close", "adj_factor"]].shift()
    bars["reference"] = before["close"] * before["adj_factor"] / bars["adj_factor"]
    bars["ex_rights"] = bars["adj_factor"] / before["adj_factor"]
    return bars.dropna(subset=["reference"])


def test_every_table_has_every_column(market: Market) -> None:
    assert set(market.tables()) == set(TABLES) - {"forecasts"}
    for name, table in market.tables().items():
        assert list(table.columns) == list(TABLES[name].column_names), name
        assert len(table), name
        assert not table.duplicated(list(TABLES[name].key)).any(), name


def test_only_documented_cells_are_empty(market: Market) -> None:
    may_be_empty = {
        "bars": {"limit_up", "limit_down"},
        "valuation": {"pe_ttm"},
        # growth on the year before needs a year before
        "fundamentals": {"net_income_yoy", "eps_yoy", "equity_yoy", "liabilities_yoy"},
    }
    for name, table in market.tables().items():
        empty = set(table.columns[table.isna().any()])
        assert empty <= may_be_empty.get(name, set()), name


def test_a_bars_prices_lie_in_their_range(market: Market) -> None:
    bars = market.bars
    for price in (bars["open"], bars["close"], bars["amount"] / bars["volume"]):
        assert (price <= bars["high"] * (1 + 1e-12)).all()
        assert (price >= bars["low"] * (1 - 1e-12)).all()
    prices = bars[["open", "high", "low", "close"]].to_numpy()
    np.testing.assert_allclose(prices, np.round(prices, 2), atol=1e-9)
    assert prices.min() >= 0.01


def test_volume_turnover_and_caps_agree(market: Market) -> None:
    bars = market.bars
    np.testing.assert_allclose(
        bars["turnover"], bars["volume"] * bars["close"] / bars["float_cap"], rtol=1e-12
    )
    assert (bars["volume"] >= 100).all()
    assert (bars["volume"] % 100 == 0).all()
    assert (bars["free_turnover"] > bars["turnover"]).all()
    assert (bars["float_cap"] <= bars["total_cap"] * 1.0001).all()


def test_prices_stay_within_their_limits(market: Market) -> None:
    limited = market.bars.dropna(subset=["limit_up"])
    assert (limited["high"] <= limited["limit_up"] + 1e-9).all()
    assert (limited["low"] >= limited["limit_down"] - 1e-9).all()
    assert (limited["close"] == limited["limit_up"]).sum() > 20
    assert (limited["close"] == limited["limit_down"]).sum() > 20


def test_limits_follow_board_and_special_treatment(steps: pd.DataFrame) -> None:
    limited = steps.dropna(subset=["limit_up"])
    chinext = limited["asset"].str.startswith("30") & (limited["date"] >= "2020-08-24")
    wide = chinext | limited["asset"].str.startswith("688")
    rate = np.where(wide, 0.20, np.where(limited["is_st"], 0.05, 0.10))
    assert set(np.unique(rate)) == {0.05, 0.10, 0.20}
    # the reference and the limit are both rounded to a tick
    assert (limited["limit_up"] - limited["reference"] * (1 + rate)).abs().max() < 0.0115
    assert (limited["limit_down"] - limited["reference"] * (1 - rate)).abs().max() < 0.0115


def test_a_price_beyond_its_limit_goes_on_the_next_day(market: Market, steps: pd.DataFrame) -> None:
    bars = market.bars.assign(next_open=market.bars.groupby("asset")["open"].shift(-1))
    kept = steps.index.intersection(bars.dropna(subset=["next_open", "limit_up"]).index)
    bars = bars.loc[kept]
    # an open above the close after limit-up, below it after limit-down: unfilled demand
    gap = bars["next_open"] / bars["close"] - 1
    assert gap[bars["close"] == bars["limit_up"]].median() > 0.005
    assert gap[bars["close"] == bars["limit_down"]].median() < -0.005


def test_adjusted_prices_do_not_jump_on_ex_dates(steps: pd.DataFrame) -> None:
    ex_dates = steps[(steps["ex_rights"] - 1).abs() > 1e-9]
    splits = ex_dates[ex_dates["ex_rights"] > 1.15]
    assert len(ex_dates) > 30
    assert len(splits) > 5
    limited = ex_dates.dropna(subset=["limit_up"])
    moved = limited["close"] / limited["reference"] - 1
    assert moved.abs().max() <= 0.2 + 0.02 / limited["reference"].min()
    # the raw close drops by what the share gives away
    assert (splits["close"] * splits["ex_rights"] / splits["reference"]).between(0.8, 3).all()
    assert (steps["ex_rights"] > 1 - 1e-12).all()


def test_suspended_days_are_absent_and_prices_catch_up(market: Market) -> None:
    days = pd.Index(market.index_levels["date"])
    position = market.bars["date"].map(pd.Series(range(len(days)), index=days))
    gap = position.groupby(market.bars["asset"]).diff()
    assert gap.min() == 1
    assert (gap > 1).sum() > 30
    assert gap.max() > 10


def test_names_list_and_delist_within_the_span(market: Market) -> None:
    days = market.index_levels["date"]
    first = market.bars.groupby("asset")["date"].min()
    last = market.bars.groupby("asset")["date"].max()
    listed = market.assets.set_index("asset")["list_date"]
    late = first[first > days.iloc[60]]
    assert len(late) > 2
    pd.testing.assert_series_equal(late, listed[late.index], check_names=False)
    assert (last < days.iloc[-60]).sum() >= 1
    first_bars = market.bars.merge(late.reset_index(), on=["asset", "date"])
    assert first_bars["limit_up"].isna().all()


def test_codes_are_six_digits_of_known_boards(market: Market) -> None:
    assets = market.assets["asset"]
    assert assets.is_unique
    assert assets.is_monotonic_increasing
    assert assets.str.fullmatch(r"(60|00|30|688)\d+").all()
    assert (assets.str.len() == 6).all()
    assert 8 <= market.assets["industry"].nunique() <= 14


def test_index_weights_sum_to_one_over_the_members(market: Market) -> None:
    weights = market.index_weights
    np.testing.assert_allclose(weights.groupby("date")["weight"].sum(), 1.0, rtol=1e-12)
    members = market.index_members
    joined = weights.merge(members, on="asset")
    inside = joined["date"].between(joined["start"], joined["end"])
    assert inside.sum() == len(weights)
    assert members.groupby("asset").size().max() <= 4
    assert (members["start"] > members["start"].min()).any()


def test_index_level_is_the_cap_weighted_return_of_its_members(market: Market) -> None:
    levels = market.index_levels.set_index("date")
    assert (levels["high"] >= levels[["open", "close"]].max(axis=1) - 1e-9).all()
    assert (levels["low"] <= levels[["open", "close"]].min(axis=1) + 1e-9).all()
    wide = market.bars.pivot_table(index="date", columns="asset", values="close")
    factor = market.bars.pivot_table(index="date", columns="asset", values="adj_factor")
    returns = (wide * factor).ffill().pct_change()
    cap = market.bars.pivot_table(index="date", columns="asset", values="float_cap").ffill()
    day, before = levels.index[30], levels.index[29]
    spells = market.index_members
    held = spells[(spells["start"] <= day) & (spells["end"] >= day)]["asset"]
    expected = np.average(returns.loc[day, held], weights=cap.loc[before, held])
    # levels are printed to four decimals; a suspended member's shares may have changed
    assert levels["close"].pct_change()[day] == pytest.approx(expected, abs=2e-4)


def test_accounts_are_announced_after_the_quarter(market: Market) -> None:
    table = market.fundamentals.merge(market.assets, on="asset")
    lag = (table["announced"] - table["period_end"]).dt.days
    old = table["list_date"] <= table["period_end"]
    assert lag[old].between(20, 110).all()
    assert (table["announced"] >= table["list_date"]).all()
    assert table["announced"].max() <= market.bars["date"].max()
    year_end = table[table["period_end"].dt.month == 12]
    np.testing.assert_allclose(
        year_end["eps_ttm"] * year_end["total_shares"], year_end["net_profit"], rtol=1e-9
    )


def test_valuation_follows_from_price_and_announced_accounts(market: Market) -> None:
    row = market.valuation.dropna().iloc[len(market.valuation) // 2]
    accounts = market.fundamentals[market.fundamentals["asset"] == row["asset"]]
    known = accounts[accounts["announced"] <= row["date"]].sort_values("period_end").iloc[-1]
    bars = market.bars.set_index(["asset", "date"])
    cap = bars.loc[(row["asset"], row["date"]), "total_cap"]
    profit = known["eps_ttm"] * known["total_shares"]
    assert row["pe_ttm"] == pytest.approx(cap / profit)
    loss_makers = market.valuation["pe_ttm"].isna()
    assert 0 < loss_makers.mean() < 0.5
    assert market.valuation["date"].dt.day_of_week.isin([3, 4]).mean() > 0.9


def test_returns_have_fat_tails_and_clustering_volatility(market: Market) -> None:
    truth = market.truth
    specific = truth.specific_returns.to_pandas()
    assert specific.kurt().median() > 1.0
    size = specific.abs()
    echo = [size[name].autocorr(5) for name in size]
    assert np.nanmean(echo) > 0.04
    country = truth.factor_returns["country"]
    # industries are relative to the market: their cap-weighted mean is zero
    assert country.std() == pytest.approx(0.011, rel=0.4)


def test_equal_settings_give_equal_bits() -> None:
    first, second = (simulate_market(n_assets=20, n_days=80, seed=3) for _ in range(2))
    for name, table in first.tables().items():
        pd.testing.assert_frame_equal(table, second.tables()[name], check_exact=True)
    other = simulate_market(n_assets=20, n_days=80, seed=4)
    assert not other.bars["close"].equals(first.bars["close"])


@pytest.mark.parametrize("more_days", [1, 60])
def test_a_longer_simulation_has_the_same_past(more_days: int) -> None:
    short = simulate_market(n_assets=30, n_days=300, seed=5, st_spells_per_year=0.3)
    long = simulate_market(n_assets=30, n_days=300 + more_days, seed=5, st_spells_per_year=0.3)
    last = short.bars["date"].max()
    for name, column in {
        "bars": "date",
        "fundamentals": "announced",
        "valuation": "date",
        "index_levels": "date",
        "index_weights": "date",
        "risk_free": "date",
    }.items():
        table = long.tables()[name]
        past = table[table[column] <= last].reset_index(drop=True)
        pd.testing.assert_frame_equal(past, short.tables()[name], check_exact=True)


def test_a_handful_of_days_is_a_market() -> None:
    for n_days in (1, 2, 6):
        market = simulate_market(n_assets=10, n_days=n_days)
        assert market.bars["date"].nunique() == n_days


def test_a_market_that_everybody_leaves_still_has_its_days() -> None:
    market = simulate_market(
        n_assets=10, n_days=900, listing_share=0, st_spells_per_year=2, delisting_share=1
    )
    assert market.bars["date"].max() < market.index_levels["date"].max()
    assert market.index_levels["close"].notna().all()


def test_trading_days_skip_weekends_and_holidays() -> None:
    days = pd.DatetimeIndex(trading_days(SimulationSettings().start, 1200))
    assert days[0] == pd.Timestamp("2019-01-02")
    assert (days.day_of_week < 5).all()
    assert 240 <= (days.year == 2021).sum() <= 250
    assert not ((days.month == 10) & (days.day <= 7)).any()


def test_period_ends_do_not_depend_on_where_the_calendar_stops() -> None:
    days = trading_days(SimulationSettings().start, 60)
    for count in range(1, 60):
        for unit in ("W", "M"):
            ends = last_of_period(days, unit)
            assert list(last_of_period(days[:count], unit)) == list(ends[ends < count])


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"n_asset": 300}, "n_asset\n  Extra inputs are not permitted"),
        ({"alpha_strength": -1}, "alpha_strength\n  Input should be greater than or equal to 0"),
        ({"n_days": 0}, "n_days\n  Input should be greater than or equal to 1"),
    ],
)
def test_wrong_settings_are_named(wrong: dict[str, int], message: str) -> None:
    with pytest.raises(ValidationError) as error:
        simulate_market(**wrong)
    assert message in str(error.value)
