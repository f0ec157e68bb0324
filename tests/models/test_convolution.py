"""Layers whose batches lie last, beside PyTorch's own."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from deep_alpha.errors import ConfigurationError
from deep_alpha.models.convolution import BatchLastLinear, FactorConvolution

CASES = [(torch.float64, 1e-12), (torch.float32, 1e-5)]
FACTORS, FILTERS, KERNEL, NAMES = 11, 4, 3, 7


def generator(seed=0):
    return torch.Generator().manual_seed(seed)


def random_values(*shape, dtype):
    return torch.randn(*shape, generator=generator(1), dtype=dtype)


def results(layer, inputs, slopes):
    """A layer's output, and its gradients for weights, bias and inputs."""
    inputs = inputs.clone().requires_grad_()
    output = layer(inputs)
    output.backward(slopes)
    return [output.detach(), *(p.grad for p in layer.parameters()), inputs.grad]


def convolution_of(ours):
    """``nn.Conv1d`` with our weights, its outputs in our order: position by position."""
    filters, channels, kernel = ours.weight.shape
    plain = nn.Conv1d(channels, filters, kernel)
    plain.weight, plain.bias = (nn.Parameter(p.detach().clone()) for p in ours.parameters())
    order = slice(None) if ours.order is None else ours.order

    class Flattened(nn.Module):
        def __init__(self):
            super().__init__()
            self.plain = plain

        def forward(self, features):
            windows = features.view(len(features), channels, -1)[:, :, order]
            return self.plain(windows).transpose(1, 2).flatten(1)

    return Flattened()


@pytest.mark.parametrize(("dtype", "tolerance"), CASES, ids=["float64", "float32"])
@pytest.mark.parametrize("shape", [(FACTORS,), (1, FACTORS), (10, FACTORS)])
@pytest.mark.parametrize("order", [None, torch.randperm(FACTORS, generator=generator(3))])
def test_outputs_and_gradients_are_those_of_conv1d(shape, order, dtype, tolerance):
    channels = shape[0] if len(shape) == 2 else 1
    ours = FactorConvolution(FACTORS, channels, FILTERS, KERNEL, generator(), order).to(dtype)
    nn.init.uniform_(ours.bias, generator=generator(2))
    features = random_values(NAMES, *shape, dtype=dtype)
    slopes = random_values(NAMES, ours.outputs, dtype=dtype)
    found = results(ours, features, slopes)
    expected = results(convolution_of(ours), features, slopes)
    assert found[0].shape == (NAMES, FILTERS * (FACTORS - KERNEL + 1))
    for one, other in zip(found, expected, strict=True):
        torch.testing.assert_close(one, other, rtol=tolerance, atol=tolerance)


def test_windows_that_do_not_lie_together_give_the_same_bits():
    layer = FactorConvolution(FACTORS, 10, FILTERS, KERNEL, generator())
    windows = random_values(10, NAMES, FACTORS, dtype=torch.float32).transpose(0, 1)
    assert torch.equal(layer(windows), layer(windows.contiguous()))


@pytest.mark.parametrize(("dtype", "tolerance"), CASES, ids=["float64", "float32"])
def test_a_linear_layer_is_a_linear_layer(dtype, tolerance):
    plain = nn.Linear(FACTORS, 5, dtype=dtype)
    ours = BatchLastLinear(FACTORS, 5, dtype=dtype)
    ours.load_state_dict(plain.state_dict())
    values = random_values(NAMES, FACTORS, dtype=dtype)
    slopes = random_values(NAMES, 5, dtype=dtype)
    for one, other in zip(
        results(ours, values, slopes), results(plain, values, slopes), strict=True
    ):
        torch.testing.assert_close(one, other, rtol=tolerance, atol=tolerance)


@pytest.mark.parametrize("names", [0, 1, NAMES])
def test_batches_lie_last_between_the_layers(names):
    convolution = FactorConvolution(FACTORS, 1, FILTERS, KERNEL, generator())
    linear = BatchLastLinear(convolution.outputs, 5)
    hidden = convolution(torch.zeros(names, FACTORS))
    output = linear(hidden.relu())
    assert hidden.shape == (names, convolution.outputs)
    assert output.shape == (names, 5)
    assert hidden.t().is_contiguous()
    assert output.t().is_contiguous()


def test_a_kernel_wider_than_the_factors_is_refused():
    with pytest.raises(ConfigurationError) as error:
        FactorConvolution(2, 1, FILTERS, KERNEL, generator())
    assert str(error.value) == (
        "a kernel over 3 neighbouring factors has no place among 2: choose a larger factor set or "
        "a smaller kernel"
    )
