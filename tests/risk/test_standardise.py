from __future__ import annotations

import numpy as np
import pytest
import statsmodels.api as sm

from deep_alpha.risk.standardise import (
    CrossSection,
    fill_by_industry,
    residual,
    standardise,
    weighted_mean,
    winsorise,
)

ASSETS = 200


@pytest.fixture
def random() -> np.random.Generator:
    return np.random.default_rng(5)


@pytest.fixture
def section(random) -> CrossSection:
    """Three quarters of the assets inside, caps over four orders, some unknown."""
    cap = np.exp(random.normal(22.0, 1.5, ASSETS))
    cap[:4] = [np.nan, 0.0, -1.0, np.inf]
    inside = random.random(ASSETS) < 0.75
    inside[:10] = True
    return CrossSection.of(inside, cap)


@pytest.fixture
def values(random) -> np.ndarray:
    values = random.standard_t(2, ASSETS) * 3.0 + 1.0
    values[20:30] = np.nan
    return values


def test_caps_count_inside_only_and_where_they_are_known(section):
    assert (section.cap[:4] == 0.0).all()
    assert (section.cap[~section.inside] == 0.0).all()
    assert (section.cap[4:][section.inside[4:]] > 0.0).all()


def test_everybody_is_clipped_at_the_bounds_of_those_inside(values, section):
    values[~section.inside] *= 50.0
    inside = values[section.inside & ~np.isnan(values)]
    low, high = inside.mean() - 3 * inside.std(), inside.mean() + 3 * inside.std()
    tamed = winsorise(values, section)
    np.testing.assert_allclose(tamed.values, np.clip(values, low, high), rtol=1e-12)
    beyond = ((inside < low) | (inside > high)).sum()
    assert beyond > 0
    assert tamed.clipped == pytest.approx(beyond / section.inside.sum())
    assert tamed.forgotten == 0.0


def test_three_zones_forget_the_far_and_clip_the_rest_anew(section, random):
    values = random.normal(size=ASSETS)
    values[[5, 6]] = [900.0, 8.0]
    outsider = int(np.flatnonzero(~section.inside)[0])
    values[outsider] = -900.0
    assert winsorise(values, section).values[6] == 8.0, "one outlier hides the other"

    tamed = winsorise(values, section, "three_zone")
    assert np.isnan(tamed.values[[5, outsider]]).all()
    rest = np.delete(values, 5)[np.delete(section.inside, 5)]
    assert tamed.values[6] == pytest.approx(rest.mean() + 3 * rest.std())
    assert tamed.forgotten == pytest.approx(1 / section.inside.sum())
    assert tamed.clipped >= 1 / section.inside.sum()


def test_infinite_values_are_no_values(values, section):
    spoilt = values.copy()
    spoilt[5], values[5] = np.inf, np.nan
    np.testing.assert_array_equal(
        winsorise(spoilt, section).values, winsorise(values, section).values
    )


@pytest.mark.parametrize("number", [9, 10])
def test_ten_values_inside_are_needed(section, number):
    values = np.full(ASSETS, np.nan)
    values[~section.inside] = 1.0
    values[np.flatnonzero(section.inside)[:number]] = np.arange(number)
    for result in (winsorise(values, section).values, standardise(values, section)):
        assert np.isnan(result).all() == (number < 10)


@pytest.mark.parametrize("constant", [0.0, 0.1, 1e9 / 7])
def test_what_does_not_vary_inside_is_no_value(section, constant):
    """The mean of many times the same number is rounded; that is no variation."""
    values = np.full(ASSETS, constant)
    values[~section.inside] += 5.0
    assert np.isnan(winsorise(values, section).values).all()
    assert np.isnan(winsorise(values, section, "three_zone").values).all()
    assert np.isnan(standardise(values, section)).all()


def test_the_cap_weighted_mean_is_0_and_the_equal_weighted_deviation_1(values, section):
    scores = standardise(values, section)
    known = section.inside & ~np.isnan(values)
    assert np.average(scores[known], weights=section.cap[known]) == pytest.approx(0.0, abs=1e-14)
    assert scores[known].std() == pytest.approx(1.0, abs=1e-14)
    assert abs(scores[known].mean()) > 0.01, "the equal-weighted mean is another"
    np.testing.assert_array_equal(np.isnan(scores), np.isnan(values))
    outside = ~section.inside & ~np.isnan(values)
    slope, constant = np.polyfit(values[known], scores[known], 1)
    np.testing.assert_allclose(scores[outside], slope * values[outside] + constant)


def test_large_values_close_together_keep_their_moments(section, random):
    scores = standardise(1e9 + random.normal(size=ASSETS), section)
    assert abs(scores @ section.cap / section.cap.sum()) < 1e-10


def test_without_any_cap_there_is_no_market_to_stand_against(values, section):
    nobody = CrossSection.of(section.inside, np.full(ASSETS, np.nan))
    assert np.isnan(standardise(values, nobody)).all()


def test_outsiders_change_nothing_for_those_inside(values, section):
    other = np.where(section.inside, values, 1e6)
    for outliers in ("clip", "three_zone"):
        before, after = (winsorise(each, section, outliers) for each in (values, other))
        np.testing.assert_array_equal(
            standardise(before.values, section)[section.inside],
            standardise(after.values, section)[section.inside],
        )
        assert (before.clipped, before.forgotten) == (after.clipped, after.forgotten)


def test_weights_go_to_the_parts_that_an_asset_has():
    parts = [
        (0.68, np.array([np.nan, 1.0, np.nan])),
        (0.11, np.array([2.0, 2.0, np.nan])),
        (0.21, np.array([-1.0, 3.0, np.nan])),
    ]
    expected = [(0.11 * 2 - 0.21) / 0.32, 0.68 + 0.22 + 0.63, np.nan]
    np.testing.assert_allclose(weighted_mean(parts, 3), expected)
    assert np.isnan(weighted_mean([], 3)).all()


def test_the_missing_get_the_mean_of_the_members_of_their_industry():
    values = np.array([1.0, 3.0, 99.0, np.nan, np.nan, 7.0, np.nan])
    inside = np.array([True, True, False, True, False, False, True])
    industry = np.array([0, 0, 0, 0, 0, 2, 2])
    filled = fill_by_industry(values, industry, CrossSection.of(inside, np.ones(7)))
    np.testing.assert_array_equal(filled, [1.0, 3.0, 99.0, 2.0, 2.0, 7.0, 0.0])


def test_residuals_are_those_of_weighted_least_squares(section, random):
    first, second, noise = random.normal(size=(3, ASSETS))
    values = 2.0 + 0.5 * first - 1.5 * second + noise
    inside = section.cap > 0
    design = sm.add_constant(np.column_stack([first, second]))
    fit = sm.WLS(values[inside], design[inside], weights=np.sqrt(section.cap[inside])).fit()
    left = residual(values, [first, second], section)
    np.testing.assert_allclose(left, values - design @ fit.params, atol=1e-12)


def test_regressors_without_news_take_nothing_away(section, random):
    first, noise = random.normal(size=(2, ASSETS))
    alone = residual(first + noise, [first], section)
    idle = [np.zeros(ASSETS), -2.0 * first]
    np.testing.assert_allclose(residual(first + noise, [first, *idle], section), alone, atol=1e-12)
