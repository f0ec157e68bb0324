"""Ten days of three assets, worked out on paper.

A is a main-board share that splits 2:1 on day 4. B opens at its upper limit on day 1 and is
suspended on days 5 and 6. C trades on a board whose smallest buy is 200 shares; day 6 is its
last, so it is delisted on day 7 and pays half of its last close.

Orders fill at the open of the day after the decision. Commission is 0.1 %, at least 5;
slippage 0.1 %; stamp duty on sales 0.1 %, from day 5 on 0.05 %. T + 1: what is bought on a day
can be sold on the next; nothing here is sold earlier, as one order a day can not.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from deep_alpha.backtest.exchange import DutyRule, ExchangeRules, LotRule
from deep_alpha.backtest.simulator import SimulatorSettings, simulate
from deep_alpha.backtest.trading import trading_days
from deep_alpha.panel import build_panel

DATES = pd.bdate_range("2020-03-02", periods=10)
OPEN = {
    "A": [10, 10, 11, 12, 6, 6, 6.5, 7, 7, 7],
    "B": [20, 22, 23, 23, 24, None, None, 20, 21, 21],
    "C": [50, 50, 50, 40, 40, 30, 30, None, None, None],
}
CLOSE = {
    "A": [10, 10.5, 11, 12, 6.2, 6.5, 6.5, 7, 7, 7.2],
    "B": [20, 21.5, 23, 24, 24, None, None, 21, 21, 22],
    "C": [50, 51, 45, 40, 35, 30, 20, None, None, None],
}
RULES = ExchangeRules(
    lots=(
        LotRule(board="main", assets="[AB]", lot=100),
        LotRule(board="growth", assets="C", lot=1, minimum=200),
    ),
    commission=0.001,
    minimum_commission=5,
    slippage_bps=10,
    stamp_duty=(
        DutyRule(rate=0.001, last_date=DATES[4].date()),
        DutyRule(rate=0.0005, first_date=DATES[5].date()),
    ),
    settlement_days=1,
    delisting_days=3,
    delisting_recovery=0.5,
)
TARGETS = pd.DataFrame(
    {"A": [0.4, 0.2, 0.5, 0.9, 1.0], "B": [0.3, 0.29, 0, 0, 0], "C": [0.2, 0.2, 0.1, 0.1, 0]},
    index=DATES[[0, 2, 4, 7, 8]],
)


@pytest.fixture(scope="module")
def account():
    bars = pd.DataFrame(
        [
            {
                "asset": asset,
                "date": DATES[day],
                "open": OPEN[asset][day],
                "high": max(OPEN[asset][day], CLOSE[asset][day]),
                "low": min(OPEN[asset][day], CLOSE[asset][day]),
                "close": CLOSE[asset][day],
                "volume": 1e6,
                "adj_factor": 2.0 if asset == "A" and day >= 4 else 1.0,
                "limit_up": 22.0 if asset == "B" and day == 1 else np.nan,
            }
            for asset in OPEN
            for day in range(10)
            if OPEN[asset][day] is not None
        ]
    )
    settings = SimulatorSettings(capital=100_000, record_weights=True, record_fills=True)
    return simulate(TARGETS, trading_days(build_panel(bars), "open", RULES), RULES, settings)


def test_cash_and_value_of_every_day(account):
    cash_and_value = [
        # Day 0: decided only.
        (100_000, 100_000),
        # Day 1: A 40,000 → 4,000 shares at 10. C 20,000 → 400 shares at 50. B opens at its
        # limit: 30,000 ÷ 22 = 1,363.6 shares stay wanted. Costs 2 × (40 + 20).
        (39_880, 39_880 + 4_000 * 10.5 + 400 * 51),
        # Day 2: B again: 1,363.6 shares are 13 lots, 1,300 × 23 = 29,900. Costs 2 × 29.90.
        (9_920.2, 9_920.2 + 4_000 * 11 + 1_300 * 23 + 400 * 45),
        # Day 3: worth 9,920.20 + 48,000 + 29,900 + 16,000 = 103,820.20 at the open.
        # A to 20,764.04: 27,235.96 ÷ 12 = 2,269.7 shares, 22 lots are sold for 26,400. Costs
        # 3 × 26.40. B lacks 9 shares, less than a lot. C lacks 119, less than the smallest buy.
        (36_241, 36_241 + 1_800 * 12 + 1_300 * 24 + 400 * 40),
        # Day 4: A splits into 3,600 shares; nothing is ordered.
        (36_241, 36_241 + 3_600 * 6.2 + 1_300 * 24 + 400 * 35),
        # Day 5: worth 36,241 + 21,600 + 31,200 + 12,000 = 101,041 (B at its last close).
        # B can not be sold. C to 10,104.10: 63 shares are sold for 1,890; costs 5 (the least)
        # + 0.945 + 1.89. A to 50,520.50: 4,820 shares, 48 lots for 28,800; costs 2 × 28.80.
        (9_265.565, 9_265.565 + 8_400 * 6.5 + 1_300 * 24 + 337 * 30),
        # Day 6: B still can not be sold.
        (9_265.565, 9_265.565 + 8_400 * 6.5 + 1_300 * 24 + 337 * 20),
        # Day 7: C pays half of 337 × 20. B is sold at last, 1,300 × 20; costs 26 + 13 + 26.
        (38_570.565, 38_570.565 + 8_400 * 7),
        # Day 8: worth 97,370.565. A to 87,633.51: 41 lots for 28,700; costs 2 × 28.70. C is
        # gone.
        (9_813.165, 9_813.165 + 12_500 * 7),
        # Day 9: A to 97,313.165: 14 lots at 7 would cost 9,800 + 19.60; the cash pays for 13.
        (694.965, 694.965 + 13_800 * 7.2),
    ]
    np.testing.assert_allclose(account.cash, [cash for cash, _ in cash_and_value], rtol=1e-12)
    np.testing.assert_allclose(account.nav, [value for _, value in cash_and_value], rtol=1e-12)
    assert account.returns.iloc[0] == 0
    assert account.returns.iloc[1] == pytest.approx(0.0228)


def test_costs_and_turnover(account):
    by_hand = pd.DataFrame(0.0, DATES, ["commission", "duty", "slippage", "impact"])
    by_hand.iloc[1, [0, 2]] = 60
    by_hand.iloc[2, [0, 2]] = 29.9
    by_hand.iloc[3, :3] = 26.4
    by_hand.iloc[5, :3] = [5 + 28.8, 0.945, 1.89 + 28.8]
    by_hand.iloc[7, :3] = [26, 13, 26]
    by_hand.iloc[8, [0, 2]] = 28.7
    by_hand.iloc[9, [0, 2]] = 9.1

    assert list(account.costs.columns) == list(by_hand.columns)
    np.testing.assert_allclose(account.costs, by_hand, rtol=1e-12)
    assert account.turnover.iloc[1] == pytest.approx(60_000 / 100_000 / 2)
    assert account.turnover.iloc[5] == pytest.approx((1_890 + 28_800) / 101_041 / 2)
    assert list(account.turnover.iloc[[0, 4, 6]]) == [0, 0, 0]


def test_what_was_not_filled_and_why(account):
    expected = [
        (1, "B", "buy", 30_000, "limit"),
        (3, "B", "buy", 0.29 * 103_820.2 - 29_900, "lot"),
        (3, "C", "buy", 0.2 * 103_820.2 - 16_000, "lot"),
        (5, "B", "sell", 31_200, "suspended"),
        (6, "B", "sell", 31_200, "suspended"),
        (8, "C", "buy", 9_737.0565, "delisted"),
    ]
    found = account.orders
    assert list(found["date"]) == [DATES[row[0]] for row in expected]
    for column, place in (("asset", 1), ("side", 2), ("reason", 4)):
        assert list(found[column]) == [row[place] for row in expected]
    np.testing.assert_allclose(found["wanted"], [row[3] for row in expected])
    assert (found["filled"] == 0).all()
    assert account.unfilled.sum().to_dict() == {
        "suspended": 2,
        "limit": 1,
        "settlement": 0,
        "lot": 2,
        "cash": 0,
        "delisted": 1,
    }
    assert account.unfilled.loc[DATES[3], "lot"] == 2


def test_the_delisted_asset_pays_half(account):
    assert account.delisted.astype({"asset": str}).to_dict("records") == [
        {"date": DATES[7], "asset": "C", "value": 6_740.0, "paid": 3_370.0}
    ]


def test_weights_and_fills(account):
    weights = account.weights.loc[DATES[5]]
    np.testing.assert_allclose(weights * account.nav.iloc[5], [54_600, 31_200, 10_110], rtol=1e-6)
    assert list(account.fills["side"]) == ["buy"] * 3 + ["sell"] * 2 + ["buy", "sell"] + ["buy"] * 2
    first = account.fills.iloc[0]
    assert (first["asset"], first["units"], first["value"]) == ("A", 4_000, 40_000)
    # After the split a unit is two shares: 4,800 shares are 2,400 units.
    assert account.fills["units"].iloc[5] == pytest.approx(2_400)
