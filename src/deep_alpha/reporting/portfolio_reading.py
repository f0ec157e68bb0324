"""The portfolios' inputs as their page reads them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from deep_alpha.reporting.judged_reading import (
    judged_provenance,
    number_of,
    rows_of,
    signals_of,
)
from deep_alpha.reporting.palette import Hue, hues_in_order, signal_hues
from deep_alpha.reporting.portfolio_inputs import WHOLE, PortfolioInputs


@dataclass(frozen=True)
class PortfolioReading:
    """What several sections ask of the inputs."""

    inputs: PortfolioInputs

    @cached_property
    def signals(self) -> list[str]:
        """All signals of the page, in the order of its tables."""
        inputs = self.inputs
        return signals_of(
            inputs.enhancement, inputs.layers, inputs.attribution, inputs.simulator,
            inputs.unfilled, inputs.style_parts, inputs.monotonicity, inputs.relaxations,
            inputs.enhancement_curves, inputs.layer_curves, inputs.attribution_curves,
            inputs.holdings, inputs.long_only, inputs.long_only_curves, inputs.long_only_split,
            inputs.long_only_unfilled,
        )  # fmt: skip

    @cached_property
    def hues(self) -> dict[str, Hue]:
        """Each signal's colour."""
        return signal_hues(dict.fromkeys(self.signals, "model") | dict(self.inputs.kinds))

    @cached_property
    def parts(self) -> list[str]:
        """The parts of an excess return, in the order of the table."""
        inputs = self.inputs
        named = inputs.attribution.get("part", pd.Series(dtype=object))
        drawn = [column for curves in inputs.attribution_curves.values() for column in curves]
        return list(dict.fromkeys(str(part) for part in [*named, *drawn]))

    @cached_property
    def part_hues(self) -> dict[str, Hue]:
        """Each part's colour."""
        return hues_in_order(self.parts)

    @cached_property
    def layers(self) -> pd.DataFrame:
        """Rows of the numbered layers, lowest scores first; others are no layers."""
        table = self.inputs.layers
        if "layer" not in table:
            return table
        numbers = table["layer"].map(number_of)
        return table[numbers.notna()].sort_values(
            "layer", key=lambda layers: layers.map(number_of), kind="stable"
        )

    @cached_property
    def costs(self) -> list[str]:
        """Cases of costs of the layers, in the order of the table."""
        named = self.layers.get("cost", pd.Series(dtype=object))
        return list(dict.fromkeys(str(cost) for cost in named))

    @property
    def headline_cost(self) -> str:
        """The case of costs that figures show: the run's, else the first of the layers."""
        wanted = self.inputs.headline_cost
        return wanted if wanted in self.costs or not self.costs else self.costs[0]

    def headline_layers(self, signal: str) -> pd.DataFrame:
        """Rows of a signal's layers in the headline case of costs, lowest scores first."""
        return rows_of(self.layers, signal=signal, cost=self.headline_cost)

    def whole_period(self, signal: str) -> pd.DataFrame:
        """The row of a signal's enhancement over all days; empty if there is none."""
        return rows_of(self.inputs.enhancement, signal=signal, period=WHOLE)

    def provenance(self, *more: str) -> str:
        """What every caption must state, in one line.

        Args:
            *more: What else a caption must say, such as the costs.
        """
        return judged_provenance(self.inputs, more=more)

    def net(self) -> str:
        """The headline case of costs in words; empty where no case is known."""
        return f"net of costs {self.headline_cost}" if self.headline_cost else ""
