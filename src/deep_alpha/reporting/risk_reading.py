"""The risk model's inputs as its page reads them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from deep_alpha.reporting.formats import count, day
from deep_alpha.reporting.palette import INK, Hue, style_hues
from deep_alpha.reporting.risk_inputs import RiskReportInputs

COUNTRY = "country"
LEVEL_WORDS = {
    "full": "with all descriptors",
    "no_analyst": "without analyst forecasts",
    "price_only": "from bars alone",
}


@dataclass(frozen=True)
class RiskReading:
    """What several sections ask of the inputs."""

    inputs: RiskReportInputs

    @cached_property
    def styles(self) -> list[str]:
        """The styles of this run, in the model's order."""
        names = [*self.inputs.styles.index, *self.inputs.factor_returns.columns]
        return list(dict.fromkeys(str(name) for name in names if name != COUNTRY))

    @cached_property
    def hues(self) -> dict[str, Hue]:
        """Each style's colour, ink for the country factor."""
        return {**style_hues(self.styles), COUNTRY: INK}

    @cached_property
    def r_squared(self) -> pd.Series:
        """R² of the days that have a regression."""
        return self.inputs.r_squared.replace([np.inf, -np.inf], np.nan).dropna()

    @cached_property
    def mean_r_squared(self) -> float:
        """Mean R² over days; NaN where there is none."""
        return float(self.r_squared.mean()) if len(self.r_squared) else float("nan")

    @cached_property
    def style_returns(self) -> pd.DataFrame:
        """Daily returns of the styles that have any."""
        returns = self.inputs.factor_returns
        drawn = [name for name in self.styles if name in returns and returns[name].notna().any()]
        return returns[drawn]

    def mean_count(self, column: str) -> float:
        """Mean of a count of names over the days on which it is not 0; NaN where unknown."""
        if column not in self.inputs.observations:
            return float("nan")
        counts = self.inputs.observations[column]
        return float(counts[counts > 0].mean())

    def style_values(self, column: str) -> pd.Series:
        """A column of the table of styles, the styles alone, as far as known."""
        if column not in self.inputs.styles:
            return pd.Series(dtype=np.float64)
        values = self.inputs.styles[column].drop(COUNTRY, errors="ignore").astype(np.float64)
        return values.replace([np.inf, -np.inf], np.nan).dropna()

    @property
    def failed(self) -> Sequence[Mapping[str, Any]]:
        """The checks that did not hold."""
        return [check for check in self.inputs.checks if not check["passed"]]

    @property
    def used(self) -> pd.DataFrame:
        """The descriptors that this run uses."""
        table = self.inputs.descriptors
        return table if table.empty else table[table["absent"].fillna("") == ""]

    def provenance(self, *more: str) -> str:
        """What every caption must state, in one line.

        Args:
            *more: What else a caption must say.
        """
        inputs = self.inputs
        parts = [
            inputs.market,
            f"{day(inputs.first)} to {day(inputs.last)}",
            f"N = {count(self.mean_count('estimated'))} names a day",
            f"level {inputs.level}",
            *(f"{name} = {value}" for name, value in inputs.switches.items()),
            *more,
        ]
        return " · ".join(parts)
