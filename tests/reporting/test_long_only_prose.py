from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from deep_alpha.reporting import PortfolioInputs
from deep_alpha.reporting.portfolio_reading import PortfolioReading
from deep_alpha.reporting.prose.long_only import long_only_sentences

from .test_portfolio_page import bare

THIN = "\N{NARROW NO-BREAK SPACE}"


def told(inputs: PortfolioInputs, **changes: Any) -> list[str]:
    return long_only_sentences(PortfolioReading(replace(bare(inputs), **changes)))


def account(signal: str, excess: float, *halves: float, portfolio: str = "top_5") -> pd.DataFrame:
    periods = ["all", *(f"{2019 + place}H1" for place in range(len(halves)))]
    return pd.DataFrame(
        {"signal": signal, "portfolio": portfolio, "period": periods, "annual_return": 0.2,
         "costs_annual": 0.064, "sharpe": 1.5, "max_drawdown": 0.19,
         "excess_benchmark": [excess, *halves], "excess_equal_benchmark": 0.03,
         "excess_universe": -0.02}
    )  # fmt: skip


def test_an_account_is_told_with_its_costs_and_against_three_yardsticks(
    portfolio_inputs: PortfolioInputs,
) -> None:
    assert told(portfolio_inputs, long_only=account("mlp", 0.05)) == [
        f"top_5 of mlp made +20.0{THIN}% a year net of costs (Sharpe 1.50, largest loss "
        f"19.0{THIN}%, costs a year 6.4{THIN}%): +5.0{THIN}% against the benchmark, +3.0{THIN}% "
        f"against the benchmark’s names in equal weights and −2.0{THIN}% against the universe in "
        "equal weights."
    ]


def test_weighting_is_told_apart_from_the_names_chosen(portfolio_inputs: PortfolioInputs) -> None:
    split = pd.DataFrame(
        {"signal": "mlp", "portfolio": "top_5", "part": ["weighting", "specific", "cost"],
         "annual": [0.03, 0.08, -0.05]}
    )  # fmt: skip
    _, parts = told(portfolio_inputs, long_only=account("mlp", 0.05), long_only_split=split)
    assert parts == (
        f"Of its mean daily excess, +6.0{THIN}% a year, +3.0{THIN}% is weighting, which the "
        f"benchmark’s names in equal weights earn without any choice, and +8.0{THIN}% specific "
        "returns of the names chosen."
    )


def test_the_worst_period_is_named(portfolio_inputs: PortfolioInputs) -> None:
    _, steady = told(portfolio_inputs, long_only=account("mlp", 0.05, 0.2, -0.28, 0.1))
    assert steady == (
        f"It is ahead of the benchmark in 2 of 3 periods; its worst is 2020H1, −28.0{THIN}% a year."
    )


def test_all_accounts_are_counted_the_losing_ones_too(portfolio_inputs: PortfolioInputs) -> None:
    accounts = [account("mlp", 0.05), account("mlp", -0.01, portfolio="decile")]
    accounts += [account("ridge", -0.02)]
    *_, count = told(portfolio_inputs, long_only=pd.concat(accounts, ignore_index=True))
    assert count == (
        "Of all 3 accounts 1 beat the benchmark, 3 beat the benchmark’s names in equal weights and "
        "0 beat the universe in equal weights."
    )


def test_nothing_is_claimed_of_what_is_not_known(portfolio_inputs: PortfolioInputs) -> None:
    assert told(portfolio_inputs) == []
    unknown = account("mlp", np.nan).assign(annual_return=np.nan)
    assert told(portfolio_inputs, long_only=unknown) == []
    bare_account = account("mlp", 0.05)[["signal", "portfolio", "period", "annual_return"]]
    assert told(portfolio_inputs, long_only=bare_account) == [
        f"top_5 of mlp made +20.0{THIN}% a year net of costs."
    ]
