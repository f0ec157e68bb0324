"""Price limits: the arithmetic of the exchange, and the boards of a market as data."""

from __future__ import annotations

import os
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
from pydantic import ValidationError

from deep_alpha.market import Market, PriceLimitRule, limit_prices, with_limit_prices

REAL = Path(os.environ.get("DEEP_ALPHA_REAL_DATA", Path(__file__).parents[3] / "shared" / "data"))

ASHARE = [
    PriceLimitRule(board="STAR", assets=r"68[89]\d{3}", limit=0.2, free_days=5),
    PriceLimitRule(
        board="ChiNext", assets=r"30\d{4}", limit=0.1, st_limit=0.05, last_date=date(2020, 8, 23)
    ),
    PriceLimitRule(
        board="ChiNext", assets=r"30\d{4}", limit=0.2, first_date=date(2020, 8, 24), free_days=5
    ),
    PriceLimitRule(board="main", assets=r"(00|60)\d{4}", limit=0.1, st_limit=0.05),
]


def bars(
    asset: str, closes: list[float], start: str = "2020-08-18", **columns: object
) -> pd.DataFrame:
    frame = pd.DataFrame({"asset": asset, "close": closes})
    frame["date"] = pd.bdate_range(start, periods=len(closes)).astype("datetime64[s]")
    frame["open"] = frame["high"] = frame["low"] = frame["close"]
    return frame.assign(**({"adj_factor": 1.0, "is_st": False} | columns))


def exchange_limit(reference: str, move: str) -> float:
    """The rule in exact decimals: reference × (1 + move), rounded half up to a cent."""
    exact = Decimal(reference) * (1 + Decimal(move))
    return float(exact.quantize(Decimal("0.01"), ROUND_HALF_UP))


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("close", ["12.15", "10.05", "7.35", "1.15", "2587.45", "0.95", "99.95"])
def test_limits_are_rounded_half_up_as_on_the_exchange(close: str, dtype: str) -> None:
    frame = bars("600000", [float(close), float(close)]).astype({"close": dtype, "open": dtype})
    up, down = limit_prices(frame, ASHARE)
    assert up[1] == exchange_limit(close, "0.1")
    assert down[1] == exchange_limit(close, "-0.1")


def test_the_first_bar_of_an_asset_has_no_limits() -> None:
    frame = pd.concat([bars("600000", [10.0, 11.0]), bars("600001", [20.0, 21.0])])
    up, down = limit_prices(frame.reset_index(drop=True), ASHARE)
    np.testing.assert_array_equal(up, [np.nan, 11.0, np.nan, 22.0])
    np.testing.assert_array_equal(down, [np.nan, 9.0, np.nan, 18.0])


def test_special_treatment_narrows_the_limits() -> None:
    up, down = limit_prices(bars("600000", [10.0, 10.0, 10.0], is_st=[False, True, False]), ASHARE)
    np.testing.assert_array_equal(up[1:], [10.5, 11.0])
    np.testing.assert_array_equal(down[1:], [9.5, 9.0])


def test_an_ex_date_lowers_the_reference_price_which_is_rounded_too() -> None:
    # 3 new shares for 10 old ones: 10.00 / 1.3 = 7.6923, reference 7.69, limits 8.46 and 6.92.
    frame = bars("600000", [10.0, 7.8], adj_factor=[1.0, 1.3])
    up, down = limit_prices(frame, ASHARE)
    assert (up[1], down[1]) == (8.46, 6.92)


def test_a_limit_is_at_least_one_tick_away() -> None:
    up, down = limit_prices(bars("600000", [0.04, 0.04], is_st=True), ASHARE)
    assert (up[1], down[1]) == (0.05, 0.03)


def test_chinext_doubles_its_limits_on_its_reform() -> None:
    frame = bars(
        "300001", [10.0] * 6, start="2020-08-20", is_st=[False, False, True, True, False, False]
    )
    up, _ = limit_prices(frame, ASHARE)
    # Thursday 20th has no bar before; Friday is the last day of 10 %, Monday the first of 20 %.
    np.testing.assert_array_equal(up, [np.nan, 11.0, 12.0, 12.0, 12.0, 12.0])


@pytest.mark.parametrize("asset", ["688001", "689009", "301001", "300999"])
def test_a_new_listing_is_free_for_five_days(asset: str) -> None:
    old = bars("000001", [10.0] * 20)
    new = bars(asset, [10.0] * 7, start="2020-08-25")
    up, _ = limit_prices(pd.concat([old, new], ignore_index=True), ASHARE)
    np.testing.assert_array_equal(up[20:], [np.nan] * 5 + [12.0, 12.0])


def test_data_that_begin_later_than_the_listing_are_not_free() -> None:
    frame = bars("688001", [10.0] * 4)
    up, _ = limit_prices(frame, ASHARE)
    np.testing.assert_array_equal(up, [np.nan, 12.0, 12.0, 12.0])
    late = pd.concat([bars("000001", [10.0] * 9, start="2020-08-10"), frame], ignore_index=True)
    listed = pd.Series({"688001": pd.Timestamp("2019-07-22")})
    up, _ = limit_prices(late, ASHARE, listed)
    np.testing.assert_array_equal(up[9:], [np.nan, 12.0, 12.0, 12.0])


def test_a_listing_before_the_reform_gets_no_free_days() -> None:
    old = bars("000001", [10.0] * 20, start="2020-08-03")
    new = bars("300900", [10.0] * 4, start="2020-08-20")
    up, _ = limit_prices(pd.concat([old, new], ignore_index=True), ASHARE)
    np.testing.assert_array_equal(up[20:], [np.nan, 11.0, 12.0, 12.0])


def test_a_board_without_rule_and_a_market_without_rules_have_no_limits() -> None:
    frame = bars("AAPL", [10.0, 99.0])
    assert np.isnan(limit_prices(frame, ASHARE)[0]).all()
    market = Market(bars=frame)
    assert with_limit_prices(market, []) is market


def test_limits_that_the_bars_bring_along_win() -> None:
    frame = bars("600000", [10.0, 10.0, 10.0], limit_up=[14.4, np.nan, 10.3])
    up, down = limit_prices(frame, ASHARE)
    np.testing.assert_array_equal(up, [14.4, 11.0, 10.3])
    np.testing.assert_array_equal(down, [np.nan, 9.0, 9.0])


def test_limits_are_added_to_the_market_s_bars() -> None:
    listed = pd.DataFrame({"asset": ["600000"], "list_date": [pd.Timestamp("1999-11-10")]})
    market = with_limit_prices(Market(bars=bars("600000", [10.0, 10.0]), assets=listed), ASHARE)
    assert market.bars["limit_up"].tolist()[1] == 11.0
    assert market.bars["limit_down"].tolist()[1] == 9.0


def test_a_later_bar_changes_no_earlier_limit() -> None:
    frame = bars("300001", [10.0, 10.5, 11.0, 12.0, 11.5], adj_factor=[1, 1, 1.2, 1.2, 1.3])
    for end in range(1, 5):
        for whole, cut in zip(
            limit_prices(frame, ASHARE), limit_prices(frame[:end], ASHARE), strict=True
        ):
            np.testing.assert_array_equal(whole[:end], cut)


def test_categories_and_texts_give_the_same_limits() -> None:
    frame = pd.concat([bars("300001", [10.0] * 3), bars("600000", [9.0] * 3)], ignore_index=True)
    coded = frame.assign(asset=pd.Categorical(frame["asset"], ["x", "600000", "300001"]))
    np.testing.assert_array_equal(limit_prices(frame, ASHARE)[0], limit_prices(coded, ASHARE)[0])


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        ({"limit": 0}, "greater than 0"),
        ({"assets": "(6"}, r"'\(6' is no regular expression"),
        ({"limits": 0.1}, "Extra inputs are not permitted"),
    ],
)
def test_an_impossible_rule_is_refused(fault: dict[str, object], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        PriceLimitRule(**({"board": "x", "assets": "6.*", "limit": 0.1} | fault))


@pytest.mark.real
def test_real_closes_keep_to_the_limits() -> None:
    path = REAL / "ashare" / "bars.parquet"
    if not path.is_file():
        pytest.skip(f"no real data at {path}")
    columns = ["asset", "date", "open", "close", "adj_factor", "is_st"]
    some = [
        f"{code:06}" for code in (*range(1, 60), *range(300001, 300060), *range(688001, 688030))
    ]
    frame = pq.read_table(path, columns=columns, filters=[("asset", "in", some)]).to_pandas(
        date_as_object=False
    )
    up, down = limit_prices(frame, ASHARE)
    close = np.round(frame["close"].to_numpy(np.float64), 4)
    limited = ~np.isnan(up)
    assert limited.sum() > 100_000
    assert ((close > up + 1e-6) | (close < down - 1e-6)).sum() <= 2
    at_limit = (np.abs(close - up) < 1e-6).sum() / limited.sum()
    assert 0.005 < at_limit < 0.04
