"""The 21 descriptors and 10 styles of CNE5, as data (SPEC 2.7).

Everything that defines a style stands here once: what it is made of and with which
weights, over how many of an asset's own traded days, and what of the market folder each
descriptor is computed from.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Needs = Literal["bars", "accounts", "forecasts"]
Level = Literal["full", "no_analyst", "price_only"]

STYLES = (
    "SIZE",
    "BETA",
    "MOMENTUM",
    "RESVOL",
    "SIZENL",
    "BTOP",
    "LIQUIDTY",
    "EARNYILD",
    "GROWTH",
    "LEVERAGE",
)
"""In the order in which they are built: a style may be orthogonalised to earlier ones."""


@dataclass(frozen=True)
class Window:
    """A window over an asset's own traded days.

    Args:
        length: Days in the window.
        minimum: Fewest values in it; with fewer the descriptor is unknown.
        half_life: Of the exponential weights, in days; None for equal weights.
        lag: Newest days left out.
    """

    length: int
    minimum: int
    half_life: int | None = None
    lag: int = 0


@dataclass(frozen=True)
class Descriptor:
    """One descriptor of CNE5.

    Args:
        name: As MSCI names it.
        style: The style it belongs to.
        weight: Its weight in the style, before absent descriptors are taken out.
        needs: The tables it can not be computed without.
        formula: Definition as implemented.
        source: Columns of the market folder, the preferred first; ``;`` separates them.
        distance: How far the columns are from the definition; empty if they are it.
        window: Over which days, if it is a statistic of a window.
    """

    name: str
    style: str
    weight: float
    needs: Needs
    formula: str
    source: str
    distance: str = ""
    window: Window | None = None


_CASH = "operating cash flow stands for cash earnings (profit + depreciation)"
_DEBT = "total liabilities stand for long-term debt and preferred equity"

DESCRIPTORS = (
    Descriptor(
        "LNCAP", "SIZE", 1.0, "bars", "ln(total market cap)", "bars.total_cap; bars.float_cap"
    ),
    Descriptor(
        "BETA",
        "BETA",
        1.0,
        "bars",
        "slope of r − r_f on the cap-weighted market's excess return",
        "bars.close, adj_factor, float_cap",
        window=Window(252, 63, half_life=63),
    ),
    Descriptor(
        "RSTR",
        "MOMENTUM",
        1.0,
        "bars",
        "Σ w [ln(1 + r) − ln(1 + r_f)]",
        "bars.close, adj_factor",
        window=Window(504, 252, half_life=126, lag=21),
    ),
    Descriptor(
        "DASTD",
        "RESVOL",
        0.74,
        "bars",
        "standard deviation of r − r_f",
        "bars.close, adj_factor",
        window=Window(252, 63, half_life=42),
    ),
    Descriptor(
        "CMRA",
        "RESVOL",
        0.16,
        "bars",
        "max Z(T) − min Z(T), T = 1 … 12 months of 21 days, Z(T) = Σ [ln(1 + r) − ln(1 + r_f)]",
        "bars.close, adj_factor",
        window=Window(252, 252),
    ),
    Descriptor(
        "HSIGMA",
        "RESVOL",
        0.10,
        "bars",
        "standard deviation of the residuals of BETA's regression",
        "bars.close, adj_factor, float_cap",
        window=Window(252, 63, half_life=63),
    ),
    Descriptor(
        "NLSIZE", "SIZENL", 1.0, "bars", "(standardised SIZE)³", "bars.total_cap; bars.float_cap"
    ),
    Descriptor(
        "BTOP",
        "BTOP",
        1.0,
        "accounts",
        "book equity ÷ market cap",
        "valuation.pb at its own cap; net profit ÷ roe of fundamentals",
        "the vendor's book: it may hold minority interests",
    ),
    Descriptor(
        "STOM",
        "LIQUIDTY",
        0.35,
        "bars",
        "ln Σ turnover of a month",
        "bars.turnover",
        window=Window(21, 14),
    ),
    Descriptor(
        "STOQ",
        "LIQUIDTY",
        0.35,
        "bars",
        "ln(mean monthly turnover of 3 months)",
        "bars.turnover",
        window=Window(63, 42),
    ),
    Descriptor(
        "STOA",
        "LIQUIDTY",
        0.30,
        "bars",
        "ln(mean monthly turnover of 12 months)",
        "bars.turnover",
        window=Window(252, 126),
    ),
    Descriptor(
        "EPIBS",
        "EARNYILD",
        0.68,
        "forecasts",
        "forecast earnings ÷ market cap",
        "forecasts.net_profit",
    ),
    Descriptor(
        "ETOP",
        "EARNYILD",
        0.11,
        "accounts",
        "net profit of the trailing year ÷ market cap",
        "fundamentals.eps_ttm × total_shares; net_profit of the trailing year; "
        "valuation.pe_ttm at its own cap",
        "pe_ttm is unknown for loss makers",
    ),
    Descriptor(
        "CETOP",
        "EARNYILD",
        0.21,
        "accounts",
        "cash earnings of the trailing year ÷ market cap",
        "fundamentals.operating_cash_to_net_profit × net_profit of the trailing year",
        _CASH,
    ),
    Descriptor(
        "SGRO",
        "GROWTH",
        0.47,
        "accounts",
        "slope of annual sales per share on time over 5 fiscal years ÷ mean size",
        "fundamentals.revenue ÷ total_shares of annual reports",
        "3 years are enough; the mean is of sizes; shares are adjusted by adj_factor, "
        "dividends included",
    ),
    Descriptor(
        "EGRO",
        "GROWTH",
        0.24,
        "accounts",
        "slope of annual earnings per share on time over 5 fiscal years ÷ mean size",
        "fundamentals.net_profit ÷ total_shares of annual reports; fundamentals.eps_yoy "
        "as a trend of two years",
        "as SGRO; the last year's growth stands in until 3 years are known",
    ),
    Descriptor(
        "EGIBS",
        "GROWTH",
        0.18,
        "forecasts",
        "forecast long-term growth of earnings",
        "forecasts.growth_long",
    ),
    Descriptor(
        "EGIBS_s",
        "GROWTH",
        0.11,
        "forecasts",
        "forecast short-term growth of earnings",
        "forecasts.growth_short",
    ),
    Descriptor(
        "MLEV",
        "LEVERAGE",
        0.38,
        "accounts",
        "(market cap + preferred equity + long-term debt) ÷ market cap",
        "book × (assets_to_equity − 1) ÷ total_cap, plus 1",
        _DEBT,
    ),
    Descriptor(
        "DTOA",
        "LEVERAGE",
        0.35,
        "accounts",
        "total debt ÷ total assets",
        "fundamentals.debt_to_assets",
        "total liabilities stand for total debt",
    ),
    Descriptor(
        "BLEV",
        "LEVERAGE",
        0.27,
        "accounts",
        "(book equity + preferred equity + long-term debt) ÷ book equity",
        "fundamentals.assets_to_equity",
        _DEBT,
    ),
)

BY_NAME: Mapping[str, Descriptor] = {descriptor.name: descriptor for descriptor in DESCRIPTORS}

_REACH: Mapping[Level, tuple[Needs, ...]] = {
    "full": ("bars", "accounts", "forecasts"),
    "no_analyst": ("bars", "accounts"),
    "price_only": ("bars",),
}


def descriptors_of(level: Level) -> tuple[Descriptor, ...]:
    """The descriptors that a level can have, in the catalogue's order."""
    return tuple(descriptor for descriptor in DESCRIPTORS if descriptor.needs in _REACH[level])


def styles_of(level: Level) -> tuple[str, ...]:
    """The styles that a level can have, in the order in which they are built."""
    possible = {descriptor.style for descriptor in descriptors_of(level)}
    return tuple(style for style in STYLES if style in possible)
