"""The training loop of every network in this project."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, cast

import torch
from torch import nn

from deep_alpha.models.contract import FitContext
from deep_alpha.training.checkpoints import CheckpointStore
from deep_alpha.training.device import Compute
from deep_alpha.training.nonfinite import LossGuard
from deep_alpha.training.optimisation import OptimiserFactory, SchedulerFactory, step_schedule
from deep_alpha.training.progress import FitProgress
from deep_alpha.training.randomness import (
    reject_global_randomness,
    seeded_generator,
    use_generator,
)
from deep_alpha.training.state import TrainingState
from deep_alpha.training.stopping import EarlyStopping
from deep_alpha.training.task import Batch, Task


@dataclass(frozen=True)
class FitPlan:
    """How a network is optimised and when its fit ends.

    Args:
        max_epochs: Most epochs.
        metric: The validation metric that is watched.
        mode: ``min`` where lower is better, ``max`` where higher is.
        patience: Epochs without improvement after which the fit ends.
        optimiser: Makes the optimiser of some parameters.
        scheduler: Makes the learning-rate schedule, stepped once an epoch.
        clip_norm: Largest norm of a batch's gradient.
        min_epochs: Epochs that are always run.
        identity: What is fitted, as plain JSON: a checkpoint of another identity is
            not continued.
    """

    max_epochs: int
    metric: str
    mode: Literal["min", "max"]
    patience: int
    optimiser: OptimiserFactory
    scheduler: SchedulerFactory | None = None
    clip_norm: float = math.inf
    min_epochs: int = 0
    identity: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class FitResult:
    """What a fit learned about itself.

    Args:
        best_epoch: The epoch whose weights are kept, counted from 0.
        best_value: Its watched metric.
        history: For each epoch its number, mean train loss, validation metrics,
            learning rate and seconds.
        samples_per_second: Train samples per second, validation's time included.
    """

    best_epoch: int
    best_value: float
    history: tuple[Mapping[str, float], ...]
    samples_per_second: float

    @property
    def seconds(self) -> float:
        """Time of all epochs, those before an interruption included."""
        return sum(record["seconds"] for record in self.history)


def fit_network(
    network: nn.Module, task: Task[Batch], plan: FitPlan, seed: int, context: FitContext
) -> FitResult:
    """Fit a network in place and leave it with the weights of its best epoch.

    The result depends on the seed, the initial weights and the data, and not on the
    process's random state or on other fits. An interrupted fit goes on from its last
    checkpoint and ends with the same bits on a CPU.

    Args:
        network: A network with its initial weights; moved to the context's device.
        task: Batches, loss and validation, on the same device.
        plan: Optimiser, schedule and stopping rule.
        seed: Seed of the order of samples and of dropout.
        context: Device, threads, checkpoint folder, progress.

    Raises:
        TrainingError: A loss or a gradient is not finite.
        ConfigurationError: There is no such device, or a layer would draw from the
            process's random generator.
    """
    compute = Compute.of(context)
    with compute.scope(), FitProgress(context.label, plan.max_epochs, context.progress) as progress:
        state = _start(network, plan, seed, compute)
        store = CheckpointStore(
            context.checkpoint,
            _identity(network, task, plan, seed),
            compute.settings.checkpoint_seconds,
        )
        store.restore(state)
        # The compiled network shares its weights with the original one.
        module = cast("nn.Module", torch.compile(network)) if compute.settings.compile else network
        while len(state.history) < plan.max_epochs and not state.stopping.stop:
            record = _run_epoch(module, task, plan, state, compute, context.label, progress)
            state.history.append(record)
            progress.epoch(record, state.stopping)
            store.save(state)
    network.load_state_dict(state.best)
    network.eval()
    seconds = sum(record["seconds"] for record in state.history)
    return FitResult(
        best_epoch=state.stopping.best_epoch,
        best_value=state.stopping.best_value,
        history=tuple(state.history),
        samples_per_second=task.samples * len(state.history) / max(seconds, 1e-9),
    )


def _start(network: nn.Module, plan: FitPlan, seed: int, compute: Compute) -> TrainingState:
    reject_global_randomness(network)
    network.to(compute.device)
    generators = {
        stream: seeded_generator(seed, stream, compute.device) for stream in ("shuffle", "dropout")
    }
    use_generator(network, generators["dropout"])
    optimiser = plan.optimiser(network.parameters())
    return TrainingState(
        network=network,
        optimiser=optimiser,
        scheduler=None if plan.scheduler is None else plan.scheduler(optimiser),
        stopping=EarlyStopping(plan.metric, plan.mode, plan.patience, plan.min_epochs),
        generators=generators,
    )


def _identity(network: nn.Module, task: Task[Batch], plan: FitPlan, seed: int) -> dict[str, Any]:
    shapes = {name: list(value.shape) for name, value in network.state_dict().items()}
    return {"seed": seed, "samples": task.samples, "shapes": shapes, "plan": dict(plan.identity)}


def _run_epoch(
    module: nn.Module,
    task: Task[Batch],
    plan: FitPlan,
    state: TrainingState,
    compute: Compute,
    label: str,
    progress: FitProgress,
) -> dict[str, float]:
    """Train one epoch, validate, step the schedule; returns the epoch's record."""
    epoch, started = len(state.history), time.perf_counter()
    learning_rate = float(state.optimiser.param_groups[0]["lr"])
    loss = _train(module, task, plan, state, compute, LossGuard(label, epoch), progress)
    module.eval()
    with torch.no_grad(), compute.autocast():
        metrics = dict(task.validate(module))
    if state.stopping.update(epoch, metrics):
        state.remember_best()
    step_schedule(state.scheduler, metrics[plan.metric])
    return {
        "epoch": epoch,
        "loss": loss,
        **metrics,
        "learning_rate": learning_rate,
        "seconds": time.perf_counter() - started,
    }


def _train(
    module: nn.Module,
    task: Task[Batch],
    plan: FitPlan,
    state: TrainingState,
    compute: Compute,
    guard: LossGuard,
    progress: FitProgress,
) -> float:
    """All batches of an epoch; returns the mean loss."""
    epoch = len(state.history)
    parameters = list(state.network.parameters())
    module.train()
    for number, batch in enumerate(task.batches(epoch, state.generators["shuffle"])):
        with compute.autocast():
            loss = task.loss(module, batch)
        state.optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        norm = nn.utils.clip_grad_norm_(parameters, plan.clip_norm)
        state.optimiser.step()
        guard.record(loss, norm, task.count(batch))
        progress.batch(epoch + number / task.batches_per_epoch)
    return guard.mean_loss()
