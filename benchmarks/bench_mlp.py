"""Training the dual-task MLP: this project's loop beside a plain ``DataLoader`` loop.

Both fit the same network, batch size, losses, gradient clip and Adam settings on the
same simulated rows, on one thread. The figure is CPU time per epoch, without validation
on either side; the validation's cost is given apart.

Run: ``python benchmarks/bench_mlp.py [rows]``.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass

import numpy as np
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

from deep_alpha.models.contract import FitContext
from deep_alpha.models.mlp import DualTaskMLP
from deep_alpha.training.fit import FitPlan, fit_network
from deep_alpha.training.losses import DualTaskLoss
from deep_alpha.training.optimisation import adam
from deep_alpha.training.randomness import Dropout, seeded_generator
from deep_alpha.training.rows import RowBatch, RowTask, RowValidation

FEATURES, NAMES_PER_DAY, REPEATS = 40, 500, 3


@dataclass(frozen=True)
class Record:
    """One row of the table; ``ratio`` is the DataLoader's CPU time over this one's."""

    loop: str
    batch_size: int
    samples_per_cpu_second: float
    ratio: float


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


def our_loop(train: RowBatch, validation: RowValidation, batch_size: int) -> float:
    task = _TrainOnly(train, validation, DualTaskLoss(), batch_size)
    plan = FitPlan(1, "ic", "max", 1, adam(5e-4, 1e-3), clip_norm=0.5)
    network = DualTaskMLP(FEATURES, (64, 32), 0.1, seeded_generator(0, "initialisation"))
    return cpu_seconds(lambda: fit_network(network, task, plan, seed=0, context=FitContext()))


def dataloader_loop(train: RowBatch, validation: RowValidation, batch_size: int) -> float:  # noqa: ARG001
    network = DualTaskMLP(FEATURES, (64, 32), 0.1, seeded_generator(0, "initialisation"))
    _with_torch_dropout(network).train()
    dataset = TensorDataset(train.features, train.target, train.up)
    loader = DataLoader(dataset, batch_size=batch_size, shuffle=True)
    optimiser = torch.optim.Adam(network.parameters(), lr=5e-4, weight_decay=1e-3)
    squared_error, entropy = nn.MSELoss(), nn.BCEWithLogitsLoss()

    def epoch() -> None:
        for features, target, up in loader:
            output = network(features)
            loss = squared_error(output[:, 0], target) + 0.5 * entropy(output[:, 1], up)
            optimiser.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(network.parameters(), 0.5)
            optimiser.step()

    return cpu_seconds(epoch)


def _with_torch_dropout(network: DualTaskMLP) -> DualTaskMLP:
    for position, layer in enumerate(network.trunk):
        if isinstance(layer, Dropout):
            network.trunk[position] = nn.Dropout(layer.probability)
    return network


def validation_share(train: RowBatch, validation: RowValidation) -> float:
    """CPU seconds per validation sample over those per train sample."""
    network = DualTaskMLP(FEATURES, (64, 32), 0.1, seeded_generator(0, "initialisation")).eval()
    per_row = cpu_seconds(lambda: validation.metrics(network)) / len(validation.target)
    return per_row / (our_loop(train, validation, 1024) / len(train))


def run(rows: int = 200_000) -> list[Record]:
    """Measure all loops on one thread; the first record is the peer."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        train, validation = simulated_rows(rows)
        peer = dataloader_loop(train, validation, 1024)
        cases = [
            ("DataLoader(TensorDataset) + Adam", 1024, peer),
            ("ours", 1024, our_loop(train, validation, 1024)),
            ("ours", 8192, our_loop(train, validation, 8192)),
        ]
        return [Record(name, size, rows / taken, peer / taken) for name, size, taken in cases]
    finally:
        torch.set_num_threads(threads)


def table(records: list[Record]) -> str:
    lines = ["| loop | batch | samples per CPU-second | ratio |", "|---|---|---|---|"]
    for record in records:
        values = asdict(record)
        values["samples_per_cpu_second"] = f"{record.samples_per_cpu_second:,.0f}"
        values["ratio"] = f"{record.ratio:.1f}"
        lines.append("| " + " | ".join(str(value) for value in values.values()) + " |")
    return "\n".join(lines)


if __name__ == "__main__":
    size = int(sys.argv[1]) if len(sys.argv) > 1 else 200_000
    print(table(run(size)))
    torch.set_num_threads(1)
    share = validation_share(*simulated_rows(size))
    print(f"\na validation sample costs {share:.2f} of a train sample")
