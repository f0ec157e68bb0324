"""The paper's accounting, and how much it flatters."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from deep_alpha.backtest import naive_overlap, performance
from deep_alpha.backtest.ends import hold_ends
from deep_alpha.backtest.leg_market import LegMarket
from deep_alpha.errors import ConfigurationError, PanelError
from tests.backtest.account_oracle import frames, random_market
from tests.backtest.tranche_oracle import names_of


def test_each_day_earns_what_its_names_make_in_h_days():
    scores, _, close, *_ = random_market(days=20)
    naive = naive_overlap(scores, close, k=3, horizon=5)
    ahead = (close.ffill().shift(-5) / close.ffill() - 1).fillna(0.0)
    assert naive.index.equals(scores.index[:-5])
    for day in range(15):
        for leg in ("top", "bottom", "universe"):
            names = names_of(scores.to_numpy()[day], leg, 3)
            expected = ahead.iloc[day, names].mean() if names else 0.0
            assert naive[leg].iloc[day] == pytest.approx(expected, abs=1e-14)
    pd.testing.assert_series_equal(
        naive["long_short"], naive["top"] - naive["bottom"], check_names=False
    )


def test_five_day_returns_taken_as_daily_inflate_sharpe_by_the_root_of_five():
    random = np.random.default_rng(5)
    (close,) = frames(10 * np.exp((0.001 + 0.01 * random.standard_normal((6000, 4))).cumsum(0)))
    scores = close * 0 + [4.0, 3.0, 2.0, 1.0]
    naive = naive_overlap(scores, close, k=2, horizon=5)
    held = hold_ends(scores, LegMarket.of(close, close, close > 0, close > 0), k=2, horizon=5)
    real = held.returns().mean(axis=0)[0]
    ratio = performance(naive["top"]).sharpe / performance(real).sharpe
    assert ratio == pytest.approx(np.sqrt(5), rel=0.1)


def test_fewer_days_than_the_horizon_have_no_return():
    scores, _, close, *_ = random_market(days=12)
    assert naive_overlap(scores, close, k=2, horizon=12).empty
    assert naive_overlap(scores, close, k=2, horizon=30).empty


def test_what_can_not_be_computed_is_refused():
    scores, _, close, *_ = random_market()
    with pytest.raises(ConfigurationError, match="a horizon of 0 days"):
        naive_overlap(scores, close, k=3, horizon=0)
    with pytest.raises(ConfigurationError, match="0 names in the top"):
        naive_overlap(scores, close, k=0, horizon=5)
    with pytest.raises(PanelError, match="close and scores have different dates or assets"):
        naive_overlap(scores, close.iloc[:, 1:], k=3, horizon=5)
