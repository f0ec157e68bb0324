import os
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

from deep_alpha.evaluation import joint_names, pearson_ic, rank_ic

REAL_DATA = Path(
    os.environ.get("DEEP_ALPHA_REAL_DATA", Path(__file__).parents[2].parent / "shared" / "data")
)


@pytest.fixture
def scores():
    rng = np.random.default_rng(0)
    dates = pd.bdate_range("2020-01-01", periods=8, unit="s")
    return pd.DataFrame(rng.standard_normal((8, 30)), dates, [f"A{i:02}" for i in range(30)])


@pytest.fixture
def returns(scores):
    rng = np.random.default_rng(1)
    return 0.3 * scores + rng.standard_normal(scores.shape)


def test_rank_ic_is_pandas_spearman_of_each_date(scores, returns):
    expected = [scores.loc[d].corr(returns.loc[d], method="spearman") for d in scores.index]

    result = rank_ic(scores, returns)

    assert result.index.equals(scores.index)
    assert result.name == "rank_ic"
    np.testing.assert_allclose(result, expected, atol=1e-12)


def test_pearson_ic_is_pandas_correlation_of_each_date(scores, returns):
    expected = [scores.loc[d].corr(returns.loc[d]) for d in scores.index]

    np.testing.assert_allclose(pearson_ic(scores, returns), expected, atol=1e-12)


def test_frames_are_joined_by_label_not_by_position(scores, returns):
    shuffled = returns.sample(frac=1, random_state=0).sample(frac=1, axis=1, random_state=0)

    pd.testing.assert_series_equal(rank_ic(scores, shuffled), rank_ic(scores, returns))


def test_only_shared_dates_and_assets_count(scores, returns):
    result = rank_ic(scores.iloc[:6], returns.iloc[2:, 5:])

    assert result.index.equals(scores.index[2:6])
    pd.testing.assert_series_equal(result, rank_ic(scores.iloc[2:6, 5:], returns.iloc[2:6, 5:]))


def test_dates_of_another_resolution_are_the_same_dates(scores, returns):
    finer = returns.set_axis(returns.index.as_unit("ns"))

    np.testing.assert_array_equal(rank_ic(scores, finer), rank_ic(scores, returns))


def test_dates_without_labels_have_no_ic(scores, returns):
    returns.iloc[-2:] = np.nan
    returns.iloc[0, :25] = np.nan

    result = rank_ic(scores, returns)

    assert list(np.flatnonzero(result.isna())) == [0, 6, 7]
    assert list(joint_names(scores, returns)) == [5, 30, 30, 30, 30, 30, 0, 0]


def test_integer_and_nullable_columns_are_read(scores, returns):
    ranks = scores.rank(axis=1).astype("Int64")
    ranks.iloc[0, 0] = pd.NA

    result = rank_ic(ranks, returns)

    np.testing.assert_allclose(result[1:], rank_ic(scores, returns)[1:], atol=1e-12)
    assert joint_names(ranks, returns).iloc[0] == 29


def test_repeated_and_foreign_labels_are_refused(scores, returns):
    with pytest.raises(
        ValueError, match=r"^forward_returns holds the asset A00 twice: keep one row or column$"
    ):
        rank_ic(scores, returns.rename(columns={"A01": "A00"}))
    with pytest.raises(
        ValueError, match=r"^scores and forward_returns share no asset: check their labels$"
    ):
        rank_ic(scores, returns.add_suffix(".SZ"))


@pytest.mark.real
def test_reversal_has_the_ic_that_the_data_note_gives():
    """−5-day return on A-shares: IC 0.043 (sd 0.118) over 2019-01 … 2021-05, every tenth day."""
    bars = REAL_DATA / "ashare" / "bars.parquet"
    if not bars.exists():
        pytest.skip(f"no real data at {bars}")
    rows = pq.read_table(
        bars,
        columns=["asset", "date", "close", "adj_factor"],
        filters=[
            ("date", ">=", pd.Timestamp("2018-12-01")),
            ("date", "<=", pd.Timestamp("2020-01-31")),
        ],
    ).to_pandas()
    close = rows.assign(close=rows["close"] * rows["adj_factor"]).pivot(
        index="date", columns="asset", values="close"
    )
    scores = -(close / close.shift(5) - 1)
    forward = close.shift(-10) / close - 1

    ic = rank_ic(scores, forward)

    for date in ic.dropna().index[::60]:
        expected = scores.loc[date].corr(forward.loc[date], method="spearman")
        assert ic[date] == pytest.approx(expected, abs=1e-12)
    assert 0.0 < ic.mean() < 0.1
    assert joint_names(scores, forward)[ic.notna()].min() > 3000
