"""The portfolios in a sentence, and what a reader must know before believing it."""

from __future__ import annotations

import pandas as pd

from deep_alpha.reporting.formats import count, day, decimal, known, percent, plural
from deep_alpha.reporting.judged_reading import rows_of, signals_of
from deep_alpha.reporting.portfolio_inputs import WHOLE
from deep_alpha.reporting.portfolio_reading import PortfolioReading

NO_PORTFOLIO = "No portfolio was computed: there is nothing to report."


def portfolio_headline(reading: PortfolioReading) -> str:
    """Excess of the first signal's enhanced portfolio, its layers, and what the excess is."""
    if not reading.signals:
        return NO_PORTFOLIO
    signal = reading.signals[0]
    parts = [_enhanced(reading, signal), _layers(reading, signal), _specific(reading, signal)]
    told = "; ".join(part for part in parts if part)
    if not told:
        return f"{signal} has no return to report."
    inputs = reading.inputs
    return f"From {day(inputs.first)} to {day(inputs.last)}, {told}."


def portfolio_remarks(reading: PortfolioReading) -> list[str]:
    """What qualifies the headline: rivals, weighting, steps of the layers."""
    if not reading.signals:
        return []
    signal = reading.signals[0]
    remarks = [_rivals(reading), _weighting(reading, signal), _steps(reading, signal)]
    return [remark for remark in remarks if remark]


def parts_of(reading: PortfolioReading, signal: str) -> pd.Series:
    """Annual contribution by part of a signal's excess, as far as known."""
    rows = rows_of(reading.inputs.attribution, signal=signal)
    if rows.empty:
        return pd.Series(dtype="float64")
    return rows.set_index("part")["annual"].astype("float64").dropna()


def _enhanced(reading: PortfolioReading, signal: str) -> str:
    rows = reading.whole_period(signal)
    if rows.empty or not known(rows.iloc[0]["excess"]):
        return ""
    whole = rows.iloc[0]
    excess = whole["excess"]
    verb = f"earned {percent(excess)} over" if excess >= 0 else f"lost {percent(-excess)} against"
    text = f"the enhanced portfolio of {signal} {verb} its benchmark"
    figures = []
    if known(whole.get("sharpe")):
        figures.append(f"Sharpe of the excess {decimal(whole['sharpe'], 2)}")
    if known(whole.get("max_drawdown")):
        figures.append(f"drawdown {percent(whole['max_drawdown'])}")
    return f"{text} ({', '.join(figures)})" if figures else text


def _layers(reading: PortfolioReading, signal: str) -> str:
    layers = reading.headline_layers(signal)
    if len(layers) < 2:
        return ""
    top, bottom = layers["excess"].iloc[-1], layers["excess"].iloc[0]
    if not (known(top) and known(bottom)):
        return ""
    costs = f", {reading.net()}" if reading.net() else ""
    whose = "its" if not reading.whole_period(signal).empty else f"{signal}’s"
    return (
        f"{whose} top layer made {percent(top, signed=True)} a year over the universe and the "
        f"bottom one {percent(bottom, signed=True)}{costs}"
    )


def _specific(reading: PortfolioReading, signal: str) -> str:
    parts = parts_of(reading, signal)
    if "specific" not in parts:
        return ""
    return (
        f"specific returns make {percent(parts['specific'], signed=True)} of an excess of "
        f"{percent(parts.sum(), signed=True)} a year"
    )


def _rivals(reading: PortfolioReading) -> str:
    whole = rows_of(reading.inputs.enhancement, period=WHOLE)
    ranked = whole.dropna(subset=["sharpe"]) if "sharpe" in whole else whole.iloc[:0]
    if len(ranked) < 2:
        return ""
    best = ranked.iloc[int(ranked["sharpe"].to_numpy().argmax())]
    return (
        f"Of {plural(len(ranked), 'signal')} {best['signal']} has the enhanced portfolio with the "
        f"highest Sharpe ratio of the excess, {decimal(best['sharpe'], 2)}; chosen on these very "
        "dates, it flatters a little."
    )


def _weighting(reading: PortfolioReading, signal: str) -> str:
    parts = parts_of(reading, signal)
    if "weighting" not in parts or not parts["weighting"]:
        return ""
    return (
        f"{percent(parts['weighting'], signed=True)} a year of {signal}’s excess is weighting, "
        "which an equal-weight choice of any names earns as well."
    )


def _steps(reading: PortfolioReading, signal: str) -> str:
    excess = reading.headline_layers(signal)
    values = excess["excess"].dropna() if len(excess) else pd.Series(dtype=float)
    if len(values) < 3:
        return ""
    rises = int((values.diff().dropna() > 0).sum())
    return (
        f"From the lowest to the highest of {signal}’s {count(len(values))} layers the excess "
        f"rises in {rises} of {plural(len(values) - 1, 'step')}."
    )


def relaxation_sentence(reading: PortfolioReading) -> str:
    """How many constraints were relaxed, which ones, and on how many dates."""
    relaxed, signals = reading.inputs.relaxations, signals_of(reading.inputs.enhancement)
    if relaxed.empty:
        if not signals:
            return ""
        return "None: no constraint was relaxed on any date."
    dates = len(relaxed[["signal", "date"]].drop_duplicates())
    times = relaxed["constraint"].astype(str).value_counts()
    named = ", ".join(f"{name} {number}×" for name, number in times.items())
    return (
        f"Constraints were relaxed {plural(len(relaxed), 'time')}, in "
        f"{plural(dates, 'rebalancing')} ({named}); each is listed with its date."
    )
