"""Samples with a planted function that no linear model finds, for the tests of networks."""

from __future__ import annotations

import numpy as np

from deep_alpha.models.samples import Samples

LOOKBACK = 6


def planted_rows(days, seed, names=100, signal=1.0, features=6):
    """Returns of 3 % a day's sd, of which the first three features explain a part."""
    random = np.random.default_rng(seed)
    rows = days * names
    values = random.normal(size=(rows, features)).astype(np.float32)
    truth = values[:, 0] * values[:, 1] - np.abs(values[:, 2])
    returns = 0.03 * (signal * truth + random.normal(size=rows)).astype(np.float32)
    return Samples(
        features=values,
        rows=np.arange(rows),
        date_index=np.repeat(np.arange(days), names),
        asset_index=np.tile(np.arange(names), days),
        target=np.full(rows, np.nan, dtype=np.float32),
        forward_return=returns,
        feature_names=tuple(f"alpha_{number}" for number in range(features)),
    )


def planted_windows(days, seed, names=60, noise=1.0, features=2):
    """Returns follow a product of the values four and five days ago: no single day tells.

    Every name trades every day; its first days are in windows only.
    """
    random = np.random.default_rng(seed)
    values = random.normal(size=(days + LOOKBACK, names, features)).astype(np.float32)
    first, second = values[LOOKBACK - 5 : -5, :, 0], values[LOOKBACK - 4 : -4, :, 0]
    truth = first * second
    returns = 0.02 * (truth + noise * random.normal(size=truth.shape)).astype(np.float32)
    count = days * names
    previous = np.arange(-names, len(values) * names - names)
    return Samples(
        features=values.reshape(-1, features),
        rows=np.arange(LOOKBACK * names, len(values) * names),
        date_index=np.repeat(np.arange(days), names),
        asset_index=np.tile(np.arange(names), days),
        target=np.full(count, np.nan, dtype=np.float32),
        forward_return=returns.reshape(-1),
        feature_names=("log_return", "log_turnover", "gap", "range")[:features],
        lookback=LOOKBACK,
        previous_row=np.maximum(previous, -1),
    )
