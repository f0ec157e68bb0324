"""Daily correlations against SciPy and NumPy, day by day inside the joint mask."""

import numpy as np
import pytest
from scipy.stats import rankdata, spearmanr

from deep_alpha.kernels.correlation import (
    daily_names,
    daily_pearson_ic,
    daily_rank_ic,
    pearson_ic_by_day,
    rank_ic_by_day,
)


def noisy(days=12, assets=400, dtype=np.float64, seed=0):
    """Scores and returns with a known relation and with holes in both."""
    rng = np.random.default_rng(seed)
    scores = rng.standard_normal((days, assets))
    returns = 0.1 * scores + rng.standard_normal((days, assets))
    scores[rng.random((days, assets)) < 0.1] = np.nan
    returns[rng.random((days, assets)) < 0.05] = np.nan
    return scores.astype(dtype), returns.astype(dtype)


def by_scipy(scores, returns):
    result = []
    for x, y in zip(scores, returns, strict=True):
        joint = ~(np.isnan(x) | np.isnan(y))
        result.append(spearmanr(x[joint], y[joint]).statistic)
    return np.array(result)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_rank_ic_is_scipys_spearman_inside_the_joint_mask(dtype):
    scores, returns = noisy(dtype=dtype)

    np.testing.assert_allclose(
        daily_rank_ic(scores, returns), by_scipy(scores, returns), rtol=0, atol=1e-14
    )


def test_ranking_before_the_joint_mask_would_be_another_number():
    scores, returns = noisy()
    wrong = [
        np.corrcoef(rankdata(x, nan_policy="omit")[m], rankdata(y, nan_policy="omit")[m])[0, 1]
        for x, y in zip(scores, returns, strict=True)
        for m in [~(np.isnan(x) | np.isnan(y))]
    ]

    assert np.abs(daily_rank_ic(scores, returns) - wrong).max() > 1e-6


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("decimals", [0, 1, 2])
def test_equal_values_share_their_average_rank(dtype, decimals):
    scores, returns = noisy()
    scores, returns = scores.round(decimals).astype(dtype), returns.round(decimals).astype(dtype)

    np.testing.assert_allclose(
        daily_rank_ic(scores, returns), by_scipy(scores, returns), rtol=0, atol=1e-14
    )


def test_values_that_differ_in_their_last_bits_are_no_ties():
    """Neighbouring doubles agree in all bits a sort key keeps; the kernel must look again."""
    rng = np.random.default_rng(1)
    scores = 1.0 + rng.integers(0, 300, size=(6, 500)) * np.finfo(np.float64).eps
    returns = rng.standard_normal((6, 500)) + (scores - 1.0) / np.finfo(np.float64).eps / 100

    result = daily_rank_ic(scores, returns)

    np.testing.assert_allclose(result, by_scipy(scores, returns), rtol=0, atol=1e-14)
    np.testing.assert_allclose(daily_rank_ic(returns, scores), result, rtol=0, atol=1e-14)
    assert (result > 0.5).all()


def test_zeros_of_both_signs_tie_and_infinities_are_the_extremes():
    rng = np.random.default_rng(2)
    scores = rng.standard_normal((1, 40))
    scores[0, :12] = [
        0.0,
        -0.0,
        0.0,
        -0.0,
        5e-324,
        -5e-324,
        *[np.inf] * 2,
        *[-np.inf] * 2,
        1e308,
        1,
    ]
    returns = np.sign(scores) * rng.random((1, 40))

    np.testing.assert_allclose(
        daily_rank_ic(scores, returns), by_scipy(scores, returns), rtol=0, atol=1e-14
    )


def test_a_signal_correlates_with_itself_by_exactly_one():
    scores, _ = noisy()

    assert (daily_rank_ic(scores, scores) == 1.0).all()
    assert (daily_rank_ic(scores, -scores) == -1.0).all()


def test_monotone_maps_of_either_side_change_nothing():
    scores, returns = noisy()

    np.testing.assert_array_equal(
        daily_rank_ic(np.exp(scores), returns**3), daily_rank_ic(scores, returns)
    )


def test_pearson_ic_is_numpys_correlation():
    scores, returns = noisy()
    expected = [
        np.corrcoef(x[m], y[m])[0, 1]
        for x, y in zip(scores, returns, strict=True)
        for m in [~(np.isnan(x) | np.isnan(y))]
    ]

    np.testing.assert_allclose(daily_pearson_ic(scores, returns), expected, rtol=0, atol=1e-14)


def test_pearson_ic_survives_a_large_common_level():
    scores, returns = noisy()

    np.testing.assert_allclose(
        daily_pearson_ic(1e6 + scores, returns), daily_pearson_ic(scores, returns), atol=1e-9
    )


@pytest.mark.parametrize("kernel", [daily_rank_ic, daily_pearson_ic])
def test_days_with_few_names_or_a_constant_side_have_no_ic(kernel):
    rng = np.random.default_rng(3)
    scores, returns = rng.standard_normal((4, 30)), rng.standard_normal((4, 30))
    scores[0, 9:] = np.nan  # nine names
    scores[1, 10:] = np.nan  # ten names
    scores[2] = 0.1
    returns[3] = np.nan

    np.testing.assert_array_equal(np.isnan(kernel(scores, returns)), [True, False, True, True])
    np.testing.assert_array_equal(daily_names(scores, returns), [9, 10, 30, 0])


def test_rows_sorted_by_day_give_the_same_as_the_full_table():
    scores, returns = noisy(days=21, dtype=np.float32)
    known = ~np.isnan(scores)
    known[4] = False
    offsets = np.concatenate(([0], known.sum(axis=1).cumsum()))

    by_day = rank_ic_by_day(scores[known], returns[known], offsets)

    expected = daily_rank_ic(np.where(known, scores, np.nan), returns)
    np.testing.assert_array_equal(by_day, expected)
    assert np.isnan(by_day[4])
    np.testing.assert_allclose(
        pearson_ic_by_day(scores[known], returns[known], offsets),
        daily_pearson_ic(np.where(known, scores, np.nan), returns),
        rtol=1e-12,
    )


def test_scores_and_returns_may_differ_in_dtype_and_layout():
    scores, returns = noisy()

    np.testing.assert_array_equal(
        daily_rank_ic(np.asfortranarray(scores), returns), daily_rank_ic(scores, returns)
    )
    mixed = daily_rank_ic(scores.astype(np.float32), returns)
    np.testing.assert_allclose(mixed, daily_rank_ic(scores, returns), atol=1e-4)


def test_nothing_in_nothing_out():
    assert daily_rank_ic(np.empty((0, 5)), np.empty((0, 5))).shape == (0,)
    assert np.isnan(daily_rank_ic(np.empty((3, 0)), np.empty((3, 0)))).all()


def test_inputs_are_left_alone():
    scores, returns = noisy()
    before = scores.copy(), returns.copy()

    daily_rank_ic(scores, returns)

    np.testing.assert_array_equal(scores, before[0])
    np.testing.assert_array_equal(returns, before[1])


def test_shapes_that_do_not_fit_are_refused():
    with pytest.raises(ValueError, match=r"^scores \(2, 3\) and returns \(2, 4\) must be two "):
        daily_rank_ic(np.zeros((2, 3)), np.zeros((2, 4)))
    with pytest.raises(ValueError, match=r"^scores \(3,\) and returns \(4,\) must be two columns"):
        rank_ic_by_day(np.zeros(3), np.zeros(4), np.array([0, 3]))
    with pytest.raises(ValueError, match=r"^offsets must lie between 0 and the 3 rows$"):
        rank_ic_by_day(np.zeros(3), np.zeros(3), np.array([0, 4]))
    with pytest.raises(ValueError, match=r"^offsets must not decrease$"):
        rank_ic_by_day(np.zeros(3), np.zeros(3), np.array([0, 2, 1]))
