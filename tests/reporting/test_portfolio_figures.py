"""Drawings of portfolios show what they were given."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_hex

from deep_alpha.reporting.figures.attribution import cumulative_parts, stacked_parts, waterfall
from deep_alpha.reporting.figures.enhancement import (
    all_excess,
    drawdown_of_value,
    names_held,
    portfolio_and_benchmark,
)
from deep_alpha.reporting.figures.layers import layer_bars
from deep_alpha.reporting.figures.look import LIGHT, WIDE, Look
from deep_alpha.reporting.palette import hues_in_order, signal_hues

LOOK = Look(LIGHT, WIDE)
HUES = signal_hues({"mlp": "model", "ridge": "yardstick"})
DAYS = pd.bdate_range("2020-01-01", periods=4).as_unit("us")
PARTS = pd.Series({"style": 0.02, "specific": 0.10, "not_modelled": -0.01, "cost": -0.03})
PART_HUES = hues_in_order(list(PARTS.index))
THIN = "\N{NARROW NO-BREAK SPACE}"


def words(axis) -> list[str]:
    return [text.get_text() for text in axis.texts]


def test_layers_have_a_bar_for_every_case_of_costs() -> None:
    table = pd.DataFrame({"market": [-0.1, 0.2], "decimal": [-0.2, 0.1]}, ["layer 1", "layer 2"])
    figure = layer_bars({"mlp": table}, LOOK)
    (axis,) = figure.axes
    assert [bar.get_height() for bar in axis.patches] == [-0.1, 0.2, -0.2, 0.1]
    assert to_hex(axis.patches[1].get_facecolor()) == LIGHT.positive
    assert [label.get_text() for label in axis.get_xticklabels()] == ["1", "2"]
    assert [text.get_text() for text in figure.legends[0].texts] == ["market", "decimal"]


def test_one_case_of_costs_carries_its_values() -> None:
    table = pd.DataFrame({"market": [-0.1, np.nan]}, [1, 2])
    figure = layer_bars({"mlp": table}, LOOK)
    assert words(figure.axes[0]) == [f"−10.0{THIN}%", "–"]
    assert figure.legends == []


def test_each_part_begins_where_the_last_one_ends_and_they_add_up() -> None:
    axis = waterfall(PARTS, PART_HUES, "mlp", LOOK).axes[0]
    *parts, total = axis.patches
    ends = np.cumsum(PARTS.to_numpy())
    starts = [bar.get_x() for bar in parts]
    assert starts == pytest.approx([0.0, *ends[:-1]])
    assert [bar.get_x() + bar.get_width() for bar in parts] == pytest.approx(list(ends))
    assert (total.get_x(), total.get_width()) == (0.0, pytest.approx(PARTS.sum()))
    assert words(axis)[-1] == f"+8.0{THIN}%"
    assert [label.get_text() for label in axis.get_yticklabels()] == [
        "style", "specific", "not modelled", "cost", "excess",
    ]  # fmt: skip


def test_stacked_parts_reach_as_far_as_their_sums_and_mark_the_total() -> None:
    table = pd.DataFrame([PARTS, -PARTS], ["mlp", "ridge"])
    axis = stacked_parts(table, PART_HUES, LOOK).axes[0]
    drawn = [bar for bar in axis.patches if bar.get_width()]
    right = max(bar.get_x() + bar.get_width() for bar in drawn)
    left = min(bar.get_x() + bar.get_width() for bar in drawn)
    assert (right, left) == (pytest.approx(0.12), pytest.approx(-0.12))
    assert sum(bar.get_width() for bar in drawn) == pytest.approx(0.0)
    (marks,) = [line for line in axis.lines if line.get_marker() == "D"]
    assert marks.get_xdata().tolist() == pytest.approx([0.08, -0.08])
    assert words(axis) == [f"+8.0{THIN}%", f"−8.0{THIN}%"]


def test_the_sum_of_the_parts_is_drawn_with_them() -> None:
    curves = pd.DataFrame({"style": [0.0, 0.01, 0.02, 0.03], "cost": -0.01}, DAYS)
    axis = cumulative_parts(curves, PART_HUES, "mlp", LOOK).axes[0]
    assert axis.lines[2].get_ydata().tolist() == pytest.approx([-0.01, 0.0, 0.01, 0.02])
    assert words(axis) == [f"cost −1.0{THIN}%", f"excess +2.0{THIN}%", f"style +3.0{THIN}%"]


def test_the_excess_and_its_drawdown_stand_below_the_portfolio() -> None:
    curves = pd.DataFrame(
        {"portfolio": [1.1, 1.2, 1.3, 1.2], "benchmark": [1.0, 1.1, 1.1, 1.1],
         "excess": [0.9, 1.2, 1.08, 1.2]},
        DAYS,
    )  # fmt: skip
    upper, middle, lower = portfolio_and_benchmark(curves, "mlp", HUES["mlp"], LOOK).axes
    assert words(upper) == ["benchmark 1.10×", "portfolio 1.20×"]
    assert middle.lines[0].get_ydata().tolist() == pytest.approx([-0.1, 0.2, 0.08, 0.2])
    assert lower.lines[0].get_ydata().tolist() == pytest.approx([-0.1, 0.0, -0.1, 0.0])
    assert lower.get_title(loc="left") == f"drawdown of the excess, largest −10.0{THIN}%"


def test_further_yardsticks_are_muted_and_dashed() -> None:
    curves = pd.DataFrame(
        {"portfolio": 1.3, "benchmark": 1.1, "equal_benchmark": 1.2, "universe": 1.0,
         "excess": 1.2},
        DAYS,
    )  # fmt: skip
    upper = portfolio_and_benchmark(curves, "mlp", HUES["mlp"], LOOK).axes[0]
    assert words(upper) == [
        "universe, equal 1×", "benchmark 1.10×", "benchmark, equal 1.20×", "portfolio 1.30×",
    ]  # fmt: skip
    equal, universe, benchmark, portfolio = upper.lines[:4]
    assert to_hex(portfolio.get_color()) == LOOK.colour(HUES["mlp"])
    for line in (equal, universe, benchmark):
        assert to_hex(line.get_color()) == LIGHT.muted
    assert (benchmark.get_linestyle(), portfolio.get_linestyle()) == ("-", "-")
    assert equal.get_linestyle() == universe.get_linestyle() == "--"


def test_a_loss_on_the_first_day_is_a_drawdown() -> None:
    assert drawdown_of_value(pd.Series([0.9, 1.0])).tolist() == pytest.approx([-0.1, 0.0])


def test_every_signal_has_its_line_in_its_colour() -> None:
    curves = {
        name: pd.DataFrame({"excess": [1.0, 1.0, 1.0, 1 + end]}, DAYS)
        for name, end in (("mlp", 0.2), ("ridge", -0.1))
    }
    axis = all_excess(curves, HUES, LOOK).axes[0]
    assert words(axis) == [f"ridge −10.0{THIN}%", f"mlp +20.0{THIN}%"]
    assert [to_hex(line.get_color()) for line in axis.lines[:2]] == [
        LOOK.colour(HUES[name]) for name in curves
    ]
    held = names_held(pd.DataFrame({"mlp": 231, "ridge": np.nan}, DAYS), HUES, LOOK).axes[0]
    assert words(held) == ["mlp"]
    assert held.get_ylim()[0] == 0
