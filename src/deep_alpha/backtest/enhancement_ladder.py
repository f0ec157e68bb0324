"""What gives way, and in which order, when a rebalance has no solution (SPEC 2.11).

1. Turnover, to the least that any portfolio within the other limits needs.
2. The size band, step by step up to its limit; turnover again no more than needed.
3. Industries, by the least total weight beyond their bands; alpha decides which of them take
   the other side. Size is back at its own band and gives way only if that is not enough.

Names that can not be traded keep their weight from the start, whatever cap that breaks.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from deep_alpha.backtest.enhancement_program import Limits, Outcome, Program, solve

_SLACK = 1.0 + 1e-6
"""A limit set to exactly what is needed would leave a solver's tolerances no room."""

_SAME_STEP = 1e-9
"""0.15 / 0.05 falls short of 3."""


def climb(
    program: Program, tight: Limits, size_step: float, size_limit: float, seconds: float
) -> tuple[Outcome, Limits]:
    """The best portfolio under the tightest limits that have one.

    Args:
        program: The rebalance.
        tight: The limits that should hold.
        size_step: Step of the size band, standard deviations.
        size_limit: Widest size band.
        seconds: Time limit of each of the programs.

    Returns:
        The outcome, and the limits that it was found under.
    """
    outcome = solve(program, tight, "alpha", seconds)
    if outcome.status != "infeasible":
        return outcome, tight
    steps = int((size_limit - tight.size_band) / size_step + _SAME_STEP)
    rungs = [
        replace(tight, turnover=np.inf, size_band=tight.size_band + step * size_step)
        for step in range(steps + 1)
    ]
    # What the widest size band does not allow, no narrower one does.
    widest = solve(program, rungs[-1], "turnover", seconds)
    for limits in rungs if widest.status != "infeasible" else []:
        outcome, used = _under_least_turnover(program, tight, limits, seconds)
        if outcome.status != "infeasible":
            return outcome, used
    for limits in rungs:
        nearest = solve(program, limits, "industry", seconds)
        if nearest.status == "failed":
            return nearest, limits
        if nearest.weights is not None:
            excess = program.industry_excess(nearest.weights, limits.industry_bands).sum()
            widened = replace(limits, industry_excess=float(excess) * _SLACK)
            return _under_least_turnover(program, tight, widened, seconds)
    return outcome, tight


def _under_least_turnover(
    program: Program, tight: Limits, limits: Limits, seconds: float
) -> tuple[Outcome, Limits]:
    """The largest alpha with no more turnover than needed, or than was allowed anyway."""
    least = solve(program, limits, "turnover", seconds)
    if least.weights is None:
        return least, limits
    needed = program.turnover(least.weights) * _SLACK
    used = replace(limits, turnover=max(tight.turnover, needed))
    return solve(program, used, "alpha", seconds), used
