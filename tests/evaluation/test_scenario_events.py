"""Counts of events and what follows them, year by year."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from deep_alpha.evaluation.scenario_events import events_by_year
from deep_alpha.factors import behavioural_factors
from deep_alpha.factors.behaviours import BehaviourSettings, behaviour_indicators
from deep_alpha.factors.features import FactorSettings, build_features
from deep_alpha.factors.scenarios import (
    SCENARIOS,
    ScenarioSettings,
    scenario_labels,
    scenario_table,
)
from deep_alpha.market.universe import UniversePolicy, eligible
from deep_alpha.targets import forward_return
from tests.conftest import random_panel

LAST_DAY = 380


@pytest.fixture(scope="module")
def market():
    """Two years and a bit of 24 names, from 2019 on."""
    panel = random_panel(assets=24, days=520, seed=1)
    universe = eligible(panel, UniversePolicy(min_bars=30))
    settings = FactorSettings(warm_up_days=40, minimum_present=30)
    features = build_features(behavioural_factors(panel), panel, universe, settings)
    indicators = behaviour_indicators(panel, BehaviourSettings(panic_deviations=1.0))
    rules, events = ScenarioSettings(), {}
    for name, scenario in SCENARIOS.items():
        table = scenario_table(scenario, "outcome", features, indicators, "table40")
        labels = scenario_labels(scenario, "outcome", table, panel, universe, indicators, rules)
        events[name] = table, labels
    returns = forward_return(panel, rules.target("outcome"))
    return features, indicators, events, returns


@pytest.fixture(scope="module")
def rows(market) -> pd.DataFrame:
    """Every eligible row as a line of a frame, the slow way to all counts."""
    features, indicators, _, returns = market
    marks = indicators.to_numpy()[features.date_index, :, features.asset_index]
    frame = pd.DataFrame(marks, columns=["b1", "b2", "b3", "b4"])
    frame["date"] = features.dates[features.date_index]
    frame["day"] = features.date_index
    frame["return"] = features.pick(returns)
    frame["year"] = frame["date"].dt.year
    return frame[frame["day"] <= LAST_DAY]


@pytest.fixture(scope="module")
def found(market) -> pd.DataFrame:
    return events_by_year(*market, LAST_DAY).set_index(["name", "year"])


CONDITIONS = {
    "b1_chase": "b1 == 1",
    "b2_panic": "b2 == 1",
    "b3_up_on_falling": "b3 == 1",
    "b3_down_on_rising": "b3 == -1",
    "b4_bottom": "b4 == 1",
    "divergence": "b3 == 1 or b3 == -1",
    "bottom_reversal": "b4 == 1 or b2 == 1",
    "momentum_chasing": "b1 == 1",
}


@pytest.mark.parametrize("name", CONDITIONS)
def test_counts_are_those_of_the_eligible_rows(found, rows, name):
    for year, everyone in rows.groupby("year"):
        events = everyone.query(CONDITIONS[name])
        row = found.loc[name, year]
        assert row["rows"] == len(everyone)
        assert row["events"] == len(events)
        assert row["share"] == pytest.approx(len(events) / len(everyone))
        assert row["days"] == events["date"].nunique()


def test_every_name_has_every_year(found):
    assert set(found.index) == {(name, year) for name in CONDITIONS for year in (2019, 2020)}
    assert (found["events"] > 0).all()


@pytest.mark.parametrize("name", ["bottom_reversal", "momentum_chasing"])
def test_a_hit_is_a_rise_beside_the_rises_of_all(found, rows, name):
    known = rows[rows["return"].notna()]
    for year, everyone in known.groupby("year"):
        hits = everyone.query(CONDITIONS[name])["return"] > 0
        assert found.loc[(name, year), "hit_rate"] == pytest.approx(hits.mean())
        rises = (everyone["return"] > 0).mean()
        assert found.loc[(name, year), "universe_hit_rate"] == pytest.approx(rises)


def test_a_hit_of_a_divergence_is_a_reversal(found, market):
    table, labels = market[2]["divergence"]
    years = pd.DatetimeIndex(table.dates).year.to_numpy()[table.date_index]
    counts = (table.date_index <= LAST_DAY) & np.isfinite(labels.forward_return)
    for year in (2019, 2020):
        hits = labels.forward_return[counts & (years == year)] > 0
        assert found.loc[("divergence", year), "hit_rate"] == pytest.approx(hits.mean())
        assert found.loc[("divergence", year), "universe_hit_rate"] == 0.5


def test_indicators_alone_have_no_hits(found):
    assert found.loc["b2_panic", "hit_rate"].isna().all()


def test_nothing_after_the_last_day_is_looked_at(market, found):
    features, indicators, events, returns = market
    unseen = returns.copy(deep=True)
    unseen[LAST_DAY + 1 :] = 1.0
    marks = indicators.copy(deep=True)
    marks[LAST_DAY + 1 :] = 1.0
    again = events_by_year(features, marks, events, unseen, LAST_DAY)
    pd.testing.assert_frame_equal(again.set_index(["name", "year"]), found)
