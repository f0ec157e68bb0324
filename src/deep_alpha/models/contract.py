"""The model contract: what a model promises, and nothing about where it runs.

A model of your own is any class with ``fit`` and ``load``, found by its import path in
the configuration (``docs/add-your-own.md`` shows one in twenty lines).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from deep_alpha.models.samples import Samples


@dataclass(frozen=True)
class FitContext:
    """Where and how a fit runs; never what is fitted.

    Args:
        device: ``cpu`` or ``cuda``.
        threads: Threads of this job; fixed, because the thread count changes bits.
        settings: The device's section of ``parameters/device.yml``: precision, compile,
            batch sizes for prediction.
        checkpoint: Folder for epoch checkpoints of this job; None switches them off.
        progress: Whether a progress bar is shown.
        label: What the progress bar calls this job.
    """

    device: str = "cpu"
    threads: int = 1
    settings: Mapping[str, Any] = field(default_factory=dict)
    checkpoint: Path | None = None
    progress: bool = False
    label: str = ""


@runtime_checkable
class Fitted(Protocol):
    """A fitted model: it predicts, and is stored without pickles."""

    def predict(self, samples: Samples) -> NDArray[np.float32]:
        """Scores, shape (n,), higher = better; NaN where the model has no opinion."""

    def save(self, folder: Path) -> None:
        """Write everything needed by ``load`` into an existing, empty folder."""

    def summary(self) -> Mapping[str, Any]:
        """What the fit learned about itself (best epoch, history …), as plain JSON."""


class Model(Protocol):
    """A model that can be fitted.

    ``fit`` gets the train and validation segments, purged; it must use the validation
    segment for stopping only, and all its randomness must come from ``seed``.
    """

    def fit(
        self,
        train: Samples,
        valid: Samples,
        config: Mapping[str, Any],
        seed: int,
        context: FitContext,
    ) -> Fitted:
        """Fit on ``train``; return a fitted model."""

    def load(self, folder: Path) -> Fitted:
        """Read what ``Fitted.save`` wrote; never executes code from the folder."""
