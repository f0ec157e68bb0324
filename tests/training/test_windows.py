"""Windows are gathered as they would have been laid out."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from deep_alpha.models.samples import Samples
from deep_alpha.training.windows import Windows

CPU = torch.device("cpu")
DAYS, ASSETS, LOOKBACK = 30, 7, 5


@pytest.fixture
def samples():
    """Every third row that has five rows of its own; one row in five is missing."""
    random = np.random.default_rng(0)
    day, asset = np.nonzero(random.random((DAYS, ASSETS)) > 0.2)
    previous = np.full(len(day), -1)
    count = np.zeros(len(day), dtype=int)
    for row in range(len(day)):
        own = np.flatnonzero(asset[:row] == asset[row])
        previous[row] = own[-1] if len(own) else -1
        count[row] = len(own) + 1
    rows = np.flatnonzero(count >= LOOKBACK)[::3]
    nothing = np.zeros(len(rows), dtype=np.float32)
    return Samples(
        features=random.normal(size=(len(day), 2)).astype(np.float32),
        rows=rows,
        date_index=day[rows],
        asset_index=asset[rows],
        target=nothing,
        forward_return=nothing,
        feature_names=("a", "b"),
        lookback=LOOKBACK,
        previous_row=previous,
    )


def test_chosen_windows_are_those_of_the_samples(samples):
    windows = Windows.of(samples, CPU)
    assert len(windows) == len(samples) > 20
    index = np.array([17, 0, 3, 3])
    found = windows.index_select(0, torch.from_numpy(index))
    assert found.shape == (4, LOOKBACK, 2)
    np.testing.assert_array_equal(found, samples.take(index))


@pytest.mark.parametrize("size", [1, 7, 1000])
def test_all_windows_come_in_order(samples, size):
    parts = list(Windows.of(samples, CPU).split(size))
    assert max(len(part) for part in parts) <= size
    np.testing.assert_array_equal(torch.cat(parts), samples.all())


def test_rows_stay_in_the_memory_map(samples, tmp_path):
    np.save(tmp_path / "features.npy", samples.features)
    mapped = np.load(tmp_path / "features.npy", mmap_mode="r")
    windows = Windows.of(replace(samples, features=mapped), CPU)
    assert windows.features.data_ptr() == mapped.__array_interface__["data"][0]
    np.testing.assert_array_equal(torch.cat(list(windows.split(9))), samples.all())


def test_rows_after_the_last_sample_are_not_taken_along(samples):
    part = samples.subset(slice(0, 10))
    windows = Windows.of(part, CPU)
    assert len(windows.features) == len(windows.previous_row) == part.rows[-1] + 1
    np.testing.assert_array_equal(torch.cat(list(windows.split(4))), part.all())


def test_no_windows_at_all(samples):
    windows = Windows.of(samples.subset(slice(0)), CPU)
    assert len(windows) == 0
    assert windows.index_select(0, torch.arange(0)).shape == (0, LOOKBACK, 2)


def test_windows_need_to_know_the_row_before(samples):
    with pytest.raises(ValueError, match="lookback > 1 needs previous_row"):
        Windows.of(replace(samples, previous_row=None), CPU)


def test_steps_may_lie_further_apart(samples):
    whole = Windows.of(samples, CPU)
    some = replace(whole, offsets=(4, 2, 0))
    index = torch.arange(9)
    np.testing.assert_array_equal(
        some.index_select(0, index), whole.index_select(0, index)[:, [0, 2, 4]]
    )


def test_parts_may_differ_in_size(samples):
    windows = Windows.of(samples, CPU)
    sizes = [3, 1, len(samples) - 4]
    parts = list(windows.split(sizes))
    assert [len(part) for part in parts] == sizes
    np.testing.assert_array_equal(torch.cat(parts), samples.all())
