"""Linear support vector regression at any size, with a proof of how good it is.

The problem (SPEC 000-M11) is the minimum over w and b of ½‖w‖² + C·Σ max(0, |y − w·x − b| − ε),
the intercept not penalised: that of ``sklearn.svm.SVR(kernel="linear")``, whose time grows
with n² to n³.

Most residuals stay on their side of the tube's edges between a good line and the best
one, and such rows enter by their sums alone. So the line of a subsample tells rows near
an edge, for their leverage, from the others; an interior-point method fits those near;
and one pass over all rows proves the result or asks for another round. Portnoy and
Koenker ("The Gaussian hare and the Laplacian tortoise", 1997) did this for quantile
regression.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from deep_alpha.errors import TrainingError
from deep_alpha.models.svr_certificate import (
    FloatArray,
    SupportVectorLine,
    relative_gap,
    svr_objective,
)
from deep_alpha.models.svr_interior_point import Ended, Piece, interior_point

_BLOCK = 8192
_ROUGH_GAP = 1e-3
_JITTER = 1e-10


@dataclass(frozen=True)
class _Scan:
    """What one pass over all rows finds for a line."""

    line: FloatArray
    residuals: FloatArray
    above: FloatArray
    below: FloatArray
    objective: float


@dataclass(frozen=True)
class _Rows:
    """All rows (x, 1, y), read in blocks; y in float64, measured from its median."""

    features: NDArray[np.float32]
    positions: NDArray[np.int64]
    target: FloatArray
    cost: float
    epsilon: float

    def __len__(self) -> int:
        return len(self.positions)

    def gather(self, which: NDArray[np.int64] | slice) -> FloatArray:
        """Shape (k, d + 2)."""
        target = self.target[which]
        gathered = np.ones((len(target), self.features.shape[1] + 2))
        gathered[:, :-2] = self.features[self.positions[which]]
        gathered[:, -1] = target
        return gathered

    def scan(self, line: FloatArray) -> _Scan:
        residuals = np.empty(len(self))
        above, below = np.zeros((2, len(line) + 1))
        for start in range(0, len(self), _BLOCK):
            span = slice(start, start + _BLOCK)
            block = self.gather(span)
            found = residuals[span] = block @ np.append(-line, 1.0)
            above += (found > self.epsilon).astype(np.float64) @ block
            below += (found < -self.epsilon).astype(np.float64) @ block
        objective = svr_objective(line, residuals, self.cost, self.epsilon)
        return _Scan(line, residuals, above, below, objective)

    def subsample(self, size: int) -> Piece:
        """Rows evenly spread in time, as dear together as all rows are."""
        spread = np.arange(size) * len(self) // size
        nothing = np.zeros(self.features.shape[1] + 2)
        cost = self.cost * len(self) / size
        return Piece(self.gather(spread), cost, self.epsilon, nothing, nothing)

    def leverage(self, sample: FloatArray) -> NDArray[np.float32]:
        """How far a row's residual moves with the line, shape (n,).

        It is √(zᵀG⁻¹z) of z = (x, 1), with G the second moments of a sample's rows.
        """
        known = sample[:, :-1]
        gram = known.T @ known
        scale = 1.0 / np.sqrt(np.maximum(gram.diagonal(), np.finfo(np.float64).tiny))
        root = np.linalg.cholesky(gram * scale * scale[:, None] + _JITTER * np.eye(len(gram)))
        whiten = scale[:, None] * np.linalg.inv(root).T
        leverage = np.empty(len(self), dtype=np.float32)
        for start in range(0, len(self), _BLOCK):
            span = slice(start, start + _BLOCK)
            white = self.gather(span)[:, :-1] @ whiten
            leverage[span] = np.sqrt(np.einsum("ij,ij->i", white, white))
        return leverage

    def near_the_edges(self, scan: _Scan, leverage: NDArray[np.float32], size: int) -> Piece:
        """The rows nearest to an edge for their leverage; the others are taken to keep their side.

        Rows of high leverage are few and move most: distance alone would leave them out.
        """
        distance = np.abs(np.abs(scan.residuals) - self.epsilon) / leverage
        nearest = np.sort(np.argpartition(distance, size)[:size])
        near, residuals = self.gather(nearest), scan.residuals[nearest]
        above = scan.above - (residuals > self.epsilon).astype(np.float64) @ near
        below = scan.below - (residuals < -self.epsilon).astype(np.float64) @ near
        return Piece(near, self.cost, self.epsilon, above, below)

    def whole(self) -> Piece:
        """All rows."""
        nothing = np.zeros(self.features.shape[1] + 2)
        return Piece(self.gather(slice(None)), self.cost, self.epsilon, nothing, nothing)


def fit_support_vector_line(
    features: NDArray[np.float32],
    target: NDArray[np.floating],
    positions: NDArray[np.int64] | None = None,
    *,
    cost: float = 1.0,
    epsilon: float = 0.1,
    gap: float = 1e-5,
    max_iterations: int = 300,
) -> SupportVectorLine:
    """Fit a line to any number of rows, to a proven relative gap.

    Where all targets fit into the tube, w is 0 and every intercept within ε of all of
    them is optimal: the middle of the targets' range is taken, as libsvm does. Memory
    beside the features is a few times that of (n·d)^⅔ rows in float64, more only where
    rounds fail, and ten vectors of n.

    Args:
        features: Shape (table rows, d), finite; may be memory-mapped, is read in blocks.
        target: Shape (n,), finite.
        positions: Shape (n,): the table row of each target; None for all in order.
        cost: C, the price of one unit outside the tube, of each row.
        epsilon: Half the width of the tube, in units of y.
        gap: Relative gap to the lower bound that is good enough.
        max_iterations: Newton steps at most, all rounds together.

    Returns:
        The line. Its gap exceeds ``gap`` only where rounding allows no smaller one.

    Raises:
        TrainingError: A feature or a target is not finite, or the steps do not suffice.
    """
    count, width = len(target), features.shape[1]
    values = np.asarray(target, dtype=np.float64)
    low, high = float(values.min()), float(values.max())
    if not np.isfinite(high - low):
        raise TrainingError(
            f"support vector regression: targets run from {low} to {high}; leave out train rows "
            "whose target is not finite"
        )
    if high - low <= 2.0 * epsilon:
        return SupportVectorLine(np.zeros(width), (low + high) / 2.0, 0.0, 0.0, 0, 0)
    centre = float(np.median(values))
    positions = np.arange(count) if positions is None else positions
    rows = _Rows(features, positions, values - centre, cost, epsilon)

    found = _Found(rows.scan(np.zeros(width + 1)), 0.0, 0)
    size = int((count * (width + 1.0)) ** (2.0 / 3.0)) + 1
    if size < count:
        found = _in_rounds(rows, size, gap, max_iterations)
    if found.gap > gap and found.iterations < max_iterations:
        found = _with_all_rows(rows, found, gap, max_iterations)
    if found.gap > gap and found.iterations >= max_iterations:
        raise TrainingError(
            f"support vector regression: the gap is {found.gap:.1e} after {found.iterations} "
            f"iterations, above the {gap:.0e} asked for; raise max_iterations, or gap"
        )
    best = found.scan
    return SupportVectorLine(
        coefficients=best.line[:-1],
        intercept=float(best.line[-1]) + centre,
        objective=best.objective,
        lower_bound=found.lower_bound,
        support=int(np.count_nonzero(np.abs(best.residuals) > epsilon)),
        iterations=found.iterations,
    )


class _Found(NamedTuple):
    """The best line so far, and what is known about the optimum."""

    scan: _Scan
    lower_bound: float
    iterations: int

    @property
    def gap(self) -> float:
        return relative_gap(self.scan.objective, self.lower_bound)

    def after(self, ended: Ended, scan: _Scan) -> _Found:
        """The better of two lines, the higher of two bounds."""
        return _Found(
            scan=min(self.scan, scan, key=lambda one: one.objective),
            lower_bound=max(self.lower_bound, ended.lower_bound),
            iterations=self.iterations + ended.iterations,
        )


def _in_rounds(rows: _Rows, size: int, gap: float, max_iterations: int) -> _Found:
    """Fit a subsample, then the rows near an edge of its line, until the gap is reached."""
    sample = rows.subsample(size)
    start = np.zeros(len(rows.features[0]) + 1)
    rough = interior_point(sample, start, _ROUGH_GAP, max_iterations)
    leverage = rows.leverage(sample.rows)
    found = _Found(rows.scan(rough.line), 0.0, rough.iterations)
    while found.gap > gap and size < len(rows) and found.iterations < max_iterations:
        near = rows.near_the_edges(found.scan, leverage, size)
        left = max_iterations - found.iterations
        ended = interior_point(near, found.scan.line, gap / 2.0, left)
        before, found = found, found.after(ended, rows.scan(ended.line))
        if found.scan is before.scan or found.gap > before.gap / 10.0:
            # Too many rows crossed an edge that they were taken to stay away from.
            size *= 2
    return found


def _with_all_rows(rows: _Rows, found: _Found, gap: float, max_iterations: int) -> _Found:
    left = max_iterations - found.iterations
    ended = interior_point(rows.whole(), found.scan.line, gap, left)
    return found.after(ended, rows.scan(ended.line))
