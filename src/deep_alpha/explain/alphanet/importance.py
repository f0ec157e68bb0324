"""Which features of the main window move an AlphaNet's score (SPEC 2.11, Figure 5-2).

By weights: how strongly the first matrix weighs a feature, times the scale that the batch
norm before it gives it. By gradients: what a small change of the feature, as large as the
feature itself, does to the scores of test rows.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import torch
from numpy.typing import NDArray

from deep_alpha.explain.alphanet.first_layers import first_layers
from deep_alpha.factors.alphanet_columns import column_names, feature_columns
from deep_alpha.factors.alphanet_inputs import INPUT_SETS
from deep_alpha.models.alphanet.model import FittedAlphaNet
from deep_alpha.models.alphanet.v1 import AlphaNetV1
from deep_alpha.models.samples import Samples

FloatArray = NDArray[np.float64]
_SAMPLES_AT_ONCE = 256


def weight_importance(fitted: FittedAlphaNet) -> FloatArray:
    """Mean |W| of a feature's input weights × |γ| of its batch norm, shape (m,), sum 1.

    Over all gates and both directions of the Bi-LSTM, over the gates of V2's and V3's first
    branch, and over hidden units, steps and pools of V1.
    """
    main = first_layers(fitted.network)[0]
    return _shares((main.weights.abs() * main.scale).mean(dim=0).double().cpu().numpy())


def gradient_importance(fitted: FittedAlphaNet, samples: Samples) -> FloatArray:
    """Mean over samples of |gradient × input|, summed over steps; shape (m,), sum 1.

    Args:
        fitted: The network; its score before any projection is differentiated.
        samples: Some rows of a test segment.
    """
    width = len(fitted.features.columns)
    total = np.zeros(width)
    with fitted.compute.scope():
        for first in range(0, len(samples), _SAMPLES_AT_ONCE):
            part = samples.subset(slice(first, first + _SAMPLES_AT_ONCE))
            windows = fitted.features.of_windows(part, fitted.config.branches)
            inputs = torch.from_numpy(windows).to(fitted.compute.device).requires_grad_()
            # Samples do not meet in evaluation, so that the sum's gradient is each one's own.
            (slope,) = torch.autograd.grad(fitted.network(inputs).sum(), inputs)
            moved = (slope * inputs)[..., :width].detach().abs()
            total += moved.sum(dim=(0, 1)).double().cpu().numpy()
    return _shares(total)


def importance_table(fits: Sequence[FittedAlphaNet], samples: Samples) -> pd.DataFrame:
    """Both importances of the main window's features, mean over fits.

    Args:
        fits: One model's fits of the newest test, of all seeds. What a fit does not keep has
            no importance in it.
        samples: Rows of that test.

    Returns:
        Columns feature (in canonical order), operator, weight and gradient, each of which
        sums to 1.
    """
    parts = []
    for fitted in fits:
        names = list(fitted.features.names)
        weights = {"weight": weight_importance(fitted)}
        weights["gradient"] = gradient_importance(fitted, samples)
        parts.append(pd.DataFrame(weights, index=pd.Index(names, name="feature")))
    kept = _kept_by_any(fits)
    mean = pd.concat(parts).groupby(level=0).sum().loc[list(kept)] / len(parts)
    mean.insert(0, "operator", list(kept.values()))
    return mean.reset_index()


def branch_weight_table(fits: Sequence[FittedAlphaNet]) -> pd.DataFrame:
    """How strongly each branch's first matrix weighs each feature (Figure 4-8).

    Args:
        fits: One model's fits of the newest test, of all seeds.

    Returns:
        Columns window, feature (in canonical order) and mean_abs: mean |W| over gates and
        directions, for V4's encoders over queries, keys and values, and over the fits that
        keep the feature. No row for V1, which has no sequence to read.
    """
    parts = [
        pd.DataFrame(
            {
                "window": branch.window,
                "feature": fitted.features.names,
                "mean_abs": layer.weights.abs().mean(dim=0).double().cpu().numpy(),
            }
        )
        for fitted in fits
        if not isinstance(fitted.network, AlphaNetV1)
        for branch, layer in zip(fitted.config.branches, first_layers(fitted.network), strict=False)
    ]
    if not parts:
        return pd.DataFrame(columns=["window", "feature", "mean_abs"])
    joined = pd.concat(parts).groupby(["window", "feature"], sort=False)["mean_abs"].mean()
    in_order = pd.MultiIndex.from_product(
        [joined.index.unique("window"), list(_kept_by_any(fits))], names=joined.index.names
    )
    return joined.reindex(in_order).dropna().reset_index()


def _kept_by_any(fits: Sequence[FittedAlphaNet]) -> dict[str, str]:
    """The features that some fit keeps, in canonical order, and the operator of each."""
    settings = fits[0].features.settings
    inputs = INPUT_SETS[settings.inputs]
    columns = feature_columns(inputs, mean=settings.mean)
    kept = {name for fitted in fits for name in fitted.features.names}
    named = zip(column_names(columns, inputs), columns, strict=True)
    return {name: column.operator for name, column in named if name in kept}


def _shares(values: FloatArray) -> FloatArray:
    total = values.sum()
    return values / total if total > 0 else np.full_like(values, np.nan)
