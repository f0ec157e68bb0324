"""Squared error of what industries and styles leave of a score: formula 3-3 (SPEC 001-F3).

With X the exposures of a day, M = I − X (X′X)⁻¹ X′ takes industries and styles out of the
day's scores ŷ, and the loss is the mean square of y − M ŷ. Since M is an orthogonal projection,

    ‖y − M ŷ‖² = ‖M y − M ŷ‖² + ‖(I − M) y‖²,

and the last term does not know ŷ: neutralising the target as well changes no gradient. What
a score holds of the styles is left open, so that the score to be used afterwards is M ŷ.

*Why equal weights, where the risk model weighs by √cap.* A weighted projection is orthogonal
in the weighted norm only: the identity would need the error weighted by √cap too, and a fit
to large names would no longer compare with one whose target is neutral, which counts
each name once. Equal weights keep the plain error, and M ŷ then has no correlation with any
style among the day's names, as the report measures it. So of the weight only the sign is
used: names without a positive one take no part in the regressions, nor in this loss.
"""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from deep_alpha.errors import TrainingError
from deep_alpha.risk.projection import Projection
from deep_alpha.training.projection import pad_projections
from deep_alpha.training.rows import RowBatch


def projected_squared_error(output: Tensor, batch: RowBatch) -> Tensor:
    """Mean of (y − M ŷ)² over the names that have exposures; others have no weight.

    Projections are made of the batch's own names: with a part of a day's names, M is that
    part's. Half precision is left before anything is projected.

    Args:
        output: Shape (n, heads); ŷ is the first column.
        batch: Rows with ``day`` and ``exposures``, in any order; ``weight`` multiplies the
            squares.

    Raises:
        ValueError: The batch has no days or no exposures.
        TrainingError: No name of the batch has an industry, all styles and a weight.
    """
    if batch.day is None or batch.exposures is None:
        raise ValueError("the neutralised loss needs rows with their day and exposures")
    scores = output[:, 0].to(torch.promote_types(output.dtype, torch.float32))
    days, day = torch.unique(batch.day, return_inverse=True)
    sizes = torch.bincount(day)
    order = day.argsort(stable=True)
    place = torch.empty_like(day)
    place[order] = torch.arange(len(day), device=day.device) - (sizes.cumsum(0) - sizes)[day[order]]

    exposures = batch.exposures.cpu().numpy()
    names = np.split(order.cpu().numpy(), sizes.cumsum(0)[:-1].tolist())
    projections = pad_projections([_projection(exposures[own]) for own in names], scores.dtype)
    projections = projections.to(scores.device)
    inside = projections.mask[day, place]
    count = int(inside.sum())
    if not count:
        raise TrainingError(
            f"none of the {len(batch)} samples of a batch of {len(days)} days has an industry, all "
            "style exposures and a positive weight: start training where the risk model has begun"
        )
    grid = scores.new_zeros(projections.mask.shape).index_put((day, place), scores)
    left = projections.project_out(grid)[day, place]
    squares = torch.where(inside, left - batch.target, 0.0).square()
    return (squares if batch.weight is None else batch.weight * squares).sum() / count


def project_scores(
    scores: NDArray[Any], exposures: NDArray[Any], offsets: NDArray[np.int64]
) -> NDArray[np.float32]:
    """What industries and styles leave of each day's scores, M ŷ, by the loss's own M.

    Args:
        scores: Shape (n,), finite for the names that have exposures.
        exposures: Shape (n, Q + 2), the columns of :class:`RowBatch`'s.
        offsets: Shape (days + 1,): rows of day d are ``offsets[d]:offsets[d + 1]``.

    Returns:
        Shape (n,); NaN for names without exposures.

    Raises:
        PanelError: A score is not finite, or an exposure is infinite.
    """
    left = np.full(len(scores), np.nan, dtype=np.float32)
    for start, stop in itertools.pairwise(offsets):
        left[start:stop] = _projection(exposures[start:stop]).residual(scores[start:stop])
    return left


def _projection(exposures: NDArray[Any]) -> Projection:
    styles, industry, weight = exposures[:, :-2], exposures[:, -2], exposures[:, -1]
    return Projection.of(styles, np.where(weight > 0, industry, -1.0))
