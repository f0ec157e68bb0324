"""How good a support vector line is: its objective, and a bound that no line goes below.

Rows are written (x, 1, y), a line as (w, b), residuals as r = y − w·x − b. The objective
is P = ½‖w‖² + C·Σ max(0, |r| − ε), the intercept not penalised (SPEC 000-M11); the bound
is the value of a feasible point of its dual. Both are right up to rounding in float64.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from deep_alpha.errors import TrainingError

FloatArray = NDArray[np.float64]


@dataclass(frozen=True)
class SupportVectorLine:
    """A fitted line and its certificate.

    Args:
        coefficients: Shape (d,): w, units of y per unit of each feature.
        intercept: b, in units of y.
        objective: P of the line.
        lower_bound: P_low: no line has a smaller objective.
        support: Rows outside the tube.
        iterations: Newton steps, or those of the solver that made the line.
    """

    coefficients: FloatArray
    intercept: float
    objective: float
    lower_bound: float
    support: int
    iterations: int

    @property
    def gap(self) -> float:
        """(P − P_low) / P_low."""
        return relative_gap(self.objective, self.lower_bound)


def relative_gap(objective: float, lower_bound: float) -> float:
    """(P − P_low) / P_low: 0 where they meet, infinite without a positive bound."""
    if objective <= lower_bound:
        return 0.0
    return (objective - lower_bound) / lower_bound if lower_bound > 0.0 else np.inf


def svr_objective(line: FloatArray, residuals: FloatArray, cost: float, epsilon: float) -> float:
    """P of a line.

    Args:
        line: Shape (d + 1,).
        residuals: Shape (n,).
        cost: C, the price of one unit outside the tube.
        epsilon: Half the width of the tube, in units of y.

    Raises:
        TrainingError: It is not finite, so a feature or a target is not.
    """
    loss = np.maximum(np.abs(residuals) - epsilon, 0.0).sum()
    value = float(0.5 * line[:-1] @ line[:-1] + cost * loss)
    if not np.isfinite(value):
        raise TrainingError(
            f"the support vector objective is {value}: the train rows hold a feature or a target "
            "that is not finite; leave those rows out"
        )
    return value


def sums_by_sign(rows: FloatArray, multipliers: FloatArray) -> FloatArray:
    """Shape (2, d + 2): Σ multiplier · (x, 1, y) over positive ones, and over negative ones."""
    sums: FloatArray = np.stack([np.maximum(multipliers, 0.0), np.minimum(multipliers, 0.0)]) @ rows
    return sums


def dual_bound(positive: FloatArray, negative: FloatArray, epsilon: float) -> float:
    """P_low from any multipliers within [−C, C].

    The dual also asks that they sum to zero: those of the heavier sign are scaled down
    until they do, and then all of them by the factor that makes the bound highest.

    Args:
        positive: Shape (d + 2,): Σ multiplier · (x, 1, y) over positive multipliers.
        negative: The same over negative ones.
        epsilon: Half the width of the tube.

    Returns:
        The dual's value there, 0 or more.
    """
    size = min(positive[-2], -negative[-2])
    if size <= 0.0:
        return 0.0
    balanced = positive * (size / positive[-2]) - negative * (size / negative[-2])
    gain = float(balanced[-1] - 2.0 * epsilon * size)
    square = float(balanced[:-2] @ balanced[:-2])
    if gain <= 0.0:
        return 0.0
    share = 1.0 if gain >= square else gain / square
    return share * gain - 0.5 * share**2 * square


def certified_line(
    features: NDArray[np.floating],
    target: NDArray[np.floating],
    coefficients: FloatArray,
    intercept: float,
    multipliers: FloatArray,
    *,
    cost: float,
    epsilon: float,
    iterations: int = 0,
) -> SupportVectorLine:
    """The certificate of a line and multipliers that another solver found.

    Args:
        features: Shape (n, d).
        target: Shape (n,).
        coefficients: Shape (d,): w.
        intercept: b.
        multipliers: Shape (n,): α − α* of each row; those beyond ±C count as ±C.
        cost: C.
        epsilon: Half the width of the tube.
        iterations: What the solver took.

    Raises:
        TrainingError: A feature or a target is not finite.
    """
    # Measured from the line's own intercept, targets lose fewer digits in the bound's sums.
    shifted = np.asarray(target, dtype=np.float64) - intercept
    rows = np.column_stack([features, np.ones(len(shifted)), shifted]).astype(np.float64)
    line = np.append(coefficients, 0.0)
    residuals = rows @ np.append(-line, 1.0)
    positive, negative = sums_by_sign(rows, np.clip(multipliers, -cost, cost))
    return SupportVectorLine(
        coefficients=coefficients,
        intercept=intercept,
        objective=svr_objective(line, residuals, cost, epsilon),
        lower_bound=dual_bound(positive, negative, epsilon),
        support=int(np.count_nonzero(np.abs(residuals) > epsilon)),
        iterations=iterations,
    )
