"""Three scenarios of the crowd: which rows, which inputs, which label (SPEC 1.3).

Paper 000 announces separate models for three patterns and shows none. A scenario is an
extension of ours: the names and days at which an indicator says that the crowd behaves in
a known way, and what their next five days bring.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
import xarray as xr
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

from deep_alpha.factors.behaviours import INDICATORS
from deep_alpha.factors.catalogue import BEHAVIOURAL_FACTORS, Group, factor_set
from deep_alpha.feature_table import FeatureTable, make_feature_table
from deep_alpha.labels import Labels, make_labels
from deep_alpha.targets import TargetSettings, forward_return

Variant = Literal["outcome", "occurrence"]

VARIANTS: tuple[Variant, ...] = ("outcome", "occurrence")
"""What an event's next days bring; and, on all rows, whether the indicator is there tomorrow."""


@dataclass(frozen=True)
class Scenario:
    """One pattern of the crowd.

    Args:
        group: Factors that its models see, beside the four indicators.
        indicator: The scenario's own indicator, whose occurrence can be foretold.
        events: Indicators of which one must be there for a row to be an event.
        reversal: The label is what the divergence's reversal earns: −B3 times the return
            less the day's median over eligible names. Else it is the return.
    """

    group: Group
    indicator: str
    events: tuple[str, ...]
    reversal: bool


SCENARIOS: Mapping[str, Scenario] = {
    "divergence": Scenario("VD", "b3_divergence", ("b3_divergence",), reversal=True),
    "bottom_reversal": Scenario("BR", "b4_bottom", ("b4_bottom", "b2_panic"), reversal=False),
    "momentum_chasing": Scenario("MH", "b1_chase", ("b1_chase",), reversal=False),
}


class ScenarioSettings(BaseModel):
    """What the scenarios have in common.

    Args:
        horizon: Market days of a label, whatever the run's headline is.
        max_suspended: A label whose window holds more suspended days is unknown.
        minimum_train: Rows with a label that the train segment of a fold needs; with fewer
            the fold is reported as "not enough events".
        minimum_valid: Likewise, of the validation segment.
        seeds: All seeds of the ``profile``, or its ``first``.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    horizon: int = Field(5, ge=1, le=250)
    max_suspended: int = Field(5, ge=0)
    minimum_train: int = Field(2000, ge=1)
    minimum_valid: int = Field(100, ge=1)
    seeds: Literal["profile", "first"] = "profile"

    def target(self, variant: Variant) -> TargetSettings:
        """The label's definition: tomorrow's indicator is known tomorrow."""
        horizon = self.horizon if variant == "outcome" else 1
        return TargetSettings(horizon=horizon, max_suspended=self.max_suspended)


def scenario_inputs(scenario: Scenario, set_name: str) -> tuple[str, ...]:
    """Names of a scenario's inputs: its group in the factor set, then the indicators."""
    chosen = factor_set(set_name)
    group = {factor.name for factor in BEHAVIOURAL_FACTORS if factor.group == scenario.group}
    return (*(name for name in chosen if name in group), *INDICATORS)


def scenario_table(
    scenario: Scenario,
    variant: Variant,
    features: FeatureTable,
    indicators: xr.DataArray,
    set_name: str,
) -> FeatureTable:
    """The rows that a scenario's models are fitted on and judged on.

    Args:
        scenario: Which one.
        variant: ``outcome`` takes the events, ``occurrence`` all rows.
        features: Scaled factors of the eligible names, the set's at least.
        indicators: The four indicators, (date, indicator, asset).
        set_name: The factor set.

    Returns:
        Rows of ``features``: the group's factors as they are there, scaled over all eligible
        names, and the four indicators raw, 0 where they have no value. All are samples.

    Raises:
        PanelError: The table lacks a factor of the set.
    """
    marks = indicators.to_numpy()[features.date_index, :, features.asset_index]
    chosen = features.sample
    if variant == "outcome":
        chosen = chosen & is_event(scenario, marks)
    rows = np.flatnonzero(chosen)
    names = scenario_inputs(scenario, set_name)
    columns = features.columns(names[: -len(INDICATORS)])
    values = np.empty((len(rows), len(names)), dtype=np.float32)
    for position, column in enumerate(columns):
        values[:, position] = features.values[rows, column]  # noqa: PD011
    values[:, len(columns) :] = np.nan_to_num(marks[rows], nan=0.0)
    axes = xr.Dataset(coords={"date": features.dates, "asset": features.assets})
    index = features.date_index[rows], features.asset_index[rows]
    return make_feature_table(values, names, *index, axes)


def scenario_labels(
    scenario: Scenario,
    variant: Variant,
    table: FeatureTable,
    panel: xr.Dataset,
    eligible: xr.DataArray,
    indicators: xr.DataArray,
    settings: ScenarioSettings,
) -> Labels:
    """Labels of a scenario's rows; class 1 is a label above 0.

    Args:
        scenario: Which one.
        variant: The label of ``outcome`` is a return in decimals; that of ``occurrence``
            is 1 where the scenario's own indicator is there on the next market day, else
            −1, and NaN where the name does not trade or the indicator has no value.
        table: The rows.
        panel: The market panel.
        eligible: Names that the day's median is taken over, (date, asset).
        indicators: The four indicators, (date, indicator, asset).
        settings: Horizon of the return.
    """
    target = settings.target(variant)
    own = indicators.sel(indicator=scenario.indicator).to_numpy()
    if variant == "occurrence":
        known = np.full(own.shape, np.nan, dtype=np.float32)
        known[:-1] = np.where(np.isnan(own[1:]), np.nan, np.where(own[1:] != 0.0, 1.0, -1.0))
    else:
        known = forward_return(panel, target).to_numpy()
        if scenario.reversal:
            inside = pd.DataFrame(np.where(eligible.to_numpy(), known, np.nan))
            known = -own * (known - inside.median(axis=1).to_numpy(np.float32)[:, None])
    return make_labels(table, panel, target, xr.DataArray(known, dims=("date", "asset")))


def is_event(scenario: Scenario, marks: NDArray[np.float32]) -> NDArray[np.bool_]:
    """Whether a row is an event of the scenario.

    Args:
        scenario: Which one.
        marks: Shape (rows, 4), the indicators, NaN where they have no value.

    Returns:
        Shape (rows,): one of the scenario's events is known to be there.
    """
    own = marks[:, [INDICATORS.index(name) for name in scenario.events]]
    event: NDArray[np.bool_] = (np.nan_to_num(own, nan=0.0) != 0.0).any(axis=1)
    return event
