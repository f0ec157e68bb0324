"""Opening sentences of the risk model's sections, from the numbers that follow them."""

from __future__ import annotations

import numpy as np

from deep_alpha.reporting.figures.fit import MEAN_DAYS, r_squared_mean
from deep_alpha.reporting.formats import (
    count,
    day,
    decimal,
    enumeration,
    known,
    percent,
    plural,
)
from deep_alpha.reporting.industry_names import in_english
from deep_alpha.reporting.risk_reading import RiskReading

_NAMED = 4


def coverage_sentence(reading: RiskReading) -> str:
    """The descriptor that covers least, and since when all of them cover anything."""
    coverage = reading.inputs.coverage
    means = coverage.mean().dropna() if len(coverage) else coverage.mean()
    if means.empty:
        return ""
    least = means.idxmin()
    text = (
        f"{least} covers least of the estimation universe, {percent(means.min())} on an average day"
    )
    started = [coverage[name][coverage[name] > 0].first_valid_index() for name in means.index]
    begun = [start for start in started if start is not None]
    if len(begun) == len(started) and max(begun) > coverage.index[0]:
        text += f"; from {day(max(begun))} on every descriptor covers some of it"
    return text + "."


def returns_sentence(reading: RiskReading) -> str:
    """The styles that earned most and least."""
    totals = reading.style_returns.sum(min_count=1).dropna()
    if len(totals) < 2:
        return ""
    high, low = totals.idxmax(), totals.idxmin()
    return (
        f"{high} earned most, {percent(totals.max(), signed=True)} in sum, and {low} least, "
        f"{percent(totals.min(), signed=True)}: pure factor returns before costs, each with the "
        "other styles, the industries and the country held at zero."
    )


def industry_returns_sentence(reading: RiskReading) -> str:
    """The industries that earned most and least against the country factor."""
    returns = reading.inputs.industry_returns
    totals = returns.sum(min_count=1).dropna()
    if len(totals) < 2:
        return ""
    high, low = in_english(str(totals.idxmax())), in_english(str(totals.idxmin()))
    return (
        f"Against the country factor {high} earned most, {percent(totals.max(), signed=True)} in "
        f"sum, and {low} least, {percent(totals.min(), signed=True)}."
    )


def fit_sentence(reading: RiskReading) -> str:
    """Where the 63-day mean of R² was highest and lowest."""
    means = r_squared_mean(reading.r_squared).dropna()
    if means.empty:
        return ""
    high, low = means.idxmax(), means.idxmin()
    return (
        f"Over {plural(len(reading.r_squared), 'day')} R² has a mean of "
        f"{decimal(reading.mean_r_squared)}. Its {MEAN_DAYS}-day mean was highest on {day(high)}, "
        f"at {decimal(means.max())}, and lowest on {day(low)}, at {decimal(means.min())}."
    )


def styles_sentence(reading: RiskReading) -> str:
    """The steadiest and least steady exposures, the strongest and weakest style."""
    parts = []
    steady, strong = reading.style_values("autocorrelation"), reading.style_values("mean_abs_t")
    if len(steady) > 1:
        low, high = steady.idxmin(), steady.idxmax()
        parts.append(
            f"After 21 days exposures correlate with themselves at {decimal(steady.min(), 2)} "
            f"({low}) to {decimal(steady.max(), 2)} ({high})."
        )
    if len(strong) > 1:
        low, high = strong.idxmin(), strong.idxmax()
        parts.append(
            f"{high} explains most (mean |t| {decimal(strong.max(), 2)}), {low} least "
            f"({decimal(strong.min(), 2)})."
        )
    return " ".join(parts)


def correlation_sentence(reading: RiskReading) -> str:
    """The two styles whose exposures are most alike."""
    table = reading.inputs.exposure_correlation
    values = table.to_numpy(dtype=np.float64)
    pairs = [
        (float(values[row, column]), str(table.index[row]), str(table.columns[column]))
        for row in range(len(values))
        for column in range(row)
    ]
    found = [pair for pair in pairs if known(pair[0])]
    if not found:
        return ""
    value, one, other = max(found, key=lambda pair: abs(pair[0]))
    return f"The exposures of {other} and {one} are most alike in size, at {decimal(value, 2)}."


def industries_sentence(reading: RiskReading) -> str:
    """How many industries there are, and which joined another."""
    table = reading.inputs.industries
    if table.empty:
        return ""
    merged = table[table["days_merged"] > 0]
    text = "1 industry is used" if len(table) == 1 else f"{count(len(table))} industries are used"
    if merged.empty:
        return text + ", and none ever had to join another."
    few = len(merged) <= _NAMED
    names = (
        enumeration([in_english(str(name)) for name in merged["name"]])
        if few
        else count(len(merged))
    )
    verb = "joins" if len(merged) == 1 else "join"
    return f"{text}. On days with too few members {names} {verb} another."


def targets_sentence(reading: RiskReading) -> str:
    """How much of the raw label's spread is left in the specific one."""
    table = reading.inputs.targets
    if not {"raw", "residual"} <= set(table.index):
        return ""
    raw, residual = table.loc["raw"], table.loc["residual"]
    if not raw["sd"] > 0:
        return ""
    if residual["sd"] >= raw["sd"]:
        return "Specific labels vary no less than raw ones: the model explains none of them."
    return (
        f"The model takes {percent(1 - (residual['sd'] / raw['sd']) ** 2, 0)} of the variance out "
        f"of {count(raw['horizon'])}-day returns; what is left correlates with the raw label at "
        f"{decimal(residual['correlation_with_raw'], 2)}."
    )


def planted_sentence(reading: RiskReading) -> str:
    """How well the planted returns were found again."""
    planted = reading.inputs.planted
    if planted is None or planted["correlation"].dropna().empty:
        return ""
    compared = planted.dropna(subset="correlation").sort_values("correlation")
    factor, least = compared["factor"].iloc[0], compared["correlation"].iloc[0]
    return (
        f"The market is simulated, so the true factor returns are known: over "
        f"{plural(len(compared), 'factor')} the estimated ones correlate with them at "
        f"{decimal(compared['correlation'].mean(), 2)} on average, least for {factor} "
        f"({decimal(least, 2)})."
    )
