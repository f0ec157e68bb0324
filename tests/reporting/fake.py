"""A made-up but plausible run, to see and to test the report with."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from deep_alpha.folds import FoldSettings, make_folds, manifest
from deep_alpha.reporting import MarketCard, ModelResult, ReportInputs

HORIZON, NAMES = 5, 1200
# name, kind, mean IC, sd of the daily IC
MODELS = (
    ("mlp", "model", 0.071, 0.085),
    ("gru", "yardstick", 0.066, 0.080),
    ("cnn_dual", "model", 0.058, 0.090),
    ("cnn", "model", 0.054, 0.092),
    ("xgboost", "yardstick", 0.051, 0.101),
    ("ridge", "yardstick", 0.045, 0.105),
    ("svr", "model", 0.041, 0.103),
    ("composite", "yardstick", 0.033, 0.110),
    ("oracle", "oracle", 0.128, 0.071),
)
# The behavioural factors of the paper, by group, in the order of its table.
FACTORS = (
    "BR signal_open_down;VD kline_body_strength;BR close_near_low;MH short_ma_diff_rank_mul;"
    "VD close_vwap_diff_rank;MH momentum_5d_min_rank;BR ma200_close_diff_rank;BR close_delta_1d;"
    "MH close_range_high_rank;VD volatility_10d_rank_neg;VD close_median_dev_ratio;"
    "MH volume_spike_ratio;MH macd_rsi_product;VD macd_per_volume;BR rev_rsi_times_lowdev;"
    "VD rsi_times_vwapdev_rank;VD volspike_times_body;BR ma200diff_times_rsi;"
    "BR volrank_times_revrsi;MH shortdiff_times_macd;VD median_dev_times_rsi;VD vwapdev_over_macd;"
    "MH volume_times_macd;VD macd_times_lowdev;MH macd_times_volatility;MH macd_rank_times_rsi;"
    "MH macd_diff_sign;MH macd_rsi_ratio;VD boll_bandwidth;MH close_boll_mid_ratio;"
    "MH macd_rank_times_price;MH rsi_rank_times_close;VD volatility_times_rsi;MH rsi_vs_50;"
    "BR rsi_bounce_strength;BR macd_cross;BR macd_cross_strength;MH rsi_rise_velocity;"
    "MH body_times_rsi;BR price_vs_boll;BR boll_rebound;BR rsi_bounce_rank;BR macd_cross_rank;"
    "MH volume_above_adv20"
)
FORMULAS = (
    "(C−O)/(H−L+0.001)",
    "rank(C−ma5)·rank(C−ma20)",
    "1[rsi_t>rsi_{t−1} & rsi_t<30]·(rsi−50)",
)


def fake_inputs(*, models: int = len(MODELS), seed: int = 7) -> ReportInputs:
    """A whole run with all models, or only the first of them."""
    random = np.random.default_rng(seed)
    days = pd.bdate_range("2014-01-02", "2021-06-30").as_unit("s")
    tests = days[days >= "2019-01-01"]
    folds = make_folds(days.to_numpy(), HORIZON + 1, FoldSettings(test_start="2019-01-01"), 200)
    results = [_model(random, tests, *model) for model in MODELS[:models]]
    constant = replace(
        results[0], name="svr_raw", rank_ic=results[0].rank_ic * np.nan,
        portfolios=pd.DataFrame(), scores=pd.DataFrame(columns=["score", "forward_return"]),
        history=results[-1].history.iloc[:0],
    )  # fmt: skip
    records = [record for result in results for record in _records(random, result)]
    records.append(record("ic", "svr_raw", "degenerate", 1))
    return ReportInputs(
        title="Deep Alpha: behavioural factors",
        generated="2026-11-20 10:32, Deep Alpha 0.1.0",
        horizon=HORIZON,
        entry="next_open",
        top_k=5,
        seeds=[1, 2, 3],
        profile="small",
        market=_card(random, days, tests),
        folds=manifest(folds, days.to_numpy(), HORIZON + 1),
        factors=_factors(random),
        models=[*results, constant],
        metrics=records,
        ranking=_ranking(random, [name for name, *_ in MODELS[:4]]),
        ranking_date=days[-1],
        ledger=_ledger(),
        stages={"ingest": 4.2, "factors": 11.8, "models": 412.0, "backtest": 9.1, "report": 14.5},
        switches={"factor_set": "table40", "target": "rank"},
        versions={"python": "3.11.9", "numpy": "2.4.0", "torch": "2.13.0"},
    )


def record(
    table: str, row: str, column: str, value: float, basis: str = "all", horizon: int = HORIZON
) -> dict[str, Any]:
    """A metric record as the pipelines write it."""
    return {
        "paper": "000", "table": table, "row": row, "column": column, "value": float(value),
        "sd": None, "n": None, "horizon": horizon, "basis": basis,
    }  # fmt: skip


def changed(
    inputs: ReportInputs, table: str, row: str, column: str, value: float, basis: str = "all"
) -> ReportInputs:
    """The same inputs with one metric record more, which holds over earlier ones."""
    more = record(table, row, column, value, basis)
    return replace(inputs, metrics=[*inputs.metrics, more])


def _model(
    random: np.random.Generator, tests: pd.DatetimeIndex, name: str, kind: str, ic: float, sd: float
) -> ModelResult:
    count = len(tests)
    noise = pd.Series(random.normal(size=count + 4)).rolling(5).mean().dropna().to_numpy()
    series = pd.Series(
        ic + sd * (0.6 * noise * np.sqrt(5) + 0.8 * random.normal(size=count)), tests
    )
    series.iloc[-(HORIZON + 1) :] = np.nan
    market = random.normal(0.0006, 0.012, count)
    top = market + random.normal(ic * 0.02, 0.008, count)
    bottom = market - random.normal(ic * 0.025, 0.009, count)
    returns = pd.DataFrame(
        {"top": top, "bottom": bottom, "long_short": (top - bottom) / 2, "universe": market}, tests
    )
    for column in ("top", "bottom", "long_short"):
        returns[f"naive_{column}"] = returns[column].rolling(HORIZON).sum().fillna(0.0)
    scores = random.normal(size=4000)
    sample = pd.DataFrame(
        {"score": scores * 0.3, "forward_return": 0.05 * (ic * scores + random.normal(size=4000))}
    )
    neural = name in {"mlp", "cnn", "cnn_dual", "gru"}
    return ModelResult(
        name, kind, series, series * 0.6, returns, sample, _history(random, 5 if neural else 0)
    )


def _history(random: np.random.Generator, folds: int) -> pd.DataFrame:
    parts = [
        pd.DataFrame(columns=["fold", "seed", "epoch", "train_loss", "valid_rmse", "valid_ic"])
    ]
    for fold in range(folds):
        for seed in (1, 2, 3):
            epochs = np.arange(int(random.integers(18, 34)))
            fall = np.exp(-epochs / 6)
            wobble = random.normal(size=(3, len(epochs))) * 0.004
            parts.append(
                pd.DataFrame(
                    {
                        "fold": f"{2019 + fold // 2}-{1 + 6 * (fold % 2):02d}",
                        "seed": seed,
                        "epoch": epochs,
                        "train_loss": 1.33 + 0.09 * fall + wobble[0] * 0.3,
                        "valid_rmse": 0.995 + 0.02 * fall + 0.0005 * epochs + wobble[1] * 0.3,
                        "valid_ic": 0.075 * (1 - fall) - 0.0006 * epochs + wobble[2] + 0.004 * fold,
                    }
                )
            )
    return pd.concat(parts, ignore_index=True) if folds else parts[0]


def _records(random: np.random.Generator, result: ModelResult) -> list[dict[str, Any]]:
    ic, name = result.rank_ic.dropna(), result.name
    bases = {"all": ic, "without 2019H1": ic[ic.index >= "2019-07-01"]}
    bases |= {f"year {year}": ic[ic.index.year == year] for year in (2019, 2020, 2021)}
    records = []
    for basis, part in bases.items():
        records.append(record("ic", name, "rank_ic", part.mean(), basis))
        records.append(record("ic", name, "icir", part.mean() / part.std(), basis))
    t = ic.mean() / ic.std() * np.sqrt(len(ic) / 3)
    singles = {
        "rank_ic_sd": ic.std(), "hac_t": t, "hac_p": 0.0004 if t > 4 else 0.03,
        "pearson_ic": result.pearson_ic.mean(), "hit_rate": (ic > 0).mean(),
        "null_sd": 1 / np.sqrt(NAMES - 1), "names": NAMES, "days": len(ic), "days_skipped": 6,
        "degenerate": 0,
    }  # fmt: skip
    if len(result.history):
        singles["seed_sd"] = 0.003
        singles["seeds"] = 3.0
        fit = {"valid_ic": 0.08, "seconds": 38.2, "train_samples": 812_000, "best_epoch": 14.3}
        records += [
            record("fit", name, column, value, "mean over folds and seeds")
            for column, value in fit.items()
        ]
    records += [record("ic", name, column, value) for column, value in singles.items()]
    offsets = {
        "rank_ic": ic.mean(), "rank_ic_sd": ic.std(), "icir": ic.mean() / ic.std(),
        "icir_min": 0.8 * ic.mean() / ic.std(), "icir_max": 1.2 * ic.mean() / ic.std(),
    }  # fmt: skip
    records += [record("ic", name, column, value, "offsets") for column, value in offsets.items()]
    for days in (1, 10, 20):
        mean = ic.mean() * (1.15 - days / 30)
        records.append(record("ic", name, "rank_ic", mean, horizon=days))
        records.append(record("ic", name, "icir", mean / ic.std(), horizon=days))
    for portfolio in ("top", "bottom", "long_short", "universe"):
        records += _portfolio_records(random, result, portfolio)
    return records


def _portfolio_records(
    random: np.random.Generator, result: ModelResult, portfolio: str
) -> list[dict[str, Any]]:
    turnover = 0.0 if portfolio == "universe" else float(random.uniform(0.15, 0.19))
    gross, records = result.portfolios[portfolio], []
    costs = {"gross": 0.0, "net 5 bp": 5e-4, "net 10 bp": 1e-3, "net 20 bp": 2e-3}
    series = {basis: gross - 2 * turnover * cost for basis, cost in costs.items()}
    if portfolio != "universe":
        series["naive"] = result.portfolios[f"naive_{portfolio}"]
    for basis, returns in series.items():
        value = (1 + returns).cumprod()
        columns = {
            "annual_return": value.iloc[-1] ** (252 / len(value)) - 1,
            "annual_return_arithmetic": returns.mean() * 252,
            "volatility": returns.std() * np.sqrt(252),
            "sharpe": returns.mean() / returns.std() * np.sqrt(252),
            "max_drawdown": (value / value.cummax() - 1).min(),
            "turnover": turnover,
            "unfilled": 123.0,
            "unsold": 45.0,
        }
        records += [
            record("portfolio", result.name, column, number, f"{portfolio} / {basis}")
            for column, number in columns.items()
        ]
    return records


def _card(
    random: np.random.Generator, days: pd.DatetimeIndex, tests: pd.DatetimeIndex
) -> MarketCard:
    traded = np.linspace(NAMES, NAMES + 500, len(days)) + random.normal(0, 12, len(days))
    counts = pd.DataFrame({"traded": traded, "eligible": traded * 0.9}, days).round()
    counts["scored"] = (counts["eligible"] * 0.98).where(counts.index >= tests[0])
    return MarketCard(
        name="simulated", source="simulated", digest="9f2c41ab", first=days[0], last=days[-1],
        assets=1_741, bars=2_784_310, names_per_day=counts,
        universe="traded, not ST, at least 60 bars old, not at a limit",
        proxies={"vwap": "(high + low + close) / 3", "free_turnover": "turnover"},
        findings=[
            {"table": "bars", "rule": "low ≤ open, close ≤ high", "action": "quarantined",
             "count": 12, "share": 12 / 2_784_310, "examples": ["000007 2015-03-04"]},
            {"table": "bars", "rule": "volume without amount", "action": "blanked",
             "count": 340, "share": 340 / 2_784_310, "examples": ["000112 2017-05-09"]},
            {"table": "assets", "rule": "no industry", "action": "listed", "count": 3,
             "share": 3 / 1_741, "examples": ["000009", "000310", "000977"]},
        ],
    )  # fmt: skip


def _factors(random: np.random.Generator) -> pd.DataFrame:
    named = [factor.split(" ") for factor in FACTORS.split(";")]
    count = len(named)
    ic = random.normal(0, 0.025, count)
    test_ic = 0.7 * ic + random.normal(0, 0.008, count)
    knows_prices = np.arange(count) % 4 > 0
    return pd.DataFrame(
        {
            "number": range(1, count + 1),
            "name": [f"alpha_{name}" for _, name in named],
            "group": [group for group, _ in named],
            "formula": [FORMULAS[place % len(FORMULAS)] for place in range(count)],
            "in_set": [number not in (36, 42, 43, 44) for number in range(1, count + 1)],
            "coverage": random.uniform(0.9, 1.0, count),
            "ic": ic,
            "ic_sd": random.uniform(0.05, 0.14, count),
            "icir": ic / 0.1,
            "test_ic": test_ic,
            "version": "literal",
            "other_ic": np.where(knows_prices, 1.2 * ic, ic),
            "other_test_ic": np.where(knows_prices, 1.1 * test_ic, test_ic),
        }
    )


def _ranking(random: np.random.Generator, models: list[str]) -> pd.DataFrame:
    count = 300
    score = np.sort(random.normal(size=count))[::-1]
    ranking = pd.DataFrame(
        {
            "rank": range(1, count + 1),
            "asset": [f"{number:06d}" for number in random.permutation(count)],
            "industry": random.choice(["Banks", "Food and beverages", "Machinery"], count),
            "score": score,
        }
    )
    for model in models:
        ranking[model] = score * 0.3 + random.normal(0, 0.2, count)
    return ranking


def _ledger() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "when": pd.to_datetime(["2026-11-18", "2026-11-20"]),
            "command": ["kedro run --pipeline=behaviour", "kedro run"],
            "first_test": ["2019-01-01", "2019-01-01"],
            "last_test": ["2021-06-30", "2021-06-30"],
            "configurations": [4, 9],
            "best_rank_ic": [0.068, 0.071],
        }
    )
