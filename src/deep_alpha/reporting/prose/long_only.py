"""Long-only portfolios in a paragraph, from the numbers that follow it."""

from __future__ import annotations

from functools import partial

import pandas as pd

from deep_alpha.reporting.formats import decimal, enumeration, known, percent, plural
from deep_alpha.reporting.judged_reading import rows_of, signals_of
from deep_alpha.reporting.portfolio_inputs import WHOLE
from deep_alpha.reporting.portfolio_reading import PortfolioReading

_YARDSTICKS = {
    "excess_benchmark": "the benchmark",
    "excess_equal_benchmark": "the benchmark’s names in equal weights",
    "excess_universe": "the universe in equal weights",
}


def long_only_sentences(reading: PortfolioReading) -> list[str]:
    """What the first signal's accounts made and of what, how steadily, and the other accounts.

    Returns:
        Sentences of one paragraph; none where no account has a return.
    """
    table = reading.inputs.long_only
    whole = rows_of(table, period=WHOLE)
    whole = whole.dropna(subset=["annual_return"]) if "annual_return" in whole else whole.iloc[:0]
    if whole.empty:
        return []
    signal = signals_of(whole)[0]
    told = []
    for _, account in rows_of(whole, signal=signal).iterrows():
        told += [_made(signal, account), _parts(reading, signal, account["portfolio"])]
        told.append(_steadiness(table, signal, account["portfolio"]))
    return [sentence for sentence in [*told, _all(whole)] if sentence]


def _made(signal: str, account: pd.Series) -> str:
    against = [
        f"{percent(account[name], signed=True)} against {words}"
        for name, words in _YARDSTICKS.items()
        if known(account.get(name))
    ]
    figures = [
        f"{words} {show(account[name])}"
        for name, words, show in (
            ("sharpe", "Sharpe", partial(decimal, places=2)),
            ("max_drawdown", "largest loss", percent),
            ("costs_annual", "costs a year", percent),
        )
        if known(account.get(name))
    ]
    return "".join(
        [
            f"{account['portfolio']} of {signal} made ",
            f"{percent(account['annual_return'], signed=True)} a year net of costs",
            f" ({', '.join(figures)})" if figures else "",
            f": {enumeration(against)}" if against else "",
            ".",
        ]
    )


def _parts(reading: PortfolioReading, signal: str, portfolio: str) -> str:
    rows = rows_of(reading.inputs.long_only_split, signal=signal, portfolio=portfolio)
    parts = rows.set_index("part")["annual"].dropna() if len(rows) else pd.Series(dtype=float)
    if not {"weighting", "specific"} <= set(parts.index):
        return ""
    return (
        f"Of its mean daily excess, {percent(parts.sum(), signed=True)} a year, "
        f"{percent(parts['weighting'], signed=True)} is weighting, which the benchmark’s names in "
        f"equal weights earn without any choice, and {percent(parts['specific'], signed=True)} "
        "specific returns of the names chosen."
    )


def _steadiness(table: pd.DataFrame, signal: str, portfolio: str) -> str:
    own = rows_of(table, signal=signal, portfolio=portfolio)
    excess = own[own["period"] != WHOLE].set_index("period").get("excess_benchmark")
    if excess is None or len(excess := excess.dropna()) < 2:
        return ""
    ahead = int((excess > 0).sum())
    return (
        f"It is ahead of the benchmark in {ahead} of {plural(len(excess), 'period')}; its worst is "
        f"{excess.idxmin()}, {percent(excess.min(), signed=True)} a year."
    )


def _all(whole: pd.DataFrame) -> str:
    better = [
        f"{int((whole[name] > 0).sum())} beat {words}"
        for name, words in _YARDSTICKS.items()
        if name in whole and whole[name].notna().all()
    ]
    if len(whole) < 2 or not better:
        return ""
    return f"Of all {plural(len(whole), 'account')} {enumeration(better)}."
