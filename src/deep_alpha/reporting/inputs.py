"""What a report is drawn from: plain tables, whichever pipeline made them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd


@dataclass(frozen=True)
class MarketCard:
    """The market in one glance.

    Args:
        name: The market's short name.
        source: Folder or ``simulated``.
        digest: Short digest of the bars.
        first, last: First and last trading day.
        assets: Number of assets with bars.
        bars: Number of bars.
        names_per_day: Indexed by date; columns traded, eligible, scored (counts).
        universe: The universe policy in words.
        proxies: Field and what stands for it.
        findings: The quality gate's findings: records with table, rule, action
            (quarantined, blanked, listed), count, share, examples.
    """

    name: str
    source: str
    digest: str
    first: pd.Timestamp
    last: pd.Timestamp
    assets: int
    bars: int
    names_per_day: pd.DataFrame
    universe: str
    proxies: Mapping[str, str]
    findings: Sequence[Mapping[str, Any]]


@dataclass(frozen=True)
class ModelResult:
    """One model's out-of-sample results at the headline horizon.

    Args:
        name: The model's name in the configuration.
        kind: ``model``, ``yardstick`` or ``oracle``.
        rank_ic, pearson_ic: Daily IC over the test dates; NaN where unknown.
        portfolios: Daily returns indexed by date; columns top, bottom, long_short,
            universe (gross, tranches), naive_top, naive_bottom, naive_long_short (the
            paper's overlapping compounding, shown for comparison only). Empty for a
            signal that has no portfolio.
        scores: A sample of test rows: columns score, forward_return.
        history: Training history: columns fold, seed, epoch, train_loss, valid_rmse,
            valid_ic. Empty for models without epochs.
    """

    name: str
    kind: str
    rank_ic: pd.Series
    pearson_ic: pd.Series
    portfolios: pd.DataFrame
    scores: pd.DataFrame
    history: pd.DataFrame


@dataclass(frozen=True)
class ReportInputs:
    """Everything the report shows.

    Args:
        title: Page title.
        generated: When and by which version.
        horizon: Headline label horizon in market days.
        entry: Where the label enters: close, next_open, next_vwap.
        top_k: Names in the top and bottom portfolios.
        seeds: Seeds of the stochastic models.
        one_seed: Those that ran with the first seed only.
        profile: Name of the run's profile.
        market: The market's card.
        folds: The manifest of folds.json for the headline horizon.
        factors: One row a factor: number, name, group, formula, in_set, coverage, ic,
            ic_sd, icir (over dates before the first test), test_ic; version of the
            formulas (literal or scale-free), other_ic and other_test_ic of the other one.
        models: Results, best first.
        metrics: All metric records (paper, table, row, column, value, sd, n, horizon,
            basis).
        ranking: Newest date's ranking: columns rank, asset, industry, score and one
            column a model. Empty when there is no live fold.
        ranking_date: Date of the ranking.
        ledger: Rows of the ledger of this market, newest last.
        stages: Seconds by stage of the run.
        watermark: Text laid over the page when the results leak by design, else empty.
        switches: Settings that change results, such as the factor set and the target;
            captions repeat them.
        versions: Name and version of each package that made the numbers.
        pages: Title and address of each page of the report, for the navigation.
    """

    title: str
    generated: str
    horizon: int
    entry: str
    top_k: int
    seeds: Sequence[int]
    profile: str
    market: MarketCard
    folds: Mapping[str, Any]
    factors: pd.DataFrame
    models: Sequence[ModelResult]
    metrics: Sequence[Mapping[str, Any]]
    ranking: pd.DataFrame
    ranking_date: pd.Timestamp | None
    ledger: pd.DataFrame
    stages: Mapping[str, float] = field(default_factory=dict)
    watermark: str = ""
    switches: Mapping[str, str] = field(default_factory=dict)
    versions: Mapping[str, str] = field(default_factory=dict)
    pages: Mapping[str, str] = field(default_factory=dict)
    one_seed: Sequence[str] = ()
