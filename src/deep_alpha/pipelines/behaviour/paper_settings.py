"""Which models the tables of paper 000 look into."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from deep_alpha.errors import ConfigurationError
from deep_alpha.evaluation.crash import CrashSettings
from deep_alpha.explain import ExplanationSettings
from deep_alpha.pipelines.behaviour.models import PAPER


class PaperTableSettings(BaseModel):
    """What stands in the paper's own tables.

    Args:
        crash: The worst months.
        with_training: Models that are also shown on a sample with training.
        explained: Networks whose scores are explained.
        explained_seeds: ``first``, or all those of the ``profile``: their mean is the signal,
            and each takes its time.
        explanation: How.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    crash: CrashSettings = CrashSettings()
    with_training: tuple[str, ...] = ("mlp_literal", "mlp_std", "cnn", "svr")
    explained: tuple[str, ...] = ("mlp_rank", "cnn")
    explained_seeds: Literal["first", "profile"] = "first"
    explanation: ExplanationSettings = Field(
        default_factory=lambda: ExplanationSettings.model_validate({})
    )


def check_paper_models(setting: str, models: Iterable[str]) -> None:
    """Refuse a model that is not fitted on the paper's factors.

    Raises:
        ConfigurationError: Names the model, and those that can be named.
    """
    for name in models:
        if name not in PAPER:
            raise ConfigurationError(
                f"paper_tables.{setting}: '{name}' is none of the paper's models, which are "
                f"{', '.join(PAPER)}"
            )
