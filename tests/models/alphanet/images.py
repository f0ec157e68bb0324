"""A small simulated market as data images, cut into segments."""

from __future__ import annotations

from functools import cache

import numpy as np

from deep_alpha.factors.alphanet_inputs import build_images
from deep_alpha.folds import Segment
from deep_alpha.labels import make_labels
from deep_alpha.market import simulate_market
from deep_alpha.market.universe import UniversePolicy, eligible
from deep_alpha.models.alphanet.exposures import INDUSTRY, STYLE_PREFIX, WEIGHT
from deep_alpha.models.segments import segment_samples
from deep_alpha.panel import build_panel
from deep_alpha.targets import TargetSettings

LOOKBACK, REACH = 42, 5


@cache
def market():
    """Panel, images and labels of forty names, with made-up exposures beside the inputs."""
    found = simulate_market(n_assets=40, n_days=260, seed=3)
    panel = build_panel(found.bars, found.assets)
    shape = (panel.sizes["date"], panel.sizes["asset"])
    random = np.random.default_rng(0)
    extra = {
        f"{STYLE_PREFIX}{name}": random.normal(size=shape).astype(np.float32)
        for name in ("size", "beta")
    }
    extra[INDUSTRY] = np.broadcast_to(np.arange(shape[1]) % 3, shape).astype(np.float32)
    extra[WEIGHT] = np.ones(shape, dtype=np.float32)
    images = build_images(panel, eligible(panel, UniversePolicy()), extra)
    return panel, images, make_labels(images, panel, TargetSettings(horizon=REACH))


def segment(first: int, last: int, **changes):
    """Samples of the days ``first`` to ``last`` of that market, 100 days after its begin."""
    _, images, labels = market()
    first, last = first + 100, last + 100
    options = {"known_only": True, "lookback": LOOKBACK, "max_gap": 0} | changes
    return segment_samples(images, labels, Segment(first, last, first, last + REACH), **options)
