"""The feature table: rows by date and asset, stored for memory-mapping."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import xarray as xr

from deep_alpha.errors import PanelError
from deep_alpha.feature_table import FeatureTable, make_feature_table, row_offsets
from tests.conftest import random_panel

NAMES = ("momentum", "reversal", "volatility")


def table_of(panel: xr.Dataset, seed: int = 0) -> FeatureTable:
    """A table whose rows depend on the date and the asset's name only."""
    date_index, asset_index = np.nonzero(panel["traded"].to_numpy())
    numbers = panel.get_index("asset").str[1:].astype(int).to_numpy()
    grid = np.random.default_rng(seed).normal(size=(400, 40, len(NAMES))).astype(np.float32)
    values = grid[date_index, numbers[asset_index]]
    return make_feature_table(values, NAMES, date_index, asset_index, panel)


def hand_made() -> FeatureTable:
    """Four days, assets A B C; nothing on day 2, and B misses day 1."""
    panel = xr.Dataset(coords={"date": np.arange("2020-01-01", "2020-01-05", dtype="M8[D]")})
    panel = panel.assign_coords(
        date=panel["date"].astype("M8[ns]"), asset=np.array(["A", "B", "C"], dtype=object)
    )
    date_index = np.array([0, 0, 1, 1, 3, 3, 3])
    asset_index = np.array([0, 1, 0, 2, 0, 1, 2])
    values = np.arange(21, dtype=np.float32).reshape(7, 3)
    return make_feature_table(values, NAMES, date_index, asset_index, panel)


def test_offsets_count_the_rows_of_each_day():
    assert hand_made().offsets.tolist() == [0, 2, 4, 4, 7]
    assert row_offsets(np.array([], dtype=np.int32), 3).tolist() == [0, 0, 0, 0]


def test_each_row_knows_the_assets_row_before():
    assert hand_made().previous_row.tolist() == [-1, -1, 0, -1, 2, 1, 3]


def test_previous_row_against_a_slow_walk(small_panel):
    table = table_of(small_panel)
    latest: dict[int, int] = {}
    expected = []
    for row, asset in enumerate(table.asset_index.tolist()):
        expected.append(latest.get(asset, -1))
        latest[asset] = row
    assert table.previous_row.tolist() == expected


@pytest.mark.parametrize(
    ("max_gap", "counts"),
    [
        (None, [1, 1, 2, 1, 3, 2, 2]),
        # A and C have one day without a row before their last, B has two.
        (0, [1, 1, 2, 1, 1, 1, 1]),
        (1, [1, 1, 2, 1, 3, 1, 2]),
        (2, [1, 1, 2, 1, 3, 2, 2]),
    ],
)
def test_rows_of_an_asset_that_follow_each_other(max_gap, counts):
    assert hand_made().unbroken_rows(max_gap).tolist() == counts


@pytest.mark.parametrize("max_gap", [None, 0, 3])
def test_unbroken_rows_against_a_slow_walk(small_panel, max_gap):
    table = table_of(small_panel)
    latest: dict[int, tuple[int, int]] = {}
    expected = []
    for date, asset in zip(table.date_index.tolist(), table.asset_index.tolist(), strict=True):
        before, count = latest.get(asset, (date, 0))
        broken = max_gap is not None and date - before - 1 > max_gap
        latest[asset] = (date, 1 if broken else count + 1)
        expected.append(latest[asset][1])
    assert table.unbroken_rows(max_gap).tolist() == expected


def test_all_rows_are_samples_unless_told_otherwise():
    assert hand_made().sample.tolist() == [True] * 7
    assert hand_made().samples_between(1, 3).tolist() == [2, 3, 4, 5, 6]


def test_samples_of_some_days():
    table = replace(hand_made(), sample=np.array([0, 0, 0, 1, 1, 0, 1], dtype=bool))
    assert table.samples_between(0, 3).tolist() == [3, 4, 6]
    assert table.samples_between(3, 99).tolist() == [4, 6]
    assert table.samples_between(0, 0).tolist() == table.samples_between(2, 2).tolist() == []
    assert table.first_day == 1


@pytest.mark.parametrize(
    ("first", "last", "rows"),
    [(0, 0, (0, 2)), (0, 1, (0, 4)), (2, 2, (4, 4)), (1, 3, (2, 7)), (3, 99, (4, 7))],
)
def test_rows_between_two_days(first, last, rows):
    assert hand_made().rows_between(first, last) == slice(*rows)


def test_length_first_day_and_types():
    table = hand_made()
    assert len(table) == 7
    assert table.first_day == 0
    assert replace(table, date_index=table.date_index + 5).first_day == 5
    assert table.date_index.dtype == table.asset_index.dtype == np.int32
    assert table.digests.shape == (4,)


def test_a_grid_is_picked_at_every_row(small_panel):
    table = table_of(small_panel)
    found = table.pick(small_panel["close"])
    assert found.shape == (len(table),)
    for row in (0, 100, len(table) - 1):
        date, asset = table.dates[table.date_index[row]], table.assets[table.asset_index[row]]
        assert found[row] == small_panel["close"].sel(date=date, asset=asset)


def test_columns_by_name():
    assert hand_made().columns(("volatility", "momentum")).tolist() == [2, 0]
    with pytest.raises(PanelError) as refusal:
        hand_made().columns(("momentum", "value"))
    assert str(refusal.value) == (
        "the feature table has no 'value'; it holds 3 features (momentum, reversal, volatility, "
        "…). Change factors.set and run the factors pipeline"
    )


def test_a_table_comes_back_as_it_was(small_panel, tmp_path):
    whole = table_of(small_panel)
    table = replace(whole, sample=np.arange(len(whole)) % 3 > 0)
    table.save(tmp_path / "features")
    stored = FeatureTable.open(tmp_path / "features")
    assert isinstance(stored.values, np.memmap)
    assert not stored.values.flags.writeable
    assert stored.names == table.names
    assert stored.folder == tmp_path / "features"
    columns = ("date_index", "asset_index", "sample")
    for name in ("values", *columns, "dates", "assets", "digests"):
        kept, found = getattr(table, name), getattr(stored, name)
        np.testing.assert_array_equal(found, kept, err_msg=name)
        assert found.dtype == kept.dtype, name
    assert stored.previous_row.tolist() == table.previous_row.tolist()


def test_a_table_of_an_earlier_version_holds_samples_only(tmp_path):
    hand_made().save(tmp_path / "features")
    index = tmp_path / "features" / "index.npz"
    with np.load(index) as stored:
        old = {name: stored[name] for name in ("date_index", "asset_index", "digests")}
    np.savez(index, **old)
    assert FeatureTable.open(tmp_path / "features").sample.tolist() == [True] * 7


def test_an_empty_place_is_named(tmp_path):
    with pytest.raises(PanelError) as refusal:
        FeatureTable.open(tmp_path / "features")
    assert str(refusal.value) == (
        f"{tmp_path / 'features'} holds no features; `kedro run --pipeline=factors` makes them"
    )


def test_a_crash_while_saving_keeps_the_old_table(small_panel, tmp_path, monkeypatch):
    table_of(small_panel).save(tmp_path / "features")

    def crash(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(np, "savez", crash)
    with pytest.raises(KeyboardInterrupt):
        table_of(small_panel, seed=1).save(tmp_path / "features")
    stored = FeatureTable.open(tmp_path / "features")
    np.testing.assert_array_equal(stored.values, table_of(small_panel).values)
    assert [path.name for path in tmp_path.iterdir()] == ["features"]


def test_a_table_is_replaced_while_another_job_reads_it(small_panel, tmp_path):
    first, second = table_of(small_panel), table_of(small_panel, seed=1)
    first.save(tmp_path / "features")
    reader = FeatureTable.open(tmp_path / "features")
    second.save(tmp_path / "features")
    np.testing.assert_array_equal(reader.values, first.values)
    np.testing.assert_array_equal(FeatureTable.open(tmp_path / "features").values, second.values)


def test_a_new_day_changes_no_earlier_digest(small_panel):
    whole = table_of(small_panel).digests
    part = table_of(small_panel.isel(date=slice(0, 120))).digests
    np.testing.assert_array_equal(part, whole[:120])


def test_a_new_asset_changes_no_earlier_day(small_panel):
    late = small_panel.get_index("asset") == "A003"  # listed on day 53
    without = table_of(small_panel.isel(asset=~late)).digests
    differs = np.flatnonzero(without != table_of(small_panel).digests)
    assert differs.tolist() == list(range(160 // 3, 160))


def test_a_changed_value_changes_its_day(small_panel):
    table = table_of(small_panel)
    values = table.values.copy()
    row = 700
    values[row, 1] = np.nextafter(values[row, 1], np.float32(9))
    changed = make_feature_table(
        values, NAMES, table.date_index, table.asset_index, small_panel
    ).digests
    assert np.flatnonzero(changed != table.digests).tolist() == [table.date_index[row]]


def test_a_row_that_is_no_sample_any_more_changes_its_day(small_panel):
    table = table_of(small_panel)
    sample = np.ones(len(table), dtype=bool)
    index = (table.date_index, table.asset_index)
    same = make_feature_table(table.values, NAMES, *index, small_panel, sample).digests
    np.testing.assert_array_equal(same, table.digests)
    sample[700] = False
    changed = make_feature_table(table.values, NAMES, *index, small_panel, sample).digests
    assert np.flatnonzero(changed != table.digests).tolist() == [table.date_index[700]]


def test_another_asset_with_the_same_values_is_another_day():
    table = hand_made()
    panel = xr.Dataset(coords={"date": table.dates, "asset": ["A", "B", "D"]})
    renamed = make_feature_table(table.values, NAMES, table.date_index, table.asset_index, panel)
    assert np.flatnonzero(renamed.digests != table.digests).tolist() == [1, 3]


def test_digests_survive_storage_of_a_larger_market(tmp_path):
    table = table_of(random_panel(assets=30, days=60))
    table.save(tmp_path / "features")
    assert FeatureTable.open(tmp_path / "features").digests.tolist() == table.digests.tolist()
