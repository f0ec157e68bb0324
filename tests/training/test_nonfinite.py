"""A fit whose numbers are not finite stops, and says where."""

import math

import numpy as np
import pytest
import torch

from deep_alpha.errors import TrainingError
from deep_alpha.training.nonfinite import LossGuard, require_finite_features


def record(guard, loss, norm=1.0, count=10):
    guard.record(torch.tensor(loss), torch.tensor(norm), count)


def record_epoch(guard, losses):
    for loss in losses:
        record(guard, loss)
    guard.mean_loss()


def test_the_mean_weighs_batches_by_their_samples():
    guard = LossGuard("mlp", epoch=0)
    record(guard, 1.0, count=30)
    record(guard, 2.0, count=10)
    assert guard.mean_loss() == 1.25


@pytest.mark.parametrize("bad_batch", [0, 31, 32, 70])
def test_names_the_first_bad_batch(bad_batch):
    guard = LossGuard("mlp/fold 2/seed 1", epoch=7)
    with pytest.raises(TrainingError) as error:
        record_epoch(guard, [math.nan if batch >= bad_batch else 1.0 for batch in range(200)])
    assert str(error.value) == (
        f"mlp/fold 2/seed 1: the loss is nan in epoch 7, batch {bad_batch} (both counted from "
        "0); lower the learning rate, clip the gradient harder, or look for outliers in the "
        "targets"
    )


def test_names_a_bad_gradient():
    guard = LossGuard("", epoch=0)
    record(guard, 1.0, norm=math.inf)
    with pytest.raises(TrainingError, match=r"^fit: the gradient norm is inf in epoch 0, batch 0 "):
        guard.mean_loss()


def test_names_a_bad_feature_and_its_row():
    features = np.zeros((70_000, 3), dtype=np.float32)
    features[66_000, 1] = np.nan
    with pytest.raises(TrainingError) as error:
        require_finite_features(features, ("open", "rsi", "macd"), "mlp", "train")
    assert str(error.value) == (
        "mlp: feature 'rsi' is nan in train sample 66000; features must be finite: fill or drop "
        "it where features are scaled"
    )


def test_opposite_infinities_do_not_cancel():
    features = np.array([[np.inf, -np.inf]], dtype=np.float32)
    with pytest.raises(TrainingError, match=r"^fit: feature 'a' is inf in validation sample 0;"):
        require_finite_features(features, ("a", "b"), "", "validation")


def test_large_finite_features_pass():
    features = np.full((100, 2), 3e38, dtype=np.float32)
    require_finite_features(features, ("a", "b"), "", "train")
