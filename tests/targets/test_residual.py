"""Targets without the part that factors explain, against sums by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from pydantic import ValidationError

from deep_alpha.errors import ConfigurationError, PanelError
from deep_alpha.risk.model import RiskModel
from deep_alpha.targets import (
    TargetSettings,
    forward_return,
    residual_return,
    standardised_target,
    target_return,
)
from deep_alpha.targets.summary import largest_labels, summarise_targets
from tests.no_future import replace_future

DAYS, ASSETS = 12, 30


@pytest.fixture(scope="module")
def panel() -> xr.Dataset:
    random = np.random.default_rng(3)
    close = 10 * np.exp(np.cumsum(random.normal(0, 0.02, (DAYS, ASSETS)), axis=0))
    close[5, 2] = np.nan
    return xr.Dataset(
        {"close": (("date", "asset"), close), "traded": (("date", "asset"), ~np.isnan(close))},
        coords={
            "date": pd.bdate_range("2020-01-01", periods=DAYS),
            "asset": [f"A{k:02d}" for k in range(ASSETS)],
        },
    )


@pytest.fixture(scope="module")
def risk(panel: xr.Dataset) -> RiskModel:
    random = np.random.default_rng(4)
    specific = random.normal(0, 0.01, (DAYS, ASSETS))
    specific[7, 4] = np.nan
    coords = {"date": panel["date"], "asset": panel["asset"], "style": ["SIZE"]}
    exposures = xr.Dataset(
        {
            "exposure": (("date", "style", "asset"), random.normal(size=(DAYS, 1, ASSETS))),
            "industry": (("date", "asset"), np.tile(np.arange(ASSETS) % 3, (DAYS, 1))),
            "estimation": (("date", "asset"), np.ones((DAYS, ASSETS), dtype=bool)),
            "cap": (("date", "asset"), np.exp(random.normal(size=(DAYS, ASSETS)))),
        },
        coords=coords,
    )
    returns = xr.Dataset({"specific_return": (("date", "asset"), specific)}, coords=coords)
    return RiskModel(exposures, returns)


def test_residual_is_the_sum_of_the_days_after_t(panel, risk):
    found = residual_return(panel, TargetSettings(horizon=3, kind="residual"), risk).to_numpy()
    u = risk.returns["specific_return"].to_numpy()
    np.testing.assert_allclose(found[0, 0], u[1, 0] + u[2, 0] + u[3, 0], rtol=1e-5)
    np.testing.assert_allclose(found[4, 7], u[5, 7] + u[6, 7] + u[7, 7], rtol=1e-5)
    assert np.isnan(found[-3:]).all()


def test_compound_multiplies_them(panel, risk):
    found = residual_return(panel, TargetSettings(horizon=3, kind="compound"), risk).to_numpy()
    u = risk.returns["specific_return"].to_numpy()
    np.testing.assert_allclose(
        found[2, 1], (1 + u[3, 1]) * (1 + u[4, 1]) * (1 + u[5, 1]) - 1, rtol=1e-5
    )


def test_single_is_one_regression_on_the_exposures_at_t(panel, risk):
    settings = TargetSettings(horizon=3, kind="single")
    found = residual_return(panel, settings, risk).to_numpy()[1]
    raw = forward_return(panel, settings).to_numpy()[1].astype(float)
    x = risk.exposures["exposure"].to_numpy()[1, 0]
    dummies = np.eye(3)[np.arange(ASSETS) % 3]
    design = np.column_stack([dummies, x])
    root = np.sqrt(np.sqrt(risk.exposures["cap"].to_numpy()[1]))
    beta, *_ = np.linalg.lstsq(design * root[:, None], raw * root, rcond=None)
    np.testing.assert_allclose(found, raw - design @ beta, atol=1e-6)


def test_an_unknown_day_or_an_unknown_raw_label_is_unknown(panel, risk):
    found = residual_return(panel, TargetSettings(horizon=3, kind="residual"), risk).to_numpy()
    assert np.isnan(found[4:7, 4]).all()  # the specific return of day 7 is unknown
    assert not np.isnan(found[3, 4])
    assert not np.isnan(found[7, 4])
    assert np.isnan(found[4:6, 2]).all()  # suspended on day 5: no entry at 4, no signal at 5
    assert not np.isnan(found[3, 2])


def test_raw_needs_no_risk_model_and_the_others_say_so(panel, risk):
    raw = TargetSettings(horizon=2)
    xr.testing.assert_identical(target_return(panel, raw), forward_return(panel, raw))
    residual = TargetSettings(horizon=2, kind="residual")
    with pytest.raises(ConfigurationError, match=r"target.kind=residual needs the risk model"):
        target_return(panel, residual)
    np.testing.assert_array_equal(
        target_return(panel, residual, risk), residual_return(panel, residual, risk)
    )


def test_a_risk_model_of_another_panel_is_refused(panel, risk):
    with pytest.raises(PanelError, match="other dates than the panel"):
        residual_return(
            panel.isel(date=slice(0, -1)), TargetSettings(horizon=2, kind="residual"), risk
        )


def test_daily_kinds_enter_at_the_close():
    with pytest.raises(ValidationError, match="kind=residual is made of close-to-close days"):
        TargetSettings(horizon=2, kind="residual", entry="next_vwap")
    assert TargetSettings(horizon=2, kind="single", entry="next_vwap").reach == 3


@pytest.mark.parametrize("kind", ["residual", "compound", "single"])
@pytest.mark.parametrize("day", [3, 5, 7])
def test_a_label_uses_nothing_after_its_reach(panel, risk, kind, day):
    settings = TargetSettings(horizon=3, kind=kind)
    last = day + settings.reach
    known = residual_return(panel, settings, risk)[: day + 1]
    until = slice(0, last + 1)
    cut = RiskModel(risk.exposures.isel(date=until), risk.returns.isel(date=until))
    short = residual_return(panel.isel(date=until), settings, cut)[: day + 1]
    np.testing.assert_array_equal(short, known)
    noisy = residual_return(*_noisy(panel, settings, risk, last))[: day + 1]
    np.testing.assert_array_equal(noisy, known)
    # and it does use the last of them
    earlier = residual_return(*_noisy(panel, settings, risk, last - 1))[day]
    assert (earlier != known[day]).any()


def _noisy(panel, settings, risk, last):
    exposures, returns = (replace_future(part, last) for part in (risk.exposures, risk.returns))
    return replace_future(panel, last), settings, RiskModel(exposures, returns)


def test_standardised_targets_have_mean_0_and_sd_1_with_the_tails_drawn_in():
    random = np.random.default_rng(5)
    values = random.normal(size=(4, 200))
    values[1, 3] = 50.0
    values[2] = 0.7
    values[3, :50] = np.nan
    target = xr.DataArray(values, dims=("date", "asset"))
    found = standardised_target(target).to_numpy()
    for day in (0, 1, 3):
        known = found[day][~np.isnan(found[day])]
        np.testing.assert_allclose([known.mean(), known.std()], [0.0, 1.0], atol=1e-6)
    inside = np.clip(
        values[1], values[1].mean() - 3 * values[1].std(), values[1].mean() + 3 * values[1].std()
    )
    np.testing.assert_allclose(found[1], (inside - inside.mean()) / inside.std(), atol=1e-5)
    assert (found[2] == 0).all()
    assert np.isnan(found[3, :50]).all()


def test_standardising_looks_at_the_mask_only():
    target = xr.DataArray([[1.0, 2.0, 3.0, 100.0]], dims=("date", "asset"))
    mask = xr.DataArray([[True, True, True, False]], dims=("date", "asset"))
    found = standardised_target(target, mask).to_numpy()
    np.testing.assert_allclose(found[0, :3], [-1.2247449, 0.0, 1.2247449], rtol=1e-6)
    assert np.isnan(found[0, 3])


def test_the_summary_says_what_the_labels_are_like(panel, risk):
    targets = xr.Dataset(
        {
            f"{kind}_2": target_return(panel, TargetSettings(horizon=2, kind=kind), risk)
            for kind in ("residual", "raw")
        }
    )
    table = summarise_targets(targets)
    assert list(table.index) == ["raw_2", "residual_2"]
    raw = pd.Series(targets["raw_2"].to_numpy().ravel().astype(float)).dropna()
    assert table.loc["raw_2", "known"] == len(raw)
    assert table.loc["raw_2", "sd"] == pytest.approx(raw.std())
    assert table.loc["raw_2", "correlation_with_raw"] == pytest.approx(1.0)
    assert abs(table.loc["residual_2", "correlation_with_raw"]) < 0.5
    largest = largest_labels(targets, "raw_2", 3)
    assert list(largest["value"].abs()) == sorted(raw.abs(), reverse=True)[:3]
    top = largest.iloc[0]
    assert float(targets["raw_2"].sel(date=top["date"], asset=top["asset"])) == top["value"]
