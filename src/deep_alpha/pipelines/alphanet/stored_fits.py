"""The node that looks into the fits which the alphanet pipeline has stored."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import xarray as xr

from deep_alpha.errors import ConfigurationError
from deep_alpha.explain import architecture
from deep_alpha.explain.alphanet.attention import attention_of_walk
from deep_alpha.explain.alphanet.configuration import AsRun, configuration_table
from deep_alpha.explain.alphanet.daily_inputs import (
    CORRELATED_ROWS,
    input_correlation,
    input_table,
    sample_window,
)
from deep_alpha.explain.alphanet.fits import AlphaNetFit, stored_alphanets
from deep_alpha.explain.alphanet.importance import branch_weight_table, importance_table
from deep_alpha.explain.alphanet.kept import (
    FEATURE_COLUMNS,
    feature_correlation,
    feature_table,
    kept_table,
    operator_table,
)
from deep_alpha.explain.alphanet.layers import layer_table
from deep_alpha.explain.alphanet.norms import COLUMNS as NORM_COLUMNS
from deep_alpha.explain.alphanet.norms import norm_table
from deep_alpha.explain.alphanet.rows import FoldRows, drawn
from deep_alpha.explain.alphanet.styles import style_frames, style_table
from deep_alpha.factors.alphanet_inputs import input_coverage
from deep_alpha.feature_table import FeatureTable
from deep_alpha.folds import Fold, folds_by_horizon
from deep_alpha.labels import Labels
from deep_alpha.market.universe import UniversePolicy, eligible
from deep_alpha.models.alphanet.features import PreparedFeatures
from deep_alpha.models.alphanet.model import FittedAlphaNet
from deep_alpha.models.segments import segment_samples
from deep_alpha.pipelines.alphanet.models import PAPER, RESIDUALS
from deep_alpha.signals import Signal
from deep_alpha.training.plan import ModelSpec, RunPlan

HEADLINE = "alphanet_v4"
Tables = dict[str, pd.DataFrame]


def look_into_alphanets(
    run_plan: RunPlan,
    panel: xr.Dataset,
    universe: UniversePolicy,
    images: FeatureTable,
    image_labels: dict[int, Labels],
    image_residual_labels: dict[int, Labels],
    folds: dict[str, Any],
    records: list[dict[str, Any]],
    models: dict[str, Any],
    models_folder: str,
    risk_exposures: xr.Dataset,
    *signals: Signal | None,
) -> Tables:
    """What AlphaNets read, keep, weigh and attend to: the tables of the paper's page, by name.

    Where a table is of one fit, it is that of the newest test with the first seed. A model
    that is not fitted has no rows.

    Args:
        run_plan: The headline horizon, the device and the profile.
        panel: The market panel.
        universe: Who is scored.
        images: The daily inputs.
        image_labels: Forward returns at their rows.
        image_residual_labels: What the risk model leaves of them.
        folds: The manifests.
        records: Job records of the paper's models.
        models: Their specifications.
        models_folder: Folder of all jobs.
        risk_exposures: Styles, known at the close of each date.
        signals: The signals of the paper's models, in its order; None where there is none.
    """
    walk = folds_by_horizon(folds)[run_plan.horizon]
    newest = _newest_test(walk)
    horizon = run_plan.horizon
    labels = {
        name: (image_residual_labels if source == RESIDUALS else image_labels)[horizon]
        for name, source in PAPER.items()
    }
    specs = {
        name: run_plan.profile.reduced(name, ModelSpec.model_validate(models[name]))
        for name in PAPER
    }
    rows = FoldRows(images, labels, specs)
    stored = stored_alphanets(Path(models_folder), records, walk, horizon, PAPER)
    fits = {
        model: [fit.load() for fit in own if fit.fold == newest] for model, own in stored.items()
    }
    fits = {model: own for model, own in fits.items() if own}
    attention, diagnostics = attention_of_walk(stored.get(HEADLINE, []), rows)
    styles = style_frames(risk_exposures, panel)
    scores = dict(zip(PAPER, signals, strict=True))
    return {
        **_of_inputs(input_coverage(panel, eligible(panel, universe)), rows, newest),
        **_of_features(stored, fits[HEADLINE][0].features if HEADLINE in fits else None),
        "configuration": configuration_table(
            {name: _as_run(name, fits[name], stored[name], rows, newest, run_plan) for name in fits}
        ),
        **_of_networks(fits, rows, newest),
        "attention": attention,
        "diagnostics": diagnostics,
        "styles": _by_model(
            {
                name: style_table(signal.wide(), styles)
                for name, signal in scores.items()
                if signal is not None
            },
            ("style", "correlation", "mean_abs"),
        ),
    }


def _of_inputs(coverage: Mapping[str, float], rows: FoldRows, newest: Fold) -> Tables:
    known = next(iter(rows.labels.values()))
    train = segment_samples(rows.images, known, newest.train, known_only=True)
    example = drawn(rows.of(HEADLINE, newest, "test"), 1, "inside/example")
    return {
        "inputs": input_table(coverage, train),
        "input_correlation": input_correlation(drawn(train, CORRELATED_ROWS, "inside/inputs")),
        "sample": sample_window(example, rows.images),
    }


def _of_features(
    stored: Mapping[str, list[AlphaNetFit]], headline: PreparedFeatures | None
) -> Tables:
    features, correlation = _empty(FEATURE_COLUMNS), _empty(["name"])
    if headline is not None:
        features, correlation = feature_table(headline), feature_correlation(headline)
    return {
        "operators": operator_table(headline),
        "features": features,
        "feature_correlation": correlation,
        "kept": kept_table([fit for own in stored.values() for fit in own]),
    }


def _of_networks(
    fits: Mapping[str, Sequence[FittedAlphaNet]], rows: FoldRows, newest: Fold
) -> Tables:
    layers = {name: layer_table(own[0]) for name, own in fits.items()}
    importance = {
        name: importance_table(own, rows.of(name, newest, "test")) for name, own in fits.items()
    }
    weights = {name: branch_weight_table(own) for name, own in fits.items()}
    norms = _empty(NORM_COLUMNS)
    if HEADLINE in fits:
        norms = norm_table(fits[HEADLINE][0], rows.of(HEADLINE, newest, "train"))
    return {
        "architectures": _by_model(layers, architecture.COLUMNS),
        "importance": _by_model(importance, ("feature", "operator", "weight", "gradient")),
        "branch_weights": _by_model(weights, ("window", "feature", "mean_abs")),
        "norms": norms,
    }


def _as_run(
    name: str,
    fits: Sequence[FittedAlphaNet],
    stored: Sequence[AlphaNetFit],
    rows: FoldRows,
    newest: Fold,
    run_plan: RunPlan,
) -> AsRun:
    spec = rows.specs[name]
    return AsRun(
        fitted=fits[0],
        target=rows.labels[name].target,
        seeds=tuple(fit.seed for fit in stored if fit.fold == newest),
        train_every=spec.train_every * run_plan.profile.train_every,
        valid_every=spec.valid_every,
        precision=run_plan.device_settings.of(spec.model_class).precision,
    )


def _newest_test(folds: Sequence[Fold]) -> Fold:
    closed = [fold for fold in folds if not fold.is_live]
    if not closed:
        raise ConfigurationError(
            "there is no test to look at fits with: every fold is live; let folds.test_start lie "
            "before the newest date"
        )
    return closed[-1]


def _by_model(parts: Mapping[str, pd.DataFrame], columns: Sequence[str]) -> pd.DataFrame:
    named = [part.assign(model=name) for name, part in parts.items() if len(part)]
    joined = pd.concat(named, ignore_index=True) if named else pd.DataFrame()
    return joined.reindex(columns=["model", *columns])


def _empty(columns: Sequence[str]) -> pd.DataFrame:
    return pd.DataFrame(columns=list(columns))
