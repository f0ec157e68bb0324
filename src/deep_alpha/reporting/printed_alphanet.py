"""What paper 001 prints, to stand beside this run's own numbers (its Tables 5-1 to 5-3)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class PrintedIC:
    """A row of Table 5-1: IC every tenth day, 2019-01-01 to 2021-06-01.

    Args:
        ic, ic_sd: Mean and standard deviation.
        ratio: Their ratio, not annualised.
    """

    ic: float
    ic_sd: float
    ratio: float


@dataclass(frozen=True)
class PrintedPeriod:
    """A row of Table 5-3.

    Args:
        excess: Its "yield", in excess of the CSI 500 by the text.
        holdings: Number of names; "2.23" and "2.53" read as 223 and 253.
        excess_sd, sharpe: See there.
        drawdown: Largest, a loss below zero.
        turnover: Of a rebalancing.
    """

    excess: float
    holdings: int
    excess_sd: float
    sharpe: float
    drawdown: float
    turnover: float


PRINTED_IC: Mapping[str, PrintedIC] = {
    "V1": PrintedIC(0.0600, 0.0555, 1.08),
    "V3": PrintedIC(0.0668, 0.0596, 1.12),
    "V4": PrintedIC(0.0808, 0.0530, 1.52),
}
"""By version; V2 is not in the paper's tables."""

PRINTED_LAYERS: Mapping[str, tuple[float, ...]] = {
    "V1": (0.1307, 0.0548, 0.0438, -0.0110, -0.1270),
    "V3": (0.1708, 0.1122, 0.0674, 0.0000, -0.1989),
    "V4": (0.1742, 0.1162, 0.0809, 0.0009, -0.2026),
}
"""Annual excess of the layers, that of the highest scores first."""

PRINTED_ENHANCEMENT: Mapping[str, Mapping[str, PrintedPeriod]] = {
    "V1": {
        "2019": PrintedPeriod(0.0382, 209, 0.0624, 0.64, -0.0389, 0.0829),
        "2020": PrintedPeriod(0.0783, 234, 0.0645, 1.24, -0.0346, 0.0745),
        "2021H1": PrintedPeriod(-0.0046, 249, 0.1117, -0.11, -0.0946, 0.0793),
    },
    "V3": {
        "2019": PrintedPeriod(0.1270, 211, 0.0638, 1.98, -0.0373, 0.1441),
        "2020": PrintedPeriod(0.0978, 224, 0.0679, 1.47, -0.0450, 0.1354),
        "2021H1": PrintedPeriod(0.0217, 253, 0.1108, 0.53, -0.0674, 0.1424),
    },
    "V4": {
        "2019": PrintedPeriod(0.2249, 210, 0.0608, 3.53, -0.0305, 0.1456),
        "2020": PrintedPeriod(0.2207, 223, 0.0664, 3.26, -0.0388, 0.1557),
        "2021H1": PrintedPeriod(0.0276, 253, 0.1187, 0.61, -0.0706, 0.1486),
    },
}

FEATURES, KEPT = 208, 103
"""Features of a window before and after Spearman dropout."""

HORIZON = 10
"""Days of its labels."""

TIME_LEFT = 0.7
"""Share of the training time that is left with Spearman dropout."""

LOSS_PATHS: Mapping[str, tuple[str, ...]] = {
    "abstract": ("0.5", "0.3", "0.25", "below 0.1"),
    "summary of its chapter 4": ("0.4", "0.3", "0.2", "below 0.1"),
}
"""How the loss falls: as it is, with longer sequences, with other inputs, with the network."""


def version_of(model: str) -> str:
    """The paper's name of a model, such as ``V4`` of ``alphanet_v4``; empty if none."""
    family, _, version = model.rpartition("_")
    known = family == "alphanet" and version[:1] == "v" and version[1:].isdigit()
    return version.upper() if known else ""
