"""Numbers of paper 001's tables, as sections and the sheet of conformance ask for them."""

from __future__ import annotations

from abc import ABC, abstractmethod
from functools import cached_property

import numpy as np
import pandas as pd

from deep_alpha.reporting.alphanet_inputs import AlphaNetTables
from deep_alpha.reporting.formats import known
from deep_alpha.reporting.judged_reading import cell_value, cross_table, number_of, rows_of

LADDER, DROPOUT = "ladder", "Spearman dropout"
"""Axes of the ablation: the one whose variants stand on each other, and that of 001-D1."""


def lowest_row(table: pd.DataFrame, column: str) -> pd.Series:
    """The row with the lowest known number of a column, which must have one."""
    known_rows = table.dropna(subset=column)
    return known_rows.iloc[int(known_rows[column].to_numpy(dtype=np.float64).argmin())]


def highest_row(table: pd.DataFrame, column: str) -> pd.Series:
    """The row with the highest known number of a column, which must have one."""
    known_rows = table.dropna(subset=column)
    return known_rows.iloc[int(known_rows[column].to_numpy(dtype=np.float64).argmax())]


class AlphaNetFigures(ABC):
    """Finds numbers in the tables; NaN or an empty frame where there are none."""

    @property
    @abstractmethod
    def tables(self) -> AlphaNetTables:
        """The paper's own tables."""

    @property
    @abstractmethod
    def models(self) -> tuple[str, ...]:
        """The paper's models in its order."""

    @property
    @abstractmethod
    def yardsticks(self) -> tuple[str, ...]:
        """Those compared with them."""

    @property
    @abstractmethod
    def headline(self) -> str:
        """The paper's own model."""

    @cached_property
    def board(self) -> pd.DataFrame:
        """The scoreboard by signal; empty where nothing was judged."""
        board = self.tables.board
        return board.set_index("signal") if "signal" in board else board

    @cached_property
    def judged(self) -> list[str]:
        """The paper's models on the scoreboard, in its order; constant ones are not there."""
        return [name for name in self.models if known(self.value(name, "rank_ic"))]

    @cached_property
    def rivals(self) -> list[str]:
        """The yardsticks on the scoreboard, best first."""
        found = [name for name in self.yardsticks if known(self.value(name, "rank_ic"))]
        return sorted(found, key=lambda name: -self.value(name, "rank_ic"))

    @cached_property
    def costs(self) -> list[str]:
        """Cases of costs of the layers, the headline's first."""
        named = self.tables.layers.get("cost", pd.Series(dtype=object))
        return list(dict.fromkeys(str(cost) for cost in named))

    def value(self, signal: str, column: str) -> float:
        """A number of the scoreboard."""
        return cell_value(self.board, signal, column)

    def basis(self, signal: str, basis: str, figure: str, period: str = "all") -> float:
        """A figure of the scoreboard's bases."""
        own = rows_of(self.tables.bases, signal=signal, basis=basis, period=period)
        found = own[figure].iloc[0] if len(own) and figure in own else None
        return float(found) if known(found) else float("nan")  # type: ignore[arg-type]

    def layers(self, cost: str) -> pd.DataFrame:
        """Excess a year of each layer, model × layer, the lowest scores first."""
        table = self.tables.layers
        if "leg" not in table:
            return pd.DataFrame()
        own = table[(table["cost"] == cost) & table["leg"].map(number_of).notna()]
        wide = cross_table(own, "signal", "leg", "return_difference")
        return wide[sorted(wide.columns, key=lambda leg: number_of(leg) or 0)]

    def top_layer(self, model: str, cost: str) -> float:
        """Excess a year of a model's layer of the highest scores."""
        table = self.layers(cost)
        return cell_value(table, model, table.columns[-1]) if len(table) else float("nan")

    def enhanced(self, model: str) -> pd.DataFrame:
        """The rows of a model's enhanced index by period, in order."""
        return rows_of(self.tables.enhancement, signal=model)

    def of_axis(self, axis: str) -> pd.DataFrame:
        """The variants of an axis of the ablation, in order."""
        return rows_of(self.tables.ablation, axis=axis)

    @cached_property
    def axes(self) -> list[str]:
        """All axes of the ablation but the ladder, in order."""
        named = self.tables.ablation.get("axis", pd.Series(dtype=object))
        return [axis for axis in dict.fromkeys(map(str, named)) if axis != LADDER]

    @property
    def dropped(self) -> pd.DataFrame:
        """The fits of the headline model and what each keeps of its features."""
        return rows_of(self.tables.kept, model=self.headline)

    @property
    def time_left(self) -> float:
        """Seconds an epoch with Spearman dropout over those without."""
        own = self.of_axis(DROPOUT)
        base = own[own["base"].astype(bool)] if len(own) else own
        if base.empty or own["features"].isna().all():
            return float("nan")
        whole, first = highest_row(own, "features"), base.iloc[0]
        if not whole["features"] > first["features"]:
            return float("nan")
        return float(first["seconds_per_epoch"] / whole["seconds_per_epoch"])

    def input_correlation(self, chosen: str, first: str, second: str) -> float:
        """Rank correlation of two inputs of a set, whichever is named first."""
        for one, other in ((first, second), (second, first)):
            own = rows_of(self.tables.input_correlation, set=chosen, first=one, second=other)
            if len(own):
                return float(own["correlation"].iloc[0])
        return float("nan")

    def styled(self, model: str) -> float:
        """Mean over styles of the mean absolute correlation of a score with each."""
        own = rows_of(self.tables.styles, model=model)
        return float(own["mean_abs"].mean()) if len(own) else float("nan")
