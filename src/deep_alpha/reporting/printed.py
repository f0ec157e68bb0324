"""What paper 000 prints, to stand beside this run's own numbers (its Tables 1 and 2)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Printed:
    """A row of the paper's tables and the numbers of its figures.

    Args:
        ic, ic_sd, icir: Table 1; its columns IR and ICIR are one formula, printed twice.
        annual_return, volatility, sharpe: Table 2, of a portfolio that is not named.
        ic_figure, growth_figure: Numbers of the model's figures.
    """

    ic: float
    ic_sd: float
    icir: float
    annual_return: float
    volatility: float
    sharpe: float
    ic_figure: int
    growth_figure: int


PRINTED: Mapping[str, Printed] = {
    "MLP": Printed(0.0340, 0.2097, 0.1621, 0.5349, 0.3321, 1.6075, 2, 5),
    "CNN": Printed(0.0137, 0.1998, 0.0686, 0.4570, 0.3980, 1.1487, 3, 6),
    "SVM": Printed(0.0108, 0.2084, 0.0518, 0.2500, 0.3244, 0.7709, 4, 7),
}
"""By the paper's name of the model."""

MOST_POSITIVE = (
    "alpha_macd_rsi_product",
    "alpha_momentum_5d_min_rank",
    "alpha_volume_above_adv20",
)
MOST_NEGATIVE = (
    "alpha_volatility_10d_rank_neg",
    "alpha_macd_times_lowdev",
    "alpha_vwapdev_over_macd",
)
"""Factors that the text names in its Figure 8, by their names in its Table 3."""

_FAMILIES = {"mlp": "MLP", "cnn": "CNN", "svr": "SVM"}
_ORDER = (
    "mlp_literal", "mlp_std", "mlp_rank", "cnn", "cnn_dual", "svr", "svr_subsample", "svr_raw",
)  # fmt: skip


def family_of(model: str) -> str:
    """The paper's name of a model's kind, such as ``SVM`` of ``svr_raw``; empty if none."""
    return _FAMILIES.get(model.partition("_")[0], "")


def paper_order(model: str) -> tuple[int, int]:
    """Sorts models as the paper does, the literal variant first; others come last."""
    families = list(PRINTED)
    family = family_of(model)
    return (
        families.index(family) if family else len(families),
        _ORDER.index(model) if model in _ORDER else len(_ORDER),
    )
