"""Opening sentences of paper 000's other sections, from the numbers that follow them."""

from __future__ import annotations

import pandas as pd

from deep_alpha.reporting.figures.factors import GROUP_WORDS
from deep_alpha.reporting.formats import (
    decimal,
    enumeration,
    known,
    percent,
    plural,
    scientific,
)
from deep_alpha.reporting.printed import MOST_NEGATIVE, MOST_POSITIVE
from deep_alpha.reporting.tables.scenarios import scenario_words
from deep_alpha.reporting.tables.sensitivity import distance_from_base, usable_ic


def network_sentence(architectures: pd.DataFrame) -> str:
    """Parameters of each network."""
    totals = architectures.groupby("model", sort=False)["parameters"].sum()
    words = [f"{name} {plural(int(total), 'parameter')}" for name, total in totals.items()]
    return f"Read off the fitted models: {enumeration(words)}."


def shap_sentences(shap: pd.DataFrame, groups: pd.DataFrame) -> list[str]:
    """By model: what moves its score most, each group's share, and the paper's six factors."""
    sentences = []
    for name, own in shap.groupby("model", sort=False):
        strongest = own.nlargest(3, "mean_abs")["factor"]
        shares = groups[groups["model"] == name].sort_values("share", ascending=False)
        parts = [
            f"{GROUP_WORDS.get(group, str(group)).lower()} {percent(share, 0)}"
            for group, share in zip(shares["group"], shares["share"], strict=True)
        ]
        text = f"{name}’s score is moved most by {enumeration(_short(strongest))}"
        text += f"; by group: {', '.join(parts)}." if parts else "."
        sentences.append(f"{text} {_named(own)}")
    return sentences


def sensitivity_sentences(variants: pd.DataFrame) -> list[str]:
    """The axis that moves the IC most, and what the orders of factors alone do."""
    fair = variants[~variants["leaks"].astype(bool)]
    ic = usable_ic(fair)
    axes = ic.groupby(fair["axis"], sort=False)
    spans = (axes.max() - axes.min())[axes.count() > 1]
    sentences = []
    if len(spans) > 1:
        sentences.append(
            f"The widest axis is {spans.idxmax()}: its variants’ rank IC differs by "
            f"{decimal(spans.max())}; the narrowest is {spans.idxmin()}, by {decimal(spans.min())}."
        )
    gaps = distance_from_base(fair)
    if gaps.notna().any() and gaps.max() > 0:
        best = fair.iloc[int(gaps.fillna(-1.0).argmax())]
        sentences.append(
            f"The largest gain over a base is {best['axis']} = {best['variant']}, "
            f"{decimal(gaps.max(), signed=True)}; chosen here it would be chosen on the tests."
        )
    leaking = int(variants["leaks"].astype(bool).sum())
    if leaking:
        sentences.append(
            f"Grey, in competition with nothing: {plural(leaking, 'variant')} with selection on "
            "the test, as the paper has it."
        )
    return sentences


def scenario_sentences(results: pd.DataFrame) -> list[str]:
    """How many scenarios could be fitted, and which of their AUC intervals leave one half."""
    told = results[["auc", "rank_ic", "rmse"]].notna().any(axis=1)
    sentences = [
        "The paper names these patterns and shows no result for them. "
        f"{int(told.sum())} of {plural(len(results), 'scenario model')} had "
        "events enough."
    ]
    judged = results[results["auc_low"].notna()]
    if len(judged):
        clear = judged[judged["auc_low"] > 0.5]
        names = [
            f"{scenario_words(scenario)} ({variant})"
            for scenario, variant in zip(clear["scenario"], clear["variant"], strict=True)
        ]
        which = f": {enumeration(names)}" if names else ""
        sentences.append(
            f"The AUC’s interval lies above one half in {len(clear)} of "
            f"{plural(len(judged), 'case')}{which}."
        )
    errors = results.dropna(subset=["rmse", "rmse_mean"])
    if len(errors):
        better = int((errors["rmse"] < errors["rmse_mean"]).sum())
        sentences.append(
            f"The error is below that of the train mean in {better} of "
            f"{plural(len(errors), 'case')}."
        )
    return sentences


def support_vector_sentence(fits: pd.DataFrame) -> str:
    """The largest gap, and fits that predict a constant."""
    text = plural(len(fits), "fit")
    gaps = pd.to_numeric(fits["gap"]).dropna()
    if len(gaps):
        text += f"; the largest gap is {scientific(gaps.max())}"
    constant = fits[fits["degenerate"].astype(bool)]
    if len(constant):
        names = enumeration([str(name) for name in dict.fromkeys(constant["model"])])
        text += f"; fits of {names} that predict a constant: {len(constant)}"
        if (constant["support_share"] == 0).all():
            text += ", without any support vector: every target lies within the ε-tube"
    return text + "."


def beyond_sentences(table: pd.DataFrame, paper: list[str]) -> list[str]:
    """The best configuration by rank IC against the best of the paper's, and after costs."""
    rated = table.dropna(subset=["rank_ic"]).set_index("model")
    if rated.empty:
        return []
    row = rated.iloc[int(rated["rank_ic"].to_numpy().argmax())]
    best = str(row.name)
    text = (
        f"{best} ({row['inputs']}, {row['target']}, loss {row['loss']}) has the highest rank IC, "
    )
    text += decimal(row["rank_ic"])
    own = rated[rated.index.isin(paper)]["rank_ic"]
    if len(own) and best not in own.index:
        text += (
            f"; the best of the paper’s configurations, {own.idxmax()}, has {decimal(own.max())}"
        )
    sentences = [text + "."]
    if known(row["residual_ic"]):
        sentences.append(
            f"Against what the risk model leaves of the returns it keeps "
            f"{decimal(row['residual_ic'])}"
            + (f", neutralised {decimal(row['neutral_ic'])}" if known(row["neutral_ic"]) else "")
            + "."
        )
    sentences.append("Several configurations on one test flatter the best of them.")
    return sentences


def conformance_sentence(items: pd.DataFrame) -> str:
    """How many points there are, and how many could be measured."""
    measured = int(items["difference"].fillna("").astype(str).str.strip().ne("").sum())
    return (
        f"{plural(len(items), 'point')} on which the paper is open, wrong or departed from; the "
        f"difference is measured on this market for {measured} of them."
    )


def _short(names: pd.Series) -> list[str]:
    return [str(name).removeprefix("alpha_") for name in names]


def _named(own: pd.DataFrame) -> str:
    """How many of the factors that the paper's text names have the sign that it gives them."""
    means = own.set_index("factor")["mean"]
    words = []
    for names, sign, word in ((MOST_POSITIVE, 1, "positive"), (MOST_NEGATIVE, -1, "negative")):
        there = [name for name in names if known(means.get(name))]
        kept = [name for name in there if sign * means[name] > 0]
        words.append(f"{len(kept)} of {len(there)} that the paper calls {word} are so")
    return f"By mean signed value, {enumeration(words)}."
