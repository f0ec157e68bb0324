"""Rows that networks are looked at with: drawn from a fold's own segments."""

from __future__ import annotations

import numpy as np
import pytest

from deep_alpha.explain.alphanet.rows import FoldRows
from deep_alpha.folds import Fold, Segment
from deep_alpha.training.plan import ModelSpec
from tests.models.alphanet.images import REACH, market

SPEC = ModelSpec(
    model_class="deep_alpha.models.alphanet.members.AlphaNetV4Model", lookback=42, max_gap=0
)


def segment(first: int, last: int) -> Segment:
    return Segment(first, last, first + 1, last + REACH)


FOLD = Fold("newest", segment(70, 150), segment(160, 200), segment(210, 259))


@pytest.fixture(scope="module")
def images():
    return market()[1]


@pytest.fixture(scope="module")
def labels():
    return market()[2]


def test_samples_come_from_the_segment_with_whole_windows(images, labels):
    rows = FoldRows(images, {"v4": labels}, {"v4": SPEC}, count=30)
    for part in ("train", "test"):
        found, own = rows.of("v4", FOLD, part), getattr(FOLD, part)
        assert len(found) == 30
        assert found.date_index.min() >= own.first
        assert found.date_index.max() <= own.last
        assert found.take(slice(None)).shape == (30, 42, len(images.names))
        np.testing.assert_array_equal(found.rows, rows.of("v4", FOLD, part).rows)


def test_train_rows_have_labels_and_test_rows_need_none(images, labels):
    rows = FoldRows(images, {"v4": labels}, {"v4": SPEC}, count=10_000)
    assert np.isfinite(rows.of("v4", FOLD, "train").forward_return).all()
    test = rows.of("v4", FOLD, "test")
    assert np.isnan(test.forward_return).any()
    assert test.date_index.max() == 259
