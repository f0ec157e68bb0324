"""Final models are kept version by version."""

from dataclasses import replace

import pytest
from kedro.io import DatasetError, Version

from deep_alpha.datasets import FinalModelDataset
from deep_alpha.training.final_model import FinalModel

OLD, NEW = "2026-01-01T00.00.00.000Z", "2026-02-01T00.00.00.000Z"


@pytest.fixture
def final(tmp_path):
    fits = {seed: tmp_path / f"fits/seed{seed}/model" for seed in (0, 1)}
    for seed, folder in fits.items():
        folder.mkdir(parents=True)
        (folder / "weights.txt").write_text(f"weights of seed {seed}")
    return FinalModel("mlp", "some.Model", ("level", "slope"), 1, 5, "live", fits)


def dataset(tmp_path, load=None, save=None):
    return FinalModelDataset(filepath=str(tmp_path / "final/mlp"), version=Version(load, save))


def weights(model):
    return {seed: (folder / "weights.txt").read_text() for seed, folder in model.seeds.items()}


def test_a_final_model_comes_back_with_its_files(tmp_path, final):
    stored = dataset(tmp_path, save=NEW)
    stored.save(final)
    loaded = stored.load()
    assert replace(loaded, seeds={}) == replace(final, seeds={})
    assert weights(loaded) == {0: "weights of seed 0", 1: "weights of seed 1"}
    assert all(tmp_path / "final" in folder.parents for folder in loaded.seeds.values())


def test_an_older_version_stays_loadable(tmp_path, final):
    dataset(tmp_path, save=OLD).save(final)
    (final.seeds[0] / "weights.txt").write_text("better weights")
    dataset(tmp_path, save=NEW).save(replace(final, fold="2026-01"))

    newest = dataset(tmp_path).load()
    assert newest.fold == "2026-01"
    assert weights(newest)[0] == "better weights"
    older = dataset(tmp_path, load=OLD).load()
    assert older.fold == "live"
    assert weights(older)[0] == "weights of seed 0"


def test_a_version_is_never_overwritten(tmp_path, final):
    dataset(tmp_path, save=NEW).save(final)
    with pytest.raises(DatasetError, match="must not exist if versioning is enabled"):
        dataset(tmp_path, save=NEW).save(final)


def test_a_save_that_fails_leaves_no_version(tmp_path, final):
    broken = replace(final, seeds={**final.seeds, 2: tmp_path / "nowhere"})
    with pytest.raises(DatasetError):
        dataset(tmp_path, save=NEW).save(broken)
    assert not dataset(tmp_path).exists()


def test_no_version_yet(tmp_path):
    assert not dataset(tmp_path).exists()
    assert dataset(tmp_path).load() is None
    with pytest.raises(DatasetError):
        dataset(tmp_path, load=OLD).load()
