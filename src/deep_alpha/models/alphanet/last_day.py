"""Ridge and trees on what an AlphaNet sees of a sample's own day (SPEC 001-I3).

The same features, kept and scaled likewise, without their sequence: an architecture is worth
its cost only where it beats these.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

from deep_alpha.imports import load_object
from deep_alpha.models.alphanet.branches import Branch
from deep_alpha.models.alphanet.feature_settings import FeatureSettings
from deep_alpha.models.alphanet.features import PreparedFeatures, prepare_features
from deep_alpha.models.alphanet.v4 import V4_BRANCHES
from deep_alpha.models.contract import FitContext, Fitted, Model
from deep_alpha.models.samples import Samples

_OWN = "model"


class LastDayConfig(BaseModel):
    """A tabular model, and the features it reads.

    Args:
        model_class: Import path of the tabular model.
        config: Its own settings.
        features: Which features, and how they are scaled.
        windows: Their window lengths; the first one chooses which are kept.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    model_class: str = "deep_alpha.models.ridge.RidgeModel"
    config: dict[str, Any] = Field(default_factory=dict)
    features: FeatureSettings = FeatureSettings.model_validate({})
    windows: tuple[int, ...] = Field(tuple(branch.window for branch in V4_BRANCHES), min_length=1)

    @property
    def branches(self) -> tuple[Branch, ...]:
        """One step of each window."""
        return tuple(Branch(window=window, steps=1, stride=1) for window in self.windows)


@dataclass(frozen=True)
class FittedLastDay:
    """A fitted tabular model behind the features it reads."""

    fitted: Fitted
    features: PreparedFeatures
    config: LastDayConfig

    def predict(self, samples: Samples) -> NDArray[np.float32]:
        """Scores, shape (n,)."""
        windows = self.features.of_windows(samples, self.config.branches)
        rows = np.arange(len(samples), dtype=np.int64)
        return self.fitted.predict(_tabular(samples, windows[:, 0], rows, self.features))

    def save(self, folder: Path) -> None:
        """Write the tabular model into a folder of its own, and the features."""
        own = folder / _OWN
        own.mkdir()
        self.fitted.save(own)
        self.features.save(folder)
        (folder / "config.json").write_text(self.config.model_dump_json(indent=1))

    def summary(self) -> Mapping[str, Any]:
        """What the tabular model says of itself, and how many features it reads."""
        width = len(self.features.windows) * len(self.features.columns)
        return {**self.fitted.summary(), "features": width}


class LastDayModel:
    """A tabular model on the features of a sample's own day."""

    config_type = LastDayConfig

    def fit(
        self,
        train: Samples,
        valid: Samples,
        config: Mapping[str, Any],
        seed: int,
        context: FitContext,
    ) -> FittedLastDay:
        """Choose and scale features on ``train``, then fit the tabular model on them."""
        settings = LastDayConfig.model_validate(dict(config))
        features, resident = prepare_features(
            train, valid, settings.branches, settings.features, seed, torch.float32, context.label
        )
        table, first = resident.values.numpy(), resident.first
        fitted = self._model(settings).fit(
            _tabular(train, table, train.rows - first, features),
            _tabular(valid, table, valid.rows - first, features),
            settings.config,
            seed,
            context,
        )
        return FittedLastDay(fitted, features, settings)

    def load(self, folder: Path) -> FittedLastDay:
        """Read what ``FittedLastDay.save`` wrote."""
        settings = LastDayConfig.model_validate_json((folder / "config.json").read_text())
        fitted = self._model(settings).load(folder / _OWN)
        return FittedLastDay(fitted, PreparedFeatures.load(folder), settings)

    def _model(self, settings: LastDayConfig) -> Model:
        model: Model = load_object(settings.model_class)()
        return model


def _tabular(
    samples: Samples,
    table: NDArray[np.float32],
    rows: NDArray[np.int64],
    features: PreparedFeatures,
) -> Samples:
    """The same samples as rows of prepared features."""
    names = tuple(
        f"{name} over {window} days" for window in features.windows for name in features.names
    )
    return replace(
        samples,
        features=table,
        rows=rows,
        feature_names=names,
        lookback=1,
        previous_row=None,
        row_date=None,
        row_asset=None,
    )
