"""What an AlphaNet is made of, in one sentence of its settings."""

from __future__ import annotations

from typing import Any

from torch import nn

from deep_alpha.models.alphanet.config import AlphaNetConfig
from deep_alpha.models.alphanet.recurrent import LastStatesNetwork
from deep_alpha.models.alphanet.v1 import AlphaNetV1
from deep_alpha.models.alphanet.v4 import AlphaNetV4

_WIDENED = {
    "stack_concat": "two layers' outputs side by side",
    "project": "widened, then two layers",
}


def network_in_words(network: nn.Module, config: AlphaNetConfig) -> str:
    """The network's parts and sizes, input first.

    Args:
        network: The fitted network.
        config: The settings of its fit.
    """
    if isinstance(network, AlphaNetV4):
        return _v4(network)
    if isinstance(network, AlphaNetV1):
        head: Any = network.head
        return (
            f"three pools of all steps; dense {head[0].out_features}, ReLU, "
            f"dropout {head[2].probability:g}; linear"
        )
    if isinstance(network, LastStatesNetwork):
        readers: Any = network.readers
        reader = readers[0].recurrent
        count = len(config.branches)
        many = "" if count == 1 else f" for each of {count} branches"
        return f"{type(reader).__name__} {reader.hidden_size}{many}, last state; linear"
    return type(network).__name__


def _v4(network: AlphaNetV4) -> str:
    settings, columns = network.settings, network.columns
    parts = [f"Bi-LSTM {columns} + {columns}, dropout {settings.recurrent_dropout:g}"]
    encoders: Any = network.encoders
    if len(encoders):
        places = "" if settings.positional else ", without positions"
        many = "1 Transformer" if len(encoders) == 1 else f"{len(encoders)} Transformers"
        heads = encoders[0].first.heads
        parts.append(
            f"plus {many} ({_WIDENED[settings.widen]}, {heads} {'head' if heads == 1 else 'heads'},"
            f" dropout {settings.encoder_dropout:g}{places})"
        )
        if not settings.hidden_norm:
            parts.append("Bi-LSTM added as it is")
    attends = f"attention {settings.attention_size}" if settings.attention else "last step"
    parts.append(attends)
    leaky = f"LeakyReLU of slope {settings.slope:g}" if settings.output == "leaky" else "linear"
    parts.append(leaky)
    if settings.bn == "daily":
        parts.append("batch norm by day in evaluation, too")
    return "; ".join(parts)
