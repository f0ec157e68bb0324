"""Paper 000's inputs as its page reads them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

from deep_alpha.reporting.behaviour_inputs import BehaviourInputs, BehaviourTables
from deep_alpha.reporting.formats import known
from deep_alpha.reporting.inputs import ModelResult
from deep_alpha.reporting.palette import INK, Hue
from deep_alpha.reporting.printed import PRINTED, family_of, paper_order
from deep_alpha.reporting.reading import Reading


@dataclass(frozen=True)
class BehaviourReading:
    """What several sections of paper 000's page ask of the inputs."""

    inputs: BehaviourInputs

    @cached_property
    def paper(self) -> Reading:
        """The paper's models in its order and the yardsticks, in the colours of all pages."""
        results = self.inputs.results
        shown = [model for model in results.models if model.name not in self.inputs.beyond]
        beside = [model for model in results.models if model.name in self.inputs.beyond]
        shown.sort(key=lambda model: (model.kind != "model", paper_order(model.name)))
        return Reading(replace(results, models=shown), beside)

    @property
    def tables(self) -> BehaviourTables:
        """The paper's own tables."""
        return self.inputs.tables

    def hue(self, name: str) -> Hue:
        """A model's colour; ink for one that is on this page only."""
        return self.paper.hues.get(name, INK)

    @cached_property
    def scored(self) -> list[ModelResult]:
        """The paper's models that have a rank IC, in its order."""
        return [m for m in self.paper.of_kind("model") if known(self.paper.rank_ic(m.name))]

    @cached_property
    def best_of(self) -> dict[str, ModelResult]:
        """By the paper's name of its kind, the model with the highest rank IC."""
        members = {
            family: [model for model in self.scored if family_of(model.name) == family]
            for family in PRINTED
        }
        return {
            family: max(models, key=lambda model: self.paper.rank_ic(model.name))
            for family, models in members.items()
            if models
        }
