"""Slow, readable float64 versions of what the AlphaNets are made of."""

import numpy as np
import torch

from deep_alpha.models.alphanet.branches import distinct_windows, union_offsets


def generator(seed=0):
    return torch.Generator().manual_seed(seed)


def samples(branches, columns, count=5, seed=1):
    """Random samples of all branches, of the shape the networks read."""
    shape = (count, len(union_offsets(branches)), columns * len(distinct_windows(branches)))
    return torch.randn(shape, generator=generator(seed)) * 1.5 + 0.3


def spread_weights(network, seed=7):
    """Random values for every parameter, so that no bias or scale is left at 0 or 1."""
    draws = generator(seed)
    with torch.no_grad():
        for parameter in network.parameters():
            parameter.uniform_(-0.6, 0.6, generator=draws)
    return network


def count_parameters(network):
    return sum(parameter.numel() for parameter in network.parameters())


def values_of(layer):
    """A layer's parameters by name, float64."""
    return {name: value.detach().double().numpy() for name, value in layer.named_parameters()}


def sigmoid(x):
    return 1.0 / (1.0 + np.exp(-x))


def batch_norm(values, norm):
    """Batch statistics over all dimensions but the last, channel by channel."""
    given, result = values_of(norm), np.empty_like(values)
    for channel in range(values.shape[-1]):
        x = values[..., channel]
        z = (x - x.mean()) / np.sqrt(((x - x.mean()) ** 2).mean() + 1e-5)
        result[..., channel] = z * given["weight"][channel] + given["bias"][channel]
    return result


def linear(values, layer):
    given = values_of(layer)
    return values @ given["weight"].T + given.get("bias", 0.0)


def lstm(sequence, layer, suffix="_l0"):
    """All states of one direction, step by step; gates in PyTorch's order i, f, g, o."""
    given = values_of(layer)
    size = layer.hidden_size
    states = np.zeros((len(sequence), sequence.shape[1], size))
    for n, steps in enumerate(sequence):
        h, c = np.zeros(size), np.zeros(size)
        for t, x in enumerate(steps):
            gates = given["weight_ih" + suffix] @ x + given["bias_ih" + suffix]
            gates = gates + given["weight_hh" + suffix] @ h + given["bias_hh" + suffix]
            i, f, g, o = np.split(gates, 4)
            c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
            h = sigmoid(o) * np.tanh(c)
            states[n, t] = h
    return states


def bidirectional_lstm(sequence, layer):
    forward = lstm(sequence, layer)
    backward = lstm(sequence[:, ::-1], layer, "_l0_reverse")[:, ::-1]
    return np.concatenate([forward, backward], axis=2)


def gru(sequence, layer):
    """All states, step by step; gates in PyTorch's order r, z, n."""
    given = values_of(layer)
    states = np.zeros((len(sequence), sequence.shape[1], layer.hidden_size))
    for n, steps in enumerate(sequence):
        h = np.zeros(layer.hidden_size)
        for t, x in enumerate(steps):
            r_x, z_x, n_x = np.split(given["weight_ih_l0"] @ x + given["bias_ih_l0"], 3)
            r_h, z_h, n_h = np.split(given["weight_hh_l0"] @ h + given["bias_hh_l0"], 3)
            z = sigmoid(z_x + z_h)
            h = (1 - z) * np.tanh(n_x + sigmoid(r_x + r_h) * n_h) + z * h
            states[n, t] = h
    return states


def attention_weights(hidden, context, attention):
    weights = np.empty(hidden.shape[:2])
    for n in range(len(hidden)):
        energies = []
        for state in hidden[n]:
            mixed = linear(state, attention.of_hidden) + linear(context[n], attention.of_context)
            energies.append(linear(np.tanh(mixed), attention.energy)[0])
        weights[n] = np.exp(energies) / np.exp(energies).sum()
    return weights
