"""The loss of a neutralised score against explicit matrices (SPEC 001-F3)."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from deep_alpha.errors import PanelError, TrainingError
from deep_alpha.training.losses import squared_error
from deep_alpha.training.neutral_loss import project_scores, projected_squared_error
from deep_alpha.training.rows import RowBatch

SIZES, INDUSTRIES, STYLES = (40, 55, 31, 1), 4, 3
OUTSIDE = {2: "style", 50: "industry", 77: "weight", 100: "no cap", 101: "industry"}
DAY = np.repeat([7, 3, 11, 5], SIZES)
OFFSETS = np.concatenate(([0], np.cumsum(SIZES)))


@pytest.fixture
def exposures():
    """Styles with a mean of their own in each industry, and some names without exposures."""
    random = np.random.default_rng(0)
    industry = random.integers(0, INDUSTRIES, len(DAY))
    styles = random.normal(size=(len(DAY), STYLES)) + 0.5 * industry[:, None]
    root_cap = np.exp(random.normal(5.0, 1.0, len(DAY)))
    table = np.column_stack([styles, industry, root_cap])
    for row, what in OUTSIDE.items():
        column, value = {
            "style": (1, np.nan),
            "industry": (STYLES, -1),
            "weight": (-1, 0.0),
            "no cap": (-1, np.nan),
        }[what]
        table[row, column] = value
    return table.astype(np.float32)


@pytest.fixture
def inside():
    return ~np.isin(np.arange(len(DAY)), list(OUTSIDE))


def annihilators(exposures, inside, weighted=False):
    """M of each day by a pseudo-inverse, in one block-diagonal matrix of all names inside."""
    rows = np.flatnonzero(inside)
    result = np.zeros((len(rows), len(rows)))
    for day in np.unique(DAY):
        own = np.flatnonzero(DAY[rows] == day)
        part = exposures[rows[own]].astype(np.float64)
        columns = np.column_stack([part[:, :STYLES], np.eye(INDUSTRIES)[part[:, -2].astype(int)]])
        weight = part[:, -1] if weighted else np.ones(len(own))
        root = np.sqrt(weight)[:, None]
        explained = columns @ np.linalg.pinv(root * columns) * root.T
        result[np.ix_(own, own)] = np.eye(len(own)) - explained
    return result


def vectors(count, seed=1):
    return np.random.default_rng(seed).normal(size=(count, len(DAY)))


def batch_of(target, exposures, weight=None, order=None):
    order = np.arange(len(DAY)) if order is None else order
    return RowBatch(
        torch.zeros(len(order), 1),
        torch.from_numpy(target[order]),
        weight=None if weight is None else torch.from_numpy(weight[order]),
        day=torch.from_numpy(DAY[order]),
        exposures=torch.from_numpy(exposures[order]),
    )


def loss_of(predicted, target, exposures, **others):
    output = torch.from_numpy(predicted)[:, None]
    return projected_squared_error(output, batch_of(target, exposures, **others)).item()


def square(values):
    return float(values @ values)


def test_both_identities_hold(exposures, inside):
    """‖y−Mŷ‖² = ‖My−Mŷ‖² + ‖Py‖² and ‖My−ŷ‖² = ‖My−Mŷ‖² + ‖Pŷ‖², in equal weights."""
    m = annihilators(exposures, inside)
    predicted, target = vectors(2)
    y, guess = target[inside], predicted[inside]
    prediction = inside.sum() * loss_of(predicted, target, exposures)
    neutral = target.copy()
    neutral[inside] = m @ y
    both = inside.sum() * loss_of(predicted, neutral, exposures)
    assert prediction == pytest.approx(square(y - m @ guess), rel=1e-9)
    assert prediction == pytest.approx(both + square(y - m @ y), rel=1e-6)
    assert square(m @ y - guess) == pytest.approx(both + square(guess - m @ guess), rel=1e-6)


def test_projections_weighted_as_the_regression_would_break_them(exposures, inside):
    """Why the loss projects in equal weights: with √cap its plain error has no such split."""
    m = annihilators(exposures, inside, weighted=True)
    predicted, y = (vector[inside] for vector in vectors(2))
    parts = square(m @ y - m @ predicted) + square(y - m @ y)
    assert abs(square(y - m @ predicted) / parts - 1) > 1e-3
    # Its own norm has one.
    root = np.sqrt(exposures[inside, -1].astype(np.float64))
    parts = square(root * (m @ (y - predicted))) + square(root * (y - m @ y))
    assert square(root * (y - m @ predicted)) == pytest.approx(parts, rel=1e-6)


def test_neutralising_the_target_too_changes_no_gradient(exposures, inside):
    m = annihilators(exposures, inside)
    predicted, target = vectors(2)
    neutral = target.copy()
    neutral[inside] = m @ target[inside]

    def gradient(objective, y):
        output = torch.from_numpy(predicted)[:, None].requires_grad_()
        objective(output, batch_of(y, exposures)).backward()
        return output.grad[:, 0].numpy()

    prediction = gradient(projected_squared_error, target)
    both = gradient(projected_squared_error, neutral)
    only_target = gradient(squared_error, neutral)
    np.testing.assert_allclose(prediction, both, atol=1e-12)
    by_hand = 2.0 / inside.sum() * m @ (predicted - target)[inside]
    np.testing.assert_allclose(prediction[inside], by_hand, atol=1e-12)
    assert (prediction[~inside] == 0).all()
    # The target alone also pulls the styles out of the score.
    assert np.abs(only_target - prediction)[inside].max() > 0.1 * np.abs(prediction).max()


def test_what_is_outside_has_no_weight(exposures, inside):
    predicted, target = vectors(2)
    expected = loss_of(predicted, target, exposures)
    target[~inside] = 1e6
    predicted[~inside] = np.nan
    assert loss_of(predicted, target, exposures) == expected


def test_rows_may_come_in_any_order(exposures):
    predicted, target = vectors(2)
    order = np.random.default_rng(3).permutation(len(DAY))
    shuffled = loss_of(predicted[order], target, exposures, order=order)
    assert shuffled == pytest.approx(loss_of(predicted, target, exposures), rel=1e-12)


def test_weights_multiply_the_squares(exposures, inside):
    predicted, target = vectors(2)
    weight = np.random.default_rng(4).uniform(0.0, 2.0, len(DAY))
    left = target[inside] - annihilators(exposures, inside) @ predicted[inside]
    expected = (weight[inside] * left**2).mean()
    assert loss_of(predicted, target, exposures, weight=weight) == pytest.approx(expected)


def test_single_precision_and_autocast(exposures):
    predicted, target = vectors(2)
    exact = loss_of(predicted, target, exposures)
    output = torch.from_numpy(predicted).float()[:, None]
    batch = batch_of(target.astype(np.float32), exposures)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        loss = projected_squared_error(output, batch)
        half = projected_squared_error(output.bfloat16(), batch)
    assert loss.dtype == half.dtype == torch.float32
    assert loss.item() == pytest.approx(exact, rel=1e-5)
    assert half.item() == pytest.approx(exact, rel=1e-2)


def test_a_batch_without_anyone_inside_is_an_error(exposures):
    exposures[:, -1] = 0.0
    predicted, target = vectors(2)
    with pytest.raises(TrainingError) as error:
        loss_of(predicted, target, exposures)
    assert str(error.value) == (
        "none of the 127 samples of a batch of 4 days has an industry, all style exposures and a "
        "positive weight: start training where the risk model has begun"
    )


def test_the_loss_needs_days_and_exposures():
    batch = RowBatch(torch.zeros(2, 1), torch.zeros(2), day=torch.zeros(2, dtype=torch.int64))
    with pytest.raises(ValueError, match="needs rows with their day and exposures"):
        projected_squared_error(torch.zeros(2, 1), batch)


def test_scores_to_be_used_are_what_the_loss_compared(exposures, inside):
    (scores,) = vectors(1).astype(np.float32)
    scores[~inside] = np.nan
    left = project_scores(scores, exposures, OFFSETS)
    assert left.dtype == np.float32
    expected = annihilators(exposures, inside) @ scores[inside]
    np.testing.assert_allclose(left[inside], expected, atol=1e-6)
    assert np.isnan(left[~inside]).all()
    # Nothing of a style is left on any day, as the report measures it.
    for day in (7, 3, 11):
        own = inside & (day == DAY)
        for style in exposures[own, :STYLES].T:
            assert abs(np.corrcoef(left[own], style)[0, 1]) < 1e-6


def test_a_missing_score_inside_is_an_error(exposures):
    scores = np.zeros(len(DAY), dtype=np.float32)
    scores[44] = np.nan
    with pytest.raises(PanelError, match="no finite value for name 4"):
        project_scores(scores, exposures, OFFSETS)
