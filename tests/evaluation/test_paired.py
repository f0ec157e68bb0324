"""Two signals on the same days are judged by their daily difference."""

from dataclasses import astuple

import numpy as np
import pandas as pd
import pytest

from deep_alpha.errors import DeepAlphaError
from deep_alpha.evaluation.bootstrap import block_bootstrap
from deep_alpha.evaluation.paired import paired_t
from deep_alpha.evaluation.summary import ic_summary

DATES = pd.bdate_range("2020-01-01", periods=200)


def ic_series(seed, mean=0.0):
    random = np.random.default_rng(seed)
    noise = np.convolve(random.standard_normal(204), np.ones(5), "valid")
    return pd.Series(mean + 0.05 * noise, index=DATES)


def test_it_is_the_one_sample_test_of_the_difference():
    first, second = ic_series(1, 0.1), ic_series(2)

    found = paired_t(first, second, 5, draws=300, seed=2)

    expected = ic_summary(first - second, 5)
    assert found.difference == pytest.approx(expected.mean)
    assert (found.hac_t, found.hac_p) == pytest.approx((expected.hac_t, expected.hac_p))
    assert found.interval == block_bootstrap((first - second).to_numpy(), 5, draws=300, seed=2)
    assert (found.n_days, found.n_skipped) == (200, 0)


def test_only_common_days_count():
    first, second = ic_series(1).iloc[:150], ic_series(2).iloc[10:]
    first.iloc[20] = np.nan
    second.iloc[-1] = np.nan

    found = paired_t(first, second, 5)

    assert (found.n_days, found.n_skipped) == (139, 200 - 139 - 1)
    days = DATES[10:150].delete(10)
    assert found.difference == pytest.approx((first[days] - second[days]).mean())


def test_luck_that_two_signals_share_is_no_obstacle():
    """Neither IC is significant, but the first is better every other day by a little."""
    luck = ic_series(1)
    edge = pd.Series(np.tile([0.0, 0.02], 100), index=DATES)

    found = paired_t(luck + edge, luck, 5)

    assert ic_summary(luck + edge, 5).hac_p > 0.05
    assert found.hac_p < 0.01
    assert found.interval.low > 0


def test_exchanged_signals_exchange_the_sign():
    there, back = paired_t(ic_series(1), ic_series(2), 5), paired_t(ic_series(2), ic_series(1), 5)

    assert back.difference == -there.difference
    assert back.hac_t == pytest.approx(-there.hac_t)
    assert back.interval.high == pytest.approx(-there.interval.low)
    assert back.interval.p_value == there.interval.p_value


def test_without_common_days_nothing_is_known():
    found = paired_t(ic_series(1).iloc[:50], ic_series(2).iloc[50:], 5)

    assert (found.n_days, found.n_skipped) == (0, 200)
    assert np.isnan([found.difference, found.hac_t, found.hac_p]).all()
    assert np.isnan(astuple(found.interval)[0])


def test_a_signal_is_no_better_than_itself():
    found = paired_t(ic_series(1), ic_series(1), 5)

    assert found.difference == 0
    assert np.isnan(found.hac_t)
    assert np.isnan(found.interval.p_value)


@pytest.mark.parametrize("order", [slice(None, None, -1), [0, 0, 1]])
def test_dates_must_ascend_and_be_unique(order):
    wrong = ic_series(2).iloc[order]

    with pytest.raises(DeepAlphaError, match="second IC series"):
        paired_t(ic_series(1), wrong, 5)
