"""Training the MLP and the CNN: this project's loop beside a plain ``DataLoader`` loop.

Both fit the same network, batch size, loss, gradient clip and Adam settings on the same
simulated rows, on one thread. The figure is CPU time per epoch, without validation on
either side; the validation's cost is given apart. The CNN is measured in this loop with
PyTorch's own convolution, too.

Run: ``python benchmarks/bench_networks.py [rows]``.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn
from torch.utils.data import DataLoader, TensorDataset

from deep_alpha.models.cnn import CNNConfig, CNNNetwork
from deep_alpha.models.contract import FitContext
from deep_alpha.models.mlp import DualTaskMLP
from deep_alpha.training.fit import FitPlan, fit_network
from deep_alpha.training.losses import DualTaskLoss, squared_error
from deep_alpha.training.optimisation import adam
from deep_alpha.training.randomness import Dropout, seeded_generator
from deep_alpha.training.rows import Objective, RowBatch, RowTask, RowValidation

FEATURES, NAMES_PER_DAY, REPEATS = 40, 500, 3


@dataclass(frozen=True)
class Record:
    """One row of the table; ``ratio`` is the DataLoader's CPU time over this one's."""

    network: str
    loop: str
    batch_size: int
    samples_per_cpu_second: float
    ratio: float


@dataclass(frozen=True)
class Contest:
    """A network of ours, the same one of plain PyTorch layers, and their loss.

    Args:
        name: What the table calls it.
        ours: Makes the network.
        plain: Makes it of ``torch.nn`` layers alone.
        objective: Our loss.
        plain_loss: The same loss of output, target and "up", of ``torch.nn`` losses.
    """

    name: str
    ours: Callable[[], nn.Module]
    plain: Callable[[], nn.Module]
    objective: Objective
    plain_loss: Callable[[Tensor, Tensor, Tensor], Tensor]


def mlp() -> nn.Module:
    return DualTaskMLP(FEATURES, (64, 32), 0.1, seeded_generator(0, "initialisation"))


def plain_mlp() -> nn.Module:
    network = mlp()
    for position, layer in enumerate(network.trunk):
        if isinstance(layer, Dropout):
            network.trunk[position] = nn.Dropout(layer.probability)
    return network


def cnn() -> nn.Module:
    return CNNNetwork(FEATURES, 1, CNNConfig(), 1, seeded_generator(0, "initialisation"))


def plain_cnn() -> nn.Module:
    outputs = 8 * (FEATURES - 2)
    layers = [nn.Conv1d(1, 8, 3), nn.ReLU(), nn.Flatten(), nn.Linear(outputs, 32), nn.ReLU()]
    return nn.Sequential(nn.Unflatten(1, (1, FEATURES)), *layers, nn.Linear(32, 1))


def plain_squared_error(output: Tensor, target: Tensor, up: Tensor) -> Tensor:  # noqa: ARG001
    return nn.functional.mse_loss(output[:, 0], target)


def plain_dual_loss(output: Tensor, target: Tensor, up: Tensor) -> Tensor:
    entropy = nn.functional.binary_cross_entropy_with_logits(output[:, 1], up)
    return nn.functional.mse_loss(output[:, 0], target) + 0.5 * entropy


MLP = Contest("MLP", mlp, plain_mlp, DualTaskLoss(), plain_dual_loss)
CNN = Contest("CNN", cnn, plain_cnn, squared_error, plain_squared_error)


def simulated_rows(rows: int) -> tuple[RowBatch, RowValidation]:
    generator = torch.Generator().manual_seed(0)
    features = torch.randn(rows, FEATURES, generator=generator)
    target = features[:, 0] * features[:, 1] + torch.randn(rows, generator=generator)
    train = RowBatch(features, target, (target > 0).float())
    held_out = max(rows // 5 // NAMES_PER_DAY, 1) * NAMES_PER_DAY
    offsets = np.arange(0, held_out + 1, NAMES_PER_DAY)
    scores = target[:held_out].numpy()
    return train, RowValidation(features[:held_out], scores, scores, offsets, 8192)


def cpu_seconds(epoch: Callable[[], object]) -> float:
    """Least CPU time of an epoch after one to warm up."""
    epoch()
    seconds = []
    for _ in range(REPEATS):
        started = time.process_time()
        epoch()
        seconds.append(time.process_time() - started)
    return min(seconds)


class _TrainOnly(RowTask):
    """Rows whose validation costs nothing, so that both loops do the same work."""

    def validate(self, network: nn.Module) -> Mapping[str, float]:  # noqa: ARG002
        return {"ic": 0.0}


def our_loop(network: nn.Module, objective: Objective, train: RowBatch, batch_size: int) -> float:
    _, validation = simulated_rows(NAMES_PER_DAY)
    task = _TrainOnly(train, validation, objective, batch_size)
    plan = FitPlan(1, "ic", "max", 1, adam(5e-4, 1e-3), clip_norm=0.5)
    return cpu_seconds(lambda: fit_network(network, task, plan, seed=0, context=FitContext()))


def dataloader_loop(contest: Contest, train: RowBatch, batch_size: int) -> float:
    network = contest.plain().train()
    dataset = TensorDataset(train.features, train.target, train.up)
    loader = DataLoader(dataset, batch_size=batch_size, shuffle=True)
    optimiser = torch.optim.Adam(network.parameters(), lr=5e-4, weight_decay=1e-3)

    def epoch() -> None:
        for features, target, up in loader:
            loss = contest.plain_loss(network(features), target, up)
            optimiser.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(network.parameters(), 0.5)
            optimiser.step()

    return cpu_seconds(epoch)


def validation_share(contest: Contest, train: RowBatch, validation: RowValidation) -> float:
    """CPU seconds per validation sample over those per train sample."""
    network = contest.ours().eval()
    per_row = cpu_seconds(lambda: validation.metrics(network)) / len(validation.target)
    return per_row / (our_loop(contest.ours(), contest.objective, train, 1024) / len(train))


def run(contest: Contest, rows: int = 200_000) -> list[Record]:
    """Measure all loops of a network on one thread; the first record is the peer."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        train, validation = simulated_rows(rows)
        # Every fit validates. The blocks of that batch, once freed, raise the size from which
        # malloc returns memory to the system, which costs page faults in every later step.
        validation.metrics(contest.ours().eval())
        peer = dataloader_loop(contest, train, 1024)
        cases = [("DataLoader(TensorDataset) + Adam", 1024, peer)]
        if contest is CNN:
            taken = our_loop(contest.plain(), contest.objective, train, 1024)
            cases.append(("ours, with nn.Conv1d", 1024, taken))
        cases += [
            ("ours", size, our_loop(contest.ours(), contest.objective, train, size))
            for size in (1024, 8192)
        ]
        return [
            Record(contest.name, loop, size, rows / taken, peer / taken)
            for loop, size, taken in cases
        ]
    finally:
        torch.set_num_threads(threads)


def table(records: list[Record]) -> str:
    lines = [
        f"| {record.network} | {record.loop} | {record.batch_size} "
        f"| {record.samples_per_cpu_second:,.0f} | {record.ratio:.1f} |"
        for record in records
    ]
    head = ["| network | loop | batch | samples per CPU-second | ratio |", "|---|---|---|---|---|"]
    return "\n".join(head + lines)


if __name__ == "__main__":
    size = int(sys.argv[1]) if len(sys.argv) > 1 else 200_000
    print(table([record for contest in (MLP, CNN) for record in run(contest, size)]))
    torch.set_num_threads(1)
    for contest in (MLP, CNN):
        share = validation_share(contest, *simulated_rows(size))
        print(f"\n{contest.name}: a validation sample costs {share:.2f} of a train sample")
