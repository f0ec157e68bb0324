"""The certificate: no line goes below the bound, whatever multipliers it is made of."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.svm import SVR

from deep_alpha.errors import TrainingError
from deep_alpha.models.svr_certificate import certified_line, relative_gap
from tests.models.tubes import objective, optimum, simulated

SIZES = {"cost": st.floats(1e-3, 10.0), "epsilon": st.floats(0.0, 0.5)}


def certified(features, target, multipliers, cost=1.0, epsilon=0.1, line=None):
    line = np.zeros(features.shape[1]) if line is None else line
    return certified_line(features, target, line, 0.3, multipliers, cost=cost, epsilon=epsilon)


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 1000), reach=st.floats(0.0, 3.0), lean=st.floats(-1.0, 1.0), **SIZES)
def test_no_line_goes_below_the_bound_of_any_multipliers(seed, reach, lean, cost, epsilon):
    random = np.random.default_rng(seed)
    features, target = simulated(30, seed=seed)
    # Beyond ±C, unbalanced, of any sign: what a careless solver might hand over.
    guess = reach * cost * (np.sign(target) + lean + 0.5 * random.normal(size=30))
    bound = certified(features, target, guess, cost, epsilon).lower_bound
    good = SVR(kernel="linear", C=cost, epsilon=epsilon).fit(features, target)
    w, b = good.coef_[0], good.intercept_[0]
    assert bound <= objective(features, target, w, b, cost, epsilon)
    for _ in range(10):
        w, b = random.normal(size=6) * random.choice([0.01, 0.1, 1.0]), random.normal() * 0.3
        assert bound <= objective(features, target, w, b, cost, epsilon)


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 1000), **SIZES)
def test_the_bound_of_good_multipliers_touches_the_optimum(seed, cost, epsilon):
    features, target = simulated(40, seed=seed)
    machine = SVR(kernel="linear", C=cost, epsilon=epsilon, tol=1e-9).fit(features, target)
    multipliers = np.zeros(40)
    multipliers[machine.support_] = machine.dual_coef_[0]
    bound = certified(features, target, multipliers, cost, epsilon).lower_bound
    _, lowest = optimum(features, target, cost, epsilon)
    assert bound == pytest.approx(lowest, rel=1e-6)
    assert bound <= lowest * (1 + 1e-9)


def test_a_perturbed_dual_point_gives_a_lower_bound_than_the_best():
    features, target = simulated(200)
    machine = SVR(kernel="linear", tol=1e-9).fit(features, target)
    multipliers = np.zeros(200)
    multipliers[machine.support_] = machine.dual_coef_[0]
    best = certified(features, target, multipliers).lower_bound
    for size in (0.01, 0.1, 1.0):
        noise = size * np.random.default_rng(1).normal(size=200)
        assert 0.0 <= certified(features, target, multipliers + noise).lower_bound < best


@pytest.mark.parametrize("centre", [-1.0, 0.0, 1.0])
def test_unbalanced_multipliers_are_balanced_first(centre):
    features, target = simulated(100)
    # So small a cost leaves w = 0: a wrong intercept's loss is all that is to be gained.
    guess = 1e-5 * np.sign(target - centre)
    line = certified_line(features, target, np.zeros(6), centre, guess, cost=1e-5, epsilon=0.1)
    lowest = 1e-5 * np.maximum(np.abs(target - np.median(target)) - 0.1, 0.0).sum()
    assert 0.3 * lowest < line.lower_bound <= lowest


@pytest.mark.parametrize("multipliers", [np.zeros(20), np.full(20, 0.5), np.full(20, -0.5)])
def test_multipliers_that_say_nothing_give_a_bound_of_zero(multipliers):
    line = certified(*simulated(20), multipliers)
    assert line.lower_bound == 0.0
    assert line.gap == np.inf


def test_objective_and_support_are_those_of_the_line():
    features, target = simulated(50)
    w = np.linspace(-0.2, 0.2, 6)
    line = certified(features, target, np.zeros(50), cost=2.0, epsilon=0.4, line=w)
    assert line.objective == pytest.approx(objective(features, target, w, 0.3, 2.0, 0.4), rel=1e-12)
    residuals = target - features @ w - 0.3
    assert line.support == sum(abs(residual) > 0.4 for residual in residuals)
    assert 0 < line.support < 50


def test_the_bound_does_not_suffer_from_a_large_intercept():
    features, target = simulated(200)
    machine = SVR(kernel="linear", tol=1e-9).fit(features, target)
    multipliers = np.zeros(200)
    multipliers[machine.support_] = machine.dual_coef_[0]
    near, far = (
        certified_line(
            features,
            target.astype(np.float64) + away,
            machine.coef_[0],
            machine.intercept_[0] + away,
            multipliers,
            cost=1.0,
            epsilon=0.1,
        )
        for away in (0.0, 1e6)
    )
    assert far.lower_bound == pytest.approx(near.lower_bound, rel=1e-9)


@pytest.mark.parametrize(
    ("value", "bound", "gap"),
    [(3.0, 2.0, 0.5), (2.0, 2.0, 0.0), (0.0, 0.0, 0.0), (1.0, 0.0, np.inf)],
)
def test_relative_gap(value, bound, gap):
    assert relative_gap(value, bound) == gap


def test_what_is_not_finite_is_refused():
    features, target = simulated(20)
    features[3, 1] = np.nan
    with pytest.raises(TrainingError, match="a feature or a target that is not finite"):
        certified(features, target, np.zeros(20))
