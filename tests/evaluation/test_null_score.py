"""The score that knows nothing."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from deep_alpha.evaluation.null_score import random_scores


@pytest.fixture
def like():
    values = np.random.default_rng(7).random((300, 40))
    values[values < 0.2] = np.nan
    return pd.DataFrame(values, pd.bdate_range("2020-01-01", periods=300), map(str, range(40)))


def test_it_scores_the_same_names_on_the_same_days(like):
    drawn = random_scores(like, 0)
    pd.testing.assert_frame_equal(drawn.notna(), like.notna())


def test_it_is_seeded(like):
    pd.testing.assert_frame_equal(random_scores(like, 3), random_scores(like * 2, 3))
    assert (random_scores(like, 3) != random_scores(like, 4)).to_numpy()[like.notna()].all()


def test_it_knows_neither_the_signal_nor_its_own_past(like):
    drawn = random_scores(like, 0)
    known = like.notna().to_numpy()
    assert abs(np.corrcoef(drawn.to_numpy()[known], like.to_numpy()[known])[0, 1]) < 0.03
    assert abs(np.nanmean(drawn)) < 0.03
    assert np.nanstd(drawn) == pytest.approx(1, abs=0.03)
    assert abs(drawn.corrwith(drawn.shift(1)).mean()) < 0.03
