"""Labels: the target at every row of a feature table, stored beside it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from deep_alpha.digests import DayDigests, day_digests
from deep_alpha.errors import PanelError
from deep_alpha.feature_table import FeatureTable
from deep_alpha.staging import staged_folder
from deep_alpha.targets import TargetSettings, target_return

_VALUES, _DIGESTS, _META = "forward_return.npy", "digests.npy", "target.json"


@dataclass(frozen=True)
class Labels:
    """Targets by feature row.

    Args:
        target: How the target is defined.
        forward_return: Shape (rows,), float32, decimals: the forward return or the part of
            it that the target's kind leaves; NaN where unknown, and where the row is no
            sample.
        digests: Shape (days,), uint64: the content of each day's labels.
        folder: Where they are stored.
    """

    target: TargetSettings
    forward_return: NDArray[np.float32]
    digests: DayDigests
    folder: Path | None = None

    def save(self, folder: Path) -> None:
        """Store the labels in a folder, swapped in by rename."""
        with staged_folder(Path(folder)) as staging:
            np.save(staging / _VALUES, self.forward_return, allow_pickle=False)
            np.save(staging / _DIGESTS, self.digests, allow_pickle=False)
            (staging / _META).write_text(self.target.model_dump_json(indent=1))

    @classmethod
    def open(cls, folder: Path) -> Labels:
        """Open stored labels, memory-mapped.

        Raises:
            PanelError: There are no labels in the folder.
        """
        folder = Path(folder)
        if not (folder / _META).exists():
            raise PanelError(f"{folder} holds no labels; `kedro run --pipeline=factors` makes them")
        return cls(
            target=TargetSettings.model_validate_json((folder / _META).read_text()),
            forward_return=np.load(folder / _VALUES, mmap_mode="r", allow_pickle=False),
            digests=np.load(folder / _DIGESTS, allow_pickle=False),
            folder=folder,
        )


def make_labels(
    table: FeatureTable,
    panel: xr.Dataset,
    target: TargetSettings,
    known: xr.DataArray | None = None,
) -> Labels:
    """Targets at every row of a feature table.

    Args:
        table: The rows.
        panel: The market panel.
        target: How the target is defined.
        known: Shape (date, asset) of the panel: the target, where it has been computed
            already. None computes it here, which ``kind=raw`` alone allows.
    """
    values = target_return(panel, target) if known is None else known
    # What no fit sees must not renew a fit: labels of other rows are not kept.
    picked = np.where(table.sample, table.pick(values), np.nan).astype(np.float32)
    return Labels(target, picked, day_digests([picked], table.offsets))
