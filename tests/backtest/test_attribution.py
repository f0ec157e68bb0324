"""The parts of an excess return: by hand, against loops, and of a real fit."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from deep_alpha.backtest.attribution import PARTS, attribute, equal_weights, marked_returns
from deep_alpha.errors import PanelError
from deep_alpha.market import simulate_market
from deep_alpha.panel import build_panel
from deep_alpha.risk.model import RiskModel
from deep_alpha.risk.returns import daily_risk_free
from tests.risk.conftest import Fitted, fit

DAYS, NAMES = 6, 12
STYLES = ["SIZE", "BETA"]
INDUSTRIES = ["Banks", "Energy", "Metals"]
DATES = pd.bdate_range("2020-01-01", periods=DAYS)
ASSETS = [f"A{k:02d}" for k in range(NAMES)]


def random_model(seed=0) -> tuple[RiskModel, pd.DataFrame]:
    """A risk model and the returns that it explains wholly."""
    random = np.random.default_rng(seed)
    exposures = random.normal(size=(DAYS, 2, NAMES))
    industry = np.tile(np.arange(NAMES) % 3, (DAYS, 1)).astype(np.int16)
    factors = random.normal(0, 0.01, (DAYS, 6))
    specific = random.normal(0, 0.02, (DAYS, NAMES))
    exposures[2, 1, 4] = np.nan  # A04 is not in the model of day 3
    specific[0] = specific[3, 4] = factors[0] = np.nan
    returns = random.normal(0, 0.02, (DAYS, NAMES))
    for day in range(1, DAYS):
        for name in range(NAMES):
            if not np.isnan(specific[day, name]):
                returns[day, name] = (
                    factors[day, 0]
                    + factors[day, 1 + industry[day - 1, name]]
                    + exposures[day - 1, :, name] @ factors[day, 4:]
                    + specific[day, name]
                )
    coords = {"date": DATES, "asset": np.array(ASSETS, dtype=object), "style": STYLES}
    coords |= {"industry_name": INDUSTRIES, "factor": ["country", *INDUSTRIES, *STYLES]}
    known = {
        "exposure": (("date", "style", "asset"), exposures),
        "industry": (("date", "asset"), industry),
    }
    found = {
        "factor_return": (("date", "factor"), factors),
        "specific_return": (("date", "asset"), specific),
    }
    model = RiskModel(xr.Dataset(known, coords), xr.Dataset(found, coords))
    return model, pd.DataFrame(returns, DATES, ASSETS)


def random_weights(seed, held=1.0) -> pd.DataFrame:
    raw = np.random.default_rng(seed).random((DAYS, NAMES)) ** 2
    return pd.DataFrame(held * raw / raw.sum(axis=1, keepdims=True), DATES, ASSETS)


def assert_sums(found) -> None:
    parts = found.daily[list(PARTS)].sum(axis=1)
    np.testing.assert_allclose(parts, found.daily["excess"], rtol=0, atol=1e-10)
    np.testing.assert_allclose(found.styles.sum(axis=1), found.daily["style"], atol=1e-14)
    np.testing.assert_allclose(found.industries.sum(axis=1), found.daily["industry"], atol=1e-14)


def test_every_part_is_that_of_a_loop_over_names():
    risk, returns = random_model()
    weights, benchmark = random_weights(1, held=0.9), random_weights(2)
    found = attribute(weights, returns, benchmark, risk)
    assert_sums(found)
    for day in range(1, DAYS):
        expected = dict.fromkeys((*STYLES, *INDUSTRIES, "market", "specific", "not_modelled"), 0.0)
        factor = risk.returns["factor_return"][day].to_series()
        for place, name in enumerate(ASSETS):
            active = weights.iloc[day, place] - benchmark.iloc[day, place]
            own = float(risk.returns["specific_return"][day, place])
            if np.isnan(own):
                expected["not_modelled"] += active * returns.iloc[day, place]
                continue
            assert name != "A04" or day != 3
            expected["market"] += active * factor["country"]
            industry = INDUSTRIES[int(risk.exposures["industry"][day - 1, place])]
            expected[industry] += active * factor[industry]
            for style in STYLES:
                exposure = float(risk.exposures["exposure"].sel(style=style)[day - 1, place])
                expected[style] += active * exposure * factor[style]
            expected["specific"] += active * own
        whole = found.daily.iloc[day]
        for part in ("market", "specific", "not_modelled"):
            assert whole[part] == pytest.approx(expected[part], abs=1e-12)
        for block, names in ((found.styles, STYLES), (found.industries, INDUSTRIES)):
            for name in names:
                assert block[name].iloc[day] == pytest.approx(expected[name], abs=1e-12)
    assert found.daily["not_modelled"].iloc[3] != 0
    np.testing.assert_allclose(found.daily["remainder"], 0, atol=1e-15)


def test_before_the_first_regression_nothing_is_modelled():
    risk, returns = random_model()
    found = attribute(random_weights(1), returns, random_weights(2), risk)
    first = found.daily.iloc[0]
    assert first["not_modelled"] == pytest.approx(first["excess"])


def test_a_weighting_mismatch_is_what_equal_weights_earn_over_the_benchmark():
    risk, returns = random_model()
    benchmark = random_weights(2)
    benchmark.iloc[:, :3] = 0.0
    equal = equal_weights(benchmark)
    assert (equal.iloc[:, :3] == 0).all(axis=None)
    np.testing.assert_allclose(equal.iloc[:, 3:], 1 / 9)
    found = attribute(equal, returns, benchmark, risk, reference=equal)
    expected = (equal * returns).sum(axis=1) - (benchmark * returns).sum(axis=1)
    np.testing.assert_allclose(found.daily["weighting"], expected, atol=1e-15)
    rest = found.daily.drop(columns=["weighting", "excess"])
    np.testing.assert_allclose(rest, 0, atol=1e-15)  # it chose no name: no skill, no style
    # Without a reference the same excess return looks like styles and specific returns.
    plain = attribute(equal, returns, benchmark, risk)
    np.testing.assert_allclose(plain.daily["excess"], found.daily["excess"])
    assert plain.daily["weighting"].abs().max() == 0
    assert plain.daily["specific"].abs().max() > 1e-4


def test_costs_and_trading_within_the_day_have_lines_of_their_own():
    risk, returns = random_model()
    weights, benchmark = random_weights(1), random_weights(2)
    costs = pd.Series(0.001, DATES)
    earned = (weights * returns).sum(axis=1) + 0.0005
    found = attribute(weights, returns, benchmark, risk, costs=costs, earned=earned)
    assert_sums(found)
    np.testing.assert_allclose(found.daily["cost"], -0.001)
    np.testing.assert_allclose(found.daily["trading"], 0.0005)
    net = earned - costs - (benchmark * returns).sum(axis=1)
    np.testing.assert_allclose(found.daily["excess"], net)


def test_cash_gives_up_the_market_and_the_risk_free_rate():
    risk, returns = random_model()
    benchmark = random_weights(2)
    risk_free = pd.Series(0.0002, DATES)
    returns = returns + 0.0002  # what the model says in excess of the risk-free rate
    found = attribute(0.8 * benchmark, returns, benchmark, risk, risk_free=risk_free)
    country = risk.returns["factor_return"].sel(factor="country").to_numpy()
    modelled = benchmark.where(risk.returns["specific_return"].notnull().to_numpy(), 0).sum(axis=1)
    np.testing.assert_allclose(
        found.daily["market"].iloc[1:], (-0.2 * modelled * (country + 0.0002)).iloc[1:]
    )
    np.testing.assert_allclose(found.daily["remainder"], 0, atol=1e-15)


def test_an_asset_that_the_model_does_not_know_is_not_modelled():
    risk, returns = random_model()
    weights, benchmark = (random_weights(seed).assign(NEW=0.0) for seed in (1, 2))
    weights["NEW"] = 0.1
    found = attribute(weights, returns.assign(NEW=0.05), benchmark, risk)
    less = attribute(weights.assign(NEW=0.0), returns.assign(NEW=0.05), benchmark, risk)
    difference = found.daily["not_modelled"] - less.daily["not_modelled"]
    np.testing.assert_allclose(difference, 0.005)


def test_a_style_left_out_of_a_regression_has_earned_nothing():
    risk, returns = random_model()
    risk.returns["factor_return"].loc[{"factor": "BETA"}] = np.nan
    found = attribute(random_weights(1), returns, random_weights(2), risk)
    assert (found.styles["BETA"] == 0).all()
    assert_sums(found)


def test_the_summary_sums_and_shares():
    risk, returns = random_model()
    found = attribute(
        random_weights(1), returns, random_weights(2), risk, reference=random_weights(3)
    )
    table = found.summary(ann_days=250)
    excess = table.loc["excess", "contribution"]
    assert excess == pytest.approx(250 * found.daily["excess"].mean())
    assert table.loc[list(PARTS), "contribution"].sum() == pytest.approx(excess)
    assert table.loc[list(PARTS), "share"].sum() == pytest.approx(1)
    styles = table[table["within"] == "style"]
    assert styles["contribution"].sum() == pytest.approx(table.loc["style", "contribution"])
    assert styles["contribution"].abs().is_monotonic_decreasing
    assert set(styles.index) == {"style: SIZE", "style: BETA"}
    specific = found.daily["specific"]
    assert table.loc["specific", "t"] == pytest.approx(
        specific.mean() / specific.std() * np.sqrt(DAYS)
    )
    assert table.loc["specific", "volatility"] == pytest.approx(specific.std() * np.sqrt(250))


def test_what_does_not_fit_together_is_named():
    risk, returns = random_model()
    weights, benchmark = random_weights(1), random_weights(2)
    with pytest.raises(PanelError, match="benchmark and weights have different dates or assets"):
        attribute(weights, returns, benchmark.iloc[1:], risk)
    with pytest.raises(PanelError, match="A03 has a weight but no return on 2020-01-03"):
        attribute(weights, returns.where(returns != returns.iloc[2, 3]), benchmark, risk)
    with pytest.raises(PanelError, match="costs has no value on 2020-01-08"):
        attribute(weights, returns, benchmark, risk, costs=pd.Series(0.0, DATES[:-1]))
    later = [frame.shift(9, freq="B") for frame in (weights, returns, benchmark)]
    with pytest.raises(PanelError, match="the risk model does not cover 2020-01-14"):
        attribute(*later, risk)


@pytest.fixture(scope="module")
def fitted() -> Fitted:
    market = simulate_market(n_assets=120, n_days=160, seed=3, suspensions_per_year=3.0)
    return fit(build_panel(market.bars, market.assets), market.tables(), market)


def test_marked_returns_are_those_that_the_risk_model_was_fitted_to(fitted):
    dates = pd.DatetimeIndex(fitted.panel["date"].to_numpy())
    risk_free = daily_risk_free(fitted.market.tables()["risk_free"], dates.to_numpy(), 252)
    marked = fitted.basis.returns.marked_excess + risk_free[:, None]
    np.testing.assert_allclose(marked_returns(fitted.panel).to_numpy(), marked, atol=1e-12)


def test_a_fitted_model_leaves_no_remainder(fitted):
    """Single precision of the specific returns is all that is left, suspensions included."""
    returns = marked_returns(fitted.panel)
    dates, assets = returns.index, returns.columns
    table = fitted.market.tables()["risk_free"]
    risk_free = pd.Series(daily_risk_free(table, dates.to_numpy(), 252), dates)
    random = np.random.default_rng(0)
    listed = returns.notna()
    raw = [pd.DataFrame(random.random(returns.shape), dates, assets) * listed for _ in range(2)]
    weights, benchmark = (table.div(table.sum(axis=1), axis=0).fillna(0.0) for table in raw)
    span = slice(1, None)
    found = attribute(
        weights[span],
        returns[span],
        benchmark[span],
        fitted.model,
        reference=equal_weights(benchmark)[span],
        risk_free=risk_free,
    )
    assert_sums(found)
    assert found.daily["remainder"].abs().max() < 1e-8
    modelled = found.daily.loc[dates[100:]]
    assert modelled["specific"].std() > 10 * modelled["not_modelled"].std()
    assert (modelled[["style", "industry", "weighting"]].std() > 1e-5).all()
