"""Bars that are possible but suspicious: they are listed, and nothing is changed."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from deep_alpha.market.bar_steps import BarSteps, Floats, bar_steps, quoted
from deep_alpha.market.gate.inspection import Inspection, Mask
from deep_alpha.market.gate.settings import GateSettings
from deep_alpha.market.limits import BoardLimits, PriceLimitRule, board_limits, settle_limits
from deep_alpha.market.tables import PRICES

_SHOWN = 3
_CENT_NOISE = 1e-6


def list_suspicious_bars(
    inspection: Inspection,
    settings: GateSettings,
    price_limits: Sequence[PriceLimitRule],
    list_dates: pd.Series[pd.Timestamp] | None,
) -> None:
    """Run all rules that compare a bar with the asset's bars before.

    Args:
        inspection: Clean bars, sorted by asset and date.
        settings: The thresholds.
        price_limits: The exchange's price limits; empty where there are none.
        list_dates: Listing date by asset.
    """
    steps = bar_steps(inspection.frame)
    _list_missing(inspection)
    _list_factors(inspection, steps, settings)
    _list_moves(inspection, steps, settings)
    _list_stale(inspection, steps, settings)
    _list_turnover(inspection, settings)
    if price_limits:
        _list_limit_breaks(inspection, steps, settings, price_limits, list_dates)


def _list_missing(inspection: Inspection) -> None:
    frame = inspection.frame
    for column in inspection.table.of_kind("number"):
        if column.name in frame and not column.required:
            missing = np.flatnonzero(frame[column.name].isna().to_numpy())
            inspection.list_cases("missing_value", column.name, missing)
    untraded = np.flatnonzero(frame["volume"].to_numpy() == 0)
    inspection.list_cases("zero_volume", "volume", untraded)


def _list_factors(inspection: Inspection, steps: BarSteps, settings: GateSettings) -> None:
    """A factor that rises by 10 % is answered by a raw price that opens about 10 % lower."""
    with np.errstate(invalid="ignore"):
        jump = np.abs(np.log(steps.factor))
        answer = np.maximum(np.abs(np.log(steps.raw)), np.abs(np.log(steps.raw_open)))
        unanswered = (jump > np.log1p(settings.factor_jump)) & (
            answer < settings.factor_answer * jump
        )
    rows = _worst(unanswered, jump)
    texts = [
        f"factor × {steps.factor[i]:.4f}, raw close × {steps.raw[i]:.4f}" for i in rows[:_SHOWN]
    ]
    inspection.list_cases("factor_jump_without_price_move", "adj_factor", rows, texts)
    # Derived factors wobble in the last digits; a real one never falls.
    rows = _worst(steps.factor < 1 - settings.factor_fall, -steps.factor)
    texts = [f"factor × {steps.factor[i]:.4f}" for i in rows[:_SHOWN]]
    inspection.list_cases("falling_factor", "adj_factor", rows, texts)


def _list_moves(inspection: Inspection, steps: BarSteps, settings: GateSettings) -> None:
    long_gap = steps.gap >= settings.gap_days
    rows = _worst(long_gap, np.abs(steps.adjusted))
    texts = [f"{steps.gap[i]} market days, then {steps.adjusted[i]:+.0%}" for i in rows[:_SHOWN]]
    inspection.list_cases("long_gap", "date", rows, texts)
    rows = _worst(
        (np.abs(steps.adjusted) > settings.extreme_move) & ~long_gap, np.abs(steps.adjusted)
    )
    texts = [f"{steps.adjusted[i]:+.0%}" for i in rows[:_SHOWN]]
    inspection.list_cases("extreme_move", "close", rows, texts)


def _list_stale(inspection: Inspection, steps: BarSteps, settings: GateSettings) -> None:
    repeats = ~steps.first
    for name in (*PRICES, "volume"):
        values = inspection.frame[name].to_numpy()
        repeats[1:] &= values[1:] == values[:-1]
    # A run's length is known at its last bar: rows since the last bar that was new.
    position = np.arange(len(repeats))
    run = position - np.maximum.accumulate(np.where(repeats, 0, position)) + 1
    ends = np.append(~repeats[1:], True)
    rows = _worst(ends & (run >= settings.stale_bars), run.astype(np.float64))
    texts = [f"the last of {run[i]} identical bars" for i in rows[:_SHOWN]]
    inspection.list_cases("stale_bars", "open, high, low, close, volume", rows, texts)


def _list_turnover(inspection: Inspection, settings: GateSettings) -> None:
    frame = inspection.frame
    if "turnover" not in frame:
        return
    turnover = frame["turnover"].to_numpy(np.float64)
    inspection.list_cases("turnover_above_one", "turnover", np.flatnonzero(turnover > 1))
    if "float_cap" not in frame:
        return
    shares = frame["float_cap"].to_numpy(np.float64) / quoted(frame["close"])
    implied = frame["volume"].to_numpy(np.float64) / shares
    with np.errstate(divide="ignore", invalid="ignore"):
        difference = np.abs(turnover / implied - 1)
    rows = _worst(difference > settings.turnover_tolerance, difference)
    texts = [
        f"{turnover[i]:.4g}, volume × close ÷ float_cap = {implied[i]:.4g}" for i in rows[:_SHOWN]
    ]
    inspection.list_cases("turnover_against_float_cap", "turnover", rows, texts)


def _list_limit_breaks(
    inspection: Inspection,
    steps: BarSteps,
    settings: GateSettings,
    rules: Sequence[PriceLimitRule],
    list_dates: pd.Series[pd.Timestamp] | None,
) -> None:
    frame = inspection.frame
    close = quoted(frame["close"])
    limits = board_limits(frame, rules, list_dates)
    up, down = settle_limits(frame, limits)
    allowed = settings.tick * 1.01
    beyond = ((close > up + allowed) | (close < down - allowed)) & (steps.gap < settings.gap_days)
    rows = _worst(beyond, np.abs(steps.adjusted))
    texts = [f"close {close[i]:g}, limits {down[i]:g} to {up[i]:g}" for i in rows[:_SHOWN]]
    inspection.list_cases("close_beyond_limit", "close", rows, texts)
    _list_missed_flags(inspection, close, limits)


def _list_missed_flags(inspection: Inspection, close: Floats, limits: BoardLimits) -> None:
    """A day with one price, exactly at the narrower limit of special treatment, tells of it."""
    frame = inspection.frame
    if "is_st" not in frame:
        return
    one_price = np.ones(len(frame), bool)
    for name in ("open", "high", "low"):
        one_price &= quoted(frame[name]) == close
    narrower = limits.special_up < limits.up - _CENT_NOISE
    at_limit: Mask = np.abs(close - limits.special_up) < _CENT_NOISE
    at_limit |= np.abs(close - limits.special_down) < _CENT_NOISE
    held = one_price & at_limit & narrower
    missed = np.flatnonzero(held & ~frame["is_st"].to_numpy(bool))
    names = frame["asset"].iloc[missed].astype("str")
    by_year = names.groupby(frame["date"].iloc[missed].dt.year).nunique().sort_values()
    texts = [f"{count} assets in {year}" for year, count in by_year[::-1].items()]
    if texts:
        inspection.add("special_treatment_not_flagged", "is_st", "listed", missed.size, texts)


def _worst(mask: Mask, severity: Floats) -> npt.NDArray[np.intp]:
    """Positions where the mask holds, the most severe first."""
    rows = np.flatnonzero(mask)
    return rows[np.argsort(-severity[rows], kind="stable")]
