"""Labels stand beside the rows of their feature table."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import xarray as xr

from deep_alpha.errors import PanelError
from deep_alpha.labels import Labels, make_labels
from deep_alpha.targets import TargetSettings, forward_return
from tests.test_feature_table import table_of

TARGET = TargetSettings(horizon=5, entry="next_open")


def test_every_row_has_its_forward_return(small_panel):
    table = table_of(small_panel)
    labels = make_labels(table, small_panel, TARGET)
    grid = forward_return(small_panel, TARGET).to_numpy()
    assert labels.target == TARGET
    assert labels.forward_return.dtype == np.float32
    assert labels.forward_return.shape == (len(table),)
    for row in (0, 55, 700, len(table) - 1):
        np.testing.assert_array_equal(
            labels.forward_return[row], grid[table.date_index[row], table.asset_index[row]]
        )
    last = table.offsets[-1 - TARGET.reach]
    assert np.isnan(labels.forward_return[last:]).all()


def test_rows_that_are_no_samples_have_no_label(small_panel):
    whole = table_of(small_panel)
    table = replace(whole, sample=np.arange(len(whole)) % 3 > 0)
    labels = make_labels(table, small_panel, TARGET)
    everyone = make_labels(whole, small_panel, TARGET).forward_return
    assert np.isfinite(everyone[~table.sample]).any()
    np.testing.assert_array_equal(
        labels.forward_return, np.where(table.sample, everyone, np.float32(np.nan))
    )
    # What is no sample renews no fit: the digests do not see its label.
    row = int(np.flatnonzero(~table.sample)[500])
    date, asset = table.date_index[row], table.asset_index[row]
    known = xr.full_like(small_panel["close"], 0.01)
    other = known.copy()
    other[int(date), int(asset)] = 0.02
    one, two = (make_labels(table, small_panel, TARGET, grid).digests for grid in (known, other))
    np.testing.assert_array_equal(one, two)


def test_labels_come_back_as_they_were(small_panel, tmp_path):
    labels = make_labels(table_of(small_panel), small_panel, TARGET)
    labels.save(tmp_path / "labels")
    stored = Labels.open(tmp_path / "labels")
    assert isinstance(stored.forward_return, np.memmap)
    np.testing.assert_array_equal(stored.forward_return, labels.forward_return)
    np.testing.assert_array_equal(stored.digests, labels.digests)
    assert stored.target == TARGET
    assert stored.folder == tmp_path / "labels"


def test_an_empty_place_is_named(tmp_path):
    with pytest.raises(PanelError) as refusal:
        Labels.open(tmp_path / "labels")
    assert str(refusal.value) == (
        f"{tmp_path / 'labels'} holds no labels; `kedro run --pipeline=factors` makes them"
    )


def test_new_days_change_the_digests_of_labels_that_become_known(small_panel):
    """Fits of the past keep their fingerprint: their last label was known already."""
    short = small_panel.isel(date=slice(0, 120))
    before = make_labels(table_of(short), short, TARGET).digests
    after = make_labels(table_of(small_panel), small_panel, TARGET).digests[:120]
    assert np.flatnonzero(before != after).tolist() == list(range(120 - TARGET.reach, 120))


def test_another_target_has_other_digests(small_panel):
    table = table_of(small_panel)
    one, other = (
        make_labels(table, small_panel, TargetSettings(horizon=horizon)).digests
        for horizon in (5, 6)
    )
    assert (one[:150] != other[:150]).all()
