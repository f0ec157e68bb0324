"""A made-up but plausible scoreboard, to see and to test its page with."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pandas as pd

from deep_alpha.reporting import ScoreboardInputs
from deep_alpha.reporting.names import PAGES

from .fake_risk import INDUSTRIES

HORIZON = 10
# name, kind, rank IC, sd, tradable, residual, its Pearson, five neutral, all neutral
SIGNALS = (
    ("composite", "yardstick", 0.094, 0.133, 0.090, 0.075, 0.031, 0.055, 0.048),
    ("ridge", "yardstick", 0.045, 0.105, 0.032, 0.044, 0.021, 0.022, 0.017),
    ("xgboost", "yardstick", 0.057, 0.106, 0.042, 0.043, 0.024, 0.021, 0.017),
    ("mlp", "model", 0.049, 0.081, 0.037, 0.037, 0.022, 0.026, 0.020),
    ("mlp_rank", "model", 0.090, 0.091, 0.072, 0.068, 0.040, 0.047, 0.039),
    ("cnn_rank", "model", 0.081, 0.094, 0.066, 0.060, 0.036, 0.040, 0.033),
    ("gru_rank", "yardstick", 0.121, 0.088, 0.103, 0.088, 0.051, 0.073, 0.068),
    ("blend_of_four", "blend", 0.128, 0.116, 0.111, 0.099, 0.053, 0.072, 0.067),
    ("minus_volatility_20", "reference", 0.061, 0.170, 0.058, 0.046, 0.003, 0.009, 0.004),
    ("random", "reference", 0.0004, 0.017, 0.0003, 0.0001, 0.0, 0.0002, 0.0),
)
NAMES = [name for name, *_ in SIGNALS]
SHOWN = "blend_of_four"
DAYS = pd.bdate_range("2019-01-02", "2021-06-30").as_unit("s")


def fake_scoreboard_inputs(*, seed: int = 5) -> ScoreboardInputs:
    """A whole scoreboard."""
    random = np.random.default_rng(seed)
    board = _board()
    return ScoreboardInputs(
        title="Deep Alpha: scoreboard",
        generated="2026-11-20 10:32, Deep Alpha 0.1.0",
        market="simulated",
        digest="9f2c41ab",
        first=DAYS[0],
        last=DAYS[-1],
        horizon=HORIZON,
        annual_days=252,
        switches={"universe": "traded, at least 60 bars old, not ST", "factor_set": "table40"},
        headline_cost="paper_x10",
        pages=PAGES,
        board=board,
        paired=_paired(board),
        monthly={name: _months(random, name) for name in (SHOWN, "gru_rank", "composite")},
        decay=_decay(random),
        quantiles=_quantiles(random),
        quantile_curves={name: _curves(random, name) for name in (SHOWN, "gru_rank", "composite")},
        industries=_industries(random),
        sizes=pd.DataFrame(
            [
                (name, band, ic_of(name) * share)
                for name in NAMES
                for band, share in (("small", 1.15), ("middle", 0.95), ("large", 0.5))
            ],
            columns=["signal", "band", "rank_ic"],
        ),
        years=pd.DataFrame(
            [
                (name, year, ic_of(name) * share, ic_of(name) * share / 0.1)
                for name in NAMES
                for year, share in ((2019, 1.25), (2020, 0.9), (2021, 0.8))
            ],
            columns=["signal", "year", "rank_ic", "icir"],
        ),
        events=_events(random),
        stability=_stability(random),
        alpha_beta=pd.DataFrame(
            {
                "alpha": [1.6 * ic_of(name) for name in NAMES],
                "alpha_t": [55 * ic_of(name) for name in NAMES],
                "beta": random.normal(-0.1, 0.1, len(NAMES)),
                "factor_return_annual": [1.5 * ic_of(name) for name in NAMES],
                "factor_sharpe": [32 * ic_of(name) for name in NAMES],
            },
            NAMES,
        ),
        correlation=_correlation(random, 0.6),
        ic_correlation=_correlation(random, 0.8),
        double_sort={
            "Mean 10-day return by composite, then by blend_of_four": _sort(random, "composite"),
            "Mean 10-day return by float cap, then by blend_of_four": _sort(random, "float cap"),
        },
        search=pd.DataFrame(
            {
                "statistic": ["configurations looked at", "best test IC", "median test IC",
                              "deflated Sharpe ratio of the best", "probability of overfitting"],
                "value": [41, 0.128, 0.071, 0.974, 0.112],
                "remark": ["distinct fingerprints in the ledger", "blend_of_four", "",
                           "41 trials", "16 blocks, 12,870 splits, 9 signals"],
            }
        ),
    )  # fmt: skip


def ic_of(name: str) -> float:
    """The rank IC of a signal."""
    return next(signal[2] for signal in SIGNALS if signal[0] == name)


def _board() -> pd.DataFrame:
    columns = [
        "signal", "kind", "rank_ic", "rank_ic_sd", "tradable_ic", "residual_ic",
        "residual_pearson", "neutral_five_ic", "neutral_ic",
    ]  # fmt: skip
    board = pd.DataFrame(SIGNALS, columns=columns).set_index("signal")
    ic = board["rank_ic"]
    icir = ic / board["rank_ic_sd"]
    error = 0.13 * board["rank_ic_sd"]
    strength = ic / 0.128
    more = {
        "icir": icir, "icir_min": icir * 0.84, "icir_max": icir * 1.18,
        "p": (0.6 * np.exp(-(ic / error))).clip(1e-5), "low": ic - 2 * error,
        "high": ic + 2 * error, "pearson_ic": ic * 0.6,
        "tradable_icir": board["tradable_ic"] / board["rank_ic_sd"],
        "residual_icir": board["residual_ic"] / 0.05,
        "neutral_five_icir": board["neutral_five_ic"] / 0.08,
        "neutral_icir": board["neutral_ic"] / 0.07,
        "large_ic": ic * 0.5, "middle_ic": ic * 0.95, "small_ic": ic * 1.15,
        "without_ic": ic * 0.87, "layer_first": -0.32 * strength,
        "layer_last": 0.17 * strength - 0.042, "ls_sharpe_gross": 4.2 * strength,
        "ls_sharpe_net": 3.9 * strength - 0.5, "days": 594, "names": 3402.0,
    }  # fmt: skip
    return board.assign(**more)


def _paired(board: pd.DataFrame) -> pd.DataFrame:
    rows = []
    for one, other in combinations((SHOWN, "gru_rank", "mlp_rank", "composite"), 2):
        difference = board.loc[one, "rank_ic"] - board.loc[other, "rank_ic"]
        t = difference / 0.0131
        rows.append(
            (one, other, difference, t, 2 * np.exp(-abs(t)) / 2, difference - 0.027,
             difference + 0.027)
        )  # fmt: skip
    columns = ["signal", "against", "difference", "hac_t", "p", "low", "high"]
    return pd.DataFrame(rows, columns=columns)


def _months(random: np.random.Generator, name: str) -> pd.DataFrame:
    table = pd.DataFrame(
        random.normal(ic_of(name), 0.09, (3, 12)), [2019, 2020, 2021], range(1, 13)
    )
    table.loc[2021, 7:] = np.nan
    return table


def _decay(random: np.random.Generator) -> pd.DataFrame:
    ends = [5, 10, 15, 20, 40, 60]
    rows = []
    for name in NAMES:
        for first, last in zip([1, *(end + 1 for end in ends[:-1])], ends, strict=True):
            alone = ic_of(name) * np.exp(-first / 25) + random.normal(0, 0.002)
            rows.append((name, first, last, alone, ic_of(name) * (0.75 + 0.25 * last / 60)))
    return pd.DataFrame(
        rows, columns=["signal", "first_day", "last_day", "rank_ic", "cumulative_ic"]
    )


def _quantiles(random: np.random.Generator) -> pd.DataFrame:
    rows = []
    for name in NAMES:
        step = ic_of(name) * 0.06
        for quantile in range(1, 6):
            short = 1.7 if quantile < 3 else 0.8
            mean = 0.008 + step * (quantile - 3) * short + random.normal(0, 2e-4)
            rows.append((name, quantile, mean, 0.0021))
    return pd.DataFrame(rows, columns=["signal", "quantile", "mean", "standard_error"])


def _curves(random: np.random.Generator, name: str) -> pd.DataFrame:
    market = random.normal(0.0006, 0.012, len(DAYS))
    table = pd.DataFrame(index=DAYS)
    for quantile in range(1, 6):
        drift = ic_of(name) * 0.005 * (quantile - 3)
        table[quantile] = np.cumprod(1 + market + drift + random.normal(0, 0.002, len(DAYS)))
    table["universe"] = np.cumprod(1 + market)
    return table


def _industries(random: np.random.Generator) -> pd.DataFrame:
    rows = [
        (name, industry, ic_of(name) + random.normal(0, 0.03), 30 + 7 * place, 594 - place)
        for name in NAMES
        for place, industry in enumerate(INDUSTRIES)
    ]
    return pd.DataFrame(rows, columns=["signal", "industry", "rank_ic", "names", "days"])


def _events(random: np.random.Generator) -> pd.DataFrame:
    rows = []
    for name in NAMES:
        chased = random.normal(-0.03, 0.02)
        for day in range(-10, 21):
            after = ic_of(name) * 0.12 * (1 - np.exp(-day / 12))
            before = -chased * day / 10
            top, bottom = (before, -before) if day < 0 else (0.6 * after, -1.3 * after)
            rows.append((name, day, top, bottom))
    return pd.DataFrame(rows, columns=["signal", "day", "top", "bottom"])


def _stability(random: np.random.Generator) -> pd.DataFrame:
    after = random.uniform(0.3, 0.85, len(NAMES))
    return pd.DataFrame(
        {
            "autocorrelation_1": after**0.1,
            "autocorrelation_5": after**0.5,
            "autocorrelation_h": after,
            "turnover_top": 0.8 * (1 - after),
            "turnover_bottom": 0.7 * (1 - after),
            "coverage": random.uniform(0.94, 1.0, len(NAMES)),
            "hit_rate": 0.5 + random.uniform(0, 0.04, len(NAMES)),
            "loss_no_trade_next_day": 0.0031,
            "loss_suspended_too_long": 0.0012,
            "loss_not_over_yet": 0.0164,
        },
        NAMES,
    )


def _correlation(random: np.random.Generator, common: float) -> pd.DataFrame:
    loadings = np.column_stack(
        [np.full(len(NAMES), common), random.normal(0, 0.4, (len(NAMES), 3))]
    )
    covariance = loadings @ loadings.T + 0.2 * np.eye(len(NAMES))
    scale = np.sqrt(np.diag(covariance))
    return pd.DataFrame(covariance / np.outer(scale, scale), NAMES, NAMES)


def _sort(random: np.random.Generator, first: str) -> pd.DataFrame:
    steps = np.arange(5) - 2
    values = 0.008 + 0.003 * steps[:, None] + 0.004 * steps + random.normal(0, 5e-4, (5, 5))
    return pd.DataFrame(
        values,
        pd.RangeIndex(1, 6, name=first),
        pd.RangeIndex(1, 6, name=SHOWN),
    )
