"""Factors: what is computed from a panel for each date and asset."""

from deep_alpha.factors.alphanet_features import alphanet_features
from deep_alpha.factors.alphanet_inputs import (
    INPUT_SETS,
    alphanet_inputs,
    build_images,
    image_inputs,
)
from deep_alpha.factors.behavioural import behavioural_factors
from deep_alpha.factors.catalogue import (
    BEHAVIOURAL_FACTORS,
    FACTOR_NAMES,
    FACTOR_SETS,
    GROUPS,
    BehaviouralFactor,
    factor_set,
)
from deep_alpha.factors.composite import COMPOSITE_SIGNALS, composite_score, composite_signals
from deep_alpha.factors.scaling import DayRows, keep_rows, scale_day_rows, winsorise, zscore

__all__ = [
    "BEHAVIOURAL_FACTORS",
    "COMPOSITE_SIGNALS",
    "FACTOR_NAMES",
    "FACTOR_SETS",
    "GROUPS",
    "INPUT_SETS",
    "BehaviouralFactor",
    "DayRows",
    "alphanet_features",
    "alphanet_inputs",
    "behavioural_factors",
    "build_images",
    "composite_score",
    "composite_signals",
    "factor_set",
    "image_inputs",
    "keep_rows",
    "scale_day_rows",
    "winsorise",
    "zscore",
]
