"""Market folders and panels round trip; a data root keeps to its market."""

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from kedro.io import DatasetError

from deep_alpha.datasets import MarketDataset, MarketRecordDataset, PanelDataset
from deep_alpha.market import Market
from deep_alpha.market.identity import identify
from deep_alpha.panel import build_panel
from tests.datasets.bars import bars


def test_a_market_folder(tmp_path):
    assets = pd.DataFrame({"asset": ["A", "B", "C"], "industry": ["x", "y", "x"]})
    dataset = MarketDataset(path=str(tmp_path / "market"))
    assert not dataset.exists()
    dataset.save(Market(bars(), assets))
    assert dataset.exists()
    loaded = dataset.load()
    keys = ["asset", "date"]
    expected = bars().sort_values(keys, ignore_index=True)
    found = loaded.bars.sort_values(keys, ignore_index=True)
    for column in expected:
        np.testing.assert_array_equal(found[column].to_numpy(), expected[column].to_numpy())
    assert list(loaded.assets["industry"]) == ["x", "y", "x"]
    assert loaded.fundamentals is None


def test_a_panel(tmp_path):
    panel = build_panel(bars())
    dataset = PanelDataset(filepath=str(tmp_path / "panel.zarr"))
    assert not dataset.exists()
    dataset.save(panel)
    assert dataset.exists()
    loaded = dataset.load()
    xr.testing.assert_identical(loaded, panel)
    assert {name: loaded[name].dtype for name in loaded} == {
        name: panel[name].dtype for name in panel
    }


def test_a_panel_is_replaced_whole(tmp_path):
    dataset = PanelDataset(filepath=str(tmp_path / "panel.zarr"))
    dataset.save(build_panel(bars(days=30)))
    dataset.save(build_panel(bars(days=20, assets=("B", "D"))))
    assert dict(dataset.load().sizes) == {"date": 20, "asset": 2}
    assert [path.name for path in tmp_path.iterdir()] == ["panel.zarr"]


def test_no_panel(tmp_path):
    with pytest.raises(DatasetError, match="holds no panel; `kedro run --pipeline=ingest` makes"):
        PanelDataset(filepath=str(tmp_path / "panel.zarr")).load()


@pytest.fixture
def root(tmp_path):
    return tmp_path / "data"


@pytest.fixture
def record(root):
    return MarketRecordDataset(filepath=str(root / "market.json"))


def test_a_market_record(record):
    assert not record.exists()
    record.save(identify(bars(), "here"))
    assert record.load() == identify(bars(), "here")


def test_the_same_market_with_more_days_replaces_the_record(record):
    record.save(identify(bars(days=20), "here"))
    longer = identify(bars(days=21), "here")
    record.save(longer)
    assert record.load() == longer


def test_another_market_stops_before_anything_is_written(record, root):
    mine = identify(bars(days=30), "mine")
    record.save(mine)
    with pytest.raises(DatasetError) as error:
        record.save(identify(bars(days=30, seed=1), "theirs"))
    assert (
        f"{root} belongs to the market 'mine' (2020-01-01 … 2020-02-11), but 2020-01-01 differs "
        "in 'theirs'. For another market type `DEEP_ALPHA_DATA=<new folder> kedro run …`; after a "
        f"revision of the same market remove {root}/market.json and run again"
    ) in str(error.value)
    assert record.load() == mine
    assert [path.name for path in root.iterdir()] == ["market.json"]


def test_a_market_that_lost_a_day_is_another_one(record):
    fewer = bars(days=30)
    record.save(identify(fewer, "mine"))
    with pytest.raises(DatasetError, match="but 2020-01-02 is missing in 'mine'"):
        record.save(identify(fewer[fewer["date"] != pd.Timestamp("2020-01-02")], "mine"))
