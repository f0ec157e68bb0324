"""The projection of a day: its algebra, its agreement with the regression, who is outside."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deep_alpha.errors import PanelError
from deep_alpha.risk import Projection, fit_cross_sections


def random_day(names=60, styles=3, industries=4, seed=0):
    """Exposures, industry codes and caps of a day; nothing is missing."""
    random = np.random.default_rng(seed)
    exposures = random.normal(size=(names, styles)) + 3.0
    return exposures, np.arange(names) % industries, np.exp(random.normal(23, 1, names))


def dummies(industry: np.ndarray) -> np.ndarray:
    return np.eye(industry.max() + 1)[industry]


@pytest.mark.parametrize("weighted", [False, True])
def test_it_is_the_matrix_of_the_textbook(weighted):
    exposures, industry, cap = random_day()
    weight = np.sqrt(cap) if weighted else np.ones(60)
    design = np.column_stack([dummies(industry), exposures])
    middle = np.linalg.inv(design.T @ (weight[:, None] * design))
    expected = np.eye(60) - design @ middle @ (design.T * weight)
    projection = Projection.of(exposures, industry, weight if weighted else None)
    np.testing.assert_allclose(projection.residual(np.eye(60)), expected, atol=1e-10)
    assert projection.basis.shape == (60, 7)


@settings(max_examples=30, deadline=None)
@given(
    seed=st.integers(0, 10_000),
    styles=st.integers(0, 4),
    industries=st.integers(1, 6),
    weighted=st.booleans(),
)
def test_algebra_of_the_projection(seed, styles, industries, weighted):
    exposures, industry, cap = random_day(60, styles, industries, seed)
    weight = np.sqrt(cap) if weighted else None
    projection = Projection.of(exposures, industry, weight)
    basis = projection.basis
    np.testing.assert_allclose(basis.T @ basis, np.eye(basis.shape[1]), atol=1e-12)
    design = np.column_stack([dummies(industry), exposures])
    np.testing.assert_allclose(projection.residual(design), 0.0, atol=1e-11)

    values = np.random.default_rng(seed).normal(size=(60, 2))
    once = projection.residual(values)
    np.testing.assert_allclose(projection.residual(once), once, atol=1e-12)
    np.testing.assert_allclose(projection.explained(once), 0.0, atol=1e-12)
    np.testing.assert_allclose(once + projection.explained(values), values, atol=1e-14)
    np.testing.assert_array_equal(projection.residual(values[:, 0]).shape, (60,))


@pytest.mark.parametrize("weighted", [False, True])
def test_losses_differ_by_what_is_explained(weighted):
    """‖y − Mŷ‖² = ‖My − Mŷ‖² + ‖Py‖² and ‖My − ŷ‖² = ‖My − Mŷ‖² + ‖Pŷ‖² (001-F3)."""
    exposures, industry, cap = random_day()
    weight = np.sqrt(cap) if weighted else np.ones(60)
    weight = weight / weight.mean()
    projection = Projection.of(exposures, industry, weight)
    random = np.random.default_rng(1)
    target, predicted = random.normal(size=60), random.normal(size=60)

    def norm(values):
        return weight @ values**2

    left_target, left_predicted = projection.residual(target), projection.residual(predicted)
    both = norm(left_target - left_predicted)
    assert norm(target - left_predicted) == pytest.approx(
        both + norm(projection.explained(target)), rel=1e-12
    )
    assert norm(left_target - predicted) == pytest.approx(
        both + norm(projection.explained(predicted)), rel=1e-12
    )
    if weighted:  # and in no other norm
        assert np.sum((target - left_predicted) ** 2) != pytest.approx(
            np.sum((left_target - left_predicted) ** 2) + np.sum(projection.explained(target) ** 2),
            rel=1e-3,
        )


def test_residuals_are_those_of_the_regression():
    exposures, industry, cap = random_day(names=90, styles=5, industries=6)
    returns = np.random.default_rng(2).normal(size=90)
    fitted = fit_cross_sections(returns[None], exposures[None], industry, cap[None])
    projection = Projection.of(exposures, industry, np.sqrt(cap))
    np.testing.assert_allclose(projection.residual(returns), fitted.residuals[0], atol=1e-12)


def test_names_outside_have_no_part_in_it():
    exposures, industry, cap = random_day()
    weight = np.sqrt(cap)
    exposures[0, 1] = np.nan
    weight[1:4] = [np.nan, 0.0, -1.0]
    codes = industry.astype(float)
    codes[4:6] = [np.nan, -1]
    projection = Projection.of(exposures, codes, weight)
    assert np.flatnonzero(~projection.inside).tolist() == [0, 1, 2, 3, 4, 5]
    assert (projection.basis[:6] == 0).all()
    assert (projection.root_weight[:6] == 0).all()

    values = np.random.default_rng(3).normal(size=60)
    values[2] = np.nan
    rest = Projection.of(exposures[6:], industry[6:], weight[6:])
    found = projection.residual(values)
    assert np.isnan(found[:6]).all()
    np.testing.assert_allclose(found[6:], rest.residual(values[6:]), atol=1e-13)


def by_earlier_styles(exposures: np.ndarray, industry: np.ndarray) -> np.ndarray:
    return exposures[:, 0] - 2.0 * exposures[:, 1] + (industry == 2)


@pytest.mark.parametrize(
    "column",
    [0.1, 0.0, 0.3 * (np.arange(60) % 4), by_earlier_styles],
    ids=["constant", "zero", "by industry", "by earlier styles"],
)
def test_a_collinear_style_adds_no_column(column):
    exposures, industry, cap = random_day()
    exposures[:, 2] = column(exposures, industry) if callable(column) else column
    full = Projection.of(exposures, industry, np.sqrt(cap))
    reduced = Projection.of(exposures[:, :2], industry, np.sqrt(cap))
    assert full.basis.shape == reduced.basis.shape == (60, 6)
    fitted = fit_cross_sections(exposures[None, :, 0], exposures[None], industry, cap[None])
    assert len(fitted.collinear) == 1
    values = np.random.default_rng(4).normal(size=60)
    np.testing.assert_allclose(full.residual(values), reduced.residual(values), atol=1e-13)


def test_a_level_far_from_zero_is_not_collinear():
    exposures, industry, cap = random_day()
    plain = Projection.of(exposures, industry, cap)
    shifted = Projection.of(exposures + 1e6, industry, cap)
    assert shifted.basis.shape == plain.basis.shape
    values = np.random.default_rng(5).normal(size=60)
    np.testing.assert_allclose(shifted.residual(values), plain.residual(values), atol=1e-8)


def test_nearly_collinear_styles_stay_orthogonal():
    exposures, industry, _ = random_day()
    exposures[:, 2] = exposures[:, 0] + 3e-5 * exposures[:, 2]
    basis = Projection.of(exposures, industry).basis
    assert basis.shape == (60, 7)
    np.testing.assert_allclose(basis.T @ basis, np.eye(7), atol=1e-14)


def test_nobody_inside_leaves_nothing():
    projection = Projection.of(np.full((5, 2), np.nan), np.zeros(5))
    assert projection.basis.shape == (5, 0)
    assert np.isnan(projection.residual(np.ones(5))).all()


def test_a_value_must_be_known_for_every_name_inside():
    exposures, industry, _ = random_day()
    projection = Projection.of(exposures, industry)
    values = np.ones(60)
    values[17] = np.nan
    with pytest.raises(PanelError, match="no finite value for name 17"):
        projection.residual(values)


@pytest.mark.parametrize("shape", [(59,), (60, 2, 2), ()])
def test_other_values_are_refused(shape):
    exposures, industry, _ = random_day()
    with pytest.raises(PanelError, match="values must be"):
        Projection.of(exposures, industry).explained(np.ones(shape))


def test_other_arguments_are_refused():
    exposures, industry, cap = random_day()
    with pytest.raises(PanelError, match="industry must be of shape"):
        Projection.of(exposures, industry[:-1])
    with pytest.raises(PanelError, match="weight must be of shape"):
        Projection.of(exposures, industry, cap[:-1])
    with pytest.raises(PanelError, match="exposures must be"):
        Projection.of(exposures[:, 0], industry)
    exposures[3, 1] = np.inf
    with pytest.raises(PanelError, match="exposures: infinite at name 3"):
        Projection.of(exposures, industry)
