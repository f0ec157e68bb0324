"""What a fit's epochs say, in units that variants with other targets and losses share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from deep_alpha.models.alphanet.features import PreparedFeatures
from deep_alpha.pipelines.ablation.held_out import target_variance
from deep_alpha.training.jobs import Job, JobResult


def epochs_of(job: Job, result: JobResult) -> pd.DataFrame:
    """The epochs of a fit.

    Returns:
        fold, seed, epoch (from 1), train_error and valid_error (mean squared errors over the
        variance of the target, so that a constant score has 1), valid_ic (of the labels that
        are fitted), sharpe, seconds. ``train_error`` is what the optimiser saw, dropout
        included; NaN where that is no plain squared error.
    """
    record = result.record
    logged = pd.DataFrame(record["fit"]["summary"]["history"]).astype(np.float64)
    return pd.DataFrame(
        {
            "fold": record["fold"],
            "seed": record["seed"],
            "epoch": logged["epoch"].astype(np.int64) + 1,
            "train_error": logged["loss"] if is_plain(record["config"]) else np.nan,
            "valid_error": logged["rmse"] ** 2 / target_variance(job, result),
            "valid_ic": logged["ic"],
            "sharpe": logged["sharpe"],
            "seconds": logged["seconds"],
        }
    )


def is_plain(config: Mapping[str, Any]) -> bool:
    """Whether the loss is the mean squared error of a target of unit variance.

    Weights that grow with the target and projections make it another quantity.
    """
    unit = config["target"] != "return" or config["y_scale"] == "train_std"
    return bool(unit and config["loss"] == "mse" and config["long_weight"] == "off")


def learned(results: Sequence[JobResult], epochs: Sequence[pd.DataFrame]) -> dict[str, float]:
    """Figures of the fits of one variant, each the mean over fits.

    Args:
        results: What the fits left behind, one or more.
        epochs: Their epochs, as of :func:`epochs_of`.

    Returns:
        features and parameters; train_error, valid_error, valid_ic and valid_sharpe at the
        epoch that was kept; epochs that were run; and seconds_per_epoch, the median.
    """
    fits = [_at_best(result, frame) for result, frame in zip(results, epochs, strict=True)]
    means = pd.DataFrame(fits).astype(np.float64).mean()
    seconds = pd.concat([frame["seconds"] for frame in epochs])
    return {
        **{str(name): float(value) for name, value in means.items()},
        "seconds_per_epoch": float(seconds.median()),
    }


def _at_best(result: JobResult, epochs: pd.DataFrame) -> dict[str, float]:
    summary = result.record["fit"]["summary"]
    best = epochs.iloc[summary["best_epoch"]]
    return {
        "features": len(PreparedFeatures.load(result.folder / "model").columns),
        "parameters": summary["parameters"],
        "train_error": best["train_error"],
        "valid_error": best["valid_error"],
        "valid_ic": best["valid_ic"],
        "valid_sharpe": best["sharpe"],
        "epochs": len(epochs),
    }
