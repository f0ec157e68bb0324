"""The diagrams of AlphaNets say what the layers are, and nothing that they are not."""

from __future__ import annotations

import pandas as pd
import pytest
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch

from deep_alpha.reporting.figures.alphanet_blocks import Box, alphanet_diagram
from deep_alpha.reporting.figures.block_diagram import block_diagram
from deep_alpha.reporting.figures.look import DARK, LIGHT, NARROW, WIDE, Look
from deep_alpha.reporting.palette import Hue

from .fake_alphanet_layers import architectures, fourth

HUE = Hue("#0068ad", "#56b4f2")
LOOKS = [Look(LIGHT, WIDE), Look(DARK, NARROW)]
BRANCHES = ((10, 20, 1), (2, 20, 1), (5, 20, 1), (22, 20, 1))
COLUMNS = ["layer", "kind", "shape_in", "shape_out", "parameters"]


def layers_of(model: str, kept: int = 70) -> pd.DataFrame:
    table = architectures(kept)
    return table[table["model"] == model]


@pytest.mark.parametrize("model", ["alphanet_v1", "alphanet_v2", "alphanet_v3", "alphanet_v4"])
@pytest.mark.parametrize("kept", [70, 103])
def test_every_parameter_is_in_a_box(model: str, kept: int) -> None:
    layers = layers_of(model, kept)
    diagram = alphanet_diagram(layers)
    assert diagram is not None
    assert diagram.parameters == layers["parameters"].sum()


def test_the_fourth_has_a_lane_a_window_and_its_own_sizes() -> None:
    diagram = alphanet_diagram(layers_of("alphanet_v4"), BRANCHES, 208)
    assert diagram is not None
    assert [box.title for box in diagram.before] == ["Features", "Spearman dropout", "Batch norm"]
    assert diagram.before[0].lines == ("208 a window, 4 windows",)
    assert diagram.before[1].lines == ("208 → 70 a window",)
    assert diagram.before[2] == Box("Batch norm", ("20 × 280",), 560)
    main, *others = diagram.lanes
    assert main.title == "10 days\n20 steps of 1"
    assert [box.title for box in main.boxes] == ["Bi-LSTM", "Batch norm"]
    assert main.boxes[0].lines == ("20 × 70 → 20 × 140", "dropout before and after")
    assert [lane.title.partition("\n")[0] for lane in others] == ["2 days", "5 days", "22 days"]
    assert {lane.leaves for lane in others} == {"both: 20 × 140"}
    assert [box.title for box in diagram.after] == ["Sum, batch norm", "Attention", "Output"]
    assert diagram.after[1].lines == ("20 steps, weighted",)
    assert diagram.after[2].lines == ("140 → 1",)
    assert diagram.steered == 1


def test_a_network_without_encoders_or_attention_has_none() -> None:
    layers = pd.DataFrame(fourth(70, encoders=0, attention=False), columns=COLUMNS)
    diagram = alphanet_diagram(layers)
    assert diagram is not None
    assert len(diagram.lanes) == 1
    assert [box.title for box in diagram.lanes[0].boxes] == ["Bi-LSTM"]
    assert [box.title for box in diagram.after] == ["Batch norm", "Last step", "Output"]
    assert diagram.steered is None
    assert diagram.lanes[0].title == "branch 1"


def test_nothing_was_dropped_where_all_features_are_kept() -> None:
    diagram = alphanet_diagram(layers_of("alphanet_v4"), BRANCHES, 70)
    assert diagram is not None
    assert "Spearman dropout" not in [box.title for box in diagram.before]


def test_projecting_encoders_have_a_layer_more_and_leave_what_they_say() -> None:
    rows = fourth(70, encoders=1)
    at = next(place for place, row in enumerate(rows) if row[0].startswith("encoders"))
    rows = [
        (name, kind, *((20, 2 * size[1]) for size in (one, other)), parameters)
        if name.startswith("encoders")
        else (name, kind, one, other, parameters)
        for name, kind, one, other, parameters in rows
    ]
    rows.insert(at, ("encoders.0.project", "Linear", (20, 70), (20, 140), 9940))
    diagram = alphanet_diagram(pd.DataFrame(rows, columns=COLUMNS))
    assert diagram is not None
    assert [box.title for box in diagram.lanes[1].boxes] == [
        "Linear", "Encoder layer 1", "Encoder layer 2",
    ]  # fmt: skip
    assert diagram.lanes[1].boxes[0].lines == ("20 × 140",)
    assert diagram.lanes[1].leaves == ""


def test_earlier_versions_give_on_a_last_state_or_their_features() -> None:
    third = alphanet_diagram(layers_of("alphanet_v3"), ((10, 3, 10), (5, 6, 5)))
    assert third is not None
    assert [lane.title for lane in third.lanes] == [
        "10 days\n3 steps of 10", "5 days\n6 steps of 5",
    ]  # fmt: skip
    recurrent = third.lanes[1].boxes[1]
    assert (recurrent.title, recurrent.lines) == (
        "GRU", ("6 × 270 → 6 × 30", "the last state goes on"),
    )  # fmt: skip
    assert third.after == (Box("Output", ("60 → 1",), 61),)
    first = alphanet_diagram(layers_of("alphanet_v1"), ((10, 3, 10),))
    assert first is not None
    assert first.lanes[0].leaves == "with the features: 702"
    assert first.after[0].lines == ("702 → 30", "ReLU", "Dropout")
    second = alphanet_diagram(layers_of("alphanet_v2"))
    assert second is not None
    assert [box.title for box in second.lanes[0].boxes] == ["Batch norm", "LSTM", "Batch norm"]


def test_another_network_is_no_alphanet() -> None:
    layers = pd.DataFrame([("trunk.0", "Linear", (40,), (1,), 41)], columns=COLUMNS)
    assert alphanet_diagram(layers) is None


def drawn(look: Look) -> Figure:
    diagram = alphanet_diagram(layers_of("alphanet_v4"), BRANCHES, 208)
    assert diagram is not None
    with look.style():
        figure = block_diagram(diagram, "alphanet_v4", HUE, look)
        figure.draw_without_rendering()
    return figure


@pytest.mark.parametrize("look", LOOKS, ids=["wide", "narrow"])
def test_boxes_stand_apart_within_the_sheet_and_hold_their_text(look: Look) -> None:
    figure = drawn(look)
    (axis,) = figure.axes
    boxes = [patch for patch in axis.patches if isinstance(patch, FancyBboxPatch)]
    assert len(boxes) == 3 + 2 + 3 * 2 + 3
    frames = [box.get_extents() for box in boxes]
    for place, frame in enumerate(frames):
        assert not any(frame.overlaps(other) for other in frames[place + 1 :])
        assert frame.x0 > 0
        assert frame.x1 < figure.bbox.x1
    renderer = figure.canvas.get_renderer()
    centred = [text for text in axis.texts if text.get_ha() == "center" and text.get_text()]
    assert len(centred) >= 3 * len(boxes) - 5
    for text in centred:
        extent = text.get_window_extent(renderer)
        assert any(
            frame.x0 < extent.x0 and extent.x1 < frame.x1
            and frame.y0 < extent.y0 and extent.y1 < frame.y1
            for frame in frames
        ), text.get_text()  # fmt: skip


def test_the_title_counts_all_parameters() -> None:
    total = layers_of("alphanet_v4")["parameters"].sum()
    assert drawn(LOOKS[0]).axes[0].get_title(loc="left") == f"alphanet_v4: {total:,} parameters"
