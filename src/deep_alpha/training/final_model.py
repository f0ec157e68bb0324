"""The newest fit of a model, all seeds: what today's scores come from."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from deep_alpha.errors import DeepAlphaError
from deep_alpha.feature_table import FeatureTable
from deep_alpha.folds import Segment
from deep_alpha.imports import load_object
from deep_alpha.labels import Labels
from deep_alpha.models.scoring import score_by_day
from deep_alpha.models.segments import segment_samples

_META = "final.json"


@dataclass(frozen=True)
class FinalModel:
    """The last fold's fits of one model.

    Args:
        name: The model's name.
        model_class: Import path of its class.
        features: Names of the features it sees.
        lookback: Traded days it sees at once.
        horizon: Label horizon it was fitted for.
        fold: Name of the fold.
        seeds: Folder with ``Fitted.save``'s files, by seed.
        max_gap: Most market days without trading inside a window; None for any number.
    """

    name: str
    model_class: str
    features: tuple[str, ...]
    lookback: int
    horizon: int
    fold: str
    seeds: Mapping[int, Path]
    max_gap: int | None = None

    def score_day(self, table: FeatureTable, labels: Labels, day: int) -> NDArray[np.float32]:
        """Scores of one day's samples, mean over seeds, in the table's order.

        Returns:
            One score for each row of ``table.samples_between(day, day)``; NaN where the
            name has no whole window.

        Raises:
            DeepAlphaError: The table has no samples on that day.
        """
        everyone = table.samples_between(day, day)
        if not len(everyone):
            raise DeepAlphaError(
                f"no asset is eligible on {np.datetime_as_string(table.dates[day], 'D')}; "
                "there is nothing to rank"
            )
        samples = segment_samples(
            table,
            labels,
            Segment(day, day, day + 1, day + self.horizon),
            known_only=False,
            features=self.features,
            lookback=self.lookback,
            max_gap=self.max_gap,
        )
        model = load_object(self.model_class)()
        scores = [
            score_by_day(model.load(folder), samples, self.name) for folder in self.seeds.values()
        ]
        result = np.full(len(everyone), np.nan, dtype=np.float32)
        known = np.searchsorted(table.asset_index[everyone], samples.asset_index)
        result[known] = np.mean(scores, axis=0, dtype=np.float32)
        return result

    def save(self, folder: Path) -> None:
        """Copy every seed's files, and say what they are."""
        for seed, source in self.seeds.items():
            shutil.copytree(source, folder / f"seed{seed}")
        content = {
            "name": self.name,
            "model_class": self.model_class,
            "features": list(self.features),
            "lookback": self.lookback,
            "horizon": self.horizon,
            "fold": self.fold,
            "seeds": sorted(self.seeds),
            "max_gap": self.max_gap,
        }
        (folder / _META).write_text(json.dumps(content, indent=1))

    @classmethod
    def open(cls, folder: Path) -> FinalModel:
        """Read what ``save`` wrote; the weights are read when they are used."""
        content = json.loads((folder / _META).read_text())
        seeds = {seed: folder / f"seed{seed}" for seed in content.pop("seeds")}
        return cls(features=tuple(content.pop("features")), seeds=seeds, **content)


def final_model(
    records: Sequence[Mapping[str, Any]],
    folders: Sequence[Path],
    features: Sequence[str],
    lookback: int,
    horizon: int,
    fold: str,
    max_gap: int | None = None,
) -> FinalModel:
    """Pick the last fold's fits from a walk's jobs.

    Args:
        records: Job records.
        folders: Their artefact folders, in the same order.
        features: Names of the features the model sees.
        lookback: Traded days the model sees at once.
        horizon: The headline horizon.
        fold: Name of the last fold.
        max_gap: Most market days without trading inside a window; None for any number.
    """
    chosen = {
        int(record["seed"]): folder / "model"
        for record, folder in zip(records, folders, strict=True)
        if record["fold"] == fold and record["horizon"] == horizon
    }
    first = records[0]
    return FinalModel(
        name=first["model"],
        model_class=first["model_class"],
        features=tuple(features),
        lookback=lookback,
        horizon=horizon,
        fold=fold,
        seeds=chosen,
        max_gap=max_gap,
    )
