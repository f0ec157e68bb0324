"""A market written to a folder and read back."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest

from deep_alpha.errors import MarketDataError
from deep_alpha.market.simulation import simulate_market
from deep_alpha.market.writer import write_market


def test_each_table_becomes_a_parquet_file(tmp_path: Path) -> None:
    market = simulate_market(n_assets=12, n_days=70)
    folder = write_market(market, tmp_path / "new" / "market")
    assert {path.stem for path in folder.iterdir()} == set(market.tables())
    for name, table in market.tables().items():
        stored = pd.read_parquet(folder / f"{name}.parquet")
        assert list(stored.columns) == list(table.columns)
        assert len(stored) == len(table)
    schema = pq.read_schema(folder / "bars.parquet")
    assert str(schema.field("date").type) == "date32[day]"
    stored = pd.read_parquet(folder / "bars.parquet")
    pd.testing.assert_series_equal(stored["close"], market.bars["close"], check_exact=True)


def test_a_folder_with_files_is_left_alone(tmp_path: Path) -> None:
    market = simulate_market(n_assets=10, n_days=5)
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(MarketDataError) as error:
        write_market(market, tmp_path)
    assert str(error.value) == (
        f"{tmp_path}: exists and is not empty; name a new folder, or remove this one first"
    )
    assert (tmp_path / "notes.txt").read_text() == "mine"


def test_a_failed_write_leaves_nothing(tmp_path: Path) -> None:
    market = simulate_market(n_assets=10, n_days=5)
    broken = market.with_tables(risk_free=pd.DataFrame({"date": ["no day"], "rate": [0.0]}))
    with pytest.raises(Exception, match="no day"):
        write_market(broken, tmp_path / "market")
    assert list(tmp_path.iterdir()) == []
