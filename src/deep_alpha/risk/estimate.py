"""From exposures to daily factor returns and specific returns: the caller of the regression."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import xarray as xr
from numpy.typing import NDArray

from deep_alpha.errors import ConfigurationError
from deep_alpha.risk.basis import Basis
from deep_alpha.risk.catalogue import Level
from deep_alpha.risk.cross_section_results import CrossSections
from deep_alpha.risk.descriptors import Descriptors
from deep_alpha.risk.exposures import Exposures, build_exposures
from deep_alpha.risk.industries import IndustryGroups, industry_groups
from deep_alpha.risk.regression import fit_cross_sections
from deep_alpha.risk.settings import RiskSettings
from deep_alpha.risk.specific_risk import specific_risk


@dataclass(frozen=True)
class ExposureRecord:
    """Exposures with the record of how they came about."""

    grids: xr.Dataset
    exposures: Exposures
    industries: IndustryGroups


@dataclass(frozen=True)
class RegressionRecord:
    """What could not be estimated.

    Args:
        collinear: Columns date and style: styles left out of a day's regression.
        skipped: Columns date and reason: days without a regression.
    """

    collinear: pd.DataFrame
    skipped: pd.DataFrame


def make_exposures(
    panel: xr.Dataset, basis: Basis, descriptors: Descriptors, settings: RiskSettings
) -> ExposureRecord:
    """Exposures of every holder at the close of every date.

    Args:
        panel: The market panel; its ``industry`` labels are read.
        basis: Caps and estimation universe.
        descriptors: All descriptors.
        settings: Outliers, orthogonalisation, smallest industry.

    Returns:
        The exposures as ``RiskModel.exposures`` describes them, and their record.
    """
    labels = panel["industry"].to_numpy().astype(object)
    industries = industry_groups(labels, basis.estimation, settings.min_industry)
    level: Level = descriptors.level
    found = build_exposures(
        descriptors.values,
        basis.caps.floating,
        basis.estimation,
        basis.caps.holders,
        industries.codes,
        level,
        settings,
    )
    codes = np.where(basis.caps.holders, industries.codes, -1).astype(np.int16)
    grids = xr.Dataset(
        {
            "exposure": (("date", "style", "asset"), found.values),
            "industry": (("date", "asset"), codes),
            "estimation": (("date", "asset"), basis.estimation),
            "cap": (("date", "asset"), basis.caps.floating.astype(np.float32)),
        },
        coords={
            "date": panel["date"].to_numpy(),
            "asset": panel["asset"].to_numpy(),
            "style": np.array(found.styles, dtype=object),
            "industry_name": np.array(industries.names, dtype=object),
        },
        attrs={"level": level},
    )
    return ExposureRecord(grids, found, industries)


def estimate_returns(
    exposures: xr.Dataset, basis: Basis, threads: int = 1
) -> tuple[xr.Dataset, RegressionRecord]:
    """Regress each day's returns on the exposures of the day before (SPEC 2.7).

    Estimated with: the estimation universe of the day before, as far as it trades. A
    return that spans a suspension is nobody's daily return and is left out; its name
    still gets a specific return, as every name with exposures does.

    Args:
        exposures: ``RiskModel.exposures``.
        basis: Returns and caps of the same panel.
        threads: Threads of the regressions; the bits do not depend on them.

    Returns:
        ``RiskModel.returns``, and what could not be estimated.

    Raises:
        ConfigurationError: There is one day only.
    """
    if exposures.sizes["date"] < 2:
        raise ConfigurationError("a risk model needs two days at least: exposures, then returns")
    returns, gap = basis.returns.marked_excess, basis.returns.gap
    fitted = fit_cross_sections(
        returns[1:],
        exposures["exposure"].to_numpy()[:-1].transpose(0, 2, 1),
        exposures["industry"].to_numpy()[:-1],
        exposures["cap"].to_numpy()[:-1],
        estimation=exposures["estimation"].to_numpy()[:-1] & (gap[1:] == 1),
        industries=exposures.sizes["industry_name"],
        threads=threads,
    )
    factors = ("country", *exposures["industry_name"].to_numpy(), *exposures["style"].to_numpy())
    specific = _from_second_day(fitted.residuals).astype(np.float32)
    grids = xr.Dataset(
        {
            "factor_return": (("date", "factor"), _from_second_day(fitted.factor_returns)),
            "t_statistic": (("date", "factor"), _from_second_day(fitted.t_statistics)),
            "industry_weight": (
                ("date", "industry_name"),
                _from_second_day(fitted.industry_weight),
            ),
            "variance_inflation": (
                ("date", "style"),
                _from_second_day(fitted.variance_inflation),
            ),
            "r_squared": (("date",), _from_second_day(fitted.r_squared)),
            "observations": (("date",), np.append(0, fitted.observations).astype(np.int32)),
            "market_return": (("date",), basis.returns.market),
            "specific_return": (("date", "asset"), specific),
            "specific_risk": (
                ("date", "asset"),
                specific_risk(np.where(gap == 1, specific, np.nan)).astype(np.float32),
            ),
        },
        coords={
            "date": exposures["date"],
            "asset": exposures["asset"],
            "style": exposures["style"],
            "industry_name": exposures["industry_name"],
            "factor": np.array(factors, dtype=object),
        },
        attrs={"level": exposures.attrs["level"]},
    )
    return grids, _record(fitted, factors, exposures["date"].to_numpy()[1:])


def _record(
    fitted: CrossSections, factors: tuple[str, ...], dates: NDArray[np.datetime64]
) -> RegressionRecord:
    """The days and styles that were left out, under their dates and names."""
    name = dict(zip(fitted.names, factors, strict=True))
    collinear = [(dates[day], name[style]) for day, style in fitted.collinear]
    skipped = [(dates[day], reason) for day, reason in fitted.skipped.items()]
    return RegressionRecord(
        collinear=pd.DataFrame(collinear, columns=["date", "style"]),
        skipped=pd.DataFrame(skipped, columns=["date", "reason"]),
    )


def _from_second_day(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Values of the regressions with a first day on which nothing is known."""
    return np.concatenate([np.full((1, *values.shape[1:]), np.nan), values])
