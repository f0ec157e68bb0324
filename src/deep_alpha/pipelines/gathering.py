"""All families' signals under their names: what the judges and the report read."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from kedro.pipeline import Node

from deep_alpha.pipelines.alphanet import models as alphanet
from deep_alpha.pipelines.behaviour import models as behaviour
from deep_alpha.pipelines.binding import bind
from deep_alpha.pipelines.sources import Source
from deep_alpha.signals import Signal

__all__ = ["KINDS", "MODELS", "SIGNALS", "SOURCES", "gather_signals", "gathered"]

_TAG = "backtest"
_log = logging.getLogger(__name__)

SOURCES: Mapping[str, Source] = {**behaviour.SOURCES, **alphanet.SOURCES}
"""Every model of every family, and what it reads."""

MODELS = tuple(SOURCES)
SIGNALS = (*MODELS, *behaviour.FIXED)

KINDS: Mapping[str, str] = {
    "composite": "yardstick",
    "ridge": "yardstick",
    "xgboost": "yardstick",
    "gru32": "yardstick",
    "alphanet_ridge": "yardstick",
    "alphanet_xgboost": "yardstick",
    "oracle": "oracle",
}
"""What a signal is, where it is no model of a paper or of the user."""


def gather_signals() -> list[Node]:
    """Every model's stored signal under its name, the user's own included."""
    return [
        gathered(SIGNALS, "signal", "built_in_signals"),
        Node(
            add_own,
            inputs=["built_in_signals", "own_signals"],
            outputs="all_signals",
            name="add_own",
            tags=_TAG,
        ),
    ]


def gathered(names: tuple[str, ...], part: str, output: str) -> Node:
    """One dataset of several models as one dictionary by model."""
    return Node(
        bind(gather, names),
        inputs=[f"{name}_{part}" for name in names],
        outputs=output,
        name=f"gather_{output}",
        tags=_TAG,
    )


def gather(names: tuple[str, ...], *parts: Any) -> dict[str, Any]:
    """Put several models' outputs under their names; those of a family may not be there."""
    missing = [name for name, part in zip(names, parts, strict=True) if part is None]
    if missing:
        _log.info("not fitted here, and left out: %s", ", ".join(missing))
    return {name: part for name, part in zip(names, parts, strict=True) if part is not None}


def add_own(signals: dict[str, Signal], own: dict[str, Signal]) -> dict[str, Signal]:
    """The user's own signals beside the built-in ones."""
    return {**signals, **own}
