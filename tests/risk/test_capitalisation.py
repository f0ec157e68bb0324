"""Caps are filled from the past of the same name, and every stand-in is counted."""

from __future__ import annotations

import numpy as np
import pandas as pd

from deep_alpha.panel import build_panel
from deep_alpha.risk.capitalisation import capitalisation, carried
from tests.conftest import random_bars
from tests.no_future import assert_no_future


def two_names(**columns: list[float]) -> pd.DataFrame:
    """Five days of one name; ``close`` 10, 11, 12, 13, 14."""
    days = pd.bdate_range("2020-01-01", periods=5)
    close = np.array([10.0, 11, 12, 13, 14])
    frame = {"asset": "A", "date": days, "adj_factor": 1.0, "volume": 100.0}
    frame |= dict.fromkeys(("open", "high", "low", "close"), close)
    return pd.DataFrame(frame | columns)


def test_a_missing_cap_is_the_last_known_shares_at_todays_close():
    bars = two_names(total_cap=[100.0, np.nan, 120, np.nan, np.nan], float_cap=[50.0] * 5)
    found = capitalisation(build_panel(bars), carry_days=5)
    np.testing.assert_allclose(found.total[:, 0], [100, 110, 120, 130, 140], rtol=1e-6)
    assert found.stand_ins["total_cap: last known shares × close"] == 3


def test_a_cap_known_later_fills_nothing_before():
    bars = two_names(total_cap=[np.nan, np.nan, 120, 130, 140], float_cap=[50.0, 55, 60, 65, 70])
    found = capitalisation(build_panel(bars), carry_days=5)
    np.testing.assert_allclose(found.total[:, 0], [50, 55, 120, 130, 140])
    assert found.stand_ins["total_cap: float cap"] == 2


def test_a_name_without_any_cap_is_no_holder():
    bars = two_names(total_cap=[np.nan] * 4 + [140.0], float_cap=[np.nan] * 5)
    found = capitalisation(build_panel(bars), carry_days=5)
    assert found.holders[:, 0].tolist() == [False] * 4 + [True]
    assert found.stand_ins["no cap at all: no exposures"] == 4


def test_a_suspended_name_stays_a_holder_for_so_many_days():
    bars = random_bars()
    panel = build_panel(bars)
    suspended = ~panel["traded"].to_numpy()[:, 2]
    first = int(np.flatnonzero(suspended)[0])
    found = capitalisation(panel, carry_days=5)
    assert found.holders[first : first + 5, 2].all()
    assert not found.holders[first + 5, 2]
    np.testing.assert_array_equal(found.total[first + 4, 2], found.total[first - 1, 2])


def test_carried_counts_rows_since_the_last_value():
    values = np.array([np.nan, 1.0, np.nan, np.nan, 2.0, np.nan])[:, None]
    np.testing.assert_array_equal(carried(values, 1)[:, 0], [np.nan, 1.0, 1.0, np.nan, 2.0, 2.0])


def test_caps_know_nothing_of_the_future(small_panel):
    def caps(panel):
        return panel["close"].copy(data=capitalisation(panel, 20).total)

    assert_no_future(caps, small_panel)
