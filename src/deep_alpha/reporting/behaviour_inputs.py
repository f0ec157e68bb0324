"""What the page of paper 000 is drawn from, besides the results that all pages share."""

from __future__ import annotations

from dataclasses import dataclass, fields

import pandas as pd

from deep_alpha.reporting.inputs import ReportInputs


@dataclass(frozen=True)
class BehaviourTables:
    """Tables of the paper's own questions; any may be empty.

    Args:
        architectures: A row a layer: model, layer, kind, shape_in, shape_out, parameters.
        shap: A row a factor: model, factor, group, mean (signed SHAP value), mean_abs,
            direction (sign of the correlation of factor and SHAP value × mean_abs), rows
            (number explained), row and column of its cell in the map.
        shap_groups: model, group, mean_abs (sum over the group's factors), share.
        sensitivity: A row a variant: axis, variant, base (whether it is the headline's
            setting), model, rank_ic, rank_ic_sd, icir, hac_p, pearson_ic, days, seconds,
            degenerate, leaks (whether it selects on the test).
        crash: The worst months of the market: month, market_return, model, rank_ic, top,
            bottom, long_short (returns of the month, gross); market, what it is in words, may
            be absent.
        with_training: The paper's sample, which contains training: model, leg (top, bottom,
            long_short, and the same after ``naive_``), annual_return, volatility, sharpe,
            final_value, days.
        support_vectors: Fits of the linear support vector regressions: model, fold, seed,
            train_rows, rows (those fitted), solver, gap, support_share, degenerate, seconds.
        scenarios: Results of the scenario models: scenario, variant (label or occurrence),
            task, fits, events, train_events, base_rate, auc, auc_low, auc_high, accuracy,
            rank_ic, ic_days, rmse, rmse_mean (of the train mean), status.
        scenario_years: scenario, year, events, names_a_day, hit_rate.
        conformance: The paper against this project: id, says, problem, decision,
            difference (what it makes on this market, in words with numbers; empty where it
            can not be measured).
        beyond: Configurations of our own: model, inputs, target, loss, rank_ic, rank_ic_sd,
            icir, tradable_ic, residual_ic, neutral_ic, layer_last, ls_sharpe_net.
    """

    architectures: pd.DataFrame
    shap: pd.DataFrame
    shap_groups: pd.DataFrame
    sensitivity: pd.DataFrame
    crash: pd.DataFrame
    with_training: pd.DataFrame
    support_vectors: pd.DataFrame
    scenarios: pd.DataFrame
    scenario_years: pd.DataFrame
    conformance: pd.DataFrame
    beyond: pd.DataFrame

    @classmethod
    def names(cls) -> tuple[str, ...]:
        """The tables' names."""
        return tuple(field.name for field in fields(cls))


@dataclass(frozen=True)
class BehaviourInputs:
    """Everything the page of paper 000 shows.

    Args:
        results: The results of the paper's models and their yardsticks.
        tables: The paper's own tables.
        beyond: Names of the models that go beyond the paper.
    """

    results: ReportInputs
    tables: BehaviourTables
    beyond: tuple[str, ...] = ()
