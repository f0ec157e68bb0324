from datetime import date

import numpy as np
import pandas as pd
import pytest
from pydantic import ValidationError

from deep_alpha.backtest.cost_cases import COST_CASES, CostCase, DatedRate
from deep_alpha.errors import ConfigurationError


def sell_rate(case: str, day: str) -> float:
    return float(COST_CASES[case].sell_rates(pd.DatetimeIndex([day]))[0])


@pytest.mark.parametrize(
    ("case", "buy", "sell"),
    [
        ("paper_literal", 0.00002, 0.00017),
        ("paper_x10", 0.0002, 0.0017),
        ("decimal", 0.002, 0.0035),
        ("market_us", 0.0005, 0.0005),
    ],
)
def test_the_papers_cases(case, buy, sell):
    assert COST_CASES[case].buy == buy
    assert sell_rate(case, "2020-01-02") == pytest.approx(sell)


def test_chinese_stamp_duty_was_halved_in_august_2023():
    assert COST_CASES["market_cn"].buy == pytest.approx(0.0008)
    assert sell_rate("market_cn", "2023-08-25") == pytest.approx(0.0018)
    assert sell_rate("market_cn", "2023-08-28") == pytest.approx(0.0013)


def test_duties_may_be_given_in_any_order():
    duties = (
        DatedRate(first_date=date(2021, 1, 1), rate=0.003),
        DatedRate(first_date=date(2020, 1, 1), rate=0.001),
    )
    rates = CostCase(name="own", buy=0, sell=0.01, stamp_duty=duties).sell_rates(
        pd.DatetimeIndex(["2020-12-31", "2021-01-01"])
    )
    np.testing.assert_allclose(rates, [0.011, 0.013])


def test_no_duty_is_not_a_duty_of_zero():
    with pytest.raises(ConfigurationError, match="costs market_cn: there is no stamp duty before"):
        sell_rate("market_cn", "2008-01-02")


def test_costs_are_fractions():
    with pytest.raises(ValidationError):
        CostCase(name="in basis points", buy=5, sell=5)
