"""Optimisers and learning-rate schedules, as factories for a :class:`FitPlan`."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Literal

from torch import nn
from torch.optim import Adam, Optimizer
from torch.optim.lr_scheduler import ExponentialLR, LRScheduler, ReduceLROnPlateau

OptimiserFactory = Callable[[Iterable[nn.Parameter]], Optimizer]
SchedulerFactory = Callable[[Optimizer], LRScheduler]


def adam(learning_rate: float, weight_decay: float = 0.0) -> OptimiserFactory:
    """Adam in one fused step; weight decay is the coupled L2 term (not AdamW's)."""
    return lambda parameters: Adam(
        parameters, lr=learning_rate, weight_decay=weight_decay, fused=True
    )


def reduce_on_plateau(
    factor: float, patience: int, mode: Literal["min", "max"]
) -> SchedulerFactory:
    """Multiply the rate by ``factor`` when the watched metric rests for too long."""
    return lambda optimiser: ReduceLROnPlateau(
        optimiser, mode=mode, factor=factor, patience=patience
    )


def exponential_decay(first: float, last: float, epochs: int) -> SchedulerFactory:
    """From ``first`` in the first epoch to ``last`` in the last, by a constant factor."""
    factor = (last / first) ** (1.0 / max(epochs - 1, 1))
    return lambda optimiser: ExponentialLR(optimiser, gamma=factor)


def step_schedule(scheduler: LRScheduler | None, metric: float) -> None:
    """End an epoch: a plateau schedule looks at the metric, the others count."""
    if isinstance(scheduler, ReduceLROnPlateau):
        scheduler.step(metric)
    elif scheduler is not None:
        scheduler.step()
