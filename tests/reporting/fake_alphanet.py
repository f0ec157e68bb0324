"""A made-up but plausible run of paper 001, to see and to test its page with."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from deep_alpha.factors.alphanet_columns import OPERATORS, column_names, feature_columns
from deep_alpha.factors.alphanet_inputs import ALL_INPUTS, INPUT_SETS
from deep_alpha.reporting import ReportInputs
from deep_alpha.reporting.alphanet_inputs import AlphaNetInputs, AlphaNetTables
from deep_alpha.reporting.names import PAGES
from deep_alpha.reporting.prose.alphanet_findings import (
    AlphaNetFindings,
    alphanet_conformance,
)
from deep_alpha.risk.catalogue import STYLES

from .fake import fake_inputs
from .fake_alphanet_ablation import ablation, history
from .fake_alphanet_layers import architectures

HORIZON = 10
PAPER = ("alphanet_v1", "alphanet_v2", "alphanet_v3", "alphanet_v4")
YARDSTICKS = ("alphanet_ridge", "alphanet_xgboost", "gru32", "composite")
HEADLINE = PAPER[-1]
SEEDS, FOLDS = (1, 2, 3), ("2019H1", "2019H2", "2020H1", "2020H2", "2021H1")
COSTS = {"paper_x10": 0.0, "paper_literal": 0.021, "decimal": -0.083}
_RENAMED = {
    "mlp": "alphanet_v4", "cnn_dual": "alphanet_v3", "cnn": "alphanet_v2", "svr": "alphanet_v1",
    "gru": "gru32", "xgboost": "alphanet_xgboost", "ridge": "alphanet_ridge",
    "svr_raw": "mlp_rank",
}  # fmt: skip
# signal, kind, rank IC, its sd, Pearson, tradable, residual, five factors, CNE5
SIGNALS = (
    ("gru32", "yardstick", 0.109, 0.088, 0.058, 0.094, 0.081, 0.066, 0.061),
    ("composite", "yardstick", 0.091, 0.131, 0.049, 0.086, 0.072, 0.051, 0.046),
    ("mlp_rank", "model", 0.088, 0.090, 0.051, 0.071, 0.066, 0.046, 0.038),
    ("alphanet_v4", "model", 0.079, 0.062, 0.047, 0.068, 0.083, 0.064, 0.060),
    ("alphanet_ridge", "yardstick", 0.071, 0.069, 0.040, 0.060, 0.072, 0.050, 0.047),
    ("alphanet_xgboost", "yardstick", 0.068, 0.074, 0.041, 0.058, 0.069, 0.048, 0.044),
    ("alphanet_v3", "model", 0.064, 0.098, 0.037, 0.051, 0.049, 0.034, 0.029),
    ("alphanet_v2", "model", 0.061, 0.101, 0.035, 0.049, 0.046, 0.032, 0.027),
    ("alphanet_v1", "model", 0.057, 0.096, 0.033, 0.045, 0.043, 0.030, 0.024),
    ("low_volatility", "reference", 0.058, 0.171, 0.012, 0.055, 0.045, 0.008, 0.003),
    ("random", "reference", 0.0003, 0.017, 0.0, 0.0002, 0.0, 0.0001, 0.0),
)
_BASES = ("raw", "tradable", "residual", "five_factor", "cne5")
DAYS = pd.bdate_range("2019-01-02", "2021-06-30").as_unit("s")
INPUTS = INPUT_SETS["paper13"]
COLUMNS = feature_columns(INPUTS)
FEATURES = column_names(COLUMNS, INPUTS)


def fake_alphanet_inputs(*, seed: int = 11) -> AlphaNetInputs:
    """A whole run, with a model of another paper beside it."""
    random = np.random.default_rng(seed)
    return AlphaNetInputs(
        results=_results(),
        tables=_tables(random),
        paper=PAPER,
        yardsticks=YARDSTICKS,
        headline=HEADLINE,
        branches={
            "alphanet_v1": ((10, 3, 10),),
            "alphanet_v2": ((10, 3, 10),),
            "alphanet_v3": ((10, 3, 10), (5, 6, 5)),
            "alphanet_v4": ((10, 20, 1), (2, 20, 1), (5, 20, 1), (22, 20, 1)),
        },
    )


def empty_tables() -> AlphaNetTables:
    """The tables of a run that computed none of them."""
    return AlphaNetTables(**{name: pd.DataFrame() for name in AlphaNetTables.names()})


def with_table(inputs: AlphaNetInputs, name: str, table: pd.DataFrame) -> AlphaNetInputs:
    """The same inputs with another table of this name."""
    return replace(inputs, tables=replace(inputs.tables, **{name: table}))


def not_run(inputs: AlphaNetInputs) -> AlphaNetInputs:
    """The inputs of a market on which paper 001 was not run."""
    others = [model for model in inputs.results.models if model.name not in PAPER]
    return replace(inputs, results=replace(inputs.results, models=others), tables=empty_tables())


def _results() -> ReportInputs:
    results = fake_inputs()
    models = [replace(m, name=_RENAMED.get(m.name, m.name)) for m in results.models]
    learned = next(model.history for model in models if model.name == "alphanet_v2")
    models = [replace(m, history=learned) if m.name == "alphanet_v1" else m for m in models]
    horizons = {5: 10, 10: 5}
    records: list[dict[str, Any]] = [
        {
            **record,
            "row": _RENAMED.get(record["row"], record["row"]),
            "horizon": horizons.get(record["horizon"], record["horizon"]),
        }
        for record in results.metrics
    ]
    switches = {"target": "residual for alphanet_v4, return for the others"}
    return replace(
        results, title="Deep Alpha", horizon=HORIZON, entry="close", models=models,
        metrics=records, switches=switches, pages=PAGES,
    )  # fmt: skip


def _tables(random: np.random.Generator) -> AlphaNetTables:
    correlation = _correlation(random)
    features = _features(correlation)
    board = _board()
    variants = ablation()
    tables = AlphaNetTables(
        inputs=_inputs(random),
        sample=_sample(random),
        operators=_operators(features),
        configuration=_configuration(),
        architectures=architectures(int(features["kept"].sum())),
        input_correlation=_input_correlation(random),
        features=features,
        feature_correlation=pd.DataFrame(correlation, columns=list(FEATURES)).assign(
            name=list(FEATURES)
        ),
        kept=_kept(random, int(features["kept"].sum())),
        norms=_norms(random),
        branch_weights=_branch_weights(random),
        importance=_importance(random, features),
        attention=_attention(random),
        diagnostics=_diagnostics(random),
        styles=_styles(random),
        ablation=variants,
        ablation_history=history(random, variants),
        board=board,
        bases=_bases(),
        paired=_paired(board),
        layers=_layers(),
        layer_curves=_layer_curves(random),
        monotonicity=pd.DataFrame(
            [(name, cost, 1.0 - 0.1 * (name == PAPER[0])) for name in PAPER for cost in COSTS],
            columns=["signal", "cost", "value"],
        ),
        enhancement=_enhancement(),
        enhancement_curves=_enhancement_curves(random),
        conformance=pd.DataFrame(),
    )
    return replace(tables, conformance=alphanet_conformance(findings_of(tables)))


def findings_of(tables: AlphaNetTables) -> AlphaNetFindings:
    """What the sheet of conformance is made of."""
    return AlphaNetFindings(tables, PAPER, YARDSTICKS, HEADLINE)


def _inputs(random: np.random.Generator) -> pd.DataFrame:
    rows = []
    for name in ALL_INPUTS:
        middle = float(10 ** random.uniform(-2, 3))
        row: dict[str, Any] = {"name": name, "formula": f"{name} in symbols"}
        for chosen in ("v1", "v2", "paper13", "dedup11"):
            known = INPUT_SETS[chosen]
            row[chosen] = known.index(name) + 1.0 if name in known else np.nan
        row |= {"coverage": 0.9991, "median": middle, "low": 0.2 * middle, "high": 4.1 * middle}
        rows.append(row)
    return pd.DataFrame(rows)


def _sample(random: np.random.Generator) -> pd.DataFrame:
    parts = []
    for place, name in enumerate(INPUTS):
        walk = random.normal(size=42) if place % 3 else np.cumsum(random.normal(size=42))
        scaled = (walk - walk.mean()) / walk.std()
        parts.append(
            pd.DataFrame(
                {
                    "input": name, "day": range(42), "value": 10 + walk, "scaled": scaled,
                    "asset": "600519", "date": pd.Timestamp("2021-06-30"),
                }
            )
        )  # fmt: skip
    return pd.concat(parts, ignore_index=True)


def _operators(features: pd.DataFrame) -> pd.DataFrame:
    counts = features.groupby("operator", sort=False)["kept"].agg(["size", "sum"])
    formulas = {
        "ts_corr": "correlation of X and Y over d days",
        "ts_cov": "covariance of X and Y over d days",
        "ts_stddev": "standard deviation of X over d days",
        "ts_zscore": "mean of X ÷ its standard deviation",
        "ts_return": "(X − X before d days) ÷ X before d days",
        "ts_decaylinear": "mean of X, weights 1 … d rising towards the day",
    }
    return pd.DataFrame(
        {
            "operator": counts.index,
            "formula": [formulas[name] for name in counts.index],
            "features": counts["size"].to_numpy(),
            "kept": counts["sum"].to_numpy(),
        }
    )


def _configuration() -> pd.DataFrame:
    own = {
        "inputs": ("v1: 9", "v2: 15", "v2: 15", "paper13: 13"),
        "branches": (
            "d 10: 3 steps of 10", "d 10: 3 steps of 10",
            "d 10: 3 steps of 10; d 5: 6 steps of 5", "d 10, 2, 5, 22: 20 steps of 1",
        ),
        "Spearman dropout": ("off", "off", "off", "|ρ| ≤ 0.8, 10 train days"),
        "network": ("pools, Linear 30", "LSTM 30", "GRU 30 a branch", "Bi-LSTM, encoders"),
        "target": ("z-score of the return",) * 3 + ("z-score of the residual",),
        "optimiser": ("RMSProp 0.0001", "Adam 0.0001", "Adam 0.0001", "Adam 0.001 to 1e-07"),
        "stops on": ("IC", "IC", "IC", "IC"),
    }  # fmt: skip
    rows = [
        {"setting": setting, **dict(zip(PAPER, words, strict=True))}
        for setting, words in own.items()
    ]
    return pd.DataFrame(rows)


def _input_correlation(random: np.random.Generator) -> pd.DataFrame:
    rows = []
    for chosen, common in (("v1", 1.6), ("v2", 1.2), ("paper13", 0.5)):
        names = INPUT_SETS[chosen]
        loadings = np.column_stack(
            [np.full(len(names), common), random.normal(0, 0.8, (len(names), 3))]
        )
        covariance = loadings @ loadings.T + 0.2 * np.eye(len(names))
        scale = np.sqrt(np.diag(covariance))
        matrix = covariance / np.outer(scale, scale)
        rows += [
            (chosen, one, other, matrix[i, j])
            for i, one in enumerate(names)
            for j, other in enumerate(names)
        ]
    return pd.DataFrame(rows, columns=["set", "first", "second", "correlation"])


def _correlation(random: np.random.Generator) -> np.ndarray:
    """Correlations of all features; the duplicates of SPEC 001-A4 are constant."""
    of_input = random.normal(size=(len(INPUTS), 6))
    of_input[12] = of_input[4]
    of_input[9] = of_input[0]
    rows = []
    for column in COLUMNS:
        own = of_input[column.first] + (of_input[column.second] if column.second >= 0 else 0)
        rows.append(np.concatenate([own, 1.8 * np.eye(6)[OPERATORS.index(column.operator)]]))
    loadings = np.array(rows)
    covariance = loadings @ loadings.T + 1.1 * np.eye(len(rows))
    scale = np.sqrt(np.diag(covariance))
    matrix = covariance / np.outer(scale, scale)
    for place, name in enumerate(FEATURES):
        if name in {"ts_corr(div_vwap_close,div_vwap_close_2)",
                    "ts_corr(div_open_close,div_price_turnover)"}:  # fmt: skip
            matrix[place] = np.nan
            matrix[:, place] = np.nan
    return np.asarray(matrix)


def _features(correlation: np.ndarray) -> pd.DataFrame:
    constant = np.isnan(np.diag(correlation))
    kept: list[int] = []
    for place in range(len(correlation)):
        if not constant[place] and (np.abs(correlation[place, kept]) <= 0.8).all():
            kept.append(place)
    return pd.DataFrame(
        {
            "name": FEATURES,
            "operator": [column.operator for column in COLUMNS],
            "kept": np.isin(np.arange(len(COLUMNS)), kept),
            "constant": constant,
            "place": range(len(COLUMNS)),
        }
    )


def _kept(random: np.random.Generator, kept: int) -> pd.DataFrame:
    rows = []
    for model, whole in (("alphanet_v1", 117), ("alphanet_v3", 270)):
        rows += [(model, fold, seed, whole, whole, 1.0) for fold in FOLDS for seed in SEEDS]
    for fold in FOLDS:
        for seed in SEEDS:
            first = not rows or rows[-1][0] != HEADLINE
            rows.append(
                (HEADLINE, fold, seed, 208, kept + int(random.integers(-2, 3)) * (not first),
                 1.0 if first else float(random.uniform(0.81, 0.95)))
            )  # fmt: skip
    return pd.DataFrame(rows, columns=["model", "fold", "seed", "features", "kept", "jaccard"])


def _norms(random: np.random.Generator) -> pd.DataFrame:
    raw = {
        "ts_corr": np.tanh(random.normal(0, 0.7, 4000)),
        "ts_stddev": np.exp(random.normal(8, 4, 4000)),
    }
    parts = []
    for operator, values in raw.items():
        ranks = np.argsort(np.argsort(values)) / len(values)
        after = 2.2 * (ranks - 0.45) + random.normal(0, 0.2, len(values))
        for stage, numbers in (("before", values), ("after", after)):
            low, high = np.quantile(numbers, [0.005, 0.995])
            share, edges = np.histogram(numbers, bins=60, range=(low, high))
            parts.append(
                pd.DataFrame(
                    {
                        "operator": operator, "stage": stage, "low": edges[:-1],
                        "high": edges[1:], "share": share / len(values),
                    }
                )
            )  # fmt: skip
    return pd.concat(parts, ignore_index=True)


def _branch_weights(random: np.random.Generator) -> pd.DataFrame:
    names = column_names(feature_columns(INPUT_SETS["v2"]), INPUT_SETS["v2"])
    shared = random.gamma(6, 0.006, len(names))
    parts = [
        pd.DataFrame(
            {
                "model": "alphanet_v3", "window": window, "feature": names,
                "mean_abs": scale * shared * random.uniform(0.7, 1.3, len(names)),
            }
        )
        for window, scale in ((10, 1.0), (5, 0.86))
    ]  # fmt: skip
    return pd.concat(parts, ignore_index=True)


def _importance(random: np.random.Generator, features: pd.DataFrame) -> pd.DataFrame:
    parts = []
    own = features[features["kept"]]
    for model in ("alphanet_v3", HEADLINE):
        weight = random.gamma(3, 1, len(own))
        gradient = weight * random.gamma(1, 1, len(own))
        parts.append(
            pd.DataFrame(
                {
                    "model": model, "feature": own["name"].to_numpy(),
                    "operator": own["operator"].to_numpy(), "weight": weight / weight.sum(),
                    "gradient": gradient / gradient.sum(),
                }
            )
        )  # fmt: skip
    return pd.concat(parts, ignore_index=True)


def _attention(random: np.random.Generator) -> pd.DataFrame:
    back = np.arange(20)
    weight = np.exp(-back / 14) + random.normal(0, 0.02, 20)
    weight = weight / weight.sum()
    return pd.DataFrame(
        {
            "model": HEADLINE, "back": back, "weight": weight, "low": 0.72 * weight,
            "high": 1.35 * weight,
        }
    )  # fmt: skip


def _diagnostics(random: np.random.Generator) -> pd.DataFrame:
    rows = [
        (HEADLINE, fold, seed, 0.031 * random.uniform(0.8, 1.2), 5.2 * random.uniform(0.8, 1.2),
         np.log(20) * random.uniform(0.95, 0.99), 20)
        for fold in FOLDS
        for seed in SEEDS
    ]  # fmt: skip
    columns = ["model", "fold", "seed", "hidden_variance", "encoded_variance",
               "attention_entropy", "steps"]  # fmt: skip
    return pd.DataFrame(rows, columns=columns)


def _styles(random: np.random.Generator) -> pd.DataFrame:
    rows = []
    for model in PAPER:
        size = 0.3 if model == HEADLINE else 1.0
        for style in (*STYLES, "VOLATILITY"):
            correlation = size * random.normal(-0.05, 0.12)
            rows.append((model, style, correlation, abs(correlation) + 0.05 * size))
    return pd.DataFrame(rows, columns=["model", "style", "correlation", "mean_abs"])


def _board() -> pd.DataFrame:
    rows = []
    for name, kind, ic, sd, pearson, tradable, residual, five, cne5 in SIGNALS:
        error = 0.11 * sd
        rows.append(
            {
                "signal": name, "kind": kind, "rank_ic": ic, "rank_ic_sd": sd, "icir": ic / sd,
                "icir_min": 0.86 * ic / sd, "icir_max": 1.15 * ic / sd,
                "p": 0.0005 if ic > 0.01 else 0.71, "low": ic - 2 * error,
                "high": ic + 2 * error, "pearson_ic": pearson, "tradable_ic": tradable,
                "residual_ic": residual, "neutral_five_ic": five, "neutral_ic": cne5,
                "without_ic": 0.9 * ic, "names": 3402.0, "days": 594, "hit_rate": 0.8,
            }
        )  # fmt: skip
    return pd.DataFrame(rows)


def _bases() -> pd.DataFrame:
    rows = []
    for name, _, ic, sd, pearson, *others in SIGNALS:
        for basis, value in zip(_BASES, (ic, *others), strict=True):
            spread = sd if basis in {"raw", "tradable"} else 0.65 * sd
            for period, share in (("all", 1.0), ("later", 0.9)):
                mean = share * value
                rows.append(
                    (name, basis, period, mean, mean * pearson / max(ic, 1e-9), spread,
                     mean / spread, 0.85 * mean / spread, 1.16 * mean / spread, 3402.0, 594)
                )  # fmt: skip
    columns = ["signal", "basis", "period", "rank_ic", "pearson_ic", "sd", "icir", "icir_min",
               "icir_max", "names", "days"]  # fmt: skip
    return pd.DataFrame(rows, columns=columns)


def _paired(board: pd.DataFrame) -> pd.DataFrame:
    ic = board.set_index("signal")["rank_ic"]
    rows = []
    for against in ("composite", "gru32"):
        for name in PAPER:
            difference = ic[name] - ic[against]
            t = difference / 0.0098
            rows.append(
                (name, against, difference, t, float(np.exp(-abs(t))), difference - 0.02,
                 difference + 0.02, 594)
            )  # fmt: skip
    columns = ["signal", "against", "difference", "hac_t", "p", "low", "high", "days"]
    return pd.DataFrame(rows, columns=columns)


def _layers() -> pd.DataFrame:
    rows = []
    for place, name in enumerate(PAPER):
        for cost, shift in COSTS.items():
            for number, base in enumerate((-0.25, -0.04, 0.03, 0.06, 0.09), start=1):
                excess = base * (0.7 + 0.15 * place) + shift
                rows.append(
                    {
                        "leg": f"layer {number}", "annual_return": 0.21 + excess,
                        "volatility": 0.22, "sharpe": (0.21 + excess) / 0.22,
                        "max_drawdown": -0.19, "annual_excess": excess,
                        "return_difference": 1.1 * excess, "excess_drawdown": -0.07,
                        "excess_min": excess - 0.03, "excess_max": excess + 0.03,
                        "turnover": 0.61, "holdings": 680.0, "idle": 0.002, "unbought": 4.1,
                        "unsold": 3.2, "signal": name, "cost": cost,
                    }
                )  # fmt: skip
    return pd.DataFrame(rows)


def _layer_curves(random: np.random.Generator) -> pd.DataFrame:
    parts = []
    for place, name in enumerate(PAPER):
        drift = np.array([-0.25, -0.04, 0.03, 0.06, 0.09]) * (0.7 + 0.15 * place) / 252
        steps = drift + random.normal(0, 0.0022, (len(DAYS), 5))
        table = pd.DataFrame(
            np.cumprod(1 + steps, axis=0), DAYS, [f"layer {number}" for number in range(1, 6)]
        )
        long = table.rename_axis("date").reset_index().melt("date", var_name="layer")
        parts.append(long.assign(signal=name))
    return pd.concat(parts, ignore_index=True)


def _enhancement() -> pd.DataFrame:
    rows = []
    for place, name in enumerate(("alphanet_v3", HEADLINE)):
        for number, period in enumerate((*FOLDS, "all")):
            excess = (0.24 if period == "all" else 0.02 + 0.012 * number) * (0.6 + 0.4 * place)
            rows.append(
                (name, period, excess, 0.061, 1.1 + 0.9 * place, -0.041 + 0.005 * place, 231.0,
                 0.146, 0.78)
            )  # fmt: skip
    columns = ["signal", "period", "excess", "annual_excess_sd", "sharpe", "max_drawdown",
               "holdings", "turnover", "active_share"]  # fmt: skip
    return pd.DataFrame(rows, columns=columns)


def _enhancement_curves(random: np.random.Generator) -> pd.DataFrame:
    parts = []
    benchmark = np.cumprod(1 + random.normal(0.0005, 0.013, len(DAYS)))
    for place, name in enumerate(("alphanet_v3", HEADLINE)):
        excess = np.cumprod(1 + random.normal(0.0002 * (1 + place), 0.0036, len(DAYS)))
        table = pd.DataFrame(
            {"portfolio": benchmark * excess, "benchmark": benchmark, "excess": excess}, DAYS
        )
        long = table.rename_axis("date").reset_index().melt("date", var_name="part")
        parts.append(long.assign(signal=name))
    return pd.concat(parts, ignore_index=True)
