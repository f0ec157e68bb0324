"""A fitted network: scores, storage without pickles, and what it says of itself."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors.torch import load_file, save_file
from torch import nn

from deep_alpha.errors import ConfigurationError
from deep_alpha.models.samples import Samples
from deep_alpha.training.device import Compute
from deep_alpha.training.rows import score_samples

_WEIGHTS, _DESCRIPTION = "weights.safetensors", "model.json"


class FittedNetwork:
    """A network with the weights of its best epoch.

    Args:
        network: The network, in evaluation mode, on its device.
        description: Configuration, feature names, lookback and summary.
        compute: Where predictions run.
    """

    def __init__(
        self, network: nn.Module, description: Mapping[str, Any], compute: Compute
    ) -> None:
        self.network = network.eval()
        self._description = json.loads(json.dumps(_without_nan(description), allow_nan=False))
        self.compute = compute

    def predict(self, samples: Samples) -> NDArray[np.float32]:
        """The regression head in the fitted target's units, shape (n,); higher = better.

        Raises:
            ConfigurationError: The samples have other features, or windows of another
                length, than the model was fitted on.
        """
        fitted = tuple(self._description["feature_names"])
        if samples.feature_names != fitted:
            raise ConfigurationError(
                f"the model was fitted on {len(fitted)} features ({_some(fitted)}), but the "
                f"samples have {len(samples.feature_names)} ({_some(samples.feature_names)}): "
                "use the same factor set, in the same order"
            )
        # Models stored by earlier versions read single rows.
        lookback = self._description.get("lookback", 1)
        if samples.lookback != lookback:
            raise ConfigurationError(
                f"the model was fitted on a lookback of {lookback} traded days, but the samples "
                f"have {samples.lookback}: use the same lookback"
            )
        return self.scores(samples)

    def scores(self, samples: Samples) -> NDArray[np.float32]:
        """Scores of samples that were checked, shape (n,)."""
        return score_samples(self.network, samples, self.compute)

    def save(self, folder: Path) -> None:
        """Write weights (safetensors) and everything else (JSON) into a folder."""
        weights = {
            name: value.detach().cpu().contiguous()
            for name, value in self.network.state_dict().items()
        }
        save_file(weights, Path(folder) / _WEIGHTS)
        (Path(folder) / _DESCRIPTION).write_text(json.dumps(self._description, indent=1))

    def summary(self) -> Mapping[str, Any]:
        """Best epoch, history, target scaling, speed, and whether the score is constant.

        Epochs count from 0; a number that is not finite is None.
        """
        summary: Mapping[str, Any] = self._description["summary"]
        return summary


def load_weights(network: nn.Module, folder: Path, compute: Compute) -> nn.Module:
    """Put stored weights into a network of the same shape, on the device."""
    network.load_state_dict(load_file(Path(folder) / _WEIGHTS))
    return network.to(compute.device)


def read_description(folder: Path) -> dict[str, Any]:
    """Configuration, feature names, lookback and summary of a stored model."""
    description: dict[str, Any] = json.loads((Path(folder) / _DESCRIPTION).read_text())
    return description


def _some(names: tuple[str, ...]) -> str:
    return ", ".join(names[:2]) + (", …" if len(names) > 2 else "")


def _without_nan(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _without_nan(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_without_nan(part) for part in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
