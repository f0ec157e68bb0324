"""Forward returns, computed by hand and by a slow oracle."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from pydantic import ValidationError

from deep_alpha.targets import TargetSettings, forward_return
from tests.no_future import replace_future

NAN = float("nan")


def panel_of(close: list[float], **fields: list[float]) -> xr.Dataset:
    """One asset; open is close - 1 and vwap close - 0.5 where nothing else is said."""
    marks = np.array(close, dtype=float)
    given = {"close": marks, "open": marks - 1.0, "vwap": marks - 0.5}
    given |= {name: np.array(values) for name, values in fields.items()}
    given.setdefault("traded", ~np.isnan(marks))
    return xr.Dataset(
        {name: (("date", "asset"), values[:, None]) for name, values in given.items()},
        coords={"date": pd.bdate_range("2020-01-01", periods=len(close)), "asset": ["A"]},
    )


def labels(panel: xr.Dataset, **settings: object) -> list[float]:
    return forward_return(panel, TargetSettings(**settings))[:, 0].to_numpy().tolist()


def oracle(panel: xr.Dataset, settings: TargetSettings) -> np.ndarray:
    """The definition of SPEC 0.3, label by label."""
    close, traded = panel["close"].to_numpy(), panel["traded"].to_numpy()
    price = close if settings.entry == "close" else panel[settings.entry[5:]].to_numpy()
    result = np.full(close.shape, np.nan)
    for t, i in np.ndindex(*close.shape):
        entry, leave = t + settings.entry_lag, t + settings.reach
        if leave >= len(close) or not (traded[t, i] and traded[t + 1, i]):
            continue
        if (~traded[t + 1 : leave + 1, i]).sum() > settings.max_suspended:
            continue
        own = price[leave, i] if traded[leave, i] else np.nan
        closes = close[: leave + 1, i]
        marked = closes[~np.isnan(closes)][-1]
        result[t, i] = (marked if np.isnan(own) else own) / price[entry, i] - 1.0
    return result


def test_close_to_close():
    found = labels(panel_of([10.0, 11.0, 12.0, 9.0]), horizon=2)
    np.testing.assert_allclose(found, [0.2, 9 / 11 - 1, NAN, NAN], rtol=1e-6)


def test_next_open_enters_and_leaves_a_day_later():
    found = labels(panel_of([10.0, 11.0, 13.0, 16.0, 20.0]), horizon=2, entry="next_open")
    np.testing.assert_allclose(found, [15 / 10 - 1, 19 / 12 - 1, NAN, NAN, NAN], rtol=1e-6)


def test_next_vwap_enters_and_leaves_a_day_later():
    found = labels(panel_of([10.0, 11.0, 13.0, 16.0]), horizon=1, entry="next_vwap")
    np.testing.assert_allclose(found, [12.5 / 10.5 - 1, 15.5 / 12.5 - 1, NAN, NAN], rtol=1e-6)


@pytest.mark.parametrize(("entry", "reach"), [("close", 5), ("next_open", 6), ("next_vwap", 6)])
def test_the_reach_is_horizon_plus_entry_lag(entry, reach):
    settings = TargetSettings(horizon=5, entry=entry)
    assert settings.reach == reach
    assert settings.entry_lag == reach - 5


def test_a_suspended_name_is_marked_at_its_last_close():
    panel = panel_of([10.0, 11.0, NAN, NAN, 12.0])
    np.testing.assert_allclose(labels(panel, horizon=2)[:1], [0.1], rtol=1e-6)
    # Entry at the open of day 1 (10); the exit on day 3 is not possible: close of day 1.
    np.testing.assert_allclose(
        labels(panel, horizon=2, entry="next_open")[:1], [11 / 10 - 1], rtol=1e-6
    )


def test_an_exit_on_a_bar_without_volume_is_marked_at_its_close():
    panel = panel_of([10.0, 11.0, 12.0, 12.0], traded=[True, True, True, False])
    found = labels(panel, horizon=2, entry="next_open")
    np.testing.assert_allclose(found[0], 12 / 10 - 1, rtol=1e-6)


def test_the_label_is_unknown_without_trading_today_or_tomorrow():
    panel = panel_of([10.0, 11.0, NAN, 12.0, 13.0, 14.0])
    found = labels(panel, horizon=1)
    np.testing.assert_allclose(found, [0.1, NAN, NAN, 13 / 12 - 1, 14 / 13 - 1, NAN], rtol=1e-6)


def test_a_bar_without_volume_is_no_entry():
    panel = panel_of([10.0, 11.0, 12.0, 13.0], traded=[True, False, True, True])
    np.testing.assert_allclose(labels(panel, horizon=1), [NAN, NAN, 13 / 12 - 1, NAN], rtol=1e-6)


@pytest.mark.parametrize(("suspended", "known"), [(4, True), (5, True), (6, False)])
def test_more_than_five_suspended_days_make_a_label_unknown(suspended, known):
    closes = [10.0, 11.0, *[NAN] * suspended, *[22.0] * (9 - suspended)]
    first = labels(panel_of(closes), horizon=10)[0]
    assert np.isfinite(first) == known
    assert np.isnan(labels(panel_of([*closes]), horizon=10)[1])


def test_the_number_of_suspended_days_counts_both_ends_of_the_window():
    # Days 2 and 3 of the window t+1 … t+3 are suspended, its last day included.
    panel = panel_of([10.0, 11.0, NAN, NAN, 12.0])
    assert np.isfinite(labels(panel, horizon=3, max_suspended=2)[0])
    assert np.isnan(labels(panel, horizon=3, max_suspended=1)[0])
    # A suspension after the window is none of its business.
    assert np.isfinite(labels(panel, horizon=1, max_suspended=0)[0])


@pytest.mark.parametrize("entry", ["close", "next_open", "next_vwap"])
@pytest.mark.parametrize("horizon", [1, 5, 20])
def test_against_the_definition(small_panel, entry, horizon):
    settings = TargetSettings(horizon=horizon, entry=entry)
    found = forward_return(small_panel, settings)
    assert found.dtype == np.float32
    assert found.dims == ("date", "asset")
    assert found.name == f"forward_return_{horizon}"
    np.testing.assert_allclose(found, oracle(small_panel, settings), rtol=1e-5, atol=1e-7)


@pytest.mark.parametrize("entry", ["close", "next_open", "next_vwap"])
def test_the_end_of_the_sample_is_unknown(small_panel, entry):
    settings = TargetSettings(horizon=5, entry=entry)
    found = forward_return(small_panel, settings)
    assert found[-settings.reach :].isnull().all()
    assert found[-settings.reach - 1].notnull().sum() >= 8


@pytest.mark.parametrize("days", [1, 5, 6])
def test_a_sample_shorter_than_the_reach_has_no_label(days):
    found = labels(panel_of([10.0] * days), horizon=5, entry="next_open")
    assert np.isnan(found).all()


@pytest.mark.parametrize("entry", ["close", "next_open", "next_vwap"])
@pytest.mark.parametrize("day", [20, 52, 60, 100])
def test_a_label_uses_nothing_after_its_reach(small_panel, entry, day):
    settings = TargetSettings(horizon=5, entry=entry)
    known = forward_return(small_panel, settings)[: day + 1]
    last = day + settings.reach
    noisy = forward_return(replace_future(small_panel, last), settings)[: day + 1]
    np.testing.assert_array_equal(noisy, known)
    cut = forward_return(small_panel.isel(date=slice(0, last + 1)), settings)[: day + 1]
    np.testing.assert_array_equal(cut, known)
    # and it does use the last of them
    earlier = forward_return(replace_future(small_panel, last - 1), settings)[day]
    assert (earlier != known[day]).any()


def test_a_label_uses_nothing_before_its_date(small_panel):
    settings = TargetSettings(horizon=5)
    late = forward_return(small_panel.isel(date=slice(100, None)), settings)
    np.testing.assert_array_equal(late, forward_return(small_panel, settings)[100:])


@pytest.mark.parametrize(
    "wrong", [{"horizon": 0}, {"horizon": 251}, {"entry": "open"}, {"max_suspended": -1}, {"h": 5}]
)
def test_impossible_settings_are_refused(wrong):
    with pytest.raises(ValidationError, match=next(iter(wrong))):
        TargetSettings(**wrong)
