from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
import xarray as xr

from deep_alpha.errors import PanelError
from deep_alpha.panel import build_panel
from deep_alpha.risk.catalogue import BY_NAME, descriptors_of, styles_of
from deep_alpha.risk.exposures import build_exposures, day_exposures
from deep_alpha.risk.industries import industry_groups
from deep_alpha.risk.settings import RiskSettings
from deep_alpha.risk.standardise import CrossSection
from tests.no_future import assert_no_future

DAYS, ASSETS = 5, 180
DEFAULT = RiskSettings()


@dataclass
class Market:
    """Arguments of ``build_exposures`` that do not come from the settings."""

    descriptors: dict[str, np.ndarray]
    cap: np.ndarray
    estimation: np.ndarray
    holders: np.ndarray
    industry: np.ndarray

    def build(self, level="full", settings=DEFAULT, **changes):
        found = build_exposures(**(vars(self) | changes), level=level, settings=settings)
        return found, {style: found.values[:, k] for k, style in enumerate(found.styles)}


@pytest.fixture
def market() -> Market:
    """Heavy tails, gaps, an outlier beyond 10 sd, assets without a style, unknown caps."""
    random = np.random.default_rng(11)
    shape = (DAYS, ASSETS)
    common = random.normal(size=shape)
    descriptors = {}
    for descriptor in descriptors_of("full"):
        values = 0.05 + 0.3 * (random.standard_t(4, shape) + 0.7 * common)
        values[random.random(shape) < 0.1] = np.nan
        descriptors[descriptor.name] = values
    del descriptors["NLSIZE"]
    for descriptor in descriptors_of("full"):
        if descriptor.style in ("GROWTH", "RESVOL"):
            descriptors[descriptor.name][:, 20:40] = np.nan
    holders = random.random(shape) < 0.95
    holders[:, :60] = True
    estimation = holders & (random.random(shape) < 0.85)
    estimation[:, 4] = True
    descriptors["BTOP"][:, 4] = 200.0
    cap = np.exp(random.normal(22.0, 1.3, shape))
    cap[:, 7] = np.nan
    industry = random.integers(0, 6, shape)
    industry[:, 30] = 9  # alone in its industry, and without GROWTH and RESVOL
    return Market(descriptors, cap, estimation, holders, industry)


def known_weights(market: Market, level: str) -> dict[str, float]:
    return {one.name: one.weight for one in descriptors_of(level) if one.name in market.descriptors}


def tamed(values: pd.Series, inside: pd.Series, outliers: str) -> pd.Series:
    """One descriptor without outliers; the slow way."""
    sample = values[inside].dropna()
    if outliers == "three_zone" and len(sample) >= 10 and sample.std(ddof=0) > 1e-12:
        values = values.where(((values - sample.mean()) / sample.std(ddof=0)).abs() <= 10)
        sample = values[inside].dropna()
    if len(sample) < 10 or sample.std(ddof=0) < 1e-12:
        return values * np.nan
    reach = 3 * sample.std(ddof=0)
    return values.clip(sample.mean() - reach, sample.mean() + reach)


def standard(values: pd.Series, inside: pd.Series, cap: pd.Series) -> pd.Series:
    sample = values[inside].dropna()
    if len(sample) < 10 or sample.std(ddof=0) < 1e-12:
        return values * np.nan
    weight = cap[sample.index].fillna(0.0)
    return (values - np.average(sample, weights=weight)) / sample.std(ddof=0)


def orthogonal(values: pd.Series, others: list[pd.Series], inside: pd.Series, cap: pd.Series):
    design = sm.add_constant(pd.concat(others, axis=1).to_numpy())
    fitted = (inside & cap.notna()).to_numpy()
    weight = np.sqrt(cap[fitted])
    params = (
        sm.WLS(values[fitted].to_numpy(), design[fitted], weights=weight.to_numpy()).fit().params
    )
    return values - design @ params


def oracle(market: Market, day: int, level: str, settings: RiskSettings) -> pd.DataFrame:
    """SPEC 2.7 for one day, style by style and gap by gap: (asset, style), holders only."""
    frame = pd.DataFrame({name: table[day] for name, table in market.descriptors.items()})
    frame = frame[market.holders[day]]
    inside = pd.Series(market.estimation[day])[frame.index]
    cap = pd.Series(market.cap[day])[frame.index]
    industry = pd.Series(market.industry[day])[frame.index]
    weights = known_weights(market, level)

    scores = pd.DataFrame(
        {
            name: standard(tamed(frame[name], inside, settings.outliers), inside, cap)
            for name in weights
        }
    )
    made: dict[str, pd.Series] = {}
    for style in styles_of(level):
        if style == "SIZENL":
            cube = orthogonal(made["SIZE"] ** 3, [made["SIZE"]], inside, cap)
            made[style] = standard(tamed(cube, inside, "clip"), inside, cap)
            continue
        own = [name for name in weights if BY_NAME[name].style == style]
        if not own:
            continue
        combined = {}
        for asset, row in scores[own].iterrows():
            has = row.dropna()
            total = sum(weights[name] for name in has.index)
            parts = [weights[name] * value for name, value in has.items()]
            combined[asset] = sum(parts) / total if parts else np.nan
        raw = pd.Series(combined)
        filled = raw.copy()
        for asset in raw.index[raw.isna()]:
            peers = raw[inside & (industry == industry[asset])].dropna()
            filled[asset] = peers.mean() if len(peers) else 0.0
        exposure = standard(filled, inside, cap)
        others = []
        if style == "RESVOL":
            others = ["BETA"] if settings.resvol_orth == "beta" else ["BETA", "SIZE"]
        if style == "LIQUIDTY" and settings.liq_orth:
            others = ["SIZE"]
        if others:
            left = orthogonal(exposure, [made[name] for name in others], inside, cap)
            exposure = standard(left, inside, cap)
        made[style] = exposure
    return pd.DataFrame(made)


@pytest.mark.parametrize("level", ["full", "no_analyst", "price_only"])
@pytest.mark.parametrize(
    "settings",
    [
        RiskSettings(),
        RiskSettings(outliers="three_zone", resvol_orth="beta_size", liq_orth=True),
    ],
    ids=["default", "switches"],
)
def test_exposures_are_those_of_the_slow_way(market, level, settings):
    allowed = {one.name for one in descriptors_of(level)}
    market.descriptors = {
        name: table for name, table in market.descriptors.items() if name in allowed - {"STOQ"}
    }
    found, by_style = market.build(level, settings)
    assert found.styles == styles_of(level)
    assert found.values.dtype == np.float32
    for day in range(DAYS):
        expected = oracle(market, day, level, settings)
        assert list(expected) == list(found.styles)
        for style, values in by_style.items():
            np.testing.assert_allclose(
                values[day, market.holders[day]], expected[style], atol=3e-6, err_msg=style
            )
    np.testing.assert_array_equal(
        np.isnan(found.values), np.broadcast_to(~market.holders[:, None, :], found.values.shape)
    )


def one_day(market: Market, day: int = 0, settings: RiskSettings = DEFAULT, level="full"):
    """The first step below ``build_exposures``: float64, holders only."""
    who = market.holders[day]
    section = CrossSection.of(market.estimation[day, who], market.cap[day, who])
    raw = {name: table[day, who] for name, table in market.descriptors.items()}
    weights = known_weights(market, level)
    made = day_exposures(
        raw, section, market.industry[day, who], weights, styles_of(level), settings
    )
    return made, section


@pytest.mark.parametrize("settings", [DEFAULT, RiskSettings(outliers="three_zone", liq_orth=True)])
def test_styles_have_cap_weighted_mean_0_and_deviation_1(market, settings):
    made, section = one_day(market, settings=settings)
    weight = section.cap / section.cap.sum()
    for style, values in made.values.items():
        assert abs(values @ weight) < 1e-10, style
        assert abs(values[section.inside].std() - 1.0) < 1e-10, style


def covariance(section: CrossSection, left: np.ndarray, right: np.ndarray) -> float:
    """√cap-weighted, as the regression of returns sees it."""
    weight = np.sqrt(section.cap) / np.sqrt(section.cap).sum()
    return float(weight @ ((left - weight @ left) * (right - weight @ right)))


def test_residual_volatility_has_no_beta_in_it(market):
    made, section = one_day(market)
    assert abs(covariance(section, made.values["RESVOL"], made.values["BETA"])) < 1e-12
    assert abs(covariance(section, made.values["RESVOL"], made.values["SIZE"])) > 1e-3
    assert abs(covariance(section, made.values["LIQUIDTY"], made.values["SIZE"])) > 1e-3


def test_switches_take_out_size_too(market):
    made, section = one_day(market, settings=RiskSettings(resvol_orth="beta_size", liq_orth=True))
    for style, other in (("RESVOL", "BETA"), ("RESVOL", "SIZE"), ("LIQUIDTY", "SIZE")):
        assert abs(covariance(section, made.values[style], made.values[other])) < 1e-12


def test_the_cube_of_size_keeps_only_what_clipping_brings_back(market):
    made, section = one_day(market)
    size, cube = made.values["SIZE"], made.values["SIZENL"]
    left = covariance(section, cube, size)
    assert made.clipped["NLSIZE"] > 0.0
    assert 1e-6 < abs(left) < 0.3 < covariance(section, size**3, size)


def test_absent_descriptors_leave_their_weight_to_the_others(market):
    """SPEC 2.7 without analysts: CETOP .66 + ETOP .34 and SGRO .66 + EGRO .34."""
    reachable = {one.name for one in descriptors_of("no_analyst")}
    market.descriptors = {
        name: table for name, table in market.descriptors.items() if name in reachable
    }
    weights = market.build("no_analyst")[0].weights
    assert weights["CETOP"] == pytest.approx(0.66, abs=0.005)
    assert weights["ETOP"] == pytest.approx(0.34, abs=0.005)
    assert weights["SGRO"] == pytest.approx(0.66, abs=0.005)
    assert weights["EGRO"] == pytest.approx(0.34, abs=0.005)
    assert set(weights) == reachable
    assert weights["NLSIZE"] == 1.0
    for style in styles_of("no_analyst"):
        assert sum(
            w for name, w in weights.items() if BY_NAME[name].style == style
        ) == pytest.approx(1)


def test_a_style_without_any_descriptor_is_left_out(market):
    market.descriptors = {name: market.descriptors[name] for name in ("BETA", "DASTD", "STOM")}
    found, _ = market.build("price_only")
    assert found.styles == ("BETA", "RESVOL", "LIQUIDTY")
    assert found.weights == {"BETA": 1.0, "DASTD": 1.0, "STOM": 1.0}
    del market.descriptors["BETA"]
    found, _ = market.build("price_only")
    assert found.styles == ("RESVOL", "LIQUIDTY"), "nothing to be orthogonal to"


def test_who_has_no_style_stands_where_its_industry_does(market):
    found, by_style = market.build()
    growth = by_style["GROWTH"].astype(float)
    names = [one.name for one in descriptors_of("full") if one.style == "GROWTH"]
    nothing = np.all([np.isnan(market.descriptors[name]) for name in names], axis=0)
    for day in range(DAYS):
        inside, industry = market.estimation[day], market.industry[day]
        assert found.filled["GROWTH"][day] == pytest.approx(nothing[day, inside].mean())
        for asset in (20, 25, 35):
            peers = inside & (industry == industry[asset]) & ~nothing[day]
            assert growth[day, asset] == pytest.approx(growth[day, peers].mean(), abs=1e-5)
        # alone in its industry: where 0 lands when the style is standardised once more
        assert abs(growth[day, 30]) < 0.3
    np.testing.assert_array_equal(found.filled["SIZENL"], found.filled["SIZE"])


def test_shares_are_those_of_the_estimation_universe(market):
    clip, _ = market.build()
    zones, _ = market.build(settings=RiskSettings(outliers="three_zone"))
    size = market.estimation.sum(axis=1)
    for name, table in market.descriptors.items():
        has = ((~np.isnan(table)) & market.estimation).sum(axis=1)
        np.testing.assert_allclose(clip.coverage[name], has / size)
        assert (clip.forgotten[name] == 0.0).all()
        assert (clip.clipped[name] < 0.05).all()
    np.testing.assert_allclose(zones.forgotten["BTOP"], 1 / size)
    np.testing.assert_allclose(zones.coverage["BTOP"], clip.coverage["BTOP"] - 1 / size)
    np.testing.assert_allclose(clip.clipped["BTOP"], 1 / size)
    assert (zones.clipped["BTOP"] > clip.clipped["BTOP"]).any()
    np.testing.assert_allclose(clip.coverage["NLSIZE"], clip.coverage["LNCAP"])


def test_those_outside_follow_but_never_lead(market):
    before, _ = market.build()
    outside = ~market.estimation
    for table in market.descriptors.values():
        table[outside] = table[outside] * 40.0 + 3.0
    market.cap[outside] *= 1000.0
    after, _ = market.build()
    inside = np.broadcast_to(market.estimation[:, None, :], before.values.shape)
    np.testing.assert_array_equal(before.values[inside], after.values[inside])
    moved = np.broadcast_to((outside & market.holders)[:, None, :], before.values.shape)
    assert not np.array_equal(before.values[moved], after.values[moved])
    assert np.isfinite(after.values[moved]).all()
    for name in market.descriptors:
        np.testing.assert_array_equal(before.clipped[name], after.clipped[name])


def test_a_descriptor_that_does_not_vary_is_nobodys_that_day(market):
    market.descriptors["STOM"][1] = 0.1
    market.descriptors["RSTR"][2] = 7.0
    found, by_style = market.build()
    assert found.coverage["STOM"][1] == 0.0
    assert found.coverage["STOM"][0] > 0.8
    assert found.filled["LIQUIDTY"][1] < 0.1, "STOQ and STOA carry on"
    assert found.filled["MOMENTUM"][2] == 1.0
    assert (by_style["MOMENTUM"][2, market.holders[2]] == 0.0).all()
    assert (by_style["MOMENTUM"][1, market.holders[1]] != 0.0).any()


def test_a_style_that_repeats_another_is_0(market):
    """RESVOL that is nothing but BETA: rounding is not blown up to deviation 1."""
    market.descriptors = {"BETA": market.descriptors["BETA"], "DASTD": market.descriptors["BETA"]}
    _, by_style = market.build("price_only")
    assert (by_style["RESVOL"][market.holders] == 0.0).all()


def test_size_without_values_takes_its_cube_along(market):
    market.descriptors["LNCAP"][0] = np.nan
    found, by_style = market.build()
    for style in ("SIZE", "SIZENL"):
        assert (by_style[style][0, market.holders[0]] == 0.0).all()
        assert (by_style[style][1, market.holders[1]] != 0.0).any()
        assert found.filled[style][0] == 1.0


def test_days_with_few_members_or_none(market):
    market.estimation[0] = False
    market.estimation[1] = False
    market.estimation[1, np.flatnonzero(market.holders[1])[10:19]] = True
    market.cap[2] = np.nan
    found, _ = market.build()
    assert np.isnan(found.values[[0, 2]]).all(), "no market, no exposures"
    assert np.isnan(found.coverage["LNCAP"][[0, 2]]).all()
    assert np.isnan(found.filled["SIZE"][[0, 2]]).all()
    assert (found.values[1][:, market.holders[1]] == 0.0).all(), "nine are no cross-section"
    assert np.abs(found.values[3][:, market.holders[3]]).max() > 1.0


def test_unknown_caps_count_in_the_deviation_but_not_in_the_mean(market):
    weightless = market.cap.copy()
    weightless[:, 7] = 1e-6
    with_nan, _ = market.build()
    with_dust, _ = market.build(cap=weightless)
    np.testing.assert_allclose(with_nan.values, with_dust.values, atol=1e-5)


def test_exposures_of_a_day_know_nothing_of_later_days(market):
    dims = ("date", "asset")
    days = 12
    names = [one.name for one in descriptors_of("price_only") if one.name in market.descriptors]
    fields = {name: np.tile(market.descriptors[name], (3, 1))[:days] for name in names}
    fields |= {"cap": np.tile(market.cap, (3, 1))[:days]}
    fields |= {"estimation": np.tile(market.estimation, (3, 1))[:days]}
    fields |= {"holders": np.tile(market.holders, (3, 1))[:days]}
    panel = xr.Dataset(
        {name: (dims, table) for name, table in fields.items()},
        coords={"date": pd.bdate_range("2020-01-01", periods=days), "asset": np.arange(ASSETS)},
    )
    labels = np.array([f"industry {k % 7}" for k in range(ASSETS)], dtype=object)

    def exposures(data: xr.Dataset) -> xr.DataArray:
        table = {name: data[name].to_numpy() for name in data}
        inside = table["estimation"]
        found = build_exposures(
            {name: table[name] for name in names},
            table["cap"],
            inside,
            table["holders"] | inside,
            industry_groups(labels, inside, 20).codes,
            "price_only",
            RiskSettings(outliers="three_zone", liq_orth=True),
        )
        return xr.DataArray(
            found.values,
            dims=("date", "style", "asset"),
            coords={"date": data["date"], "style": list(found.styles), "asset": data["asset"]},
        )

    assert_no_future(exposures, panel)


def test_arguments_must_fit(market):
    with pytest.raises(PanelError, match=r"'EPIBS'\] .* level 'no_analyst'"):
        market.build("no_analyst")
    with pytest.raises(PanelError, match="NLSIZE"):
        market.build(descriptors={"NLSIZE": market.cap})
    with pytest.raises(PanelError, match="no descriptor of the level 'full'"):
        market.build(descriptors={})
    with pytest.raises(PanelError, match="cap has shape"):
        market.build(cap=market.cap[:, 1:])
    with pytest.raises(PanelError, match="BTOP has shape"):
        market.build(descriptors={"BTOP": market.cap[1:]})
    market.holders[0, np.flatnonzero(market.estimation[0])[0]] = False
    with pytest.raises(PanelError, match="1 members of the estimation universe"):
        market.build()


@pytest.mark.real
def test_moments_on_a_real_market(real_data):
    """Real caps differ by a factor of a thousand; sums over them stay exact."""
    start, end = pd.Timestamp("2018-11-01"), pd.Timestamp("2018-11-20")
    bars = pd.read_parquet(
        real_data / "ashare" / "bars.parquet",
        filters=[("date", ">=", start), ("date", "<=", end), ("asset", "<", "000600")],
    )
    panel = build_panel(bars, pd.read_parquet(real_data / "ashare" / "assets.parquet"))
    estimation = panel["traded"].to_numpy() & (panel["float_cap"].to_numpy() > 0)
    with np.errstate(divide="ignore"):
        descriptors = {
            "LNCAP": np.log(panel["total_cap"].to_numpy()),
            "BETA": panel["close"].to_numpy() / panel["open"].to_numpy(),
            "DASTD": panel["high"].to_numpy() / panel["low"].to_numpy() - 1.0,
            "STOM": np.log(panel["turnover"].to_numpy()),
        }
    groups = industry_groups(panel["industry"].to_numpy().astype(object), estimation, 5)
    market = Market(
        descriptors, panel["float_cap"].to_numpy(), estimation, estimation, groups.codes
    )
    found, by_style = market.build("price_only", RiskSettings(liq_orth=True))
    assert found.styles == ("SIZE", "BETA", "RESVOL", "SIZENL", "LIQUIDTY")
    assert estimation.sum(axis=1).min() > 150
    for day, inside in enumerate(estimation):
        weight = market.cap[day, inside] / market.cap[day, inside].sum()
        exposures = found.values[day][:, inside].astype(float)
        np.testing.assert_allclose(exposures @ weight, 0.0, atol=1e-6)
        np.testing.assert_allclose(exposures.std(axis=1), 1.0, atol=1e-6)
        section = CrossSection.of(inside, market.cap[day])
        left = np.nan_to_num(by_style["RESVOL"][day].astype(float))
        beta = np.nan_to_num(by_style["BETA"][day].astype(float))
        assert abs(covariance(section, left, beta)) < 1e-6
