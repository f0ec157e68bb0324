import numpy as np
import pandas as pd
import pytest

from deep_alpha.kernels.rolling import (
    relative_volume,
    window_correlation,
    window_deviation,
    window_maximum,
    window_mean,
    window_median,
)


@pytest.fixture
def values() -> np.ndarray:
    random = np.random.default_rng(0)
    values = random.lognormal(size=200)
    values[[40, 41, 90]] = np.nan
    return values


def run(kernel, *arguments) -> np.ndarray:
    out = np.empty(len(arguments[0]))
    kernel(*arguments, out)
    return out


def test_mean_and_deviation_are_those_of_pandas(values):
    rolling = pd.Series(values).rolling(20)
    np.testing.assert_allclose(run(window_mean, values, 20), rolling.mean(), rtol=1e-12)
    np.testing.assert_allclose(run(window_deviation, values, 20), rolling.std(), rtol=1e-9)


def test_maximum_is_that_of_pandas(values):
    expected = pd.Series(values).rolling(20).max()
    np.testing.assert_array_equal(run(window_maximum, values, 20), expected)
    np.testing.assert_array_equal(run(window_maximum, -values, 1), -values)


def test_correlation_is_that_of_pandas(values):
    other = np.random.default_rng(1).normal(size=200) + values
    expected = pd.Series(values).rolling(10).corr(pd.Series(other))
    np.testing.assert_allclose(run(window_correlation, values, other, 10), expected, rtol=1e-8)


def test_median_is_that_of_pandas_whatever_is_missing(values):
    expected = pd.Series(values).rolling(25, min_periods=7).median()
    np.testing.assert_array_equal(run(window_median, values, 25, 7), expected)


def test_a_constant_window_has_no_deviation_and_no_correlation():
    constant = np.full(30, 7.77)
    assert (run(window_deviation, constant, 20)[19:] == 0.0).all()
    rising = np.arange(30.0)
    assert np.isnan(run(window_correlation, constant, rising, 10)).all()
    assert np.isnan(run(window_correlation, rising, constant * (1 + 1e-15 * rising), 10)).all()


def test_a_series_shorter_than_its_window_is_missing():
    short = np.arange(5.0)
    assert np.isnan(run(window_mean, short, 20)).all()
    assert np.isnan(run(window_maximum, short, 20)).all()
    assert np.isnan(run(window_deviation, short, 20)).all()
    assert np.isnan(run(window_correlation, short, short, 20)).all()


def test_relative_volume_counts_traded_rows():
    close = np.array([[1.0], [np.nan], [1.0], [1.0]])
    volume = np.array([[10.0], [np.nan], [30.0], [40.0]])
    out = np.empty((4, 1))
    relative_volume(close, volume, 2, 2, out)
    np.testing.assert_allclose(out[:, 0], [np.nan, np.nan, 30 / 20, 40 / 35])
