"""The daily inputs as tables: spread, one window, correlations."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from deep_alpha.explain.alphanet.daily_inputs import (
    input_correlation,
    input_table,
    sample_window,
)
from deep_alpha.explain.alphanet.rows import drawn
from deep_alpha.factors.alphanet_inputs import ALL_INPUTS, INPUT_SETS
from tests.explain.alphanet.fitted import few_test_rows
from tests.models.alphanet.images import market, segment

COVERAGE = dict.fromkeys(ALL_INPUTS, 0.5) | {"close": 0.75}


@pytest.fixture(scope="module")
def train():
    return segment(0, 50, lookback=1, max_gap=None)


@pytest.fixture(scope="module")
def values(train) -> pd.DataFrame:
    own = np.asarray(train.features)[train.rows]
    return pd.DataFrame(own, columns=list(train.feature_names)).astype(np.float64)


def test_every_input_has_a_row_with_its_place_and_spread(train, values):
    table = input_table(COVERAGE, train).set_index("name")
    assert tuple(table.index) == ALL_INPUTS
    for column, level in (("low", 0.01), ("median", 0.5), ("high", 0.99)):
        expected = values[list(ALL_INPUTS)].quantile(level)
        np.testing.assert_allclose(table[column], expected, rtol=1e-5, atol=1e-9)
    for name, inputs in INPUT_SETS.items():
        assert table[name].dropna().sort_values().index.tolist() == list(inputs)
        assert table[name].min() == 1
    assert table.loc["close", "coverage"] == 0.75
    assert table.loc["div_low_high", "formula"] == "low / high"


def test_correlations_are_spearman_s_of_each_set(train, values):
    table = input_correlation(train)
    ranks = values.rank().corr()
    for name in ("v1", "v2", "paper13"):
        inputs = list(INPUT_SETS[name])
        own = table[table["set"] == name].pivot(index="first", columns="second")["correlation"]
        np.testing.assert_allclose(own.loc[inputs, inputs], ranks.loc[inputs, inputs], atol=1e-9)
    assert len(table) == 9**2 + 15**2 + 13**2


def test_a_window_is_shown_as_it_is_and_in_its_own_deviations():
    _, images, _ = market()
    sample = drawn(few_test_rows(), 1, "example")
    table = sample_window(sample, images)
    window = sample.take(slice(None))[0]
    assert len(table) == 13 * 42
    assert table["input"].unique().tolist() == list(INPUT_SETS["paper13"])
    close = table[table["input"] == "close"].set_index("day")
    own = window[:, sample.feature_names.index("close")].astype(np.float64)
    assert close.loc[0, "value"] == own[-1]
    assert close.loc[41, "value"] == own[0]
    scaled = (own - own.mean()) / own.std()
    np.testing.assert_allclose(close["scaled"], scaled, rtol=1e-9)
    row = sample.rows[0]
    assert (table["asset"] == images.assets[images.asset_index[row]]).all()
    assert (table["date"] == images.dates[images.date_index[row]]).all()


def test_an_input_that_does_not_move_is_at_its_mean():
    _, images, _ = market()
    sample = few_test_rows(1)
    still = np.array(sample.features)
    still[:, sample.feature_names.index("turnover")] = 0.25
    table = sample_window(type(sample)(**{**vars(sample), "features": still}), images).set_index(
        "input"
    )
    assert (table.loc["turnover", "scaled"] == 0).all()
    assert (table.loc["turnover", "value"] == 0.25).all()


def test_without_a_sample_there_is_no_row():
    _, images, _ = market()
    assert sample_window(few_test_rows(0), images).empty


def test_draws_are_seeded_and_keep_the_order():
    rows = few_test_rows(300)
    first, again, other = (drawn(rows, 20, stream).rows for stream in ("a", "a", "b"))
    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first, other)
    assert not np.array_equal(first, drawn(rows, 20, "a", seed=1).rows)
    assert (np.diff(first) > 0).all()
    assert set(first) <= set(rows.rows)
    np.testing.assert_array_equal(drawn(rows, 10_000, "a").rows, rows.rows)
