"""Early stopping on hand-made metric paths."""

import math

import pytest

from deep_alpha.errors import ConfigurationError
from deep_alpha.training.stopping import EarlyStopping


def run(stopping: EarlyStopping, path: list[float]) -> list[bool]:
    improved = []
    for epoch, value in enumerate(path):
        if stopping.stop:
            break
        improved.append(stopping.update(epoch, {stopping.metric: value}))
    return improved


def test_lower_is_better_for_rmse():
    stopping = EarlyStopping("rmse", "min", patience=2)
    assert run(stopping, [3.0, 2.0, 2.5, 1.0, 1.0, 1.5, 0.1]) == [
        True,
        True,
        False,
        True,
        False,
        False,
    ]
    assert (stopping.best_epoch, stopping.best_value, stopping.stop) == (3, 1.0, True)


def test_higher_is_better_for_ic():
    stopping = EarlyStopping("ic", "max", patience=3)
    run(stopping, [-0.02, 0.05, 0.04, 0.06, 0.01, 0.02, 0.03, 0.9])
    assert (stopping.best_epoch, stopping.best_value) == (3, 0.06)


def test_nan_never_improves_but_a_number_after_nan_does():
    stopping = EarlyStopping("ic", "max", patience=5)
    assert run(stopping, [math.nan, math.nan, -0.3, math.nan]) == [True, False, True, False]
    assert (stopping.best_epoch, stopping.best_value) == (2, -0.3)


def test_only_nan_keeps_the_first_epoch_and_ends():
    stopping = EarlyStopping("ic", "max", patience=2)
    run(stopping, [math.nan] * 10)
    assert (stopping.best_epoch, stopping.last_epoch) == (0, 2)


def test_min_epochs_are_always_run():
    stopping = EarlyStopping("rmse", "min", patience=1, min_epochs=4)
    assert len(run(stopping, [1.0, 2.0, 3.0, 4.0, 5.0])) == 4


def test_the_sharpe_ratio_of_the_paper_stops_after_ten_epochs_without_increase():
    """001-H1: ten epochs of patience, three epochs at least, the best one is kept."""
    stopping = EarlyStopping("sharpe", "max", patience=10, min_epochs=3)
    path = [-0.4, math.nan, 0.7, 0.2, 1.3, *[1.3, 1.2, -2.0, math.nan, 0.9] * 2, 9.9]
    improved = run(stopping, path)
    assert [epoch for epoch, better in enumerate(improved) if better] == [0, 2, 4]
    assert (stopping.best_epoch, stopping.best_value, stopping.last_epoch) == (4, 1.3, 14)


def test_goes_on_from_its_state():
    first = EarlyStopping("rmse", "min", patience=2)
    run(first, [1.0, 2.0])
    second = EarlyStopping("rmse", "min", patience=2)
    second.load_state(first.state())
    assert not second.stop
    second.update(2, {"rmse": 3.0})
    assert second.stop
    assert second.best_epoch == 0


def test_an_unmeasured_metric_is_an_error():
    stopping = EarlyStopping("sharpe", "max", patience=2)
    with pytest.raises(ConfigurationError) as error:
        stopping.update(0, {"rmse": 1.0, "ic": 0.1})
    assert str(error.value) == "early stopping watches 'sharpe', but validation measured ic, rmse"
