"""Samples with a planted linear signal, for the tests of the yardstick models."""

from __future__ import annotations

import numpy as np
from scipy.stats import spearmanr

from deep_alpha.models.samples import Samples

NAMES = ("level", "slope", "noise_1", "noise_2", "noise_3")
SLOPES = np.array([0.6, -0.3, 0.0, 0.0, 0.0])


def planted(days=40, seed=0, assets=40, slopes=SLOPES, noise=1.0):
    """Returns of 2 % a day: slopes times features plus noise of the given size."""
    random = np.random.default_rng(seed)
    rows = days * assets
    features = random.normal(size=(rows, len(NAMES))).astype(np.float32)
    returns = 0.02 * (features @ slopes + noise * random.normal(size=rows))
    return Samples(
        features=features,
        rows=np.arange(rows),
        date_index=np.repeat(np.arange(days), assets),
        asset_index=np.tile(np.arange(assets), days),
        target=returns.astype(np.float32),
        forward_return=returns.astype(np.float32),
        feature_names=NAMES,
    )


def mean_rank_ic(scores, samples):
    """Mean over days of scipy's Spearman correlation."""
    daily = [
        spearmanr(scores[day], samples.forward_return[day]).statistic
        for _, day in samples.day_batches()
    ]
    return float(np.mean(daily))
