"""The operators' windows: merged from parts, and yet the same as computed one by one."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from deep_alpha.kernels import operators as kernel

LENGTHS = (2, 3, 5, 7, 10, 20, 22, 31, 64, 100, 200)


def features(values: np.ndarray, length: int, lag: int | None = None) -> dict[str, np.ndarray]:
    """Everything the kernel can say of one asset's rows (n, k), by name; pairs of columns
    come one after the other."""
    count = values.shape[1]
    pairs = list(itertools.combinations(range(count), 2))
    wanted = [(i, j, 2 * k, 2 * k + 1) for k, (i, j) in enumerate(pairs)]
    names = ("deviation", "zscore", "return", "decay", "mean")
    singles = 2 * len(pairs) + np.arange(len(names) * count).reshape(len(names), count).T
    out = np.empty((len(values), 2 * len(pairs) + singles.size), dtype=np.float32)
    table = values.astype(np.float32).view()
    table.flags.writeable = False
    back = length if lag is None else lag
    steps, lead = kernel.merge_steps(length, back)
    kernel.window_features(
        table,
        np.arange(len(values), dtype=np.uint64),
        np.array([0, len(values)], dtype=np.uint64),
        np.arange(count, dtype=np.uint64),
        steps,
        lead,
        np.uint64(back),
        np.ascontiguousarray(singles, dtype=np.uint64),
        np.array(wanted, dtype=np.uint64).reshape(-1, 4),
        np.uint64(out.shape[1]),
        np.uint64(out.shape[1]),
        out.reshape(-1),
    )
    parts = np.split(out[:, 2 * len(pairs) :], len(names), axis=1)
    pair_values = {"correlation": out[:, : 2 * len(pairs) : 2]}
    pair_values["covariance"] = out[:, 1 : 2 * len(pairs) : 2]
    return pair_values | dict(zip(names, parts, strict=True))


def one_by_one(values: np.ndarray, length: int) -> dict[str, np.ndarray]:
    """The same of every window by itself, with float64 sums about its mean."""
    exact = values.astype(np.float32).astype(np.float64)
    count, width = exact.shape
    i, j = np.triu_indices(width, k=1)
    shapes = dict.fromkeys(("deviation", "zscore", "return", "decay", "mean"), width)
    shapes |= dict.fromkeys(("correlation", "covariance"), len(i))
    result = {name: np.full((count, columns), np.nan) for name, columns in shapes.items()}
    for row in range(length - 1, count):
        window = exact[row - length + 1 : row + 1]
        mean = window.mean(axis=0)
        products = (window - mean).T @ (window - mean)
        deviation = np.sqrt(np.diag(products) / length)
        constant = deviation <= np.maximum(1e-8, 2.0**-23 * np.abs(mean))
        deviation[constant] = 0.0
        flat = constant[i] | constant[j]
        result["mean"][row] = mean
        result["deviation"][row] = deviation
        result["zscore"][row] = np.where(constant, 0.0, mean / np.where(constant, 1.0, deviation))
        result["decay"][row] = np.arange(1, length + 1) @ window / (length * (length + 1) / 2)
        result["covariance"][row] = np.where(flat, 0.0, products[i, j] / (length - 1))
        scale = np.where(flat, 1.0, np.sqrt(products[i, i] * products[j, j]))
        result["correlation"][row] = np.where(flat, 0.0, products[i, j] / scale)
    for row in range(length, count):
        before = exact[row - length]
        tiny = np.abs(before) < 1e-6
        change = np.where(tiny, 0.0, exact[row] / np.where(tiny, 1.0, before) - 1.0)
        result["return"][row] = np.where(np.isnan(exact[row]), np.nan, change)
    return result


def assert_same(found: dict[str, np.ndarray], expected: dict[str, np.ndarray]) -> None:
    """Equal to float32's precision; a covariance relative to its deviations."""
    for name, values in expected.items():
        scale = 1.0
        if name == "covariance":
            i, j = np.triu_indices(expected["mean"].shape[1], k=1)
            scale = np.maximum(expected["deviation"][:, i] * expected["deviation"][:, j], 1e-30)
        np.testing.assert_allclose(
            found[name] / scale, values / scale, rtol=1e-7, atol=1e-7, err_msg=name
        )


def awkward(count: int = 333, seed: int = 0) -> np.ndarray:
    """Prices, volumes, ratios, changes around 0; then NaNs, a constant and tiny delays."""
    random = np.random.default_rng(seed)
    steps = random.normal(0, 0.02, (count, 6))
    values = np.exp(np.cumsum(steps, axis=0)) * [10.0, 1e3, 1e6, 1.0, 1.0, 1e9]
    values[:, 3] = 1.0 + 0.003 * random.standard_normal(count)
    values[:, 4] = steps[:, 4]
    values[50:140, 1] = values[50, 1]
    values[200:230, 4] = 0.0
    values[[30, 31, 160, 300], [0, 2, 3, 5]] = np.nan
    return values


@pytest.mark.parametrize("length", LENGTHS)
def test_every_operator_is_that_of_each_window_by_itself(length):
    values = awkward()
    assert_same(features(values, length), one_by_one(values, length))


@pytest.mark.parametrize("length", range(2, 70))
def test_merges_make_the_window_of_neighbouring_parts(length):
    made = [1]
    for newer, older, newer_rows, older_rows, _ in kernel.merge_steps(length, length)[0]:
        assert (made[newer], made[older]) == (newer_rows, older_rows)
        made.append(newer_rows + older_rows)
    assert made[-1] == length
    assert len(made) - 1 <= 2 * np.log2(length)


@pytest.mark.parametrize("lag", [1, 9, 90])
@pytest.mark.parametrize("length", range(2, 70))
def test_loops_over_whole_vectors_stay_within_their_arrays(length, lag):
    steps, lead = (values.astype(int) for values in kernel.merge_steps(length, lag))
    rows, begins = steps[:, 2] + steps[:, 3], steps[:, 4]
    assert lead >= lag
    assert (begins >= steps[:, 2]).all()  # the older part begins at or after the first place
    assert (begins <= lead + rows - length).all()  # all that the whole windows are made of
    assert not (begins % int(kernel.LANES)).any()
    assert lead % int(kernel.LANES) == 0


@pytest.mark.parametrize("length", [2, 10, 22])
def test_a_window_does_not_know_the_history_before_it(length):
    """So that features of a cut-out window have the bits of those of the whole history."""
    whole = features(awkward(), length)
    for start in (1, 40, 64, 150):
        part = features(awkward()[start:], length)
        for name, values in part.items():
            np.testing.assert_array_equal(values[length:], whole[name][start + length :])


def test_a_huge_value_costs_the_windows_after_it_nothing():
    random = np.random.default_rng(1)
    tiny = 1e-3 + 1e-6 * random.standard_normal((120, 2))
    huge = tiny.copy()
    huge[:60, 0] += 1e9
    huge[59, 1] = 1e30
    for length in (2, 10, 22):
        after = slice(60 + length, None)
        expected = features(tiny, length)
        for name, values in features(huge, length).items():
            np.testing.assert_array_equal(values[after], expected[name][after], err_msg=name)


def test_a_missing_value_reaches_its_own_windows_only():
    values = awkward()
    for length in (2, 5, 22):
        found = features(values, length)
        missing = np.isnan(found["mean"][:, 0])
        assert np.flatnonzero(missing).tolist() == [*range(length - 1), *range(30, 30 + length)]
        assert np.isnan(found["correlation"][30 : 30 + length, :5]).all()
        ends = np.isnan(found["return"][:, 0])
        assert np.flatnonzero(ends).tolist() == sorted({*range(length), 30, 30 + length})


@pytest.mark.parametrize("level", [0.1, 7.77, 1e3 / 3, 1234567.0, 1e9 / 7])
def test_a_constant_window_varies_by_exactly_nothing(level):
    random = np.random.default_rng(2)
    values = level * np.exp(0.02 * random.standard_normal((90, 2)))
    values[30:, 0] = level
    for length in (2, 5, 10, 22):
        flat = {name: own[30 + length :] for name, own in features(values, length).items()}
        assert (flat["deviation"][:, 0] == 0.0).all()
        assert (flat["zscore"][:, 0] == 0.0).all()
        assert (flat["correlation"] == 0.0).all()
        assert (flat["covariance"] == 0.0).all()
        assert (flat["mean"][:, 0] == np.float32(level)).all()
        assert (flat["decay"][:, 0] == np.float32(level)).all()
        assert (flat["deviation"][:, 1] > 0.0).all()


@pytest.mark.parametrize("level", [0.3, 1.0, 1023.9, 1e6])
def test_neighbouring_floats_count_as_one_value_and_further_ones_do_not(level):
    """At 1e6 a neighbour is 1/16 of a share away."""
    random = np.random.default_rng(3)
    level = np.float32(level)
    other = np.nextafter(level, np.float32(np.inf), dtype=np.float32)
    values = random.standard_normal((60, 2))
    values[:, 0] = np.where(random.random(60) < 0.5, level, other)
    rounded = features(values, 10)
    assert (rounded["deviation"][9:, 0] == 0.0).all()
    assert (rounded["zscore"][9:, 0] == 0.0).all()
    assert (rounded["correlation"][9:] == 0.0).all()
    assert (rounded["covariance"][9:] == 0.0).all()
    values[:, 0] = level + 20.0 * (other - level) * np.arange(60)
    rising = features(values, 10)
    assert (rising["deviation"][9:, 0] > 0.0).all()
    assert (rising["correlation"][9:] != 0.0).all()


def test_a_deviation_below_1e_8_is_none():
    values = np.zeros((20, 2))
    values[::2, 0], values[::2, 1] = 1.9e-8, 2.1e-8
    found = features(values, 2)
    assert (found["deviation"][1:, 0] == 0.0).all()
    np.testing.assert_allclose(found["deviation"][1:, 1], 1.05e-8, rtol=1e-6)
    assert (found["correlation"][1:] == 0.0).all()


def test_the_correlation_over_two_rows_is_a_sign():
    values = np.random.default_rng(4).standard_normal((5000, 3)) * [1.0, 1e6, 1e-3]
    values[1000:1100, 1] = 5.0
    correlation = features(values, 2)["correlation"][1:]
    moves = np.sign(np.diff(values.astype(np.float32), axis=0))
    i, j = np.triu_indices(3, k=1)
    np.testing.assert_array_equal(correlation, moves[:, i] * moves[:, j])


def test_a_return_over_a_tiny_delay_is_nothing():
    values = np.array([[9e-7], [-9e-7], [2e-6], [1.0], [1.0], [0.0], [np.nan]])
    found = features(values, 2, lag=1)["return"][:, 0]
    expected = [np.nan, 0.0, 0.0, 1.0 / np.float32(2e-6) - 1.0, 0.0, -1.0, np.nan]
    np.testing.assert_allclose(found, expected, rtol=1e-6)
    assert np.isnan(features(np.array([[1e-9], [np.nan]]), 2, lag=1)["return"][1, 0])


def test_fewer_rows_than_a_window_have_no_features():
    found = features(np.random.default_rng(5).standard_normal((21, 2)), 22)
    assert all(np.isnan(values).all() for values in found.values())
