"""Optimisers and learning-rate schedules, as factories for a :class:`FitPlan`."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from typing import Literal

from torch import nn
from torch.optim import Adam, Optimizer, RMSprop
from torch.optim.lr_scheduler import ExponentialLR, LambdaLR, LRScheduler, ReduceLROnPlateau

OptimiserFactory = Callable[[Iterable[nn.Parameter]], Optimizer]
SchedulerFactory = Callable[[Optimizer], LRScheduler]


def adam(learning_rate: float, weight_decay: float = 0.0) -> OptimiserFactory:
    """Adam in one fused step; weight decay is the coupled L2 term (not AdamW's)."""
    return lambda parameters: Adam(
        parameters, lr=learning_rate, weight_decay=weight_decay, fused=True
    )


def rmsprop(
    learning_rate: float, weight_decay: float = 0.0, rho: float = 0.9, epsilon: float = 1e-7
) -> OptimiserFactory:
    """RMSProp with the defaults of Keras, in which AlphaNet V1 was written (SPEC 2.10).

    A step is ``learning_rate · g / (√v + epsilon)``, v being the mean of g² that forgets by
    ``rho``; PyTorch's own defaults are 0.99 and 1e-8. Weight decay is the coupled L2 term.
    """
    return lambda parameters: RMSprop(
        parameters, lr=learning_rate, alpha=rho, eps=epsilon, weight_decay=weight_decay
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


def cosine_decay(first: float, last: float, epochs: int) -> SchedulerFactory:
    """From ``first`` in the first epoch to ``last`` in the last, along half a cosine.

    ``first`` is the optimiser's own learning rate; epochs after the last keep its rate.
    """
    steps = max(epochs - 1, 1)

    def factor(epoch: int) -> float:
        share = 0.5 * (1.0 + math.cos(math.pi * min(epoch, steps) / steps))
        return (last + (first - last) * share) / first

    return lambda optimiser: LambdaLR(optimiser, factor)


def step_schedule(scheduler: LRScheduler | None, metric: float) -> None:
    """End an epoch: a plateau schedule looks at the metric, the others count."""
    if isinstance(scheduler, ReduceLROnPlateau):
        scheduler.step(metric)
    elif scheduler is not None:
        scheduler.step()
