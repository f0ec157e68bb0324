"""The scoreboard: every signal on one protocol, in one row, and compared in pairs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from deep_alpha.evaluation.bases import signal_bases
from deep_alpha.evaluation.bootstrap import block_bootstrap
from deep_alpha.evaluation.ic import rank_ic
from deep_alpha.evaluation.label_book import LabelBook
from deep_alpha.evaluation.null_score import NULL
from deep_alpha.evaluation.paired import paired_t
from deep_alpha.evaluation.relations import ic_correlations, score_correlations
from deep_alpha.evaluation.summary import ic_summary

REFERENCES = ("low_volatility", NULL)
"""Scores that need no model, on the names of the first signal."""

_COLUMNS = {
    "rank_ic": ("raw", "all", "rank_ic"),
    "rank_ic_sd": ("raw", "all", "sd"),
    "icir": ("raw", "all", "icir"),
    "icir_min": ("raw", "all", "icir_min"),
    "icir_max": ("raw", "all", "icir_max"),
    "pearson_ic": ("raw", "all", "pearson_ic"),
    "tradable_ic": ("tradable", "all", "rank_ic"),
    "tradable_icir": ("tradable", "all", "icir"),
    "residual_ic": ("residual", "all", "rank_ic"),
    "residual_icir": ("residual", "all", "icir"),
    "residual_pearson": ("residual", "all", "pearson_ic"),
    "neutral_five_ic": ("five_factor_tradable", "all", "rank_ic"),
    "neutral_five_icir": ("five_factor_tradable", "all", "icir"),
    "neutral_ic": ("cne5_tradable", "all", "rank_ic"),
    "neutral_icir": ("cne5_tradable", "all", "icir"),
    "large_ic": ("largest_300", "all", "rank_ic"),
    "middle_ic": ("middle", "all", "rank_ic"),
    "small_ic": ("small", "all", "rank_ic"),
    "without_ic": ("raw", "later", "rank_ic"),
    "names": ("raw", "all", "names"),
    "days": ("raw", "all", "days"),
}
"""Column of the board: basis, period and figure of ``signal_bases``."""


def board_of(
    scores: Mapping[str, pd.DataFrame],
    kinds: Mapping[str, str],
    book: LabelBook,
    returns: pd.DataFrame,
    draws: int = 2000,
    null_seed: int = 0,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """One row a signal, with the columns of the project's baselines.

    Args:
        scores: Date × asset by signal.
        kinds: Kind of each signal: model, yardstick, blend or oracle.
        book: Labels of the market at the horizon.
        returns: Date × asset raw forward returns at the same horizon.
        draws: Resamples of the intervals.
        null_seed: Of the random score.

    Returns:
        The board, indexed by signal and best first within what competes, references
        last; and all bases in rows of signal, basis, period and their figures.
    """
    rows: dict[str, dict[str, float | str]] = {}
    bases = []
    for place, (name, frame) in enumerate(scores.items()):
        table = signal_bases(frame, book, references=place == 0, seed=null_seed)
        for score in map(str, table.index.unique(level=0)):
            own = table[table.index.get_level_values(0) == score].droplevel(0)
            row = name if score == "signal" else score
            kind = kinds.get(name, "model") if score == "signal" else "reference"
            rows[row] = {"kind": kind, **_figures(own)}
            bases.append(own.reset_index().assign(signal=row))
        rows[name] |= _interval(rank_ic(frame, returns), book.horizon, draws)
    board = pd.DataFrame.from_dict(rows, orient="index").rename_axis("signal")
    last = board["kind"].isin(["reference", "oracle"])
    order = board.assign(last=last).sort_values(["last", "rank_ic"], ascending=[True, False]).index
    return board.loc[order], pd.concat(bases, ignore_index=True)


def compare_in_pairs(
    scores: Mapping[str, pd.DataFrame],
    against: Sequence[str],
    returns: pd.DataFrame,
    horizon: int,
    draws: int = 2000,
) -> pd.DataFrame:
    """Mean difference of two signals' daily rank IC, for each signal and each yardstick.

    Args:
        scores: Date × asset by signal.
        against: The yardsticks to compare with; those without scores are left out.
        returns: Date × asset raw forward returns.
        horizon: Length of the labels in days.
        draws: Resamples of the intervals.

    Returns:
        Columns signal, against, difference, hac_t, p, low, high, days; p and the interval
        are those of the block bootstrap.
    """
    daily = {name: rank_ic(frame, returns) for name, frame in scores.items()}
    rows = []
    for yardstick in against:
        for name, own in daily.items():
            if yardstick not in daily or name == yardstick:
                continue
            found = paired_t(own, daily[yardstick], horizon, draws=draws)
            rows.append(
                {
                    "signal": name,
                    "against": yardstick,
                    "difference": found.difference,
                    "hac_t": found.hac_t,
                    "p": found.interval.p_value,
                    "low": found.interval.low,
                    "high": found.interval.high,
                    "days": found.n_days,
                }
            )
    columns = ["signal", "against", "difference", "hac_t", "p", "low", "high", "days"]
    return pd.DataFrame(rows, columns=columns)


def relations(scores: Mapping[str, pd.DataFrame], returns: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Correlations of the signals with each other: of their scores, and of their daily IC."""
    return {
        "correlation": score_correlations(scores).mean,
        "ic_correlation": ic_correlations(scores, returns).mean,
    }


def blend(scores: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """The mean of signals' daily ranks, over the names that all of them score.

    Ranks are in (0, 1], ties averaged: no signal weighs more for the scale of its scores.
    """
    ranks = [frame.rank(axis=1, pct=True) for frame in scores]
    dates = ranks[0].index
    assets = ranks[0].columns
    for frame in ranks[1:]:
        dates, assets = dates.intersection(frame.index), assets.intersection(frame.columns)
    aligned = [frame.loc[dates, assets] for frame in ranks]
    total = aligned[0].copy()
    for frame in aligned[1:]:
        total = total + frame
    return total / len(aligned)


def _figures(table: pd.DataFrame) -> dict[str, float]:
    """The board's columns of one signal; NaN for a basis that was not computed."""
    return {
        column: float(table[figure].get((basis, period), np.nan))
        for column, (basis, period, figure) in _COLUMNS.items()
    }


def _interval(ic: pd.Series, horizon: int, draws: int) -> dict[str, float]:
    summary = ic_summary(ic, horizon)
    interval = block_bootstrap(ic.dropna().to_numpy(), horizon, draws=draws)
    return {
        "p": interval.p_value,
        "low": interval.low,
        "high": interval.high,
        "hit_rate": summary.hit_rate,
    }
