"""Targets of the dual-task networks, worked out by hand."""

import numpy as np
import pytest
from pydantic import ValidationError

from deep_alpha.errors import TrainingError
from deep_alpha.models.network_config import NetworkConfig
from deep_alpha.models.samples import Samples
from deep_alpha.models.target_scaling import TargetScaling, label_up

QUANTILES = (0.05, 0.95)


def samples(*days):
    """Samples whose forward returns are given day by day."""
    returns = np.concatenate([np.array(day, dtype=np.float32) for day in days])
    rows = np.arange(len(returns))
    date_index = np.repeat(np.arange(len(days)), [len(day) for day in days])
    features = np.zeros((len(returns), 1), dtype=np.float32)
    unused = np.full(len(returns), np.nan, dtype=np.float32)
    return Samples(features, rows, date_index, rows, unused, returns, ("x",))


def test_returns_are_clipped_at_pooled_train_quantiles():
    train = samples(np.arange(0, 51) / 100, np.arange(51, 101) / 100)
    scaling = TargetScaling.fit(train, "return", "train", QUANTILES, "raw")
    assert (scaling.low, scaling.high) == pytest.approx((0.05, 0.95))
    valid = samples([-3.0, 0.05, 0.5, 0.95, 3.0])
    assert scaling.transform(valid) == pytest.approx([0.05, 0.05, 0.5, 0.95, 0.95])


def test_train_std_is_that_of_clipped_train_targets():
    train = samples(np.arange(0, 51) / 100, np.arange(51, 101) / 100)
    scaling = TargetScaling.fit(train, "return", "train", QUANTILES, "train_std")
    clipped = np.clip(np.arange(101) / 100, 0.05, 0.95)
    assert scaling.scale == pytest.approx(clipped.std())
    assert scaling.transform(train).std() == pytest.approx(1.0)


def test_per_day_clips_at_each_days_own_quantiles():
    train = samples(np.arange(0, 101) / 100, np.arange(0, 101) / 10)
    scaling = TargetScaling.fit(train, "return", "per_day", QUANTILES, "raw")
    target = scaling.transform(train)
    assert (target[:101].min(), target[:101].max()) == pytest.approx((0.05, 0.95))
    assert (target[101:].min(), target[101:].max()) == pytest.approx((0.5, 9.5))


def test_all_pools_train_and_validation_and_scales_by_train_alone():
    train, valid = samples(np.arange(0, 51) / 100), samples(np.arange(51, 101) / 100)
    scaling = TargetScaling.fit(train, "return", "all", QUANTILES, "train_std", valid)
    assert (scaling.low, scaling.high) == pytest.approx((0.05, 0.95))
    assert scaling.scale == pytest.approx(np.clip(np.arange(51) / 100, 0.05, 0.95).std())
    assert scaling.transform(valid).max() == pytest.approx(0.95 / scaling.scale)
    assert (scaling.as_json()["low"], scaling.as_json()["high"]) == pytest.approx((0.05, 0.95))


def test_no_other_clip_looks_at_validation():
    train, valid = samples([0.1, 0.2, 0.4], [-0.2, 0.0]), samples([9.0, -9.0])
    for clip in ("train", "per_day", "none"):
        with_it = TargetScaling.fit(train, "return", clip, QUANTILES, "train_std", valid)
        assert with_it == TargetScaling.fit(train, "return", clip, QUANTILES, "train_std")


def test_all_needs_the_validation_segment():
    with pytest.raises(TrainingError, match="this model hands over train samples only"):
        TargetScaling.fit(samples([0.1, 0.2]), "return", "all", QUANTILES, "raw")


def test_without_clip_returns_stay():
    train = samples([-5.0, 0.0, 7.0])
    scaling = TargetScaling.fit(train, "return", "none", QUANTILES, "raw")
    assert scaling.transform(train).tolist() == [-5.0, 0.0, 7.0]


def test_ranks_by_hand():
    train = samples([0.03, -0.01, 0.01, 0.01], [0.5, 0.1])
    scaling = TargetScaling.fit(train, "rank", "none", QUANTILES, "train_std")
    # Ranks 4, 1, 2.5, 2.5 of four names: mid-ranks 7/8, 1/8, 1/2, 1/2.
    by_hand = np.array([3 / 8, -3 / 8, 0, 0, 1 / 4, -1 / 4]) * np.sqrt(12)
    assert scaling.transform(train) == pytest.approx(by_hand)


def test_ranks_have_mean_zero_and_variance_one():
    train = samples(np.random.default_rng(0).normal(size=500))
    target = TargetScaling.fit(train, "rank", "none", QUANTILES, "train_std").transform(train)
    assert target.mean() == pytest.approx(0.0, abs=1e-6)
    assert target.var() == pytest.approx(1.0, abs=1e-4)


def test_z_scores_by_hand():
    train = samples([0.03, -0.01, 0.01, 0.01], [0.2, 0.2, 0.2], [0.7])
    scaling = TargetScaling.fit(train, "zscore", "none", QUANTILES, "train_std")
    # Mean 0.01 and sd √(0.0008 / 4); a day without differences says nothing.
    by_hand = [np.sqrt(2), -np.sqrt(2), 0, 0, 0, 0, 0, 0]
    assert scaling.transform(train) == pytest.approx(by_hand)
    assert scaling.transform(train)[4:].tolist() == [0, 0, 0, 0]
    assert scaling.scale == 1.0
    assert (scaling.as_json()["low"], scaling.as_json()["high"]) == (None, None)


def test_z_scores_are_winsorised_at_three_sd_and_scaled_again():
    day = np.append(np.tile([-0.01, 0.01], 50), 1.0)
    train = samples(day, -5.0 * day)
    target = TargetScaling.fit(train, "zscore", "none", QUANTILES, "train_std").transform(train)
    clipped = np.minimum(day, day.mean() + 3.0 * day.std())
    assert target[:101] == pytest.approx((clipped - clipped.mean()) / clipped.std(), rel=1e-5)
    # Neither sign nor scale of a day changes more than the sign.
    assert target[101:] == pytest.approx(-target[:101], rel=1e-5)


def test_z_scores_have_mean_zero_and_variance_one_on_every_day():
    returns = np.random.default_rng(0).standard_t(3, size=(6, 400)) * 0.03
    train = samples(*returns)
    target = TargetScaling.fit(train, "zscore", "none", QUANTILES, "train_std").transform(train)
    for day in target.reshape(6, 400):
        assert day.mean() == pytest.approx(0.0, abs=1e-6)
        assert day.var() == pytest.approx(1.0, abs=1e-6)


@pytest.mark.parametrize("kind", ["rank", "zscore"])
def test_targets_within_a_day_know_no_other_day(kind):
    first, second = np.random.default_rng(0).normal(size=(2, 37))
    scaling = TargetScaling.fit(samples(first), kind, "none", QUANTILES, "train_std")
    together = scaling.transform(samples(first, 100.0 * second))
    assert (together[:37] == scaling.transform(samples(first))).all()
    assert (together[37:] == scaling.transform(samples(100.0 * second))).all()


@pytest.mark.parametrize("kind", ["rank", "zscore"])
@pytest.mark.parametrize("setting", [{"clip": "train"}, {"y_scale": "raw"}])
def test_targets_within_a_day_are_neither_clipped_nor_left_unscaled(kind, setting):
    assert NetworkConfig(target=kind).target == kind
    message = f"target={kind} needs clip=none and y_scale=train_std"
    with pytest.raises(ValidationError, match=message):
        NetworkConfig(target=kind, **setting)


def test_up_is_a_positive_return_or_one_above_the_days_median():
    day_up, day_down = [0.01, 0.02, 0.03], [-0.03, 0.0, -0.01, -0.02]
    both = samples(day_up, day_down)
    assert label_up(both, "sign").tolist() == [1, 1, 1, 0, 0, 0, 0]
    assert label_up(both, "above_median").tolist() == [0, 0, 1, 0, 1, 1, 0]


def test_a_missing_forward_return_is_named():
    train = samples([0.1, np.nan, 0.2, np.nan])
    with pytest.raises(TrainingError) as error:
        TargetScaling.fit(train, "return", "train", QUANTILES, "raw")
    assert str(error.value) == (
        "2 of 4 train samples have no forward return (first: sample 1): leave them out with "
        "Samples.subset"
    )


def test_equal_targets_can_not_be_scaled():
    with pytest.raises(TrainingError) as error:
        TargetScaling.fit(samples([0.5] * 6), "return", "train", QUANTILES, "train_std")
    assert str(error.value) == (
        "all 6 train targets are equal after clipping: y_scale=train_std can not divide by their "
        "standard deviation of 0"
    )


def test_only_existing_bounds_are_told():
    train = samples([0.1, 0.2, 0.3])
    ranked = TargetScaling.fit(train, "rank", "none", QUANTILES, "train_std").as_json()
    assert (ranked["low"], ranked["high"]) == (None, None)
    clipped = TargetScaling.fit(train, "return", "train", QUANTILES, "raw").as_json()
    assert (clipped["low"], clipped["high"]) == pytest.approx((0.11, 0.29))
