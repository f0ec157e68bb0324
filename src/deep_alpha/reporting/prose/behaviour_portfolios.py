"""What paper 000's portfolios earned, what its accounting adds, and the market's worst months."""

from __future__ import annotations

import pandas as pd

from deep_alpha.reporting.behaviour_reading import BehaviourReading
from deep_alpha.reporting.formats import decimal, known, percent, plural
from deep_alpha.reporting.printed import PRINTED, family_of
from deep_alpha.reporting.tables.crash import shown_crash
from deep_alpha.reporting.tables.naive import inflation


def sharpe_sentence(reading: BehaviourReading) -> str:
    """The highest and the lowest long-short Sharpe ratio, and what costs leave of the highest."""
    sharpe = {
        model.name: reading.paper.metrics.value(
            "portfolio", model.name, "sharpe", "long_short / gross"
        )
        for model in reading.scored
    }
    sharpe = {name: value for name, value in sharpe.items() if known(value)}
    if len(sharpe) < 2:
        return ""
    high, low = max(sharpe, key=sharpe.__getitem__), min(sharpe, key=sharpe.__getitem__)
    net = reading.paper.metrics.value("portfolio", high, "sharpe", "long_short / net 10 bp")
    left = f" ({decimal(net, 2)} net of 10 bp)" if known(net) else ""
    return (
        f"Long–short, {high} has the highest Sharpe ratio of the paper’s models, "
        f"{decimal(sharpe[high], 2)}{left}, and {low} the lowest, {decimal(sharpe[low], 2)}."
    )


def inflation_sentence(reading: BehaviourReading) -> str:
    """By how much naive accounting multiplies Sharpe ratios, over all models."""
    ratios = [inflation(reading, model.name, "long_short") for model in reading.scored]
    ratios = [ratio for ratio in ratios if known(ratio)]
    if not ratios:
        return ""
    span = (
        f"{decimal(min(ratios), 1)} to {decimal(max(ratios), 1)}"
        if len(ratios) > 1
        else decimal(ratios[0], 1)
    )
    return (
        f"Crediting each day with a whole {reading.paper.inputs.horizon}-day return multiplies "
        f"the long–short Sharpe ratio by {span}."
    )


def training_sentence(reading: BehaviourReading) -> str:
    """The top portfolio with training dates against the tests alone, model by model."""
    legs = reading.tables.with_training.set_index(["model", "leg"])
    parts = []
    for name in dict.fromkeys(legs.index.get_level_values("model")):
        own, naive = (legs["sharpe"].get((name, leg), float("nan")) for leg in ("top", "naive_top"))
        tests = reading.paper.metrics.value("portfolio", str(name), "sharpe", "top / gross")
        if known(own) and known(tests):
            counted = f", naively {decimal(naive, 2)}" if known(naive) else ""
            parts.append(f"{name} {decimal(own, 2)} against {decimal(tests, 2)}{counted}")
    if not parts:
        return ""
    return (
        f"Sharpe ratio of the {reading.paper.label('top')} with training dates in the sample, "
        f"against the tests alone: {'; '.join(parts)}."
    )


def crash_sentences(reading: BehaviourReading) -> list[str]:
    """Who lost least and most in the worst months, and whether the MLP is the more robust."""
    crash = shown_crash(reading)
    crash = crash[~crash["model"].isin(reading.paper.degenerate)]
    paper = crash[crash["model"].map(lambda name: bool(family_of(str(name))))]
    means = paper.groupby("model", sort=False)["long_short"].mean().dropna()
    if len(means) < 2:
        return []
    sentences = [
        f"Over the {plural(crash['month'].nunique(), 'worst month')} the long–short portfolio of "
        f"{means.idxmax()} did best of the paper’s models ({percent(means.max(), signed=True)} a "
        f"month) and that of {means.idxmin()} worst ({percent(means.min(), signed=True)})."
    ]
    return [*sentences, *_resilience(reading, paper)]


def _resilience(reading: BehaviourReading, paper: pd.DataFrame) -> list[str]:
    """In how many months the best MLP is ahead of the best CNN and SVM, as the paper claims."""
    best = {family: model.name for family, model in reading.best_of.items()}
    if set(best) != set(PRINTED):
        return []
    wide = paper.pivot_table(index="month", columns="model", values="long_short", sort=False)
    if not set(best.values()) <= set(wide.columns):
        return []
    own = wide[list(best.values())].dropna()
    ahead = int((own[best["MLP"]] > own[[best["CNN"], best["SVM"]]].max(axis=1)).sum())
    return [
        f"The paper calls its MLP the more resilient: here {best['MLP']} is ahead of both "
        f"{best['CNN']} and {best['SVM']} in {ahead} of {plural(len(own), 'month')}."
    ]
