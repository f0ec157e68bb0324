"""The network diagram says what the layers are."""

from __future__ import annotations

import pandas as pd
import pytest
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch

from deep_alpha.reporting.figures.look import DARK, LIGHT, NARROW, WIDE, Look
from deep_alpha.reporting.figures.network_diagram import network_diagram
from deep_alpha.reporting.palette import Hue

HUE = Hue("#0068ad", "#56b4f2")
LOOKS = [Look(LIGHT, WIDE), Look(DARK, NARROW)]
CNN_DUAL = pd.DataFrame(
    [
        ("convolution", "Conv1d", (1, 40), (8, 38), 32),
        ("relu", "ReLU", (8, 38), (8, 38), 0),
        ("hidden", "Linear", (304,), (32,), 9760),
        ("relu_2", "ReLU", (32,), (32,), 0),
        ("heads", "Linear", (32,), (2,), 66),
    ],
    columns=["layer", "kind", "shape_in", "shape_out", "parameters"],
)


def drawn(look: Look, layers: pd.DataFrame = CNN_DUAL, outputs=("return", "up")) -> Figure:
    with look.style():
        return network_diagram(layers, "cnn_dual", HUE, look, outputs=outputs)


def boxes(figure: Figure) -> list[FancyBboxPatch]:
    return [patch for patch in figure.axes[0].patches if isinstance(patch, FancyBboxPatch)]


def words(figure: Figure) -> list[str]:
    return [text.get_text() for text in figure.axes[0].texts if text.get_text()]


@pytest.mark.parametrize("look", LOOKS, ids=["wide", "narrow"])
def test_boxes_arrows_and_words(look) -> None:
    figure = drawn(look)
    assert words(figure) == [
        "40", "factors",
        "Convolution 8 × 38", "ReLU", "32 parameters",
        "Linear 32", "ReLU", "9,760 parameters", "304",
        "Linear 2", "66 parameters",
        "return", "up",
    ]  # fmt: skip
    assert figure.axes[0].get_title(loc="left") == "cnn_dual: 9,858 parameters"
    assert len(boxes(figure)) == 4
    arrows = [text for text in figure.axes[0].texts if getattr(text, "arrow_patch", None)]
    assert len(arrows) == 3 + 2


def test_a_wide_figure_reads_across_and_a_narrow_one_down() -> None:
    for look, (moving, fixed) in zip(LOOKS, ((0, 1), (1, 0)), strict=True):
        corners = [(box.get_x(), box.get_y()) for box in boxes(drawn(look))]
        along = [corner[moving] for corner in corners]
        assert along == sorted(along)
        assert len({round(corner[fixed], 6) for corner in corners}) == 1


def test_a_deep_network_is_drawn_downwards_at_any_width() -> None:
    layers = pd.concat([CNN_DUAL.iloc[[-1]]] * 9)
    corners = [(box.get_x(), box.get_y()) for box in boxes(drawn(LOOKS[0], layers))]
    assert len({round(x, 6) for x, _ in corners}) == 1
    assert len({round(y, 6) for _, y in corners}) == 10


def test_a_linear_model_is_one_box() -> None:
    layers = pd.DataFrame([("", "Linear", (40,), (1,), 41)], columns=CNN_DUAL.columns)
    figure = drawn(LOOKS[0], layers, ("score",))
    assert words(figure) == ["40", "factors", "Linear 1", "41 parameters", "score"]


@pytest.mark.parametrize("look", LOOKS, ids=["wide", "narrow"])
def test_everything_lies_within_the_figure_and_no_text_on_another(look) -> None:
    figure = drawn(look)
    with look.style():
        figure.canvas.draw()
    renderer, axis = figure.canvas.get_renderer(), figure.axes[0]
    extents = [text.get_window_extent(renderer) for text in axis.texts if text.get_text()]
    for place, extent in enumerate(extents):
        assert figure.bbox.x0 <= extent.x0 < extent.x1 <= figure.bbox.x1
        assert figure.bbox.y0 <= extent.y0 < extent.y1 <= figure.bbox.y1
        assert not any(extent.overlaps(other) for other in extents[place + 1 :])
