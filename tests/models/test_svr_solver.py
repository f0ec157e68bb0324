"""Support vector lines at any size, against scikit-learn, a general solver and themselves."""

import tracemalloc

import numpy as np
import pytest
from sklearn.svm import SVR
from threadpoolctl import threadpool_limits

from deep_alpha.errors import TrainingError
from deep_alpha.models import svr_solver
from deep_alpha.models.svr_interior_point import interior_point
from deep_alpha.models.svr_solver import fit_support_vector_line
from tests.models.tubes import objective, optimum, simulated


@pytest.fixture(autouse=True)
def _one_thread():
    with threadpool_limits(1):
        yield


def predicted(line, features):
    return features.astype(np.float64) @ line.coefficients + line.intercept


@pytest.mark.parametrize(
    ("rows", "settings"),
    [
        (300, {}),
        (1000, {"cost": 0.01}),
        (1000, {"epsilon": 0.0, "cost": 0.1}),
        (2000, {"epsilon": 0.5}),
    ],
)
def test_equals_scikit_learn(rows, settings):
    features, target = simulated(rows, width=5)
    cost, epsilon = settings.get("cost", 1.0), settings.get("epsilon", 0.1)
    machine = SVR(kernel="linear", C=cost, epsilon=epsilon, tol=1e-8).fit(features, target)
    theirs = objective(
        features, target, machine.coef_[0], machine.intercept_[0], cost=cost, epsilon=epsilon
    )
    line = fit_support_vector_line(features, target, gap=1e-9, **settings)
    assert line.objective == pytest.approx(theirs, rel=1e-7)
    assert line.lower_bound <= theirs
    np.testing.assert_allclose(line.coefficients, machine.coef_[0], atol=1e-4)
    np.testing.assert_allclose(predicted(line, features), machine.predict(features), atol=1e-3)


def test_equals_a_general_solver():
    features, target = simulated(200)
    w, lowest = optimum(features, target)
    line = fit_support_vector_line(features, target, gap=1e-9)
    assert line.objective == pytest.approx(lowest, rel=1e-7)
    assert line.lower_bound == pytest.approx(lowest, rel=1e-7)
    np.testing.assert_allclose(line.coefficients, w, atol=1e-5)


@pytest.mark.parametrize("gap", [1e-2, 1e-5, 1e-10])
def test_the_gap_asked_for_is_reached_and_true(gap):
    features, target = simulated(400)
    _, lowest = optimum(features, target)
    line = fit_support_vector_line(features, target, gap=gap)
    value = objective(features, target, line.coefficients, line.intercept, 1.0, 0.1)
    assert line.objective == pytest.approx(value, rel=1e-12)
    assert line.lower_bound <= lowest * (1 + 1e-10)
    assert line.gap == pytest.approx(value / line.lower_bound - 1, abs=1e-12)
    assert line.gap <= gap


def all_at_once(features, target, cost=1.0):
    rows = svr_solver._Rows(features, np.arange(len(target)), target.astype(float), cost, 0.1)
    ended = interior_point(rows.whole(), np.zeros(features.shape[1] + 1), 1e-7, 200)
    return rows.scan(ended.line)


def pieces_seen(monkeypatch):
    """Sizes of the pieces that the interior-point method is given."""
    sizes = []

    def counted(piece, *settings):
        sizes.append(len(piece.rows))
        return interior_point(piece, *settings)

    monkeypatch.setattr(svr_solver, "interior_point", counted)
    return sizes


@pytest.mark.parametrize("cost", [1.0, 1e-5])  # of the smaller, w is mostly the penalty's
def test_rounds_give_what_all_rows_at_once_give(monkeypatch, cost):
    features, target = simulated(50_000, width=10)
    sizes = pieces_seen(monkeypatch)
    line = fit_support_vector_line(features, target, cost=cost, gap=1e-6)
    assert len(sizes) == 2  # a subsample, and the rows near an edge of its line
    assert max(sizes) < 10_000
    whole = all_at_once(features, target, cost)
    assert line.gap <= 1e-6
    assert line.lower_bound <= whole.objective <= line.objective * (1 + 1e-7)
    np.testing.assert_allclose(line.coefficients, whole.line[:-1], atol=1e-3)


def take_leverage_for(monkeypatch, values):
    def taken(rows, _):
        return values(len(rows)).astype(np.float32)

    monkeypatch.setattr(svr_solver._Rows, "leverage", taken)


def test_leverage_saves_rounds_where_few_rows_rule_the_fit(monkeypatch):
    features, target = simulated(30_000)
    features[::30] *= 20.0
    sizes = pieces_seen(monkeypatch)
    assert fit_support_vector_line(features, target).gap <= 1e-5
    with_leverage = sum(sizes)
    take_leverage_for(monkeypatch, np.ones)
    sizes.clear()
    assert fit_support_vector_line(features, target).gap <= 1e-5
    assert sum(sizes) > 2 * with_leverage


def test_a_subsample_that_misleads_costs_rounds_and_nothing_else(monkeypatch):
    features, target = simulated(20_000)
    sizes = pieces_seen(monkeypatch)
    fit_support_vector_line(features, target)
    taken = np.arange(sizes[0]) * 20_000 // sizes[0]
    target[taken] = 5.0 - 3.0 * target[taken]
    sizes.clear()
    line = fit_support_vector_line(features, target)
    assert len(sizes) > 2
    assert line.gap <= 1e-5
    assert line.objective == pytest.approx(all_at_once(features, target).objective, rel=1e-5)


def test_all_rows_are_the_last_resort(monkeypatch):
    features, target = simulated(3000)
    sizes = pieces_seen(monkeypatch)
    # Leverage that has nothing to do with the rows: the wrong ones count as near.
    random = np.random.default_rng(0)
    take_leverage_for(monkeypatch, lambda count: np.exp(10 * random.normal(size=count)))
    line = fit_support_vector_line(features, target)
    assert sizes[-1] == 3000
    assert line.gap <= 1e-5


def test_positions_choose_rows_of_a_memory_mapped_table(tmp_path):
    features, target = simulated(6000)
    path = tmp_path / "values.npy"
    np.save(path, features)
    table = np.load(path, mmap_mode="r")
    chosen = np.sort(np.random.default_rng(0).choice(6000, 4000, replace=False))
    line = fit_support_vector_line(table, target[chosen], chosen)
    copied = fit_support_vector_line(features[chosen], target[chosen])
    np.testing.assert_array_equal(line.coefficients, copied.coefficients)
    assert line.intercept == copied.intercept
    assert line.objective == copied.objective


def test_needs_much_less_memory_than_a_copy_of_the_rows():
    features, target = simulated(300_000, width=30)
    tracemalloc.start()
    line = fit_support_vector_line(features, target)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert line.gap <= 1e-5
    assert peak < 0.8 * features.astype(np.float64).nbytes


def test_is_the_same_bits_each_time():
    features, target = simulated(20_000)
    one, other = (fit_support_vector_line(features, target) for _ in range(2))
    np.testing.assert_array_equal(one.coefficients, other.coefficients)
    assert one.intercept == other.intercept


class TestEdges:
    """Where textbook solvers divide by zero."""

    def test_all_targets_inside_the_tube(self):
        features, _ = simulated(100)
        target = np.linspace(0.31, 0.5, 100)
        line = fit_support_vector_line(features, target)
        np.testing.assert_array_equal(line.coefficients, np.zeros(6))
        assert line.intercept == pytest.approx(0.405)
        machine = SVR(kernel="linear").fit(features, target)
        assert line.intercept == pytest.approx(machine.intercept_[0])
        assert (line.objective, line.lower_bound, line.gap, line.support) == (0.0, 0.0, 0.0, 0)

    @pytest.mark.parametrize("epsilon", [0.0, 0.1])
    def test_constant_target(self, epsilon):
        line = fit_support_vector_line(simulated(50)[0], np.full(50, 0.25), epsilon=epsilon)
        assert np.abs(line.coefficients).max() == 0.0
        assert line.intercept == 0.25

    @pytest.mark.parametrize("cost", [1e-9, 1e9])
    def test_tiny_and_huge_cost(self, cost):
        features, target = simulated(300)
        line = fit_support_vector_line(features, target, cost=cost)
        _, lowest = optimum(features, target, cost=1.0) if cost > 1 else (None, None)
        assert line.gap <= 1e-5
        if cost > 1:
            # ½‖w‖² is nothing beside the loss, which alone is left.
            assert line.objective / cost == pytest.approx(lowest, rel=1e-3)
        else:
            signs = np.sign(target - np.median(target))
            np.testing.assert_allclose(
                line.coefficients, cost * signs @ features, atol=30 * cost * np.abs(features).max()
            )

    def test_collinear_and_constant_columns(self):
        features, target = simulated(300)
        redundant = np.column_stack([features, features[:, 0], np.zeros(300), np.ones(300)])
        line = fit_support_vector_line(redundant.astype(np.float32), target, gap=1e-9)
        assert line.objective == pytest.approx(optimum(redundant, target)[1], rel=1e-7)
        assert line.coefficients[6] == pytest.approx(line.coefficients[0], abs=1e-6)
        assert np.abs(line.coefficients[7:]).max() < 1e-6

    def test_collinear_columns_in_rounds(self):
        features, target = simulated(8000, width=3)
        redundant = np.column_stack([features, features[:, 0], np.zeros(8000), np.ones(8000)])
        line = fit_support_vector_line(redundant.astype(np.float32), target)
        assert line.gap <= 1e-5

    @pytest.mark.parametrize("cost", [0.01, 100.0])
    def test_more_columns_than_rows(self, cost):
        features, target = simulated(20, width=50)
        line = fit_support_vector_line(features, target, cost=cost, gap=1e-9)
        assert line.objective == pytest.approx(optimum(features, target, cost)[1], rel=1e-7)

    def test_two_rows(self):
        features = np.array([[0.0], [2.0]], dtype=np.float32)
        line = fit_support_vector_line(features, np.array([0.0, 1.0]), gap=1e-9)
        # The flattest line that passes within ε of both: from ε to 1 − ε.
        assert line.coefficients[0] == pytest.approx(0.4, abs=1e-6)
        assert line.intercept == pytest.approx(0.1, abs=1e-6)

    def test_no_noise(self):
        features, _ = simulated(500)
        target = features @ np.arange(1.0, 7.0)
        line = fit_support_vector_line(features, target, gap=1e-8)
        assert line.objective == pytest.approx(optimum(features, target)[1], rel=1e-6)

    def test_scales_of_columns_and_distance_of_targets_do_not_matter(self):
        features, target = simulated(400)
        scale = np.float32([1e-6, 1e-3, 1.0, 1e3, 1e6, 1e6])
        line = fit_support_vector_line(features * scale, target + 1e5)
        assert line.gap <= 1e-5

    def test_one_target_just_outside_the_tube(self):
        features, _ = simulated(300)
        target = np.linspace(-0.1, 0.1, 300)
        target[-1] += 1e-6
        line = fit_support_vector_line(features, target)
        assert 0.0 < line.objective < 1e-6
        assert line.gap <= 1e-5


@pytest.mark.parametrize("where", ["feature", "target", "infinite target"])
def test_what_is_not_finite_is_refused(where):
    features, target = simulated(5000)
    if where == "feature":
        features[4321, 2] = np.nan
    else:
        target[4321] = np.nan if where == "target" else np.inf
    with pytest.raises(TrainingError, match="finite"):
        fit_support_vector_line(features, target)


@pytest.mark.parametrize("rows", [300, 5000])
def test_too_few_steps_are_refused_with_the_gap(rows):
    with pytest.raises(TrainingError, match=r"gap is .* after 3 iterations, above the 1e-05"):
        fit_support_vector_line(*simulated(rows), max_iterations=3)
