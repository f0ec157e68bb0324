"""Sentences with numbers, one for each open point of paper 001 that a run measures itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from deep_alpha.reporting.alphanet_figures import LADDER, AlphaNetFigures, lowest_row
from deep_alpha.reporting.formats import (
    count,
    decimal,
    enumeration,
    known,
    percent,
    plural,
    significant,
)
from deep_alpha.reporting.judged_reading import rows_of
from deep_alpha.reporting.portfolio_inputs import WHOLE
from deep_alpha.reporting.tables.alphanet_ablation import usable


def _correlations(
    found: AlphaNetFigures, pairs: Sequence[tuple[str, str, str]], what: str = "Rank correlation"
) -> str:
    """Correlations of pairs of inputs, each in its set."""
    words = [
        f"{decimal(value, 3)} of {one} and {other}"
        for chosen, one, other in pairs
        if known(value := found.input_correlation(chosen, one, other))
    ]
    return f"{what} {enumeration(words)}." if words else ""


def _volume(found: AlphaNetFigures) -> str:
    return _correlations(
        found, [("v1", "volume", "turnover"), ("paper13", "volume_sqrt", "turnover")]
    )


def _replaced(found: AlphaNetFigures) -> str:
    return _correlations(
        found,
        [
            ("v2", "div_close_freeturn", "div_open_turn"),
            ("paper13", "div_close_freeturn", "div_price_turnover"),
        ],
    )


def _duplicates(found: AlphaNetFigures) -> str:
    text = _correlations(
        found,
        [
            ("paper13", "div_vwap_close", "div_vwap_close_2"),
            ("paper13", "div_open_close", "div_price_turnover"),
        ],
    )
    features = found.tables.features
    if features.empty:
        return text
    constant = features.loc[features["constant"].astype(bool), "name"]
    return f"{text} Constant features: {len(constant)}.".strip()


def _kept(found: AlphaNetFigures) -> str:
    own = found.dropped
    if own.empty:
        return ""
    low, high, like = own["kept"].min(), own["kept"].max(), own["jaccard"].min()
    span = count(low) if low == high else f"{count(low)} to {count(high)}"
    return (
        f"{span} of {count(own['features'].iloc[0])} are kept over {plural(len(own), 'fit')}; the "
        f"least similar set has a Jaccard similarity of {decimal(like, 2)} with the first."
    )


def _lopsided(found: AlphaNetFigures) -> str:
    own = rows_of(found.tables.diagnostics, model=found.headline)
    if own.empty:
        return ""
    hidden, encoded = own["hidden_variance"].mean(), own["encoded_variance"].mean()
    if not (known(hidden) and known(encoded)):
        return ""
    return (
        f"Variance {significant(hidden)} of the Bi-LSTM against {significant(encoded)} of the "
        "encoders’ sum."
    )


def _residuals(found: AlphaNetFigures) -> str:
    words = {"residual": "the sum", "compound": "the compounded", "single": "the single one"}
    found_ic = {words[name]: found.basis(found.headline, name, "rank_ic") for name in words}
    told = [f"{decimal(ic)} against {name}" for name, ic in found_ic.items() if known(ic)]
    return f"Rank IC of {found.headline} {enumeration(told)}." if len(told) > 1 else ""


def _errors(found: AlphaNetFigures) -> str:
    variants = found.tables.ablation
    if variants.empty or variants["valid_error"].isna().all():
        return ""
    best = lowest_row(variants, "valid_error")
    return (
        f"Lowest validation error of all {plural(len(variants), 'variant')}: "
        f"{decimal(best['valid_error'], 4)} of the variance ({best['axis']}, {best['variant']}), "
        f"train {decimal(best['train_error'], 4)}."
    )


def _styles(found: AlphaNetFigures) -> str:
    told = [
        f"{decimal(found.styled(model), 2)} of {model}"
        for model in found.models
        if known(found.styled(model))
    ]
    return f"Mean absolute correlation with the styles {enumeration(told)}." if told else ""


def _compared(found: AlphaNetFigures) -> str:
    names = [found.headline, *found.rivals] if found.headline in found.judged else []
    told = [f"{decimal(found.value(name, 'rank_ic'))} of {name}" for name in names]
    return f"Rank IC {enumeration(told)}." if len(told) > 1 else ""


def _volatility(found: AlphaNetFigures) -> str:
    own = rows_of(found.tables.styles, style="VOLATILITY")
    told = [
        f"{decimal(value, 2)} of {model}"
        for model, value in own[["model", "correlation"]].itertuples(index=False, name=None)
    ] if len(own) else []  # fmt: skip
    return f"Correlation of score and 20-day volatility {enumeration(told)}." if told else ""


def _costs(found: AlphaNetFigures) -> str:
    tops = {cost: found.top_layer(found.headline, cost) for cost in found.costs}
    told = [f"{percent(top, signed=True)} at {cost}" for cost, top in tops.items() if known(top)]
    if len(told) < 2:
        return ""
    return f"Top layer of {found.headline} over the universe, a year: {enumeration(told)}."


def _turnover(found: AlphaNetFigures) -> str:
    own = found.enhanced(found.headline)
    turnover = own.loc[own["period"] != WHOLE, "turnover"].dropna() if len(own) else None
    if turnover is None or turnover.empty:
        return ""
    return (
        f"One-sided turnover of {found.headline}’s enhanced index {percent(turnover.min())} to "
        f"{percent(turnover.max())} by half-year."
    )


def _ratio(found: AlphaNetFigures) -> str:
    own = rows_of(found.enhanced(found.headline), period=WHOLE)
    if own.empty:
        return ""
    whole = own.iloc[0]
    values = (whole["excess"], whole["annual_excess_sd"], whole["sharpe"])
    if not all(known(value) for value in values) or whole["annual_excess_sd"] <= 0:
        return ""
    return (
        f"Over all days {found.headline}’s yield ÷ standard deviation is "
        f"{decimal(whole['excess'] / whole['annual_excess_sd'], 2)}, its Sharpe ratio "
        f"{decimal(whole['sharpe'], 2)}."
    )


def _path(found: AlphaNetFigures) -> str:
    rungs = found.of_axis(LADDER)
    if rungs.empty:
        return ""
    errors = usable(rungs, "valid_error")
    told = [
        f"{variant} {decimal(error, 4)}"
        for variant, error in zip(rungs["variant"], errors, strict=True)
        if known(error)
    ]
    return f"Validation error by rung: {'; '.join(told)}." if len(told) > 1 else ""


def _ahead(found: AlphaNetFigures) -> str:
    """The headline's top layer and enhanced index less those of the others."""
    parts = []
    if found.costs:
        tops = {model: found.top_layer(model, found.costs[0]) for model in found.models}
        parts += _leads(found.headline, tops, "top layer", "a year")
    whole = {
        model: float(own["excess"].iloc[0])
        for model in found.models
        if len(own := rows_of(found.enhanced(model), period=WHOLE))
    }
    parts += _leads(found.headline, whole, "enhanced index", "over all days")
    return " ".join(parts)


def _leads(headline: str, values: Mapping[str, float], what: str, when: str) -> list[str]:
    own = values.get(headline, float("nan"))
    told = [
        f"{percent(own - value, signed=True)} over {model}"
        for model, value in values.items()
        if model != headline and known(own - value)
    ]
    return [f"{headline}, {what}: {enumeration(told)} {when}."] if told else []


def _drawdowns(found: AlphaNetFigures) -> str:
    """In how many half-years the headline's excess loses less than each other model's."""
    losses = {
        model: own.set_index("period")["max_drawdown"].drop(WHOLE, errors="ignore")
        for model in found.models
        if len(own := found.enhanced(model))
    }
    if found.headline not in losses:
        return ""
    told = []
    for model, theirs in losses.items():
        both = losses[found.headline].align(theirs, join="inner")
        if model == found.headline or both[0].empty:
            continue
        smaller = int((both[0].abs() < both[1].abs()).sum())
        told.append(f"{smaller} of {plural(len(both[0]), 'half-year')} than {model}’s")
    return f"{found.headline}’s drawdown is smaller in {enumeration(told)}." if told else ""


def _neutral(found: AlphaNetFigures) -> str:
    words = {"raw": "raw", "five_factor": "less five factors", "cne5": "less CNE5"}
    found_ic = {words[name]: found.basis(found.headline, name, "rank_ic") for name in words}
    told = [f"{decimal(ic)} {name}" for name, ic in found_ic.items() if known(ic)]
    return f"Rank IC of {found.headline}: {enumeration(told)}." if len(told) > 1 else ""


def _second(found: AlphaNetFigures) -> str:
    told = [f"{decimal(found.value(name, 'rank_ic'))} of {name}" for name in found.judged]
    return f"Rank IC {enumeration(told)}." if len(told) > 1 else ""


def _speed(found: AlphaNetFigures) -> str:
    left = found.time_left
    return f"An epoch takes {percent(left, 0)} of the time without." if known(left) else ""


MEASURES: Mapping[str, Callable[[AlphaNetFigures], str]] = {
    "001-A1": _volume,
    "001-A3": _replaced,
    "001-A4": _duplicates,
    "001-D1": _kept,
    "001-E6": _lopsided,
    "001-F1": _residuals,
    "001-F2": _errors,
    "001-F3": _styles,
    "001-H3": _volatility,
    "001-I3": _compared,
    "001-J1": _costs,
    "001-J2": _turnover,
    "001-J3": _ratio,
    "001-K1": _path,
    "001-K2": _ahead,
    "001-K3": _drawdowns,
    "001-K4": _neutral,
    "001-K5": _second,
    "001-K6": _speed,
}
"""By point; each gives an empty sentence where the run has no numbers for it."""
