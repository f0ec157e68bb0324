"""The dual-task MLP on the rows of one scenario, fitted to one task or to both (SPEC 1.3)."""

from __future__ import annotations

from typing import Literal

import numpy as np
import torch
from numpy.typing import NDArray
from pydantic import model_validator
from scipy.special import expit
from torch import Tensor, nn
from torch.nn.functional import binary_cross_entropy_with_logits

from deep_alpha.models.fitted_network import FittedNetwork
from deep_alpha.models.mlp import DualTaskMLP, MLPConfig
from deep_alpha.models.row_network import RowNetworkModel
from deep_alpha.models.samples import Samples
from deep_alpha.models.target_scaling import Clip, LabelUp, TargetKind
from deep_alpha.training.device import Compute
from deep_alpha.training.losses import squared_error
from deep_alpha.training.rows import (
    Objective,
    RowBatch,
    RowTask,
    RowValidation,
    score_rows,
    tensor_on,
)

Task = Literal["classification", "hybrid", "regression"]


class ScenarioMLPConfig(MLPConfig):
    """The scenario MLP's settings; the defaults are SPEC's.

    Events of a day are few, so that neither ranks within a day nor a daily IC mean much:
    returns are fitted, and the epoch is chosen by the error over all validation rows. That
    is the root mean squared error of the return, or with ``task=classification`` that of
    the probability against the label, the root of the Brier score.

    Args:
        task: ``classification`` fits the label alone and scores by its logit,
            ``regression`` the return alone, ``hybrid`` both and scores by the return.
        loss: The task decides it.
    """

    task: Task
    loss: Literal["dual"] = "dual"
    target: TargetKind = "return"
    clip: Clip = "train"
    label_up: LabelUp = "sign"
    stop_on: Literal["rmse", "ic"] = "rmse"

    @property
    def heads(self) -> int:
        """Columns of the network's output: the score, and for ``hybrid`` the logit of "up"."""
        return 2 if self.task == "hybrid" else 1

    @model_validator(mode="after")
    def _a_label_has_no_scale(self) -> ScenarioMLPConfig:
        wanted = {
            "target": "return",
            "clip": "none",
            "y_scale": "raw",
            "label_up": "sign",
            "stop_on": "rmse",
        }
        others = [name for name, value in wanted.items() if getattr(self, name) != value]
        if self.task == "classification" and others:
            raise ValueError(
                "task=classification fits whether the label is above 0 and no return: it needs "
                + ", ".join(f"{name}={wanted[name]}" for name in others)
            )
        return self


class ScenarioMLP(RowNetworkModel[ScenarioMLPConfig]):
    """SPEC 1.4's network with the heads that its task has a label for."""

    config_type = ScenarioMLPConfig

    def build(
        self, features: int, config: ScenarioMLPConfig, generator: torch.Generator
    ) -> DualTaskMLP:
        """The network with Xavier-uniform weights and zero biases; the first head scores."""
        return DualTaskMLP(features, config.hidden, config.dropout, generator, config.heads)

    def objective(self, config: ScenarioMLPConfig) -> Objective:
        """Cross-entropy, squared error, or the paper's sum of both."""
        if config.task == "classification":
            return _cross_entropy
        return squared_error if config.task == "regression" else super().objective(config)

    def task(
        self,
        rows: RowBatch,
        train: Samples,
        validation: RowValidation,
        config: ScenarioMLPConfig,
        compute: Compute,
    ) -> RowTask:
        """Shuffled rows; a classifier is validated on its labels."""
        if config.task == "classification":
            validation = LabelValidation(**vars(validation))
        return super().task(rows, train, validation, config, compute)


class LabelValidation(RowValidation):
    """The validation segment of a classifier."""

    def metrics(self, network: nn.Module) -> dict[str, float]:
        """``rmse`` of the probability against the label."""
        logits = score_rows(network, self.features, self.batch_size)
        errors = expit(logits.astype(np.float64)) - (self.forward_return > 0)
        return {"rmse": float(np.sqrt(np.mean(errors**2)))}


def up_logits(fitted: FittedNetwork, samples: Samples) -> NDArray[np.float32]:
    """The class head of a fitted ``task=hybrid`` on the CPU: the logit of "up", shape (n,)."""
    with torch.no_grad():
        heads = fitted.network(tensor_on(samples.all(), torch.device("cpu")))
    logits: NDArray[np.float32] = heads[:, 1].numpy()
    return logits


def _cross_entropy(output: Tensor, batch: RowBatch) -> Tensor:
    """Binary cross-entropy of the first column."""
    if batch.up is None:
        raise ValueError("the cross-entropy needs rows with up labels")
    return binary_cross_entropy_with_logits(output[:, 0].float(), batch.up, weight=batch.weight)
