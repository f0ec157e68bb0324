from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from deep_alpha.reporting import PortfolioInputs
from deep_alpha.reporting.portfolio_reading import PortfolioReading
from deep_alpha.reporting.prose.portfolio_headline import (
    NO_PORTFOLIO,
    parts_of,
    portfolio_headline,
    portfolio_remarks,
    relaxation_sentence,
)

from .test_portfolio_page import bare

THIN = "\N{NARROW NO-BREAK SPACE}"


def reading(inputs: PortfolioInputs, **changes: Any) -> PortfolioReading:
    return PortfolioReading(replace(inputs, **changes))


def whole(excess: float, sharpe: float, signal: str = "mlp") -> pd.DataFrame:
    return pd.DataFrame(
        {"signal": signal, "period": ["2019H1", "all"], "excess": [0.9, excess],
         "sharpe": [9.0, sharpe], "max_drawdown": [-0.9, -0.05]}
    )  # fmt: skip


def layers(*excess: float) -> pd.DataFrame:
    return pd.DataFrame(
        {"signal": "mlp", "cost": "market", "layer": range(1, len(excess) + 1), "excess": excess,
         "sharpe": 1.0}
    )  # fmt: skip


def parts(**annual: float) -> pd.DataFrame:
    return pd.DataFrame({"signal": "mlp", "part": list(annual), "annual": list(annual.values())})


def test_the_headline_gives_excess_layers_and_specific_returns(
    portfolio_inputs: PortfolioInputs,
) -> None:
    some = reading(
        bare(portfolio_inputs), enhancement=whole(0.31, 2.25), layers=layers(-0.2, 0.0, 0.08),
        attribution=parts(style=0.02, specific=0.11, cost=-0.01),
    )  # fmt: skip
    assert portfolio_headline(some) == (
        f"From 2019-01-02 to 2021-06-30, the enhanced portfolio of mlp earned 31.0{THIN}% over its "
        f"benchmark (Sharpe of the excess 2.25, drawdown −5.0{THIN}%); its top layer made "
        f"+8.0{THIN}% a year over the universe and the bottom one −20.0{THIN}%, net of costs "
        f"market; specific returns make +11.0{THIN}% of an excess of +12.0{THIN}% a year."
    )


def test_a_loss_is_called_a_loss(portfolio_inputs: PortfolioInputs) -> None:
    some = reading(bare(portfolio_inputs), enhancement=whole(-0.04, -0.3))
    assert f"mlp lost 4.0{THIN}% against its benchmark" in portfolio_headline(some)


def test_without_an_enhanced_portfolio_layers_name_their_signal(
    portfolio_inputs: PortfolioInputs,
) -> None:
    some = reading(bare(portfolio_inputs), layers=layers(-0.2, 0.08))
    assert "mlp’s top layer made" in portfolio_headline(some)


def test_nothing_computed_nothing_claimed(portfolio_inputs: PortfolioInputs) -> None:
    empty = PortfolioReading(bare(portfolio_inputs))
    assert portfolio_headline(empty) == NO_PORTFOLIO
    assert portfolio_remarks(empty) == []
    assert relaxation_sentence(empty) == ""
    unknown = reading(bare(portfolio_inputs), enhancement=whole(np.nan, np.nan))
    assert portfolio_headline(unknown) == "mlp has no return to report."


def test_remarks_tell_the_best_rival_weighting_and_steps(portfolio_inputs: PortfolioInputs) -> None:
    both = pd.concat([whole(0.3, 1.5), whole(0.2, 2.0, "ridge")], ignore_index=True)
    some = reading(
        bare(portfolio_inputs), enhancement=both, layers=layers(-0.2, 0.1, 0.0, 0.08),
        attribution=parts(weighting=0.03, specific=0.1),
    )  # fmt: skip
    assert portfolio_remarks(some) == [
        "Of 2 signals ridge has the enhanced portfolio with the highest Sharpe ratio of the "
        "excess, 2.00; chosen on these very dates, it flatters a little.",
        f"+3.0{THIN}% a year of mlp’s excess is weighting, which an equal-weight choice of any "
        "names earns as well.",
        "From the lowest to the highest of mlp’s 4 layers the excess rises in 2 of 3 steps.",
    ]


def test_parts_are_summed_as_far_as_known(portfolio_inputs: PortfolioInputs) -> None:
    some = reading(bare(portfolio_inputs), attribution=parts(style=0.02, specific=np.nan))
    assert parts_of(some, "mlp").to_dict() == {"style": 0.02}
    assert parts_of(some, "ridge").empty


def test_relaxations_are_counted_by_constraint_and_rebalancing(
    portfolio_inputs: PortfolioInputs,
) -> None:
    dates = pd.to_datetime(["2019-01-02", "2019-01-02", "2019-01-16"])
    relaxed = pd.DataFrame(
        {"signal": "mlp", "date": dates, "constraint": ["turnover", "size band", "turnover"],
         "from": 0.3, "to": 0.4}
    )  # fmt: skip
    assert relaxation_sentence(reading(portfolio_inputs, relaxations=relaxed)) == (
        "Constraints were relaxed 3 times, in 2 rebalancings (turnover 2×, size band 1×); each is "
        "listed with its date."
    )
    none = reading(portfolio_inputs, relaxations=pd.DataFrame())
    assert relaxation_sentence(none) == "None: no constraint was relaxed on any date."
