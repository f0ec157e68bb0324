import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from deep_alpha.kernels.ranking import below, rank_days, tied


def anchored_ranks(day: np.ndarray) -> np.ndarray:
    """The definition: each value stands for the smallest of its group of ties."""
    ranks = np.full(len(day), np.nan)
    present = np.flatnonzero(~np.isnan(day))
    representative, first = {}, None
    for asset in sorted(present, key=lambda k: day[k]):
        scale = 1.0 if first is None else max(1.0, abs(first), abs(day[asset]))
        if first is None or day[asset] - first > 1e-9 * scale:
            first = day[asset]
        representative[asset] = first
    ranks[present] = pd.Series(representative).rank(pct=True).reindex(present)
    return ranks


def test_ranks_are_those_of_pandas_where_ties_are_exact():
    random = np.random.default_rng(0)
    values = np.round(random.normal(size=(20, 137)), 1)
    values[random.random(values.shape) < 0.2] = np.nan
    values[3] = np.nan
    expected = pd.DataFrame(values).rank(axis=1, pct=True).to_numpy()
    np.testing.assert_allclose(rank_days(values), expected, rtol=1e-15)


@pytest.mark.parametrize("assets", [1, 2, 3, 8191, 8193, 20000])
def test_no_number_of_assets_is_too_large(assets):
    values = np.random.default_rng(assets).normal(size=(1, assets))
    expected = pd.DataFrame(values).rank(axis=1, pct=True).to_numpy()
    np.testing.assert_allclose(rank_days(values), expected, rtol=1e-15)


def test_values_within_the_tolerance_share_a_rank():
    np.testing.assert_allclose(rank_days(np.array([[1.0, 1.0 + 5e-10, 2.0]])), [[0.5, 0.5, 1.0]])
    np.testing.assert_allclose(rank_days(np.array([[0.0, 5e-10, -5e-10]])), [[2 / 3] * 3])
    np.testing.assert_allclose(
        rank_days(np.array([[1e6, 1e6 + 5e-4, 1e6 + 2e-3]])), [[0.5, 0.5, 1.0]]
    )


def test_a_chain_of_ties_is_anchored_at_its_smallest_member():
    """Steps of 4e-9 around 5: the third ties with the second, but not with the first."""
    values = 5.0 + np.array([[0.0, 4e-9, 8e-9, 12e-9]])
    np.testing.assert_allclose(rank_days(values), [[0.375, 0.375, 0.875, 0.875]])


def test_values_that_agree_in_all_key_bits_are_still_ordered_exactly():
    """The position hides the last 15 bits of a value; a group must start at its minimum."""
    close = 1.0 + np.spacing(1.0) * np.array([900.0, 0.0, 500.0])
    values = np.concatenate((close, close[1:2] + 1e-9 + np.spacing(1.0) * 300, np.arange(20000.0)))
    day = values[None, :]
    np.testing.assert_allclose(rank_days(day)[0], anchored_ranks(values), rtol=1e-15)


def test_infinite_values_are_the_ends_and_tie_with_each_other_only():
    values = np.array([[np.inf, 3.0, -np.inf, np.inf, np.nan]])
    np.testing.assert_allclose(rank_days(values), [[0.875, 0.5, 0.25, 0.875, np.nan]])


@given(
    st.lists(
        st.one_of(
            st.floats(-1e12, 1e12),
            st.sampled_from([0.0, -0.0, 1e-9, 2e-9, -1e-9, 1.0, 1.0 + 1e-9, np.nan]),
        ),
        min_size=1,
        max_size=40,
    )
)
def test_ranks_follow_the_definition_for_any_values(values):
    day = np.array(values)
    np.testing.assert_allclose(rank_days(day[None, :])[0], anchored_ranks(day), rtol=1e-14)


def test_comparisons_need_more_than_the_tolerance():
    assert below(1.0, 1.1)
    assert not below(1.0, 1.0 + 5e-10)
    assert not below(1.1, 1.0)
    assert not below(np.nan, 1.0)
    assert not below(1.0, np.nan)
    assert tied(1e6, 1e6 + 5e-4)
    assert not tied(1.0, 1.0 + 2e-9)
    assert not tied(np.nan, np.nan)
    assert not tied(1.0, np.inf)
    assert tied(np.inf, np.inf)
