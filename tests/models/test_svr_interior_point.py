"""The interior-point method on a piece of the rows, and what its bound is a bound of."""

import numpy as np
import pytest

from deep_alpha.models.svr_interior_point import Piece, interior_point
from tests.models.tubes import objective, optimum, simulated


def augmented(features, target):
    return np.column_stack([features, np.ones(len(target)), target]).astype(np.float64)


def piece_of(features, target, near, sides, cost=1.0, epsilon=0.1):
    """The near rows, and sums of the others by the side they are taken to be on."""
    rows = augmented(features, target)
    return Piece(
        rows=rows[near],
        cost=cost,
        epsilon=epsilon,
        above=rows[~near & (sides > 0)].sum(axis=0),
        below=rows[~near & (sides < 0)].sum(axis=0),
    )


def everything(features, target, **settings):
    return piece_of(features, target, np.ones(len(target), bool), np.zeros(len(target)), **settings)


def fit(piece, gap=1e-9, max_iterations=100):
    return interior_point(piece, np.zeros(piece.rows.shape[1] - 1), gap, max_iterations)


@pytest.mark.parametrize("cost", [1e-4, 1.0, 1e3])
@pytest.mark.parametrize("epsilon", [0.0, 0.1, 1.0])
def test_equals_a_general_solver(cost, epsilon):
    features, target = simulated(200)
    ended = fit(everything(features, target, cost=cost, epsilon=epsilon))
    w, lowest = optimum(features, target, cost, epsilon)
    found = objective(features, target, ended.line[:-1], ended.line[-1], cost, epsilon)
    assert found == pytest.approx(lowest, rel=1e-7)
    assert ended.lower_bound == pytest.approx(lowest, rel=1e-7)
    assert ended.lower_bound <= lowest * (1 + 1e-10)
    np.testing.assert_allclose(ended.line[:-1], w, atol=1e-4 * np.abs(w).max())


def sides_of(features, target, w, b, epsilon=0.1):
    residuals = target - features @ w - b
    return np.where(residuals > epsilon, 1, 0) - np.where(residuals < -epsilon, 1, 0), residuals


def test_rows_that_keep_their_side_need_their_sums_only():
    features, target = simulated(500)
    whole = fit(everything(features, target))
    sides, residuals = sides_of(features, target, whole.line[:-1], whole.line[-1])
    near = np.abs(np.abs(residuals) - 0.1) < 0.2
    assert 0.1 < near.mean() < 0.5
    ended = fit(piece_of(features, target, near, sides))
    np.testing.assert_allclose(ended.line, whole.line, atol=1e-4)
    assert ended.lower_bound == pytest.approx(whole.lower_bound, rel=1e-8)


def test_the_bound_holds_whichever_side_rows_were_taken_to_be_on():
    features, target = simulated(300)
    _, lowest = optimum(features, target)
    random = np.random.default_rng(0)
    for _ in range(10):
        near, sides = random.random(300) < 0.5, random.integers(-1, 2, size=300)
        bound = fit(piece_of(features, target, near, sides), max_iterations=30).lower_bound
        assert 0.0 <= bound <= lowest


def test_a_piece_costs_what_the_whole_does_while_rows_keep_their_side_and_less_otherwise():
    features, target = simulated(300)
    random = np.random.default_rng(0)
    for _ in range(10):
        near, wrong = random.random(300) < 0.5, random.integers(-1, 2, size=300)
        line = 0.3 * random.normal(size=7)
        value = objective(features, target, line[:-1], line[-1], 2.0, 0.2)
        right, _ = sides_of(features, target, line[:-1], line[-1], epsilon=0.2)
        priced = [
            piece.objective(line, piece.rows @ np.append(-line, 1.0))
            for piece in (
                piece_of(features, target, near, sides, cost=2.0, epsilon=0.2)
                for sides in (right, wrong)
            )
        ]
        assert priced[0] == pytest.approx(value, rel=1e-6)
        assert priced[1] < value


def test_stops_after_the_steps_it_is_given():
    piece = everything(*simulated(200))
    ends = [fit(piece, max_iterations=steps) for steps in (0, 3, 100)]
    assert [end.iterations for end in ends][:2] == [0, 3]
    assert 3 < ends[2].iterations < 30
    values = [piece.objective(end.line, piece.rows @ np.append(-end.line, 1.0)) for end in ends]
    assert values[0] > values[1] > values[2]
    assert ends[0].lower_bound <= ends[1].lower_bound < ends[2].lower_bound


def test_ends_where_rounding_allows_no_smaller_gap():
    ended = fit(everything(*simulated(200)), gap=0.0, max_iterations=1000)
    assert ended.iterations < 100
