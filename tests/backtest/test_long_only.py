"""Which names a long-only portfolio wants, by hand and against the offsets it is the mean of."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from pydantic import ValidationError

from deep_alpha.backtest.long_only import LongOnlySettings, long_only_targets, universe_weights
from deep_alpha.errors import ConfigurationError, PanelError
from deep_alpha.signals import wide_frame
from tests.conftest import random_panel
from tests.no_future import assert_no_future

NAN = np.nan


def frame(*rows, start="2020-01-01"):
    names = [f"A{number:02d}" for number in range(len(rows[0]))]
    return pd.DataFrame(list(rows), pd.bdate_range(start, periods=len(rows)), names, dtype=float)


def random_scores(days=23, assets=31, seed=0):
    random = np.random.default_rng(seed)
    scores = random.standard_normal((days, assets)).round(1)  # rounded: there are ties
    scores[random.random(scores.shape) < 0.2] = NAN
    return frame(*scores)


def picked(scores, **settings) -> list[str]:
    """Names of the only day of some scores."""
    chosen = LongOnlySettings(tranches=False, **settings)
    (weights,) = long_only_targets(frame(scores), chosen, 5).to_numpy()
    held = np.flatnonzero(weights)
    assert weights[held] == pytest.approx(1 / len(held))
    return [f"A{place:02d}" for place in held]


def test_the_best_names_are_picked_and_of_equal_ones_the_first() -> None:
    assert picked([0.1, 0.5, NAN, 0.3, 0.3], names=1) == ["A01"]
    assert picked([0.1, 0.5, NAN, 0.3, 0.3], names=2) == ["A01", "A03"]
    assert picked([-1.0, -3.0, NAN, -2.0], names=2) == ["A00", "A03"]
    assert picked([0.1, *[0.2] * 90, 0.3], names=4) == ["A01", "A02", "A03", "A91"]


def test_fewer_scores_than_names_are_all_held_in_equal_weights() -> None:
    assert picked([0.1, NAN, 0.3], names=5) == ["A00", "A02"]


@pytest.mark.parametrize(
    ("scored", "fraction", "expected"),
    [(25, 0.1, 2), (30, 0.1, 3), (3, 0.1, 1), (100, 0.29, 29), (7, 1.0, 7)],
)
def test_a_fraction_is_rounded_down_to_one_name_at_least(scored, fraction, expected) -> None:
    assert len(picked([*range(scored), NAN], fraction=fraction)) == expected


def test_tranches_are_the_mean_of_the_last_picks() -> None:
    scores = frame([3, 2, 1], [3, 2, 1], [1, 2, 3], [1, 3, 2])
    found = long_only_targets(scores, LongOnlySettings(names=1), 2)
    assert found.to_numpy().tolist() == [
        [0.5, 0, 0],  # the first tranche; the other half is cash
        [1, 0, 0],
        [0.5, 0, 0.5],
        [0, 0.5, 0.5],
    ]


def test_without_tranches_everything_is_chosen_on_every_h_th_date() -> None:
    scores = frame([3, 2, 1], [1, 2, 3], [1, 3, 2], [3, 2, 1])
    found = long_only_targets(scores, LongOnlySettings(names=1, tranches=False), 2)
    assert found.index.equals(scores.index[[0, 2]])
    assert found.to_numpy().tolist() == [[1, 0, 0], [0, 1, 0]]


@pytest.mark.parametrize("size", [{"names": 4}, {"fraction": 0.25}])
@pytest.mark.parametrize("horizon", [1, 2, 5, 40])
def test_h_tranches_hold_the_mean_of_what_the_h_offsets_hold(size, horizon) -> None:
    scores = random_scores()
    found = long_only_targets(scores, LongOnlySettings(**size), horizon)
    whole = LongOnlySettings(**size, tranches=False)
    offsets = []
    for first in range(min(horizon, len(scores))):
        decided = long_only_targets(scores.iloc[first:], whole, horizon)
        offsets.append(decided.reindex(scores.index, method="ffill").fillna(0.0))
    np.testing.assert_allclose(found, sum(offsets) / horizon, atol=1e-15)


def test_weights_ramp_up_to_one_and_leave_no_dust() -> None:
    scores = random_scores()
    found = long_only_targets(scores, LongOnlySettings(names=3), 7)
    expected = np.minimum(np.arange(1, len(scores) + 1) / 7, 1.0)
    np.testing.assert_allclose(found.sum(axis=1), expected, rtol=1e-14)
    held = found.to_numpy()[found.to_numpy() != 0]
    assert held.min() == pytest.approx(1 / 21)  # one pick of one day, and nothing below


def test_a_date_without_scores_decides_nothing_and_is_not_counted() -> None:
    scores = random_scores()
    gap = scores.copy()
    gap.iloc[[4, 9, 10]] = NAN
    for tranches in (True, False):
        chosen = LongOnlySettings(names=3, tranches=tranches)
        found = long_only_targets(gap, chosen, 4)
        assert scores.index[4] not in found.index
        pd.testing.assert_frame_equal(found, long_only_targets(gap.dropna(how="all"), chosen, 4))


def test_a_decision_knows_nothing_of_later_dates() -> None:
    def targets(panel: xr.Dataset) -> xr.DataArray:
        chosen = LongOnlySettings(fraction=0.3)
        return xr.DataArray(
            long_only_targets(wide_frame(panel["close"]), chosen, 5), dims=("date", "asset")
        )

    def universe(panel: xr.Dataset) -> xr.DataArray:
        scores = wide_frame(panel["close"])
        dates = pd.DatetimeIndex(scores.index)
        return xr.DataArray(universe_weights(scores, dates), dims=("date", "asset"))

    panel = random_panel(assets=12, days=40)
    assert_no_future(targets, panel)
    assert_no_future(universe, panel)


def test_the_universe_is_every_scored_name_and_stays_where_there_are_none() -> None:
    scores = frame([NAN, NAN, NAN], [1, NAN, 2], [NAN, NAN, NAN], [1, 2, 2])
    later = pd.bdate_range(scores.index[0], periods=5)
    assert universe_weights(scores, later).to_numpy().tolist() == [
        [0, 0, 0],
        [0.5, 0, 0.5],
        [0.5, 0, 0.5],
        [1 / 3, 1 / 3, 1 / 3],
        [1 / 3, 1 / 3, 1 / 3],
    ]


@pytest.mark.parametrize("wrong", [{}, {"names": 5, "fraction": 0.1}])
def test_a_portfolio_has_exactly_one_size(wrong) -> None:
    with pytest.raises(ValidationError, match="set exactly one of them"):
        LongOnlySettings(**wrong)


@pytest.mark.parametrize("wrong", [{"names": 0}, {"fraction": 1.5}, {"fraction": 0}])
def test_a_size_is_in_its_bounds(wrong) -> None:
    with pytest.raises(ValidationError, match=f"{next(iter(wrong))}\n"):
        LongOnlySettings(**wrong)


def test_nothing_to_hold_is_said() -> None:
    with pytest.raises(PanelError, match="no date has scores"):
        long_only_targets(frame([NAN, NAN]), LongOnlySettings(names=1), 5)
    with pytest.raises(ConfigurationError, match="0 days to hold"):
        long_only_targets(frame([1, 2]), LongOnlySettings(names=1), 0)
