"""What the first batch norm makes of raw features (Figure 3-5)."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import torch
from numpy.typing import NDArray

from deep_alpha.explain.alphanet.first_layers import first_layers
from deep_alpha.models.alphanet.branches import cuts
from deep_alpha.models.alphanet.feature_scaling import FeatureScaling
from deep_alpha.models.alphanet.model import FittedAlphaNet
from deep_alpha.models.samples import Samples

OPERATORS = ("ts_corr", "ts_stddev")
BINS = 60
SHOWN = (0.005, 0.995)
"""Quantiles between which the bins lie: raw features have tails that would leave one bin."""

COLUMNS = ("operator", "stage", "low", "high", "share", "minimum", "maximum")

FloatArray = NDArray[np.float32]


def norm_table(fitted: FittedAlphaNet, samples: Samples) -> pd.DataFrame:
    """Histograms of correlations and deviations before and after the first batch norm.

    All kept channels of an operator, all steps and all samples are pooled. Between the two
    stages lie the train scaling (winsorising, z-score, clip) and the batch norm.

    Args:
        fitted: A fit; its main window is shown.
        samples: Train rows.

    Returns:
        Columns operator, stage (``before``, ``after``), low and high of a bin, share of the
        operator's values in it, and their minimum and maximum. The bins lie between the 0.5
        and 99.5 % quantiles, so that their shares sum to 0.99. No row of an operator that
        keeps no channel, and none without samples.
    """
    if not len(samples):
        return pd.DataFrame(columns=list(COLUMNS))
    stages = {"before": raw_main(fitted, samples), "after": normalised_main(fitted, samples)}
    operators = np.array([column.operator for column in fitted.features.columns])
    parts = [
        _histogram(values[..., operators == operator]).assign(operator=operator, stage=stage)
        for operator in OPERATORS
        for stage, values in stages.items()
        if (operators == operator).any()
    ]
    joined = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()
    return joined.reindex(columns=list(COLUMNS))


def raw_main(fitted: FittedAlphaNet, samples: Samples) -> FloatArray:
    """Kept features of the main branch as its operators give them, shape (n, steps, m)."""
    branch, count = fitted.config.branches[0], len(fitted.features.columns)
    unscaled = FeatureScaling(
        low=np.full(count, -np.inf, dtype=np.float32),
        high=np.full(count, np.inf, dtype=np.float32),
        mean=np.zeros(count, dtype=np.float32),
        inverse=np.ones(count, dtype=np.float32),
        clip=np.inf,
    )
    main = replace(fitted.features, windows=(branch.window,), scaling=unscaled)
    return main.of_windows(samples, [branch])


def normalised_main(fitted: FittedAlphaNet, samples: Samples) -> FloatArray:
    """The same features after the network's first batch norm, shape (n, steps, m)."""
    width = len(fitted.features.columns)
    where = cuts(fitted.config.branches, width)[0]
    inputs = torch.from_numpy(fitted.features.of_windows(samples, fitted.config.branches))
    inputs = inputs[:, list(where.positions)].to(fitted.compute.device)
    norm = first_layers(fitted.network)[0].norm
    with torch.no_grad(), fitted.compute.scope():
        # The main window's columns come first; V4 normalises those of the others with them.
        every = norm(inputs[..., : len(norm.weight)])
    main: FloatArray = every[..., :width].cpu().numpy()
    return main


def _histogram(values: FloatArray) -> pd.DataFrame:
    pooled = values.astype(np.float64).ravel()
    low, high = np.quantile(pooled, SHOWN)
    counts, edges = np.histogram(pooled, BINS, (low, high))
    return pd.DataFrame(
        {
            "low": edges[:-1],
            "high": edges[1:],
            "share": counts / len(pooled),
            "minimum": pooled.min(),
            "maximum": pooled.max(),
        }
    )
