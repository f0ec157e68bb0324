"""Drawings of the scoreboard show what they were given."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_hex

from deep_alpha.reporting.figures.axes import percent_tick, room_for_labels
from deep_alpha.reporting.figures.bars import signed_bars
from deep_alpha.reporting.figures.bases import basis_bars
from deep_alpha.reporting.figures.decay import ic_decay_lines, window_words
from deep_alpha.reporting.figures.dots import interval_dots, paper_and_tradable
from deep_alpha.reporting.figures.events import event_paths
from deep_alpha.reporting.figures.frames import frames, ordered_colours
from deep_alpha.reporting.figures.heat import month_map
from deep_alpha.reporting.figures.look import DARK, LIGHT, NARROW, WIDE, Look
from deep_alpha.reporting.figures.ordered import ordered_growth
from deep_alpha.reporting.figures.quantiles import quantile_bars
from deep_alpha.reporting.formats import decimal
from deep_alpha.reporting.palette import signal_hues

LOOK = Look(LIGHT, WIDE)
HUES = signal_hues({"mlp": "model", "ridge": "yardstick"})
DAYS = pd.bdate_range("2020-01-01", periods=120).as_unit("us")
THIN = "\N{NARROW NO-BREAK SPACE}"


def words(axis) -> list[str]:
    return [text.get_text() for text in axis.texts]


def test_intervals_reach_from_end_to_end() -> None:
    table = pd.DataFrame(
        {"rank_ic": [0.1, 0.02], "low": [0.05, np.nan], "high": [0.15, np.nan]}, ["mlp", "ridge"]
    )
    axis = interval_dots(table, HUES, LOOK).axes[0]
    _, interval, dot, _, other = axis.lines
    assert interval.get_xdata().tolist() == [0.05, 0.15]
    assert (dot.get_xdata()[0], other.get_xdata()[0]) == (0.1, 0.02)
    assert words(axis) == ["0.100", "0.020"]
    assert [label.get_text() for label in axis.get_yticklabels()] == ["mlp", "ridge"]


def test_paper_is_hollow_and_the_gap_is_printed() -> None:
    table = pd.DataFrame({"rank_ic": [0.1], "tradable_ic": [0.07]}, ["mlp"])
    axis = paper_and_tradable(table, HUES, Look(DARK, NARROW)).axes[0]
    paper, tradable = axis.lines[-2:]
    assert to_hex(paper.get_markerfacecolor()) == DARK.card
    assert (paper.get_xdata()[0], tradable.get_xdata()[0]) == (0.1, 0.07)
    assert words(axis) == ["−0.030"]


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_every_basis_has_a_frame_on_one_scale(width: float) -> None:
    table = pd.DataFrame(
        {"raw": [0.1, 0.05], "tradable": [0.08, np.nan], "neutral": [-0.01, 0.0]}, ["mlp", "ridge"]
    )
    shown = [
        axis for axis in basis_bars(table, HUES, Look(LIGHT, width)).axes if axis.get_visible()
    ]
    assert [axis.get_title(loc="left") for axis in shown] == list(table.columns)
    assert len({axis.get_xlim() for axis in shown}) == 1
    assert [bar.get_width() for bar in shown[2].patches] == [-0.01, 0.0]
    assert words(shown[1]) == ["0.080"]
    assert shown[2].lines[0].get_xdata().tolist() == [0.1, 0.05]


def test_windows_stand_in_order_of_their_days() -> None:
    decay = pd.DataFrame(
        {"signal": ["mlp"] * 3, "first_day": [11, 1, 6], "last_day": [20, 5, 10],
         "rank_ic": [0.01, 0.09, 0.05], "cumulative_ic": [0.1, 0.09, 0.095]}
    )  # fmt: skip
    alone, whole = ic_decay_lines(decay, HUES, LOOK).axes
    assert alone.lines[0].get_ydata().tolist() == [0.09, 0.05, 0.01]
    assert [label.get_text() for label in alone.get_xticklabels()] == ["1–5", "6–10", "11–20"]
    assert whole.lines[0].get_ydata().tolist() == [0.09, 0.095, 0.1]
    assert words(whole) == ["mlp"]
    assert window_words(5, 5) == "5"


def test_months_without_an_ic_are_blank() -> None:
    months = pd.DataFrame({1: [0.08, np.nan], 12: [-0.115, 0.2]}, [2019, 2020])
    axis = month_map(months, "mlp", LOOK).axes[0]
    placed = {text.get_text(): text.get_position() for text in axis.texts}
    assert placed == {".08": (0, 0), "−.12": (11, 0), ".20": (11, 1)}
    (image,) = axis.images
    assert image.get_array().shape == (2, 12)
    assert image.get_clim() == (-0.2, 0.2)


def test_quantiles_have_bars_and_two_standard_errors() -> None:
    table = pd.DataFrame(
        {"quantile": [1, 2, 3], "mean": [-0.01, 0.0, 0.02], "standard_error": 0.002}
    )
    axis = quantile_bars({"mlp": table}, LOOK).axes[0]
    assert [bar.get_height() for bar in axis.patches] == [-0.01, 0.0, 0.02]
    (errors,) = axis.collections
    ends = [segment[:, 1].tolist() for segment in errors.get_segments()]
    assert np.array(ends) == pytest.approx(
        np.array([[-0.014, -0.006], [-0.004, 0.004], [0.016, 0.024]])
    )
    assert words(axis) == [f"−1.00{THIN}%", f"0.00{THIN}%", f"+2.00{THIN}%"]


def test_ordered_lines_run_from_the_negative_colour_to_the_positive() -> None:
    assert ordered_colours(3, LOOK) == [LIGHT.negative, LIGHT.muted, LIGHT.positive]
    five = ordered_colours(5, LOOK)
    assert len(set(five)) == 5
    growth = pd.DataFrame({"universe": 1.1, "layer 1": 0.8, "layer 2": 1.3}, DAYS)
    axis = ordered_growth({"mlp": growth}, "layers", LOOK).axes[0]
    tones = [to_hex(line.get_color()) for line in axis.lines[:3]]
    assert tones == [LIGHT.muted, LIGHT.negative, LIGHT.positive]
    assert words(axis) == ["layer 1 0.800×", "universe 1.10×", "layer 2 1.30×"]
    assert axis.get_ylim()[0] < 0.8 < 1.3 < axis.get_ylim()[1]


def test_several_signals_share_a_scale_and_name_numbers_only() -> None:
    growth = pd.DataFrame({1: 0.5, 2: 3.0, "universe": 1.0}, DAYS)
    axes = ordered_growth({"mlp": growth, "ridge": growth / 2}, "", LOOK).axes
    assert axes[0].get_ylim() == axes[1].get_ylim()
    assert words(axes[0]) == ["1", "2"]


def test_many_lines_make_their_frames_higher() -> None:
    assert room_for_labels(4, 2.8) == 2.8
    assert room_for_labels(20, 2.8) > 4


def test_events_are_split_at_the_formation() -> None:
    events = pd.DataFrame(
        {"signal": "mlp", "day": [1, -1, 0], "top": [0.02, -0.05, 0.0], "bottom": [-0.03, 0.04, 0]}
    )
    before, after, _, bottom = event_paths(events, HUES, LOOK).axes
    assert before.lines[0].get_xdata().tolist() == [-1, 0]
    assert before.lines[0].get_ydata().tolist() == [-0.05, 0.0]
    assert after.lines[0].get_ydata().tolist() == [0.0, 0.02]
    assert bottom.lines[0].get_ydata().tolist() == [0.0, -0.03]
    assert words(after) == words(bottom) == ["mlp"]


def test_bars_on_either_side_carry_their_values_outside() -> None:
    values = pd.Series({"SIZE": 0.01, "BETA": -0.02})
    axis = signed_bars(values, HUES["mlp"], "styles", decimal, LOOK, tick=percent_tick).axes[0]
    assert [bar.get_width() for bar in axis.patches] == [0.01, -0.02]
    assert {text.get_text(): text.get_ha() for text in axis.texts} == {
        "0.010": "left", "−0.020": "right",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("value", "text"), [(0.2, "20"), (0.025, "2.5"), (0.0025, "0.25"), (-0.0005, "−0.05")]
)
def test_ticks_keep_the_decimals_they_need(value: float, text: str) -> None:
    assert percent_tick(value) == f"{text}{THIN}%"


@pytest.mark.parametrize(("width", "across", "columns"), [(WIDE, 4, 4), (NARROW, 4, 2), (NARROW, 2, 1)])  # fmt: skip # noqa: E501
def test_frames_fit_their_width(width: float, across: int, columns: int) -> None:
    figure, axes = frames(Look(LIGHT, width), 5, 1.5, across=across)
    assert len(axes) == 5
    assert axes[0].get_subplotspec().get_gridspec().ncols == columns
    assert sum(not axis.get_visible() for axis in figure.axes) == -5 % columns
