"""Randomness that belongs to one fit.

PyTorch's own ``manual_seed`` and ``nn.Dropout`` share one generator for the whole
process: two fits side by side, or one more random number drawn anywhere before, would
change a model. Every fit here draws from generators of its own.
"""

from __future__ import annotations

import hashlib

import torch
from torch import Tensor, nn

from deep_alpha.errors import ConfigurationError

_LEVELS = 2**16


def seeded_generator(seed: int, stream: str, device: torch.device | str = "cpu") -> torch.Generator:
    """An independent generator for each pair of seed and stream.

    Args:
        seed: The fit's seed.
        stream: What the numbers are for, such as ``shuffle``: one more draw in a stream
            leaves all others as they are.
        device: Where the numbers are drawn.
    """
    digest = hashlib.blake2b(f"{seed}/{stream}".encode(), digest_size=4).digest()
    return torch.Generator(device).manual_seed(int.from_bytes(digest, "little"))


class Dropout(nn.Module):
    """``nn.Dropout`` with a generator of its own, set by the training loop."""

    generator: torch.Generator | None = None

    def __init__(self, probability: float) -> None:
        super().__init__()
        if not 0.0 <= probability < 1.0:
            raise ValueError(f"a dropout probability of {probability} is not in [0, 1)")
        self.probability = probability

    def forward(self, values: Tensor) -> Tensor:
        """Zero each value with the probability and scale the others up; same shape."""
        if not self.training or self.probability == 0.0:
            return values
        if self.generator is None:
            raise RuntimeError("Dropout has no generator: call use_generator(network, generator)")
        mask: Tensor = keep_mask(values, self.probability, self.generator)
        return values * mask

    def extra_repr(self) -> str:
        """The probability, as ``print(network)`` shows it."""
        return f"probability={self.probability}"


@torch.compiler.disable  # type: ignore[untyped-decorator,unused-ignore]
def keep_mask(values: Tensor, probability: float, generator: torch.Generator) -> Tensor:
    """Zeros where a value is dropped, 1/(1 - probability) elsewhere; shape of ``values``.

    On a CPU, drawing Bernoulli numbers took more time than a small network's products.
    Four 16-bit integers come out of one 64-bit draw instead, five times as fast: the
    probability is rounded to 1/65536 and the scale is that of the rounded one.
    """
    if values.device.type != "cpu":
        mask = torch.empty_like(values).bernoulli_(1.0 - probability, generator=generator)
        return mask.div_(1.0 - probability)
    count = values.numel()
    words = torch.empty((count + 3) // 4, dtype=torch.int64)
    words.random_(-(2**63), None, generator=generator)
    levels = words.view(torch.int16)[:count].view(values.shape)
    dropped = min(round(_LEVELS * probability), _LEVELS - 1)
    # int16 values are exact in float32, and the comparison in place gives 0.0 and 1.0.
    mask = levels.to(torch.float32).ge_(dropped - _LEVELS // 2)
    return mask.mul_(_LEVELS / (_LEVELS - dropped)).to(values.dtype)


def use_generator(network: nn.Module, generator: torch.Generator) -> None:
    """Let every :class:`Dropout` of a network draw from one generator."""
    for module in network.modules():
        if isinstance(module, Dropout):
            module.generator = generator


def reject_global_randomness(network: nn.Module) -> None:
    """Refuse layers that draw from the process's generator while they train.

    Raises:
        ConfigurationError: A layer is a ``torch.nn`` dropout or has one inside.
    """
    for name, module in network.named_modules():
        inner = getattr(module, "dropout", 0.0)
        recurrent = isinstance(module, nn.RNNBase | nn.MultiheadAttention)
        if isinstance(module, nn.modules.dropout._DropoutNd) or (
            recurrent and isinstance(inner, float) and inner > 0.0
        ):
            raise ConfigurationError(
                f"layer '{name}' ({type(module).__name__}) draws its dropout from the process's "
                "random generator, so that a seed would not fix the result: set it to 0 and use "
                "deep_alpha.training.randomness.Dropout"
            )
