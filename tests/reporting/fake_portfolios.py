"""Made-up but plausible portfolios, to see and to test their page with."""

from __future__ import annotations

import numpy as np
import pandas as pd

from deep_alpha.reporting import PortfolioInputs
from deep_alpha.reporting.names import PAGES

from .fake_scoreboard import DAYS, HORIZON, SIGNALS

NAMES = ["blend_of_four", "gru_rank", "mlp_rank", "composite"]
COSTS = {"paper_x10": 0.0, "paper_literal": 0.018, "decimal": -0.09, "market": -0.035}
LAYERS = [f"layer {number}" for number in range(1, 6)]
PERIODS = ["2019H1", "2019H2", "2020H1", "2020H2", "2021H1", "all"]
PARTS = {
    "weighting": -0.012, "market": 0.0006, "industry": 0.003, "style": 0.021,
    "specific": 0.118, "not_modelled": 0.004, "trading": -0.002, "cost": -0.014,
    "remainder": 0.0,
}  # fmt: skip
STYLES = {
    "SIZE": 0.0, "BETA": 0.002, "MOMENTUM": -0.004, "RESVOL": 0.012, "SIZENL": 0.003,
    "BTOP": 0.002, "LIQUIDTY": 0.007, "EARNYILD": 0.001, "GROWTH": -0.001, "LEVERAGE": -0.001,
}  # fmt: skip
DECISIONS = DAYS[::HORIZON]
LONG_ONLY = ("top_5", "top_decile")
HELD = NAMES[:2]


def fake_portfolio_inputs(*, seed: int = 3) -> PortfolioInputs:
    """All portfolios of four signals."""
    random = np.random.default_rng(seed)
    return PortfolioInputs(
        title="Deep Alpha: portfolios",
        generated="2026-11-20 10:32, Deep Alpha 0.1.0",
        market="simulated",
        digest="9f2c41ab",
        first=DAYS[0],
        last=DAYS[-1],
        horizon=HORIZON,
        annual_days=252,
        switches={"active cap": "1 %", "turnover cap": "30 %, two-sided"},
        headline_cost="paper_x10",
        pages=PAGES,
        kinds={name: kind for name, kind, *_ in SIGNALS},
        rules={
            "Lots": "100 shares; 200 and then any number on STAR",
            "Settlement": "bought on t, sold from t + 1 on",
            "Commission": "0.03 % a side, at least 5",
            "Stamp duty": "0.1 % on sales until 2023-08-27, 0.05 % after",
            "Slippage": "5 bp a side",
            "Unfilled orders": "tried again until the next decision",
        },
        layers=_layers(random),
        monotonicity=pd.DataFrame(
            [(name, cost, 1.0 - 0.1 * place) for place, name in enumerate(NAMES) for cost in COSTS],
            columns=["signal", "cost", "value"],
        ),
        layer_curves={name: _layer_curves(random, place) for place, name in enumerate(NAMES)},
        long_only=_long_only(),
        long_only_curves={
            name: {portfolio: _account(random, place) for portfolio in LONG_ONLY}
            for place, name in enumerate(HELD)
        },
        long_only_split=pd.DataFrame(
            [
                (name, portfolio, part, annual / (1 + place), annual / sum(PARTS.values()))
                for name in HELD
                for place, portfolio in enumerate(LONG_ONLY)
                for part, annual in PARTS.items()
            ],
            columns=["signal", "portfolio", "part", "annual", "share"],
        ),
        long_only_unfilled=pd.DataFrame(
            [
                (name, portfolio, reason, orders, orders / 100_000)
                for name in HELD
                for portfolio in LONG_ONLY
                for reason, orders in (("limit", 450), ("lot", 12_000))
            ],
            columns=["signal", "portfolio", "reason", "orders", "value_share"],
        ),
        enhancement=_enhancement(random),
        enhancement_curves={name: _curves(random, place) for place, name in enumerate(NAMES)},
        relaxations=_relaxations(),
        benchmark={
            "Index": "CSI 500, published weights of month ends",
            "Published weights": "585 days",
            "Members weighted by float cap": "9 days",
            "Stand-in": "0 days",
        },
        holdings=pd.DataFrame(
            {name: random.integers(205, 262, len(DECISIONS)) for name in NAMES}, DECISIONS
        ),
        attribution=pd.DataFrame(
            [
                (name, part, annual / (1 + place), annual / sum(PARTS.values()))
                for place, name in enumerate(NAMES)
                for part, annual in PARTS.items()
            ],
            columns=["signal", "part", "annual", "share"],
        ),
        attribution_curves={name: _parts(random, place) for place, name in enumerate(NAMES[:2])},
        style_parts=pd.DataFrame(
            [
                (name, style, annual / (1 + place))
                for place, name in enumerate(NAMES)
                for style, annual in STYLES.items()
            ],
            columns=["signal", "style", "annual"],
        ),
        unfilled=pd.DataFrame(
            [
                (name, portfolio, reason, orders, orders / 91_000)
                for name in NAMES
                for portfolio in ("enhanced", "top layer")
                for reason, orders in (("suspended", 312), ("limit", 1_204), ("lot", 88))
            ],
            columns=["signal", "portfolio", "reason", "orders", "value_share"],
        ),
        simulator=pd.DataFrame(
            [
                (name, portfolio, 0.21 - 0.02 * place, 0.214, 0.98 - 0.1 * place, -0.182, 0.0141,
                 0.0091, 12.4)
                for place, name in enumerate(NAMES)
                for portfolio in ("enhanced", "top layer")
            ],
            columns=["signal", "portfolio", "annual_return", "volatility", "sharpe",
                     "max_drawdown", "turnover", "costs_annual", "days_to_fill"],
        ),
    )  # fmt: skip


def _layers(random: np.random.Generator) -> pd.DataFrame:
    rows = []
    for place, name in enumerate(NAMES):
        for cost, shift in COSTS.items():
            for number, layer in enumerate(LAYERS):
                excess = (-0.30, -0.06, 0.02, 0.07, 0.13)[number] * (1 - 0.2 * place) + shift
                rows.append(
                    (name, cost, layer, 0.21 + excess, excess, 0.22, (0.21 + excess) / 0.22,
                     -0.2, 0.35, 12.5)
                )  # fmt: skip
    columns = ["signal", "cost", "layer", "annual_return", "excess", "volatility", "sharpe",
               "max_drawdown", "turnover", "unfilled"]  # fmt: skip
    return pd.DataFrame(rows, columns=columns)


def _layer_curves(random: np.random.Generator, place: int) -> pd.DataFrame:
    drifts = np.array([-0.30, -0.06, 0.02, 0.07, 0.13]) * (1 - 0.2 * place) / 252
    steps = drifts + random.normal(0, 0.0022, (len(DAYS), 5))
    return pd.DataFrame(np.cumprod(1 + steps, axis=0), DAYS, LAYERS)


def _long_only() -> pd.DataFrame:
    rows = []
    for place, name in enumerate(HELD):
        for portfolio in LONG_ONLY:
            for number, period in enumerate(PERIODS):
                excess = 0.069 - 0.1 * place if period == "all" else -0.04 + 0.03 * number
                rows.append(
                    (name, portfolio, period, 0.264 + excess, 0.219, 1.42 - place, 0.19, excess,
                     excess + 0.015, excess + 0.074, 0.101, 0.064, 35.6, 0.008)
                )  # fmt: skip
    columns = ["signal", "portfolio", "period", "annual_return", "volatility", "sharpe",
               "max_drawdown", "excess_benchmark", "excess_equal_benchmark", "excess_universe",
               "turnover", "costs_annual", "holdings", "cash"]  # fmt: skip
    return pd.DataFrame(rows, columns=columns)


def _account(random: np.random.Generator, place: int) -> pd.DataFrame:
    curves = _curves(random, place)
    slope = np.linspace(0.0, 0.1, len(DAYS))
    return curves.assign(
        equal_benchmark=curves["benchmark"] * (1 - slope / 3),
        universe=curves["benchmark"] * (1 - slope),
    )


def _enhancement(random: np.random.Generator) -> pd.DataFrame:
    rows = []
    for place, name in enumerate(NAMES):
        for number, period in enumerate(PERIODS):
            excess = (0.41 if period == "all" else 0.03 + 0.025 * number) / (1 + 0.4 * place)
            rows.append(
                (name, period, excess, 0.061, 2.6 / (1 + 0.4 * place), -0.043 - 0.01 * place,
                 231.0, 0.141, 0.78)
            )  # fmt: skip
    columns = ["signal", "period", "excess", "annual_excess_sd", "sharpe", "max_drawdown",
               "holdings", "turnover", "active_share"]  # fmt: skip
    return pd.DataFrame(rows, columns=columns)


def _curves(random: np.random.Generator, place: int) -> pd.DataFrame:
    benchmark = random.normal(0.0006, 0.013, len(DAYS))
    excess = random.normal(0.0006 / (1 + place), 0.0035, len(DAYS))
    return pd.DataFrame(
        {
            "portfolio": np.cumprod(1 + benchmark + excess),
            "benchmark": np.cumprod(1 + benchmark),
            "excess": np.cumprod(1 + excess),
        },
        DAYS,
    )


def _relaxations() -> pd.DataFrame:
    rows: list[tuple[object, ...]] = [
        (name, DECISIONS[0], "turnover: entering from cash", 0.3, 1.0) for name in NAMES[:3]
    ]
    rows += [
        (NAMES[0], DECISIONS[40], "turnover", 0.3, 0.3412),
        (NAMES[0], DECISIONS[40], "size band", 0.0, 0.05),
        (NAMES[1], DECISIONS[22], "active cap of fixed names (600100)", "1 %", "1.42 %"),
    ]
    return pd.DataFrame(rows, columns=["signal", "date", "constraint", "from", "to"])


def _parts(random: np.random.Generator, place: int) -> pd.DataFrame:
    return pd.DataFrame(
        {
            part: np.cumsum(
                annual / 252 / (1 + place) + random.normal(0, abs(annual) / 60 + 1e-9, len(DAYS))
            )
            for part, annual in PARTS.items()
        },
        DAYS,
    )
