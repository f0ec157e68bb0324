"""One rebalance of an enhanced index: the most alpha within tight limits (SPEC 2.11).

Maximise α'w over long-only, fully invested weights w with the benchmark's industry weights
and size exposure, at most ``active_cap`` away from the benchmark in each name, trading at
most ``turnover_cap``. Every limit that can not hold gives way in a declared order
(:mod:`deep_alpha.backtest.enhancement_ladder`), by as little as possible, and is reported.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, model_validator

from deep_alpha.backtest.enhancement_checks import (
    Relaxation,
    Rules,
    assert_within,
    check_inputs,
    declared,
    declared_of_kept,
)
from deep_alpha.backtest.enhancement_ladder import climb
from deep_alpha.backtest.enhancement_program import FloatArray, Limits, Program

Mask = NDArray[np.bool_]


class EnhancementSettings(BaseModel):
    """Limits of an enhanced index.

    Args:
        active_cap: Largest |w − w_benchmark| of a name, fraction of the portfolio; 0.005 to
            0.02 is usual.
        turnover_cap: Largest Σ|w − w_drifted| of a rebalance (two-sided), fraction.
        industry_band: Largest absolute active weight of an industry; 0: as the benchmark.
        size_band: Largest absolute active exposure to SIZE, standard deviations; 0: as the
            benchmark.
        size_step: Step in which the size band gives way.
        size_limit: Widest size band.
        neutralise: Whether industries and all styles are taken out of the scores first.
        written_off_days: Market days without trading after which a holding is no longer
            counted on and its weight is invested anew.
        solver_seconds: Time limit of one linear program.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    active_cap: float = Field(0.01, gt=0, le=1)
    turnover_cap: float = Field(0.30, gt=0, le=2)
    industry_band: float = Field(0.0, ge=0, le=1)
    size_band: float = Field(0.0, ge=0)
    size_step: float = Field(0.05, gt=0)
    size_limit: float = Field(0.25, ge=0)
    neutralise: bool = True
    written_off_days: int = Field(60, ge=1)
    solver_seconds: float = Field(30.0, gt=0)

    @model_validator(mode="after")
    def _can_give_way(self) -> Self:
        if self.size_limit < self.size_band:
            raise ValueError(
                f"size_limit={self.size_limit} is below size_band={self.size_band}: the widest "
                "band must hold the one that is asked for"
            )
        return self


@dataclass(frozen=True)
class Solution:
    """A rebalance.

    Args:
        weights: (asset,), sum 1 if optimal; else those before the rebalance.
        status: ``optimal``; ``infeasible``: no rung of the ladder helped;
            ``solver_failed``: the solver gave neither a portfolio nor a proof.
        relaxations: Every limit that does not hold as set, and by how much.
        objective: α'w, with α filled as described in :func:`enhance`.
        active_share: ½Σ|w − w_benchmark|.
        turnover_two_sided: Σ|w − w_previous|.
        seconds: Wall time.
        detail: The solver's words where it failed.
    """

    weights: FloatArray
    status: str
    relaxations: tuple[Relaxation, ...]
    objective: float
    active_share: float
    turnover_two_sided: float
    seconds: float
    detail: str = ""


def enhance(
    alpha: FloatArray,
    benchmark: FloatArray,
    industry: NDArray[np.integer],
    size: FloatArray,
    previous: FloatArray | None,
    tradable: Mask,
    settings: EnhancementSettings,
    *,
    can_buy: Mask | None = None,
    can_sell: Mask | None = None,
) -> Solution:
    """Rebalance an enhanced index.

    A name without a score gets the lowest alpha of the scored ones, and is not bought beyond
    its benchmark weight: it can be held from w_benchmark − cap up to there. A name without
    an industry or a size exposure is put at its benchmark weight, for what it adds to either
    is not known.

    Args:
        alpha: (asset,) what a unit of weight is expected to earn, any unit; NaN = no score.
        benchmark: (asset,) weights, sum 1.
        industry: (asset,) codes; below 0 = none.
        size: (asset,) exposure in standard deviations; NaN = none.
        previous: (asset,) weights held, drifted to the day; None: from cash, when turnover
            is not limited.
        tradable: (asset,) who can be traded; the others keep their previous weight.
        settings: The limits.
        can_buy: (asset,) tradable names that can be bought; None: all of them.
        can_sell: (asset,) tradable names that can be sold; None: all of them.

    Returns:
        The portfolio. Where there is none, what is held is kept and the status says so.

    Raises:
        DeepAlphaError: An input has another shape or NaN, the benchmark does not sum to 1,
            nobody has a score, or the solver's answer breaks a limit that is not declared.
    """
    begin = time.perf_counter()
    check_inputs(alpha, benchmark, industry, size, previous, tradable)
    start = np.zeros(len(alpha)) if previous is None else previous.astype(np.float64)
    buy = tradable if can_buy is None else tradable & can_buy
    sell = tradable if can_sell is None else tradable & can_sell
    scored = np.isfinite(alpha)
    filled = np.where(scored, alpha, alpha[scored].min())
    exposed = np.isfinite(size) & (industry >= 0)
    lower, upper = _bounds(benchmark, start, scored, exposed, buy, sell, settings.active_cap)
    codes, group = np.unique(np.where(exposed, industry, -1), return_inverse=True)
    program = Program(
        filled, start, benchmark, lower, upper, group, len(codes), np.where(exposed, size, 0.0)
    )
    tight = Limits(
        np.inf if previous is None else settings.turnover_cap,
        settings.size_band,
        np.full(len(codes), settings.industry_band),
    )
    outcome, used = climb(
        program, tight, settings.size_step, settings.size_limit, settings.solver_seconds
    )
    rules = Rules(program, tight, codes, settings.active_cap, settings.turnover_cap, buy, sell)
    if outcome.weights is None:
        weights = start
        relaxations = declared_of_kept(rules, outcome.status, from_cash=previous is None)
    else:
        weights = outcome.weights
        relaxations = declared(rules, used, weights)
        assert_within(rules, used, relaxations, weights)
    return Solution(
        weights=weights,
        status="solver_failed" if outcome.status == "failed" else outcome.status,
        relaxations=relaxations,
        objective=float(filled @ weights),
        active_share=float(np.abs(weights - benchmark).sum() / 2),
        turnover_two_sided=program.turnover(weights),
        seconds=time.perf_counter() - begin,
        detail=outcome.detail,
    )


def _bounds(
    benchmark: FloatArray,
    start: FloatArray,
    scored: Mask,
    exposed: Mask,
    buy: Mask,
    sell: Mask,
    cap: float,
) -> tuple[FloatArray, FloatArray]:
    """Least and largest weight of each name, (asset,) each."""
    lower = np.where(exposed, np.maximum(benchmark - cap, 0.0), benchmark)
    upper = np.where(exposed, benchmark + cap, benchmark)
    held_or_benchmark = np.maximum(benchmark, start)
    upper = np.where(scored, upper, np.minimum(upper, held_or_benchmark))
    least = np.where(sell, 0.0, start)
    largest = np.where(buy, np.inf, start)
    # What can be done goes before what should be: a name that would have to be sold and
    # can not be, or bought and can not be, stays where it is.
    stuck = (least > upper) | (largest < lower)
    lower = np.where(stuck, start, np.maximum(lower, least))
    upper = np.where(stuck, start, np.minimum(upper, largest))
    return lower, upper
