"""Epoch checkpoints: a killed fit goes on where it was, with the same result."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from safetensors.torch import load_file, save_file

from deep_alpha.staging import staged_folder
from deep_alpha.training.state import TrainingState

_WEIGHTS, _VALUES = "state.safetensors", "state.json"


class CheckpointStore:
    """The newest checkpoint of one fit, in folders ``epoch-000007``.

    A checkpoint is written beside its place and moved there by one rename, and only
    then is the one before it removed: whenever the process ends, a whole one is left.
    Loading reads tensors and JSON and never executes code.

    Args:
        folder: The fit's own folder; None switches checkpoints off.
        identity: What is fitted (configuration, seed …). A checkpoint of anything else
            is not used; that the data are the same is for the caller to see to.
        every_seconds: Least time between two checkpoints.
    """

    def __init__(
        self, folder: Path | None, identity: Mapping[str, Any], every_seconds: float
    ) -> None:
        self._folder = folder
        self._identity = json.loads(json.dumps(identity))
        self._every_seconds = every_seconds
        self._last = time.monotonic()

    def save(self, state: TrainingState) -> None:
        """Write the state after a finished epoch, unless the last one is recent."""
        if self._folder is None or time.monotonic() - self._last < self._every_seconds:
            return
        older = self._stored()
        with staged_folder(self._folder / f"epoch-{len(state.history):06d}") as staging:
            save_file(state.tensors(), staging / _WEIGHTS)
            values = {"identity": self._identity, **state.values()}
            (staging / _VALUES).write_text(json.dumps(values, indent=1))
        for folder in older:
            shutil.rmtree(folder)
        self._last = time.monotonic()

    def restore(self, state: TrainingState) -> bool:
        """Load the newest checkpoint of this fit into ``state``, if there is one."""
        for folder in reversed(self._stored()):
            values = json.loads((folder / _VALUES).read_text())
            if values["identity"] == self._identity:
                state.load(load_file(folder / _WEIGHTS), values)
                return True
        return False

    def _stored(self) -> list[Path]:
        return [] if self._folder is None else sorted(self._folder.glob("epoch-*"))
