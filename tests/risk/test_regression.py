"""Factor returns: those of statsmodels, of the planted truth, and of an awkward market."""

from __future__ import annotations

from dataclasses import fields

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
import statsmodels.api as sm
import xarray as xr
from hypothesis import given, settings
from hypothesis import strategies as st

from deep_alpha.errors import PanelError
from deep_alpha.market.simulation import simulate_market
from deep_alpha.risk import CrossSections, fit_cross_sections
from deep_alpha.risk.regression import NO_RETURNS, NOBODY, TOO_FEW_NAMES

Day = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]


def random_market(days=4, names=120, styles=3, industries=5, seed=0):
    """Returns, exposures, industry codes and caps, with nothing missing."""
    random = np.random.default_rng(seed)
    industry = np.arange(names) % industries
    random.shuffle(industry)
    exposures = random.normal(size=(days, names, styles)) + 0.5 * (industry == 1)[:, None]
    returns = random.normal(scale=0.02, size=(days, names))
    cap = np.exp(random.normal(23.0, 1.2, (days, names)))
    return returns, exposures, industry, cap


def substitution(share: np.ndarray) -> np.ndarray:
    """SPEC's matrix R, without its styles: free factors to country and industries.

    Industries without share have a row of NaN; the last one with a share is substituted.
    """
    present = np.flatnonzero(share > 0)
    matrix = np.zeros((1 + len(share), len(present)))
    matrix[0, 0] = 1.0
    for column, code in enumerate(present[:-1], start=1):
        matrix[1 + code, column] = 1.0
        matrix[1 + present[-1], column] = -share[code] / share[present[-1]]
    matrix[1 + np.flatnonzero(share == 0)] = np.nan
    return matrix


def oracle(returns, exposures, industry, cap, estimation=None):
    """One day by statsmodels on the substituted design; everything is known and sensible.

    Returns:
        Factor returns, their t-statistics, R² and everybody's residuals.
    """
    inside = np.ones(len(returns), bool) if estimation is None else estimation
    industries = industry.max() + 1
    share = np.bincount(industry[inside], cap[inside], industries) / cap[inside].sum()
    full = np.column_stack([np.ones(len(returns)), np.eye(industries)[industry], exposures])
    head, styles = substitution(share), exposures.shape[1]
    matrix = np.zeros((full.shape[1], head.shape[1] + styles))
    matrix[: len(head), : head.shape[1]] = head
    matrix[len(head) :, head.shape[1] :] = np.eye(styles)
    design = full @ np.nan_to_num(matrix)
    fit = sm.WLS(returns[inside], design[inside], weights=np.sqrt(cap[inside])).fit()
    factors = matrix @ fit.params
    errors = np.sqrt(np.diag(matrix @ fit.cov_params() @ matrix.T))
    residuals = returns - design @ fit.params
    residuals[share[industry] == 0] = np.nan
    return factors, factors / errors, fit.rsquared, residuals


def assert_is_oracle(fitted: CrossSections, day: int, expected) -> None:
    factors, t_statistics, r_squared, residuals = expected
    np.testing.assert_allclose(fitted.factor_returns[day], factors, rtol=1e-8, atol=1e-12)
    np.testing.assert_allclose(fitted.t_statistics[day], t_statistics, rtol=1e-8, atol=1e-8)
    np.testing.assert_allclose(fitted.residuals[day], residuals, rtol=1e-8, atol=1e-12)
    assert fitted.r_squared[day] == pytest.approx(r_squared, abs=1e-10)


def test_every_day_is_that_of_statsmodels():
    returns, exposures, industry, cap = random_market()
    fitted = fit_cross_sections(returns, exposures, industry, cap)
    for day in range(len(returns)):
        assert_is_oracle(fitted, day, oracle(returns[day], exposures[day], industry, cap[day]))
    assert fitted.names == (
        "country",
        *(f"industry_{code}" for code in range(5)),
        *(f"style_{position}" for position in range(3)),
    )
    assert fitted.observations.tolist() == [120] * 4
    assert not fitted.skipped
    assert not fitted.collinear


def test_estimated_on_some_and_applied_to_all():
    returns, exposures, industry, cap = random_market(seed=1)
    estimation = np.random.default_rng(2).random(returns.shape) < 0.6
    fitted = fit_cross_sections(returns, exposures, industry, cap, estimation=estimation)
    for day in range(len(returns)):
        expected = oracle(returns[day], exposures[day], industry, cap[day], estimation[day])
        assert_is_oracle(fitted, day, expected)
    np.testing.assert_array_equal(fitted.observations, estimation.sum(axis=1))
    assert np.isfinite(fitted.residuals).all()


def test_industries_may_change_by_day():
    returns, exposures, industry, cap = random_market(days=2)
    by_day = np.stack([industry, (industry + 1) % 5])
    fitted = fit_cross_sections(returns, exposures, by_day, cap)
    for day in range(2):
        expected = oracle(returns[day], exposures[day], by_day[day], cap[day])
        assert_is_oracle(fitted, day, expected)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("layout", ["names first", "styles first", "every other"])
def test_memory_layout_and_type_of_exposures_do_not_matter(dtype, layout):
    returns, exposures, industry, cap = random_market()
    exposures = exposures.astype(dtype)
    expected = fit_cross_sections(returns, exposures.astype(np.float64), industry, cap)
    if layout == "styles first":
        exposures = exposures.transpose(0, 2, 1).copy().transpose(0, 2, 1)
    if layout == "every other":
        exposures = np.repeat(exposures, 2, axis=2)[:, :, ::2]
    found = fit_cross_sections(returns, exposures, industry, cap)
    assert_same_bits(found, expected)


def assert_same_bits(found: CrossSections, expected: CrossSections) -> None:
    for field in fields(CrossSections):
        left, right = getattr(found, field.name), getattr(expected, field.name)
        if isinstance(left, np.ndarray):
            np.testing.assert_array_equal(left, right)
        else:
            assert left == right
    assert list(found.skipped) == list(expected.skipped)


def test_threads_change_no_bit():
    returns, exposures, industry, cap = random_market(days=23)
    returns[[10, 12]] = np.nan
    exposures[7, :, 1] = 2.0
    alone = fit_cross_sections(returns, exposures, industry, cap)
    for threads in (2, 5, 40):
        together = fit_cross_sections(returns, exposures, industry, cap, threads=threads)
        assert_same_bits(together, alone)
    assert alone.collinear == ((7, "style_1"),)
    assert alone.skipped == {10: NO_RETURNS, 12: NO_RETURNS}


# ---- identities ------------------------------------------------------------------------


@settings(max_examples=40, deadline=None)
@given(
    seed=st.integers(0, 10_000),
    names=st.integers(30, 90),
    styles=st.integers(0, 4),
    industries=st.integers(1, 8),
    missing=st.floats(0.0, 0.3),
)
def test_what_every_fit_must_keep(seed, names, styles, industries, missing):
    returns, exposures, industry, cap = random_market(1, names, styles, industries, seed)
    random = np.random.default_rng(seed)
    returns[random.random(returns.shape) < missing] = np.nan
    cap[random.random(cap.shape) < missing] = np.nan
    exposures[random.random(exposures.shape) < missing / 4] = np.nan
    fitted = fit_cross_sections(returns, exposures, industry, cap)
    if fitted.skipped:
        assert np.isnan(fitted.residuals).all()
        return
    known = np.isfinite(returns[0]) & np.isfinite(exposures[0]).all(axis=1)
    inside = known & np.isfinite(cap[0])
    assert fitted.observations[0] == inside.sum()
    factors, share = fitted.factor_returns[0], fitted.industry_weight[0]
    by_industry = factors[1 : 1 + len(share)]

    assert share.sum() == pytest.approx(1.0)
    assert np.nansum(share * by_industry) == pytest.approx(0.0, abs=1e-15)
    np.testing.assert_array_equal(np.isnan(by_industry), share == 0)
    # residuals hold neither industries nor styles
    weight, residuals = np.sqrt(cap[0, inside]), fitted.residuals[0]
    columns = np.column_stack([np.eye(len(share))[industry], exposures[0]])[inside]
    leftover = (weight * residuals[inside]) @ columns
    assert np.abs(leftover / (weight @ np.abs(columns) + 1.0)).max(initial=0) < 1e-14
    # everything adds up, for all who have a residual
    expected = known & (share[industry] > 0)
    np.testing.assert_array_equal(np.isfinite(residuals), expected)
    common = factors[0] + by_industry[industry] + exposures[0] @ factors[1 + len(share) :]
    np.testing.assert_allclose(residuals[expected], (returns[0] - common)[expected], atol=1e-14)


def test_planted_factor_returns_come_back_without_noise():
    _, exposures, industry, cap = random_market()
    random = np.random.default_rng(3)
    country, styles = random.normal(size=4), random.normal(size=(4, 3))
    industries = random.normal(size=(4, 5))
    for day in range(4):
        share = np.bincount(industry, cap[day]) / cap[day].sum()
        industries[day] -= share @ industries[day]
    returns = country[:, None] + industries[:, industry]
    returns += np.einsum("tnq,tq->tn", exposures, styles)
    fitted = fit_cross_sections(returns, exposures, industry, cap)
    planted = np.column_stack([country, industries, styles])
    np.testing.assert_allclose(fitted.factor_returns, planted, atol=1e-12)
    np.testing.assert_allclose(fitted.residuals, 0.0, atol=1e-12)
    np.testing.assert_allclose(fitted.r_squared, 1.0)


def test_a_day_of_equal_returns_has_nothing_to_explain():
    returns, exposures, industry, cap = random_market(days=2)
    returns[0] = 0.01
    fitted = fit_cross_sections(returns, exposures, industry, cap)
    assert np.isnan(fitted.r_squared[0])
    assert np.isfinite(fitted.r_squared[1])
    assert fitted.factor_returns[0, 0] == pytest.approx(0.01)
    np.testing.assert_allclose(fitted.factor_returns[0, 1:], 0.0, atol=1e-15)


def test_a_level_far_from_zero_costs_no_digits():
    returns, exposures, industry, cap = random_market()
    plain = fit_cross_sections(returns, exposures, industry, cap)
    shifted = fit_cross_sections(returns, exposures + 1e5, industry, cap)
    np.testing.assert_allclose(
        shifted.factor_returns[:, -3:], plain.factor_returns[:, -3:], rtol=1e-8
    )
    np.testing.assert_allclose(shifted.residuals, plain.residuals, atol=1e-11)


def test_variance_inflation_is_that_of_a_style_on_all_other_columns():
    returns, exposures, industry, cap = random_market()
    exposures[:, :, 2] = 0.9 * exposures[:, :, 0] + 0.3 * exposures[:, :, 2]
    fitted = fit_cross_sections(returns, exposures, industry, cap)
    for day in range(4):
        for style in range(3):
            others = np.delete(exposures[day], style, axis=1)
            design = np.column_stack([np.eye(5)[industry], others])
            own = sm.WLS(exposures[day, :, style], design, weights=np.sqrt(cap[day])).fit()
            expected = 1.0 / (1.0 - own.rsquared)
            assert fitted.variance_inflation[day, style] == pytest.approx(expected, rel=1e-9)
    assert fitted.variance_inflation[:, 0].min() > 5.0


# ---- awkward markets -------------------------------------------------------------------


def test_an_empty_industry_has_no_return_and_its_names_no_residual():
    returns, exposures, industry, cap = random_market(days=1)
    cap[0, industry == 2] = np.nan
    estimation = np.ones(returns.shape, bool)
    estimation[0, industry == 4] = False
    fitted = fit_cross_sections(returns, exposures, industry, cap, estimation=estimation)
    inside = (industry != 2) & (industry != 4)
    expected = oracle(returns[0], exposures[0], industry, np.nan_to_num(cap[0], nan=1.0), inside)
    assert_is_oracle(fitted, 0, expected)
    assert np.isnan(fitted.factor_returns[0, [3, 5]]).all()
    assert fitted.industry_weight[0, [2, 4]].tolist() == [0.0, 0.0]
    np.testing.assert_array_equal(np.isnan(fitted.residuals[0]), ~inside)


def test_more_industries_than_codes_are_empty():
    returns, exposures, industry, cap = random_market(days=1)
    fitted = fit_cross_sections(returns, exposures, industry, cap, industries=7)
    assert fitted.factor_returns.shape == (1, 1 + 7 + 3)
    assert np.isnan(fitted.factor_returns[0, [6, 7]]).all()
    plain = fit_cross_sections(returns, exposures, industry, cap)
    np.testing.assert_array_equal(fitted.factor_returns[:, -3:], plain.factor_returns[:, -3:])


def test_the_only_name_of_an_industry_is_explained_by_it():
    returns, exposures, industry, cap = random_market(days=1)
    industry[7] = 5
    fitted = fit_cross_sections(returns, exposures, industry, cap)
    assert fitted.residuals[0, 7] == 0.0
    assert_is_oracle(fitted, 0, oracle(returns[0], exposures[0], industry, cap[0]))


def test_with_one_industry_there_is_the_country_alone():
    returns, exposures, industry, cap = random_market(days=1)
    fitted = fit_cross_sections(returns, exposures, np.zeros_like(industry), cap)
    design = sm.add_constant(exposures[0])
    expected = sm.WLS(returns[0], design, weights=np.sqrt(cap[0])).fit()
    np.testing.assert_allclose(fitted.factor_returns[0, [0, 2, 3, 4]], expected.params, rtol=1e-9)
    np.testing.assert_allclose(fitted.t_statistics[0, [0, 2, 3, 4]], expected.tvalues, rtol=1e-9)
    assert fitted.factor_returns[0, 1] == 0.0
    assert np.isnan(fitted.t_statistics[0, 1])


def test_without_styles_industries_are_weighted_means():
    returns, exposures, industry, cap = random_market(days=1, styles=0)
    fitted = fit_cross_sections(returns, exposures, industry, cap)
    weight = pd.Series(np.sqrt(cap[0]))
    means = (weight * returns[0]).groupby(industry).sum() / weight.groupby(industry).sum()
    level = fitted.factor_returns[0, 0] + fitted.factor_returns[0, 1:]
    np.testing.assert_allclose(level, means, rtol=1e-12)


def by_industry(industry, _):
    return 0.1 * industry


def by_earlier_styles(industry, exposures):
    return exposures[:, 0] - 2.0 * exposures[:, 1] + (industry == 3)


@pytest.mark.parametrize(
    "column",
    [
        0.0,
        0.1,
        1e9 / 3.0,
        0.1 * (1.0 + 1e-15 * np.arange(120)),
        by_industry,
        by_earlier_styles,
    ],
    ids=["zero", "constant", "large constant", "rounding", "by industry", "by earlier styles"],
)
def test_a_collinear_style_is_left_out_and_named(column):
    returns, exposures, industry, cap = random_market(days=2)
    exposures[1, :, 2] = column(industry, exposures[1]) if callable(column) else column
    fitted = fit_cross_sections(returns, exposures, industry, cap)
    without = fit_cross_sections(returns, exposures[:, :, :2], industry, cap)
    assert fitted.collinear == ((1, "style_2"),)
    assert fitted.collinear[0].day == 1
    assert fitted.collinear[0].style == "style_2"
    for name in ("factor_returns", "t_statistics", "variance_inflation"):
        found, expected = getattr(fitted, name)[1], getattr(without, name)[1]
        assert np.isnan(found[-1])
        np.testing.assert_allclose(found[:-1], expected, rtol=1e-12)
    np.testing.assert_allclose(fitted.residuals[1], without.residuals[1], atol=1e-15)
    assert np.isfinite(fitted.factor_returns[0]).all()


def test_a_collinear_style_first_in_line_does_not_harm_the_others():
    returns, exposures, industry, cap = random_market(days=1)
    exposures[0, :, 0] = 1.0
    fitted = fit_cross_sections(returns, exposures, industry, cap)
    without = fit_cross_sections(returns, exposures[:, :, 1:], industry, cap)
    np.testing.assert_allclose(
        fitted.factor_returns[0, -2:], without.factor_returns[0, -2:], rtol=1e-12
    )
    np.testing.assert_allclose(fitted.t_statistics[0, :6], without.t_statistics[0, :6], rtol=1e-9)


def test_nearly_collinear_styles_stay():
    returns, exposures, industry, cap = random_market(days=1)
    exposures[0, :, 2] = exposures[0, :, 0] + 1e-3 * exposures[0, :, 2]
    fitted = fit_cross_sections(returns, exposures, industry, cap)
    assert not fitted.collinear
    assert fitted.variance_inflation[0, 2] > 1e5
    assert_is_oracle(fitted, 0, oracle(returns[0], exposures[0], industry, cap[0]))


def test_who_takes_part_and_who_gets_a_residual():
    returns, exposures, industry, cap = random_market(days=1)
    industry = industry.astype(float)
    returns[0, 0] = np.nan
    exposures[0, 1, 2] = np.nan
    cap[0, 2:5] = [np.nan, 0.0, -1.0]
    industry[5:7] = [np.nan, -1]
    fitted = fit_cross_sections(returns, exposures, industry, cap)
    rest = slice(7, None)
    expected = fit_cross_sections(
        returns[:, rest], exposures[:, rest], industry[rest], cap[:, rest]
    )
    np.testing.assert_allclose(fitted.factor_returns, expected.factor_returns, rtol=1e-12)
    assert fitted.observations[0] == 113
    without = np.isnan(fitted.residuals[0])
    assert np.flatnonzero(without).tolist() == [0, 1, 5, 6]


@pytest.mark.parametrize(
    ("names", "reason"), [(0, NO_RETURNS), (8, TOO_FEW_NAMES), (9, None)], ids=str
)
def test_a_day_with_too_few_names_is_skipped(names, reason):
    """Five industries and three styles are eight free factors."""
    returns, exposures, industry, cap = random_market(days=3, names=9)
    returns[1, names:] = np.nan
    industry = np.arange(9) % 5
    fitted = fit_cross_sections(returns, exposures, industry, cap)
    assert fitted.skipped == ({} if reason is None else {1: reason})
    assert fitted.observations[1] == names
    for name in ("factor_returns", "t_statistics", "residuals", "r_squared", "industry_weight"):
        values = getattr(fitted, name)
        assert np.isnan(values[1]).all() == (reason is not None)
        assert np.isfinite(values[[0, 2]]).all()


def test_a_day_on_which_nobody_is_estimated_is_skipped():
    returns, exposures, industry, cap = random_market(days=2)
    cap[1] = np.nan
    assert fit_cross_sections(returns, exposures, industry, cap).skipped == {1: NOBODY}


def test_no_days_and_no_names_give_empty_results():
    returns, exposures, industry, cap = random_market()
    assert fit_cross_sections(returns[:0], exposures[:0], industry, cap[:0]).residuals.size == 0
    fitted = fit_cross_sections(
        returns[:, :0], exposures[:, :0], industry[:0], cap[:, :0], threads=2
    )
    assert set(fitted.skipped.values()) == {NO_RETURNS}


# ---- arguments -------------------------------------------------------------------------


def changed(place: int, change) -> Day:
    arguments = list(random_market())
    arguments[place] = change(arguments[place])
    return tuple(arguments)


def with_value(value, *index):
    def change(values):
        values = values.copy()
        values[index] = value
        return values

    return change


@pytest.mark.parametrize(
    ("place", "change", "message"),
    [
        (0, lambda r: r[0], "returns must be (days, names)"),
        (1, lambda x: x[:, :-1], "exposures must be (4, 120) × styles"),
        (1, lambda x: x[:, :, 0], "exposures must be (4, 120) × styles"),
        (1, lambda x: x.astype(str), "exposures must be numbers"),
        (1, with_value(np.inf, 2, 17, 1), "exposures: infinite at day 2, name 17, style style_1"),
        (0, with_value(-np.inf, 1, 5), "returns: infinite at day 1, name 5"),
        (3, with_value(np.inf, 3, 0), "cap: infinite at day 3, name 0"),
        (2, lambda i: i[:-1], "industry must be of shape (4, 120) or (120,)"),
        (2, with_value(-2, 4), "industry codes start at 0, with -1 or NaN for none, not -2"),
        (2, lambda i: i + 0.5, "industry must hold integer codes"),
        (2, lambda i: i == 1, "industry must hold integer codes"),
        (2, lambda i: i.astype(str), "numpy.unique"),
        (2, with_value(451020, 4), "industry code 451020: number the industries"),
        (3, lambda c: c[:2], "cap must be of shape (4, 120)"),
        (3, lambda c: c * np.nan, "no capitalisation: cap is NaN throughout"),
        (3, lambda _: None, "no capitalisation: pass cap, or ones for equal weights"),
    ],
)
def test_bad_arguments_are_named(place, change, message):
    with pytest.raises(PanelError) as refusal:
        fit_cross_sections(*changed(place, change))
    assert message in str(refusal.value)


@pytest.mark.parametrize(
    ("keywords", "message"),
    [
        ({"estimation": np.ones((4, 120))}, "estimation must be boolean, not float64"),
        ({"estimation": np.ones((4, 1), bool)}, "estimation must be of shape (4, 120)"),
        ({"industries": 3}, "industry code 4 is not below the 3 industries"),
    ],
)
def test_bad_options_are_named(keywords, message):
    with pytest.raises(PanelError) as refusal:
        fit_cross_sections(*random_market(), **keywords)
    assert message in str(refusal.value)


def test_the_first_infinite_value_is_named_whatever_the_threads():
    returns, exposures, industry, cap = random_market(days=9)
    exposures[[2, 5, 8], 3, 1] = np.inf
    for threads in (1, 3, 9):
        with pytest.raises(PanelError, match="day 2, name 3, style style_1"):
            fit_cross_sections(returns, exposures, industry, cap, threads=threads)


# ---- labels ----------------------------------------------------------------------------


def labelled_market():
    returns, exposures, industry, cap = random_market()
    dates = pd.bdate_range("2020-01-01", periods=4).to_numpy()
    assets = np.array([f"A{k:03d}" for k in range(120)], dtype=object)
    grid = {"date": dates, "asset": assets}
    styles = np.array(["SIZE", "BETA", "BTOP"], dtype=object)
    return (
        xr.DataArray(returns, grid, ("date", "asset")),
        xr.DataArray(exposures, {**grid, "style": styles}, ("date", "asset", "style")),
        xr.DataArray(industry, {"asset": assets}, ("asset",)),
        xr.DataArray(cap, grid, ("date", "asset")),
    )


def test_labels_come_back_whatever_the_order_of_dimensions():
    returns, exposures, industry, cap = labelled_market()
    plain = fit_cross_sections(*random_market())
    fitted = fit_cross_sections(
        returns.T, exposures.transpose("style", "date", "asset"), industry, cap.T
    )
    assert fitted.factor_returns.dims == ("date", "factor")
    assert fitted.residuals.dims == ("date", "asset")
    assert fitted.variance_inflation.dims == ("date", "style")
    assert fitted.industry_weight.dims == ("date", "industry")
    assert fitted.names == (
        "country",
        *(f"industry_{code}" for code in range(5)),
        *("SIZE", "BETA", "BTOP"),
    )
    for field in fields(CrossSections)[:7]:
        found = getattr(fitted, field.name)
        np.testing.assert_array_equal(found.to_numpy(), getattr(plain, field.name))
        np.testing.assert_array_equal(found["date"], returns["date"])
        assert found.name == field.name
    day = fitted.factor_returns.sel(date="2020-01-02", factor="BETA")
    assert float(day) == plain.factor_returns[1, 7]
    assert fitted.residuals["asset"].to_numpy().tolist()[:2] == ["A000", "A001"]


def test_days_are_named_by_date():
    returns, exposures, industry, cap = labelled_market()
    returns[0] = np.nan
    exposures[2, :, 1] = 3.0
    fitted = fit_cross_sections(returns, exposures, industry, cap)
    assert fitted.skipped == {np.datetime64("2020-01-01"): NO_RETURNS}
    assert fitted.collinear == ((np.datetime64("2020-01-03"), "BETA"),)
    returns[1, 4] = np.inf
    with pytest.raises(PanelError, match=r"day 1 \(2020-01-02\), name 4 \(A004\);"):
        fit_cross_sections(returns, exposures, industry, cap)


@pytest.mark.parametrize("dim", ["date", "asset"])
def test_other_labels_are_not_aligned_in_silence(dim):
    returns, exposures, industry, cap = labelled_market()
    shifted = exposures.assign_coords({dim: np.roll(exposures[dim].to_numpy(), 1)})
    with pytest.raises(PanelError) as refusal:
        fit_cross_sections(returns, shifted, industry, cap)
    assert f"exposures has other labels along '{dim}' than returns" in str(refusal.value)


def test_other_dimensions_are_named():
    returns, exposures, industry, cap = labelled_market()
    with pytest.raises(PanelError, match="exposures must have dims date, asset and one more"):
        fit_cross_sections(returns, exposures[:, :, 0], industry, cap)
    with pytest.raises(PanelError, match="cap must have dims date, asset"):
        fit_cross_sections(returns, exposures, industry, cap.rename(asset="name"))


def test_inputs_are_left_as_they_were():
    market = random_market()
    copies = [values.copy() for values in market]
    fit_cross_sections(*market)
    for values, copy in zip(market, copies, strict=True):
        np.testing.assert_array_equal(values, copy)
        assert values.flags.writeable


# ---- a simulated and a real market -----------------------------------------------------


def test_planted_factors_of_a_simulated_market_are_found():
    market = simulate_market(
        n_assets=1500, n_days=200, style_volatility=3.0, specific_volatility=0.010, seed=1
    )
    truth, bars = market.truth, market.bars
    assets = truth.exposures["asset"].to_numpy()
    bars = bars.assign(
        price=bars["close"] * bars["adj_factor"],
        free=~((bars["close"] >= bars["limit_up"]) | (bars["close"] <= bars["limit_down"])),
    )
    wide = bars.pivot_table(index="date", columns="asset", values=["price", "total_cap", "free"])
    price, cap, free = (wide[name][assets] for name in ("price", "total_cap", "free"))
    # a close at a limit is not the fair value, neither today nor as yesterday's
    fair = np.log(price.astype(float).where(free == 1))
    returns = fair.diff().to_numpy()[1:]
    labels = market.assets.set_index("asset")["industry"].reindex(assets)
    columns = truth.factor_returns.columns
    planted = truth.factor_returns.to_numpy()[1:]
    industries = list(columns[1:-10])
    codes = labels.map(industries.index).to_numpy()
    exposures = truth.exposures.to_numpy()[:-1].transpose(0, 2, 1)
    fitted = fit_cross_sections(returns, exposures, codes, cap.to_numpy(dtype=float)[:-1])
    assert not fitted.skipped
    assert not fitted.collinear

    for place, name in enumerate(columns):
        found = np.corrcoef(fitted.factor_returns[:, place], planted[:, place])[0, 1]
        wanted = 0.90 if name in industries else 0.95
        assert found > wanted, f"{name}: {found}"
    specific = truth.specific_returns.to_numpy()[1:]
    known = np.isfinite(fitted.residuals)
    assert known.mean() > 0.85
    assert np.corrcoef(fitted.residuals[known], specific[known])[0, 1] > 0.98
    # an unbiased estimate, not merely a proportional one
    slope = np.polyfit(planted[:, 0], fitted.factor_returns[:, 0], 1)[0]
    assert slope == pytest.approx(1.0, abs=0.05)


@pytest.mark.real
def test_real_days_are_those_of_statsmodels(real_data):
    days = pq.read_table(
        real_data / "ashare" / "bars.parquet",
        columns=["asset", "date", "close", "adj_factor", "turnover", "float_cap"],
        filters=[
            ("date", ">=", pd.Timestamp("2018-05-01")),
            ("date", "<=", pd.Timestamp("2018-07-31")),
        ],
    ).to_pandas()
    table = pq.read_table(real_data / "ashare" / "assets.parquet").to_pandas()
    days = days.assign(price=days["close"] * days["adj_factor"])
    price, cap, turnover = (
        days.pivot(index="date", columns="asset", values=name)
        for name in ("price", "float_cap", "turnover")
    )
    returns = price.pct_change(fill_method=None)
    crude = [
        np.log(cap),
        price.pct_change(20, fill_method=None),
        returns.rolling(20).std(),
        turnover.rolling(20).mean(),
    ]
    scores = [
        style.sub(style.mean(axis=1), axis=0).div(style.std(axis=1), axis=0) for style in crude
    ]
    exposures = np.stack([score.to_numpy() for score in scores], axis=2)[-21:-1]
    known = set(table["industry"].dropna())
    own = table.set_index("asset")["industry"].reindex(price.columns)
    codes = own.map({name: code for code, name in enumerate(sorted(known))}).fillna(-1).to_numpy()
    earned, caps = returns.to_numpy()[-20:], cap.to_numpy()[-21:-1]
    fitted = fit_cross_sections(earned, exposures, codes, caps)
    assert not fitted.skipped
    for day in range(20):
        inside = np.isfinite(earned[day]) & np.isfinite(exposures[day]).all(axis=1)
        inside &= np.isfinite(caps[day]) & (codes >= 0)
        assert inside.sum() == fitted.observations[day] > 2500
        factors, t_statistics, r_squared, residuals = oracle(
            earned[day, inside],
            exposures[day, inside],
            codes[inside].astype(int),
            caps[day, inside].astype(float),
        )
        np.testing.assert_allclose(fitted.factor_returns[day], factors, rtol=1e-8, atol=1e-12)
        np.testing.assert_allclose(fitted.t_statistics[day], t_statistics, rtol=1e-8, atol=1e-8)
        np.testing.assert_allclose(fitted.residuals[day, inside], residuals, atol=1e-12)
        assert fitted.r_squared[day] == pytest.approx(r_squared, abs=1e-10)
    assert 0.05 < fitted.r_squared.mean() < 0.6
