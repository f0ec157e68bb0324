"""Stored fits by model, in the order of folds and seeds."""

from __future__ import annotations

import json

import numpy as np
import pytest

from deep_alpha.errors import ConfigurationError
from deep_alpha.explain.alphanet.fits import stored_alphanets
from deep_alpha.folds import Fold, Segment
from deep_alpha.training.jobs import RECORD
from tests.explain.alphanet.fitted import few_test_rows, fitted

DAY = Segment(0, 0, 1, 5)
FOLDS = [Fold(name, DAY, DAY, DAY) for name in ("2020-07", "2020-01", "live")]


def record(model: str, fold: str, seed: int, horizon: int = 5) -> dict:
    return {"model": model, "fold": fold, "seed": seed, "horizon": horizon}


def test_fits_come_in_the_order_of_the_folds_and_seeds(tmp_path):
    records = [
        record("v4", fold, seed) for fold in ("live", "2020-01", "2020-07") for seed in (2, 0)
    ]
    records += [record("v3", "2020-01", 0), record("v4", "2020-01", 9, horizon=10)]
    found = stored_alphanets(tmp_path, records, FOLDS, 5, ["v4", "v3", "v1"])
    assert list(found) == ["v4", "v3"]
    assert [(fit.fold.name, fit.seed) for fit in found["v4"]] == [
        (fold, seed) for fold in ("2020-07", "2020-01", "live") for seed in (0, 2)
    ]


def store(folder, model_class: str, fit) -> None:
    (folder / "model").mkdir(parents=True)
    fit.save(folder / "model")
    content = {**record("v4", "2020-01", 0), "model_class": model_class}
    (folder / RECORD).write_text(json.dumps(content))


def test_a_fit_is_read_back_with_its_features(tmp_path):
    original = fitted("V4")
    folder = tmp_path / "v4/h5/2020-01/seed0"
    store(folder, "deep_alpha.models.alphanet.members.AlphaNetV4Model", original)
    (fit,) = stored_alphanets(tmp_path, [record("v4", "2020-01", 0)], FOLDS, 5, ["v4"])["v4"]
    assert fit.features().names == original.features.names
    rows = few_test_rows()
    np.testing.assert_array_equal(fit.load().predict(rows), original.predict(rows))


def test_what_is_missing_or_no_alphanet_is_said(tmp_path):
    (fit,) = stored_alphanets(tmp_path, [record("v4", "2020-01", 0)], FOLDS, 5, ["v4"])["v4"]
    with pytest.raises(ConfigurationError, match=r"holds no finished job.*alphanet_fits"):
        fit.load()
    store(tmp_path / "v4/h5/2020-01/seed0", "tests.explain.alphanet.test_fits.Other", fitted("V4"))
    with pytest.raises(ConfigurationError, match=r"fits of Other, which is no AlphaNet.*v4"):
        fit.load()


class Other:
    """A model of another family."""

    def load(self, _folder):
        return self
