"""The scoreboard's inputs as its page reads them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from deep_alpha.reporting.formats import known
from deep_alpha.reporting.judged_reading import (
    cell_value,
    judged_provenance,
    signals_of,
)
from deep_alpha.reporting.palette import Hue, signal_hues
from deep_alpha.reporting.scoreboard_inputs import ScoreboardInputs

APART = ("reference", "oracle")
"""Kinds that stand apart and do not compete."""
COMPOSITE = "composite"
"""The yardstick that a signal must beat to be worth its trouble, where the run has it."""


@dataclass(frozen=True)
class ScoreboardReading:
    """What several sections ask of the inputs."""

    inputs: ScoreboardInputs

    @cached_property
    def kinds(self) -> dict[str, str]:
        """Kind of each signal, those that only other tables name included."""
        inputs, board = self.inputs, self.inputs.board
        tables = (
            inputs.paired, inputs.decay, inputs.quantiles, inputs.quantile_curves, inputs.monthly,
            inputs.industries, inputs.sizes, inputs.years, inputs.events,
        )  # fmt: skip
        named = board["kind"] if "kind" in board else pd.Series("model", board.index)
        others = dict.fromkeys(
            [*signals_of(*tables), *inputs.stability.index, *inputs.alpha_beta.index], "yardstick"
        )
        return others | {str(name): str(kind) for name, kind in named.items()}

    @cached_property
    def hues(self) -> dict[str, Hue]:
        """Each signal's colour."""
        return signal_hues(self.kinds)

    def value(self, signal: str, column: str) -> float:
        """A number of the board; NaN where it is unknown."""
        return cell_value(self.inputs.board, signal, column)

    @cached_property
    def ordered(self) -> list[str]:
        """The board's signals, best rank IC first; references come last, then the oracle."""

        def place(signal: str) -> tuple[int, float]:
            kind, ic = self.kinds[signal], self.value(signal, "rank_ic")
            group = APART.index(kind) + 1 if kind in APART else 0
            return group, -ic if known(ic) else float("inf")

        return sorted((str(name) for name in self.inputs.board.index), key=place)

    @cached_property
    def competing(self) -> list[str]:
        """Signals that compete and have a rank IC, best first."""
        return [
            name
            for name in self.ordered
            if self.kinds[name] not in APART and known(self.value(name, "rank_ic"))
        ]

    @property
    def best(self) -> str | None:
        """The competing signal with the highest rank IC, None where none has one."""
        return self.competing[0] if self.competing else None

    def paired(self, signal: str) -> dict[str, tuple[float, float]]:
        """Difference and p of the paired tests of a signal by rival, whoever came first."""
        found: dict[str, tuple[float, float]] = {}
        for pair in self.inputs.paired.to_dict("records"):
            one, other, difference = str(pair["signal"]), str(pair["against"]), pair["difference"]
            if one == signal:
                found[other] = (difference, pair["p"])
            elif other == signal:
                found.setdefault(one, (-difference, pair["p"]))
        return found

    @property
    def shown(self) -> str | None:
        """The signal that is drawn large: the first with a monthly table, else the best."""
        return next(iter(self.inputs.monthly), self.best)

    def in_order(self, signals: Sequence[str]) -> list[str]:
        """Signals in the board's order, unknown ones last."""
        place = {name: position for position, name in enumerate(self.ordered)}
        return sorted(signals, key=lambda name: place.get(name, len(place)))

    def column(self, name: str) -> pd.Series:
        """A column of the board by signal in order, as far as known."""
        values = {signal: self.value(signal, name) for signal in self.ordered}
        return pd.Series(values, dtype="float64").dropna()

    def style(self, signal: str) -> str:
        """How a table sets the signal's row apart."""
        kind = self.kinds.get(signal, "")
        return kind if kind in APART else ""

    def provenance(self, *more: str) -> str:
        """What every caption must state, in one line.

        Args:
            *more: What else a caption must say.
        """
        names = self.inputs.board.get("names", pd.Series(dtype="float64"))
        return judged_provenance(self.inputs, float(names.mean()), more)
