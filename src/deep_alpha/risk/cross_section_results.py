"""What the daily cross-sectional regressions give."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from deep_alpha.risk.cross_section_inputs import Labels


class CollinearStyle(NamedTuple):
    """A style that a day could not tell from industries and earlier styles.

    Args:
        day: Date, or position of the day where there are no dates.
        style: Name of the style.
    """

    day: Any
    style: str


@dataclass(frozen=True)
class CrossSections:
    """Regressions of T days on one country, P industries and Q styles.

    DataArrays if the returns were one, else numpy arrays. NaN throughout on skipped days.

    Args:
        factor_returns: (date, factor), in the unit of the returns; NaN for an industry
            without a name in the estimation and for a collinear style.
        t_statistics: (date, factor), factor return ÷ its standard error; NaN also for the
            only industry of a day, whose return is 0 by constraint.
        residuals: (date, asset), specific returns: of every name with a return, all
            exposures and an industry that was estimated.
        r_squared: (date,), weighted and centred, over the names in the estimation.
        observations: (date,), names in the estimation.
        industry_weight: (date, industry), share in the cap of the names in the estimation.
        variance_inflation: (date, style), 1 ÷ (1 − R²) of the style on all other columns;
            NaN for a collinear style.
        names: Labels of the factors: country, industries by code, styles.
        collinear: Styles left out, by day.
        skipped: Why a day has no regression, by day.
    """

    factor_returns: Any
    t_statistics: Any
    residuals: Any
    r_squared: Any
    observations: Any
    industry_weight: Any
    variance_inflation: Any
    names: tuple[str, ...]
    collinear: tuple[CollinearStyle, ...]
    skipped: Mapping[Any, str]


class DailyResults(NamedTuple):
    """Arrays of :class:`CrossSections` without labels, to be filled day by day."""

    factor_returns: NDArray[np.float64]
    t_statistics: NDArray[np.float64]
    residuals: NDArray[np.float64]
    r_squared: NDArray[np.float64]
    observations: NDArray[np.int64]
    industry_weight: NDArray[np.float64]
    variance_inflation: NDArray[np.float64]
    collinear: NDArray[np.bool_]
    skipped: dict[int, str]

    @classmethod
    def empty(cls, days: int, names: int, industries: int, styles: int) -> DailyResults:
        """Results before the first day: nothing is known."""
        factors = 1 + industries + styles
        return cls(
            factor_returns=np.full((days, factors), np.nan),
            t_statistics=np.full((days, factors), np.nan),
            residuals=np.full((days, names), np.nan),
            r_squared=np.full(days, np.nan),
            observations=np.zeros(days, dtype=np.int64),
            industry_weight=np.full((days, industries), np.nan),
            variance_inflation=np.full((days, styles), np.nan),
            collinear=np.zeros((days, styles), dtype=np.bool_),
            skipped={},
        )

    def labelled(self, labels: Labels) -> CrossSections:
        """The results with their labels."""
        codes = range(self.industry_weight.shape[1])
        names = ("country", *(f"industry_{code}" for code in codes), *labels.styles)

        def wrap(name: str, **dims: Sequence[Any] | None) -> Any:
            return labels.wrap(getattr(self, name), name, date=None, **dims)

        return CrossSections(
            factor_returns=wrap("factor_returns", factor=names),
            t_statistics=wrap("t_statistics", factor=names),
            residuals=wrap("residuals", asset=None),
            r_squared=wrap("r_squared"),
            observations=wrap("observations"),
            industry_weight=wrap("industry_weight", industry=codes),
            variance_inflation=wrap("variance_inflation", **{labels.style_dim: labels.styles}),
            names=names,
            collinear=tuple(
                CollinearStyle(labels.day(day), labels.styles[style])
                for day, style in np.argwhere(self.collinear).tolist()
            ),
            skipped={labels.day(day): self.skipped[day] for day in sorted(self.skipped)},
        )
