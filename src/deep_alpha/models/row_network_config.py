"""Settings that all row networks share (SPEC 1.4)."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from deep_alpha.models.chosen_loss import ChosenLossConfig
from deep_alpha.models.target_scaling import LabelUp


class RowNetworkConfig(ChosenLossConfig):
    """A network's settings, and what its classifier is fitted to.

    Args:
        loss: ``dual``: squared error plus weighted cross-entropy, the paper's two heads.
            ``mse`` and ``ic`` fit the return head alone, and the network has no other.
        label_up: For ``dual``, "up" is a return above zero (``sign``, literal) or
            ``above_median`` of its day (000-M2).
        classification_weight: For ``dual``, the weight of the cross-entropy beside the
            squared error.
    """

    loss: Literal["dual", "mse", "ic"] = "dual"
    label_up: LabelUp = "above_median"
    classification_weight: float = Field(0.5, ge=0)

    @property
    def heads(self) -> int:
        """Columns of the network's output: the score, and the logit of "up" for ``dual``."""
        return 2 if self.loss == "dual" else 1
