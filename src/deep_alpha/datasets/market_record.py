"""The data root's memory of its market."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from kedro.io import AbstractDataset

from deep_alpha.market.identity import MarketRecord, check_same_market


class MarketRecordDataset(AbstractDataset[MarketRecord, MarketRecord]):
    """A record that only the same market, possibly with more days, may replace.

    Saving is the guard: the ingest pipeline saves the record before it touches any
    other file of the data root, and another market stops there.
    """

    def __init__(self, *, filepath: str, metadata: dict[str, Any] | None = None) -> None:
        self._filepath = Path(filepath)
        self.metadata = metadata

    def load(self) -> MarketRecord:
        """Read the record."""
        return MarketRecord.from_json(json.loads(self._filepath.read_text()))

    def save(self, data: MarketRecord) -> None:
        """Check against the stored record, then replace it.

        Raises:
            MarketDataError: The data root belongs to another market. Kedro shows it as
                the cause of its own ``DatasetError``.
        """
        if self._exists():
            check_same_market(self.load(), data, str(self._filepath.parent))
        self._filepath.parent.mkdir(parents=True, exist_ok=True)
        staging = self._filepath.with_name(f".{self._filepath.name}.new")
        staging.write_text(json.dumps(data.as_json()))
        staging.replace(self._filepath)

    def _exists(self) -> bool:
        return self._filepath.exists()

    def _describe(self) -> dict[str, Any]:
        return {"filepath": str(self._filepath)}
