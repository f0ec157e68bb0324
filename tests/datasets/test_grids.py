"""Labelled arrays come back as they were saved; tables that are not there are empty."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from kedro.io import DatasetError

from deep_alpha.datasets import GridsDataset, OptionalPartitions


@pytest.fixture
def grids() -> xr.Dataset:
    values = np.arange(24, dtype=np.float32).reshape(4, 2, 3)
    return xr.Dataset(
        {"exposure": (("date", "style", "asset"), values), "r_squared": (("date",), np.ones(4))},
        coords={
            "date": pd.bdate_range("2020-01-01", periods=4),
            "style": np.array(["SIZE", "BETA"], dtype=object),
            "asset": np.array(["000001", "600000", "中文"], dtype=object),
        },
        attrs={"level": "full"},
    )


def test_grids_come_back_identical(grids, tmp_path):
    dataset = GridsDataset(filepath=str(tmp_path / "grids.zarr"))
    assert not dataset.exists()
    dataset.save(grids)
    assert dataset.exists()
    loaded = dataset.load()
    assert loaded.identical(grids)
    assert loaded["exposure"].dtype == np.float32


def test_lazy_grids_are_read_when_asked_for(grids, tmp_path):
    lazy = GridsDataset(filepath=str(tmp_path / "grids.zarr"), lazy=True)
    read = lazy.load()  # nothing is stored, and nothing is asked for
    with pytest.raises(DatasetError, match=r"nothing is stored in .*grids\.zarr: run what makes"):
        read()
    lazy.save(grids)
    assert lazy.load()().identical(grids)


def test_nothing_stored_is_said(tmp_path):
    with pytest.raises(DatasetError, match="nothing is stored"):
        GridsDataset(filepath=str(tmp_path / "grids.zarr")).load()


def test_partitions_of_a_pipeline_that_has_not_run_are_none(tmp_path):
    dataset = OptionalPartitions(
        path=str(tmp_path / "metrics"), dataset="json.JSONDataset", filename_suffix=".json"
    )
    assert dataset.load() == {}
    dataset.save({"risk": [{"value": 1.0}]})
    loaded = dataset.load()
    assert {name: read() for name, read in loaded.items()} == {"risk": [{"value": 1.0}]}
