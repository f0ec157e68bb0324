"""Diagnostics against their definitions, computed the long way."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from deep_alpha.risk.catalogue import BY_NAME, Window
from deep_alpha.risk.diagnostics import (
    MONTH,
    country_correlation,
    exposure_correlation,
    exposure_stability,
    factor_frame,
    planted_correlation,
    style_table,
)
from deep_alpha.risk.specific_risk import SPECIFIC_RISK, specific_risk
from deep_alpha.risk.tables import risk_tables, window_words
from tests.risk.conftest import fit


def test_stability_is_the_correlation_with_the_month_before(fitted):
    exposures = fitted.model.exposures
    frame = exposures["exposure"].sel(style="BETA").to_pandas()
    members = exposures["estimation"].to_pandas()
    found = []
    for t in range(MONTH, len(frame), MONTH):
        both = members.iloc[t] & members.iloc[t - MONTH]
        if both.sum() >= 3:
            now, before = frame.iloc[t][both], frame.iloc[t - MONTH][both]
            found.append(now.corr(before) if before.std() > 0 and now.std() > 0 else np.nan)
    expected = pd.Series(found).mean()
    assert exposure_stability(exposures)["BETA"] == pytest.approx(expected, abs=1e-5)


def test_exposure_correlation_is_a_mean_over_months(fitted):
    table = exposure_correlation(fitted.model.exposures)
    np.testing.assert_allclose(np.diag(table), 1.0)
    np.testing.assert_allclose(table, table.T)
    exposures = fitted.model.exposures
    found = []
    for t in range(0, exposures.sizes["date"], MONTH):
        day = exposures.isel(date=t)
        members = day["estimation"].to_numpy()
        if members.sum() < 3:
            continue
        pair = day["exposure"].sel(style=["SIZE", "BTOP"]).to_numpy()[:, members]
        found.append(np.corrcoef(pair)[0, 1])
    assert table.loc["SIZE", "BTOP"] == pytest.approx(np.nanmean(found), abs=1e-5)


def test_the_country_factor_is_the_cap_weighted_market(fitted):
    assert country_correlation(fitted.model.returns) > 0.99


def test_the_style_table_annualises(fitted):
    filled = pd.DataFrame({"BETA": [0.5, 0.25]})
    table = style_table(fitted.model, filled, 244)
    earned = factor_frame(fitted.model.returns, "factor_return")["SIZE"].dropna()
    assert table.loc["SIZE", "annual_return"] == pytest.approx(earned.mean() * 244)
    assert table.loc["SIZE", "sharpe"] == pytest.approx(earned.mean() / earned.std() * 244**0.5)
    assert table.loc["BETA", "filled"] == pytest.approx(0.375)
    assert list(table.index) == ["country", *fitted.model.returns["style"].to_numpy()]
    t = factor_frame(fitted.model.returns, "t_statistic")["SIZE"].dropna().abs()
    assert table.loc["SIZE", "share_t_above_2"] == pytest.approx((t > 2).mean())


def test_what_was_planted_is_found_again_with_estimated_exposures(fitted):
    table = planted_correlation(fitted.model, fitted.market.truth.factor_returns)
    found = table.set_index("factor")["correlation"]
    assert found["country"] > 0.9
    assert found["SIZE"] > 0.5
    assert planted_correlation(fitted.model, pd.DataFrame()).empty


def test_specific_risk_is_the_weighted_deviation_of_an_assets_own_days():
    random = np.random.default_rng(2)
    specific = random.normal(0, 0.02, (300, 2))
    specific[100:140, 1] = np.nan
    found = specific_risk(specific)
    for asset in range(2):
        own = specific[~np.isnan(specific[:, asset]), asset]
        ages = np.arange(len(own))[::-1][-252:]
        weight = 0.5 ** (ages / SPECIFIC_RISK.half_life)
        values = own[-252:]
        mean = (weight * values).sum() / weight.sum()
        expected = np.sqrt((weight * (values - mean) ** 2).sum() / weight.sum())
        assert found[-1, asset] == pytest.approx(expected)
    assert np.isnan(found[:62]).all()
    assert np.isnan(found[100:140, 1]).all()
    with pytest.raises(ValueError, match="half-life"):
        specific_risk(specific, Window(10, 5))


def test_specific_risk_knows_nothing_of_the_future():
    specific = np.random.default_rng(3).normal(size=(200, 3))
    changed = specific.copy()
    changed[150:] = 99.0
    np.testing.assert_array_equal(specific_risk(specific)[:150], specific_risk(changed)[:150])


def test_names_without_an_industry_are_counted_with_how_many_left(fitted):
    panel = fitted.panel.copy()
    labels = panel["industry"].to_numpy().copy()
    gone = ~panel["traded"].to_numpy()[-21:].any(axis=0)
    stay = np.flatnonzero(~gone & panel["traded"].to_numpy().any(axis=0))[:9]
    labels[stay] = "unknown"
    labels[np.flatnonzero(gone)[:1]] = "unknown"
    found = fit(panel.assign_coords(industry=("asset", labels)), fitted.market.tables(), None)
    tables = risk_tables(
        found.model, found.basis, found.descriptors, found.record, found.regressions, 252
    )
    row = tables["missing"].set_index("what").loc["industry of a name"]
    expected = 9 + bool(gone.any())
    assert row["count"] == expected
    assert f"{bool(gone.any()) / expected:.0%} of these names had left" in row["stand_in"]


def test_windows_in_words():
    assert window_words(BY_NAME["RSTR"].window) == "504 days, lag 21, half-life 126, at least 252"
    assert window_words(BY_NAME["CMRA"].window) == "252 days"
    assert window_words(None) == ""


def test_the_tables_say_everything_that_was_missing(fitted):
    tables = risk_tables(
        fitted.model, fitted.basis, fitted.descriptors, fitted.record, fitted.regressions, 252
    )
    described = tables["descriptors"].set_index("name")
    assert len(described) == 21
    assert described.loc["EPIBS", "weight_used"] == 0.0
    assert described.loc["ETOP", "weight_used"] == pytest.approx(0.11 / 0.32)
    assert "no analyst forecasts" in described.loc["EPIBS", "absent"]
    missing = tables["missing"].set_index("what")
    assert "descriptor EPIBS" in missing.index
    assert missing.loc["style MOMENTUM", "share"] > 0.5
    # momentum needs a year: until then there is no column to estimate
    collinear = tables["collinear"].set_index("column")
    assert collinear.loc["MOMENTUM", "days"] > 150
    skipped = tables["skipped"].set_index("reason")
    assert (skipped["days"] > 0).all()
    assert tables["industries"]["members_mean"].sum() == pytest.approx(
        fitted.basis.estimation[100:].sum(axis=1).mean(), rel=0.1
    )
    assert tables["checks"]["passed"].all()
