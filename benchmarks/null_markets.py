"""Null calibration: markets in which nothing is planted, and what the models find there.

Twenty simulated markets without alpha, seeds fixed before the first run (1000 … 1019).
Each goes the whole way: panel, 40 factors, folds, every model of the behaviour pipeline,
rank IC of the tests. At the 5 % level a sound model is called significant about once in
twenty markets; more than four times would be a leak or a broken test statistic.

Run: ``python benchmarks/null_markets.py [markets]``.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Any

import pandas as pd
import yaml

from deep_alpha.evaluation import ic_summary, rank_ic
from deep_alpha.factors import behavioural_factors, composite_score, factor_set
from deep_alpha.factors.features import FactorSettings, build_features
from deep_alpha.feature_table import FeatureTable
from deep_alpha.folds import FoldSettings, make_folds
from deep_alpha.labels import make_labels
from deep_alpha.market import simulate_market
from deep_alpha.market.universe import UniversePolicy, eligible
from deep_alpha.panel import build_panel
from deep_alpha.signals import grid_signal, wide_frame
from deep_alpha.targets import TargetSettings, forward_return
from deep_alpha.training.device import DeviceSettings
from deep_alpha.training.plan import ExecutorSettings, ModelSpec, Profile, RunPlan
from deep_alpha.training.walk_forward import walk_forward

SEEDS = tuple(range(1000, 1020))
SIZE = {"n_assets": 100, "n_days": 800, "alpha_strength": 0.0}
LEVEL = 0.05
MODELS_FILE = Path(__file__).parents[1] / "conf" / "base" / "parameters" / "behaviour.yml"
PLAN = RunPlan(
    profile_name="null",
    profile=Profile(seeds=(0,), horizons=(5,), model_settings={"max_epochs": 30}),
    device="cpu",
    device_settings=DeviceSettings(),
    executor_settings=ExecutorSettings(name="serial"),
)


def model_specs() -> dict[str, ModelSpec]:
    """The models of the configuration, as ``kedro run`` fits them."""
    content = yaml.safe_load(MODELS_FILE.read_text())["models"]
    return {name: ModelSpec.model_validate(spec) for name, spec in content.items()}


def judge_market(seed: int, specs: dict[str, ModelSpec], folder: Path) -> list[dict[str, Any]]:
    """Mean test IC and its corrected p value of every model on one null market."""
    market = simulate_market(seed=seed, **SIZE)
    panel = build_panel(market.bars, market.assets)
    universe = eligible(panel, UniversePolicy())
    target = TargetSettings(horizon=PLAN.horizon)
    settings = FactorSettings()
    build_features(behavioural_factors(panel), panel, universe, settings).save(folder / "features")
    table = FeatureTable.open(folder / "features")
    make_labels(table, panel, target).save(folder / "labels")
    folds = make_folds(table.dates, target.reach, FoldSettings(live=False), table.first_day)
    returns = wide_frame(forward_return(panel, target))
    scores = {"composite": grid_signal(composite_score(panel, universe), folds, {}).wide()}
    for name, spec in specs.items():
        walk = walk_forward(
            name,
            spec,
            PLAN,
            factor_set(settings.set),
            {PLAN.horizon: folds},
            folder / "features",
            {PLAN.horizon: folder / "labels"},
            folder / "models",
            {},
        )
        scores[name] = walk.signals[PLAN.horizon].wide()
    rows = []
    for name, wide in scores.items():
        summary = ic_summary(rank_ic(wide, returns), PLAN.horizon)
        rows.append(
            {
                "seed": seed,
                "model": name,
                "ic": summary.mean,
                "hac_t": summary.hac_t,
                "p": summary.hac_p,
                "naive_t": summary.naive_t,
                "days": summary.n_days,
            }
        )
    return rows


def run(markets: int = len(SEEDS)) -> pd.DataFrame:
    """One row for each market and model."""
    specs = model_specs()
    rows = []
    for seed in SEEDS[:markets]:
        with tempfile.TemporaryDirectory() as folder:
            rows += judge_market(seed, specs, Path(folder))
    return pd.DataFrame(rows)


def summarise(rows: pd.DataFrame) -> pd.DataFrame:
    """Rejections at the 5 % level by model: corrected HAC p, |HAC t| and naive |t| above 1.96."""
    grouped = rows.groupby("model")
    return pd.DataFrame(
        {
            "markets": grouped.size(),
            "mean IC": grouped["ic"].mean().round(4),
            "sd of IC": grouped["ic"].std().round(4),
            "rejections (HAC, corrected)": grouped["p"].apply(lambda p: int((p < LEVEL).sum())),
            "|HAC t| > 1.96": grouped["hac_t"].apply(lambda t: int((t.abs() > 1.96).sum())),
            "|naive t| > 1.96": grouped["naive_t"].apply(lambda t: int((t.abs() > 1.96).sum())),
        }
    )


if __name__ == "__main__":
    table = summarise(run(int(sys.argv[1]) if len(sys.argv) > 1 else len(SEEDS)))
    print(table.to_string())
