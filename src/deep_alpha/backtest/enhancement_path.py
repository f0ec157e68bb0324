"""An enhanced index walked through its decision dates (SPEC 2.11)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr
from numpy.typing import NDArray

from deep_alpha.backtest.benchmark import Benchmark
from deep_alpha.backtest.enhancement import EnhancementSettings, Solution, enhance
from deep_alpha.backtest.enhancement_inputs import Known, gather
from deep_alpha.backtest.enhancement_program import FloatArray
from deep_alpha.errors import DeepAlphaError

SMALLEST_HOLDING = 1e-6
"""Weights below this are a solver's dust and count as no holding."""


@dataclass(frozen=True)
class EnhancementPath:
    """Decisions of an enhanced index.

    Args:
        targets: Decision date × asset: weights chosen at that close, to be traded the day
            after.
        relaxations: One row for each limit that did not hold as set: date, constraint,
            member (industry or asset, or empty), from, to, by, reason.
        decisions: Indexed by date: status, detail, holdings, turnover_two_sided,
            active_share, objective (in cross-sectional standard deviations of the score),
            stuck (holdings that can not be traded at all), written_off (weight), unmatched
            (weight of benchmark names that neither trade nor have exposures), benchmark (its
            source that day), seconds.
    """

    targets: pd.DataFrame
    relaxations: pd.DataFrame
    decisions: pd.DataFrame


def enhancement_path(
    scores: pd.DataFrame,
    benchmark: Benchmark,
    exposures: xr.Dataset,
    panel: xr.Dataset,
    every: int,
    settings: EnhancementSettings,
) -> EnhancementPath:
    """Rebalance on every ``every``-th date that has scores.

    Alpha is the score, neutralised if the settings say so, in standard deviations of the
    day's scored names; see :func:`deep_alpha.backtest.enhancement.enhance` for names without
    one. Who trades the day after is not known: a name counts as tradable if it traded that
    day, as not to be bought if it closed at its upper limit, and as not to be sold if it
    closed at its lower one. Between decisions weights drift with closes as if all orders had
    been filled at the close of the decision; what was not filled is for the simulator to
    say. Benchmark names that neither trade nor have exposures are left out of the benchmark
    and its other weights scaled to 1.

    Args:
        scores: Date × asset, known at the close of each date; NaN = not in the universe.
        benchmark: Weights by date.
        exposures: ``exposure`` with style SIZE, ``industry`` and ``cap`` of a risk model,
            same assets as the panel (see ``RiskModel.exposures``).
        panel: The market panel.
        every: Dates from one decision to the next, counted over dates with scores.
        settings: The limits.

    Returns:
        One decision for each date, relaxations and figures; nothing uses data after its
        date.

    Raises:
        PanelError: Dates or assets do not fit together, or a decision has no benchmark.
        DeepAlphaError: As of ``enhance``; the message names the date.
    """
    known = gather(scores, benchmark, exposures, panel, every, settings)
    assets = panel["asset"].to_numpy().astype(str)
    labels = {-1: "none"} | dict(enumerate(exposures["industry_name"].to_numpy().astype(str)))
    targets = np.empty(known.alpha.shape)
    relaxed: list[dict[str, Any]] = []
    decisions: list[dict[str, Any]] = []
    held: FloatArray | None = None
    for day, date in enumerate(known.dates):
        written_off = 0.0
        if held is not None:
            held = _drifted(held, known.marked[day - 1], known.marked[day])
            gone = known.idle[day] > settings.written_off_days
            written_off = float(held[gone].sum())
            held = np.where(gone, 0.0, held)
        solution = _decide(known, day, held, settings)
        targets[day] = solution.weights
        relaxed += [
            {
                "date": date,
                "constraint": one.constraint,
                "member": _member(one.constraint, one.member, labels, assets),
                "from": one.from_,
                "to": one.to,
                "by": one.by,
                "reason": one.reason,
            }
            for one in solution.relaxations
        ]
        idle = ~(known.can_buy[day] | known.can_sell[day])
        stuck = 0 if held is None else int(np.count_nonzero(idle & (held > SMALLEST_HOLDING)))
        decisions.append(
            {
                "status": solution.status,
                "detail": solution.detail,
                "holdings": int(np.count_nonzero(solution.weights > SMALLEST_HOLDING)),
                "turnover_two_sided": solution.turnover_two_sided,
                "active_share": solution.active_share,
                "objective": solution.objective,
                "stuck": stuck,
                "written_off": written_off,
                "unmatched": float(known.unmatched[day]),
                "benchmark": benchmark.source.loc[date, "source"],
                "seconds": solution.seconds,
            }
        )
        if held is not None or solution.status == "optimal":
            held = solution.weights
    columns = ["date", "constraint", "member", "from", "to", "by", "reason"]
    return EnhancementPath(
        pd.DataFrame(targets, known.dates, pd.Index(assets)),
        pd.DataFrame(relaxed, columns=columns),
        pd.DataFrame(decisions, index=known.dates),
    )


def _decide(
    known: Known, day: int, held: FloatArray | None, settings: EnhancementSettings
) -> Solution:
    try:
        return enhance(
            known.alpha[day],
            known.benchmark[day],
            known.industry[day],
            known.size[day],
            held,
            known.can_buy[day] | known.can_sell[day],
            settings,
            can_buy=known.can_buy[day],
            can_sell=known.can_sell[day],
        )
    except DeepAlphaError as error:
        raise DeepAlphaError(f"{known.dates[day]:%Y-%m-%d}: {error}") from error


def _drifted(held: FloatArray, before: FloatArray, after: FloatArray) -> FloatArray:
    """Weights from one close to a later one; what is not invested is cash and stands still."""
    grown = held * np.nan_to_num(after / before, nan=1.0)
    result: FloatArray = grown / (grown.sum() + 1.0 - held.sum())
    return result


def _member(
    constraint: str, member: int | None, industries: dict[int, str], assets: NDArray[np.str_]
) -> str:
    if member is None:
        return ""
    return industries[member] if constraint == "industry" else str(assets[member])
