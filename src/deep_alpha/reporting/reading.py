"""The inputs as the page reads them: who competes, over which dates, in whose colours."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from deep_alpha.folds import LIVE
from deep_alpha.reporting.formats import MISSING, count, day, decimal, known, plural
from deep_alpha.reporting.inputs import ModelResult, ReportInputs
from deep_alpha.reporting.palette import Hue, model_hues
from deep_alpha.reporting.records import Metrics

ENTRY_WORDS = {
    "close": "entered at the same close",
    "next_open": "entered at the next open",
    "next_vwap": "entered at the next vwap",
}


@dataclass(frozen=True)
class Reading:
    """What several sections ask of the inputs.

    Args:
        inputs: Everything the page shows.
        beside: Models that other pages show and this one does not: they count when colours
            are given, so that a model has one colour on all pages.
    """

    inputs: ReportInputs
    beside: Sequence[ModelResult] = ()

    @cached_property
    def metrics(self) -> Metrics:
        """The metric records at the headline horizon."""
        return Metrics(self.inputs.metrics, self.inputs.horizon)

    @cached_property
    def hues(self) -> dict[str, Hue]:
        """Each model's colour."""
        return model_hues([*self.inputs.models, *self.beside])

    def of_kind(self, kind: str) -> list[ModelResult]:
        """The models of a kind, best first."""
        return [model for model in self.inputs.models if model.kind == kind]

    @property
    def ordered(self) -> list[ModelResult]:
        """All models as given, those that know what was planted last."""
        return [m for m in self.inputs.models if m.kind != "oracle"] + self.of_kind("oracle")

    def rank_ic(self, name: str) -> float:
        """A model's mean rank IC; NaN where its scores are constant."""
        if self.metrics.degenerate(name):
            return float("nan")
        return self.metrics.value("ic", name, "rank_ic")

    def best(self, kind: str) -> ModelResult | None:
        """The model of a kind with the highest mean rank IC, None where none has one."""
        scored = [model for model in self.of_kind(kind) if known(self.rank_ic(model.name))]
        return max(scored, key=lambda model: self.rank_ic(model.name), default=None)

    @cached_property
    def degenerate(self) -> list[str]:
        """Names of the models whose scores are constant."""
        return [m.name for m in self.inputs.models if self.metrics.degenerate(m.name)]

    @cached_property
    def detailed(self) -> list[ModelResult]:
        """The paper's models that have an IC series to draw."""
        return [
            model
            for model in self.of_kind("model")
            if model.name not in self.degenerate and model.rank_ic.notna().any()
        ]

    @cached_property
    def test_span(self) -> tuple[str, str]:
        """First and last date that any model was judged on."""
        known_days = [model.rank_ic.dropna().index for model in self.inputs.models]
        ends = [(days.min(), days.max()) for days in known_days if len(days)]
        if not ends:
            return MISSING, MISSING
        return day(min(first for first, _ in ends)), day(max(last for _, last in ends))

    @cached_property
    def test_starts(self) -> list[pd.Timestamp]:
        """First day of each test window but the live one."""
        return [
            pd.Timestamp(fold["test"]["first_feature"])
            for fold in self.inputs.folds["folds"]
            if fold["name"] != LIVE
        ]

    @cached_property
    def names(self) -> float:
        """Mean number of names a day behind the IC of the best-known model."""
        values = [self.metrics.value("ic", m.name, "names") for m in self.inputs.models]
        return next((value for value in values if known(value)), float("nan"))

    @property
    def horizon_words(self) -> str:
        """The label in words: ``5-day labels entered at the next open``."""
        entry = ENTRY_WORDS.get(self.inputs.entry, f"entered at {self.inputs.entry}")
        return f"{self.inputs.horizon}-day labels {entry}"

    def provenance(self, cost: str = "", *, seeds: bool = True) -> str:
        """What every caption must state, in one line.

        Args:
            cost: Trading cost behind the numbers; empty where none is involved.
            seeds: Whether seeds matter to the numbers.
        """
        first, last = self.test_span
        parts = [
            self.inputs.market.name,
            f"tests {first} to {last}",
            f"N = {count(self.names)} names a day",
            self.horizon_words,
        ]
        if seeds:
            words = seed_words(self.inputs.seeds)
            parts.append(f"up to {words}" if self.inputs.one_seed else words)
        parts.append(cost)
        parts.append(f"profile {self.inputs.profile}")
        parts.extend(f"{name} = {value}" for name, value in self.inputs.switches.items())
        return " · ".join(part for part in parts if part)

    def label(self, portfolio: str) -> str:
        """A portfolio's name: ``top 5``, ``bottom 5``, ``long–short``, ``universe``."""
        return portfolio_label(portfolio, self.inputs.top_k)


def portfolio_label(portfolio: str, top_k: int) -> str:
    """A portfolio's name in words."""
    words = {
        "top": f"top {top_k}",
        "bottom": f"bottom {top_k}",
        "long_short": "long–short",
        "universe": "universe, equal weight",
    }
    return words[portfolio]


def seed_words(seeds: Sequence[int]) -> str:
    """Seeds in words: ``3 seeds (1, 2, 3)``."""
    if not seeds:
        return "no seeds"
    return f"{plural(len(seeds), 'seed')} ({', '.join(decimal(seed, 0) for seed in seeds)})"
