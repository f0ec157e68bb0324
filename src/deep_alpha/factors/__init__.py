"""Factors: what is computed from a panel for each date and asset."""

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
    "BehaviouralFactor",
    "DayRows",
    "behavioural_factors",
    "composite_score",
    "composite_signals",
    "factor_set",
    "keep_rows",
    "scale_day_rows",
    "winsorise",
    "zscore",
]
