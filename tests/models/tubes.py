"""Rows for support vector regression, and its problem written out for a general QP solver."""

from __future__ import annotations

import cvxpy as cp
import numpy as np


def simulated(rows, width=6, seed=0):
    """Correlated features with fat tails and a weakly predictable target of unit size."""
    random = np.random.default_rng(seed)
    common = random.normal(size=(rows, 2)) @ random.normal(size=(2, width))
    features = (0.5 * common + random.standard_t(5, size=(rows, width))).astype(np.float32)
    target = features @ random.normal(size=width) * 0.1 + random.standard_t(4, size=rows) * 0.7
    return features, target.astype(np.float32)


def objective(features, target, coefficients, intercept, cost, epsilon):
    """The objective, term by term."""
    total = 0.5 * float(np.sum(np.square(coefficients, dtype=np.float64)))
    for x, y in zip(features.astype(np.float64), target.astype(np.float64), strict=True):
        residual = y - x @ coefficients - intercept
        total += cost * max(0.0, abs(residual) - epsilon)
    return total


def optimum(features, target, cost=1.0, epsilon=0.1):
    """Coefficients and objective by a general convex solver."""
    x, y = features.astype(np.float64), target.astype(np.float64)
    w, b = cp.Variable(x.shape[1]), cp.Variable()
    loss = cp.sum(cp.pos(cp.abs(y - x @ w - b) - epsilon))
    problem = cp.Problem(cp.Minimize(0.5 * cp.sum_squares(w) + cost * loss))
    problem.solve(
        solver=cp.CLARABEL, tol_gap_abs=1e-12, tol_gap_rel=1e-12, tol_feas=1e-12, max_iter=500
    )
    return w.value, objective(features, target, w.value, float(b.value), cost, epsilon)
