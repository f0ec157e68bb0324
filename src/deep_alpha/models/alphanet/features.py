"""From the daily inputs of a fold to the features that a network reads.

The table holds a market's daily inputs only: its time-series features are seventy times as
many numbers, and computing those that a fit keeps takes seconds (decision 0021). What is
learned on the way - which features are kept, how they are scaled - is learned from the
train segment and stored with the network.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.numpy import load_file, save_file

from deep_alpha.errors import ConfigurationError, TrainingError
from deep_alpha.factors.alphanet_columns import FeatureColumn, column_names, feature_columns
from deep_alpha.factors.alphanet_features import AssetRows, row_features
from deep_alpha.factors.alphanet_inputs import INPUT_SETS
from deep_alpha.models.alphanet.branches import Branch, distinct_windows, union_offsets
from deep_alpha.models.alphanet.feature_scaling import FeatureScaling
from deep_alpha.models.alphanet.feature_settings import FeatureSettings
from deep_alpha.models.alphanet.spearman_dropout import KeptFeatures, keep_features
from deep_alpha.models.samples import Samples
from deep_alpha.training.randomness import seeded_generator
from deep_alpha.training.windows import Windows

FloatArray = NDArray[np.float32]
_ARRAYS, _VALUES = "features.safetensors", "features.json"
_WINSORISED = ("ts_return", "ts_zscore")
_COLUMNS_AT_ONCE = 64


@dataclass(frozen=True)
class PreparedFeatures:
    """What a fit learned of its features before its network saw them.

    Args:
        settings: How they are made.
        inputs: The daily inputs, in order.
        columns: The kept features of one window, m of them.
        windows: The windows d, in the order in which the branches name them.
        scaling: For all windows side by side, W·m columns.
        correlations: Rank correlations of all features of the main window; None where
            nothing was dropped.
    """

    settings: FeatureSettings
    inputs: tuple[str, ...]
    columns: tuple[FeatureColumn, ...]
    windows: tuple[int, ...]
    scaling: FeatureScaling
    correlations: FloatArray | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """The kept features' names."""
        return column_names(self.columns, self.inputs)

    def of_windows(self, samples: Samples, branches: Sequence[Branch]) -> FloatArray:
        """Scaled features of some samples, from their raw windows alone.

        Args:
            samples: Any samples of the images' table.
            branches: The network's branches.

        Returns:
            Shape (n, steps, W·m), steps as in ``union_offsets``.
        """
        raw = samples.take(slice(None))
        count, history, width = raw.shape
        steps = [history - 1 - back for back in union_offsets(branches)]
        flat = raw.reshape(count * history, width)
        rows = AssetRows.of(np.repeat(np.arange(count), history))
        width = len(self.columns)
        result = np.empty((count, len(steps), len(self.windows) * width), dtype=np.float32)
        one = np.empty((len(flat), width), dtype=np.float32)
        for place, window in enumerate(self.windows):
            compute_features(
                flat,
                rows,
                samples.feature_names,
                self.inputs,
                self.columns,
                window,
                self.settings,
                one,
            )
            part = slice(place * width, (place + 1) * width)
            result[:, :, part] = one.reshape(count, history, width)[:, steps]
        self.scaling.apply(result.reshape(-1, result.shape[2]))
        return result

    def save(self, folder: Path) -> None:
        """Write names and settings as JSON, numbers as safetensors."""
        arrays = self.scaling.arrays()
        if self.correlations is not None:
            arrays["correlations"] = self.correlations
        save_file(arrays, folder / _ARRAYS)
        (folder / _VALUES).write_text(json.dumps(self.as_json(), indent=1))

    def as_json(self) -> dict[str, Any]:
        """Everything but the arrays, as plain values."""
        return {
            "settings": self.settings.model_dump(mode="json"),
            "inputs": list(self.inputs),
            "windows": list(self.windows),
            "columns": [list(column) for column in self.columns],
            "names": list(self.names),
            "all_names": list(
                column_names(feature_columns(self.inputs, mean=self.settings.mean), self.inputs)
            ),
        }

    @classmethod
    def load(cls, folder: Path) -> PreparedFeatures:
        """Read what :meth:`save` wrote."""
        values = json.loads((folder / _VALUES).read_text())
        arrays = load_file(folder / _ARRAYS)
        correlations = arrays.pop("correlations", None)
        settings = FeatureSettings.model_validate(values["settings"])
        return cls(
            settings=settings,
            inputs=tuple(values["inputs"]),
            columns=tuple(FeatureColumn(*column) for column in values["columns"]),
            windows=tuple(values["windows"]),
            scaling=FeatureScaling(**arrays, clip=settings.clip),
            correlations=correlations,
        )


@dataclass(frozen=True)
class ResidentFeatures:
    """Scaled features of a span of a table's rows, laid out once for all samples of a fit.

    Args:
        values: Shape (rows, W·m); 0 where a row has no whole window.
        first: The table's row that the first one is.
    """

    values: torch.Tensor
    first: int

    def windows(self, samples: Samples, offsets: tuple[int, ...], device: torch.device) -> Windows:
        """What a network reads of some samples of the fit, gathered when it is asked for."""
        if samples.previous_row is None:
            raise ValueError("lookback > 1 needs previous_row")
        span = slice(self.first, self.first + len(self.values))
        return Windows(
            features=self.values,
            rows=torch.from_numpy(samples.rows - self.first).to(device),
            previous_row=torch.from_numpy(samples.previous_row[span] - self.first).to(device),
            offsets=offsets,
        )


def prepare_features(
    train: Samples,
    valid: Samples,
    branches: Sequence[Branch],
    settings: FeatureSettings,
    seed: int,
    dtype: torch.dtype,
    label: str = "fit",
) -> tuple[PreparedFeatures, ResidentFeatures]:
    """Choose and scale the features of a fit, and lay them out once for all its samples.

    Args:
        train: What is learned, is learned from these.
        valid: Their features are laid out too.
        branches: The network's branches; the first one's window chooses the features.
        settings: How features are made.
        seed: Draws the days that choose.
        dtype: float32, or bfloat16 for half the memory.
        label: What errors call the fit.

    Returns:
        What was learned, and the features of every row that a sample's window holds.

    Raises:
        ConfigurationError: The samples' windows are too short, or an input is missing.
        TrainingError: A train sample has a feature that is not finite, or no feature is left.
    """
    inputs = _chosen_inputs(settings, seed)
    assets = _assets_of_rows(train, branches, label)
    columns = feature_columns(inputs, mean=settings.mean)
    kept, correlations = columns, None
    if settings.spearman is not None:
        chosen = choose_features(
            train, branches[0], inputs, columns, settings, settings.spearman, seed
        )
        kept = tuple(columns[position] for position in chosen.kept)
        correlations = chosen.correlations
    windows = distinct_windows(branches)
    steps = union_offsets(branches)[0]
    first = _first_row(train, steps)
    # Features of those rows look at rows before them.
    read = slice(
        _first_row(train, max(branch.history for branch in branches) - 1),
        int(max(valid.rows[-1], train.rows[-1])) + 1,
    )
    values, rows = valid.features[read], AssetRows.of(assets[read])
    unseen = first - read.start
    resident = torch.empty((len(values) - unseen, len(windows) * len(kept)), dtype=dtype)
    parts = []
    for place, window in enumerate(windows):
        # Some columns at a time: all of them would be more memory than the result.
        for start in range(0, len(kept), _COLUMNS_AT_ONCE):
            some = kept[start : start + _COLUMNS_AT_ONCE]
            one = np.empty((len(values), len(some)), dtype=np.float32)
            compute_features(values, rows, train.feature_names, inputs, some, window, settings, one)
            own = one[train.rows - read.start]
            _require_finite(own, column_names(some, inputs), window, label)
            winsorised = np.array([column.operator in _WINSORISED for column in some])
            part = FeatureScaling.fit(own, winsorised, settings.winsor, settings.clip)
            seen = one[unseen:]
            part.apply(seen)
            begin = place * len(kept) + start
            resident[:, begin : begin + len(some)] = torch.from_numpy(seen)
            parts.append(part.arrays())
    scaling = FeatureScaling(
        **{name: np.concatenate([part[name] for part in parts]) for name in parts[0]},
        clip=settings.clip,
    )
    prepared = PreparedFeatures(settings, inputs, kept, windows, scaling, correlations)
    return prepared, ResidentFeatures(resident, first)


def choose_features(
    train: Samples,
    branch: Branch,
    inputs: Sequence[str],
    columns: Sequence[FeatureColumn],
    settings: FeatureSettings,
    threshold: float,
    seed: int,
    stream: str = "first batches",
) -> KeptFeatures:
    """Spearman dropout on the first batches: some train days that a seed draws (001-D1).

    Args:
        train: The train segment.
        branch: Window and steps of the main branch.
        inputs: The daily inputs.
        columns: The features, in canonical order.
        settings: How features are made, and the switches.
        threshold: Largest rank correlation of two kept features.
        seed: The fit's seed.
        stream: Another name draws other days.
    """
    generator = seeded_generator(seed, stream)
    offsets = train.day_offsets()
    days = torch.randperm(len(offsets) - 1, generator=generator)[: settings.batches].tolist()
    drawn = []
    for day in days:
        names = torch.randperm(int(offsets[day + 1] - offsets[day]), generator=generator)
        drawn.append(offsets[day] + names[: settings.batch_names].numpy())
    batch = train.subset(np.sort(np.concatenate(drawn)))
    raw = batch.take(slice(None))
    count, history, _ = raw.shape
    out = np.empty((count * history, len(columns)), dtype=np.float32)
    rows = AssetRows.of(np.repeat(np.arange(count), history))
    flat = raw.reshape(count * history, -1)
    compute_features(flat, rows, train.feature_names, inputs, columns, branch.window, settings, out)
    steps = branch.offsets if settings.flatten == "all" else branch.offsets[-1:]
    places = [history - 1 - back for back in steps]
    seen = out.reshape(count, history, len(columns))[:, places].reshape(-1, len(columns))
    return keep_features(np.ascontiguousarray(seen), threshold, settings.absolute)


def compute_features(
    values: FloatArray,
    rows: AssetRows,
    names: Sequence[str],
    inputs: Sequence[str],
    columns: Sequence[FeatureColumn],
    window: int,
    settings: FeatureSettings,
    out: FloatArray,
) -> None:
    """Raw features of rows (n, all inputs) in a window, into ``out`` (n, m)."""
    missing = [name for name in inputs if name not in names]
    if missing:
        raise ConfigurationError(
            f"the samples have no input '{missing[0]}': AlphaNet reads the table of images"
        )
    row_features(
        values,
        rows,
        columns,
        window,
        inputs_at=[list(names).index(name) for name in inputs],
        return_lag=settings.return_lag,
        out=out,
    )


def _chosen_inputs(settings: FeatureSettings, seed: int) -> tuple[str, ...]:
    inputs = INPUT_SETS[settings.inputs]
    if settings.sampled_inputs is None:
        return inputs
    generator = seeded_generator(seed, "inputs")
    order = torch.randperm(len(inputs), generator=generator)[: settings.sampled_inputs]
    return tuple(inputs[position] for position in sorted(order.tolist()))


def _first_row(samples: Samples, back: int) -> int:
    """The first row that lies so many of an asset's rows before a sample's own."""
    if samples.previous_row is None:
        raise ValueError("lookback > 1 needs previous_row")
    rows = samples.rows
    for _ in range(back):
        rows = samples.previous_row[rows]
    return int(rows.min())


def _assets_of_rows(samples: Samples, branches: Sequence[Branch], label: str) -> NDArray[np.int32]:
    """The asset of every row of the table, once it is sure that windows are long enough."""
    needed = max(branch.history for branch in branches)
    if samples.lookback < needed or samples.row_asset is None:
        raise ConfigurationError(
            f"{label}: the branches read {needed} traded days, but the samples have "
            f"{samples.lookback}: set the model's lookback to {needed} or more, and max_gap to 0"
        )
    return samples.row_asset


def _require_finite(own: FloatArray, names: Sequence[str], window: int, label: str) -> None:
    bad = ~np.isfinite(own).all(axis=0)
    if bad.any():
        name = names[int(bad.argmax())]
        count = int((~np.isfinite(own[:, bad.argmax()])).sum())
        raise TrainingError(
            f"{label}: {name} over {window} days is not finite in {count} of {len(own)} train "
            "samples; an input is too large for float32, or its window is not whole"
        )
