"""Opening sentences of the sections, from the numbers that follow them."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from deep_alpha.evaluation.factor_summary import VERSIONS, other_version
from deep_alpha.folds import LIVE
from deep_alpha.reporting.figures.factors import GROUP_WORDS
from deep_alpha.reporting.figures.signals import BINS, binned_means
from deep_alpha.reporting.formats import decimal, known, percent, plural
from deep_alpha.reporting.inputs import ModelResult
from deep_alpha.reporting.reading import Reading
from deep_alpha.reporting.tables.ic import OFFSETS, YEAR


def split_sentence(reading: Reading) -> str:
    """How many folds, how long the purge, and whether something leaks on purpose."""
    manifest = reading.inputs.folds
    folds = manifest["folds"]
    tests = [fold for fold in folds if fold["name"] != LIVE]
    text = (
        f"{plural(len(tests), 'fold')} over {plural(manifest['calendar_days'], 'trading day')}; "
        f"{plural(manifest['purge_days'], 'day')} are purged between segments, the reach of a "
        "label, so that no label is known later than the next segment begins."
    )
    if len(tests) < len(folds):
        text += " A last fold is live: trained on every label known today, its test open."
    if any(fold["leaks_by_design"] for fold in folds):
        text += (
            " One split validates on its own test, as the paper does: what it shows is selected "
            "on the test and stands outside the scoreboard."
        )
    return text


def year_sentence(reading: Reading) -> str:
    """The best model's best and worst year."""
    best = reading.best("model")
    if best is None:
        return ""
    years = {
        basis.removeprefix(YEAR): reading.metrics.value("ic", best.name, "rank_ic", basis)
        for basis in reading.metrics.bases("ic", YEAR)
    }
    years = {year: value for year, value in years.items() if known(value)}
    if len(years) < 2:
        return ""
    high, low = max(years, key=years.__getitem__), min(years, key=years.__getitem__)
    return (
        f"{best.name} was strongest in {high} (mean rank IC {decimal(years[high])}) and weakest "
        f"in {low} ({decimal(years[low])})."
    )


def offsets_sentence(reading: Reading) -> str:
    """How much a choice of grid offset could have moved the best model's ICIR."""
    best = reading.best("model")
    if best is None:
        return ""
    low, high = (
        reading.metrics.value("ic", best.name, column, OFFSETS)
        for column in ("icir_min", "icir_max")
    )
    if not (known(low) and known(high)):
        return ""
    return (
        f"On the {reading.inputs.horizon}-day grid its ICIR runs from {decimal(low, 2)} to "
        f"{decimal(high, 2)} with the offset, so a single offset proves little."
    )


def portfolio_sentence(reading: Reading) -> str:
    """The best model's top portfolio against the universe."""
    best = reading.best("model")
    if best is None:
        return ""

    def value(column: str, basis: str) -> float:
        return reading.metrics.value("portfolio", best.name, column, basis)

    top, universe = (
        value("annual_return", "top / gross"),
        value("annual_return", "universe / gross"),
    )
    if not (known(top) and known(universe)):
        return ""
    word = "above" if top > universe else "below"
    return (
        f"The {reading.label('top')} of {best.name} earned {percent(top)} a year before costs, "
        f"{word} the equal-weight universe’s {percent(universe)}."
    )


def naive_sentence(reading: Reading) -> str:
    """How much the naive compounding inflates the best model's long-short Sharpe ratio."""
    best = reading.best("model")
    if best is None:
        return ""
    proper, naive = (
        reading.metrics.value("portfolio", best.name, "sharpe", f"long_short / {basis}")
        for basis in ("gross", "naive")
    )
    if not (known(proper) and known(naive)):
        return ""
    text = (
        f"Compounding whole {reading.inputs.horizon}-day returns every day would print a Sharpe "
        f"ratio of {decimal(naive, 2)} where {decimal(proper, 2)} could be earned"
    )
    return text + (f", {decimal(naive / proper, 1)} times as much." if proper > 0 else ".")


def signal_sentence(models: Sequence[ModelResult]) -> str:
    """Whether mean returns rise with the score, bin by bin, in each model's sample."""
    parts = []
    for model in models:
        rows = model.scores[["score", "forward_return"]].dropna()
        means = binned_means(rows)["forward_return"]
        if len(means) < BINS:
            continue
        rises = int((means.diff().dropna() > 0).sum())
        spread = percent(means.iloc[-1] - means.iloc[0], 2, signed=True)
        parts.append(f"{model.name} {rises}, {spread}")
    if not parts:
        return ""
    return (
        f"Steps between twentieths of the score, of {BINS - 1}, at which the mean return rises, "
        f"and top less bottom twentieth per label: {'; '.join(parts)}."
    )


def factor_sentences(factors: pd.DataFrame) -> list[str]:
    """The strongest factor, the groups' strengths, and whether signs held on the tests."""
    rated = factors[factors["ic"].notna()]
    if rated.empty:
        return []
    strongest = rated.iloc[int(rated["ic"].abs().argmax())]
    text = (
        f"{strongest['name']} has the strongest IC of its own before the first test, "
        f"{decimal(strongest['ic'])}"
    )
    if known(strongest["test_ic"]):
        text += f"; on the tests it shows {decimal(strongest['test_ic'])}"
    sentences = [text + "."]
    strength = rated["ic"].abs().groupby(rated["group"]).mean().sort_values(ascending=False)
    words = [
        f"{GROUP_WORDS.get(str(group), str(group)).lower()} {decimal(value)}"
        for group, value in strength.items()
    ]
    sentences.append(f"Mean absolute IC by group: {', '.join(words)}.")
    both = rated[rated["test_ic"].notna()]
    if len(both):
        kept = int(((both["ic"] > 0) == (both["test_ic"] > 0)).sum())
        sentences.append(f"{kept} of {len(both)} factors keep their sign on the tests.")
    return sentences


def version_sentence(factors: pd.DataFrame) -> str:
    """Which version of the formulas has the larger IC, where it differs (000-P6)."""
    both = factors.dropna(subset=["ic", "other_ic"])
    both = both[both["ic"] != both["other_ic"]]
    if both.empty:
        return ""
    own = str(both["version"].iloc[0])
    strength = {
        own: both["ic"].abs().mean(),
        other_version(own): both["other_ic"].abs().mean(),
    }
    words = [f"{decimal(strength[version], 4)} {version}" for version in VERSIONS]
    return (
        f"Over the {plural(len(both), 'factor')} whose IC differs between the versions, the mean "
        f"absolute IC before the first test is {' and '.join(words)}: the "
        f"{max(strength, key=strength.__getitem__)} version’s is larger."
    )


def protocol_paragraphs(reading: Reading) -> list[str]:
    """How the models were judged, with this run's own figures."""
    inputs = reading.inputs
    purge = plural(inputs.folds["purge_days"], "day")
    entry = reading.horizon_words.partition("labels ")[2]
    opening = (
        "Every score on this page was made for a date that its model had not seen: models are "
        "fitted on train, stopped on validation, and score the test once. Between the segments "
        f"{purge} are left out, the reach of a label of {inputs.horizon} days {entry}."
    )
    if any(fold["leaks_by_design"] for fold in inputs.folds["folds"]):
        opening = (
            "These scores leak by design: the models were stopped on the very dates that they are "
            "judged on, as the paper does it. Nothing here may be compared with other results."
        )
    return [
        opening,
        "Scalers, clipping quantiles, selected features and everything else that is fitted see "
        "the train segment only. Ranks and z-scores use the same day’s names only.",
        "The rank IC is the Spearman correlation of scores and forward returns across the names "
        "of a day; days with fewer than ten names or a constant side are skipped and counted. "
        f"ICIR is its mean divided by its sd, not annualised. Because labels overlap by "
        f"{plural(inputs.horizon - 1, 'day')}, the t statistic is Newey and West’s with that "
        "lag, and its p value is corrected for the overlap.",
        f"Portfolios hold {inputs.top_k} names on a side in {inputs.horizon} tranches, each "
        "renewed when its label ends, and trade from the day after the score at the earliest. "
        "Costs are per side and applied to what is traded.",
        "Every look at the test dates is written to the ledger below: the more looks, the less a "
        "best row proves.",
    ]
