"""Opening sentences of the scoreboard's sections, from the numbers that follow them."""

from __future__ import annotations

import numpy as np
import pandas as pd

from deep_alpha.reporting.formats import decimal, known, percent, plural
from deep_alpha.reporting.industry_names import in_english
from deep_alpha.reporting.judged_reading import rows_of
from deep_alpha.reporting.prose.headline import SIGNIFICANT
from deep_alpha.reporting.scoreboard_reading import ScoreboardReading


def tradable_sentence(reading: ScoreboardReading) -> str:
    """How much of the IC trading takes, over all signals that compete."""
    paper, tradable = reading.column("rank_ic"), reading.column("tradable_ic")
    gaps = (tradable - paper).reindex(reading.competing).dropna()
    if gaps.empty:
        return ""
    lost = int((gaps < 0).sum())
    worst = str(gaps.idxmin())
    return (
        f"Entry at the next day’s vwap, on names that can be bought, lowers the rank IC of "
        f"{lost} of {plural(len(gaps), 'signal')}, by {decimal(-gaps.mean())} on average and most "
        f"for {worst} ({decimal(paper[worst])} to {decimal(tradable[worst])})."
        if lost
        else "Entry at the next day’s vwap, on names that can be bought, costs no signal any IC."
    )


def paired_sentence(reading: ScoreboardReading) -> str:
    """How many of the pairs differ."""
    paired = reading.inputs.paired
    if paired.empty or paired["p"].dropna().empty:
        return ""
    tested = paired.dropna(subset="p")
    clear = int((tested["p"] < SIGNIFICANT).sum())
    return (
        f"{clear} of {plural(len(tested), 'pair')} differ at p < {SIGNIFICANT}; by chance alone "
        f"about {decimal(SIGNIFICANT * len(tested), 1)} would."
    )


def decay_sentence(reading: ScoreboardReading) -> str:
    """The first and the last window of the signal that is drawn large."""
    rows = rows_of(reading.inputs.decay, signal=reading.shown)
    if rows.empty or len(rows := rows.dropna(subset=["rank_ic"])) < 2:
        return ""
    rows = rows.sort_values("last_day")
    first, last = rows.iloc[0], rows.iloc[-1]
    return (
        f"{reading.shown} has a rank IC of {decimal(first['rank_ic'])} with days "
        f"{first['first_day']:.0f}–{first['last_day']:.0f} and of {decimal(last['rank_ic'])} with "
        f"days {last['first_day']:.0f}–{last['last_day']:.0f} alone; with all of them, of "
        f"{decimal(last['cumulative_ic'])}."
    )


def month_sentence(reading: ScoreboardReading) -> str:
    """Share of good months, and the worst one, of the signal that is drawn large."""
    months = reading.inputs.monthly.get(reading.shown or "")
    if months is None:
        return ""
    means = {
        f"{year}-{month:02d}": value
        for year, values in zip(months.index, months.to_numpy(), strict=True)
        for month, value in zip(months.columns, values, strict=True)
        if known(value)
    }
    if not means:
        return ""
    worst = min(means, key=means.__getitem__)
    good = sum(value > 0 for value in means.values())
    return (
        f"The mean rank IC of {reading.shown} is positive in {good} of "
        f"{plural(len(means), 'month')}; its worst is {worst}, at {decimal(means[worst])}."
    )


def quantile_sentence(reading: ScoreboardReading) -> str:
    """Whether the means rise with the score, and whether both ends pay."""
    rows = rows_of(reading.inputs.quantiles, signal=reading.shown)
    if len(rows) < 3:
        return ""
    means = rows.sort_values("quantile")["mean"].dropna()
    if len(means) < 3:
        return ""
    steps = int((means.diff().dropna() > 0).sum())
    middle = means.mean()
    up, down = means.iloc[-1] - middle, middle - means.iloc[0]
    total = up + down
    text = (
        f"Mean returns of {reading.shown} rise in {steps} of {plural(len(means) - 1, 'step')} from "
        f"the lowest to the highest quantile, {percent(total, 2, signed=True)} over "
        f"{plural(reading.inputs.horizon, 'day')}"
    )
    if total > 0 and up > 0 and down > 0:
        text += f"; {percent(down / total, 0)} of that is on the short side"
    return text + "."


def industry_sentence(reading: ScoreboardReading) -> str:
    """The industries in which the signal that is drawn large is strongest and weakest."""
    rows = rows_of(reading.inputs.industries, signal=reading.shown)
    values = rows.set_index("industry")["rank_ic"].dropna() if len(rows) else pd.Series(dtype=float)
    if len(values) < 2:
        return ""
    good = int((values > 0).sum())
    high, low = in_english(str(values.idxmax())), in_english(str(values.idxmin()))
    return (
        f"{reading.shown} has a positive rank IC in {good} of {len(values)} industries, highest in "
        f"{high} ({decimal(values.max())}) and lowest in {low} ({decimal(values.min())})."
    )


def stability_sentence(reading: ScoreboardReading) -> str:
    """The steadiest and the least steady signal."""
    table = reading.inputs.stability
    if "autocorrelation_h" not in table:
        return ""
    values = table["autocorrelation_h"].reindex(reading.competing).dropna()
    if len(values) < 2:
        return ""
    high, low = values.idxmax(), values.idxmin()
    return (
        f"After {plural(reading.inputs.horizon, 'day')} the scores of {high} correlate with "
        f"themselves at {decimal(values.max(), 2)}, those of {low} at {decimal(values.min(), 2)}: "
        "the lower, the more has to be traded."
    )


def alike_sentence(reading: ScoreboardReading) -> str:
    """The two signals whose scores are most alike."""
    table = reading.inputs.correlation
    values = table.to_numpy(dtype=np.float64)
    pairs = [
        (float(values[row, column]), str(table.index[row]), str(table.columns[column]))
        for row in range(len(table))
        for column in range(row)
        if known(values[row, column])
    ]
    if not pairs:
        return ""
    value, one, other = max(pairs)
    return f"The scores of {other} and {one} are most alike, at {decimal(value, 2)}."
