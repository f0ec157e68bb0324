"""The models of paper 001 and the yardsticks on its features: what each one reads."""

from __future__ import annotations

from collections.abc import Mapping

from deep_alpha.pipelines.sources import Source

RETURNS = Source("images", "image_labels")
RESIDUALS = Source("images", "image_residual_labels")

PAPER: Mapping[str, Source] = {
    "alphanet_v1": RETURNS,
    "alphanet_v2": RETURNS,
    "alphanet_v3": RETURNS,
    "alphanet_v4": RESIDUALS,
}
"""The rows of the paper's tables, each with the target of its own paper."""

YARDSTICKS: Mapping[str, Source] = {
    "alphanet_ridge": RESIDUALS,
    "alphanet_xgboost": RESIDUALS,
}
"""Tabular models on V4's features of the day itself (SPEC 001-I3)."""

SOURCES: Mapping[str, Source] = {**PAPER, **YARDSTICKS}
MODELS: tuple[str, ...] = tuple(SOURCES)
