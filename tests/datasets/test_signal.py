"""A signal and where it came from travel in one file."""

import pandas as pd
import pytest

from deep_alpha.datasets import SignalDataset
from deep_alpha.signals import Signal


@pytest.fixture
def signal():
    scores = pd.DataFrame(
        {
            "date": pd.to_datetime(["2020-01-01", "2020-01-01", "2020-01-02"]),
            "asset": ["A", "B", "A"],
            "score": pd.Series([0.5, -0.5, 0.25], dtype="float32"),
            "fold": ["2020-01", "2020-01", "live"],
        }
    )
    return Signal(scores, {"model": "mlp", "horizon": 5, "seeds": [0, 1]})


def test_a_signal_with_its_metadata(tmp_path, signal):
    dataset = SignalDataset(filepath=str(tmp_path / "signals/mlp.parquet"))
    assert not dataset.exists()
    dataset.save(signal)
    assert dataset.exists()
    loaded = dataset.load()
    pd.testing.assert_frame_equal(loaded.scores, signal.scores)
    assert loaded.meta == signal.meta
    assert [path.name for path in (tmp_path / "signals").iterdir()] == ["mlp.parquet"]


def test_the_file_is_plain_parquet(tmp_path, signal):
    SignalDataset(filepath=str(tmp_path / "mlp.parquet")).save(signal)
    pd.testing.assert_frame_equal(pd.read_parquet(tmp_path / "mlp.parquet"), signal.scores)
