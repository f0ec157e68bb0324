"""A made-up but plausible risk model, to see and to test its page with."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from deep_alpha.reporting import RiskReportInputs
from deep_alpha.reporting.names import PAGES
from deep_alpha.risk.catalogue import DESCRIPTORS, Level, Window, descriptors_of, styles_of

INDUSTRIES = (
    "Agriculture", "Automobiles", "Banks", "Beverages and spirits", "Building materials",
    "Chemicals", "Coal", "Commerce", "Computers", "Construction", "Diversified financials",
    "Electrical equipment", "Electronics", "Food", "Home appliances", "Machinery", "Media",
    "Metals", "National defence", "Oil and petrochemicals", "Paper and light manufacturing",
    "Pharmaceuticals", "Power and utilities", "Real estate", "Steel", "Telecommunications",
    "Textiles and apparel", "Tourism and leisure", "Transport", "Conglomerates",
)  # fmt: skip
# A day's mean and spread of each style's return, in basis points.
DRIFT = {
    "SIZE": (-1.2, 18), "BETA": (0.4, 21), "MOMENTUM": (0.9, 16), "RESVOL": (-1.9, 15),
    "SIZENL": (-1.1, 9), "BTOP": (0.7, 10), "LIQUIDTY": (-2.8, 14), "EARNYILD": (1.3, 12),
    "GROWTH": (0.5, 7), "LEVERAGE": (-0.2, 6),
}  # fmt: skip


def fake_risk_inputs(level: Level = "no_analyst", *, seed: int = 11) -> RiskReportInputs:
    """A whole risk model of a level."""
    random = np.random.default_rng(seed)
    days = pd.bdate_range("2015-01-05", "2021-06-30").as_unit("s")
    styles = list(styles_of(level))
    market = pd.Series(random.normal(0.0004, 0.013, len(days)), days)
    market.iloc[0] = np.nan
    returns = pd.DataFrame(
        {"country": market * 0.99 + random.normal(0, 0.0011, len(days))}
        | {name: random.normal(DRIFT[name][0], DRIFT[name][1], len(days)) / 1e4 for name in styles},
        days,
    )
    industries = pd.DataFrame(random.normal(0, 0.008, (len(days), 30)), days, list(INDUSTRIES))
    industries.iloc[0] = np.nan
    wave = 0.07 * np.sin(np.arange(len(days)) / 180)
    r_squared = pd.Series(0.25 + wave + random.normal(0, 0.06, len(days)), days).clip(0.02, 0.8)
    r_squared.iloc[[0, 400]] = np.nan
    return RiskReportInputs(
        title="Deep Alpha: risk model",
        generated="2026-11-20 10:32, Deep Alpha 0.1.0",
        market="simulated",
        digest="9f2c41ab",
        first=days[1],
        last=days[-1],
        level=level,
        switches={
            "estimation universe": "traded, at least 60 bars old, not ST", "outliers": "clip",
            "RESVOL ⟂": "BETA", "LIQUIDTY ⟂ SIZE": "off", "CMRA": "diff",
        },
        proxies={"vwap": "(high + low + close) / 3", "total_cap": "float_cap"},
        descriptors=_descriptors(random, level),
        coverage=_coverage(random, days, level),
        styles=_styles(random, returns),
        factor_returns=returns,
        industry_returns=industries,
        r_squared=r_squared,
        observations=_observations(random, days),
        exposure_correlation=_correlation(random, styles),
        market_return=market,
        country_correlation=float(returns["country"].corr(market)),
        checks=_checks(days),
        industries=_industries(random, len(days)),
        collinear=pd.DataFrame(
            {"column": ["Conglomerates"], "days": [14], "first": [days[700]], "last": [days[730]],
             "reason": ["no differences between names, or explained by others"]}
        ),
        skipped=pd.DataFrame(
            {"days": [1], "first": [days[400]], "last": [days[400]],
             "reason": ["fewer names than columns"]}
        ),
        missing=[
            {"what": "descriptor EPIBS", "count": 1, "share": np.nan,
             "stand_in": "the market has no forecasts; its weight goes to the others"},
            {"what": "total cap", "count": 3_120, "share": 0.0011, "stand_in": "float cap"},
            {"what": "style GROWTH", "count": 91_204, "share": 0.0412,
             "stand_in": "industry mean, else 0"},
        ],
        targets=_targets(),
        largest_labels=_labels(random, days),
        planted=pd.DataFrame(
            {"factor": ["country", "SIZE", "BETA"], "correlation": [0.995, 0.91, 0.87]}
        ),
        pages=PAGES,
    )  # fmt: skip


def check(name: str, worst: float, tolerance: float = 1e-5, **more: Any) -> dict[str, Any]:
    """A check's record; it passes if its worst value is within the tolerance."""
    return {
        "name": name, "formula": "Σ s X = 0", "worst": worst, "tolerance": tolerance,
        "date": pd.Timestamp("2018-02-09"), "passed": worst <= tolerance,
    } | more  # fmt: skip


def window_words(window: Window | None) -> str:
    """A window as the risk model's tables put it."""
    if window is None:
        return ""
    words = [f"{window.length} days"]
    words += [f"lag {window.lag}"] if window.lag else []
    words += [f"half-life {window.half_life}"] if window.half_life else []
    return ", ".join([*words, f"at least {window.minimum}"])


def _descriptors(random: np.random.Generator, level: Level) -> pd.DataFrame:
    possible = {each.name for each in descriptors_of(level)}
    total = {
        each.style: sum(d.weight for d in descriptors_of(level) if d.style == each.style)
        for each in DESCRIPTORS
    }
    rows = []
    for each in DESCRIPTORS:
        used = each.name in possible
        rows.append(
            {
                "name": each.name, "style": each.style, "weight": each.weight,
                "weight_used": each.weight / total[each.style] if used else 0.0,
                "formula": each.formula, "window": window_words(each.window),
                "source": each.source, "distance": each.distance,
                "coverage": random.uniform(0.86, 1.0) if used else np.nan,
                "clipped": random.uniform(0.0004, 0.012) if used else np.nan,
                "absent": "" if used else f"the market has no {each.needs}",
            }
        )  # fmt: skip
    return pd.DataFrame(rows)


def _coverage(random: np.random.Generator, days: pd.DatetimeIndex, level: Level) -> pd.DataFrame:
    columns = {}
    for each in descriptors_of(level):
        warm = each.window.minimum if each.window else 0
        ceiling = random.uniform(0.88, 1.0)
        ramp = np.clip((np.arange(len(days)) - warm) / 30, 0, 1)
        columns[each.name] = np.clip(
            ceiling * ramp + random.normal(0, 0.004, len(days)) * (ramp > 0), 0, 1
        )
    return pd.DataFrame(columns, days)


def _styles(random: np.random.Generator, returns: pd.DataFrame) -> pd.DataFrame:
    count = returns.shape[1]
    vif = random.uniform(1.1, 2.9, count)
    table = pd.DataFrame(
        {
            "filled": random.uniform(0, 0.05, count),
            "autocorrelation": random.uniform(0.72, 0.999, count),
            "mean_abs_t": random.uniform(1.1, 4.2, count),
            "share_t_above_2": random.uniform(0.2, 0.7, count),
            "vif_mean": vif,
            "vif_max": vif * random.uniform(1.2, 2.0, count),
            "annual_return": returns.mean() * 252,
            "annual_volatility": returns.std() * 252**0.5,
            "sharpe": returns.mean() / returns.std() * 252**0.5,
        },
        index=pd.Index(returns.columns, name="style"),
    )
    unknown = ["filled", "autocorrelation", "vif_mean", "vif_max"]
    table.loc["country", unknown] = np.nan
    return table


def _observations(random: np.random.Generator, days: pd.DatetimeIndex) -> pd.DataFrame:
    traded = np.linspace(2600, 4100, len(days)) + random.normal(0, 20, len(days))
    table = pd.DataFrame({"estimated": traded * 0.93, "with_exposures": traded * 1.02}, days)
    table["traded"] = traded
    table = table.round()
    table.iloc[0, 0] = table.iloc[400, 0] = 0
    return table


def _correlation(random: np.random.Generator, styles: list[str]) -> pd.DataFrame:
    loadings = random.normal(size=(len(styles), 4))
    covariance = loadings @ loadings.T + 3 * np.eye(len(styles))
    scale = np.sqrt(np.diag(covariance))
    return pd.DataFrame(covariance / np.outer(scale, scale), styles, styles)


def _checks(days: pd.DatetimeIndex) -> list[dict[str, Any]]:
    return [
        check("styles have cap-weighted mean 0", 3.1e-7),
        check("styles have standard deviation 1", 4.4e-7, formula="sd X − 1 = 0"),
        check("industries cancel out", 2.2e-16, 1e-10, formula="Σ s_i f_i = 0"),
        check("specific returns hold no style", 1.9e-5,
              formula="Σ √cap u X ÷ Σ √cap |u X| = 0", date=days[812]),
        check("factors and specific return add up", 6.0e-8, formula="r − X f − u = 0"),
    ]  # fmt: skip


def _industries(random: np.random.Generator, days: int) -> pd.DataFrame:
    members = np.sort(random.uniform(12, 240, 30))[::-1]
    merged = np.zeros(30, dtype=int)
    merged[-1] = 212
    return pd.DataFrame(
        {
            "name": INDUSTRIES,
            "members_mean": members,
            "members_min": (members * 0.6).round(),
            "days": days - merged,
            "days_merged": merged,
            "merged_into": [""] * 29 + ["Commerce, Machinery"],
        }
    )


def _targets() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "horizon": 10,
            "known": [3_912_004, 3_901_200, 3_901_200, 3_899_112],
            "mean": [0.0061, 0.0002, 0.0001, 0.0003],
            "sd": [0.0811, 0.0664, 0.0669, 0.0671],
            "skewness": [1.32, 1.71, 1.93, 1.70],
            "kurtosis": [11.2, 14.9, 18.4, 15.0],
            "correlation_with_raw": [1.0, 0.801, 0.796, 0.803],
        },
        index=pd.Index(["raw", "residual", "compound", "single"], name="kind"),
    )


def _labels(random: np.random.Generator, days: pd.DatetimeIndex) -> pd.DataFrame:
    values = np.sort(random.uniform(0.9, 3.4, 10))[::-1]
    values[-1] *= -1
    return pd.DataFrame(
        {
            "asset": [f"{number:06d}" for number in random.integers(1, 699_999, 10)],
            "date": random.choice(days, 10),
            "value": values,
            "kind": "raw",
        }
    )
