"""The block bootstrap: a slow oracle, and rejection rates where nothing is to be found."""

import numpy as np
import pytest

from deep_alpha.errors import DeepAlphaError
from deep_alpha.evaluation.bootstrap import MINIMUM_LABELS, block_bootstrap
from deep_alpha.evaluation.inference import naive_t, newey_west_t, overlap_p_value
from deep_alpha.kernels.correlation import daily_rank_ic


def overlapping(random, days, horizon):
    """A null IC series that autocorrelates as labels over ``horizon`` days do."""
    return np.convolve(random.standard_normal(days + horizon - 1), np.ones(horizon), "valid")


def slow_bootstrap(values, horizon, block, level, draws, seed):
    """Day by day: resample blocks from a circle of days, studentise, count."""
    days, lag = len(values), 2 * horizon - 1
    starts = np.random.default_rng(seed).integers(0, days, size=(draws, -(-days // block)))
    mean = values.mean()
    resampled = []
    for row in starts:
        series = [values[(start + step) % days] for start in row for step in range(block)]
        taken = np.array(series[:days])
        error = taken.mean() / newey_west_t(taken, lag)
        resampled.append(abs(taken.mean() - mean) / error)
    error = mean / newey_west_t(values, lag)
    p_value = (1 + sum(t >= abs(mean / error) for t in resampled)) / (draws + 1)
    reach = sorted(resampled, reverse=True)[round((1 - level) * (draws + 1)) - 1] * error
    return mean - reach, mean + reach, p_value


@pytest.mark.parametrize(("days", "horizon", "block"), [(50, 5, 7), (40, 1, 1), (83, 10, 20)])
def test_it_is_the_slow_one(days, horizon, block):
    values = 0.4 + overlapping(np.random.default_rng(days), days, horizon)

    found = block_bootstrap(values, horizon, level=0.9, draws=199, seed=3, block=block)

    expected = slow_bootstrap(values, horizon, block, 0.9, 199, 3)
    assert (found.low, found.high, found.p_value) == pytest.approx(expected, rel=1e-9)
    assert found.block == block


@pytest.mark.parametrize(("days", "horizon"), [(250, 5), (250, 10), (600, 10)])
@pytest.mark.parametrize("persistent", [True, False])
def test_null_series_are_rejected_at_the_level(days, horizon, persistent):
    random = np.random.default_rng(days + horizon)
    ics = [overlapping(random, days, horizon if persistent else 1) for _ in range(600)]
    p_values = np.array([block_bootstrap(ic, horizon, draws=99).p_value for ic in ics])

    assert 0.03 <= (p_values <= 0.05).mean() <= 0.07
    if persistent:
        assert np.mean([abs(naive_t(ic)) > 1.96 for ic in ics]) > 0.3


def test_worthless_persistent_scores_are_rejected_at_the_level():
    """Scores × returns of 200 names: AR(.98), 10-day labels, 250 days."""
    random = np.random.default_rng(0)
    days, assets, horizon = 250, 200, 10
    naive, honest = [], []
    for _ in range(150):
        scores = random.standard_normal((days, assets))
        for day in range(1, days):
            scores[day] = 0.98 * scores[day - 1] + np.sqrt(1 - 0.98**2) * scores[day]
        returns = random.standard_normal((days + horizon, assets))
        total = np.vstack([np.zeros(assets), returns]).cumsum(axis=0)
        ic = daily_rank_ic(scores, total[horizon : days + horizon] - total[:days])
        naive.append(abs(naive_t(ic)) > 1.96)
        honest.append(block_bootstrap(ic, horizon, draws=199).p_value <= 0.05)

    assert np.mean(naive) > 0.4
    assert np.mean(honest) < 0.1


def test_a_signal_redrawn_daily_is_found_more_often_than_by_the_worst_case():
    random = np.random.default_rng(1)
    days, horizon = 250, 10
    ics = [random.standard_normal(days) + 3 / np.sqrt(days) for _ in range(200)]
    adaptive = [block_bootstrap(ic, horizon, draws=199).p_value <= 0.05 for ic in ics]
    cautious = [overlap_p_value(newey_west_t(ic, horizon - 1), days, horizon) <= 0.05 for ic in ics]

    assert np.mean(adaptive) > np.mean(cautious) + 0.05


@pytest.mark.parametrize("seed", range(20))
def test_interval_and_p_value_never_disagree(seed):
    values = overlapping(np.random.default_rng(seed), 100, 5) + 1.7

    found = block_bootstrap(values, 5, draws=99)

    assert (found.p_value <= 0.05) == (found.low > 0 or found.high < 0)
    assert (found.low + found.high) / 2 == pytest.approx(values.mean())


def test_it_does_not_depend_on_scale_and_turns_with_the_sign():
    values = overlapping(np.random.default_rng(5), 120, 5) + 1.0

    plain, turned = block_bootstrap(values, 5), block_bootstrap(-0.01 * values, 5)

    assert turned.p_value == plain.p_value
    assert (turned.low, turned.high) == pytest.approx((-0.01 * plain.high, -0.01 * plain.low))


def test_the_same_seed_gives_the_same_bits_and_memory_does_not_matter(monkeypatch):
    values = overlapping(np.random.default_rng(6), 130, 5)
    first = block_bootstrap(values, 5, draws=300)
    monkeypatch.setattr("deep_alpha.evaluation.bootstrap._VALUES_AT_ONCE", 1000)

    assert block_bootstrap(values, 5, draws=300) == first
    assert block_bootstrap(values, 5, draws=300, seed=1) != first


@pytest.mark.parametrize(
    ("days", "horizon", "block"), [(60, 5, 5), (120, 5, 6), (600, 5, 10), (250, 10, 12), (80, 1, 2)]
)
def test_blocks_are_one_to_two_labels_long(days, horizon, block):
    values = np.random.default_rng(0).standard_normal(days)

    assert block_bootstrap(values, horizon, draws=99).block == block


def test_too_few_labels_or_a_constant_give_no_answer():
    values = np.random.default_rng(0).standard_normal(MINIMUM_LABELS * 5)

    assert np.isfinite(block_bootstrap(values, 5).p_value)
    for hopeless in (values[:-1], np.full(100, 0.1), np.array([])):
        found = block_bootstrap(hopeless, 5)
        assert np.isnan([found.low, found.high, found.p_value]).all()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"values": np.array([0.1, np.nan])}, "1 of 2 values are NaN"),
        ({"horizon": 0}, "at least one day"),
        ({"level": 1.0}, r"inside \(0, 1\)"),
        ({"level": 0.99, "draws": 50}, "50 draws"),
        ({"block": 101}, "block is 101 days"),
    ],
)
def test_what_can_not_be_is_refused(change, message):
    asked = {"values": np.arange(100.0), "horizon": 5, **change}

    with pytest.raises(DeepAlphaError, match=message):
        block_bootstrap(**asked)
