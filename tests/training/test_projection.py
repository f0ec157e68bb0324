"""Projections in a batch: those of single days, and their gradients."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from deep_alpha.risk import Projection
from deep_alpha.training.projection import ProjectionBatch, pad_projections

DAYS = ((30, 2, 3), (24, 3, 4), (17, 0, 2))
"""Names, styles and industries of three days."""


def three_days(weighted=True) -> list[Projection]:
    projections = []
    for day, (names, styles, industries) in enumerate(DAYS):
        random = np.random.default_rng(day)
        exposures = random.normal(size=(names, styles))
        if styles:
            exposures[4, 0] = np.nan
        weight = np.exp(random.normal(10, 1, names)) if weighted else None
        projections.append(Projection.of(exposures, np.arange(names) % industries, weight))
    return projections


def values_of(batch: ProjectionBatch, seed=0) -> torch.Tensor:
    random = np.random.default_rng(seed)
    return torch.from_numpy(random.normal(size=batch.mask.shape))


def test_every_day_is_that_of_its_own_projection():
    projections = three_days()
    batch = pad_projections(projections, torch.float64)
    assert batch.basis.shape == (3, 30, 7)
    values = values_of(batch)
    found = batch.project_out(values).numpy()
    for day, projection in enumerate(projections):
        names = len(projection.inside)
        expected = np.nan_to_num(projection.residual(values[day, :names].numpy()))
        np.testing.assert_allclose(found[day, :names], expected, atol=1e-12)
        assert (found[day, names:] == 0).all()
    np.testing.assert_array_equal(
        batch.mask.sum(axis=1), [projection.inside.sum() for projection in projections]
    )


def test_what_is_outside_is_not_read():
    batch = pad_projections(three_days(), torch.float64)
    values = values_of(batch)
    awkward = torch.where(batch.mask, values, torch.nan).requires_grad_()
    found = batch.project_out(awkward)
    torch.testing.assert_close(found, batch.project_out(values), rtol=0, atol=0)
    found.square().sum().backward()
    assert torch.isfinite(awkward.grad).all()
    assert (awkward.grad[~batch.mask] == 0).all()
    assert (awkward.grad[batch.mask] != 0).all()


@pytest.mark.parametrize("weighted", [False, True])
def test_gradient_is_that_of_finite_differences(weighted):
    batch = pad_projections(three_days(weighted), torch.float64)
    values = values_of(batch).requires_grad_()
    assert torch.autograd.gradcheck(batch.project_out, (values,))


@pytest.mark.parametrize("weighted", [False, True])
def test_losses_of_prediction_and_both_have_one_gradient(weighted):
    """‖y − Mŷ‖² and ‖My − Mŷ‖² differ by ‖Py‖², which ŷ does not enter (001-F3)."""
    batch = pad_projections(three_days(weighted), torch.float64)
    weight = batch.root_weight.square() / batch.root_weight.square().max()
    target = torch.where(batch.mask, values_of(batch, 1), 0.0)

    def gradient(loss):
        predicted = values_of(batch, 2).requires_grad_()
        (weight * loss(predicted).square()).sum().backward()
        return predicted.grad

    prediction = gradient(lambda predicted: target - batch.project_out(predicted))
    both = gradient(lambda predicted: batch.project_out(target) - batch.project_out(predicted))
    only_target = gradient(lambda predicted: batch.project_out(target) - predicted)
    torch.testing.assert_close(prediction, both, rtol=1e-10, atol=1e-12)
    assert not torch.allclose(only_target, both, rtol=1e-2)


def test_single_precision_and_autocast():
    exact = pad_projections(three_days(), torch.float64)
    batch = pad_projections(three_days())
    values = values_of(batch).float()
    assert batch.basis.dtype == torch.float32
    with torch.autocast("cpu", dtype=torch.bfloat16):
        found = batch.project_out(values)
    assert found.dtype == torch.float32
    torch.testing.assert_close(
        found.double(), exact.project_out(values.double()), atol=1e-5, rtol=0
    )
    half = batch.project_out(values.bfloat16())
    assert half.dtype == torch.float32


def test_a_batch_moves_to_a_device():
    batch = pad_projections(three_days()).to("meta")
    assert {tensor.device.type for tensor in (batch.basis, batch.root_weight, batch.mask)} == {
        "meta"
    }


def test_a_batch_needs_a_day():
    with pytest.raises(ValueError, match="one day at least"):
        pad_projections([])
