"""Sentences with numbers, one for each open point of paper 000 that a run measures itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from deep_alpha.reporting.formats import (
    count,
    decimal,
    duration,
    enumeration,
    known,
    percent,
    plural,
    scientific,
)
from deep_alpha.reporting.prose.conformance_findings import Findings
from deep_alpha.reporting.records import FIT_BASIS


def _compare(findings: Findings, *models: str) -> str:
    """Rank IC of several models side by side; empty unless two have one."""
    known_ic = [model for model in models if known(findings.rank_ic(model))]
    if len(known_ic) < 2:
        return ""
    words = [f"{decimal(findings.rank_ic(model))} of {model}" for model in known_ic]
    return f"Rank IC {enumeration(words)}."


def _extended(findings: Findings) -> str:
    board = findings.board
    own = [name for name in board.index if str(name).startswith(f"{_family(findings)}_extended")]
    if findings.headline not in board.index or not own:
        return ""
    words = [
        f"{decimal(board.loc[name, 'rank_ic'])} of {name}" for name in [findings.headline, *own]
    ]
    return f"Rank IC {enumeration(words)}."


def _family(findings: Findings) -> str:
    return findings.headline.partition("_")[0]


def _stopping(findings: Findings) -> str:
    epochs = {
        model: findings.metrics.value("fit", model, "best_epoch", FIT_BASIS)
        for model in ("mlp_literal", "mlp_std", "mlp_rank")
    }
    words = [f"{decimal(mean, 1)} of {model}" for model, mean in epochs.items() if known(mean)]
    sentence = f"Best epoch {enumeration(words)}, mean over fits." if words else ""
    return " ".join(filter(None, (_compare(findings, "mlp_std", "mlp_rank"), sentence)))


def _entry(findings: Findings) -> str:
    if findings.headline not in findings.board.index:
        return ""
    own = findings.board.loc[findings.headline]
    if not (known(own["rank_ic"]) and known(own["tradable_ic"])):
        return ""
    return (
        f"Rank IC of {findings.headline}: {decimal(own['rank_ic'])} from close to close, "
        f"{decimal(own['tradable_ic'])} when entered at the next day’s vwap."
    )


def _constants(findings: Findings) -> str:
    fits = findings.support_vectors[findings.support_vectors["model"] == "svr_raw"]
    if fits.empty:
        return ""
    constant = int(fits["degenerate"].astype(bool).sum())
    return (
        f"{constant} of {plural(len(fits), 'fit')} of svr_raw predict a constant; "
        f"{percent(fits['support_share'].max())} of the rows or fewer are support vectors."
    )


def _solver(findings: Findings) -> str:
    fits = findings.support_vectors[findings.support_vectors["model"] == "svr"]
    gap = fits["gap"].astype(float).max()
    if not known(gap):
        return ""
    sentence = (
        f"Largest gap {scientific(gap)} over {plural(len(fits), 'fit')} of up to "
        f"{count(fits['rows'].max())} rows, {duration(fits['seconds'].max())} at most."
    )
    return " ".join(filter(None, (sentence, _compare(findings, "svr", "svr_subsample"))))


def _pearson(findings: Findings) -> str:
    spearman = findings.rank_ic(findings.headline)
    pearson = findings.metrics.value("ic", findings.headline, "pearson_ic")
    if not (known(spearman) and known(pearson)):
        return ""
    return f"{findings.headline}: {decimal(spearman)} Spearman, {decimal(pearson)} Pearson."


def _ratios(findings: Findings) -> str:
    icir = findings.metrics.value("ic", findings.headline, "icir")
    sharpe = findings.held(findings.headline, "long_short", "gross", "sharpe")
    if not (known(icir) and known(sharpe)):
        return ""
    return (
        f"{findings.headline}: ICIR {decimal(icir, 2)}, information ratio of long-short "
        f"{decimal(sharpe, 2)} a year."
    )


def _steadiness(findings: Findings) -> str:
    sd = {
        model: findings.metrics.value("ic", model, "rank_ic_sd")
        for model in findings.paper
        if known(findings.rank_ic(model))
    }
    sd = {model: value for model, value in sd.items() if known(value)}
    if len(sd) < 2:
        return ""
    most, least = max(sd, key=sd.__getitem__), min(sd, key=sd.__getitem__)
    return (
        f"Daily IC varies most for {most} (sd {decimal(sd[most])}) and least for {least} "
        f"({decimal(sd[least])})."
    )


def _breadth(findings: Findings) -> str:
    names, null, sd = (
        findings.metrics.value("ic", findings.headline, column)
        for column in ("names", "null_sd", "rank_ic_sd")
    )
    if not (known(names) and known(null) and known(sd)):
        return ""
    return (
        f"{count(names)} names a day: null sd {decimal(null)}, observed {decimal(sd)} "
        f"({findings.headline})."
    )


def _overlap(findings: Findings) -> str:
    naive, held = (
        findings.held(findings.headline, "long_short", basis, "sharpe")
        for basis in ("naive", "gross")
    )
    if not (known(naive) and known(held)):
        return ""
    ratio = f", {decimal(naive / held, 1)} times as much" if held > 0 else ""
    return (
        f"Sharpe ratio of long-short, {findings.headline}: {decimal(held, 2)} in tranches, "
        f"{decimal(naive, 2)} naive{ratio}."
    )


def _sample(findings: Findings) -> str:
    own = findings.with_training[findings.with_training["leg"] == "naive_top"]
    for model, inside in own[["model", "annual_return"]].itertuples(index=False, name=None):
        tested = findings.held(str(model), "top", "naive", "annual_return")
        if known(tested) and known(inside):
            return (
                f"Top names of {model}, naive: {percent(inside, 0)} a year on the sample with "
                f"training, {percent(tested, 0)} on test dates."
            )
    return ""


def _costs(findings: Findings) -> str:
    model, leg = findings.headline, "long_short"
    bases = [f"{leg} / gross", *findings.metrics.bases("portfolio", f"{leg} / net")]
    sharpes = {
        basis.removeprefix(f"{leg} / "): findings.metrics.value("portfolio", model, "sharpe", basis)
        for basis in bases
    }
    found = {basis: value for basis, value in sharpes.items() if known(value)}
    if len(found) < 2:
        return ""
    ordered = sorted(found.items(), key=lambda item: -item[1])
    words = [f"{decimal(value, 2)} {basis}" for basis, value in ordered]
    return f"Sharpe ratio of long-short, {model}: {enumeration(words)}."


def _cancelled(findings: Findings) -> str:
    sums = findings.shap.assign(mean=findings.shap["mean"].abs()).groupby("model", sort=False)
    words = [
        f"{percent(own['mean'].sum() / own['mean_abs'].sum(), 0)} for {model}"
        for model, own in sums
        if own["mean_abs"].sum() > 0
    ]
    if not words:
        return ""
    return f"Signed means come to a share of the mean absolute values: {enumeration(words)}."


MEASURES: Mapping[str, Callable[[Findings], str]] = {
    "000-F5": _extended,
    "000-M1": lambda findings: _compare(findings, "mlp_literal", "mlp_std"),
    "000-M1b": _stopping,
    "000-M7": _entry,
    "000-M8": lambda findings: _compare(findings, "cnn", "cnn_dual"),
    "000-M10": _constants,
    "000-M11": _solver,
    "000-E1": _pearson,
    "000-E2": _ratios,
    "000-E3": _steadiness,
    "000-E4": _breadth,
    "000-E5": _overlap,
    "000-E6": _sample,
    "000-E7": _costs,
    "000-E8": _cancelled,
}
"""By point; each gives an empty sentence where the run has no numbers for it."""
