"""The ledger in the catalog: JSON lines that only grow."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
from kedro.io import AbstractDataset

from deep_alpha.evaluation.ledger import fresh_rows


class LedgerDataset(AbstractDataset[Sequence[Mapping[str, Any]], pd.DataFrame]):
    """Saving adds rows that are not in the ledger yet; loading gives all of them."""

    def __init__(self, *, filepath: str, metadata: dict[str, Any] | None = None) -> None:
        self._filepath = Path(filepath)
        self.metadata = metadata

    def load(self) -> pd.DataFrame:
        """All looks, oldest first; empty before the first one."""
        # Not read_json: it takes a fingerprint such as 12e45678 for a number.
        return pd.DataFrame([json.loads(line) for line in self._lines()])

    def save(self, data: Sequence[Mapping[str, Any]]) -> None:
        """Add new looks."""
        self._filepath.parent.mkdir(parents=True, exist_ok=True)
        lines = self._lines() + [json.dumps(row) for row in fresh_rows(self.load(), data)]
        staging = self._filepath.with_name(f".{self._filepath.name}.new")
        staging.write_text("".join(f"{line}\n" for line in lines))
        staging.replace(self._filepath)

    def _lines(self) -> list[str]:
        return self._filepath.read_text().splitlines() if self._exists() else []

    def _exists(self) -> bool:
        return self._filepath.exists()

    def _describe(self) -> dict[str, Any]:
        return {"filepath": str(self._filepath)}
