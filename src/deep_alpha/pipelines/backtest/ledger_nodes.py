"""The node that writes looks at rules and blends to the ledger."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
import xarray as xr

from deep_alpha.evaluation.ic import rank_ic
from deep_alpha.evaluation.ledger import shared_columns
from deep_alpha.evaluation.settings import EvaluationSettings
from deep_alpha.evaluation.untrained_looks import UntrainedLook, untrained_rows
from deep_alpha.folds import folds_by_horizon
from deep_alpha.market.identity import MarketRecord
from deep_alpha.pipelines.factors.nodes import target_settings
from deep_alpha.pipelines.gathering import KINDS
from deep_alpha.signals import Signal, wide_frame
from deep_alpha.targets import forward_return
from deep_alpha.training.plan import RunPlan


def note_untrained_looks(
    run_plan: RunPlan,
    scores: Mapping[str, pd.DataFrame],
    other_signals: Mapping[str, Mapping[str, Signal]],
    daily_ic: pd.DataFrame,
    all_signals: Mapping[str, Signal],
    sensitivity_looks: pd.DataFrame,
    alphanet_looks: pd.DataFrame,
    ablation_looks: pd.DataFrame,
    panel: xr.Dataset,
    folds: dict[str, Any],
    market_record: MarketRecord,
    target: dict[str, Any],
    evaluation: EvaluationSettings,
) -> list[dict[str, Any]]:
    """Ledger rows of every signal that no job fitted: rules at all horizons, and blends.

    The oracle of a simulated market has none: it is nobody's choice. The looks of the
    sensitivities, of AlphaNet and of its ablation are not read: they only have to be in the
    ledger before it is counted.
    """
    fitted = {name for name, signal in all_signals.items() if signal.meta["seeds"]}
    looks = []
    keys: Any = ["model", "horizon"]
    for (model, horizon), own in daily_ic.groupby(keys, sort=False):
        if model in fitted or KINDS.get(model) == "oracle":
            continue
        headline = horizon == run_plan.horizon
        wide = scores[model] if headline else other_signals[model][f"h{horizon}"].wide()
        looks.append(UntrainedLook(model, (), int(horizon), wide, own.set_index("date")["rank_ic"]))
    if evaluation.blends:
        returns = wide_frame(forward_return(panel, target_settings(target, run_plan)[0]))
        looks += [
            UntrainedLook(
                name, parts, run_plan.horizon, scores[name], rank_ic(scores[name], returns)
            )
            for name, parts in evaluation.blends.items()
        ]
    by_horizon = folds_by_horizon(folds)
    common = shared_columns(
        market_record, target["entry"], run_plan.profile_name, by_horizon[run_plan.horizon]
    )
    return untrained_rows(looks, by_horizon, market_record.dates, common)
