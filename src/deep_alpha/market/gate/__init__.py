"""The quality gate: faulty rows are quarantined, faulty cells blanked, suspicious ones listed.

Nothing is dropped silently: every rule that data broke is a ``Finding`` with its count and
examples, and every row taken out stands in the quarantine with the reason.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pandas as pd

from deep_alpha.market.gate import row_rules, table_rules
from deep_alpha.market.gate.inspection import Inspection, empty_quarantine
from deep_alpha.market.gate.result import Action, Finding, GateResult
from deep_alpha.market.gate.settings import GateSettings
from deep_alpha.market.gate.suspicious import list_suspicious_bars
from deep_alpha.market.limits import PriceLimitRule, listing_dates
from deep_alpha.market.schemas import check_schema
from deep_alpha.market.tables import TABLES, Market

__all__ = ["Action", "Finding", "GateResult", "GateSettings", "check_market"]


def check_market(
    market: Market,
    settings: GateSettings | None = None,
    today: date | None = None,
    price_limits: Sequence[PriceLimitRule] = (),
) -> GateResult:
    """Put every table of a market through the quality gate.

    A row whose key, date, price, factor or volume is faulty is quarantined; of rows with
    one key the first sound one stays. A faulty optional cell becomes NaN. A case that is
    possible but suspicious is listed. A market that passed, passes again unchanged.

    Args:
        market: The tables as read; left as they are.
        settings: What to tolerate; the defaults if not given.
        today: Later dates are faulty; the computer's date if not given.
        price_limits: The exchange's price limits, to list closes beyond them.

    Raises:
        MarketDataError: A table has no rows, lacks a required column or has one of a wrong
            type; or more of its rows are faulty than ``max_quarantine_share`` allows.
    """
    settings = settings or GateSettings()
    inspections: dict[str, Inspection] = {}
    clean: dict[str, pd.DataFrame] = {}
    known: pd.Index[str] | None = None
    for name, frame in market.tables().items():
        inspection = _inspect(name, frame, settings, today or date.today(), known)
        _list_columns(inspection, market.ignored_columns.get(name, ()))
        inspections[name], clean[name] = inspection, inspection.clean()
        if name in ("bars", "assets"):
            found = pd.Index(clean[name]["asset"].unique().astype(str))
            known = found if known is None else known.union(found)
    passed = market.with_tables(**clean)
    findings: list[Finding] = []
    for name, inspection in inspections.items():
        findings += inspection.findings
        findings += _list_suspicious(name, passed, settings, price_limits)
    parts = [inspection.quarantined() for inspection in inspections.values()]
    parts = [part for part in parts if len(part)]
    quarantine = pd.concat(parts, ignore_index=True) if parts else empty_quarantine()
    return GateResult(passed, quarantine, tuple(findings))


def _inspect(
    name: str,
    frame: pd.DataFrame,
    settings: GateSettings,
    today: date,
    known: pd.Index[str] | None,
) -> Inspection:
    """Apply the rules about single rows; ``known`` are the assets that have bars or a row."""
    check_schema(name, frame)
    inspection = Inspection(TABLES[name], frame)
    row_rules.check_dates(inspection, today)
    row_rules.check_keys(inspection)
    row_rules.check_numbers(inspection)
    row_rules.check_flags(inspection)
    row_rules.check_prices(inspection, settings)
    if name == "bars":
        table_rules.check_vwap(inspection, settings)
    elif name == "fundamentals":
        table_rules.check_announcements(inspection)
        table_rules.check_ratios(inspection)
    elif name == "index_members":
        table_rules.check_spells(inspection)
    if name not in ("bars", "assets") and known is not None:
        row_rules.check_known_assets(inspection, known)
    row_rules.check_duplicates(inspection)
    inspection.stop_if_too_many(settings.max_quarantine_share)
    return inspection


def _list_columns(inspection: Inspection, ignored: Sequence[str]) -> None:
    known = inspection.table.column_names
    strange = [*ignored, *(str(name) for name in inspection.frame.columns if name not in known)]
    if strange:
        columns = len(inspection.frame.columns) + len(ignored)
        inspection.add("unknown_column", ", ".join(strange), "listed", len(strange), (), columns)


def _list_suspicious(
    name: str, market: Market, settings: GateSettings, price_limits: Sequence[PriceLimitRule]
) -> list[Finding]:
    """What is strange in a clean table, measured against the other clean tables."""
    inspection = Inspection(TABLES[name], market.tables()[name], as_read=False)
    if name == "bars":
        list_suspicious_bars(inspection, settings, price_limits, listing_dates(market))
    elif name == "assets":
        traded = pd.Index(market.bars["asset"].unique().astype(str)).sort_values()
        table_rules.list_unclassified(inspection, traded)
    elif name == "index_members":
        table_rules.list_overlaps(inspection)
    elif name == "index_weights":
        table_rules.list_weight_sums(inspection, settings)
    elif name == "risk_free":
        table_rules.list_rates(inspection)
    return inspection.findings
