"""A training step of the AlphaNets: float32 beside bfloat16, and V4 beside ``torch.nn`` layers.

A step is the forward and the backward pass of one batch, with dropout and batch norm as they
train, on one thread; the figure is samples per CPU-second. The peer is V4 of PyTorch's own
layers: ``nn.TransformerEncoderLayer``, ``nn.BatchNorm1d``, ``nn.Dropout``. It is built like
ours, but drops values inside attention and feed-forward, too, as those layers do.

Run: ``python benchmarks/bench_alphanet.py [batch]``.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from deep_alpha.models.alphanet.branches import Branch, distinct_windows, union_offsets
from deep_alpha.models.alphanet.encoder import sinusoids
from deep_alpha.models.alphanet.v1 import V1_BRANCHES, AlphaNetV1, AlphaNetV1Settings
from deep_alpha.models.alphanet.v2 import V2_BRANCHES, AlphaNetV2, AlphaNetV2Settings
from deep_alpha.models.alphanet.v3 import V3_BRANCHES, AlphaNetV3, AlphaNetV3Settings
from deep_alpha.models.alphanet.v4 import V4_BRANCHES, AlphaNetV4, AlphaNetV4Settings
from deep_alpha.training.randomness import seeded_generator, use_generator

BATCH, REPEATS = 512, 5
PRECISIONS = {"fp32": torch.float32, "bf16": torch.bfloat16}


@dataclass(frozen=True)
class Contest:
    """A network that is measured.

    Args:
        name: What the table calls it.
        columns: Features of one window.
        branches: What it reads.
        build: Makes it.
    """

    name: str
    columns: int
    branches: Sequence[Branch]
    build: Callable[[], nn.Module]


@dataclass(frozen=True)
class Record:
    """One row of the table; ``ratio`` is its speed over that of the network in float32."""

    network: str
    columns: int
    precision: str
    samples_per_cpu_second: float
    ratio: float


class PlainV4(nn.Module):
    """V4 with the default settings, of ``torch.nn`` layers with their default weights."""

    def __init__(self, columns: int, heads: int) -> None:
        super().__init__()
        self.columns, wide = columns, 2 * columns
        self.norms = nn.ModuleList(nn.BatchNorm1d(columns) for _ in V4_BRANCHES)
        self.recurrent = nn.LSTM(columns, columns, batch_first=True, bidirectional=True)
        self.dropout = nn.Dropout(0.2)
        self.register_buffer("positions", sinusoids(20, columns))
        self.encoders = nn.ModuleList(
            nn.ModuleList(
                nn.TransformerEncoderLayer(columns, heads, 4 * columns, 0.1, batch_first=True)
                for _ in range(2)
            )
            for _ in V4_BRANCHES[1:]
        )
        self.hidden_norm, self.sum_norm = nn.BatchNorm1d(wide), nn.BatchNorm1d(wide)
        self.of_hidden, self.of_ends = nn.Linear(wide, 64), nn.Linear(wide, 64, bias=False)
        self.energy, self.head = nn.Linear(64, 1, bias=False), nn.Linear(wide, 1)

    def forward(self, samples: Tensor) -> Tensor:
        """Scores, shape (n, 1), as ours."""
        images = [
            norm(image.transpose(1, 2)).transpose(1, 2)
            for norm, image in zip(self.norms, samples.split(self.columns, dim=2), strict=True)
        ]
        hidden = self.dropout(self.recurrent(self.dropout(images[0]))[0])
        summed = self.hidden_norm(hidden.transpose(1, 2)).transpose(1, 2)
        for (first, second), image in zip(self.encoders, images[1:], strict=True):
            lower = first(image + self.positions)
            summed = summed + torch.cat([lower, second(lower)], dim=2)
        states = self.sum_norm(summed.transpose(1, 2)).transpose(1, 2)
        ends = torch.cat([hidden[:, -1, : self.columns], hidden[:, 0, self.columns :]], dim=1)
        mixed = torch.tanh(self.of_hidden(hidden) + self.of_ends(ends)[:, None])
        weights = torch.softmax(self.energy(mixed), dim=1)
        score: Tensor = self.head((weights * states).sum(1))
        return nn.functional.leaky_relu(score, 0.3)


def ours(columns: int) -> Contest:
    def build() -> nn.Module:
        generator = seeded_generator(0, "initialisation")
        return AlphaNetV4(columns, V4_BRANCHES, AlphaNetV4Settings(), generator)

    return Contest("V4", columns, V4_BRANCHES, build)


def plain(columns: int, heads: int) -> Contest:
    return Contest("V4 of torch.nn", columns, V4_BRANCHES, lambda: PlainV4(columns, heads))


def v1() -> nn.Module:
    return AlphaNetV1(117, V1_BRANCHES, AlphaNetV1Settings(), seeded_generator(0, "v1"))


def v2() -> nn.Module:
    return AlphaNetV2(270, V2_BRANCHES, AlphaNetV2Settings(), seeded_generator(0, "v2"))


def v3() -> nn.Module:
    return AlphaNetV3(270, V3_BRANCHES, AlphaNetV3Settings(), seeded_generator(0, "v3"))


CONTESTS = (
    plain(36, 4),
    ours(36),
    plain(69, 3),
    ours(69),
    ours(103),
    Contest("V1", 117, V1_BRANCHES, v1),
    Contest("V2", 270, V2_BRANCHES, v2),
    Contest("V3", 270, V3_BRANCHES, v3),
)


def step_seconds(contest: Contest, batch: int) -> dict[str, float]:
    """Least CPU time of a training step by precision, the precisions in turn."""
    steps, windows = len(union_offsets(contest.branches)), len(distinct_windows(contest.branches))
    generator = seeded_generator(0, "samples")
    samples = torch.randn(batch, steps, windows * contest.columns, generator=generator)
    target = torch.randn(batch, generator=generator)
    network = contest.build().train()
    use_generator(network, seeded_generator(0, "dropout"))
    seconds: dict[str, list[float]] = {name: [] for name in PRECISIONS}
    for repeat in range(REPEATS + 1):
        for name, dtype in PRECISIONS.items():
            started = time.process_time()
            with torch.autocast("cpu", dtype=torch.bfloat16, enabled=dtype != torch.float32):
                loss = (network(samples)[:, 0].float() - target).square().mean()
            network.zero_grad()
            loss.backward()
            if repeat:  # the first one warms up
                seconds[name].append(time.process_time() - started)
    return {name: min(taken) for name, taken in seconds.items()}


def run(contest: Contest, batch: int = BATCH) -> list[Record]:
    """Measure a network in both precisions on one thread; the first record is float32."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        seconds = step_seconds(contest, batch)
    finally:
        torch.set_num_threads(threads)
    return [
        Record(contest.name, contest.columns, name, batch / taken, seconds["fp32"] / taken)
        for name, taken in seconds.items()
    ]


def table(records: list[Record]) -> str:
    lines = [
        f"| {record.network} | {record.columns} | {record.precision} "
        f"| {record.samples_per_cpu_second:,.0f} | {record.ratio:.2f} |"
        for record in records
    ]
    head = ["| network | m | precision | samples per CPU-second | ratio |", "|---|---|---|---|---|"]
    return "\n".join(head + lines)


if __name__ == "__main__":
    size = int(sys.argv[1]) if len(sys.argv) > 1 else BATCH
    print(table([record for contest in CONTESTS for record in run(contest, size)]))
