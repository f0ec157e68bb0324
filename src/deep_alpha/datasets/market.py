"""A market folder in the catalog."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from kedro.io import AbstractDataset

from deep_alpha.market import Market, read_market
from deep_alpha.market.writer import write_market


class MarketDataset(AbstractDataset[Market, Market]):
    """A folder of market tables (``docs/your-own-data.md``)."""

    def __init__(self, *, path: str, metadata: dict[str, Any] | None = None) -> None:
        self._path = Path(path)
        self.metadata = metadata

    def load(self) -> Market:
        """Read the folder."""
        return read_market(self._path)

    def save(self, data: Market) -> None:
        """Write every table as Parquet."""
        write_market(data, self._path)

    def _exists(self) -> bool:
        return self._path.exists()

    def _describe(self) -> dict[str, Any]:
        return {"path": str(self._path)}
