"""Spearman dropout on columns whose copies, mirrors and constants are planted."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import spearmanr

from deep_alpha.errors import TrainingError
from deep_alpha.models.alphanet.spearman_dropout import jaccard, keep_features


def independent(columns=6, rows=800, seed=0):
    return np.random.default_rng(seed).normal(size=(rows, columns)).astype(np.float32)


def related(columns, rows=500, seed=0):
    """Columns of three factors: some pairs are nearly equal, others nearly mirrored."""
    random = np.random.default_rng(seed)
    common = random.normal(size=(rows, 3)) @ random.normal(size=(3, columns))
    return (common + 0.3 * random.normal(size=(rows, columns))).astype(np.float32)


def by_loops(values, threshold, absolute):
    """The greedy rule, with one pair of columns after the other."""
    kept = []
    for k in range(values.shape[1]):
        for j in kept:
            correlation = spearmanr(values[:, j], values[:, k]).statistic
            if (abs(correlation) if absolute else correlation) > threshold:
                break
        else:
            kept.append(k)
    return kept


def kept_columns(values, **settings):
    return keep_features(values, **settings).kept.tolist()


@pytest.mark.parametrize("absolute", [True, False])
@pytest.mark.parametrize("threshold", [0.3, 0.8, 0.95])
def test_kept_columns_are_those_of_the_greedy_rule(threshold, absolute):
    values = related(40)

    kept = kept_columns(values, threshold=threshold, absolute=absolute)

    assert kept == by_loops(values, threshold, absolute)
    assert 1 < len(kept) < 40


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.floats(0.05, 1.0), st.booleans())
def test_kept_pairs_stay_below_the_threshold_and_each_dropped_column_has_a_reason(
    seed, threshold, absolute
):
    values = related(20, rows=60, seed=seed)
    chosen = keep_features(values, threshold, absolute)
    redundancy = spearmanr(values).statistic
    redundancy = np.abs(redundancy) if absolute else redundancy
    kept = chosen.kept

    among_kept = redundancy[np.ix_(kept, kept)][~np.eye(len(kept), dtype=bool)]
    assert (among_kept <= threshold + 1e-12).all()
    for column in set(range(20)) - set(kept.tolist()):
        assert redundancy[column, kept[kept < column]].max() > threshold - 1e-12


def test_a_copy_is_dropped_whatever_its_scale():
    values = independent()
    values[:, 3] = np.exp(values[:, 1])

    assert kept_columns(values) == [0, 1, 2, 4, 5]


def test_a_mirrored_column_is_dropped_unless_signs_count():
    values = independent()
    values[:, 3] = -values[:, 1]

    assert kept_columns(values, absolute=True) == [0, 1, 2, 4, 5]
    assert kept_columns(values, absolute=False) == [0, 1, 2, 3, 4, 5]


def test_the_order_of_columns_decides_which_and_how_many_stay():
    """In a chain, only neighbours correlate: 0.86 here, and 0.49 between the ends."""
    noise = independent(3, rows=5000)
    middle = noise[:, 0] + noise[:, 1]
    first = middle + 0.8 * noise[:, 2]
    last = middle - 0.8 * noise[:, 2]
    chain = np.stack([first, middle, last], axis=1)
    correlations = keep_features(chain).correlations
    assert correlations[0, 1] > 0.8
    assert correlations[0, 2] < 0.6

    assert kept_columns(chain) == [0, 2]
    assert kept_columns(chain[:, [1, 0, 2]]) == [0]


def test_ties_count_as_in_scipy():
    """Rounded to signs, the two correlate by 0.54; unrounded, by 0.69."""
    values = independent(2)
    values[:, 1] += values[:, 0]
    rough = np.sign(values)
    between = spearmanr(rough).statistic
    assert between < spearmanr(values).statistic - 0.1

    assert kept_columns(rough, threshold=between + 1e-6) == [0, 1]
    assert kept_columns(rough, threshold=between - 1e-6) == [0]


@pytest.mark.parametrize("level", [0.0, 1.0, -1e6, 3e-8])
def test_constants_are_dropped_first(level):
    values = independent()
    values[:, 0] = level

    chosen = keep_features(values)

    assert chosen.kept.tolist() == [1, 2, 3, 4, 5]
    assert chosen.constant.tolist() == [True] + 5 * [False]


def test_a_constant_with_the_noise_of_rounding_is_dropped():
    """Its ranks are those of noise, and would be kept."""
    values = independent()
    random = np.random.default_rng(3)
    values[:, 2] = 1.0 + 1e-7 * random.normal(size=len(values))
    assert len(np.unique(values[:, 2])) > 3

    assert kept_columns(values) == [0, 1, 3, 4, 5]


def test_a_constant_that_fails_in_a_few_rows_is_dropped():
    """As a correlation of 1 that is 0 where nothing moves; its relative deviation is large."""
    values = independent()
    values[:, 2] = 1.0
    values[::160, 2] = 0.0
    values[1::400, 2] = 1.0 - 3e-4
    assert values[:, 2].std() / values[:, 2].mean() > 0.05

    assert kept_columns(values) == [0, 1, 3, 4, 5]


def test_a_small_relative_deviation_is_a_constant():
    values = independent()
    values[:, 2] = 1000.0 + 1e-6 * 1000.0 * values[:, 2]
    values[:, 3] = 1000.0 + 1e-3 * 1000.0 * values[:, 3]

    assert kept_columns(values) == [0, 1, 3, 4, 5]


def test_a_column_that_says_something_in_one_row_of_thirty_is_kept():
    values = independent()
    values[np.arange(len(values)) % 30 > 0, 2] = 0.0

    assert kept_columns(values) == [0, 1, 2, 3, 4, 5]


def test_infinite_values_are_the_extremes_and_constant_if_nearly_all_are():
    values = independent()
    values[:5, 1] = np.inf
    values[5:, 2] = np.inf

    assert kept_columns(values) == [0, 1, 3, 4, 5]


def test_correlations_are_scipys_and_missing_for_constants():
    values = related(8)
    values[:, 4] = 1.0 + 1e-7 * values[:, 4]  # it has ranks, but they are rounding's
    varying = [k for k in range(8) if k != 4]

    correlations = keep_features(values).correlations

    expected = spearmanr(values[:, varying]).statistic
    assert correlations.dtype == np.float32
    assert np.isnan(correlations[4]).all()
    assert np.isnan(correlations[:, 4]).all()
    np.testing.assert_allclose(correlations[np.ix_(varying, varying)], expected, atol=1e-7)


def test_a_threshold_of_one_keeps_all_that_varies():
    values = independent()
    values[:, 3] = values[:, 1]
    values[:, 5] = 0.0

    assert kept_columns(values, threshold=1.0) == [0, 1, 2, 3, 4]


def test_jaccard_by_hand():
    assert jaccard(np.array([0, 1, 2]), np.array([1, 2, 5])) == 2 / 4
    assert jaccard(["a"], ["a"]) == 1.0
    assert jaccard(["a"], ["b", "c"]) == 0.0
    assert np.isnan(jaccard([], []))


def test_nothing_left_is_an_error():
    with pytest.raises(TrainingError, match=r"keeps nothing: each of the 3 features is constant "):
        keep_features(np.ones((50, 3), np.float32))
    with pytest.raises(TrainingError, match=r"^Spearman dropout has no rows "):
        keep_features(np.empty((0, 3), np.float32))


@pytest.mark.parametrize("threshold", [0.0, -0.5, 1.01, np.nan])
def test_thresholds_out_of_bounds_are_refused(threshold):
    with pytest.raises(ValueError, match=rf"^threshold={threshold}: a correlation to drop above "):
        keep_features(independent(), threshold)


def test_missing_values_are_refused():
    values = independent()
    values[3, 2] = np.nan

    with pytest.raises(ValueError, match=r"^column 2 has 1 NaN in its 800 rows"):
        keep_features(values)
