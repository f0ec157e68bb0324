"""Drawings of the risk model show what they were given."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_hex

from deep_alpha.reporting.figures.coverage import coverage_map
from deep_alpha.reporting.figures.factor_returns import (
    country_and_market,
    cumulative_styles,
    each_style,
    extreme_industries,
    industry_lines,
)
from deep_alpha.reporting.figures.fit import r_squared_mean, r_squared_through_time
from deep_alpha.reporting.figures.look import DARK, LIGHT, NARROW, WIDE, Look
from deep_alpha.reporting.figures.styles import correlation_map, style_bars
from deep_alpha.reporting.palette import style_hues

LOOK = Look(LIGHT, WIDE)
DAYS = pd.bdate_range("2020-01-01", periods=200).as_unit("us")
THIN = "\N{NARROW NO-BREAK SPACE}"
HUES = style_hues(["SIZE", "BETA", "MOMENTUM"])


def words(axis) -> set[str]:
    return {text.get_text() for text in axis.texts}


@pytest.fixture
def returns() -> pd.DataFrame:
    return pd.DataFrame({"SIZE": 0.001, "BETA": [np.nan, *[-0.0005] * 199]}, DAYS)


def test_lines_of_styles_are_sums_with_their_last_value(returns: pd.DataFrame) -> None:
    axis = cumulative_styles(returns, HUES, LOOK).axes[0]
    size, beta, _ = axis.lines
    assert size.get_ydata()[-1] == pytest.approx(0.2)
    assert beta.get_ydata()[-1] == pytest.approx(-0.0995)
    assert len(beta.get_ydata()) == 199
    assert words(axis) == {f"SIZE 20.0{THIN}%", f"BETA −10.0{THIN}%"}


def test_a_style_has_one_colour_in_every_figure(returns: pd.DataFrame) -> None:
    for look in (LOOK, Look(DARK, NARROW)):
        wanted = look.colour(HUES["BETA"])
        assert to_hex(cumulative_styles(returns, HUES, look).axes[0].lines[1].get_color()) == wanted
        assert to_hex(each_style(returns, HUES, look).axes[1].lines[-2].get_color()) == wanted


@pytest.mark.parametrize("width", [WIDE, NARROW])
@pytest.mark.parametrize("count", [1, 3, 6, 7, 10])
def test_each_style_has_a_frame_on_one_scale(count: int, width: float) -> None:
    names = list("abcdefghij"[:count])
    table = pd.DataFrame({name: 0.001 * place for place, name in enumerate(names)}, DAYS)
    axes = each_style(table, style_hues(names), Look(LIGHT, width)).axes
    shown = [axis for axis in axes if axis.get_visible()]
    assert [axis.get_title(loc="left").partition(" ")[0] for axis in shown] == names
    assert len({axis.get_ylim() for axis in shown}) == 1
    assert all(len(axis.lines) == count + 2 for axis in shown)


def test_country_and_market_are_compared_on_the_days_of_both() -> None:
    country = pd.Series(0.002, DAYS)
    market = pd.Series([np.nan, *[0.001] * 199], DAYS)
    upper, lower = country_and_market(country, market, 0.98765, LOOK).axes
    assert upper.get_title(loc="left") == "Country and market: correlation 0.9877"
    assert [line.get_ydata()[-1] for line in upper.lines[:2]] == pytest.approx([0.398, 0.199])
    assert lower.lines[0].get_ydata()[-1] == pytest.approx(0.199)


def test_only_extreme_industries_are_named() -> None:
    drifts = {f"industry {place}": 0.0001 * place for place in range(9)}
    table = pd.DataFrame(drifts, DAYS).assign(gone=np.nan)
    extremes = [f"industry {place}" for place in (8, 7, 6, 2, 1, 0)]
    assert extreme_industries(table) == extremes
    axis = industry_lines(table, LOOK).axes[0]
    assert {text.rsplit(" ", 1)[0] for text in words(axis)} == set(extremes)
    assert len(axis.lines) == 9 + 1


def test_long_names_are_cut_on_telephones() -> None:
    table = pd.DataFrame({"Paper and light manufacturing": 0.001}, DAYS)
    assert words(industry_lines(table, Look(LIGHT, NARROW)).axes[0]) == {
        f"Paper and light… 20.0{THIN}%"
    }


def test_the_mean_of_r_squared_is_of_63_days_and_in_the_title() -> None:
    values = pd.Series(np.linspace(0.0, 0.2, 200), DAYS)
    mean = r_squared_mean(values)
    assert mean.iloc[-1] == pytest.approx(values.iloc[-63:].mean())
    assert mean.notna().sum() == 200 - 20
    axis = r_squared_through_time(values, LOOK).axes[0]
    assert axis.get_title(loc="left") == "R² of the daily regressions: mean 0.100"
    (band,) = axis.patches
    assert (band.get_y(), band.get_y() + band.get_height()) == pytest.approx((0.17, 0.32))
    assert axis.get_ylim()[1] >= 0.32


def test_coverage_is_averaged_by_week_and_over_all_days() -> None:
    table = pd.DataFrame({"LNCAP": 1.0, "RSTR": [0.0] * 100 + [0.5] * 100}, DAYS)
    axis = coverage_map(table, LOOK).axes[0]
    (mesh,) = axis.collections
    weeks = table.resample("W").mean()
    assert mesh.get_array().shape == (2, len(weeks))
    assert mesh.get_array()[1].tolist() == pytest.approx(weeks["RSTR"].tolist())
    assert words(axis) == {f"100{THIN}%", f"25{THIN}%"}
    assert [label.get_text() for label in axis.get_yticklabels()] == ["LNCAP", "RSTR"]


def test_bars_show_value_limit_and_dots() -> None:
    bars = pd.Series({"SIZE": 1.25, "BETA": 2.5})
    dots = pd.Series({"BETA": 6.0, "SIZE": 1.5})
    figure = style_bars(
        bars, HUES, "VIF", LOOK, line=5, line_words="limit 5", dots=dots, words=("mean", "largest"),
        places=1,
    )  # fmt: skip
    axis = figure.axes[0]
    assert [bar.get_width() for bar in axis.patches] == [1.25, 2.5]
    assert words(axis) == {"1.2 / 1.5", "2.5 / 6.0"}
    points, limit = axis.lines
    assert points.get_xdata().tolist() == [1.5, 6.0]
    assert limit.get_xdata() == [5, 5]
    assert axis.get_xlim()[1] > 6
    assert [text.get_text() for text in figure.legends[0].texts] == ["mean", "largest", "limit 5"]


def test_bars_without_a_limit_have_no_legend() -> None:
    figure = style_bars(pd.Series({"SIZE": 0.9, "BETA": -0.1}), HUES, "Autocorrelation", LOOK)
    assert figure.legends == []
    assert words(figure.axes[0]) == {"0.90", "−0.10"}


def test_correlations_stand_once_below_the_diagonal() -> None:
    names = ["SIZE", "BETA", "MOMENTUM"]
    table = pd.DataFrame([[1, 0.5, -0.25], [0.5, 1, np.nan], [-0.25, np.nan, 1]], names, names)
    axis = correlation_map(table, LOOK).axes[0]
    placed = {text.get_text(): text.get_position() for text in axis.texts}
    assert placed == {".50": (0, 1), "−.25": (0, 2)}
    assert [label.get_text() for label in axis.get_yticklabels()] == names[1:]
    assert [label.get_text() for label in axis.get_xticklabels()] == names[:-1]
