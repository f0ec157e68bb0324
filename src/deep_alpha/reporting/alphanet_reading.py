"""Paper 001's inputs as its page reads them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

from deep_alpha.reporting.alphanet_figures import AlphaNetFigures
from deep_alpha.reporting.alphanet_inputs import AlphaNetInputs, AlphaNetTables
from deep_alpha.reporting.inputs import ModelResult
from deep_alpha.reporting.palette import INK, Hue, hues_in_order
from deep_alpha.reporting.reading import Reading


@dataclass(frozen=True)
class AlphaNetReading(AlphaNetFigures):
    """What several sections of paper 001's page ask of the inputs."""

    inputs: AlphaNetInputs

    @property
    def tables(self) -> AlphaNetTables:
        """The paper's own tables."""
        return self.inputs.tables

    @property
    def models(self) -> tuple[str, ...]:
        """The paper's models in its order."""
        return self.inputs.paper

    @property
    def yardsticks(self) -> tuple[str, ...]:
        """Those compared with them."""
        return self.inputs.yardsticks

    @property
    def headline(self) -> str:
        """The paper's own model."""
        return self.inputs.headline

    @cached_property
    def paper(self) -> Reading:
        """The paper's models in its order and the yardsticks, in the colours of all pages."""
        results = self.inputs.results
        order = [*self.models, *self.yardsticks]
        shown = [model for model in results.models if model.name in order]
        beside = [model for model in results.models if model.name not in order]
        shown.sort(key=lambda model: order.index(model.name))
        return Reading(replace(results, models=shown), beside)

    @cached_property
    def fitted(self) -> list[ModelResult]:
        """The paper's models that have a signal, in its order."""
        return [model for model in self.paper.inputs.models if model.name in self.models]

    @property
    def best(self) -> str | None:
        """The paper's model with the highest rank IC, None where none has one."""
        return max(self.judged, key=lambda name: self.value(name, "rank_ic"), default=None)

    def hue(self, name: str) -> Hue:
        """A model's colour; ink for one that no result is about."""
        return self.paper.hues.get(name, INK)

    @cached_property
    def operator_hues(self) -> dict[str, Hue]:
        """Each operator's colour, the same in every figure of the page."""
        named = [self.tables.features, self.tables.operators, self.tables.importance]
        operators = [str(name) for table in named for name in table.get("operator", [])]
        norms = [str(name) for name in self.tables.norms.get("operator", [])]
        return hues_in_order(list(dict.fromkeys([*operators, *norms])))

    def provenance(self, *more: str, seeds: bool = True) -> str:
        """What every caption must state, in one line.

        Args:
            *more: What else a caption must say, such as the costs.
            seeds: Whether seeds matter to the numbers.
        """
        return " · ".join([self.paper.provenance(seeds=seeds), *(part for part in more if part)])
