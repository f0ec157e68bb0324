"""Nodes of the risk pipeline."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, get_args

import pandas as pd
import xarray as xr

from deep_alpha import __version__
from deep_alpha.evaluation.risk_metrics import risk_records
from deep_alpha.market.identity import MarketRecord
from deep_alpha.panel import proxies_of
from deep_alpha.reporting import RiskReportInputs, write_risk_page
from deep_alpha.reporting.names import PAGES
from deep_alpha.risk.basis import Basis, make_basis
from deep_alpha.risk.descriptors import Descriptors, compute_descriptors
from deep_alpha.risk.diagnostics import (
    country_correlation,
    factor_frame,
    planted_correlation,
)
from deep_alpha.risk.estimate import (
    ExposureRecord,
    RegressionRecord,
    estimate_returns,
    make_exposures,
)
from deep_alpha.risk.model import RiskModel
from deep_alpha.risk.settings import RiskSettings
from deep_alpha.risk.tables import risk_tables
from deep_alpha.targets import TargetSettings, target_name, target_return
from deep_alpha.targets.settings import Kind
from deep_alpha.targets.summary import largest_labels, summarise_targets
from deep_alpha.training.plan import RunPlan

_TABLES = ("fundamentals", "valuation", "forecasts", "risk_free")
KINDS = get_args(Kind)

Tables = Mapping[str, Callable[[], pd.DataFrame]]


def prepare_basis(panel: xr.Dataset, market_tables: Tables, risk: RiskSettings) -> Basis:
    """Caps, estimation universe and daily returns."""
    return make_basis(panel, _loaded(market_tables, "risk_free"), risk)


def describe_assets(
    panel: xr.Dataset,
    basis: Basis,
    market_tables: Tables,
    risk: RiskSettings,
    run_plan: RunPlan,
) -> Descriptors:
    """Every descriptor that the market's tables allow."""
    return compute_descriptors(
        panel, basis, _loaded(market_tables, *_TABLES), risk, _threads(run_plan)
    )


def expose_assets(
    panel: xr.Dataset, basis: Basis, descriptors: Descriptors, risk: RiskSettings
) -> tuple[xr.Dataset, ExposureRecord]:
    """Exposures of every holder at the close of every date, and how they came about."""
    record = make_exposures(panel, basis, descriptors, risk)
    return record.grids, record


def regress_returns(
    exposures: xr.Dataset, basis: Basis, run_plan: RunPlan
) -> tuple[xr.Dataset, RegressionRecord]:
    """Each day's factor returns and specific returns."""
    return estimate_returns(exposures, basis, _threads(run_plan))


def make_targets(
    panel: xr.Dataset,
    exposures: xr.Dataset,
    returns: xr.Dataset,
    target: dict[str, Any],
    run_plan: RunPlan,
) -> xr.Dataset:
    """Targets of every kind at each horizon of the profile, entered at the close."""
    model = RiskModel(exposures, returns)
    base = {**target, "entry": "close"}
    wanted = [
        TargetSettings(**{**base, "horizon": horizon, "kind": kind})
        for horizon in run_plan.profile.horizons
        for kind in KINDS
    ]
    return xr.Dataset({target_name(each): target_return(panel, each, model) for each in wanted})


def diagnose_model(
    exposures: xr.Dataset,
    returns: xr.Dataset,
    targets: Callable[[], xr.Dataset],
    basis: Basis,
    descriptors: Descriptors,
    record: ExposureRecord,
    regressions: RegressionRecord,
    planted: pd.DataFrame,
    risk: RiskSettings,
    run_plan: RunPlan,
) -> tuple[dict[str, pd.DataFrame], dict[str, list[dict[str, Any]]]]:
    """Everything worth knowing of the fitted model, as tables and as metric records."""
    model = RiskModel(exposures, returns)
    tables = risk_tables(model, basis, descriptors, record, regressions, risk.annual_days)
    made = targets()
    tables["targets"] = summarise_targets(made)
    tables["largest_labels"] = largest_labels(made, f"raw_{run_plan.horizon}")
    tables["planted"] = planted_correlation(model, planted)
    return tables, risk_records(returns, tables)


def draw_risk_page(
    panel: xr.Dataset,
    market_record: MarketRecord,
    returns: xr.Dataset,
    tables: Mapping[str, Callable[[], pd.DataFrame]],
    risk: RiskSettings,
    run_plan: RunPlan,
    folder: str,
) -> str:
    """Draw the risk model's page and return its HTML."""
    read = {name: table() for name, table in tables.items()}
    dates = pd.DatetimeIndex(returns["date"].to_numpy(), name="date")
    factors = factor_frame(returns, "factor_return")
    styles = [str(style) for style in returns["style"].to_numpy()]
    industries = [str(name) for name in returns["industry_name"].to_numpy()]
    targets = read["targets"]
    headline = targets[targets["horizon"] == run_plan.horizon].set_index("kind")
    planted = read["planted"]
    inputs = RiskReportInputs(
        title="Deep Alpha: risk model",
        generated=f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, version {__version__}",
        market=Path(market_record.source).name,
        digest=market_record.digest,
        first=_first_fitted(returns, dates),
        last=dates[-1],
        level=str(returns.attrs["level"]),
        switches=_switches(risk),
        proxies=proxies_of(panel),
        descriptors=read["descriptors"],
        coverage=read["coverage"],
        styles=read["styles"],
        factor_returns=factors[["country", *styles]],
        industry_returns=factors[industries],
        r_squared=pd.Series(returns["r_squared"].to_numpy(), index=dates),
        observations=read["counts"],
        exposure_correlation=read["exposure_correlation"],
        market_return=pd.Series(returns["market_return"].to_numpy(), index=dates),
        country_correlation=country_correlation(returns),
        checks=_records(read["checks"]),
        industries=read["industries"],
        collinear=read["collinear"],
        skipped=read["skipped"],
        missing=_records(read["missing"]),
        targets=headline,
        largest_labels=read["largest_labels"],
        planted=planted if len(planted) else None,
        pages=PAGES,
    )
    return write_risk_page(inputs, Path(folder)).read_text(encoding="utf-8")


def _loaded(market_tables: Tables, *names: str) -> dict[str, pd.DataFrame]:
    return {name: market_tables[name]() for name in names if name in market_tables}


def _first_fitted(returns: xr.Dataset, dates: pd.DatetimeIndex) -> pd.Timestamp:
    """The first day with factor returns; the first of all where there is none."""
    return dates[int((returns["observations"].to_numpy() > 0).argmax())]


def _records(table: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(key): value for key, value in row.items()} for row in table.to_dict("records")]


def _threads(run_plan: RunPlan) -> int:
    """Threads of the kernels: as many as the run may use of this machine."""
    settings = run_plan.executor_settings
    return 1 if settings.name == "serial" else settings.workers or os.cpu_count() or 1


def _switches(risk: RiskSettings) -> dict[str, str]:
    return {
        "estimation universe": risk.estimation.describe(),
        "outliers": risk.outliers,
        "RESVOL ⟂": risk.resvol_orth.replace("_", ", ").upper(),
        "LIQUIDTY ⟂ SIZE": "on" if risk.liq_orth else "off",
        "CMRA": risk.cmra,
        "accounts expire after": f"{risk.accounts_days} days",
    }
