"""No limit of a rebalance is exceeded in silence: declarations, and the check of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from deep_alpha.backtest.enhancement_program import FloatArray, Limits, Program
from deep_alpha.errors import DeepAlphaError

TOLERANCE = 1e-6
"""Weights and exposures this close to a limit are within it: HiGHS works to 1e-7."""


@dataclass(frozen=True)
class Relaxation:
    """A limit that does not hold as it was set.

    Args:
        constraint: ``turnover``, ``size``, ``industry``, ``active_cap`` or ``invested``.
        member: Code of the industry, or position of the asset; None where it is all one.
        from_: The limit as set.
        to: The limit as it was used instead.
        reason: Why.
    """

    constraint: str
    member: int | None
    from_: float
    to: float
    reason: str

    @property
    def by(self) -> float:
        """How much further it goes, in the limit's own unit."""
        return self.to - self.from_


@dataclass(frozen=True)
class Rules:
    """What the settings ask for, to hold a portfolio against.

    Args:
        program: The rebalance.
        tight: The limits as set; turnover is infinite from cash.
        codes: (industry,): the caller's codes of the program's industries.
        active_cap: Largest |w − w_benchmark|.
        turnover_cap: As set, from cash too.
        buy: (asset,) who can be bought.
        sell: (asset,) who can be sold.
    """

    program: Program
    tight: Limits
    codes: NDArray[np.integer]
    active_cap: float
    turnover_cap: float
    buy: NDArray[np.bool_]
    sell: NDArray[np.bool_]


def declared(rules: Rules, used: Limits, weights: FloatArray) -> tuple[Relaxation, ...]:
    """What gave way for an optimal portfolio: the ladder's rungs, and names that are stuck."""
    tight, found = rules.tight, []
    if np.isinf(tight.turnover):
        found.append(
            Relaxation(
                "turnover",
                None,
                rules.turnover_cap,
                rules.program.turnover(weights),
                "entering from cash",
            )
        )
    elif used.turnover > tight.turnover:
        found.append(
            Relaxation(
                "turnover", None, tight.turnover, used.turnover, "least that the limits allow"
            )
        )
    if used.size_band > tight.size_band:
        found.append(
            Relaxation("size", None, tight.size_band, used.size_band, "no portfolio without")
        )
    found += _beyond_the_bands(rules, weights, "no portfolio without")
    # Only names that can not be traded both ways can be stuck outside of the cap.
    stuck = (weights == rules.program.start) & ~(rules.buy & rules.sell)
    return (*found, *_beyond_the_cap(rules, weights, stuck, "can not be traded"))


def declared_of_kept(rules: Rules, status: str, *, from_cash: bool) -> tuple[Relaxation, ...]:
    """What does not hold where the previous weights had to be kept."""
    program, tight, weights = rules.program, rules.tight, rules.program.start
    reason = f"kept what is held: {status}"
    found = []
    if abs(weights.sum() - 1.0) > TOLERANCE:
        found.append(Relaxation("invested", None, 1.0, float(weights.sum()), reason))
    if from_cash:
        return tuple(found)
    size = abs(program.active_size(weights))
    if size > tight.size_band + TOLERANCE:
        found.append(Relaxation("size", None, tight.size_band, size, reason))
    found += _beyond_the_bands(rules, weights, reason)
    everybody = np.ones(len(weights), dtype=np.bool_)
    return (*found, *_beyond_the_cap(rules, weights, everybody, reason))


def assert_within(
    rules: Rules, used: Limits, relaxations: tuple[Relaxation, ...], weights: FloatArray
) -> None:
    """Check every limit of a portfolio by its weights alone.

    Raises:
        DeepAlphaError: Names the first limit that is broken without a declaration.
    """
    program = rules.program
    moved = weights - program.start
    caps = np.full(len(weights), rules.active_cap)
    for relaxation in relaxations:
        if relaxation.constraint == "active_cap":
            caps[relaxation.member] = relaxation.to
    beyond = program.industry_excess(weights, used.industry_bands)
    excesses = {
        "the sum of weights": abs(float(weights.sum()) - 1.0),
        "no short positions": float(-weights.min()),
        "the active cap": float((np.abs(weights - program.benchmark) - caps).max()),
        "turnover": program.turnover(weights) - used.turnover,
        "the size band": abs(program.active_size(weights)) - used.size_band,
        "the industries' bands": float(beyond.sum()) - used.industry_excess,
        "names that can not be bought": float(moved[~rules.buy].max(initial=0.0)),
        "names that can not be sold": float((-moved[~rules.sell]).max(initial=0.0)),
    }
    for limit, excess in excesses.items():
        if not excess <= TOLERANCE:
            raise DeepAlphaError(
                f"rebalance: {limit} is broken by {excess:.3g} in a solution that the solver "
                "calls optimal, and no relaxation declares it"
            )


def check_inputs(
    alpha: FloatArray,
    benchmark: FloatArray,
    industry: NDArray[np.integer],
    size: FloatArray,
    previous: FloatArray | None,
    tradable: NDArray[np.bool_],
) -> None:
    """Refuse a rebalance that makes no sense.

    Raises:
        DeepAlphaError: Names the input and the rule.
    """
    inputs: dict[str, NDArray[Any]] = {
        "benchmark": benchmark,
        "industry": industry,
        "size": size,
        "tradable": tradable,
    }
    if previous is not None:
        inputs["previous"] = previous
    for name, values in inputs.items():
        if values.shape != alpha.shape:
            raise DeepAlphaError(
                f"rebalance: {name} has shape {values.shape}, alpha has {alpha.shape}"
            )
    for name in ("benchmark", "previous"):
        if name in inputs and not np.greater_equal(inputs[name], 0).all():
            raise DeepAlphaError(f"rebalance: {name} weights must be 0 or more, without NaN")
    if abs(benchmark.sum() - 1.0) > TOLERANCE:
        raise DeepAlphaError(
            f"rebalance: benchmark weights sum to {benchmark.sum():.6f}; they must sum to 1"
        )
    if not np.isfinite(alpha).any():
        raise DeepAlphaError("rebalance: nobody has a score")


def _beyond_the_bands(rules: Rules, weights: FloatArray, reason: str) -> list[Relaxation]:
    bands = rules.tight.industry_bands
    excess = rules.program.industry_excess(weights, bands)
    return [
        Relaxation(
            "industry",
            int(rules.codes[place]),
            float(bands[place]),
            float(bands[place] + excess[place]),
            reason,
        )
        for place in np.flatnonzero(excess > TOLERANCE)
    ]


def _beyond_the_cap(
    rules: Rules, weights: FloatArray, who: NDArray[np.bool_], reason: str
) -> list[Relaxation]:
    active = np.abs(weights - rules.program.benchmark)
    return [
        Relaxation("active_cap", int(place), rules.active_cap, float(active[place]), reason)
        for place in np.flatnonzero(who & (active > rules.active_cap + TOLERANCE))
    ]
