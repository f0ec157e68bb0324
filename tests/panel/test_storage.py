"""A panel is stored whole or not at all, and comes back as it was."""

from __future__ import annotations

import json

import numpy as np
import pytest
import xarray as xr

from deep_alpha.errors import PanelError
from deep_alpha.panel import load_panel, raw_price, save_panel
from tests.conftest import random_panel


def test_a_panel_comes_back_identical(small_panel, tmp_path):
    small_panel.attrs["market"] = "0123456789abcdef"
    save_panel(small_panel, tmp_path / "panel.zarr")
    stored = load_panel(tmp_path / "panel.zarr")
    assert stored.identical(small_panel)
    for name, values in small_panel.variables.items():
        assert stored[name].dtype == values.dtype, name
        assert stored[name].dims == values.dims, name
    np.testing.assert_array_equal(raw_price(stored), raw_price(small_panel))


def test_proxies_travel_with_the_panel(tmp_path):
    panel = random_panel(optional=False)
    save_panel(panel, tmp_path / "panel.zarr")
    assert load_panel(tmp_path / "panel.zarr").attrs == panel.attrs
    assert panel.attrs["vwap_is_proxy"] == "typical price (high + low + close) / 3"


@pytest.mark.parametrize(("days", "chunk"), [(160, 160), (300, 256)])
def test_storage_is_zarr_3_with_lz4_and_shuffle(tmp_path, days, chunk):
    panel = random_panel(assets=9, days=days)
    save_panel(panel, tmp_path / "panel.zarr")
    root = json.loads((tmp_path / "panel.zarr" / "zarr.json").read_text())
    assert root["zarr_format"] == 3
    assert root.get("consolidated_metadata") is None
    for name in panel.data_vars:
        array = json.loads((tmp_path / "panel.zarr" / name / "zarr.json").read_text())
        assert array["chunk_grid"]["configuration"]["chunk_shape"] == [chunk, 9], name
        blosc = [codec for codec in array["codecs"] if codec["name"] == "blosc"]
        assert len(blosc) == 1, name
        settings = blosc[0]["configuration"]
        assert (settings["cname"], settings["clevel"]) == ("lz4", 5)
        assert settings["shuffle"] == "shuffle"


def test_a_panel_is_replaced_and_never_appended_to(tmp_path):
    folder = tmp_path / "panel.zarr"
    save_panel(random_panel(days=300), folder)
    other = random_panel(assets=9, days=120, seed=1)
    save_panel(other, folder)
    assert load_panel(folder).identical(other)
    assert [path.name for path in tmp_path.iterdir()] == ["panel.zarr"]


def test_what_was_loaded_may_be_cut_and_stored_again(small_panel, tmp_path):
    folder = tmp_path / "panel.zarr"
    save_panel(small_panel, folder)
    part = load_panel(folder).isel(date=slice(10, 50), asset=[2, 5])
    save_panel(part, folder)
    assert load_panel(folder).identical(part)


def test_a_crash_in_the_middle_of_writing_keeps_the_old_panel(small_panel, tmp_path, monkeypatch):
    folder = tmp_path / "panel.zarr"
    save_panel(small_panel, folder)
    write = xr.Dataset.to_zarr

    def crash(self, *arguments, **options):
        write(self, *arguments, **options)
        raise KeyboardInterrupt

    monkeypatch.setattr(xr.Dataset, "to_zarr", crash)
    with pytest.raises(KeyboardInterrupt):
        save_panel(random_panel(seed=9), folder)
    assert load_panel(folder).identical(small_panel)
    assert [path.name for path in tmp_path.iterdir()] == ["panel.zarr"]


def test_a_crash_before_the_first_panel_leaves_none(tmp_path, monkeypatch):
    monkeypatch.setattr(xr.Dataset, "to_zarr", lambda *_, **__: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        save_panel(random_panel(assets=8, days=20), tmp_path / "panel.zarr")
    with pytest.raises(PanelError, match="holds no panel"):
        load_panel(tmp_path / "panel.zarr")


def test_an_empty_place_is_named(tmp_path):
    with pytest.raises(PanelError) as refusal:
        load_panel(tmp_path / "nowhere")
    assert str(refusal.value) == (
        f"{tmp_path / 'nowhere'} holds no panel; `kedro run --pipeline=ingest` makes one"
    )
