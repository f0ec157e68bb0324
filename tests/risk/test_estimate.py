"""Exposures of t − 1 meet returns of t: the whole model, one piece after the other by hand."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
import statsmodels.api as sm
import xarray as xr

from deep_alpha.errors import ConfigurationError
from deep_alpha.market import simulate_market
from deep_alpha.panel import build_panel
from deep_alpha.risk.descriptors import resolve_level
from deep_alpha.risk.estimate import estimate_returns
from tests.conftest import random_panel
from tests.no_future import assert_no_future
from tests.risk.conftest import Fitted, fit

DAY = 300


def by_hand(fitted: Fitted, day: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Style returns, specific returns and who estimated, by WLS with industry intercepts."""
    exposures, basis = fitted.model.exposures, fitted.basis
    before = exposures.isel(date=day - 1)
    held = before["exposure"].to_numpy().T.astype(float)
    codes = before["industry"].to_numpy()
    inside = before["estimation"].to_numpy() & (basis.returns.gap[day] == 1)
    dummies = np.eye(codes.max() + 1)[codes]
    present = np.flatnonzero(dummies[inside].any(axis=0))
    design = np.column_stack([dummies[:, present], held])
    returns = basis.returns.marked_excess[day]
    weight = np.sqrt(before["cap"].to_numpy().astype(float))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # MOMENTUM is not there yet: a column of zeros
        result = sm.WLS(returns[inside], design[inside], weights=weight[inside]).fit()
    return result.params[len(present) :], returns - design @ result.params, inside


def test_returns_of_a_day_are_regressed_on_the_exposures_of_the_day_before(fitted):
    styles, specific, inside = by_hand(fitted, DAY)
    day = fitted.model.returns.isel(date=DAY)
    found = day["factor_return"].to_numpy()[-len(styles) :]
    np.testing.assert_allclose(found, styles, atol=1e-10)
    known = ~np.isnan(day["specific_return"].to_numpy())
    np.testing.assert_allclose(day["specific_return"][known], specific[known], atol=1e-7)
    assert int(day["observations"]) == inside.sum()


def test_names_outside_the_estimation_universe_get_specific_returns_too(fitted):
    estimation = fitted.model.exposures["estimation"].to_numpy()[:-1]
    known = ~np.isnan(fitted.model.returns["specific_return"].to_numpy()[1:])
    outside = known & ~estimation
    assert outside.sum() > 100
    assert known[100:][estimation[100:]].all()


def test_a_return_over_a_suspension_estimates_nothing(fitted):
    gap = fitted.basis.returns.gap
    days, assets = np.nonzero(gap > 1)
    day = int(days[days > 200][0])
    _, _, inside = by_hand(fitted, day)
    assert not inside[assets[days == day]].any()


def test_over_a_suspension_the_specific_returns_add_up_to_the_move_less_the_factor_part(fitted):
    basis, model = fitted.basis, fitted.model
    days, assets = np.nonzero(basis.returns.gap > 2)
    chosen = days > 150
    end, asset = int(days[chosen][0]), int(assets[chosen][0])
    start = end - int(basis.returns.gap[end, asset])
    window = range(start + 1, end + 1)
    close = fitted.panel["close"].to_numpy()[:, asset]
    move = close[end] / close[start] - 1.0
    common = 0.0
    for t in window:
        factors = model.returns["factor_return"].to_numpy()[t]
        held = model.exposures["exposure"].to_numpy()[t - 1, :, asset]
        code = model.exposures["industry"].to_numpy()[t - 1, asset]
        styles = np.nan_to_num(factors[-len(held) :])  # MOMENTUM is not there yet
        common += factors[0] + factors[1 + code] + held @ styles + basis.returns.risk_free[t]
    specific = model.returns["specific_return"].to_numpy()[list(window), asset].sum()
    assert specific == pytest.approx(move - common, abs=1e-6)
    raw = model.returns["specific_return"].to_numpy()
    assert np.isnan(basis.returns.excess[start + 1, asset])
    assert not np.isnan(raw[start + 1, asset])


def test_nothing_in_the_model_knows_the_future():
    panel = random_panel(assets=40, days=150, seed=5)

    def whole_model(panel: xr.Dataset) -> xr.Dataset:
        found = fit(panel, {}, None)
        returns = found.model.returns.drop_vars("industry_weight")
        return xr.merge([found.model.exposures, returns], join="exact", compat="equals")

    assert_no_future(whole_model, panel, cuts=(90, 120, 148))


def test_levels_follow_the_tables():
    assert resolve_level("auto", {}) == "price_only"
    assert resolve_level("auto", {"risk_free": None}) == "price_only"
    assert resolve_level("auto", {"valuation": None}) == "no_analyst"
    assert resolve_level("auto", {"fundamentals": None, "forecasts": None}) == "full"
    assert resolve_level("price_only", {"fundamentals": None}) == "price_only"
    with pytest.raises(ConfigurationError, match="barra_level=full needs the table forecasts"):
        resolve_level("full", {"fundamentals": None})


def test_absent_descriptors_are_named_with_the_reason(fitted):
    assert fitted.descriptors.level == "no_analyst"
    assert set(fitted.descriptors.absent) == {"EPIBS", "EGIBS", "EGIBS_s"}
    assert "no analyst forecasts" in fitted.descriptors.absent["EPIBS"]


def test_a_market_of_bars_alone_has_six_styles_one_industry_and_says_what_stands_in():
    panel = random_panel(assets=30, days=120, optional=False)
    panel = panel.assign_coords(industry=("asset", np.full(30, "unknown", dtype=object)))
    found = fit(panel, {}, None)
    assert found.descriptors.level == "price_only"
    assert list(found.model.exposures["style"].to_numpy()) == [
        "SIZE",
        "BETA",
        "MOMENTUM",
        "RESVOL",
        "SIZENL",
        "LIQUIDTY",
    ]
    assert panel.attrs["cap_is_proxy"] == "mean traded amount of 60 traded days"
    industries = [
        str(name)
        for name in found.model.exposures["industry_name"].to_numpy()
        if name not in found.model.exposures["style"]
    ]
    assert industries == ["unknown"]
    assert found.model.returns["r_squared"].notnull().any()


def test_a_day_with_too_few_names_is_skipped_and_says_so():
    panel = random_panel(assets=7, days=100)
    found = fit(panel, {}, None)
    assert found.model.returns["factor_return"].isnull().all()
    reasons = set(found.regressions.skipped["reason"])
    assert "no more names in the estimation than factors to estimate" in reasons


def test_one_day_is_not_enough(fitted):
    with pytest.raises(ConfigurationError, match="two days at least"):
        estimate_returns(fitted.model.exposures.isel(date=[0]), fitted.basis)


def test_accounts_of_the_future_change_nothing_either():
    """The same market forty days earlier, with the tables as they were then."""
    settings = {"n_assets": 120, "seed": 23}
    early = simulate_market(n_days=240, **settings)
    later = simulate_market(n_days=280, **settings)
    then = fit(build_panel(early.bars, early.assets), early.tables(), early)
    now = fit(build_panel(later.bars, later.assets), later.tables(), later)
    assert len(later.tables()["fundamentals"]) > len(early.tables()["fundamentals"])
    dates, assets = then.panel["date"], then.panel["asset"]
    for name in ("factor_return", "r_squared", "specific_return", "specific_risk"):
        known = now.model.returns[name].sel(date=dates)
        known = known.sel(asset=assets) if "asset" in known.dims else known
        np.testing.assert_allclose(then.model.returns[name], known, atol=1e-7, err_msg=name)
    known = now.model.exposures["exposure"].sel(date=dates, asset=assets)
    np.testing.assert_allclose(then.model.exposures["exposure"], known, atol=1e-5)
