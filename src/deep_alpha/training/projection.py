"""Days' projections as one differentiable operation, for neutralised losses (SPEC 001-F3)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from deep_alpha.risk.projection import Projection


@dataclass(frozen=True)
class ProjectionBatch:
    """Projections of B days, padded to the most names N and the largest rank K.

    Args:
        basis: Shape (B, N, K), orthonormal in each day; 0 where padded or outside.
        root_weight: Shape (B, N), √W; 0 where padded or outside.
        mask: Shape (B, N), names inside.
    """

    basis: Tensor
    root_weight: Tensor
    mask: Tensor

    def to(self, device: torch.device | str) -> ProjectionBatch:
        """The same projections on a device."""
        return ProjectionBatch(
            self.basis.to(device), self.root_weight.to(device), self.mask.to(device)
        )

    def project_out(self, values: Tensor) -> Tensor:
        """What industries and styles leave of each day's values, M v.

        Runs in the precision of the basis, also under autocast: a projection in half
        precision would leave more of the styles than a network learns. TF32, where it is
        switched on, still rounds its products.

        Args:
            values: Shape (B, N); values outside the mask are not read.

        Returns:
            Shape (B, N), in the precision of the basis; 0 outside the mask. Differentiable;
            no gradient reaches values outside the mask.
        """
        with torch.autocast(values.device.type, enabled=False):
            # A NaN outside would pass its gradient on through a product with zero.
            inside = torch.where(self.mask, values, 0.0).to(self.basis.dtype)
            loading = torch.bmm((self.root_weight * inside).unsqueeze(1), self.basis)
            weighted = torch.bmm(self.basis, loading.transpose(1, 2)).squeeze(2)
            return inside - weighted / torch.where(self.mask, self.root_weight, 1.0)


def pad_projections(
    projections: Sequence[Projection], dtype: torch.dtype = torch.float32
) -> ProjectionBatch:
    """Put the projections of several days side by side.

    Args:
        projections: One for each day; ranks and numbers of names may differ.
        dtype: float32 or float64.

    Raises:
        ValueError: There is no projection.
    """
    if not projections:
        raise ValueError("a batch needs the projection of one day at least")
    names = max(len(each.inside) for each in projections)
    rank = max(each.basis.shape[1] for each in projections)
    basis = np.zeros((len(projections), names, rank))
    root_weight = np.zeros((len(projections), names))
    mask = np.zeros((len(projections), names), dtype=np.bool_)
    for day, each in enumerate(projections):
        own_names, own_rank = each.basis.shape
        basis[day, :own_names, :own_rank] = each.basis
        root_weight[day, :own_names] = each.root_weight
        mask[day, :own_names] = each.inside
    return ProjectionBatch(
        torch.from_numpy(basis).to(dtype),
        torch.from_numpy(root_weight).to(dtype),
        torch.from_numpy(mask),
    )
