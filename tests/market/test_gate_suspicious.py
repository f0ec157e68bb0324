"""What the gate lists without changing anything."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from deep_alpha.market import Finding, GateSettings, Market, PriceLimitRule, check_market

DAYS = pd.bdate_range("2020-01-02", periods=200).astype("datetime64[s]")
LIMITS = [PriceLimitRule(board="main", assets="6.*", limit=0.1, st_limit=0.05)]


def quiet_bars(asset: str = "600000", price: float = 10.0) -> pd.DataFrame:
    """An asset that alternates between two prices one cent apart, on 200 days."""
    close = np.round(price + 0.01 * (np.arange(len(DAYS)) % 2), 2)
    return pd.DataFrame(
        {
            "asset": asset,
            "date": DAYS,
            "open": close,
            "high": close + 0.05,
            "low": close - 0.05,
            "close": close,
            "volume": 1000.0,
            "adj_factor": 1.0,
        }
    )


def findings(bars: pd.DataFrame, *, limits: Any = (), **tables: pd.DataFrame) -> list[Finding]:
    market = Market(bars=bars, **tables)
    result = check_market(market, GateSettings(), date(2021, 1, 1), limits)
    assert {each.action for each in result.findings} <= {"listed"}
    assert_frame_equal(result.market.bars, bars)
    return list(result.findings)


def scaled(bars: pd.DataFrame, rows: slice, factor: float) -> pd.DataFrame:
    """Raw prices of some rows multiplied."""
    prices = ["open", "high", "low", "close"]
    bars.loc[rows, prices] = np.round(bars.loc[rows, prices] * factor, 2)
    return bars


def test_a_quiet_asset_is_not_suspicious() -> None:
    assert findings(quiet_bars(), limits=LIMITS) == []


def test_a_factor_jump_that_the_price_does_not_answer() -> None:
    bars = quiet_bars()
    bars.loc[100:, "adj_factor"] = 1.25
    (finding,) = findings(bars)
    assert finding == Finding(
        table="bars",
        rule="factor_jump_without_price_move",
        column="adj_factor",
        action="listed",
        count=1,
        share=1 / 200,
        examples=("600000 2020-05-21: factor × 1.2500, raw close × 0.9990",),
    )


def test_a_split_is_answered_by_the_price() -> None:
    bars = scaled(quiet_bars(), slice(100, None), 1 / 1.25)
    bars.loc[100:, "adj_factor"] = 1.25
    assert findings(bars) == []


def test_a_falling_factor() -> None:
    bars = scaled(quiet_bars(), slice(100, None), 1.25)
    bars.loc[100:, "adj_factor"] = 0.8
    (finding,) = findings(bars)
    assert (finding.rule, finding.examples) == (
        "falling_factor",
        ("600000 2020-05-21: factor × 0.8000",),
    )


def test_a_long_gap_is_listed_with_the_return_on_resumption() -> None:
    market_days = quiet_bars("000001")
    gap = scaled(quiet_bars(), slice(150, None), 4.0).drop(index=range(50, 150))
    bars = pd.concat([market_days, gap], ignore_index=True)
    (finding,) = findings(bars, limits=LIMITS)
    assert (finding.rule, finding.count) == ("long_gap", 1)
    assert finding.examples == ("600000 2020-07-30: 101 market days, then +300%",)


def test_an_extreme_move_and_the_return_after_it() -> None:
    bars = scaled(quiet_bars(), slice(100, 100), 3.0)
    (finding,) = findings(bars)
    assert (finding.rule, finding.count) == ("extreme_move", 2)
    assert finding.examples == ("600000 2020-05-21: +200%", "600000 2020-05-22: -67%")


def test_a_close_beyond_the_limit_needs_price_limits() -> None:
    bars = scaled(quiet_bars(), slice(100, None), 1.2)
    assert findings(bars) == []
    (finding,) = findings(bars, limits=LIMITS)
    assert (finding.rule, finding.count) == ("close_beyond_limit", 1)
    assert finding.examples == ("600000 2020-05-21: close 12, limits 9.01 to 11.01",)


def test_identical_bars_in_a_row() -> None:
    bars = quiet_bars()
    columns = ["open", "high", "low", "close"]
    bars.loc[101:104, columns] = bars.loc[100, columns].to_numpy(float)
    (finding,) = findings(bars)
    assert (finding.rule, finding.count) == ("stale_bars", 1)
    assert finding.examples == ("600000 2020-05-27: the last of 5 identical bars",)
    bars.loc[102, "volume"] = 999.0
    assert findings(bars) == []


def test_a_day_without_volume_counts_as_untraded() -> None:
    bars = quiet_bars()
    bars.loc[7, "volume"] = 0.0
    (finding,) = findings(bars)
    assert (finding.rule, finding.examples) == ("zero_volume", ("600000 2020-01-13 volume=0",))


def test_missing_optional_values_are_counted() -> None:
    bars = quiet_bars().assign(total_cap=1e9)
    bars.loc[3:9, "total_cap"] = np.nan
    (finding,) = findings(bars)
    assert (finding.rule, finding.column, finding.count) == ("missing_value", "total_cap", 7)


def test_turnover_in_percent_and_against_float_cap() -> None:
    bars = quiet_bars()
    bars["float_cap"] = bars["close"] * 1e5
    bars["turnover"] = bars["volume"] / 1e5
    assert findings(bars) == []
    bars.loc[7, "turnover"] = 1.5
    bars.loc[8, "turnover"] = 0.02
    above, against = findings(bars)
    assert (above.rule, above.count) == ("turnover_above_one", 1)
    assert (against.rule, against.count) == ("turnover_against_float_cap", 2)
    assert against.examples[1] == ("600000 2020-01-14: 0.02, volume × close ÷ float_cap = 0.01")


@pytest.mark.parametrize(("board", "count"), [("600000", 1), ("000001", 0)])
def test_one_price_days_at_the_narrow_limit_betray_special_treatment(
    board: str, count: int
) -> None:
    bars = quiet_bars(board).assign(is_st=False)
    bars.loc[100, ["open", "high", "low", "close"]] = 10.51
    bars.loc[99, ["open", "high", "low", "close"]] = [10.01, 10.06, 9.96, 10.01]
    found = findings(bars, limits=LIMITS)
    assert [each.rule for each in found] == ["special_treatment_not_flagged"] * count
    assert all(each.examples == ("1 assets in 2020",) for each in found)
    bars["is_st"] = True
    assert findings(bars, limits=LIMITS) == []


def test_assets_without_a_row_or_an_industry() -> None:
    bars = pd.concat([quiet_bars(name) for name in "ABC"], ignore_index=True)
    assets = pd.DataFrame({"asset": ["A", "B", "Z"], "industry": ["x", None, None]})
    row, industry = findings(bars, assets=assets)
    assert (row.rule, row.count, row.share, row.examples) == ("asset_without_row", 1, 1 / 3, ("C",))
    assert (industry.rule, industry.examples) == ("asset_without_industry", ("B", "C"))


def test_index_weights_that_add_up_to_too_much() -> None:
    bars = quiet_bars("A")
    weights = pd.DataFrame(
        {"index": "I", "date": DAYS[[0, 1]], "asset": "A", "weight": [1.005, 1.02]}
    )
    (finding,) = findings(bars, index_weights=weights)
    assert (finding.rule, finding.count, finding.share) == ("weight_sum_above_one", 1, 0.5)
    assert finding.examples == ("I 2020-01-03: 1.0200",)


def test_overlapping_membership_spells() -> None:
    bars = quiet_bars("A")
    members = pd.DataFrame(
        {
            "index": ["I", "I", "J"],
            "asset": "A",
            "start": DAYS[[0, 10, 5]],
            "end": [pd.NaT, DAYS[20], DAYS[30]],
        }
    )
    (finding,) = findings(bars, index_members=members)
    assert (finding.rule, finding.count) == ("overlapping_spells", 1)
    members.loc[0, "end"] = DAYS[9]
    assert findings(bars, index_members=members) == []


def test_a_rate_in_percent() -> None:
    rates = pd.DataFrame({"date": DAYS[:2], "rate": [2.5, 0.02]})
    (finding,) = findings(quiet_bars(), risk_free=rates)
    assert (finding.rule, finding.examples) == ("rate_above_one", ("2020-01-02 rate=2.5",))


def test_unknown_columns_are_named() -> None:
    (finding,) = findings(quiet_bars().assign(sentiment=1.0))
    assert (finding.rule, finding.column, finding.count) == ("unknown_column", "sentiment", 1)
