"""Nodes of the backtest pipeline: every signal on one protocol."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
import xarray as xr

from deep_alpha.backtest.exchange import ExchangeRules
from deep_alpha.backtest.judge import judge_portfolios
from deep_alpha.evaluation.judge import is_degenerate, judge_ic
from deep_alpha.evaluation.settings import EvaluationSettings
from deep_alpha.pipelines.factors.nodes import target_settings
from deep_alpha.signals import Signal, check_comparable, wide_frame
from deep_alpha.targets import forward_return
from deep_alpha.training.plan import RunPlan


def judge(
    run_plan: RunPlan,
    panel: xr.Dataset,
    target: dict[str, Any],
    evaluation: EvaluationSettings,
    rules: ExchangeRules,
    signals: Mapping[str, Signal],
    seed_signals: Mapping[str, Mapping[str, Signal]],
    other_signals: Mapping[str, Mapping[str, Signal]],
) -> tuple[dict[str, Any], pd.DataFrame, pd.DataFrame]:
    """Judge every signal on the same labels.

    Returns:
        Metric records by table, daily ICs, daily portfolio returns.
    """
    present = {name: signal for name, signal in signals.items() if len(signal.scores)}
    check_comparable(present)
    ic: list[dict[str, Any]] = []
    portfolio: list[dict[str, Any]] = []
    daily_ic, daily_portfolio = [], []
    for settings in target_settings(target, run_plan):
        horizon = settings.horizon
        returns = wide_frame(forward_return(panel, settings))
        for name, signal in present.items():
            headline = horizon == run_plan.horizon
            if headline:
                scores, seeds = signal.wide(), seed_signals.get(name, {})
            else:
                other = other_signals.get(name, {}).get(f"h{horizon}")
                if other is None:
                    continue
                scores, seeds = other.wide(), {}
            judged = judge_ic(
                name,
                scores,
                returns,
                horizon,
                evaluation,
                [seed.wide() for seed in seeds.values()],
            )
            ic += judged.records
            daily_ic.append(judged.daily.assign(model=name, horizon=horizon))
            if headline and not is_degenerate(scores):
                held = judge_portfolios(
                    name,
                    scores,
                    panel,
                    horizon,
                    evaluation,
                    delisting_days=rules.delisting_days,
                )
                portfolio += held.records
                daily_portfolio.append(held.daily.assign(model=name))
    return {"ic": ic, "portfolio": portfolio}, _stack(daily_ic), _stack(daily_portfolio)


def _stack(frames: list[pd.DataFrame]) -> pd.DataFrame:
    return pd.concat(frames).rename_axis("date").reset_index()
