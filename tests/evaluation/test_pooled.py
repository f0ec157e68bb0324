"""AUC and rank correlation over pooled rows, and intervals that count days and not rows."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import spearmanr
from sklearn.metrics import roc_auc_score

from deep_alpha.evaluation.bootstrap import block_bootstrap
from deep_alpha.evaluation.pooled import pooled_auc, pooled_rank_ic

HORIZON = 5


def waves(days=120, names=200, seed=0, market=0.011, rate=0.05, memory=0.9, signal=0.0):
    """Events that come in waves; their labels overlap and share the market's luck.

    Returns:
        Scores, five-day returns and days of the events. Scores persist, by name and in
        common, so that those of neighbouring days repeat each other as the labels do.
    """
    random = np.random.default_rng(seed)
    daily = random.normal(0, 0.02, (days + HORIZON, names))
    daily += random.normal(0, market, (days + HORIZON, 1))
    total = np.vstack([np.zeros(names), daily.cumsum(axis=0)])
    later = total[HORIZON + 1 :] - total[1:-HORIZON]
    noise = random.normal(size=(days, names)) + random.normal(size=(days, 1))
    scores = noise.copy()
    for day in range(1, days):
        scores[day] = memory * scores[day - 1] + np.sqrt(1 - memory**2) * noise[day]
    scores += signal * later / later.std()
    wave = rate * np.exp(random.normal(size=days) - 0.5)
    day, name = np.nonzero(random.random((days, names)) < np.minimum(wave, 1.0)[:, None])
    return scores[day, name], later[day, name], day


@pytest.mark.parametrize("ties", [False, True])
def test_auc_is_that_of_scikit_learn(ties):
    scores, returns, day = waves(signal=0.2)
    scores = np.round(scores) if ties else scores
    found = pooled_auc(scores, returns > 0, day, HORIZON)
    assert found.value == pytest.approx(roc_auc_score(returns > 0, scores), abs=1e-12)
    assert found.low < found.value < found.high


def test_rank_ic_is_that_of_scipy():
    scores, returns, day = waves(signal=0.2)
    found = pooled_rank_ic(np.round(scores, 1), returns, day, HORIZON)
    expected = spearmanr(np.round(scores, 1), returns).statistic
    assert found.value == pytest.approx(expected, abs=1e-12)


def test_a_planted_signal_is_clearly_above_chance_and_its_mirror_below():
    scores, returns, day = waves(signal=0.3)
    better, worse = (pooled_auc(sign * scores, returns > 0, day, HORIZON) for sign in (1, -1))
    assert better.low > 0.5
    assert better.p_value < 0.05
    assert worse.high < 0.5
    assert worse.value == pytest.approx(1 - better.value)
    assert pooled_rank_ic(scores, returns, day, HORIZON).low > 0


def weighted_auc(scores, positive, weight):
    """The slow way: every pair counts by the product of its weights, a tie half."""
    won = (scores[positive][:, None] > scores[~positive]) + 0.5 * (
        scores[positive][:, None] == scores[~positive]
    )
    pairs = weight[positive][:, None] * weight[~positive]
    return (won * pairs).sum() / pairs.sum()


def test_the_interval_is_that_of_what_each_day_does_to_the_figure():
    """A day's influence is how the figure moves when all of its rows count a little more."""
    scores, returns, day = waves(days=60, names=60)
    scores, day = np.round(scores, 1), day + 7
    positive, days = returns > 0, int(day.max() - day.min()) + 1
    base = weighted_auc(scores, positive, np.ones(len(scores)))
    step = 1e-6
    moves = [
        (weighted_auc(scores, positive, 1 + step * (day == place)) - base) / step
        for place in range(day.min(), day.min() + days)
    ]
    series = base - 0.5 + days * np.array(moves)
    expected = block_bootstrap(series, HORIZON, draws=400, seed=3)
    found = pooled_auc(scores, positive, day, HORIZON, draws=400, seed=3)
    assert (found.low, found.high) == pytest.approx(
        (expected.low + 0.5, expected.high + 0.5), abs=1e-4
    )
    assert found.p_value == expected.p_value


@pytest.mark.parametrize("figure", [pooled_auc, pooled_rank_ic])
def test_rows_that_repeat_each_other_say_nothing_more(figure):
    scores, returns, day = waves()
    labels = returns > 0 if figure is pooled_auc else returns
    once, often = (
        figure(np.repeat(scores, n), np.repeat(labels, n), np.repeat(day, n), HORIZON)
        for n in (1, 7)
    )
    assert (often.value, often.low, often.high) == pytest.approx(
        (once.value, once.low, once.high), abs=1e-9
    )


def test_days_that_hang_together_widen_the_interval():
    scores, returns, day = waves(memory=0.95)
    shuffled = np.random.default_rng(0).permutation(int(day.max()) + 1)[day]
    together = pooled_auc(scores, returns > 0, day, HORIZON)
    apart = pooled_auc(scores, returns > 0, shuffled, HORIZON)
    assert apart.value == together.value
    assert together.high - together.low > 1.25 * (apart.high - apart.low)


def test_scores_that_know_nothing_seldom_leave_chance():
    """Nominally 5 %; by rows taken for independent it would be more than a third."""
    beyond, rank_beyond, naive = [], [], []
    for seed in range(150):
        scores, returns, day = waves(seed=seed)
        positive = returns > 0
        found = pooled_auc(scores, positive, day, HORIZON, draws=199, seed=seed)
        ranked = pooled_rank_ic(scores, returns, day, HORIZON, draws=199, seed=seed)
        beyond.append(not found.low <= 0.5 <= found.high)
        rank_beyond.append(not ranked.low <= 0 <= ranked.high)
        classes = 1 / positive.sum() + 1 / (~positive).sum()
        naive.append(abs(found.value - 0.5) > 1.96 * np.sqrt(classes / 12))
    assert np.mean(beyond) < 0.12
    assert np.mean(rank_beyond) < 0.12
    assert np.mean(naive) > 0.33


def test_blocks_are_never_shorter_than_five_days():
    scores, returns, day = waves()
    short, week = (pooled_auc(scores, returns > 0, day, horizon) for horizon in (1, 5))
    assert short == week


def test_no_draws_no_interval():
    scores, returns, day = waves()
    found = pooled_auc(scores, returns > 0, day, HORIZON, draws=0)
    assert found.value == pooled_auc(scores, returns > 0, day, HORIZON).value
    assert np.isnan([found.low, found.high, found.p_value]).all()


def test_too_few_of_a_class_days_or_differences_give_no_figure():
    scores, returns, day = waves()
    few = np.arange(len(scores)) < 9
    assert np.isnan(pooled_auc(scores, few, day, HORIZON).value)
    assert np.isnan(pooled_auc(scores, ~few, day, HORIZON).value)
    assert np.isnan(pooled_rank_ic(np.ones(len(scores)), returns, day, HORIZON).value)
    assert np.isnan(pooled_rank_ic(scores[few], returns[few], day[few], HORIZON).value)
    early = day < 30
    short = pooled_auc(scores[early], returns[early] > 0, day[early], HORIZON)
    assert np.isfinite(short.value)
    assert np.isnan(short.low)


def test_a_constant_score_is_chance():
    scores, returns, day = waves()
    found = pooled_auc(np.zeros(len(scores)), returns > 0, day, HORIZON)
    assert found.value == 0.5
    assert np.isnan(found.low)
