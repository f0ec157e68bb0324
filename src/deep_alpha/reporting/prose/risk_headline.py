"""The risk model in a sentence, and what a reader must know before using it."""

from __future__ import annotations

from deep_alpha.reporting.figures.fit import PUBLIC_R_SQUARED
from deep_alpha.reporting.figures.styles import VIF_LIMIT
from deep_alpha.reporting.formats import (
    count,
    day,
    decimal,
    enumeration,
    known,
    percent,
    plural,
    scientific,
)
from deep_alpha.reporting.risk_reading import LEVEL_WORDS, RiskReading

NO_REGRESSION = "No day has a regression: there are no factor returns to report."


def risk_headline(reading: RiskReading) -> str:
    """Level, mean R², correlation of the country factor with the market, checks."""
    inputs = reading.inputs
    if not known(reading.mean_r_squared):
        return NO_REGRESSION
    words = LEVEL_WORDS.get(inputs.level, inputs.level)
    parts = [
        f"From {day(inputs.first)} to {day(inputs.last)}, the country, industries and "
        f"{plural(len(reading.styles), 'style')} ({words}) explain "
        f"{percent(reading.mean_r_squared)} of how returns differ on a day (mean R² "
        f"{decimal(reading.mean_r_squared)}, {_against_public(reading.mean_r_squared)})"
    ]
    if known(inputs.country_correlation):
        parts.append(
            "the country factor follows the cap-weighted market at a correlation of "
            f"{decimal(inputs.country_correlation)}"
        )
    if inputs.checks:
        parts.append(_checks_held(reading))
    return "; ".join(parts) + "."


def risk_remarks(reading: RiskReading) -> list[str]:
    """What qualifies the headline: failed checks, absent descriptors, collinear styles."""
    remarks = [_failures(reading), _absent(reading), _collinear(reading), _skipped(reading)]
    return [remark for remark in remarks if remark]


def _against_public(mean: float) -> str:
    low, high = PUBLIC_R_SQUARED
    where = "within" if low <= mean <= high else "below" if mean < low else "above"
    return f"{where} the {low} to {high} of public replications"


def _checks_held(reading: RiskReading) -> str:
    total, failed = len(reading.inputs.checks), len(reading.failed)
    if not failed:
        return f"all {count(total)} checks hold" if total > 1 else "its one check holds"
    return f"{count(total - failed)} of {plural(total, 'check')} hold"


def _failures(reading: RiskReading) -> str:
    texts = [
        f"{check['name']} ({scientific(check['worst'])} on {day(check['date'])}, "
        f"{scientific(check['tolerance'])} allowed)"
        if known(check["worst"])
        else f"{check['name']} (no day could be checked)"
        for check in reading.failed
    ]
    if not texts:
        return ""
    return f"What does not hold: {enumeration(texts)}."


def _absent(reading: RiskReading) -> str:
    table, used = reading.inputs.descriptors, reading.used
    if len(used) == len(table):
        return ""
    left = set(used["style"])
    without = table[~table["name"].isin(used["name"])]["style"].unique()
    gone = [str(style) for style in without if style not in left]
    fewer = [str(style) for style in without if style in left]
    text = f"{count(len(used))} of {plural(len(table), 'descriptor')} could be computed"
    if fewer:
        text += f"; in {enumeration(fewer)} the weights of the absent ones go to the others"
    if gone:
        text += f"; {enumeration(gone)} {'is' if len(gone) == 1 else 'are'} left out altogether"
    return text + "."


def _collinear(reading: RiskReading) -> str:
    largest = reading.style_values("vif_max")
    above = [str(name) for name in largest.index[largest > VIF_LIMIT]]
    if not above:
        return ""
    return (
        f"On some days the variance inflation factor of {enumeration(above)} is above "
        f"{VIF_LIMIT}: more than {percent(1 - 1 / VIF_LIMIT, 0)} of the spread of those exposures "
        "is then that of other columns."
    )


def _skipped(reading: RiskReading) -> str:
    skipped = reading.inputs.skipped
    days = 0 if skipped.empty else int(skipped["days"].sum())
    if not days:
        return ""
    verb = "has" if days == 1 else "have"
    return f"{plural(days, 'day')} {verb} no regression."
