"""Networks that read a window of traded days."""

from __future__ import annotations

from typing import Literal, TypeVar

from pydantic import Field

from deep_alpha.errors import ConfigurationError
from deep_alpha.models.chosen_loss import ChosenLossConfig, ChosenLossModel
from deep_alpha.models.samples import Samples
from deep_alpha.training.device import Compute
from deep_alpha.training.nonfinite import require_finite_features
from deep_alpha.training.rows import Inputs
from deep_alpha.training.windows import Windows


class WindowNetworkConfig(ChosenLossConfig):
    """A network's settings, and the length of its windows.

    Args:
        lookback: Traded days of a window; the model's ``lookback`` must be the same.
        loss: ``mse`` or ``ic``: there is one head.
    """

    lookback: int = Field(ge=2)
    loss: Literal["mse", "ic"] = "mse"


Config = TypeVar("Config", bound=WindowNetworkConfig)


class WindowNetworkModel(ChosenLossModel[Config]):
    """A model whose network maps a window of rows to one score."""

    def inputs(
        self, samples: Samples, config: Config, compute: Compute, label: str, segment: str
    ) -> Inputs:
        """The segment's windows, gathered batch by batch.

        Raises:
            ConfigurationError: The windows have another length than ``lookback``.
            TrainingError: A feature is not finite.
        """
        if samples.lookback != config.lookback:
            raise ConfigurationError(
                f"{label or 'fit'}: the config's lookback is {config.lookback} traded days, but "
                f"the {segment} samples have {samples.lookback}: set the model's lookback to the "
                "same number"
            )
        windows = Windows.of(samples, compute.device)
        rows = samples.features[: len(windows.previous_row)]
        require_finite_features(rows, samples.feature_names, label, segment, unit="window row")
        return windows
