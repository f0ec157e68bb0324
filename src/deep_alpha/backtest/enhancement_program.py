"""The linear program of one rebalance, for one set of limits and one aim."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
import scipy.sparse as sparse
from numpy.typing import NDArray

if TYPE_CHECKING:
    import cvxpy as cp

FloatArray = NDArray[np.float64]
Aim = Literal["alpha", "turnover", "industry"]
Status = Literal["optimal", "infeasible", "failed"]


@dataclass(frozen=True)
class Program:
    """What the limits of a rebalance are about; arrays are (asset,).

    Args:
        alpha: What a unit of weight is worth; no NaN.
        start: Weights before trading; zeros from cash.
        benchmark: Weights of the benchmark, sum 1.
        lower: Least weight after trading.
        upper: Largest weight after trading, not below ``lower``.
        group: Industry of each asset, numbered 0 … groups − 1.
        groups: Number of industries.
        size: Exposure to size in standard deviations; no NaN.
    """

    alpha: FloatArray
    start: FloatArray
    benchmark: FloatArray
    lower: FloatArray
    upper: FloatArray
    group: NDArray[np.int64]
    groups: int
    size: FloatArray

    def active_industries(self, weights: FloatArray) -> FloatArray:
        """(industry,): weight in each industry beyond the benchmark's."""
        active = weights - self.benchmark
        return np.bincount(self.group, active, minlength=self.groups).astype(np.float64)

    def industry_excess(self, weights: FloatArray, bands: FloatArray) -> FloatArray:
        """(industry,): absolute active weight beyond its band."""
        return np.maximum(np.abs(self.active_industries(weights)) - bands, 0.0)

    def active_size(self, weights: FloatArray) -> float:
        """Size exposure beyond the benchmark's, in standard deviations."""
        return float(self.size @ (weights - self.benchmark))

    def turnover(self, weights: FloatArray) -> float:
        """Two-sided: Σ|w − w_start|."""
        return float(np.abs(weights - self.start).sum())


@dataclass(frozen=True)
class Limits:
    """How far the portfolio may go.

    Args:
        turnover: Largest Σ|w − w_start|; infinite for none.
        size_band: Largest absolute active size exposure, standard deviations.
        industry_bands: (industry,): largest absolute active weight of each.
        industry_excess: Σ max(|active weight| − band, 0) over industries that is let pass.
    """

    turnover: float
    size_band: float
    industry_bands: FloatArray
    industry_excess: float = 0.0


@dataclass(frozen=True)
class Outcome:
    """What the solver says.

    Args:
        status: ``failed`` is everything but a proof: time limits, errors, inaccuracy.
        weights: (asset,) within their bounds, if optimal.
        detail: The solver's own words where it failed.
    """

    status: Status
    weights: FloatArray | None = None
    detail: str = ""


def solve(program: Program, limits: Limits, aim: Aim, seconds: float) -> Outcome:
    """Solve the rebalance with HiGHS.

    Weights are start + bought − sold. All limits of single weights and all bands are bounds
    of variables, so that there is one row for each industry, one each for the sum, the size
    and the turnover, and none for single assets.

    Args:
        program: The rebalance.
        limits: Its limits.
        aim: ``alpha``: the largest α'w. ``turnover``: the least Σ|w − w_start|.
            ``industry``: the least industry excess.
        seconds: Time limit.
    """
    import cvxpy as cp  # more than half a second, and settings are read without it

    below, above = program.lower - program.start, program.upper - program.start
    bought = _between(np.maximum(below, 0.0), np.maximum(above, 0.0))
    sold = _between(np.maximum(-above, 0.0), np.maximum(-below, 0.0))
    size = _between(np.array([-limits.size_band]), np.array([limits.size_band]))
    inside = _between(-limits.industry_bands, limits.industry_bands)
    reach = np.full(program.groups, np.inf if aim == "industry" else limits.industry_excess)
    over, under = (_between(np.zeros(program.groups), reach) for _ in range(2))

    ones = np.ones(len(below))
    membership = sparse.csr_matrix(
        (ones, (program.group, np.arange(len(ones)))), shape=(program.groups, len(ones))
    )
    trade = bought - sold
    turnover = ones @ (bought + sold)
    excess = np.ones(program.groups) @ (over + under)
    constraints = [
        ones @ trade == 1.0 - program.start.sum(),
        membership @ trade + program.active_industries(program.start) == inside + over - under,
        program.size[None, :] @ trade + program.active_size(program.start) == size,
    ]
    if np.isfinite(limits.turnover):
        constraints.append(turnover <= limits.turnover)
    if aim != "industry" and limits.industry_excess > 0:
        constraints.append(excess <= limits.industry_excess)
    objective = {
        "alpha": cp.Maximize(program.alpha @ trade),
        "turnover": cp.Minimize(turnover),
        "industry": cp.Minimize(excess),
    }[aim]
    problem = cp.Problem(objective, constraints)
    try:
        with warnings.catch_warnings():
            # Inaccurate solutions are refused below, and said so in the outcome.
            warnings.filterwarnings("ignore", message="Solution may be inaccurate")
            problem.solve(solver=cp.HIGHS, time_limit=seconds)  # type: ignore[no-untyped-call]
    except cp.SolverError as error:
        return Outcome("failed", detail=str(error))
    if problem.status in (cp.INFEASIBLE, cp.settings.INFEASIBLE_OR_UNBOUNDED):
        return Outcome("infeasible")  # all weights are bounded, so it can not be unbounded
    if problem.status != cp.OPTIMAL or bought.value is None or sold.value is None:
        return Outcome("failed", detail=f"HiGHS ended with status {problem.status!r}")
    weights = program.start + np.asarray(bought.value) - np.asarray(sold.value)
    return Outcome("optimal", np.clip(weights, program.lower, program.upper))


def _between(lower: FloatArray, upper: FloatArray) -> cp.Variable:
    import cvxpy as cp

    return cp.Variable(len(lower), bounds=[lower, upper])
