"""Rules that only one table has."""

from __future__ import annotations

import numpy as np
import pandas as pd

from deep_alpha.market.gate.inspection import Inspection
from deep_alpha.market.gate.settings import GateSettings


def check_vwap(inspection: Inspection, settings: GateSettings) -> None:
    """Blank an amount whose vwap = amount ÷ volume can not have been traded.

    Args:
        inspection: The bars under inspection.
        settings: vwap may leave [low, high] by a tick or ``vwap_tolerance``, whichever is more.
    """
    frame = inspection.frame
    if "amount" not in frame:
        return
    names = ("amount", "volume", "high", "low")
    amount, volume, high, low = (frame[name].to_numpy(np.float64) for name in names)
    with np.errstate(divide="ignore", invalid="ignore"):
        vwap = np.where(volume > 0, amount / volume, np.nan)
        above = vwap > high + np.maximum(settings.vwap_tolerance * high, settings.tick)
        below = vwap < low - np.maximum(settings.vwap_tolerance * low, settings.tick)
    inspection.blank("vwap_outside_day_range", "amount", above | below)


def check_announcements(inspection: Inspection) -> None:
    """Quarantine reports announced before the period they report on has ended.

    Using them would be looking into the future.

    Args:
        inspection: The fundamentals under inspection.
    """
    frame = inspection.frame
    early = (frame["announced"] < frame["period_end"]).to_numpy()
    inspection.quarantine("announced_before_period_end", "announced", early)


RATIOS = (
    "debt_to_assets",
    "roe",
    "net_income_yoy",
    "eps_yoy",
    "equity_yoy",
    "liabilities_yoy",
    "operating_cash_to_net_profit",
)
_PERCENT_TOLERANCE = 0.02


def check_ratios(inspection: Inspection) -> None:
    """Blank the ratios of reports that give them in per cent instead of as fractions.

    The debt ratio tells: debt ÷ assets is 1 − equity ÷ assets, up to minority interests,
    and ``assets_to_equity`` is of a size of its own. Where the debt ratio is a hundred
    times what it should be, so are the other ratios of its row.

    Args:
        inspection: The fundamentals under inspection.
    """
    frame = inspection.frame
    if "debt_to_assets" not in frame or "assets_to_equity" not in frame:
        return
    debt = frame["debt_to_assets"].to_numpy(np.float64, na_value=np.nan)
    leverage = frame["assets_to_equity"].to_numpy(np.float64, na_value=np.nan)
    with np.errstate(divide="ignore", invalid="ignore"):
        expected = 100.0 * (1.0 - 1.0 / leverage)
        percent = (debt > 1.0) & (leverage > 1.0)
        percent &= np.abs(debt - expected) <= _PERCENT_TOLERANCE * expected
    for name in RATIOS:
        if name in frame:
            known = frame[name].notna().to_numpy()
            inspection.blank("ratio_in_per_cent", name, percent & known)


def check_spells(inspection: Inspection) -> None:
    """Quarantine memberships that end before they start.

    Args:
        inspection: The index members under inspection.
    """
    frame = inspection.frame
    inspection.quarantine("ends_before_start", "end", (frame["end"] < frame["start"]).to_numpy())


def list_overlaps(inspection: Inspection) -> None:
    """List memberships that start before the asset's membership before has ended.

    Args:
        inspection: Clean index members, sorted by index, asset and start.
    """
    frame = inspection.frame
    # A spell without an end is still running.
    ends = frame["end"].fillna(pd.Timestamp("2200-01-01"))
    before = ends.groupby([frame["index"], frame["asset"]]).shift()
    inspection.list_cases(
        "overlapping_spells", "start", np.flatnonzero((frame["start"] <= before).to_numpy())
    )


def list_weight_sums(inspection: Inspection, settings: GateSettings) -> None:
    """List dates on which the weights of an index add up to too much.

    Args:
        inspection: Clean index weights.
        settings: Holds ``max_weight_sum``.
    """
    sums = inspection.frame.groupby(["index", "date"], as_index=False)["weight"].sum()
    high = sums[sums["weight"] > settings.max_weight_sum].sort_values("weight", ascending=False)
    cases = zip(high["index"], high["date"], high["weight"], strict=True)
    texts = [f"{index} {day:%Y-%m-%d}: {total:.4f}" for index, day, total in cases]
    if texts:
        inspection.add("weight_sum_above_one", "weight", "listed", len(texts), texts, len(sums))


def list_rates(inspection: Inspection) -> None:
    """List risk-free rates above 100 %, which are percents taken for fractions.

    Args:
        inspection: Clean risk-free rates.
    """
    percent = np.abs(inspection.frame["rate"].to_numpy(np.float64)) > 1
    inspection.list_cases("rate_above_one", "rate", np.flatnonzero(percent))


def list_unclassified(inspection: Inspection, traded: pd.Index[str]) -> None:
    """List traded assets without a row in ``assets``, or without an industry.

    Args:
        inspection: Clean assets.
        traded: The assets that have bars.
    """
    frame = inspection.frame
    unlisted = traded.difference(pd.Index(frame["asset"]))
    if len(unlisted):
        inspection.add(
            "asset_without_row", "asset", "listed", len(unlisted), list(unlisted), len(traded)
        )
    if "industry" not in frame:
        return
    bare = traded.difference(pd.Index(frame["asset"][frame["industry"].notna()]))
    if len(bare):
        inspection.add(
            "asset_without_industry", "industry", "listed", len(bare), list(bare), len(traded)
        )
