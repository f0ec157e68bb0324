"""Branches: which steps of which window a network reads (SPEC 2.3, 2.10).

A sample is one tensor for all branches: the rows of one asset at the offsets that any branch
needs, oldest first, and in each row the columns of every window side by side. A network cuts
its branches out of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from pydantic import BaseModel, ConfigDict, Field
from torch import Tensor


class Branch(BaseModel):
    """A sequence of features of one window length.

    Args:
        window: Days d that one feature looks back over.
        steps: Length of the sequence.
        stride: Days between two steps.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    window: int = Field(ge=2)
    steps: int = Field(ge=1)
    stride: int = Field(ge=1)

    @property
    def offsets(self) -> tuple[int, ...]:
        """Days back from the sample's day of each step, oldest first."""
        return tuple(self.stride * step for step in reversed(range(self.steps)))

    @property
    def history(self) -> int:
        """Days of raw inputs that the branch needs; ``ts_return`` with lag d reads d + 1."""
        return (self.steps - 1) * self.stride + self.window + 1


def union_offsets(branches: Sequence[Branch]) -> tuple[int, ...]:
    """Days back from the sample's day that any branch reads, oldest first."""
    return tuple(sorted({days for branch in branches for days in branch.offsets}, reverse=True))


def distinct_windows(branches: Sequence[Branch]) -> tuple[int, ...]:
    """Window lengths in the order in which the branches name them."""
    return tuple(dict.fromkeys(branch.window for branch in branches))


@dataclass(frozen=True)
class Cut:
    """Where a branch lies in the samples of all branches.

    Args:
        positions: The branch's steps among the offsets of all branches.
        columns: The columns of the branch's window.
    """

    positions: tuple[int, ...]
    columns: slice


def cuts(branches: Sequence[Branch], columns: int) -> tuple[Cut, ...]:
    """Where each branch lies.

    Args:
        branches: All branches of a network.
        columns: Features of one window.
    """
    offsets, windows = union_offsets(branches), distinct_windows(branches)
    found = []
    for branch in branches:
        first = windows.index(branch.window) * columns
        positions = tuple(offsets.index(days) for days in branch.offsets)
        found.append(Cut(positions, slice(first, first + columns)))
    return tuple(found)


def cut(samples: Tensor, branch: Cut) -> Tensor:
    """A branch's own sequence, without a copy where its steps are evenly spaced.

    Args:
        samples: Shape (n, offsets of all branches, windows · columns), oldest first.
        branch: Where the branch lies.

    Returns:
        Shape (n, steps, columns), oldest first.
    """
    return samples[:, _index(branch.positions), branch.columns]


def _index(positions: tuple[int, ...]) -> slice | list[int]:
    """The positions as a slice, where there is one."""
    gaps = {later - earlier for earlier, later in pairwise(positions)} or {1}
    if len(gaps) > 1:
        return list(positions)
    return slice(positions[0], positions[-1] + 1, gaps.pop())
