"""Samples: windows of an asset's own rows, day batches, and no needless copies."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from deep_alpha.models.samples import Samples

# Rows by day: (day, asset). Asset 1 misses day 1, asset 2 starts on day 2.
DAYS = np.array([0, 0, 1, 2, 2, 2, 3, 3, 3])
ASSETS = np.array([0, 1, 0, 0, 1, 2, 0, 1, 2])
PREVIOUS = np.array([-1, -1, 0, 2, 1, -1, 3, 4, 5])


def samples(rows: list[int] | None = None, lookback: int = 1, weight: bool = False) -> Samples:
    chosen = np.arange(len(DAYS)) if rows is None else np.array(rows, dtype=np.int64)
    features = np.stack([DAYS, ASSETS], axis=1).astype(np.float32)
    return Samples(
        features=features,
        rows=chosen,
        date_index=DAYS[chosen],
        asset_index=ASSETS[chosen],
        target=chosen.astype(np.float32),
        forward_return=chosen.astype(np.float32) / 100,
        feature_names=("day", "asset"),
        weight=chosen.astype(np.float32) + 1 if weight else None,
        lookback=lookback,
        previous_row=PREVIOUS,
    )


def test_features_of_some_samples():
    found = samples([1, 3, 5]).take(np.array([2, 0]))
    assert found.dtype == np.float32
    assert found.tolist() == [[2, 2], [0, 1]]
    assert samples([1, 3, 5]).take(slice(1, None)).tolist() == [[2, 0], [2, 2]]


def test_windows_walk_the_assets_own_rows():
    windows = samples([3, 6, 7], lookback=2).take(slice(None))
    assert windows.shape == (3, 2, 2)
    assert windows.tolist() == [
        [[1, 0], [2, 0]],
        [[2, 0], [3, 0]],
        [[2, 1], [3, 1]],
    ]
    # Asset 1 did not trade on day 1: its three days are 0, 2 and 3, oldest first.
    assert samples([7], lookback=3).take(slice(None))[0].tolist() == [[0, 1], [2, 1], [3, 1]]


def test_a_window_before_the_first_row_is_refused():
    with pytest.raises(ValueError) as refusal:  # noqa: PT011
        samples([3, 5], lookback=2).all()
    assert str(refusal.value) == ("a window of 2 rows reaches before the asset's first row")
    assert samples([3, 5], lookback=2).take(np.array([0])).shape == (1, 2, 2)


def test_windows_need_to_know_the_row_before():
    with pytest.raises(ValueError) as refusal:  # noqa: PT011
        replace(samples([3], lookback=2), previous_row=None).all()
    assert str(refusal.value) == "lookback > 1 needs previous_row"


@pytest.mark.parametrize("rows", [None, [2, 3, 4], [8]])
def test_contiguous_samples_are_no_copy(rows):
    chosen = samples(rows)
    assert np.shares_memory(chosen.all(), chosen.features)
    assert chosen.all().tolist() == chosen.take(slice(None)).tolist()


def test_contiguous_samples_of_a_memory_map_are_no_copy(tmp_path):
    np.save(tmp_path / "values.npy", samples().features)
    mapped = np.load(tmp_path / "values.npy", mmap_mode="r")
    chosen = replace(samples([2, 3, 4]), features=mapped)
    assert np.shares_memory(chosen.all(), mapped)
    assert chosen.all().tolist() == samples([2, 3, 4]).all().tolist()


def test_samples_with_gaps_are_a_copy():
    chosen = samples([2, 4, 5])
    assert not np.shares_memory(chosen.all(), chosen.features)
    assert chosen.all().tolist() == [[1, 0], [2, 1], [2, 2]]


def test_no_samples_at_all():
    nothing = samples([])
    assert len(nothing) == 0
    assert nothing.all().shape == (0, 2)
    assert samples([], lookback=2).all().shape == (0, 2, 2)
    assert nothing.day_offsets().tolist() == [0]
    assert list(nothing.day_batches()) == []


def test_day_batches():
    chosen = samples([1, 3, 4, 8])
    assert chosen.day_offsets().tolist() == [0, 1, 3, 4]
    assert list(chosen.day_batches()) == [(0, slice(0, 1)), (2, slice(1, 3)), (3, slice(3, 4))]
    for day, span in chosen.day_batches():
        assert set(chosen.take(span)[:, 0].tolist()) == {day}


@pytest.mark.parametrize(
    "keep", [np.array([False, True, True, False]), np.array([1, 2]), slice(1, 3)]
)
def test_a_subset_shares_its_features(keep):
    whole = samples([1, 3, 4, 8], lookback=2, weight=True)
    part = whole.subset(keep)
    assert part.features is whole.features
    assert part.rows.tolist() == [3, 4]
    assert part.date_index.tolist() == [2, 2]
    assert part.asset_index.tolist() == [0, 1]
    assert part.target.tolist() == [3, 4]
    assert part.forward_return.tolist() == pytest.approx([0.03, 0.04])
    assert part.weight is not None
    assert part.weight.tolist() == [4, 5]
    assert part.lookback == 2
    assert part.all().shape == (2, 2, 2)
    assert samples([1, 3]).subset(slice(0, 1)).weight is None
