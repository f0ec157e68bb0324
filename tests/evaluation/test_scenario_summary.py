"""All figures of the scenario models in one row each."""

from __future__ import annotations

import numpy as np
import pandas as pd

from deep_alpha.evaluation.scenario_summary import (
    RESULTS,
    YEARS,
    scenario_summary,
    scenario_years,
)


def fold(name, status="fitted", train=3000, test=100, **figures):
    counts = {"fold": name, "status": status, "train_rows": train, "test_rows": test}
    return {**counts, "by": "ensemble", **figures}


def hybrid():
    """Two folds and two seeds, both heads."""
    up = {"head": "up", "auc": 0.55, "auc_low": 0.5, "auc_high": 0.6, "accuracy": 0.52}
    back = {"head": "return", "auc": 0.9, "daily_ic": 0.04, "ic": 0.7, "ic_days": 31}
    back |= {"rmse": 0.03, "constant_rmse": 0.031}
    rows = []
    for head in (up, back):
        figures = {**head, "hit_rate": 0.4}
        rows += [fold("2020-01", train=3000, **figures), fold("2020-07", train=5000, **figures)]
        together = fold("all", train=np.nan, test=200, **figures)
        rows += [together, *({**together, "by": seed, "auc": 0.1} for seed in "01")]
    return pd.DataFrame(rows).assign(scenario="bottom", variant="outcome", task="hybrid")


def starved():
    rows = [fold("2020-01", "not enough events", 10, 3), fold("2020-07", "not enough events", 12)]
    return pd.DataFrame(rows).assign(scenario="chase", variant="outcome", task="regression")


def test_a_hybrid_takes_each_figure_from_its_head():
    row = scenario_summary(hybrid()).iloc[0]
    assert row[["auc", "auc_low", "auc_high", "accuracy"]].tolist() == [0.55, 0.5, 0.6, 0.52]
    assert row[["rank_ic", "ic_days", "rmse", "rmse_mean"]].tolist() == [0.04, 31, 0.03, 0.031]
    assert row["base_rate"] == 0.4


def test_events_are_the_tests_and_training_is_the_longest():
    row = scenario_summary(hybrid()).iloc[0]
    assert row[["fits", "events", "train_events"]].tolist() == [4, 200, 5000]
    assert row["status"] == "fitted"


def test_a_regression_s_auc_is_that_of_its_return():
    row = scenario_summary(hybrid().query("head == 'return'")).iloc[0]
    assert row["auc"] == 0.9
    assert np.isnan(row["accuracy"])


def test_a_scenario_without_events_has_a_row_that_says_so():
    table = scenario_summary(pd.concat([hybrid(), starved()], ignore_index=True))
    assert tuple(table.columns) == RESULTS
    row = table.iloc[1]
    assert row["status"] == "not enough events"
    assert row[["fits", "events", "train_events"]].tolist() == [0, 103, 12]
    assert row[["auc", "rank_ic", "rmse"]].isna().all()


def test_folds_that_were_left_out_are_named():
    short = pd.DataFrame([fold("2019-07", "not enough events", 900, 5)])
    own = hybrid().iloc[:1][["scenario", "variant", "task"]]
    both = pd.concat([short.assign(**own.iloc[0]), hybrid()], ignore_index=True)
    row = scenario_summary(both).iloc[0]
    assert row["status"] == "fitted on 2 of 3 folds"
    assert row["fits"] == 4


def test_years_of_scenarios_and_not_of_indicators():
    events = pd.DataFrame(
        {
            "name": ["b1_chase", "bottom", "bottom"],
            "year": [2020, 2020, 2021],
            "rows": 1000,
            "events": [500, 120, 0],
            "share": 0.1,
            "days": [100, 40, 0],
            "hit_rate": [np.nan, 0.6, np.nan],
        }
    )
    table = scenario_years(events, ("bottom", "chase"))
    assert tuple(table.columns) == YEARS
    assert table["names_a_day"].fillna(-1).tolist() == [3.0, -1.0]
    assert table["scenario"].tolist() == ["bottom", "bottom"]
