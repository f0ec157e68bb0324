"""Exchange rules as data, and what orders cost by them."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml
from pydantic import ValidationError

from deep_alpha.backtest.exchange import DutyRule, ExchangeRules, LotRule
from deep_alpha.backtest.order_costs import COSTS, OrderCosts

CONF = Path(__file__).parents[2] / "conf"


def rules_of(*environments: str) -> ExchangeRules:
    content: dict[str, object] = {}
    for name in environments:
        path = CONF / name / "parameters" / "exchange.yml"
        content |= yaml.safe_load(path.read_text(encoding="utf-8"))["exchange"]
    return ExchangeRules.model_validate(content)


def costs_of(rules, amount=(), volatility=(), duty=0.0, multiple=1.0):
    sizes = (np.array(numbers, dtype=np.float32) for numbers in (amount, volatility))
    return OrderCosts.by_rules(rules, *sizes, duty, multiple)


def test_the_first_lot_rule_that_fits_holds():
    rules = ExchangeRules(
        lots=(
            LotRule(board="new", assets=r"68\d+", lot=1, minimum=200),
            LotRule(board="all", assets=r"6\d+", lot=100),
        )
    )

    lot, minimum = rules.lot_sizes(["680001", "600001", "x680001"])

    assert list(lot) == [1, 100, 1]
    assert list(minimum) == [200, 100, 1]


def test_duty_changes_at_its_dates_and_the_first_rule_that_fits_holds():
    rules = ExchangeRules(
        stamp_duty=(
            DutyRule(rate=0.001, first_date=date(2020, 1, 3), last_date=date(2020, 1, 6)),
            DutyRule(rate=0.5, first_date=date(2020, 1, 6), last_date=date(2020, 1, 7)),
        )
    )

    rates = rules.duty_rates(pd.DatetimeIndex(pd.bdate_range("2020-01-02", periods=5)))

    assert list(rates) == [0, 0.001, 0.001, 0.5, 0]


def test_duty_that_ends_before_it_begins_is_refused():
    with pytest.raises(ValidationError, match="first_date 2020-01-02 lies after last_date 2020"):
        DutyRule(rate=0.001, first_date=date(2020, 1, 2), last_date=date(2020, 1, 1))


@pytest.mark.parametrize(
    "wrong",
    [
        {"lots": [{"board": "x", "assets": "("}]},
        {"lots": [{"board": "x", "assets": "x", "lot": 0}]},
        {"commission": -0.1},
        {"delisting_recovery": 1.1},
        {"delisting_days": 0},
        {"stamp_tax": 0.1},
    ],
)
def test_impossible_rules_are_refused(wrong):
    with pytest.raises(ValidationError):
        ExchangeRules.model_validate(wrong)


def test_rules_survive_a_file():
    rules = rules_of("base", "ashare")

    assert ExchangeRules.model_validate_json(rules.model_dump_json()) == rules


def test_any_market_trades_single_shares_at_five_basis_points():
    assert rules_of("base") == rules_of("base", "us") == ExchangeRules(slippage_bps=5)


def test_a_shares_have_lots_duty_commission_and_settle_on_the_next_day():
    rules = rules_of("base", "ashare")

    lot, minimum = rules.lot_sizes(["600000", "000001", "300001", "688001", "830799", "920002"])
    duty = rules.duty_rates(pd.DatetimeIndex(["2014-01-02", "2023-08-25", "2023-08-28"]))

    assert list(lot) == [100, 100, 100, 1, 1, 1]
    assert list(minimum) == [100, 100, 100, 200, 100, 100]
    assert list(duty) == [0.001, 0.001, 0.0005]
    assert (rules.commission, rules.minimum_commission, rules.slippage_bps) == (0.0003, 5, 5)
    assert rules.settlement_days == 1
    assert rules.impact == 0


def test_costs_of_three_orders_by_hand():
    rules = ExchangeRules(commission=0.001, minimum_commission=5, slippage_bps=20, impact=0.5)
    schedule = costs_of(rules, amount=[1e6, 1e6, 1e6], volatility=[0.02] * 3, duty=0.0005)

    costs = schedule.of(np.array([10_000.0, 1_000.0, 0.0]))

    by_hand = {
        "commission": [10, 5, 0],  # a thousandth, at least 5
        "duty": [5, 0.5, 0],
        "slippage": [20, 2, 0],
        # 0.5 · 0.02 · √(value / 1e6) is 0.1 % of 10,000 and 0.0316 % of 1,000.
        "impact": [10, 0.31622777, 0],
    }
    np.testing.assert_allclose(costs, [by_hand[kind] for kind in COSTS], rtol=1e-7)


def test_unknown_volatility_or_amount_has_no_impact_and_a_multiple_multiplies_all():
    rules = ExchangeRules(commission=0.001, minimum_commission=5, impact=1)
    known = costs_of(rules, [1e6, np.nan, 0, 1e6], [0.02, 0.02, 0.02, np.nan], duty=0.001)
    double = costs_of(rules, [1e6, np.nan, 0, 1e6], [0.02, 0.02, 0.02, np.nan], 0.001, multiple=2)
    value = np.full(4, 1_000.0)

    assert list(known.of(value)[3] > 0) == [True, False, False, False]
    np.testing.assert_allclose(double.of(value), 2 * known.of(value))


@pytest.mark.parametrize("impact", [0.0, 2.0])
@pytest.mark.parametrize("minimum", [0.0, 5.0, 400.0])
@pytest.mark.parametrize("cash", [0.0, 100.0, 5e4, 1.4e5, 1e6])
def test_the_affordable_share_is_the_root_that_halving_finds(cash, minimum, impact):
    rules = ExchangeRules(commission=0.002, minimum_commission=minimum, impact=impact)
    value = np.random.default_rng(3).uniform(1e2, 1e4, 30)
    schedule = costs_of(rules, np.full(30, 1e5), np.full(30, 0.03))

    def spent(share):
        return (share * value).sum() + schedule.of(share * value).sum()

    low, high = 0.0, 1.0
    for _ in range(200):
        middle = (low + high) / 2
        low, high = (middle, high) if spent(middle) <= cash else (low, middle)
    expected = 1.0 if spent(1.0) <= cash else low

    assert schedule.affordable_share(value, cash) == pytest.approx(expected, rel=1e-10, abs=1e-12)
