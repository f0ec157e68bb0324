"""Spearman matrices against SciPy, pair by pair."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.stats import rankdata, spearmanr

from deep_alpha.kernels.spearman import spearman_matrix


def related(rows=600, columns=37, seed=0):
    """Columns that share factors; more of them than a strip of the kernel has."""
    random = np.random.default_rng(seed)
    common = random.normal(size=(rows, 4)) @ random.normal(size=(4, columns))
    return (common + random.standard_t(3, size=(rows, columns))).astype(np.float32)


def by_scipy(values):
    return spearmanr(values).statistic


def by_formula(values):
    """Correlation of average ranks; unlike SciPy, silent about constants, for any size."""
    ranks = rankdata(values, axis=0)
    centred = ranks - ranks.mean(axis=0)
    squares = (centred**2).sum(axis=0)
    with np.errstate(invalid="ignore"):
        return centred.T @ centred / np.sqrt(np.outer(squares, squares))


@pytest.mark.parametrize("rows", [3, 63, 600, 5000])
def test_matrix_is_scipys(rows):
    values = related(rows)

    np.testing.assert_allclose(spearman_matrix(values), by_scipy(values), rtol=0, atol=1e-14)


@pytest.mark.parametrize("decimals", [0, 1, 2])
def test_equal_values_share_their_average_rank(decimals):
    values = related().round(decimals)

    np.testing.assert_allclose(spearman_matrix(values), by_scipy(values), rtol=0, atol=1e-14)


def test_neighbouring_floats_are_no_ties():
    """They differ in their last bit only, on either side of zero and across powers of two."""
    random = np.random.default_rng(1)
    bits = np.array([0x3F7FFFF0, 0x3FFFFFF0, 0x00000001, 0x7F7FFFE0]).astype(np.uint32)
    steps = np.stack([random.permutation(31).astype(np.uint32) for _ in bits], axis=1)
    positive = (bits + steps).view(np.float32)

    for values in (positive, -positive, np.concatenate([positive, -positive])):
        np.testing.assert_allclose(spearman_matrix(values), by_scipy(values), rtol=0, atol=1e-14)


def test_zeros_of_both_signs_tie_and_infinities_are_the_extremes():
    values = related(400, 3)
    values[:60, 0] = np.tile(np.array([0.0, -0.0, 1e-45, -1e-45, np.inf, -np.inf]), 10)
    tamed = np.where(np.isinf(values), np.copysign(1e38, values), values) + 0.0

    np.testing.assert_allclose(spearman_matrix(values), by_scipy(tamed), rtol=0, atol=1e-14)


@settings(max_examples=60, deadline=None)
@given(
    arrays(
        np.float32,
        st.tuples(st.integers(1, 30), st.integers(1, 19)),
        elements=st.floats(width=32, allow_nan=False),
    )
)
def test_any_numbers(values):
    np.testing.assert_allclose(spearman_matrix(values), by_formula(values), rtol=0, atol=1e-14)


def test_copies_correlate_by_exactly_one_and_mirrors_by_minus_one():
    values = related().round(1)
    values[:, 5], values[:, 20] = values[:, 0], -values[:, 0]

    result = spearman_matrix(values)

    assert result[0, 5] == 1.0
    assert result[0, 20] == result[5, 20] == -1.0
    np.testing.assert_array_equal(np.diagonal(result), 1.0)
    np.testing.assert_array_equal(result, result.T)


def test_monotone_maps_of_columns_change_nothing():
    values = related().clip(-8, 8).round(2)
    mapped = values.copy()
    mapped[:, 0] = np.exp(values[:, 0])
    mapped[:, 1] = 3.0 * values[:, 1] - 100.0
    mapped[:, 2] = values[:, 2] ** 3

    np.testing.assert_array_equal(spearman_matrix(mapped), spearman_matrix(values))


def test_whole_numbers_make_the_sums_exact():
    """So the order of rows, and with it blocks and threads, can not change a bit."""
    values = related(5000)
    order = np.random.default_rng(2).permutation(len(values))

    np.testing.assert_array_equal(spearman_matrix(values[order]), spearman_matrix(values))


def test_a_constant_column_correlates_with_nothing_not_even_itself():
    values = related(columns=4)
    values[:, 2] = 0.1

    missing = np.isnan(spearman_matrix(values))

    assert missing[2].all()
    assert missing[:, 2].all()
    assert missing.sum() == 7


def test_layout_and_write_protection_do_not_matter():
    values = related()
    expected = spearman_matrix(values)
    protected = values.copy()
    protected.flags.writeable = False

    np.testing.assert_array_equal(spearman_matrix(np.asfortranarray(values)), expected)
    np.testing.assert_array_equal(spearman_matrix(np.repeat(values, 2, axis=1)[:, ::2]), expected)
    np.testing.assert_array_equal(spearman_matrix(protected), expected)


def test_the_input_is_left_alone():
    values = related()
    before = values.copy()

    spearman_matrix(values)

    np.testing.assert_array_equal(values, before)


def test_nothing_in_nothing_out():
    assert spearman_matrix(np.empty((5, 0), np.float32)).shape == (0, 0)
    assert np.isnan(spearman_matrix(np.empty((0, 3), np.float32))).all()


@pytest.mark.parametrize("column", [0, 36])
@pytest.mark.parametrize("sign", [1.0, -1.0])
def test_a_missing_value_is_refused_by_column(column, sign):
    values = related()
    values[[5, 70], column] = np.copysign(np.float32(np.nan), sign)

    with pytest.raises(ValueError, match=rf"^column {column} has 2 NaN in its 600 rows: leave"):
        spearman_matrix(values)


@pytest.mark.parametrize("values", [np.zeros(3, np.float32), np.zeros((3, 2))])
def test_other_tables_are_refused(values):
    with pytest.raises(ValueError, match=r"^values must be a float32 table of rows × columns"):
        spearman_matrix(values)
