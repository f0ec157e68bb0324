"""What the page of paper 001 is drawn from, besides the results that all pages share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields

import pandas as pd

from deep_alpha.reporting.inputs import ReportInputs


@dataclass(frozen=True)
class AlphaNetTables:
    """Tables of the paper's own questions; any may be empty.

    ``model`` is a name of the configuration, ``fold`` and ``seed`` those of a fit. Errors are
    mean squared errors over the variance of the target, so that a constant score has 1.

    Args:
        inputs: A row an input (Table 3-1): name, formula, v1, v2, paper13, dedup11 (its place in
            each set, from 1; NaN outside), coverage (share of eligible rows that have it),
            median, low, high (1 and 99 % quantiles over the train rows of the newest test).
        sample: One sample's raw window (Table 3-2): input, day (0 is the sample's own, 1 the day
            before …), value, scaled (in the window's standard deviations), asset, date.
        operators: Table 3-3: operator, formula, features (of paper13 in one window), kept (by the
            headline network's newest fit).
        configuration: Table 3-4 as run: setting, and one column a model, in words.
        architectures: A row a layer: model, layer, kind, shape_in, shape_out, parameters.
        input_correlation: Figures 4-2, 4-3: set (v1, v2, paper13), first, second, correlation
            (Spearman, train rows).
        features: A row a feature of the main window: name, operator, kept, constant, place
            (canonical, from 0).
        feature_correlation: Rank correlations of all features, as a square frame with a
            column ``name`` and one column a feature; NaN for constants.
        kept: A row a fit: model, fold, seed, features, kept, jaccard (with the kept set of the
            model's first fit).
        norms: Figure 3-5: operator, stage (before, after), low, high (of the bin), share.
        branch_weights: Figure 4-8: model, window, feature, mean_abs (of the GRU's input
            weights).
        importance: Figure 5-2: model, feature, operator, weight, gradient (each sums to 1).
        attention: Mean attention weight by step: model, back (days before the sample's),
            weight, low, high (10 and 90 % quantiles over samples).
        diagnostics: A row a fit (E6): model, fold, seed, hidden_variance, encoded_variance,
            attention_entropy, steps.
        styles: Mean over days of the absolute correlation of score and style: model, style,
            correlation (of the mean, signed), mean_abs. ``VOLATILITY`` is 20-day volatility.
        ablation: A row a variant: axis, variant, base (whether it is the axis's model as it
            stands), model, labels (return or residual), features (kept in one window), parameters,
            train_error, valid_error (at the epoch kept), valid_ic, valid_sharpe, epochs,
            seconds_per_epoch, rank_ic, rank_ic_sd, icir, residual_ic, residual_icir, days,
            degenerate; figure (of the paper, as ``4-6``; empty for none), note.
        ablation_history: axis, variant, fold, seed, epoch (from 1), train_error, valid_error,
            valid_ic, sharpe, seconds.
        board: The scoreboard's rows of the paper's models, its yardsticks and the others.
        bases: The scoreboard's ``bases`` of the same signals.
        paired: The scoreboard's paired differences of the same signals.
        layers, layer_curves, monotonicity: The layer test's tables of the paper's models.
        enhancement, enhancement_curves: The enhanced index's tables of the paper's models.
        conformance: The paper against this project: id, says, problem, decision, difference.
    """

    inputs: pd.DataFrame
    sample: pd.DataFrame
    operators: pd.DataFrame
    configuration: pd.DataFrame
    architectures: pd.DataFrame
    input_correlation: pd.DataFrame
    features: pd.DataFrame
    feature_correlation: pd.DataFrame
    kept: pd.DataFrame
    norms: pd.DataFrame
    branch_weights: pd.DataFrame
    importance: pd.DataFrame
    attention: pd.DataFrame
    diagnostics: pd.DataFrame
    styles: pd.DataFrame
    ablation: pd.DataFrame
    ablation_history: pd.DataFrame
    board: pd.DataFrame
    bases: pd.DataFrame
    paired: pd.DataFrame
    layers: pd.DataFrame
    layer_curves: pd.DataFrame
    monotonicity: pd.DataFrame
    enhancement: pd.DataFrame
    enhancement_curves: pd.DataFrame
    conformance: pd.DataFrame

    @classmethod
    def names(cls) -> tuple[str, ...]:
        """The tables' names."""
        return tuple(each.name for each in fields(cls))


@dataclass(frozen=True)
class AlphaNetInputs:
    """Everything the page of paper 001 shows.

    Args:
        results: The results of all models; those of the paper are named in ``paper``.
        tables: The paper's own tables.
        paper: The paper's models in its order, V1 to V4.
        yardsticks: Those compared with them.
        headline: The paper's own model.
        branches: By model, window, steps and stride of each branch, the main one first;
            where a model is not named, diagrams number its branches.
    """

    results: ReportInputs
    tables: AlphaNetTables
    paper: tuple[str, ...]
    yardsticks: tuple[str, ...]
    headline: str
    branches: Mapping[str, tuple[tuple[int, int, int], ...]] = field(default_factory=dict)
