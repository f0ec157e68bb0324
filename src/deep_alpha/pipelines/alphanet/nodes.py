"""Nodes of the alphanet pipeline: lay the images out and label them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from deep_alpha.factors.alphanet_inputs import build_images
from deep_alpha.feature_table import FeatureTable
from deep_alpha.labels import Labels
from deep_alpha.market.universe import UniversePolicy, eligible
from deep_alpha.models.alphanet.exposures import INDUSTRY, STYLE_PREFIX, WEIGHT
from deep_alpha.pipelines.factors.nodes import label_rows
from deep_alpha.training.plan import RunPlan

PAPER = "001"


def lay_images(
    panel: xr.Dataset, universe: UniversePolicy, risk_exposures: xr.Dataset
) -> FeatureTable:
    """All daily inputs of every traded row, with the risk model's exposures beside them."""
    return build_images(panel, eligible(panel, universe), exposure_columns(risk_exposures))


def label_images(
    images: FeatureTable,
    panel: xr.Dataset,
    risk_targets: Callable[[], xr.Dataset],
    target: dict[str, Any],
    run_plan: RunPlan,
) -> tuple[dict[int, Labels], dict[int, Labels]]:
    """Forward returns at the images' rows, and what the risk model leaves of them (F1)."""
    residual = {**target, "kind": "residual", "entry": "close"}
    return (
        label_rows(images, panel, risk_targets, target, run_plan),
        label_rows(images, panel, risk_targets, residual, run_plan),
    )


def exposure_columns(exposures: xr.Dataset) -> dict[str, NDArray[Any]]:
    """Columns of the neutralised losses; a name without all styles is outside of them.

    Args:
        exposures: Known at the close of each date, as the risk pipeline stores them.

    Returns:
        By name, (date, asset) grids: styles, the industry's code (-1 for outside) and the
        regression's weight √cap (0 for outside).
    """
    styles = exposures["exposure"].transpose("date", "style", "asset").to_numpy()
    cap = exposures["cap"].to_numpy()
    inside = np.isfinite(styles).all(axis=1) & (cap > 0)
    return {
        **{
            f"{STYLE_PREFIX}{name}": styles[:, place]
            for place, name in enumerate(exposures["style"].to_numpy())
        },
        INDUSTRY: np.where(inside, exposures["industry"].to_numpy(), -1),
        WEIGHT: np.sqrt(np.where(inside, cap, 0.0)),
    }
