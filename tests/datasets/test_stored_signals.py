"""Whatever signals are there can be asked for by name."""

import pandas as pd
import pytest
from kedro.io import DatasetError

from deep_alpha.datasets import StoredSignalsDataset
from deep_alpha.signals import Signal


@pytest.fixture
def folder(tmp_path):
    frame = pd.DataFrame(
        {"date": pd.Timestamp("2020-01-02"), "asset": ["A"], "score": [1.0], "fold": ["2020-01"]}
    )
    for name in ("ridge", "mlp", "own/mine", "seeds/mlp/0"):
        Signal(frame, {"model": name}).save(tmp_path / "signals" / f"{name}.parquet")
    return tmp_path / "signals"


def test_built_in_and_own_signals_are_read_when_called(folder):
    stored = StoredSignalsDataset(path=str(folder))
    assert stored.exists()
    found = stored.load()
    assert list(found) == ["mlp", "ridge", "mine"]
    assert found["mine"]().meta == {"model": "own/mine"}


def test_a_root_without_signals_says_what_to_run(tmp_path):
    stored = StoredSignalsDataset(path=str(tmp_path / "signals"))
    assert not stored.exists()
    with pytest.raises(DatasetError, match=r"run --pipelines=behaviour,backtest"):
        stored.load()


def test_signals_are_not_written_through_it(folder):
    with pytest.raises(DatasetError, match="is only read here"):
        StoredSignalsDataset(path=str(folder)).save({})
