"""Feature tables and labels come back as they were saved, memory-mapped."""

from dataclasses import replace

import numpy as np
import pytest
from kedro.io import DatasetError

from deep_alpha.datasets import FeatureTableDataset, LabelsDataset
from deep_alpha.feature_table import FeatureTable
from deep_alpha.labels import Labels
from deep_alpha.targets import TargetSettings
from tests.training.small_walk import FEATURES, lay


@pytest.fixture
def stored(tmp_path):
    return lay(tmp_path / "market", days=60 + 60)


def test_a_feature_table(stored, tmp_path):
    table = FeatureTable.open(stored.table)
    dataset = FeatureTableDataset(filepath=str(tmp_path / "features"))
    assert not dataset.exists()
    dataset.save(table)
    assert dataset.exists()
    loaded = dataset.load()
    assert loaded.names == FEATURES
    assert isinstance(loaded.values, np.memmap)
    assert loaded.folder == tmp_path / "features"
    for name in ("values", "date_index", "asset_index", "dates", "assets", "digests"):
        np.testing.assert_array_equal(getattr(loaded, name), getattr(table, name))


def test_no_feature_table(tmp_path):
    with pytest.raises(DatasetError, match="holds no features; `kedro run --pipeline=factors`"):
        FeatureTableDataset(filepath=str(tmp_path / "features")).load()


def test_labels_of_several_horizons(stored, tmp_path):
    five = Labels.open(stored.labels)
    ten = replace(five, target=TargetSettings(horizon=10))
    dataset = LabelsDataset(path=str(tmp_path / "labels"))
    assert not dataset.exists()
    dataset.save({5: five, 10: ten})
    assert dataset.exists()
    loaded = dataset.load()
    assert set(loaded) == {5, 10}
    for horizon, labels in loaded.items():
        assert labels.target == TargetSettings(horizon=horizon)
        assert labels.folder == tmp_path / f"labels/h{horizon}"
        np.testing.assert_array_equal(labels.forward_return, five.forward_return)
        np.testing.assert_array_equal(labels.digests, five.digests)


def test_a_horizon_that_is_no_longer_wanted_is_removed(stored, tmp_path):
    five = Labels.open(stored.labels)
    dataset = LabelsDataset(path=str(tmp_path / "labels"))
    dataset.save({5: five, 10: replace(five, target=TargetSettings(horizon=10))})
    dataset.save({5: five})
    assert set(dataset.load()) == {5}
    assert [path.name for path in (tmp_path / "labels").iterdir()] == ["h5"]
