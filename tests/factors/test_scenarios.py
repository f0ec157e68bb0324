"""The scenarios' rows, inputs and labels."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from pydantic import ValidationError

from deep_alpha.errors import PanelError
from deep_alpha.factors import BEHAVIOURAL_FACTORS, behavioural_factors, factor_set
from deep_alpha.factors.behaviours import INDICATORS, BehaviourSettings, behaviour_indicators
from deep_alpha.factors.features import FactorSettings, build_features
from deep_alpha.factors.scenarios import (
    SCENARIOS,
    VARIANTS,
    ScenarioSettings,
    scenario_inputs,
    scenario_labels,
    scenario_table,
)
from deep_alpha.feature_table import FeatureTable
from deep_alpha.market.universe import UniversePolicy, eligible
from tests.conftest import random_panel
from tests.no_future import assert_no_future

EASY = BehaviourSettings(panic_deviations=1.0, panic_volume=1.0, bottom_fall=0.0)
FACTORS = FactorSettings(warm_up_days=40, minimum_present=30)
POLICY = UniversePolicy(min_bars=30)
RULES = ScenarioSettings()
STUDIES = [(name, variant) for name in SCENARIOS for variant in VARIANTS]


class Laid:
    """A small market with its features and indicators."""

    def __init__(self, panel: xr.Dataset) -> None:
        self.panel = panel
        self.universe = eligible(panel, POLICY)
        self.features = build_features(behavioural_factors(panel), panel, self.universe, FACTORS)
        self.indicators = behaviour_indicators(panel, EASY)

    def table(self, name: str, variant: str) -> FeatureTable:
        return scenario_table(SCENARIOS[name], variant, self.features, self.indicators, FACTORS.set)

    def labels(self, name: str, variant: str, rules: ScenarioSettings = RULES) -> np.ndarray:
        """The labels on the panel's grid, NaN where there is no row."""
        table = self.table(name, variant)
        found = scenario_labels(
            SCENARIOS[name], variant, table, self.panel, self.universe, self.indicators, rules
        )
        assert found.target.horizon == (rules.horizon if variant == "outcome" else 1)
        grid = np.full(self.universe.shape, np.nan)
        grid[table.date_index, table.asset_index] = found.forward_return
        return grid

    def indicator(self, name: str) -> np.ndarray:
        return self.indicators.sel(indicator=name).to_numpy()


def rows_of(table: FeatureTable) -> np.ndarray:
    present = np.zeros((len(table.dates), len(table.assets)), dtype=bool)
    present[table.date_index, table.asset_index] = True
    return present


@pytest.fixture(scope="module")
def laid() -> Laid:
    return Laid(random_panel(assets=24, days=200, seed=3))


def test_inputs_are_the_group_and_the_four_indicators():
    inputs = {name: scenario_inputs(scenario, "table40") for name, scenario in SCENARIOS.items()}
    groups = {"divergence": "VD", "bottom_reversal": "BR", "momentum_chasing": "MH"}
    for name, group in groups.items():
        of_group = [factor.name for factor in BEHAVIOURAL_FACTORS if factor.group == group]
        assert inputs[name] == (
            *(factor for factor in of_group if factor in factor_set("table40")),
            "b1_chase",
            "b2_panic",
            "b3_divergence",
            "b4_bottom",
        )
    assert sum(len(names) - 4 for names in inputs.values()) == 40


@pytest.mark.parametrize(
    ("name", "event"),
    [
        ("divergence", lambda b: (b["b3_divergence"] == 1) | (b["b3_divergence"] == -1)),
        ("bottom_reversal", lambda b: (b["b4_bottom"] == 1) | (b["b2_panic"] == 1)),
        ("momentum_chasing", lambda b: b["b1_chase"] == 1),
    ],
)
def test_the_rows_of_an_outcome_are_the_events_among_the_eligible(laid, name, event):
    known = {indicator: laid.indicator(indicator) for indicator in INDICATORS}
    expected = rows_of(laid.features) & event(known)
    table = laid.table(name, "outcome")
    np.testing.assert_array_equal(rows_of(table), expected)
    assert table.sample.all()
    assert 30 < len(table) < len(laid.features) / 2


def test_the_rows_of_an_occurrence_are_all(laid):
    np.testing.assert_array_equal(
        rows_of(laid.table("divergence", "occurrence")), rows_of(laid.features)
    )


@pytest.mark.parametrize(("name", "variant"), STUDIES)
def test_factors_are_scaled_over_all_names_and_indicators_are_raw(laid, name, variant):
    table, features = laid.table(name, variant), laid.features
    assert table.names == scenario_inputs(SCENARIOS[name], "table40")
    place = {
        cell: row
        for row, cell in enumerate(zip(features.date_index, features.asset_index, strict=True))
    }
    for row in range(0, len(table), 7):
        day, asset = table.date_index[row], table.asset_index[row]
        own = features.values[place[day, asset]]  # noqa: PD011
        factors = [own[features.names.index(factor)] for factor in table.names[:-4]]
        marks = np.nan_to_num(laid.indicators.to_numpy()[day, :, asset])
        np.testing.assert_array_equal(table.values[row], [*factors, *marks])  # noqa: PD011


def test_an_unknown_indicator_is_no_event_and_no_input(laid):
    blind = Laid(laid.panel)
    blind.indicators = laid.indicators.copy(deep=True)
    blind.indicators[150] = np.nan
    assert not rows_of(blind.table("divergence", "outcome"))[150].any()
    table = blind.table("divergence", "occurrence")
    assert (table.values[table.rows_between(150, 150), -4:] == 0.0).all()  # noqa: PD011


def test_a_set_without_the_group_s_factors_is_refused(laid):
    with pytest.raises(PanelError, match="the feature table has no 'alpha_macd_cross'"):
        scenario_table(
            SCENARIOS["bottom_reversal"], "outcome", laid.features, laid.indicators, "table43"
        )


# --- labels ------------------------------------------------------------------------------------


def five_day_returns(panel: xr.Dataset) -> pd.DataFrame:
    """C(t+5)/C(t) − 1; unknown where a name does not trade at t or at t + 1."""
    close, traded = panel["close"].to_pandas(), panel["traded"].to_pandas()
    later = close.ffill().shift(-5) / close - 1.0
    return later.where(traded & traded.shift(-1, fill_value=False))


def test_a_divergence_pays_where_it_reverses_against_the_median_of_the_eligible(laid):
    returns, labels = five_day_returns(laid.panel), laid.labels("divergence", "outcome")
    inside = returns.where(laid.universe.to_numpy())
    sign, rows = laid.indicator("b3_divergence"), rows_of(laid.table("divergence", "outcome"))
    reversed_, known = 0, 0
    for day, asset in zip(*np.nonzero(rows), strict=True):
        own = returns.iloc[day, asset]
        if np.isnan(own):
            assert np.isnan(labels[day, asset])
            continue
        excess = own - inside.iloc[day].median()
        assert labels[day, asset] == pytest.approx(-sign[day, asset] * excess, abs=1e-6)
        assert (labels[day, asset] > 0) == (np.sign(excess) == -sign[day, asset])
        reversed_ += labels[day, asset] > 0
        known += 1
    assert 0.3 < reversed_ / known < 0.7


def test_names_outside_the_universe_move_no_median(laid):
    wild = Laid(laid.panel.copy(deep=True))
    outside = ~laid.universe.to_numpy()
    close = wild.panel["close"].to_numpy()
    # the closes after a day on which a name is outside: its own return, nobody's event
    day = 120
    names = np.flatnonzero(outside[day] & np.isfinite(close[day]))
    assert len(names)
    wild.panel["close"][day + 5, names] *= 3.0
    kept = ~np.isin(np.arange(outside.shape[1]), names)
    np.testing.assert_array_equal(
        laid.labels("divergence", "outcome")[day][kept],
        wild.labels("divergence", "outcome")[day][kept],
    )


@pytest.mark.parametrize("name", ["bottom_reversal", "momentum_chasing"])
def test_the_other_outcomes_are_plain_returns(laid, name):
    rows = rows_of(laid.table(name, "outcome"))
    expected = five_day_returns(laid.panel).to_numpy()
    np.testing.assert_allclose(
        laid.labels(name, "outcome")[rows], expected[rows], rtol=1e-4, atol=1e-6
    )
    assert np.isfinite(expected[rows]).sum() > 30


def test_the_horizon_is_a_setting(laid):
    two = laid.labels("momentum_chasing", "outcome", ScenarioSettings(horizon=2))
    close = laid.panel["close"].to_pandas().ffill()
    expected = (close.shift(-2) / close - 1.0).to_numpy()
    known = np.isfinite(two)
    assert known.any()
    np.testing.assert_allclose(two[known], expected[known], rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("name", SCENARIOS)
def test_an_occurrence_is_tomorrow_s_own_indicator(laid, name):
    labels, today = laid.labels(name, "occurrence"), laid.indicator(SCENARIOS[name].indicator)
    rows = rows_of(laid.features)
    assert np.isnan(labels[-1]).all()
    for day, asset in zip(*np.nonzero(rows[:-1]), strict=True):
        tomorrow = today[day + 1, asset]
        if np.isnan(tomorrow):
            assert np.isnan(labels[day, asset])
        else:
            assert labels[day, asset] == (1.0 if tomorrow != 0 else -1.0)
    assert (labels[rows] == 1.0).sum() > 10
    assert np.isnan(labels[:-1][rows[:-1]]).any()


# --- time --------------------------------------------------------------------------------------


def as_grid(laid: Laid) -> xr.Dataset:
    """Every study's rows on the panel's grid, NaN where there is none."""
    grids = {}
    for name, variant in STUDIES:
        table = laid.table(name, variant)
        values = np.full((*laid.universe.shape, len(table.names)), np.nan)
        values[table.date_index, table.asset_index] = table.values  # noqa: PD011
        grids[f"{name}_{variant}"] = (("date", "asset", f"input_{name}"), values)
    coords = {"date": laid.panel["date"].to_numpy(), "asset": laid.panel["asset"].to_numpy()}
    return xr.Dataset(grids, coords)


def test_no_input_comes_from_the_future(laid):
    assert_no_future(lambda panel: as_grid(Laid(panel)), laid.panel, cuts=(90, 150, 198))


@pytest.mark.parametrize(("name", "variant"), STUDIES)
def test_a_label_is_known_after_its_reach_and_not_before(laid, name, variant):
    reach = RULES.target(variant).reach
    assert reach == (5 if variant == "outcome" else 1)
    whole = laid.labels(name, variant)
    cut = Laid(laid.panel.isel(date=slice(0, 151))).labels(name, variant)
    np.testing.assert_array_equal(cut[: 151 - reach], whole[: 151 - reach])
    assert np.isnan(cut[151 - reach :]).all()


@pytest.mark.parametrize("setting", [{"horizon": 0}, {"minimum_train": 0}, {"seeds": "last"}])
def test_impossible_settings_are_refused(setting):
    with pytest.raises(ValidationError):
        ScenarioSettings.model_validate(setting)
