"""How much of the best result is the search for it: overfitting, and a search in one table.

Bailey, Borwein, López de Prado and Zhu, "The probability of backtest overfitting",
Journal of Computational Finance 20(4), 2017 (circulated in 2015).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from deep_alpha.errors import DeepAlphaError
from deep_alpha.evaluation.deflated import Trials, deflated_sharpe
from deep_alpha.evaluation.ledger import KEY
from deep_alpha.folds import LIVE

BLOCKS = 16

MINIMUM_CONFIGURATIONS = 4
"""Fewest configurations whose overfitting :func:`search_statistics` judges."""

_MOST_BLOCKS = 20  # 184,756 splits; two blocks more are four times as many
_RATIOS_AT_ONCE = 2_000_000
_CONFIGURATION = ("market", "profile", "entry", "horizon", "model", "config")

_Floats = NDArray[np.float64]
_Row = tuple[str, str, float, str]


@dataclass(frozen=True)
class Overfitting:
    """What became, in the other half of the days, of the best of one half.

    Args:
        pbo: Probability of backtest overfitting: share of splits whose chosen
            configuration is below the median out of sample. Exactly at the median counts
            half, so that a worthless search has 0.5 for odd numbers of configurations too.
        logits: ln(ω ÷ (1 − ω)) by split, ω the chosen one's out-of-sample rank ÷ (N + 1).
        degradation: Slope of its out-of-sample on its in-sample ratio over the splits;
            NaN where the latter do not differ.
        loss_probability: Share of splits in which it loses out of sample.
    """

    pbo: float
    logits: _Floats
    degradation: float
    loss_probability: float


def probability_of_backtest_overfitting(
    performance: pd.DataFrame | _Floats, blocks: int = BLOCKS
) -> Overfitting:
    """Combinatorially symmetric cross-validation of a search.

    The days are cut into S consecutive blocks. Each of the C(S, S/2) choices of half of
    them is in-sample once: the configuration with the largest mean ÷ sd there (a Sharpe
    ratio, or an ICIR) is looked up in the other half.

    Halves touch at block borders: with overlapping labels a block should be several labels
    long. One figure proves little: of 200 worthless searches each, of 4, 5 and 20
    configurations over 640 days, the mean was 0.47, 0.53 and 0.52, and nine of ten lay
    between 0.12 and 0.89 (for 4; 0.18 and 0.85 for 20).

    Args:
        performance: Shape (T, N), daily returns or IC of N configurations, no NaN.
        blocks: S, even, 2 to 20, each of two days or more. Where S does not divide T,
            the first blocks are a day longer.

    Returns:
        The figures, over all splits.

    Raises:
        DeepAlphaError: Fewer than two configurations, a NaN, too few days for S blocks,
            an impossible S, or a configuration that varies in half of the blocks or less.
    """
    values = np.asarray(performance, dtype=np.float64)
    _check(values, blocks)
    sums = _BlockSums.of(values, blocks)
    halves = _halves(blocks)
    configurations = values.shape[1]
    inside, outside, rank = np.empty((3, len(halves)))
    step = max(_RATIOS_AT_ONCE // configurations, 1)
    for first in range(0, len(halves), step):
        split = slice(first, first + step)
        fitted, later = sums.ratios(halves[split]), sums.ratios(1 - halves[split])
        best = fitted.argmax(axis=1)[:, None]
        reached = np.take_along_axis(later, best, axis=1)
        inside[split] = np.take_along_axis(fitted, best, axis=1)[:, 0]
        outside[split] = reached[:, 0]
        rank[split] = (later < reached).sum(axis=1) + ((later == reached).sum(axis=1) + 1) / 2
    logits = np.log(rank / (configurations + 1 - rank))
    spread = inside - inside.mean()
    differ = bool(np.ptp(inside) > 0)
    return Overfitting(
        pbo=float(np.mean((logits < 0) + (logits == 0) / 2)),
        logits=logits,
        degradation=float(spread @ outside / (spread @ spread)) if differ else float("nan"),
        loss_probability=float(np.mean(outside < 0)),
    )


def search_statistics(
    ledger: pd.DataFrame, daily: Mapping[str, pd.Series], annual_days: int = 252
) -> pd.DataFrame:
    """What was searched, what the best reached, and how much of that the search explains.

    A configuration is a model with its settings, horizon, entry and profile on a market;
    seeds and folds are looks at the same one. Its IC is the mean over its looks, weighted by
    their days. Every look is counted; ICs are of tests alone: no live fold, no degenerate
    scores, no split that leaks by design.

    The deflated Sharpe ratio counts as trials what the ledger counts, or the stored series
    where they are more, and takes the trials' variance from those series.

    Args:
        ledger: Rows of :func:`deep_alpha.evaluation.ledger.ledger_rows`; a look that is
            in it twice counts once.
        daily: Daily returns (or IC) of stored configurations by name, NaN = none.
        annual_days: Trading days of a year.

    Returns:
        Columns scope (``all``, a model, or what several are called before a slash), statistic,
        value, note. A value that can not be given is NaN, and its note says "not enough" of
        what.
    """
    looked_at = _configurations(ledger)
    rows: list[_Row] = []
    family = looked_at["model"].map(lambda name: str(name).partition("/")[0])
    for scope, group in [("all", looked_at), *looked_at.groupby(family)]:
        known = group["test_ic"].dropna()
        note = f"of {len(known)} configurations" if len(known) else "not enough: no test IC"
        rows += [
            (str(scope), "configurations", float(len(group)), ""),
            (str(scope), "looks", float(group["looks"].sum()), ""),
            (str(scope), "best_test_ic", float(known.max()), note),
            (str(scope), "median_test_ic", float(known.median()), note),
        ]
    rows += _judge_series(daily, len(looked_at), annual_days)
    return pd.DataFrame(rows, columns=["scope", "statistic", "value", "note"])


@dataclass(frozen=True)
class _BlockSums:
    """Sums by block: the mean and variance of a half need nothing else.

    Args:
        days: Shape (S,).
        sums: Shape (S, N), of values less their overall mean, so that squares keep digits.
        squares: Shape (S, N), of the same.
        centre: Shape (N,), that overall mean.
    """

    days: _Floats
    sums: _Floats
    squares: _Floats
    centre: _Floats

    @classmethod
    def of(cls, values: _Floats, blocks: int) -> _BlockSums:
        centre = values.mean(axis=0)
        parts = np.array_split(values - centre, blocks)
        return cls(
            np.array([len(part) for part in parts], dtype=np.float64),
            np.array([part.sum(axis=0) for part in parts]),
            np.array([(part**2).sum(axis=0) for part in parts]),
            centre,
        )

    def ratios(self, halves: _Floats) -> _Floats:
        """Mean ÷ sd (ddof 1) of the blocks marked 1, (splits, S) to (splits, N)."""
        count = (halves @ self.days)[:, None]
        mean = halves @ self.sums / count
        variance = (halves @ self.squares - count * mean**2) / (count - 1)
        ratios: _Floats = (mean + self.centre) / np.sqrt(variance)
        return ratios


def _halves(blocks: int) -> _Floats:
    """1 where a block is in-sample, (splits, S)."""
    chosen = np.array(list(combinations(range(blocks), blocks // 2)))
    halves = np.zeros((len(chosen), blocks))
    np.put_along_axis(halves, chosen, 1.0, axis=1)
    return halves


def _varies(values: _Floats, blocks: int) -> NDArray[np.bool_]:
    """Which columns vary inside so many blocks that no half is constant, (N,)."""
    moving = [np.ptp(part, axis=0) > 0 for part in np.array_split(values, blocks)]
    varies: NDArray[np.bool_] = np.sum(moving, axis=0) > blocks // 2
    return varies


def _check(values: _Floats, blocks: int) -> None:
    if blocks % 2 or not 2 <= blocks <= _MOST_BLOCKS:
        raise DeepAlphaError(f"{blocks} blocks: an even number from 2 to {_MOST_BLOCKS} is needed")
    if values.ndim != 2 or values.shape[1] < 2:
        raise DeepAlphaError(f"performance has shape {values.shape}: two configurations or more")
    if len(values) < 2 * blocks:
        raise DeepAlphaError(f"{len(values)} days are not enough for {blocks} blocks of two days")
    if np.isnan(values).any():
        raise DeepAlphaError("performance holds NaN: keep the days that all configurations share")
    still = np.flatnonzero(~_varies(values, blocks))
    if len(still):
        raise DeepAlphaError(
            f"configuration {still[0]} varies in half of the {blocks} blocks or less: leave it out"
        )


def _configurations(ledger: pd.DataFrame) -> pd.DataFrame:
    """One row for each configuration of the ledger: model, looks, test_ic."""
    if ledger.empty:
        return pd.DataFrame({"model": [], "looks": [], "test_ic": []})
    looks = ledger.drop_duplicates(list(KEY))
    keys = [column for column in _CONFIGURATION if column in looks]
    counted = looks["test_ic"].notna() & (looks["fold"] != LIVE) & ~looks["degenerate"].astype(bool)
    if "leaks_by_design" in looks:
        counted &= ~looks["leaks_by_design"].astype(bool)
    days = looks["test_days"].where(counted)
    parts = looks.assign(looks=1, days=days, total=looks["test_ic"] * days)
    summed = parts.groupby(keys)[["looks", "days", "total"]].sum().reset_index()
    return summed.assign(test_ic=summed["total"] / summed["days"])


def _judge_series(
    daily: Mapping[str, pd.Series], configurations: int, annual_days: int
) -> list[_Row]:
    shared = pd.DataFrame(dict(daily)).dropna()
    enough_days = len(shared) >= 2 * BLOCKS
    values = shared.to_numpy(dtype=np.float64)
    shared = shared.loc[:, _varies(values, BLOCKS)] if enough_days else shared
    have = f"{len(shared.columns)} of {len(daily)} stored series vary on {len(shared)} shared days"

    def missing(needed: int) -> str:
        return f"not enough: {have}, {needed} on {2 * BLOCKS} days are needed"

    names = ("best_sharpe_annual", "expected_maximum_annual", "deflated_sharpe")
    if not enough_days or len(shared.columns) < 2:
        rows: list[_Row] = [("all", name, float("nan"), missing(2)) for name in names]
    else:
        sharpes = shared.mean() / shared.std(ddof=1)
        best = str(sharpes.idxmax())
        trials = Trials(max(configurations, len(sharpes)), float(sharpes.var(ddof=1)))
        judged = deflated_sharpe(shared[best], trials, annual_days)
        note = f"{best}, {judged.trials} trials, {judged.n_days} days"
        maximum = judged.expected_maximum * annual_days**0.5
        figures = (judged.sharpe_annual, maximum, judged.probability)
        rows = [("all", name, figure, note) for name, figure in zip(names, figures, strict=True)]
    if not enough_days or len(shared.columns) < MINIMUM_CONFIGURATIONS:
        return [*rows, ("all", "pbo", float("nan"), missing(MINIMUM_CONFIGURATIONS))]
    pbo = probability_of_backtest_overfitting(shared.to_numpy(dtype=np.float64)).pbo
    return [*rows, ("all", "pbo", pbo, have)]
