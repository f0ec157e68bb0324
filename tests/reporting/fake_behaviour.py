"""A made-up but plausible run of paper 000, to see and to test its page with."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from deep_alpha.reporting import BehaviourInputs, BehaviourTables, ReportInputs
from deep_alpha.reporting.names import PAGES

from .fake import fake_inputs

AXES = {
    "factor set": ("table40", "first40", "table43", "text40", "all44"),
    "target": ("rank", "train_std", "raw"),
    "split": ("three_way", "paper"),
    "factor order": ("order 1", "order 2", "order 3", "order 4", "order 5"),
    "CNN": ("single", "dual", "T×F, 10 days"),
}
MONTHS = ("2019-05", "2020-02", "2021-02", "2020-03", "2019-08")
SCENARIOS = {
    "divergence": "classification",
    "bottom_reversal": "hybrid",
    "momentum_chasing": "regression",
}
LAYERS = {
    "mlp": [
        ("trunk.0", "Linear", (40,), (64,), 2624),
        ("trunk.1", "ReLU", (64,), (64,), 0),
        ("trunk.2", "Dropout", (64,), (64,), 0),
        ("trunk.3", "Linear", (64,), (32,), 2080),
        ("trunk.4", "ReLU", (32,), (32,), 0),
        ("heads", "BatchLastLinear", (32,), (2,), 66),
    ],
    "cnn": [
        ("convolution", "FactorConvolution", (40,), (304,), 32),
        ("relu", "ReLU", (304,), (304,), 0),
        ("hidden", "Linear", (304,), (32,), 9760),
        ("output", "Linear", (32,), (1,), 33),
    ],
}


def fake_behaviour_inputs(*, seed: int = 5, models: int = 9) -> BehaviourInputs:
    """A whole run, or one with only the first of the models."""
    random = np.random.default_rng(seed)
    results = replace(fake_inputs(models=models), pages=PAGES)
    extended = replace(results.models[0], name="mlp_extended")
    results = replace(results, models=[*results.models, extended])
    return BehaviourInputs(results, _tables(random, results), beyond=("mlp_extended",))


def empty_tables() -> BehaviourTables:
    """The tables of a run that computed none of them."""
    return BehaviourTables(**{name: pd.DataFrame() for name in BehaviourTables.names()})


def with_table(inputs: BehaviourInputs, name: str, table: pd.DataFrame) -> BehaviourInputs:
    """The same inputs with another table of this name."""
    return replace(inputs, tables=replace(inputs.tables, **{name: table}))


def _tables(random: np.random.Generator, results: ReportInputs) -> BehaviourTables:
    shap = pd.concat([_shap(random, name, results.factors) for name in LAYERS], ignore_index=True)
    groups = shap.groupby(["model", "group"], sort=False)["mean_abs"].sum().reset_index()
    total = groups.groupby("model")["mean_abs"].transform("sum")
    names = [model.name for model in results.models if model.kind == "model"]
    return BehaviourTables(
        architectures=_architectures(),
        shap=shap,
        shap_groups=groups.assign(share=groups["mean_abs"] / total),
        sensitivity=_sensitivity(random),
        crash=_crash(random, names),
        with_training=_with_training(random),
        support_vectors=_support_vectors(),
        scenarios=_scenarios(),
        scenario_years=_scenario_years(random),
        conformance=_conformance(),
        beyond=_beyond(),
    )


def _architectures() -> pd.DataFrame:
    columns = ["layer", "kind", "shape_in", "shape_out", "parameters"]
    parts = [pd.DataFrame(rows, columns=columns).assign(model=m) for m, rows in LAYERS.items()]
    parts.append(parts[0].assign(model="mlp_twin"))
    return pd.concat(parts, ignore_index=True)


def _shap(random: np.random.Generator, model: str, factors: pd.DataFrame) -> pd.DataFrame:
    used = factors[factors["in_set"]]
    size = random.exponential(0.01, len(used))
    table = pd.DataFrame(
        {
            "model": model, "factor": used["name"].to_numpy(), "group": used["group"].to_numpy(),
            "mean": random.normal(0, 0.2, len(used)) * size, "mean_abs": size,
            "direction": random.choice([-1, 1], len(used)) * size, "rows": 2500,
        }
    )  # fmt: skip
    order = table["group"].map({"MH": 0, "VD": 1, "BR": 2})
    table = table.assign(order=order).sort_values(["order", "mean_abs"], ascending=[True, False])
    place = np.arange(len(table))
    return table.drop(columns="order").assign(row=place // 5, column=place % 5)


def _sensitivity(random: np.random.Generator) -> pd.DataFrame:
    rows = [
        {
            "axis": axis, "variant": variant, "base": place == 0,
            "model": "cnn" if axis in {"CNN", "factor order"} else "mlp",
            "rank_ic": 0.06 + random.normal(0, 0.004), "rank_ic_sd": 0.09, "icir": 0.7,
            "hac_p": 0.001, "pearson_ic": 0.03, "days": 640, "seconds": 41.0,
            "degenerate": variant == "raw", "leaks": variant == "paper",
        }
        for axis, variants in AXES.items()
        for place, variant in enumerate(variants)
    ]  # fmt: skip
    return pd.DataFrame(rows)


def _crash(random: np.random.Generator, names: list[str]) -> pd.DataFrame:
    rows = []
    for place, month in enumerate(MONTHS):
        for name in names:
            top, bottom = random.normal(-0.05, 0.02, 2)
            rows.append((month, -0.09 + 0.01 * place, name, 0.05, top, bottom, (top - bottom) / 2))
    columns = ["month", "market_return", "model", "rank_ic", "top", "bottom", "long_short"]
    return pd.DataFrame(rows, columns=columns)


def _with_training(random: np.random.Generator) -> pd.DataFrame:
    rows = [
        (name, leg, 0.5, 0.33, 1.6 + random.normal(0, 0.1), 8.4, 1210)
        for name in ("mlp", "cnn", "svr")
        for leg in ("naive_top", "top", "bottom", "long_short")
    ]
    columns = ["model", "leg", "annual_return", "volatility", "sharpe", "final_value", "days"]
    return pd.DataFrame(rows, columns=columns)


def _support_vectors() -> pd.DataFrame:
    rows = [
        (name, fold, 0, 812_000, rows, solver, 3.1e-7, 0.0 if raw else 0.93, raw, 5.2)
        for name, rows, solver, raw in (
            ("svr", 812_000, "interior point", False),
            ("svr_subsample", 5_000, "libsvm", False),
            ("svr_raw", 812_000, "interior point", True),
        )
        for fold in ("2019H1", "2019H2")
    ]
    columns = [
        "model", "fold", "seed", "train_rows", "rows", "solver", "gap", "support_share",
        "degenerate", "seconds",
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=columns)


def _scenarios() -> pd.DataFrame:
    nothing = dict.fromkeys(
        ("auc", "auc_low", "auc_high", "accuracy", "rank_ic", "ic_days", "rmse", "rmse_mean"),
        float("nan"),
    )
    rows = []
    for scenario, task in SCENARIOS.items():
        common = {"scenario": scenario, "variant": "label", "task": task, "fits": 15,
                  "events": 21_430, "train_events": 90_112, "base_rate": 0.48,
                  "status": "fitted", **nothing}  # fmt: skip
        if task != "regression":
            common |= {"auc": 0.531, "auc_low": 0.512, "auc_high": 0.549, "accuracy": 0.52}
        if task != "classification":
            common |= {"rank_ic": 0.04, "ic_days": 410, "rmse": 0.051, "rmse_mean": 0.0505}
        if task == "hybrid":
            common |= {"status": "fitted on 3 of 5 folds"}
        few = common | nothing | {"variant": "occurrence", "task": "classification", "fits": 0,
                                  "train_events": 1204, "status": "not enough events"}  # fmt: skip
        rows += [common, few]
    return pd.DataFrame(rows)


def _scenario_years(random: np.random.Generator) -> pd.DataFrame:
    rows = [
        (scenario, year, int(random.integers(900, 9000)), 12.5, random.uniform(0.42, 0.57))
        for scenario in SCENARIOS
        for year in (2019, 2020, 2021)
    ]
    columns = ["scenario", "year", "events", "names_a_day", "hit_rate"]
    return pd.DataFrame(rows, columns=columns)


def _conformance() -> pd.DataFrame:
    rows = [
        ("000-E1", "IC: the text says Spearman, the formula is Pearson’s.", "Two definitions.",
         "Spearman is the headline, Pearson stands beside it.", "0.071 against 0.043"),
        ("000-M10", "SVR with default settings.",
         "Every target lies within the tube of 0.1: a constant prediction without an IC.",
         "Targets of unit variance; the raw row says that it is degenerate.",
         "svr_raw predicts a constant"),
        ("000-F2", "Names in the text only.", "Older variants.", "Mapped to rows.", ""),
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=["id", "says", "problem", "decision", "difference"])


def _beyond() -> pd.DataFrame:
    rows = [
        ("mlp", "40 factors", "rank", "dual", 0.071, 0.085, 0.83, 0.065, 0.05, 0.055, 0.21, 1.4),
        ("mlp_extended", "76 factors", "rank", "IC", 0.083, 0.08, 1.04, 0.074, 0.062, 0.066, 0.27,
         1.9),
    ]  # fmt: skip
    columns = [
        "model", "inputs", "target", "loss", "rank_ic", "rank_ic_sd", "icir", "tradable_ic",
        "residual_ic", "neutral_ic", "layer_last", "ls_sharpe_net",
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=columns)
