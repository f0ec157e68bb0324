"""Every feature on one scale, learned from the train segment (SPEC 2.4)."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float32]
_CONSTANT = 1e-6


@dataclass(frozen=True)
class FeatureScaling:
    """Winsorise, standardise and clip columns; without it batch norm keeps only the largest.

    Args:
        low: Shape (k,), lower bound of a value; −inf where a column is not winsorised.
        high: Shape (k,), upper bound.
        mean: Shape (k,), train mean of what the bounds leave.
        inverse: Shape (k,), one over its standard deviation; 0 for a constant column.
        clip: Standard deviations that a scaled value is clipped at.
    """

    low: FloatArray
    high: FloatArray
    mean: FloatArray
    inverse: FloatArray
    clip: float

    @classmethod
    def fit(
        cls,
        train: FloatArray,
        winsorised: NDArray[np.bool_],
        quantiles: tuple[float, float],
        clip: float,
    ) -> FeatureScaling:
        """Learn from train rows.

        Args:
            train: Shape (n, k), finite.
            winsorised: Shape (k,), the columns that are clipped at quantiles first.
            quantiles: Lower and upper quantile of these.
            clip: As in the class.
        """
        count = train.shape[1]
        low, high = np.full(count, -np.inf), np.full(count, np.inf)
        mean, inverse = np.zeros(count), np.zeros(count)
        for column in range(count):
            values = train[:, column].astype(np.float64)
            if winsorised[column]:
                low[column], high[column] = np.quantile(values, quantiles)
                np.clip(values, low[column], high[column], out=values)
            mean[column], deviation = values.mean(), values.std()
            if deviation > _CONSTANT * abs(mean[column]):
                inverse[column] = 1.0 / deviation
        return cls(
            low=low.astype(np.float32),
            high=high.astype(np.float32),
            mean=mean.astype(np.float32),
            inverse=inverse.astype(np.float32),
            clip=clip,
        )

    def apply(self, values: FloatArray) -> None:
        """Scale values (n, k) in place; what is not known becomes 0, the mean."""
        np.clip(values, self.low, self.high, out=values)
        values -= self.mean
        values *= self.inverse
        np.clip(values, -self.clip, self.clip, out=values)
        np.nan_to_num(values, copy=False, nan=0.0)

    def arrays(self) -> dict[str, FloatArray]:
        """The arrays by name, to be stored."""
        return {
            field.name: getattr(self, field.name) for field in fields(self) if field.name != "clip"
        }
