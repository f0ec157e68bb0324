"""Stability: alphalens where names are complete, loops where they are not."""

from collections import Counter

import numpy as np
import pandas as pd
import pytest
from scipy.stats import spearmanr

from deep_alpha.errors import DeepAlphaError
from deep_alpha.evaluation.stability import (
    LOSSES,
    coverage,
    hit_rate,
    label_loss,
    quantile_turnover,
    rank_autocorrelation,
    stability_table,
)
from deep_alpha.market.universe import UniversePolicy, eligible
from deep_alpha.signals import wide_frame
from deep_alpha.targets import TargetSettings, forward_return
from tests.evaluation.factor_frames import clean_factor_data, factor_frames


@pytest.mark.parametrize("lag", [1, 5])
def test_autocorrelation_and_turnover_are_those_of_alphalens(lag):
    scores, returns = factor_frames()
    data = clean_factor_data(scores, returns, 5, 5)
    performance = pytest.importorskip("alphalens.performance")
    expected = performance.factor_rank_autocorrelation(data, lag)
    np.testing.assert_allclose(rank_autocorrelation(scores, lag), expected, atol=1e-12)
    turnover = quantile_turnover(scores, lag)
    for name, number in (("bottom", 1), ("top", 5)):
        expected = performance.quantile_turnover(data["factor_quantile"], number, lag)
        np.testing.assert_array_equal(turnover[name].iloc[lag:], expected.iloc[lag:])
        assert turnover[name].iloc[:lag].isna().all()


def test_autocorrelation_ranks_the_names_of_both_days():
    scores, _ = factor_frames(gaps=0.3)
    found = rank_autocorrelation(scores, 3)
    assert found.iloc[:3].isna().all()
    for day in (3, 20, 39):
        pair = scores.iloc[[day - 3, day]].T.dropna()
        assert found.iloc[day] == pytest.approx(spearmanr(pair).statistic, abs=1e-12)


def test_a_name_that_leaves_the_universe_is_replaced():
    scores = pd.DataFrame(np.tile(np.arange(20.0), (3, 1)), pd.bdate_range("2020-01-01", periods=3))
    scores.iloc[1, 17] = np.nan
    top = quantile_turnover(scores, 1)["top"]
    assert top.iloc[1] == pytest.approx(1 / 4)  # 15 moves up for 17
    assert top.iloc[2] == pytest.approx(1 / 4)
    assert quantile_turnover(scores, 2)["top"].iloc[2] == 0.0
    scores.iloc[1] = np.nan
    assert quantile_turnover(scores, 1).isna().all(axis=None)


def test_the_table_has_lags_of_a_day_a_week_and_the_horizon():
    scores, _ = factor_frames()
    table = stability_table(scores, 10)
    assert list(table.index) == [1, 5, 10]
    assert table["days"].tolist() == [39, 35, 30]
    mean = rank_autocorrelation(scores, 5).mean()
    assert table.loc[5, "rank_autocorrelation"] == pytest.approx(mean)
    assert table.loc[5, "top_turnover"] == pytest.approx(quantile_turnover(scores, 5)["top"].mean())
    assert list(stability_table(scores, 5).index) == [1, 5]
    assert np.isnan(stability_table(scores, 99).loc[99, "top_turnover"])


def test_coverage_is_the_share_of_the_eligible_names_that_are_scored():
    dates = pd.bdate_range("2020-01-01", periods=3)
    scores = pd.DataFrame({"A": [1.0, np.nan, 1.0], "B": [1.0, 1.0, 1.0]}, dates)
    columns = {"A": [True, True, False], "B": [True, False, False], "C": [True, True, False]}
    universe = pd.DataFrame(columns, dates)  # B is scored on a day it is not eligible
    np.testing.assert_allclose(coverage(scores, universe), [2 / 3, 0.0, np.nan])
    np.testing.assert_allclose(coverage(scores, universe.iloc[:1]), [2 / 3, np.nan, np.nan])


@pytest.mark.parametrize("entry", ["close", "next_open"])
def test_lost_labels_by_reason(small_panel, entry):
    target = TargetSettings(horizon=10, entry=entry, max_suspended=3)
    labels = wide_frame(forward_return(small_panel, target))
    traded = wide_frame(small_panel["traded"])
    scores = wide_frame(eligible(small_panel, UniversePolicy(min_bars=5))).astype(float)
    scores = scores.where(scores > 0).iloc[10:]
    table = label_loss(scores, labels, traded, target)

    reasons = {date: Counter() for date in scores.index}
    trades, known = traded.to_numpy(), labels.notna().to_numpy()
    for row, asset in np.argwhere(scores.notna().to_numpy()):
        t, date = row + 10, scores.index[row]
        window = trades[t + 1 : t + target.reach + 1, asset]
        if known[t, asset]:
            reason = "known"
        elif len(window) and not window[0]:
            reason = "no_trade_next_day"
        elif len(window) < target.reach:
            reason = "not_over_yet"
        else:
            reason = "suspended_too_long" if (~window).sum() > 3 else "other"
        reasons[date].update(["scored", reason])
    expected = pd.DataFrame.from_dict(reasons, orient="index")
    expected = expected.reindex(columns=["scored", "known", *LOSSES]).fillna(0)
    pd.testing.assert_frame_equal(table, expected, check_freq=False, check_dtype=False)
    found = table.sum()
    assert found["scored"] == found[["known", *LOSSES]].sum()
    assert (found[["no_trade_next_day", "not_over_yet", "suspended_too_long"]] > 0).all()
    assert found[["not_traded", "other"]].tolist() == [0, 0]


def test_a_label_may_be_lost_for_want_of_a_trade_today_or_of_another_value():
    dates = pd.bdate_range("2020-01-01", periods=5)
    traded = pd.DataFrame({"A": [False, *[True] * 4], "B": True}, dates)
    scores = pd.DataFrame(1.0, dates[:1], ["A", "B"])
    row = label_loss(scores, scores * np.nan, traded, TargetSettings(horizon=2)).iloc[0]
    assert row[["scored", "known", "not_traded", "other"]].tolist() == [2, 0, 1, 1]
    with pytest.raises(DeepAlphaError, match=r"^traded has no row for 2020-01-01, on which names"):
        label_loss(scores, scores, traded.iloc[1:], TargetSettings(horizon=2))


def test_hits_are_names_on_the_same_side_of_both_medians():
    scores, returns = factor_frames(gaps=0.2)
    found = hit_rate(scores, returns)
    for date in scores.index:
        pair = pd.DataFrame({"score": scores.loc[date], "return": returns.loc[date]}).dropna()
        side = np.sign(pair - pair.median())
        side = side[(side != 0).all(axis=1)]
        assert found[date] == pytest.approx((side["score"] == side["return"]).mean())
    assert hit_rate(scores, scores).eq(1.0).all()
    assert hit_rate(scores, -scores).eq(0.0).all()
    assert hit_rate(scores, returns.iloc[:, :9]).isna().all()
    assert hit_rate(scores * 0.0, returns).isna().all()


@pytest.mark.parametrize("function", [rank_autocorrelation, quantile_turnover])
def test_a_lag_of_no_day_is_refused(function):
    with pytest.raises(DeepAlphaError, match=r"^lag is 0 days: scores are compared with earlier"):
        function(factor_frames(days=3)[0], 0)
