"""Interior-point method for linear support vector regression on rows held in memory.

The dual of the problem (SPEC 000-M11) is a quadratic program whose only dense part has
the rank of the features: each step of Mehrotra's predictor-corrector method costs one
weighted Gram matrix of d + 1 columns, and a dozen or two of them end at any gap.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from scipy.linalg import cho_factor, cho_solve

from deep_alpha.models.svr_certificate import (
    FloatArray,
    dual_bound,
    relative_gap,
    sums_by_sign,
    svr_objective,
)

_BLOCK = 4096
_TO_THE_EDGE = 0.99
_STALLED, _ROUNDING = 1e-8, 1e-15
_JITTER = 1e-13
_SIDES = np.array([[1.0], [-1.0]])


@dataclass(frozen=True)
class Piece:
    """Rows whose multipliers are sought, and sums of rows whose multipliers are known.

    Args:
        rows: Shape (k, d + 2): (x, 1, y).
        cost: C, the price of one unit outside the tube.
        epsilon: Half the width of the tube, in units of y.
        above: Shape (d + 2,): sum of the further rows taken to stay above the tube.
        below: The same of those below it. Rows that stay inside add nothing.
    """

    rows: FloatArray
    cost: float
    epsilon: float
    above: FloatArray
    below: FloatArray

    def objective(self, line: FloatArray, residuals: FloatArray) -> float:
        """The objective with each further row priced by its side, which is never too much."""
        further = (self.above - self.below) @ np.append(-line, 1.0)
        further -= self.epsilon * (self.above[-2] + self.below[-2])
        near = svr_objective(line, residuals, self.cost, self.epsilon)
        return near + self.cost * float(further)

    def sums_by_sign(self, multipliers: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Σ multiplier · (x, 1, y) by sign, further rows at C and −C."""
        positive, negative = sums_by_sign(self.rows, multipliers)
        return positive + self.cost * self.above, negative - self.cost * self.below


class Ended(NamedTuple):
    """Where the method ended: the best line, a lower bound, steps taken."""

    line: FloatArray
    lower_bound: float
    iterations: int


def interior_point(piece: Piece, line: FloatArray, gap: float, max_iterations: int) -> Ended:
    """Fit the line of a piece.

    Args:
        piece: The rows.
        line: Shape (d + 1,): w and b to begin with.
        gap: Relative gap between objective and lower bound that is good enough.
        max_iterations: Steps at most.

    Returns:
        The line with the smallest objective seen. The bound holds for the whole problem,
        whichever side its further rows are on. Ends early where rounding stops progress.

    Raises:
        TrainingError: A feature or a target is not finite.
    """
    residuals = piece.rows @ np.append(-line, 1.0)
    point = _start(piece, residuals)
    best, best_objective = line, piece.objective(line, residuals)
    bound, iterations, length = 0.0, 0, 1.0
    while True:
        positive, negative = piece.sums_by_sign(point.multiplier[0] - point.multiplier[1])
        bound = max(bound, dual_bound(positive, negative, piece.epsilon))
        good = relative_gap(best_objective, bound) <= gap
        exhausted = length < _STALLED or point.complementarity() <= _ROUNDING * best_objective
        if good or exhausted or iterations >= max_iterations:
            return Ended(best, bound, iterations)
        imbalance = np.append(line[:-1], 0.0) - (positive + negative)[:-1]
        move, step = _newton_step(piece.rows[:, :-1], point, imbalance)
        length = min(1.0, _TO_THE_EDGE * point.longest(step))
        line, point = line + length * move, point.moved(step, length)
        residuals = piece.rows @ np.append(-line, 1.0)
        iterations += 1
        objective = piece.objective(line, residuals)
        if objective < best_objective:
            best, best_objective = line, objective


class _Point(NamedTuple):
    """Positive variables, each (2, k): of the tube's upper edge, of its lower edge.

    outside − inside = ±r − ε always; at the optimum multiplier · inside = 0 and
    room · outside = 0.

    Args:
        multiplier: α of the edge.
        room: C − α.
        inside: How far the residual is inside the edge.
        outside: How far it is outside, which is what C is paid for.
    """

    multiplier: FloatArray
    room: FloatArray
    inside: FloatArray
    outside: FloatArray

    def moved(self, step: _Point, length: float) -> _Point:
        return _Point(*(value + length * part for value, part in zip(self, step, strict=True)))

    def longest(self, step: _Point) -> float:
        """Length at which the first variable becomes 0; infinite where none does."""
        rate = max(float(np.max(-part / value)) for value, part in zip(self, step, strict=True))
        return 1.0 / rate if rate > 0.0 else np.inf

    def complementarity(self) -> float:
        """The gap that is left, rounding and imbalance apart."""
        return float(np.vdot(self.multiplier, self.inside) + np.vdot(self.room, self.outside))


def _start(piece: Piece, residuals: FloatArray) -> _Point:
    """Multipliers in the middle of their range; distances as they are, moved off zero."""
    beyond = _SIDES * residuals - piece.epsilon
    away = np.abs(beyond).mean()
    middle = np.full_like(beyond, piece.cost / 2.0)
    return _Point(
        multiplier=middle,
        room=middle,
        inside=np.maximum(-beyond, 0.0) + away,
        outside=np.maximum(beyond, 0.0) + away,
    )


def _newton_step(
    rows: FloatArray, point: _Point, imbalance: FloatArray
) -> tuple[FloatArray, _Point]:
    """Mehrotra's predictor and corrector: the move of the line, and of all variables.

    Args:
        rows: Shape (k, d + 1): x and 1.
        point: Where the variables are.
        imbalance: Shape (d + 1,): w − Σ multiplier · x, and −Σ multiplier.
    """
    multiplier, room, inside, outside = point
    weights = 1.0 / (outside / room + inside / multiplier)
    solve = _system(rows, weights.sum(axis=0))

    def step(to_inside: FloatArray, to_outside: FloatArray) -> tuple[FloatArray, _Point]:
        shift = (to_inside / multiplier - to_outside / room) * weights
        move = solve((shift[0] - shift[1]) @ rows - imbalance)
        change = shift - _SIDES * (rows @ move) * weights
        return move, _Point(
            multiplier=change,
            room=-change,
            inside=(to_inside - inside * change) / multiplier,
            outside=(to_outside + outside * change) / room,
        )

    _, predicted = step(-multiplier * inside, -room * outside)
    before = point.complementarity()
    after = point.moved(predicted, min(1.0, point.longest(predicted))).complementarity()
    aim = before * (after / before) ** 3 / (2 * multiplier.size)
    return step(
        aim - multiplier * inside - predicted.multiplier * predicted.inside,
        aim - room * outside - predicted.room * predicted.outside,
    )


def _system(rows: FloatArray, weights: FloatArray) -> Callable[[FloatArray], FloatArray]:
    """Solver of the Newton system: the penalty of w plus the weighted Gram matrix."""
    width = rows.shape[1]
    matrix = np.diag(np.append(np.ones(width - 1), 0.0))
    roots = np.sqrt(weights)[:, None]
    for start in range(0, len(rows), _BLOCK):
        block = rows[start : start + _BLOCK] * roots[start : start + _BLOCK]
        matrix += block.T @ block
    # Unit diagonal: columns of any scale are alike, and one jitter serves collinear ones.
    scale = 1.0 / np.sqrt(matrix.diagonal())
    factor = cho_factor(matrix * scale * scale[:, None] + _JITTER * np.eye(width))

    def solve(right: FloatArray) -> FloatArray:
        solution: FloatArray = scale * cho_solve(factor, scale * right)
        return solution

    return solve
