"""Quantiles of a day: those of pandas, and a sensible answer where pandas refuses."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deep_alpha.errors import DeepAlphaError
from deep_alpha.kernels.quantiles import mean_relative_paths, quantile_numbers, sums_by_number

NAN = float("nan")


def numbers(values, n):
    return quantile_numbers(np.array([values], dtype=float), n)[0].tolist()


@pytest.mark.parametrize("n", [2, 5, 10])
def test_quantiles_are_those_of_qcut(n):
    values = np.random.default_rng(n).standard_normal((50, 83))
    values[np.random.default_rng(1).random(values.shape) < 0.3] = np.nan
    expected = [pd.qcut(pd.Series(day), n, labels=False) + 1 for day in values]
    np.testing.assert_array_equal(quantile_numbers(values, n), np.nan_to_num(expected))


@settings(deadline=None, max_examples=60)
@given(st.lists(st.integers(-40, 40), min_size=12, max_size=80), st.sampled_from([2, 5, 10]))
def test_ties_are_treated_as_by_qcut_wherever_it_gives_an_answer(values, n):
    day = pd.Series(values, dtype=float)
    edges = np.sort(values)[np.arange(n + 1) * (len(values) - 1) // n]
    if len(set(edges)) == n + 1:
        assert numbers(values, n) == (pd.qcut(day, n, labels=False) + 1).tolist()
    if len(set(values)) > 1:  # and always: order is kept, equals stay together
        found = pd.Series(numbers(values, n)).groupby(day)
        assert (found.max() == found.min()).all()
        assert found.first().is_monotonic_increasing
        assert found.first().between(1, n).all()


def test_a_group_of_ties_across_two_edges_goes_where_its_average_rank_lies():
    with pytest.raises(ValueError, match="Bin edges must be unique"):
        pd.qcut([1, 2, 3, *[4] * 6, 5, 6, 7], 5)
    assert numbers([1, 2, 3, *[4] * 6, 5, 6, 7], 5) == [1, 1, 1, *[3] * 6, 5, 5, 5]
    assert numbers([0, 1, 2, 3, *[4] * 5, 5, 6], 5) == [1, 1, 1, 2, *[3] * 5, 5, 5]  # on an edge
    assert numbers([0, 1, 2, 3, *[4] * 8], 5) == [1, 1, 1, 2, *[4] * 8]
    assert numbers([*[-4] * 8, -3, -2, -1, 0], 5) == [*[2] * 8, 4, 5, 5, 5]


def test_infinite_scores_are_the_largest():
    assert numbers([-np.inf, *range(8), np.inf], 5) == [1, 1, 2, 2, 3, 3, 4, 4, 5, 5]


@pytest.mark.parametrize(
    "values", [[*range(9), NAN, NAN], [3.0] * 20, [NAN] * 20], ids=["few", "constant", "none"]
)
def test_days_without_quantiles(values):
    assert numbers(values, 5) == [0] * len(values)


def test_a_quantile_needs_a_name():
    assert set(numbers(range(14), 15)) == {0}
    assert numbers(range(15), 15) == [*range(1, 16)]


@pytest.mark.parametrize("n", [-1, 1, 128])
def test_numbers_of_quantiles_that_make_no_sense(n):
    with pytest.raises(DeepAlphaError, match=f"^{n} quantiles: there must be 2 to 127$"):
        numbers(range(200), n)


def test_sums_and_counts_of_known_values():
    values = np.array([[1.0, 2.0, 4.0, NAN], [8.0, 16.0, 32.0, 64.0]])
    group = np.array([[1, 2, 2, 2], [0, 3, 3, 1]], dtype=np.int8)
    sums, counts = sums_by_number(values, group, 3)
    assert sums.tolist() == [[1, 6, 0], [64, 0, 48]]
    assert counts.tolist() == [[1, 2, 0], [1, 0, 2]]


def test_paths_are_the_mean_price_ratios_less_those_of_all_names():
    rng = np.random.default_rng(0)
    marks = np.exp(0.1 * rng.standard_normal((30, 25)).cumsum(axis=0))
    marks[:12, 3] = np.nan  # listed within the first windows
    starts = np.array([4, 9, 17])
    group = rng.integers(0, 5, (3, 25)).astype(np.int8)
    paths = mean_relative_paths(marks, starts, group, 4, 4, 12)
    assert paths.shape == (3, 2, 17)
    for day, start in enumerate(starts):
        ratio = pd.DataFrame(marks[start - 4 : start + 13] / marks[start])
        whole = ratio.loc[:, group[day] > 0].mean(axis=1)
        for leg, number in enumerate((1, 4)):
            expected = ratio.loc[:, group[day] == number].mean(axis=1) - whole
            np.testing.assert_allclose(paths[day, leg], expected, atol=1e-12)


def test_windows_beyond_the_prices_are_refused():
    group = np.ones((1, 3), dtype=np.int8)
    for start in (1, 7):
        with pytest.raises(
            DeepAlphaError, match=r"^a window reaches beyond the 10 days of prices$"
        ):
            mean_relative_paths(np.ones((10, 3)), np.array([start]), group, 2, 2, 3)
    with pytest.raises(DeepAlphaError, match=r"^numbers \(1, 3\) do not fit 2 starts of \(10, 3\)"):
        mean_relative_paths(np.ones((10, 3)), np.array([4, 5]), group, 2, 2, 3)
