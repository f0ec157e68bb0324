"""Write a market as a folder of Parquet tables, the layout that ``read_market`` reads."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from deep_alpha.errors import MarketDataError
from deep_alpha.market.tables import TABLES, Market


def write_market(market: Market, folder: str | Path) -> Path:
    """Write every table that is present; what a simulation planted is not written.

    The tables are written into a sibling folder which is renamed at the end, so that a
    killed run leaves no half-written market.

    Args:
        market: Tables with the columns of ``deep_alpha.market.tables``.
        folder: Folder to create; its parents are created too.

    Returns:
        The folder.

    Raises:
        MarketDataError: The folder exists and is not empty.
    """
    target = Path(folder)
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise MarketDataError(
            f"{target}: exists and is not empty; name a new folder, or remove this one first"
        )
    target.parent.mkdir(parents=True, exist_ok=True)
    unfinished = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=target.parent))
    try:
        for name, table in market.tables().items():
            pq.write_table(_as_arrow(name, table), unfinished / f"{name}.parquet")
        unfinished.chmod(0o755)
        unfinished.replace(target)
    except BaseException:
        shutil.rmtree(unfinished, ignore_errors=True)
        raise
    return target


def _as_arrow(name: str, table: pd.DataFrame) -> pa.Table:
    """The table with its dates as calendar days, without times."""
    arrow = pa.Table.from_pandas(table, preserve_index=False)
    dates = {column.name for column in TABLES[name].columns if column.kind == "date"}
    fields = [
        pa.field(field.name, pa.date32()) if field.name in dates else field
        for field in arrow.schema
    ]
    return arrow.cast(pa.schema(fields)).replace_schema_metadata(None)
