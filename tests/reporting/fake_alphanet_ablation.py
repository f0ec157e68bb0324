"""A made-up but plausible ablation of paper 001."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

V1, V2, V3, V4 = (f"alphanet_v{number}" for number in range(1, 5))
# axis, figure, model, labels, then by variant: validation error, rank IC, residual IC, features,
# seconds an epoch. The first one is the base.
AXES: tuple[tuple[str, str, str, str, dict[str, tuple[float, float, float, int, float]]], ...] = (
    (
        "ladder", "", V3, "return",
        {
            "V3": (0.9991, 0.052, 0.041, 270, 11.0),
            "+ sequence": (0.9984, 0.056, 0.044, 270, 31.0),
            "+ inputs": (0.9981, 0.059, 0.047, 208, 27.0),
            "+ dropout": (0.9982, 0.060, 0.049, 70, 14.0),
            "+ network": (0.9974, 0.066, 0.053, 70, 61.0),
            "+ target": (0.9969, 0.069, 0.074, 70, 61.0),
            "+ weights": (1.0312, -0.021, -0.012, 70, 62.0),
            "+ Sharpe stop": (0.9971, 0.065, 0.070, 70, 66.0),
        },
    ),
    (
        "sequence", "4-1", V2, "return",
        {
            "6 × 5": (0.9992, 0.050, 0.040, 270, 12.0),
            "10 × 2": (0.9986, 0.055, 0.043, 270, 17.0),
            "20 × 1": (0.9983, 0.056, 0.045, 270, 30.0),
            "3 × 10": (0.9994, 0.049, 0.039, 270, 8.0),
        },
    ),
    (
        "inputs", "4-3", V3, "return",
        {
            "v2": (0.9991, 0.052, 0.041, 270, 11.0),
            "paper13": (0.9988, 0.055, 0.044, 208, 9.0),
            "dedup11": (0.9989, 0.055, 0.043, 154, 7.0),
        },
    ),
    (
        "random sampling", "4-5", V3, "return",
        {
            "full": (0.9988, 0.055, 0.044, 208, 9.0),
            "9 of 13": (0.9994, 0.047, 0.037, 108, 6.0),
            "ensemble of 10": (0.9986, 0.056, 0.045, 108, float("nan")),
        },
    ),
    (
        "Spearman dropout", "4-6", V4, "residual",
        {
            "ρ ≤ 0.8": (0.9969, 0.069, 0.074, 70, 61.0),
            "none": (0.9970, 0.068, 0.073, 206, 143.0),
            "ρ ≤ 0.6": (0.9972, 0.065, 0.070, 36, 29.0),
            "one batch": (0.9971, 0.067, 0.072, 73, 63.0),
        },
    ),
    (
        "windows", "4-9", V3, "return",
        {
            "5 and 10": (0.9991, 0.052, 0.041, 270, 11.0),
            "5": (0.9995, 0.044, 0.035, 270, 6.0),
            "10": (0.9990, 0.053, 0.042, 270, 6.0),
        },
    ),
    (
        "Transformer residual", "4-10", V4, "residual",
        {
            "stack_concat": (0.9969, 0.069, 0.074, 70, 61.0),
            "off": (0.9975, 0.063, 0.067, 70, 22.0),
            "project": (0.9970, 0.068, 0.073, 70, 118.0),
            "no positions": (0.9970, 0.068, 0.073, 70, 60.0),
        },
    ),
    (
        "attention", "4-11", V4, "residual",
        {
            "on": (0.9969, 0.069, 0.074, 70, 61.0),
            "off": (0.9971, 0.067, 0.072, 70, 57.0),
        },
    ),
    (
        "loss", "", V4, "residual",
        {
            "target": (0.9969, 0.069, 0.074, 70, 61.0),
            "none": (0.9974, 0.066, 0.053, 70, 61.0),
            "prediction": (float("nan"), 0.068, 0.071, 70, 92.0),
        },
    ),
    (
        "weights", "", V4, "return",
        {
            "off": (0.9974, 0.066, 0.053, 70, 61.0),
            "rank": (1.0312, -0.021, -0.012, 70, 62.0),
            "literal": (float("nan"), float("nan"), float("nan"), 70, 60.0),
        },
    ),
    (
        "stopping", "", V4, "residual",
        {
            "ic": (0.9969, 0.069, 0.074, 70, 61.0),
            "sharpe": (0.9971, 0.065, 0.070, 70, 66.0),
        },
    ),
)  # fmt: skip
EPOCHS = 12
LATE = ("+ network", "+ target", "+ weights", "+ Sharpe stop")
"""Rungs of the ladder that are V4; all but the first of them are fitted to residuals."""
NOTES = {
    "+ sequence": "both windows in 20 steps of one day, instead of 3 of ten and 6 of five",
    "+ weights": "errors weighted by the target's rank, which is expected to hurt (001-H3)",
    "project": "a linear layer doubles the width",
    "literal": "the loss fell below every bound",
}


def ablation() -> pd.DataFrame:
    """A row a variant."""
    rows: list[dict[str, Any]] = []
    for axis, figure, model, labels, variants in AXES:
        for place, (variant, numbers) in enumerate(variants.items()):
            valid, ic, residual, features, seconds = numbers
            rows.append(
                {
                    "axis": axis, "variant": variant, "base": place == 0,
                    "model": V4 if variant in LATE else model,
                    "labels": "residual" if variant in LATE[1:] else labels, "features": features,
                    "parameters": 900 * features,
                    "train_error": valid - 0.011 if variant != "prediction" else float("nan"),
                    "valid_error": valid, "valid_ic": 1.1 * residual, "valid_sharpe": 1.4,
                    "epochs": EPOCHS, "seconds_per_epoch": seconds, "rank_ic": ic,
                    "rank_ic_sd": 0.08, "icir": ic / 0.08, "residual_ic": residual,
                    "residual_icir": residual / 0.055, "days": 121,
                    "degenerate": variant == "literal", "figure": figure,
                    "note": NOTES.get(variant, ""),
                }
            )  # fmt: skip
    return pd.DataFrame(rows)


def history(random: np.random.Generator, variants: pd.DataFrame) -> pd.DataFrame:
    """Every epoch of every variant that was fitted: ten seeds where inputs are sampled."""
    rows: list[dict[str, Any]] = []
    for variant in variants.to_dict("records"):
        if variant["variant"] == "ensemble of 10" or variant["degenerate"]:
            continue
        for seed in range(10 if variant["variant"] == "9 of 13" else 1):
            end = variant["valid_error"] + random.normal(0, 4e-4)
            for epoch in range(1, EPOCHS + 1):
                fall = float(np.exp(-epoch / 3))
                rows.append(
                    {
                        "axis": variant["axis"], "variant": variant["variant"], "fold": "2018H2",
                        "seed": seed, "epoch": epoch,
                        "train_error": end - 0.011 * (1 - fall) + random.normal(0, 3e-4),
                        "valid_error": end + 0.004 * fall + random.normal(0, 2e-4),
                        "valid_ic": variant["valid_ic"] * (1 - fall),
                        "sharpe": random.normal(1.2, 0.4), "seconds": 61.0,
                    }
                )  # fmt: skip
    return pd.DataFrame(rows)
