"""Drawings show what they were given."""

from __future__ import annotations

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_hex

from deep_alpha.folds import FoldSettings, make_folds, manifest
from deep_alpha.reporting.figures.axes import end_labels
from deep_alpha.reporting.figures.folds import fold_timeline
from deep_alpha.reporting.figures.ic import cumulative_ic, daily_ic, ic_histogram
from deep_alpha.reporting.figures.look import DARK, LIGHT, NARROW, WIDE, Look, blend, sheet
from deep_alpha.reporting.figures.market import names_per_day
from deep_alpha.reporting.figures.portfolios import drawdown_of, growth_of_one, portfolio_growth
from deep_alpha.reporting.figures.signals import binned_means
from deep_alpha.reporting.palette import Hue

LOOK, HUE = Look(LIGHT), Hue("#0068ad", "#56b4f2")
DAYS = pd.bdate_range("2020-01-01", periods=250).as_unit("us")


def test_the_style_leaves_no_trace() -> None:
    before = dict(mpl.rcParams)
    with Look(DARK, WIDE).style():
        assert mpl.rcParams["figure.facecolor"] == DARK.card
    assert dict(mpl.rcParams) == before


def test_the_title_of_daily_ic_carries_mean_and_icir() -> None:
    ic = pd.Series([0.1, -0.05, np.nan, 0.07], DAYS[:4])
    figure = daily_ic(ic, "mlp", HUE, [], LOOK)
    mean, icir = 0.04, 0.04 / ic.std()
    title = figure.axes[0].get_title(loc="left")
    assert title == f"mlp: mean IC {mean:.3f}, ICIR {icir:.2f}"
    last = figure.axes[1].lines[0].get_ydata()[-1]
    assert last == pytest.approx(0.12)


def test_the_histogram_counts_every_known_day() -> None:
    ic = pd.Series(np.linspace(-0.1, 0.3, 80), DAYS[:80])
    figure = ic_histogram(ic, "mlp", HUE, 0.03, LOOK)
    axis = figure.axes[0]
    band, *bars = axis.patches
    assert sum(bar.get_height() for bar in bars) == 80
    assert (band.get_x(), band.get_width()) == (pytest.approx(-0.06), pytest.approx(0.12))
    assert axis.get_title(loc="left") == "mlp: IC > 0 on 75 % of days"


def test_models_keep_their_colour_in_either_theme() -> None:
    series = pd.DataFrame({"a": 0.01, "b": -0.01}, DAYS)
    hues = {"a": HUE, "b": Hue("#cf4f00", "#ff8f5a", (0, (5, 1.6)))}
    for look in (Look(LIGHT, WIDE), Look(DARK, NARROW)):
        lines = cumulative_ic(series, hues, [], look).axes[0].lines
        assert [to_hex(line.get_color()) for line in lines[:2]] == [look.colour(h) for h in hues.values()]  # fmt: skip # noqa: E501


def test_growth_and_drawdown_on_a_hand_made_path() -> None:
    returns = pd.Series([0.10, -0.50, np.nan, 0.20], DAYS[:4])
    assert growth_of_one(returns).tolist() == pytest.approx([1.1, 0.55, 0.55, 0.66])
    assert drawdown_of(returns).tolist() == pytest.approx([0.0, -0.5, -0.5, -0.4])


def test_a_first_day_loss_is_a_drawdown() -> None:
    assert drawdown_of(pd.Series([-0.1, 0.0], DAYS[:2])).tolist() == pytest.approx([-0.1, -0.1])


def test_naive_lines_are_dashed_and_do_not_set_the_frame() -> None:
    returns = pd.DataFrame({"top": 0.001, "naive_top": 0.05, "universe": 0.0}, DAYS)
    labels = {"top": "top 5", "bottom": "bottom 5", "long_short": "long–short", "universe": "all"}
    axis = portfolio_growth(returns, "mlp", HUE, labels, [], LOOK).axes[0]
    assert axis.get_ylim()[1] < 4
    final = f"{1.05**250:,.0f}"
    assert f"top 5, naive {final}×" in {text.get_text() for text in axis.texts}
    assert "--" in {line.get_linestyle() for line in axis.lines}


def test_labels_at_line_ends_do_not_overlap() -> None:
    axis = sheet(LOOK, 3.0).axes[0]
    axis.set_ylim(0, 1)
    end_labels(axis, [(0.5, str(number), "black") for number in range(6)])
    heights = sorted(text.xyann[1] for text in axis.texts)
    assert np.diff(heights).min() > 0.05
    assert np.mean(heights) == pytest.approx(0.5)


def test_binned_means_agree_with_a_sort() -> None:
    random = np.random.default_rng(0)
    rows = pd.DataFrame(random.normal(size=(1000, 2)), columns=["score", "forward_return"])
    ordered = rows.sort_values("score")["forward_return"].to_numpy().reshape(20, 50)
    assert binned_means(rows)["forward_return"].to_numpy() == pytest.approx(ordered.mean(axis=1))


def test_the_timeline_has_five_bars_a_fold_and_an_open_live_test() -> None:
    calendar = pd.bdate_range("2016-01-01", "2020-06-30")
    folds = make_folds(calendar.to_numpy(), 6, FoldSettings(test_start="2020-01-01"))
    axis = fold_timeline(manifest(folds, calendar.to_numpy(), 6), LOOK).axes[0]
    assert len(axis.collections) == 5 * 2
    assert [text.get_text() for text in axis.texts] == ["open"]


def test_days_before_the_first_score_are_not_drawn_as_zero() -> None:
    counts = pd.DataFrame({"traded": 10, "scored": [0] * 200 + [9] * 50}, DAYS)
    lines = names_per_day(counts, LOOK).axes[0].lines
    assert np.isnan(lines[1].get_ydata()).sum() == 200


def test_a_blend_is_opaque() -> None:
    assert blend("#000000", "#ffffff", 0.5) == "#808080"
