"""What a test of layers found: paths, net asset values, figures (SPEC 2.11)."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from deep_alpha.backtest.cost_cases import FREE, CostCase
from deep_alpha.backtest.held_legs import HeldLegs
from deep_alpha.backtest.performance import performance

UNIVERSE = "universe"


class LayerTest(HeldLegs):
    """Paths of all layers and offsets, from the first score to the day after the last.

    Legs are ``layer 1``, which holds the lowest scores, … ``layer n`` and ``universe``.
    """

    def returns(self, cost: CostCase = FREE) -> NDArray[np.float64]:
        """Daily returns net of costs, shape (offset, leg, T); the universe's are gross."""
        net = super().returns(cost)
        net[:, -1] = self.paths.gross[:, -1]
        return net

    def nav(self, cost: CostCase = FREE) -> pd.DataFrame:
        """Mean of the offsets' net asset values, date × leg.

        All are 1 before date h, on which the last offset buys its first names.
        """
        values = np.cumprod(1 + self.returns(cost)[..., self.horizon :], axis=2).mean(axis=0)
        return pd.DataFrame(values.T, self.dates[self.horizon :], pd.Index(self.legs))

    def summary(self, cost: CostCase = FREE, ann_days: int = 252) -> pd.DataFrame:
        """Figures of each leg from date h on, means over the offsets.

        Args:
            cost: What the layers pay.
            ann_days: Trading days a year.

        Returns:
            By leg: ``annual_return``, ``volatility``, ``sharpe``, ``max_drawdown``;
            ``annual_excess`` over the universe, geometric on the excess NAV
            ∏(1 + r − r_universe) (SPEC 0.3), with its smallest and largest offset,
            ``excess_min`` and ``excess_max``, and ``excess_drawdown``;
            ``return_difference``, the difference of the two annual returns as the paper has
            it; ``turnover``, one-sided a rebalancing; ``holdings`` and ``idle`` cash on an
            average day; ``unbought`` and ``unsold``, the orders of a rebalancing that are
            not filled. First purchases, all from cash, are left out of the last two and of
            turnover.
        """
        returns = self.returns(cost)[..., self.horizon :]
        days = np.arange(len(self.dates))
        later = (days > self.horizon) & (days % self.horizon == np.arange(self.horizon)[:, None])
        rows = {}
        for place, leg in enumerate(self.legs):
            figures = pd.DataFrame([_figures(path[place], path[-1], ann_days) for path in returns])
            rows[leg] = {
                **figures.mean().to_dict(),
                "excess_min": figures["annual_excess"].min(),
                "excess_max": figures["annual_excess"].max(),
                "turnover": _mean((self.paths.bought + self.paths.sold)[:, place], later) / 2,
                "holdings": self.paths.holdings[:, place, self.horizon :].mean(),
                "idle": self.paths.idle[:, place, self.horizon :].mean(),
                "unbought": _mean(self.paths.unbought[:, place], later),
                "unsold": _mean(self.paths.unsold[:, place], later),
            }
        return pd.DataFrame.from_dict(rows, orient="index").rename_axis("leg")

    def monotonicity(self, cost: CostCase = FREE) -> float:
        """Spearman correlation of the layers' numbers and annual excess: 1 = every step up."""
        excess = self.summary(cost)["annual_excess"].drop(UNIVERSE)
        number = pd.Series(range(len(excess)), excess.index)
        return round(float(excess.corr(number, method="spearman")), 12)


def _figures(
    path: NDArray[np.float64], universe: NDArray[np.float64], ann_days: int
) -> dict[str, float]:
    own, whole = (performance(returns, ann_days=ann_days) for returns in (path, universe))
    excess = performance(path - universe, ann_days=ann_days)
    return {
        "annual_return": own.annual_return,
        "volatility": own.annual_volatility,
        "sharpe": own.sharpe,
        "max_drawdown": own.max_drawdown,
        "annual_excess": excess.annual_return,
        "excess_drawdown": excess.max_drawdown,
        "return_difference": own.annual_return - whole.annual_return,
    }


def _mean(values: NDArray[np.generic], where: NDArray[np.bool_]) -> float:
    return float(values[where].mean()) if where.any() else float("nan")
