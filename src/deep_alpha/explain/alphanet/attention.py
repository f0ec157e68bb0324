"""Which steps V4 attends to, and how lopsided its sum is (SPEC 001-E3, E6)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from deep_alpha.explain.alphanet.fits import AlphaNetFit
from deep_alpha.explain.alphanet.rows import FoldRows
from deep_alpha.models.alphanet.model import FittedAlphaNet
from deep_alpha.models.alphanet.v4 import AlphaNetV4
from deep_alpha.models.samples import Samples

FloatArray = NDArray[np.float32]

ATTENTION_COLUMNS = ("model", "back", "weight", "low", "high")
_DIAGNOSTICS = ("hidden_variance", "encoded_variance", "attention_entropy", "steps")
DIAGNOSTIC_COLUMNS = ("model", "fold", "seed", *_DIAGNOSTICS)
_QUANTILES = (0.1, 0.9)


def attention_of_walk(
    fits: Sequence[AlphaNetFit], rows: FoldRows
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Attention and diagnostics of every fit with a closed test, on rows of its own test.

    Args:
        fits: Those of one model, in time order.
        rows: Where samples are drawn.

    Returns:
        Attention by step (columns ``ATTENTION_COLUMNS``), pooled over samples of all fits,
        and diagnostics, a row a fit (``DIAGNOSTIC_COLUMNS``). Both are empty for a network
        that is no V4, the first also for one without attention.
    """
    weights: list[FloatArray] = []
    diagnoses: list[dict[str, Any]] = []
    offsets: tuple[int, ...] = ()
    for fold in dict.fromkeys(fit.fold for fit in fits if not fit.fold.is_live):
        own = [fit for fit in fits if fit.fold == fold]
        samples = rows.of(own[0].model, fold, "test")
        for fit in own if len(samples) else []:
            fitted = fit.load()
            found, attention = diagnose(fitted, samples), attention_weights(fitted, samples)
            place = {"model": fit.model, "fold": fold.name, "seed": fit.seed}
            diagnoses += [place | found] if found else []
            weights += [] if attention is None else [attention]
            offsets = fitted.config.branches[0].offsets
    table = attention_table(weights, offsets)
    table.insert(0, "model", fits[0].model if fits else "")
    return table, pd.DataFrame(diagnoses, columns=list(DIAGNOSTIC_COLUMNS))


def attention_weights(fitted: FittedAlphaNet, samples: Samples) -> FloatArray | None:
    """A network's attention over the steps of each sample, shape (n, steps), oldest first.

    Returns:
        None for a network without attention.
    """
    network = fitted.network
    if not isinstance(network, AlphaNetV4) or network.attention is None:
        return None
    seen: list[Tensor] = []

    def note(module: nn.Module, given: tuple[Any, ...]) -> None:
        hidden, context, _ = given
        seen.append(module.weights(hidden, context))  # type: ignore[operator]

    handle = network.attention.register_forward_pre_hook(note)
    try:
        with torch.no_grad(), fitted.compute.scope():
            network(_inputs(fitted, samples))
    finally:
        handle.remove()
    weights: FloatArray = seen[0].cpu().numpy()
    return weights


def attention_table(weights: Sequence[FloatArray], offsets: Sequence[int]) -> pd.DataFrame:
    """Attention by step, pooled over samples of all fits.

    Args:
        weights: Of each fit, as of :func:`attention_weights`.
        offsets: Days before the sample's own of each step, oldest first.

    Returns:
        Columns back, weight (mean), low and high (10 and 90 % quantiles over samples), the
        newest step first.
    """
    if not weights:
        return pd.DataFrame(columns=["back", "weight", "low", "high"])
    pooled = np.concatenate(weights).astype(np.float64)
    low, high = np.quantile(pooled, _QUANTILES, axis=0)
    table = pd.DataFrame(
        {"back": list(offsets), "weight": pooled.mean(axis=0), "low": low, "high": high}
    )
    return table.sort_values("back", ignore_index=True)


def diagnose(fitted: FittedAlphaNet, samples: Samples) -> dict[str, float]:
    """Variance of the Bi-LSTM's states and of the encoders' sum, entropy of the attention.

    Args:
        fitted: A fit.
        samples: Rows of its test.

    Returns:
        ``hidden_variance``, ``encoded_variance``, ``attention_entropy`` (in nats; log(steps)
        where all steps weigh alike; NaN for what the network does not have) and ``steps``.
        Empty for a network that is no V4.
    """
    network = fitted.network
    if not isinstance(network, AlphaNetV4):
        return {}
    with fitted.compute.scope():
        found = network.diagnostics(_inputs(fitted, samples))
    found["steps"] = fitted.config.branches[0].steps
    return {name: found.get(name, np.nan) for name in _DIAGNOSTICS}


def _inputs(fitted: FittedAlphaNet, samples: Samples) -> Tensor:
    windows = fitted.features.of_windows(samples, fitted.config.branches)
    return torch.from_numpy(windows).to(fitted.compute.device)
