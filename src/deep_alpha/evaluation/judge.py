"""Judge one signal's ranking: IC in all the ways the tables show it (SPEC 0.3, 1.5)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import pandas as pd

from deep_alpha.evaluation.ic import joint_names, pearson_ic, rank_ic
from deep_alpha.evaluation.records import records_of
from deep_alpha.evaluation.settings import EvaluationSettings
from deep_alpha.evaluation.summary import ic_summary, offset_grid

_SUMMARY_COLUMNS = {
    "mean": "rank_ic",
    "sd": "rank_ic_sd",
    "icir": "icir",
    "hac_t": "hac_t",
    "hac_p": "hac_p",
    "naive_t": "naive_t",
    "hit_rate": "hit_rate",
    "null_sd": "null_sd",
    "names": "names",
    "n_days": "days",
    "n_skipped": "days_skipped",
}


@dataclass(frozen=True)
class IcJudgement:
    """A signal's daily IC and the records drawn from it.

    Args:
        daily: Indexed by date; columns rank_ic, pearson_ic, names.
        records: Metric records of table ``ic``.
    """

    daily: pd.DataFrame
    records: list[dict[str, Any]]


def judge_ic(
    name: str,
    scores: pd.DataFrame,
    returns: pd.DataFrame,
    horizon: int,
    settings: EvaluationSettings,
    seed_scores: Sequence[pd.DataFrame] = (),
    paper: str = "all",
) -> IcJudgement:
    """Rank and Pearson IC of one signal: all days, by year, without periods, all offsets.

    Args:
        name: The signal's name, the tables' row.
        scores: Date × asset scores on test dates.
        returns: Date × asset forward returns, NaN where unknown.
        horizon: Their horizon in market days.
        settings: Which periods are left out once more.
        seed_scores: The same scores by single seeds; their spread is reported.
        paper: Which paper's table the records belong to.

    Returns:
        The daily IC and its records.
    """
    daily = pd.DataFrame(
        {
            "rank_ic": rank_ic(scores, returns),
            "pearson_ic": pearson_ic(scores, returns),
            "names": joint_names(scores, returns),
        }
    )
    common: dict[str, Any] = {"paper": paper, "table": "ic", "row": name, "horizon": horizon}
    headline = _summary(daily, horizon)
    headline["degenerate"] = float(is_degenerate(scores))
    spread = _seed_spread(seed_scores, returns, horizon)
    headline["seed_sd"] = spread.get("rank_ic", np.nan)
    headline["seeds"] = float(len(seed_scores)) if seed_scores else np.nan
    records = records_of(headline, basis="all", n=int(headline["days"]), sd=spread, **common)
    for year, days in daily.groupby(pd.DatetimeIndex(daily.index).year):
        records += _basis(days, f"year {year}", horizon, common)
    for label, (first, last) in settings.without.items():
        inside = (daily.index >= pd.Timestamp(first)) & (daily.index <= pd.Timestamp(last))
        if inside.any() and not inside.all():
            records += _basis(daily[~inside], f"without {label}", horizon, common)
    grid = offset_grid(daily["rank_ic"], horizon)
    columns = {
        "rank_ic": grid.mean,
        "rank_ic_sd": grid.sd,
        "icir": grid.icir,
        "icir_min": grid.icir_min,
        "icir_max": grid.icir_max,
    }
    records += records_of(columns, basis="offsets", n=grid.n_days, **common)
    return IcJudgement(daily, records)


def is_degenerate(scores: pd.DataFrame) -> bool:
    """Whether the signal says nothing: no two names with different scores on most days."""
    spread = scores.max(axis=1) - scores.min(axis=1)
    return bool((spread > 1e-9).mean() < 0.5)


def _basis(
    daily: pd.DataFrame, basis: str, horizon: int, common: dict[str, Any]
) -> list[dict[str, Any]]:
    summary = _summary(daily, horizon)
    return records_of(summary, basis=basis, n=int(summary["days"]), **common)


def _summary(daily: pd.DataFrame, horizon: int) -> dict[str, float]:
    figures = asdict(ic_summary(daily["rank_ic"], horizon, daily["names"]))
    columns = {column: float(figures[name]) for name, column in _SUMMARY_COLUMNS.items()}
    columns["pearson_ic"] = float(daily["pearson_ic"].mean())
    return columns


def _seed_spread(
    seed_scores: Sequence[pd.DataFrame], returns: pd.DataFrame, horizon: int
) -> dict[str, float]:
    if len(seed_scores) < 2:
        return {}
    rows = []
    for scores in seed_scores:
        summary = ic_summary(rank_ic(scores, returns), horizon)
        rows.append({"rank_ic": summary.mean, "rank_ic_sd": summary.sd, "icir": summary.icir})
    return {str(column): float(sd) for column, sd in pd.DataFrame(rows).std(ddof=1).items()}
