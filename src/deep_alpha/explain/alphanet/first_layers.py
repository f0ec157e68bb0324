"""What the features of each branch of an AlphaNet meet first: a batch norm, and a matrix."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from deep_alpha.errors import ConfigurationError
from deep_alpha.models.alphanet.blocks import ChannelNorm
from deep_alpha.models.alphanet.encoder import WideningEncoder
from deep_alpha.models.alphanet.recurrent import LastStatesNetwork
from deep_alpha.models.alphanet.v1 import AlphaNetV1
from deep_alpha.models.alphanet.v4 import AlphaNetV4


@dataclass(frozen=True)
class FirstLayer:
    """The first layers of one branch.

    Args:
        norm: The batch norm of its features; that of V4 has the channels of all windows.
        scale: Shape (m,) or (rows, m): |γ| of the batch norm right before the matrix.
        weights: Shape (rows, m), the matrix: input weights of all gates and directions, an
            encoder's queries, keys and values, or V1's hidden layer at each step and pool.
    """

    norm: ChannelNorm
    scale: Tensor
    weights: Tensor


def first_layers(network: nn.Module) -> list[FirstLayer]:
    """The first layers of each branch, the main one's first.

    Args:
        network: An AlphaNet V1 to V4.

    Raises:
        ConfigurationError: It is another network.
    """
    if isinstance(network, AlphaNetV4):
        scale = _size(network.norm.weight)
        return [
            FirstLayer(network.norm, scale[where.columns], _first_weights(reader))
            for where, reader in zip(
                network.cuts, [network.recurrent, *network.encoders], strict=True
            )
        ]
    if isinstance(network, LastStatesNetwork):
        readers: Any = network.readers
        return [
            FirstLayer(reader.norm, _size(reader.norm.weight), _first_weights(reader.recurrent))
            for reader in readers
        ]
    if isinstance(network, AlphaNetV1):
        return _of_pools(network)
    raise ConfigurationError(
        f"{type(network).__name__} is none of AlphaNet V1 to V4: only these can be looked into"
    )


def _of_pools(network: AlphaNetV1) -> list[FirstLayer]:
    """V1's hidden layer reads each feature at all steps, and then in three pools.

    The pools have a batch norm of their own, which takes off the scale that the first gave.
    """
    pools: Any = network.pools
    head: Any = network.head
    hidden = head[0].weight.detach()
    found, first = [], 0
    for part, where in zip(pools, network.cuts, strict=True):
        columns, steps = len(part.norm.weight), len(where.positions)
        last = first + (steps + 3) * columns
        scale = torch.cat(
            [
                _size(part.norm.weight).expand(steps, columns),
                _size(part.pool_norm.weight).view(3, columns),
            ]
        )
        weights = hidden[:, first:last].reshape(-1, columns)
        found.append(FirstLayer(part.norm, scale.repeat(len(hidden), 1), weights))
        first = last
    return found


def _first_weights(reader: nn.Module) -> Tensor:
    if isinstance(reader, WideningEncoder):
        layer = reader.first.project if reader.project is None else reader.project
        return layer.weight.detach()
    gates = [
        parameter.detach()
        for name, parameter in reader.named_parameters()
        if name.startswith("weight_ih")
    ]
    return torch.cat(gates)


def _size(weight: Tensor) -> Tensor:
    return weight.detach().abs()
