"""Records that may not be there yet."""

from __future__ import annotations

from typing import Any

from kedro_datasets.json import JSONDataset


class OptionalRecords(JSONDataset):  # type: ignore[misc]  # it comes untyped
    """A JSON list of a pipeline that need not have run; empty until it has."""

    def load(self) -> list[dict[str, Any]]:
        """The records."""
        found: list[dict[str, Any]] = super().load() if self._exists() else []
        return found
