"""What the risk model's page is drawn from: plain tables, whoever made them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd


@dataclass(frozen=True)
class RiskReportInputs:
    """Everything the risk model's page shows (SPEC 2.7).

    Returns are decimals of a day. A frame may be empty where there is nothing to show.

    Args:
        title: Page title.
        generated: When and by which version.
        market: The market's short name.
        digest: Short digest of the bars.
        first, last: First and last day of the factor returns.
        level: ``full``, ``no_analyst`` or ``price_only``.
        switches: Settings that change results; captions repeat them.
        proxies: Field and what stands for it.
        descriptors: Annex 1 as implemented, one row a descriptor, styles together: name,
            style, weight, weight_used, formula, window, source, distance (texts), coverage
            and clipped (mean shares of the estimation universe), absent (why it is not
            used; empty if it is).
        coverage: Date × descriptor, share of the estimation universe with a value.
        styles: Indexed by style, with one row ``country``: filled (share of exposures
            that were stood in for), autocorrelation (of exposures, 21 days), mean_abs_t,
            share_t_above_2, vif_mean, vif_max, annual_return, annual_volatility, sharpe.
        factor_returns: Date × (country, styles).
        industry_returns: Date × industry.
        r_squared: R² of each day's regression by date.
        observations: Indexed by date; columns estimated, with_exposures, traded (counts).
        exposure_correlation: Style × style, mean over days.
        market_return: The cap-weighted market's excess return by date.
        country_correlation: Correlation of the country factor with it.
        checks: Records with name, formula, worst, date, tolerance, passed.
        industries: One row an industry: name, members_mean, members_min, days,
            days_merged, merged_into.
        collinear: Columns left out for collinearity: column, days, first, last, reason.
        skipped: Days without a regression, one row a reason: days, first, last, reason.
        missing: Records of what was missing: what, count, share, stand_in.
        targets: Indexed by kind of label (raw, residual, compound, single): horizon (market
            days), known (number of labels), mean, sd, skewness, kurtosis (in excess of the
            normal distribution's), correlation_with_raw.
        largest_labels: The largest labels: asset, date, value, kind.
        planted: For simulated markets: factor, correlation (of estimated with planted
            returns).
        watermark: Text laid over the page when results leak by design, else empty.
        pages: Title and address of each page of the report, for the navigation.
    """

    title: str
    generated: str
    market: str
    digest: str
    first: pd.Timestamp
    last: pd.Timestamp
    level: str
    switches: Mapping[str, str]
    proxies: Mapping[str, str]
    descriptors: pd.DataFrame
    coverage: pd.DataFrame
    styles: pd.DataFrame
    factor_returns: pd.DataFrame
    industry_returns: pd.DataFrame
    r_squared: pd.Series
    observations: pd.DataFrame
    exposure_correlation: pd.DataFrame
    market_return: pd.Series
    country_correlation: float
    checks: Sequence[Mapping[str, Any]]
    industries: pd.DataFrame
    collinear: pd.DataFrame
    skipped: pd.DataFrame
    missing: Sequence[Mapping[str, Any]]
    targets: pd.DataFrame
    largest_labels: pd.DataFrame
    planted: pd.DataFrame | None = None
    watermark: str = ""
    pages: Mapping[str, str] = field(default_factory=dict)
