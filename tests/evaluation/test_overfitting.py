"""Overfitting of searches, against a slow oracle; the ledger's search in one table."""

from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from deep_alpha.errors import DeepAlphaError
from deep_alpha.evaluation.deflated import Trials, deflated_sharpe
from deep_alpha.evaluation.overfitting import (
    probability_of_backtest_overfitting,
    search_statistics,
)

DATES = pd.bdate_range("2020-01-01", periods=320)


def slow_overfitting(performance, blocks):
    parts = np.array_split(performance, blocks)
    inside, outside, logits = [], [], []
    for chosen in combinations(range(blocks), blocks // 2):
        fitted = np.concatenate([parts[k] for k in chosen])
        later = np.concatenate([parts[k] for k in range(blocks) if k not in chosen])
        ratios = [half.mean(axis=0) / half.std(axis=0, ddof=1) for half in (fitted, later)]
        best = ratios[0].argmax()
        share = stats.rankdata(ratios[1])[best] / (performance.shape[1] + 1)
        inside.append(ratios[0][best])
        outside.append(ratios[1][best])
        logits.append(np.log(share / (1 - share)))
    slope = stats.linregress(inside, outside).slope
    below = np.mean([1.0 if logit < -1e-12 else 0.5 * (logit < 1e-12) for logit in logits])
    return below, logits, slope, np.mean(np.array(outside) < 0)


@pytest.mark.parametrize(
    ("days", "configurations", "blocks"), [(24, 2, 4), (101, 7, 8), (64, 4, 2)]
)
def test_it_is_the_slow_one(days, configurations, blocks):
    performance = np.random.default_rng(days).normal(0.02, 1.0, (days, configurations))

    found = probability_of_backtest_overfitting(performance, blocks)

    pbo, logits, slope, loss = slow_overfitting(performance, blocks)
    assert found.pbo == pytest.approx(pbo)
    np.testing.assert_allclose(found.logits, logits, atol=1e-12)
    assert found.degradation == pytest.approx(slope)
    assert found.loss_probability == pytest.approx(loss)


@pytest.mark.parametrize("configurations", [4, 5])
def test_a_worthless_search_is_overfitted_half_of_the_time(configurations):
    random = np.random.default_rng(configurations)
    shape = (320, configurations)
    found = [
        probability_of_backtest_overfitting(random.standard_normal(shape), 10) for _ in range(120)
    ]

    assert np.mean([one.pbo for one in found]) == pytest.approx(0.5, abs=0.08)
    assert np.mean([one.loss_probability for one in found]) == pytest.approx(0.5, abs=0.08)


def test_a_truly_better_configuration_is_not_overfitted():
    performance = np.random.default_rng(0).standard_normal((640, 20))
    performance[:, 3] += 0.4

    found = probability_of_backtest_overfitting(pd.DataFrame(performance))

    assert len(found.logits) == 12870
    assert found.pbo < 0.01
    assert found.loss_probability < 0.01


def test_what_is_best_in_one_half_and_worst_in_the_other_is_overfitted():
    """Each configuration earns in some blocks what it loses in the others."""
    noise = 0.1 * np.random.default_rng(0).standard_normal((80, 6))
    earns = np.zeros((8, 6))
    for column, good in enumerate([(0, 1, 2, 3), (4, 5, 6, 7), (0, 2, 4, 6), (1, 3, 5, 7)]):
        earns[:, column] = -1
        earns[list(good), column] = 1

    found = probability_of_backtest_overfitting(noise + np.repeat(earns, 10, axis=0), 8)

    assert found.pbo > 0.75
    assert found.degradation < -0.9


def test_the_number_of_splits_held_at_once_does_not_matter(monkeypatch):
    performance = np.random.default_rng(0).standard_normal((100, 5))
    whole = probability_of_backtest_overfitting(performance, 8)
    monkeypatch.setattr("deep_alpha.evaluation.overfitting._RATIOS_AT_ONCE", 60)

    parts = probability_of_backtest_overfitting(performance, 8)

    assert (parts.pbo, parts.loss_probability) == (whole.pbo, whole.loss_probability)
    np.testing.assert_array_equal(parts.logits, whole.logits)


def test_a_level_far_from_zero_costs_no_digits():
    performance = 1e6 + np.random.default_rng(0).standard_normal((64, 4))

    found = probability_of_backtest_overfitting(performance, 4)

    assert found.degradation == pytest.approx(slow_overfitting(performance, 4)[2], rel=1e-6)


@pytest.mark.parametrize(
    ("performance", "blocks", "message"),
    [
        (np.eye(40)[:, :3], 3, "3 blocks: an even number"),
        (np.eye(40)[:, :3], 22, "22 blocks"),
        (np.ones((40, 1)), 4, "two configurations"),
        (np.ones((7, 2)), 4, "7 days are not enough"),
        (np.full((40, 2), np.nan), 4, "NaN"),
        (np.arange(80.0).reshape(40, 2) * [1, 0], 4, "configuration 1 "),
    ],
)
def test_what_can_not_be_is_refused(performance, blocks, message):
    with pytest.raises(DeepAlphaError, match=message):
        probability_of_backtest_overfitting(performance, blocks)


def look(model, config="{}", fold="2020-01", seed=0, ic=0.05, days=100, **other):
    row = {"market": "small", "profile": "tiny", "entry": "close", "leaks_by_design": False}
    row |= {"model": model, "config": config, "horizon": 10, "fold": fold, "seed": seed}
    row |= {"test_ic": ic, "test_days": days, "degenerate": False, "scores": "s"}
    row["fit"] = f"{model}{config}{fold}{seed}{other}"
    return row | other


def daily(configurations, days=320, seed=0):
    random = np.random.default_rng(seed)
    return {
        f"m{k}": pd.Series(random.normal(0, 0.01, days), index=DATES[:days])
        for k in range(configurations)
    }


def values(table, scope="all"):
    chosen = table[table["scope"] == scope]
    return dict(zip(chosen["statistic"], chosen["value"], strict=True))


def notes(table):
    return dict(zip(table["statistic"], table["note"], strict=True))


def test_the_ledger_is_counted_by_model():
    ledger = pd.DataFrame(
        [
            look("mlp", seed=0, ic=0.02, days=100),
            look("mlp", seed=1, ic=0.04, days=100),
            look("mlp", fold="2020-07", ic=0.09, days=50),
            look("mlp", config='{"hidden": 8}', ic=0.01),
            look("mlp", profile="paper", ic=0.06),
            look("ridge", ic=0.08),
        ]
    )

    table = search_statistics(ledger, {})

    weighted = (0.02 * 100 + 0.04 * 100 + 0.09 * 50) / 250
    mlp = {"configurations": 3, "looks": 5, "best_test_ic": 0.06, "median_test_ic": weighted}
    ridge = {"configurations": 1, "looks": 1, "best_test_ic": 0.08, "median_test_ic": 0.08}
    assert values(table, "mlp") == pytest.approx(mlp)
    assert values(table, "ridge") == pytest.approx(ridge)
    everything = values(table)
    assert everything["configurations"] == 4
    assert everything["looks"] == 6
    assert everything["best_test_ic"] == pytest.approx(0.08)
    assert everything["median_test_ic"] == pytest.approx((weighted + 0.06) / 2)


def test_a_look_that_is_in_the_ledger_twice_counts_once():
    ledger = pd.DataFrame([look("mlp", ic=0.02), look("mlp", ic=0.02)])

    assert values(search_statistics(ledger, {}))["looks"] == 1


def test_rules_and_blends_are_trials_of_the_search_too():
    """They have no seed and no training, and were looked at all the same."""
    unfitted = {"seed": None, "train_samples": 0, "valid_ic": None}
    blend = '{"parts": ["mlp", "composite"]}'
    fits = [look("mlp", ic=0.05), look("ridge", ic=0.03)]
    others = [
        look("composite", '"untrained"', ic=0.09, **unfitted),
        look("composite", '"untrained"', fold="2020-07", ic=0.05, **unfitted),
        look("blend", blend, ic=0.06, **unfitted),
    ]
    before = search_statistics(pd.DataFrame(fits), daily(2))
    after = search_statistics(pd.DataFrame(fits + others), daily(2))
    assert values(before)["configurations"] == 2
    assert values(after)["configurations"] == 4
    assert values(after)["looks"] == 5
    assert values(after)["best_test_ic"] == pytest.approx(0.07)
    assert values(after, "composite")["looks"] == 2
    assert "4 trials" in notes(after)["deflated_sharpe"]
    assert values(after)["deflated_sharpe"] < values(before)["deflated_sharpe"]


@pytest.mark.parametrize(
    "other", [{"fold": "live"}, {"degenerate": True}, {"leaks_by_design": True}, {"ic": np.nan}]
)
def test_what_is_no_test_is_counted_but_reaches_nothing(other):
    table = search_statistics(pd.DataFrame([look("a", ic=0.03), look("b", **other)]), {})

    assert values(table)["configurations"] == 2
    assert values(table)["best_test_ic"] == pytest.approx(0.03)
    assert np.isnan(values(table, "b")["best_test_ic"])


def test_the_best_stored_series_is_deflated_by_the_whole_ledger():
    series = daily(4)
    series["m2"] += 0.002
    ledger = pd.DataFrame([look("mlp", config=f'{{"hidden": {k}}}') for k in range(30)])

    table = search_statistics(ledger, series, annual_days=250)

    sharpes = [one.mean() / one.std(ddof=1) for one in series.values()]
    expected = deflated_sharpe(series["m2"], Trials(30, np.var(sharpes, ddof=1)), 250)
    found = values(table)
    assert found["best_sharpe_annual"] == pytest.approx(expected.sharpe_annual)
    assert found["expected_maximum_annual"] == pytest.approx(
        expected.expected_maximum * np.sqrt(250)
    )
    assert found["deflated_sharpe"] == pytest.approx(expected.probability)
    assert notes(table)["deflated_sharpe"] == "m2, 30 trials, 320 days"
    performance = pd.DataFrame(series)
    assert found["pbo"] == probability_of_backtest_overfitting(performance).pbo


def test_stored_series_are_judged_on_the_days_they_share():
    series = daily(5)
    series["m0"] = series["m0"].iloc[40:]
    series["m1"].iloc[-10:] = np.nan

    table = search_statistics(pd.DataFrame(), series)

    shared = pd.DataFrame(series).iloc[40:-10]
    assert values(table)["pbo"] == probability_of_backtest_overfitting(shared).pbo
    assert notes(table)["pbo"] == "5 of 5 stored series vary on 270 shared days"
    assert "5 trials" in notes(table)["deflated_sharpe"]


@pytest.mark.parametrize(
    ("series", "given", "missing"),
    [
        ({}, [], ["best_sharpe_annual", "deflated_sharpe", "pbo"]),
        (daily(1), [], ["best_sharpe_annual", "deflated_sharpe", "pbo"]),
        (daily(3), ["best_sharpe_annual", "deflated_sharpe"], ["pbo"]),
        (daily(5, days=31), [], ["deflated_sharpe", "pbo"]),
        (daily(3) | {"still": pd.Series(0.0, index=DATES)}, ["deflated_sharpe"], ["pbo"]),
    ],
)
def test_too_little_is_said_to_be_not_enough(series, given, missing):
    table = search_statistics(pd.DataFrame(), series)

    for name in given:
        assert np.isfinite(values(table)[name])
    for name in [*missing, "best_test_ic"]:
        assert np.isnan(values(table)[name])
        assert notes(table)[name].startswith("not enough: ")
