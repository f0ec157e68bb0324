"""The record of a fitted risk model as plain tables, for reports and for reading by hand."""

from __future__ import annotations

from dataclasses import asdict

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from deep_alpha.panel.proxies import UNKNOWN_INDUSTRY
from deep_alpha.risk.basis import Basis
from deep_alpha.risk.catalogue import BY_NAME, DESCRIPTORS, Window
from deep_alpha.risk.checks import check_model
from deep_alpha.risk.descriptors import Descriptors
from deep_alpha.risk.diagnostics import exposure_correlation, style_table
from deep_alpha.risk.estimate import ExposureRecord, RegressionRecord
from deep_alpha.risk.model import RiskModel

_STILL_HERE = 21
"""Days before the end of the panel within which a name that still trades has traded."""

COLLINEAR = "no differences between names, or none that industries and other styles do not have"


def risk_tables(
    model: RiskModel,
    basis: Basis,
    descriptors: Descriptors,
    record: ExposureRecord,
    regressions: RegressionRecord,
    annual_days: int,
) -> dict[str, pd.DataFrame]:
    """All tables of the risk report by name.

    Args:
        model: The fitted risk model.
        basis: Caps and returns that it was fitted on.
        descriptors: What the exposures were made of.
        record: How they came about.
        regressions: What they could not estimate.
        annual_days: Trading days in a year.
    """
    dates = pd.DatetimeIndex(model.exposures["date"].to_numpy(), name="date")
    coverage = pd.DataFrame(record.exposures.coverage, index=dates)
    filled = pd.DataFrame(record.exposures.filled, index=dates)
    traded = basis.returns.gap > 0
    counts = pd.DataFrame(
        {
            "estimated": model.returns["observations"].to_numpy(),
            "with_exposures": basis.caps.holders.sum(axis=1),
            "traded": traded.sum(axis=1),
        },
        index=dates,
    )
    return {
        "descriptors": _descriptor_table(descriptors, record, coverage),
        "coverage": coverage,
        "styles": style_table(model, filled, annual_days),
        "exposure_correlation": exposure_correlation(model.exposures),
        "counts": counts,
        "checks": pd.DataFrame(
            [{**asdict(check), "passed": check.passed} for check in check_model(model, basis)]
        ),
        "industries": _industry_table(model, record),
        "collinear": _spans(regressions.collinear, "style")
        .rename(columns={"style": "column"})
        .assign(reason=COLLINEAR),
        "skipped": _spans(regressions.skipped, "reason"),
        "missing": _missing_table(basis, descriptors, record, traded),
    }


def _descriptor_table(
    descriptors: Descriptors, record: ExposureRecord, coverage: pd.DataFrame
) -> pd.DataFrame:
    """CNE5's descriptors as implemented: the counterpart of paper 001's Annex 1."""
    covered, clipped = coverage.mean(), pd.DataFrame(record.exposures.clipped).mean()
    rows = [
        {
            "name": each.name,
            "style": each.style,
            "weight": each.weight,
            "weight_used": record.exposures.weights.get(each.name, 0.0),
            "formula": each.formula,
            "window": window_words(each.window),
            "source": each.source,
            "distance": each.distance,
            "coverage": covered.get(each.name, np.nan),
            "clipped": clipped.get(each.name, np.nan),
            "absent": descriptors.absent.get(each.name, ""),
        }
        for each in DESCRIPTORS
    ]
    return pd.DataFrame(rows)


def window_words(window: Window | None) -> str:
    """A window in words, as in ``504 days, lag 21, half-life 126, at least 252``."""
    if window is None:
        return ""
    words = [f"{window.length} days"]
    if window.lag:
        words.append(f"lag {window.lag}")
    if window.half_life:
        words.append(f"half-life {window.half_life}")
    if window.minimum != window.length:
        words.append(f"at least {window.minimum}")
    return ", ".join(words)


def _industry_table(model: RiskModel, record: ExposureRecord) -> pd.DataFrame:
    """Members of each industry in the estimation universe, and into what it was merged."""
    names = [str(name) for name in model.exposures["industry_name"].to_numpy()]
    codes = model.exposures["industry"].to_numpy()
    members = model.exposures["estimation"].to_numpy()
    counts = np.stack(
        [np.count_nonzero((codes == code) & members, axis=1) for code in range(len(names))]
    )
    merged = record.industries.merged.groupby("industry", sort=True)
    days_merged = merged.size()
    into = merged["into"].agg(lambda targets: ", ".join(sorted(set(targets))))
    rows = []
    for name, count in zip(names, counts, strict=True):
        there = count[count > 0]
        rows.append(
            {
                "name": name,
                "members_mean": float(there.mean()) if len(there) else 0.0,
                "members_min": int(there.min()) if len(there) else 0,
                "days": len(there),
                "days_merged": int(days_merged.get(name, 0)),
                "merged_into": str(into.get(name, "")),
            }
        )
    table = pd.DataFrame(rows)
    return table[(table["days"] > 0) | (table["days_merged"] > 0)].reset_index(drop=True)


def _spans(found: pd.DataFrame, key: str) -> pd.DataFrame:
    """How often each entry occurs, and between which dates."""
    rows = [
        {key: str(name), "days": len(dates), "first": dates.min(), "last": dates.max()}
        for name, dates in found.groupby(key, sort=True)["date"]
    ]
    return pd.DataFrame(rows, columns=[key, "days", "first", "last"])


def _missing_table(
    basis: Basis,
    descriptors: Descriptors,
    record: ExposureRecord,
    traded: np.ndarray,
) -> pd.DataFrame:
    """Everything that was not there, how often, and what stood in."""
    bars = max(int(traded.sum()), 1)
    rows: list[dict[str, object]] = []

    def add(what: str, count: float, share: float, stand_in: str) -> None:
        if count:
            rows.append({"what": what, "count": count, "share": share, "stand_in": stand_in})

    for words, count in basis.caps.stand_ins.items():
        what, _, stand_in = words.partition(": ")
        add(what, count, count / bars, stand_in)
    unlabelled, left = _unlabelled(record, traded)
    add(
        "industry of a name",
        unlabelled,
        unlabelled / max(int(traded.any(axis=0).sum()), 1),
        f"group unknown; {left:.0%} of these names had left the market by the end: who has no "
        "label may have been found out later",
    )
    present = {BY_NAME[name].style for name in record.exposures.weights}
    for name, reason in descriptors.absent.items():
        left = BY_NAME[name].style in present
        fate = "its weight goes to the others" if left else "its style is left out"
        add(f"descriptor {name}", np.nan, np.nan, f"{reason}: {fate}")
    for name, sources in descriptors.from_source.items():
        total = max(sum(sources.values()), 1)
        for source, count in list(sources.items())[1:]:
            add(f"{name}: first source", count, count / total, source)
    for table, count in descriptors.unused_rows.items():
        add(f"rows of {table}", count, np.nan, "asset or date is not in the panel: unused")
    members = basis.estimation.sum(axis=1)
    for style, share in record.exposures.filled.items():
        count = round(float(np.nansum(share * members)))
        add(f"style {style}", count, count / max(int(members.sum()), 1), "industry mean, else 0")
    return pd.DataFrame(rows, columns=["what", "count", "share", "stand_in"])


def _unlabelled(record: ExposureRecord, traded: np.ndarray) -> tuple[int, float]:
    """Names without an industry, and the share of them that no longer trade at the end."""
    if UNKNOWN_INDUSTRY not in record.industries.names or len(record.industries.names) == 1:
        return 0, 0.0
    code = record.industries.names.index(UNKNOWN_INDUSTRY)
    codes = np.asarray(record.grids["industry"].to_numpy())
    names: NDArray[np.bool_] = np.any(codes == code, axis=0) & np.any(traded, axis=0)
    gone: NDArray[np.bool_] = ~np.any(traded[-_STILL_HERE:], axis=0)
    return int(names.sum()), float(gone[names].mean()) if names.any() else 0.0
