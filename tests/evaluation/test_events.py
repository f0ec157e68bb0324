"""Event study: a loop over days and names, and nothing from the future in the choice."""

import numpy as np
import pandas as pd
import pytest

from deep_alpha.errors import DeepAlphaError
from deep_alpha.evaluation.events import event_study
from deep_alpha.evaluation.inference import newey_west_t
from deep_alpha.evaluation.quantiles import quantile_returns


@pytest.fixture
def market():
    """Scores of days 15 … 44 of 60 days of closes, some of them missing."""
    rng = np.random.default_rng(0)
    dates = pd.bdate_range("2020-01-01", periods=60)
    names = [f"A{i:02}" for i in range(40)]
    close = 10 * np.exp(0.02 * rng.standard_normal((60, 40)).cumsum(axis=0))
    close[rng.random(close.shape) < 0.05] = np.nan
    frame = pd.DataFrame(close, dates, names)
    scores = pd.DataFrame(rng.standard_normal(close.shape), dates, names)
    return scores.where(frame.notna()).iloc[15:45], frame


def loop(scores, close, day, before, after):
    """Paths of one day of formation, bottom and top."""
    marks = close.ffill()
    t = close.index.get_loc(day)
    row = scores.loc[day].dropna()
    ratio = marks.iloc[t - before : t + after + 1][row.index] / marks.iloc[t][row.index]
    number = pd.qcut(row, 5, labels=False)
    legs = [ratio[row.index[number == q]].mean(axis=1) - ratio.mean(axis=1) for q in (0, 4)]
    return np.array(legs)


def test_paths_are_means_over_the_days_of_formation(market):
    scores, close = market
    study = event_study(scores, close, before=10, after=12)
    paths = np.array([loop(scores, close, day, 10, 12) for day in scores.index])
    assert list(study.table.index) == list(range(-10, 13))
    np.testing.assert_allclose(study.table[["bottom", "top"]].T, paths.mean(axis=0), atol=1e-12)
    assert study.table.loc[0, ["bottom", "top"]].tolist() == [0.0, 0.0]
    assert (study.n_days, study.n_skipped) == (30, 0)
    week = paths[:, 1, 15]
    assert study.table.loc[5, "top_error"] == pytest.approx(
        abs(week.mean() / newey_west_t(week, 4))
    )
    assert np.isnan(study.table.loc[0, "top_error"])


def test_after_h_days_the_path_is_the_excess_return_of_the_quantile(market):
    scores, close = market
    marks = close.ffill()
    returns = marks.shift(-7) / marks - 1
    table = quantile_returns(scores, returns, 7).table
    study = event_study(scores, close, before=0, after=7)
    assert study.table.loc[7, "bottom"] == pytest.approx(table.loc[1, "excess"])
    assert study.table.loc[7, "top"] == pytest.approx(table.loc[5, "excess"])


def test_days_too_near_to_an_end_are_skipped_for_every_day_of_the_path(market):
    scores, close = market
    study = event_study(scores, close, before=20, after=20)
    judged = scores.iloc[5:25]  # days 20 … 39 of 60
    assert (study.n_days, study.n_skipped) == (20, 10)
    pd.testing.assert_frame_equal(study.table, event_study(judged, close, before=20).table)


def test_who_is_looked_at_does_not_depend_on_what_follows(market):
    scores, close = market
    crashed = close.copy()
    crashed.iloc[30:] = np.nan  # everything stops trading
    before = slice(-10, 0)
    day = scores.iloc[[14]]  # day 29
    ours = event_study(day, crashed, after=5).table.loc[before, ["bottom", "top"]]
    expected = event_study(day, close, after=5).table.loc[before, ["bottom", "top"]]
    pd.testing.assert_frame_equal(ours, expected)
    after = event_study(day, crashed, after=5).table.loc[1:, ["bottom", "top"]]
    assert (after == 0.0).all(axis=None)  # held at the last close, not dropped


def test_reversal_names_fall_before_and_rise_after():
    rng = np.random.default_rng(1)
    daily = 0.02 * rng.standard_normal((60, 50))
    daily[1:] -= 0.5 * daily[:-1].copy()
    close = pd.DataFrame(np.cumprod(1 + daily, axis=0), pd.bdate_range("2020-01-01", periods=60))
    scores = -close.pct_change().iloc[15:40]
    top = event_study(scores, close, before=2, after=2).table["top"]
    assert top[-1] > 0.01  # dearer the day before
    assert top[1] > 0.005


def test_days_without_quantiles_are_skipped(market):
    scores, close = market
    scores.iloc[3] = 1.0
    assert event_study(scores, close, after=5).n_skipped == 1
    nothing = event_study(scores * 0.0, close, after=5)
    assert nothing.n_days == 0
    assert nothing.table.isna().all(axis=None)


def test_negative_windows_are_refused(market):
    with pytest.raises(DeepAlphaError, match=r"^before is -1 and after 20 days: neither is"):
        event_study(*market, before=-1)
