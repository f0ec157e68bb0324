"""What the risk model makes of the return of some weights, day by day."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from deep_alpha.errors import PanelError
from deep_alpha.risk.model import RiskModel

FloatArray = NDArray[np.float64]


@dataclass(frozen=True)
class FactorSplit:
    """Parts of Σ weights × returns; the last two are of different names.

    Args:
        market: (T,), Σ weights × (country factor return + risk-free return).
        industries: (T, industries), exposures × factor returns.
        styles: (T, styles), likewise.
        specific: (T,), weights × specific returns.
        not_modelled: (T,), weights × returns of the names without a specific return.
    """

    market: FloatArray
    industries: FloatArray
    styles: FloatArray
    specific: FloatArray
    not_modelled: FloatArray

    @classmethod
    def of(
        cls,
        weights: pd.DataFrame,
        returns: FloatArray,
        risk: RiskModel,
        risk_free: FloatArray,
    ) -> FactorSplit:
        """Split by exposures of the date before and factor returns of the date.

        A name belongs to the model where it has a specific return that day, which takes a
        return, all exposures and an industry. A style that was left out of a day's
        regression has earned nothing.

        Args:
            weights: (T, N) held over each date, of any sum and sign; no NaN.
            returns: (T, N), simple returns; no NaN.
            risk: The fitted risk model.
            risk_free: (T,), daily risk-free returns.

        Raises:
            PanelError: The risk model does not cover a date.
        """
        held = weights.to_numpy(dtype=np.float64)
        days, places = _places(weights, risk)
        loadings = risk.exposures["exposure"].transpose("date", "style", "asset").to_numpy()
        groups = risk.exposures["industry"].to_numpy()
        specific = risk.returns["specific_return"].to_numpy()
        factor_returns = np.nan_to_num(risk.returns["factor_return"].to_numpy())
        count = risk.exposures.sizes["industry_name"]
        split = cls(
            market=np.zeros(len(held)),
            industries=np.zeros((len(held), count)),
            styles=np.zeros((len(held), loadings.shape[1])),
            specific=np.zeros(len(held)),
            not_modelled=np.zeros(len(held)),
        )
        for row, day in enumerate(days):
            country, industry, style = np.split(factor_returns[day], [1, 1 + count])
            own, group = specific[day, places], groups[day - 1, places]
            modelled = (places >= 0) & (day > 0) & (group >= 0) & ~np.isnan(own)
            share = np.where(modelled, held[row], 0.0)
            members = np.bincount(group[modelled], share[modelled], minlength=count)
            split.market[row] = share.sum() * (country[0] + risk_free[row])
            split.industries[row] = members * industry
            split.styles[row] = (np.nan_to_num(loadings[day - 1][:, places]) @ share) * style
            split.specific[row] = np.nan_to_num(own) @ share
            split.not_modelled[row] = (held[row] - share) @ returns[row]
        return split


def _places(frame: pd.DataFrame, risk: RiskModel) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Where a frame's dates and assets stand in the risk model; -1 for an unknown asset."""
    dates = pd.DatetimeIndex(risk.returns["date"].to_numpy())
    days = dates.get_indexer(pd.DatetimeIndex(frame.index))
    if (days < 0).any():
        raise PanelError(
            f"the risk model does not cover {frame.index[days < 0][0]:%Y-%m-%d}: run "
            "`kedro run --pipelines=risk` on this market"
        )
    assets = pd.Index(risk.returns["asset"].to_numpy().astype(str))
    return days, assets.get_indexer(frame.columns)
