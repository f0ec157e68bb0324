"""The models of paper 000, those that go beyond it, and the yardsticks: what each one reads."""

from __future__ import annotations

from collections.abc import Mapping

from deep_alpha.pipelines.sources import Source

FACTORS = Source("features", "labels")
EXTENDED = Source("extended_features", "labels")
RESIDUAL = Source("extended_features", "residual_labels")
WINDOWS = Source("sequences", "sequence_labels")

PAPER: Mapping[str, Source] = {
    "mlp_rank": FACTORS,
    "mlp_std": FACTORS,
    "mlp_literal": FACTORS,
    "cnn": FACTORS,
    "cnn_dual": FACTORS,
    "svr": FACTORS,
    "svr_subsample": FACTORS,
    "svr_raw": FACTORS,
}
"""The rows of the paper's tables."""

BEYOND: Mapping[str, Source] = {
    "mlp_extended": EXTENDED,
    "mlp_extended_ic": EXTENDED,
    "mlp_extended_residual": RESIDUAL,
    "cnn_extended_ic": EXTENDED,
}
"""The paper's networks with inputs, targets and losses of our own (SPEC 000-F5)."""

YARDSTICKS: Mapping[str, Source] = {"ridge": FACTORS, "xgboost": FACTORS, "gru32": WINDOWS}

SOURCES: Mapping[str, Source] = {**PAPER, **BEYOND, **YARDSTICKS}
MODELS: tuple[str, ...] = tuple(SOURCES)

COMPOSITE, ORACLE = "composite", "oracle"
FIXED = (COMPOSITE, ORACLE)
"""Signals that no model makes."""
