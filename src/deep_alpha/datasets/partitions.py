"""Folders of tables that may not be there yet."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kedro_datasets.partitions import PartitionedDataset


class OptionalPartitions(PartitionedDataset):  # type: ignore[misc]  # it comes untyped
    """A folder of tables of a pipeline that need not have run; empty until it has.

    Example of a catalog entry::

        risk_metrics:
          type: deep_alpha.datasets.OptionalPartitions
          path: data/08_reporting/metrics/risk
          filename_suffix: .json
          overwrite: true
          dataset: json.JSONDataset
    """

    def load(self) -> dict[str, Callable[[], Any]]:
        """Each table's reader by name."""
        found: dict[str, Callable[[], Any]] = super().load() if self._exists() else {}
        return found
