"""Optimisers and schedules against their formulas."""

import itertools
import math

import pytest
import torch
from torch import nn

from deep_alpha.training.optimisation import adam, cosine_decay, rmsprop, step_schedule

RATE = 0.1


def test_rmsprop_is_that_of_keras():
    weight = nn.Parameter(torch.tensor([1.0, -2.0], dtype=torch.float64))
    optimiser = rmsprop(RATE)([weight])
    expected, mean_square = [1.0, -2.0], [0.0, 0.0]
    for _ in range(4):
        optimiser.zero_grad()
        (weight**2 + 3.0 * weight).sum().backward()
        optimiser.step()
        for place, value in enumerate(expected):
            slope = 2.0 * value + 3.0
            mean_square[place] = 0.9 * mean_square[place] + 0.1 * slope**2
            expected[place] = value - RATE * slope / (math.sqrt(mean_square[place]) + 1e-7)
    assert weight.tolist() == pytest.approx(expected, rel=1e-12)


def test_rmsprop_takes_other_constants_and_weight_decay():
    (group,) = rmsprop(RATE, 0.01, rho=0.99, epsilon=1e-8)(
        [nn.Parameter(torch.ones(1))]
    ).param_groups
    assert (group["lr"], group["weight_decay"], group["alpha"], group["eps"]) == (
        RATE,
        0.01,
        0.99,
        1e-8,
    )


def rates(scheduler, epochs):
    optimiser = adam(RATE)([nn.Parameter(torch.ones(1))])
    schedule, seen = scheduler(optimiser), []
    for _ in range(epochs):
        seen.append(optimiser.param_groups[0]["lr"])
        optimiser.step()
        step_schedule(schedule, math.nan)
    return seen


def test_a_cosine_ends_exactly_at_its_last_rate():
    found = rates(cosine_decay(RATE, 1e-7, 90), 90)
    assert (found[0], found[-1]) == (RATE, pytest.approx(1e-7, rel=1e-9))
    middle = 0.5 * (found[44] + found[45])
    assert middle == pytest.approx(0.5 * (RATE + 1e-7))
    assert all(later < earlier for earlier, later in itertools.pairwise(found))


def test_a_cosine_of_one_epoch_keeps_its_first_rate():
    assert rates(cosine_decay(RATE, 1e-7, 1), 1) == [RATE]
