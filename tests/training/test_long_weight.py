"""Weights worked out by hand, and what they do to a score."""

from itertools import pairwise

import numpy as np
import pytest
from scipy.stats import spearmanr

from deep_alpha.errors import TrainingError
from deep_alpha.training.long_weight import long_weights, volatility_tilt

TARGET = np.array([0.03, -0.01, -0.02, 0.04, 0.02, 0.02, -0.01, 0.05], dtype=np.float32)
OFFSETS = np.array([0, 4, 8])  # two days of four names


def weights(kind, target=TARGET, offsets=OFFSETS, **settings):
    result = long_weights(target, offsets, kind, **settings)
    assert result.dtype == np.float32
    return result


def test_rank_weights_by_hand():
    # Ranks 3, 2, 1, 4 and, with a tie, 2.5, 2.5, 1, 4 of four: their mean is 2.5.
    expected = np.array([3, 2, 1, 4, 2.5, 2.5, 1, 4]) / 2.5
    np.testing.assert_allclose(weights("rank"), expected, rtol=1e-6)


def test_rank_weights_with_gamma_by_hand():
    # Squares of ranks / 4: 9, 4, 1, 16 of mean 7.5; 6.25, 6.25, 1, 16 of mean 7.375.
    first, second = np.array([9, 4, 1, 16]) / 7.5, np.array([6.25, 6.25, 1, 16]) / 7.375
    np.testing.assert_allclose(weights("rank", gamma=2.0), [*first, *second], rtol=1e-6)
    np.testing.assert_array_equal(weights("rank", gamma=0.0), 1.0)


def test_relu_weights_by_hand():
    # A tenth of the mean |y| is 0.0025 on both days; what is above zero adds to it.
    first = np.array([0.0325, 0.0025, 0.0025, 0.0425]) / 0.02
    second = np.array([0.0225, 0.0225, 0.0025, 0.0525]) / 0.025
    np.testing.assert_allclose(weights("relu"), [*first, *second], rtol=1e-5)


def test_shift_weights_by_hand():
    first = np.array([0.05, 0.01, 0.0, 0.06]) / 0.03
    second = np.array([0.03, 0.03, 0.0, 0.06]) / 0.03
    np.testing.assert_allclose(weights("shift"), [*first, *second], rtol=1e-5, atol=1e-6)


def test_the_literal_formula_by_hand():
    """Sums of the days are 0.04 and 0.08; losers have negative weights, the mean is 1/n."""
    expected = [0.75, -0.25, -0.5, 1.0, 0.25, 0.25, -0.125, 0.625]
    np.testing.assert_allclose(weights("literal"), expected, rtol=1e-5)


def test_off_is_no_weight_at_all():
    assert long_weights(TARGET, OFFSETS, "off") is None


@pytest.mark.parametrize("kind", ["rank", "relu", "shift"])
def test_weights_are_positive_with_mean_one_on_days_of_any_size(kind):
    sizes = np.array([1, 0, 300, 2, 57])
    offsets = np.concatenate([[0], sizes.cumsum()])
    target = np.random.default_rng(0).normal(size=offsets[-1]).astype(np.float32)

    result = weights(kind, target, offsets)

    means = [result[a:b].mean() for a, b in pairwise(offsets) if b > a]
    np.testing.assert_allclose(means, 1.0, rtol=1e-5)
    assert (result >= 0.0).all()


def test_rank_weights_lie_below_two():
    target = np.random.default_rng(0).standard_t(2, size=500)

    result = weights("rank", target, np.array([0, 500]))

    assert 0.0 < result.min() < 0.01
    assert 1.99 < result.max() < 2.0


@pytest.mark.parametrize("kind", ["rank", "relu", "shift"])
@pytest.mark.parametrize("level", [-0.02, 0.0, 0.02])
def test_equal_targets_weigh_alike(kind, level):
    target = np.array([level, level, level, 0.5, 0.1])

    np.testing.assert_allclose(weights(kind, target, np.array([0, 3, 5]))[:3], 1.0, rtol=1e-6)


@pytest.mark.parametrize("kind", ["rank", "relu", "shift", "literal"])
def test_a_day_takes_nothing_from_another(kind):
    moved = TARGET.copy()
    moved[4:] = [0.3, -0.2, 0.1, 0.9]

    np.testing.assert_array_equal(weights(kind, moved)[:4], weights(kind)[:4])


def test_the_literal_formula_explodes_where_targets_almost_sum_to_nothing():
    target = np.array([0.05, -0.05, 0.02, -0.0200001])

    result = weights("literal", target, np.array([0, 4]))

    assert np.abs(result).max() > 1e5
    assert result[0] < 0.0 < result[1]  # the sum is negative: now losers are preferred


def test_the_literal_formula_is_undefined_for_demeaned_targets():
    target = np.array([0.04, 0.01, 0.5, -0.25, -0.25])

    with pytest.raises(TrainingError, match=r"sum, which is 0\.0e\+00 on day 1 of the segment: "):
        long_weights(target, np.array([0, 2, 5]), "literal")


def test_targets_must_be_finite():
    target = TARGET.copy()
    target[3] = np.nan
    with pytest.raises(TrainingError, match=r"1 of 8 are not \(first: sample 3\): leave them out$"):
        long_weights(target, OFFSETS, "rank")


@pytest.mark.parametrize("offsets", [[], [0, 4], [1, 8]])
def test_offsets_must_cover_the_targets(offsets):
    with pytest.raises(ValueError, match=r"^offsets must run from 0 to the 8 targets$"):
        long_weights(TARGET, np.array(offsets, dtype=np.int64), "rank")


def test_volatility_tilt_is_the_mean_of_the_days_rank_correlations():
    random = np.random.default_rng(0)
    offsets = np.array([0, 40, 90, 95])  # the last day has too few names
    volatility = random.lognormal(size=95)
    scores = volatility + random.normal(size=95)
    daily = [spearmanr(scores[a:b], volatility[a:b]).statistic for a, b in ((0, 40), (40, 90))]

    assert volatility_tilt(scores, volatility, offsets) == pytest.approx(np.mean(daily))
    assert np.isnan(volatility_tilt(scores[:5], volatility[:5], np.array([0, 5])))


@pytest.mark.parametrize("kind", ["rank", "relu", "shift"])
def test_weights_turn_a_score_into_a_bet_on_volatility(kind):
    """Returns have no mean to forecast, only a spread; their weighted means grow with it."""
    random = np.random.default_rng(1)
    names, days = 200, 60
    offsets = np.arange(days + 1) * names
    volatility = np.tile(np.linspace(0.01, 0.05, names), days)
    returns = volatility * random.normal(size=len(volatility))

    def best_score(weight):
        """The weighted mean return of each name over all days: what squared error aims at."""
        weight, y = weight.reshape(days, names), returns.reshape(days, names)
        return np.tile((weight * y).sum(axis=0) / weight.sum(axis=0), days)

    plain = volatility_tilt(best_score(np.ones(len(returns))), volatility, offsets)
    weighted = volatility_tilt(best_score(weights(kind, returns, offsets)), volatility, offsets)
    assert abs(plain) < 0.2
    assert weighted > 0.6
