"""The layers of fitted AlphaNets, as a table."""

from __future__ import annotations

import pandas as pd
import torch

from deep_alpha.explain.architecture import describe
from deep_alpha.models.alphanet.branches import union_offsets
from deep_alpha.models.alphanet.model import FittedAlphaNet


def layer_table(fitted: FittedAlphaNet) -> pd.DataFrame:
    """Every layer in the order of its call, for one sample of the network's own size.

    Args:
        fitted: A fit.

    Returns:
        As :func:`~deep_alpha.explain.architecture.describe`.
    """
    steps = len(union_offsets(fitted.config.branches))
    width = len(fitted.features.windows) * len(fitted.features.columns)
    example = torch.zeros(1, steps, width, device=fitted.compute.device)
    return describe(fitted.network, example)
