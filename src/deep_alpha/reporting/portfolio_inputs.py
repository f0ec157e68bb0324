"""What the portfolios' page is drawn from: plain tables, whoever made them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

from deep_alpha.reporting.judged_inputs import JudgedInputs, empty_frame

WHOLE = "all"
"""The period of the table of enhancement that is all days."""


@dataclass(frozen=True, kw_only=True)
class PortfolioInputs(JudgedInputs):
    """Everything the portfolios' page shows (SPEC 2.11).

    A frame or mapping may be empty where nothing was computed, and so may a value be NaN.
    Returns are decimals. Signals stand in the order of the tables; the first one
    is drawn large. Turnover is one-sided.

    Args:
        kinds: Kind of each signal of the scoreboard, so that signals keep its colours; one
            that is not named counts as a model.
        rules: The exchange's rules in words.
        layers: One row a signal, case of costs and layer: signal, cost, layer (1 = lowest
            scores, or a name that ends with the number; others, such as ``universe``, are
            left out), annual_return, excess (a year, over the equal-weight universe),
            volatility, sharpe, max_drawdown, turnover (of a rebalancing), unfilled (orders
            of a rebalancing that are not filled).
        monotonicity: signal, cost, value: Spearman correlation of the layers' numbers with
            their excess.
        layer_curves: By signal: date × layer, net asset value relative to the universe's,
            net of ``headline_cost``.
        long_only: Long-only accounts at the exchange, one row a signal, portfolio and period, of
            which ``all`` is the whole: signal, portfolio, period, annual_return, volatility,
            sharpe, max_drawdown (net of costs), excess_benchmark, excess_equal_benchmark (over
            the benchmark's names in equal weights), excess_universe (over the scored names in
            equal weights; differences of annual returns), turnover (of a day), costs_annual,
            holdings (mean number of names), cash (mean share).
        long_only_curves: By signal and portfolio: date × (portfolio, benchmark,
            equal_benchmark, universe, excess), value of 1.
        long_only_split: signal, portfolio, part (in the order to show), annual, share.
        long_only_unfilled: As ``unfilled``.
        enhancement: Index enhancement, one row a signal and period, of which ``all`` is the
            whole: signal, period, excess (of the period, not annualised), annual_excess_sd,
            sharpe (of the daily excess, annualised), max_drawdown (of the excess),
            holdings (mean number of names), turnover (of a rebalancing), active_share.
        enhancement_curves: By signal: date × (portfolio, benchmark, excess), value of 1;
            the excess compounds the daily differences.
        relaxations: Constraints that a rebalancing could not hold: signal, date,
            constraint, from, to.
        benchmark: What it is, and its sources with their days, in words.
        holdings: Date of decision × signal, number of names held.
        attribution: signal, part (in the order to show), annual, share (of the sum).
        attribution_curves: By signal: date × part, sum of daily contributions so far.
        style_parts: signal, style, annual: what the part ``style`` is made of.
        unfilled: signal, portfolio, reason, orders (number), value_share (of the value that
            was wanted).
        simulator: signal, portfolio, then any of annual_return, volatility, sharpe,
            max_drawdown, turnover (of a day), costs_annual and others.
    """

    kinds: Mapping[str, str] = field(default_factory=dict)
    rules: Mapping[str, str] = field(default_factory=dict)
    layers: pd.DataFrame = field(default_factory=empty_frame)
    monotonicity: pd.DataFrame = field(default_factory=empty_frame)
    layer_curves: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    long_only: pd.DataFrame = field(default_factory=empty_frame)
    long_only_curves: Mapping[str, Mapping[str, pd.DataFrame]] = field(default_factory=dict)
    long_only_split: pd.DataFrame = field(default_factory=empty_frame)
    long_only_unfilled: pd.DataFrame = field(default_factory=empty_frame)
    enhancement: pd.DataFrame = field(default_factory=empty_frame)
    enhancement_curves: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    relaxations: pd.DataFrame = field(default_factory=empty_frame)
    benchmark: Mapping[str, str] = field(default_factory=dict)
    holdings: pd.DataFrame = field(default_factory=empty_frame)
    attribution: pd.DataFrame = field(default_factory=empty_frame)
    attribution_curves: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    style_parts: pd.DataFrame = field(default_factory=empty_frame)
    unfilled: pd.DataFrame = field(default_factory=empty_frame)
    simulator: pd.DataFrame = field(default_factory=empty_frame)
