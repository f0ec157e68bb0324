import numpy as np
import pytest

from deep_alpha.kernels.cross_section import CAP, EXPOSURE, RETURN, DayFit, DayLayout, fit, lay_out

NAMES, STYLES, INDUSTRIES = 40, 3, 4


@pytest.fixture
def day() -> dict[str, np.ndarray]:
    random = np.random.default_rng(0)
    return {
        "returns": random.normal(size=NAMES),
        "exposures": random.normal(size=(NAMES, STYLES)),
        "industry": random.integers(0, INDUSTRIES, NAMES),
        "cap": random.lognormal(size=NAMES),
        "estimation": np.ones(NAMES, dtype=bool),
    }


@pytest.fixture
def layout() -> DayLayout:
    return DayLayout(
        starts=np.empty(INDUSTRIES + 1, dtype=np.int64),
        columns=np.empty((STYLES + 1, NAMES)),
        weight=np.empty(NAMES),
        asset=np.empty(NAMES, dtype=np.int64),
        capital=np.empty(INDUSTRIES),
    )


def test_names_lie_industry_by_industry(day, layout):
    day["returns"][3] = np.nan
    day["exposures"][5, 1] = np.nan
    day["industry"][7] = -1
    day["cap"][[9, 11]] = [np.nan, 0.0]
    day["estimation"][13] = False
    assert lay_out(*day.values(), layout) == (NAMES - 1, NAMES - 6, INDUSTRIES, -1)

    asset, weight, columns = layout.asset, layout.weight, layout.columns
    assert layout.starts[-1] == NAMES - 1
    codes = np.repeat(np.arange(INDUSTRIES), np.diff(layout.starts))
    assert asset[-1] == 7  # the name without an industry
    known = asset >= 0
    assert sorted(asset[known]) == [name for name in range(NAMES) if name not in (3, 5)]
    np.testing.assert_array_equal(codes[known[:-1]], day["industry"][asset[:-1][known[:-1]]])
    np.testing.assert_array_equal(columns[:STYLES, known].T, day["exposures"][asset[known]])
    np.testing.assert_array_equal(columns[STYLES, known], day["returns"][asset[known]])
    assert (columns[:, ~known] == 0).all()

    takes_part = known & ~np.isin(asset, [7, 9, 11, 13])
    np.testing.assert_array_equal(weight > 0, takes_part)
    np.testing.assert_array_equal(weight[takes_part], np.sqrt(day["cap"][asset[takes_part]]))
    np.testing.assert_allclose(
        layout.capital, np.bincount(codes, weight[:-1] ** 2, INDUSTRIES), rtol=1e-14
    )


@pytest.mark.parametrize(
    ("field", "index", "what"),
    [("returns", 6, RETURN), ("cap", 6, CAP), ("exposures", (6, 2), EXPOSURE + 2)],
)
def test_the_first_infinite_value_is_found(day, layout, field, index, what):
    day[field][index] = -np.inf
    day["returns"][30] = np.inf
    day["exposures"][2] = np.nan
    assert lay_out(*day.values(), layout)[-1] == 6 * (STYLES + 2) + what


def test_the_fit_is_that_of_least_squares(day, layout):
    _, estimated, _, _ = lay_out(*day.values(), layout)
    factors = 1 + INDUSTRIES + STYLES
    widths = (factors, factors, NAMES, INDUSTRIES, STYLES)
    result = DayFit(*(np.full(width, np.nan) for width in widths))
    _, kept = fit(layout, estimated, result)
    assert kept.all()
    design = np.column_stack([np.eye(INDUSTRIES)[day["industry"]], day["exposures"]])
    root = day["cap"] ** 0.25
    solution = np.linalg.lstsq(root[:, None] * design, root * day["returns"], rcond=None)[0]
    np.testing.assert_allclose(result.factor_returns[-STYLES:], solution[-STYLES:], rtol=1e-10)
    country = result.industry_weight @ solution[:INDUSTRIES]
    assert result.factor_returns[0] == pytest.approx(country, rel=1e-10)
    np.testing.assert_allclose(
        result.residuals, day["returns"] - design @ solution, rtol=1e-10, atol=1e-13
    )
