"""Settings that all row networks share (SPEC 1.4)."""

from __future__ import annotations

from deep_alpha.models.network_config import NetworkConfig
from deep_alpha.models.target_scaling import LabelUp


class RowNetworkConfig(NetworkConfig):
    """A network's settings, and what its classifier is fitted to.

    Args:
        label_up: "Up" is a return above zero (``sign``, literal) or ``above_median``
            of its day (000-M2).
    """

    label_up: LabelUp = "above_median"
