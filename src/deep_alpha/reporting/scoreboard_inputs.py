"""What the scoreboard's page is drawn from: plain tables, whoever made them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

from deep_alpha.reporting.judged_inputs import JudgedInputs, empty_frame


@dataclass(frozen=True, kw_only=True)
class ScoreboardInputs(JudgedInputs):
    """Everything the scoreboard shows (SPEC 0.3, 1.5, 2.11).

    A frame or mapping may be empty where nothing was computed, and so may a value be NaN; a
    table indexed by signal may lack columns. Returns are decimals. An IC is the mean over
    days, an ICIR is not annualised.

    Args:
        board: Indexed by signal. ``kind`` (model, yardstick, blend, reference or oracle);
            ``rank_ic``, ``rank_ic_sd``; ``icir`` with ``icir_min`` and ``icir_max`` over the
            offsets of the horizon's grid; ``p``, ``low``, ``high``: p value and 95 %
            interval of the mean rank IC; ``pearson_ic``; ``tradable_ic``,
            ``tradable_icir``: entry at the next day's vwap on names that can be bought;
            ``residual_ic``, ``residual_icir``, ``residual_pearson``: against residual
            returns; ``neutral_five_ic``, ``neutral_five_icir``, ``neutral_ic``,
            ``neutral_icir``: of the score neutralised by five factors, by the whole risk
            model; ``large_ic``, ``middle_ic``, ``small_ic``: within bands of size;
            ``without_ic``: without the first half year; ``layer_first``, ``layer_last``:
            annual excess of the bottom and top layer over the universe, net of
            ``headline_cost``; ``ls_sharpe_gross``, ``ls_sharpe_net``; ``days``, ``names``.
        paired: Daily rank IC of two signals on their common days, one row a pair: signal,
            against, difference (of the means), hac_t, p, low, high (95 % interval).
        monthly: By signal, the first drawn large: year × month 1 … 12 of the mean rank IC.
        decay: One row a signal and window: signal, first_day, last_day, rank_ic (of that
            window alone), cumulative_ic (of all days up to its end).
        quantiles: One row a signal and quantile (1 = lowest scores): signal, quantile,
            mean (forward return), standard_error.
        quantile_curves: By signal: date × quantile, value of 1 held in the h-day grid;
            further columns, such as ``universe``, are drawn muted.
        industries: signal, industry, rank_ic, names (a day), days.
        sizes: signal, band, rank_ic.
        years: signal, year, rank_ic, icir.
        events: signal, day (0 = formation), top, bottom: mean cumulative return of the
            quantile relative to the universe.
        stability: Indexed by signal: autocorrelation_1, autocorrelation_5,
            autocorrelation_h (rank autocorrelation), turnover_top, turnover_bottom (share
            of the quantile's names replaced after ``horizon`` days), coverage (share of
            eligible names scored), hit_rate, and ``loss_`` columns, one a reason: share of
            scored names without a known return.
        alpha_beta: Indexed by signal, of the portfolio weighted by the score: alpha (a
            year), alpha_t, beta, factor_return_annual, factor_sharpe.
        correlation: Signal × signal, mean daily Spearman correlation of the scores.
        ic_correlation: Signal × signal, correlation of the daily rank ICs.
        double_sort: By title: table of mean forward returns, sorted by the rows' signal
            first and then by the columns' within.
        search: How many configurations were looked at, the deflated Sharpe ratio, the
            probability of overfitting: any text and numbers, the first column a heading.
    """

    board: pd.DataFrame
    paired: pd.DataFrame = field(default_factory=empty_frame)
    monthly: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    decay: pd.DataFrame = field(default_factory=empty_frame)
    quantiles: pd.DataFrame = field(default_factory=empty_frame)
    quantile_curves: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    industries: pd.DataFrame = field(default_factory=empty_frame)
    sizes: pd.DataFrame = field(default_factory=empty_frame)
    years: pd.DataFrame = field(default_factory=empty_frame)
    events: pd.DataFrame = field(default_factory=empty_frame)
    stability: pd.DataFrame = field(default_factory=empty_frame)
    alpha_beta: pd.DataFrame = field(default_factory=empty_frame)
    correlation: pd.DataFrame = field(default_factory=empty_frame)
    ic_correlation: pd.DataFrame = field(default_factory=empty_frame)
    double_sort: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    search: pd.DataFrame = field(default_factory=empty_frame)
