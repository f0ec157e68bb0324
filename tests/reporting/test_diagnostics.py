"""The diagnostics of all models show what they were given, on common axes."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from matplotlib.axes import Axes

from deep_alpha.reporting.figures.diagnostics import (
    ic_histograms,
    returns_by_score,
    score_distributions,
)
from deep_alpha.reporting.figures.look import LIGHT, NARROW, WIDE, Look
from deep_alpha.reporting.palette import hues_in_order

LOOK = Look(LIGHT, WIDE)
NAMES = ("mlp", "cnn", "svr")
HUES = hues_in_order(NAMES)
RANDOM = np.random.default_rng(0)


def heights(axis: Axes) -> np.ndarray:
    return np.array([bar.get_height() for bar in axis.patches])


def titles(figure) -> list[str]:
    return [axis.get_title(loc="left") for axis in figure.axes if axis.get_visible()]


def test_scores_in_any_units_have_the_same_shape() -> None:
    scores = pd.Series(RANDOM.normal(size=3000))
    figure = score_distributions({"mlp": scores, "cnn": 1000 * scores - 7}, HUES, LOOK)
    left, right = map(heights, figure.axes)
    np.testing.assert_allclose(left, right, atol=1e-3)
    assert left.sum() == pytest.approx(1.0)
    assert titles(figure) == ["mlp, N = 3,000", "cnn, N = 3,000"]


def test_missing_scores_do_not_count_and_the_outer_ones_are_not_shown() -> None:
    scores = pd.Series([np.nan] * 10 + [*np.linspace(-1, 1, 2998), 900.0, -900.0])
    figure = score_distributions({"mlp": scores}, HUES, LOOK)
    assert titles(figure) == ["mlp, N = 3,000"]
    bars = figure.axes[0].patches
    assert bars[-1].get_x() + bars[-1].get_width() < 1.0


def test_a_score_that_never_varies_has_an_empty_frame() -> None:
    figure = score_distributions({"mlp": pd.Series([0.5] * 50)}, HUES, LOOK)
    assert not len(figure.axes[0].patches)
    assert titles(figure) == ["mlp, N = 50"]


def test_ic_histograms_share_their_bins_and_mark_the_mean() -> None:
    series = pd.DataFrame({"mlp": RANDOM.normal(0.05, 0.1, 200), "cnn": RANDOM.normal(0, 0.2, 200)})
    series.loc[:9, "cnn"] = np.nan
    figure = ic_histograms(series, HUES, LOOK)
    for axis, name in zip(figure.axes, series, strict=True):
        mean = series[name].mean()
        assert axis.lines[-1].get_xdata()[0] == pytest.approx(mean)
        assert axis.get_title(loc="left") == f"{name}: mean {mean:.3f}".replace("-", "−")
        assert heights(axis).sum() == pytest.approx(1.0)
    one, other = ([bar.get_x() for bar in axis.patches] for axis in figure.axes)
    assert one == other


def test_a_model_without_any_ic_has_an_empty_frame() -> None:
    series = pd.DataFrame({"mlp": [0.1, 0.2, -0.1], "svr": np.nan})
    figure = ic_histograms(series, HUES, LOOK)
    assert titles(figure) == ["mlp: mean 0.067", "svr: mean –"]


def test_returns_are_means_of_twentieths_with_their_number() -> None:
    score = RANDOM.normal(size=1000)
    sample = pd.DataFrame({"score": score, "forward_return": 0.01 * score})
    sample.loc[1000] = [0.3, np.nan]
    figure = returns_by_score({"mlp": sample}, HUES, LOOK)
    (points, *_) = figure.axes[0].containers[0]
    expected = 0.01 * np.sort(score).reshape(20, 50).mean(axis=1)
    np.testing.assert_allclose(points.get_ydata(), expected)
    assert points.get_xdata().tolist() == list(range(1, 21))
    assert titles(figure) == ["mlp, N = 1,000"]


def test_every_model_has_a_frame_at_any_width() -> None:
    rows = {
        name: pd.DataFrame({"score": [1.0, 2.0], "forward_return": [0.0, 0.1]}) for name in NAMES
    }
    for width in (WIDE, NARROW):
        assert len(titles(returns_by_score(rows, HUES, Look(LIGHT, width)))) == 3
