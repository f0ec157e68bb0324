"""One table that may not be there yet."""

from __future__ import annotations

import pandas as pd
from kedro_datasets.pandas import ParquetDataset


class OptionalTable(ParquetDataset):  # type: ignore[misc]  # it comes untyped
    """A Parquet file of a pipeline that need not have run; an empty table until it has."""

    def load(self) -> pd.DataFrame:
        """The table, or one without rows and columns."""
        return super().load() if self._exists() else pd.DataFrame()
