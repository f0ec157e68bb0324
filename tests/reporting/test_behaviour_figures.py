"""The pictures of paper 000's page can be drawn and show what they were given."""

from __future__ import annotations

import pandas as pd
import pytest
from matplotlib.colors import to_hex

from deep_alpha.reporting import BehaviourInputs
from deep_alpha.reporting.behaviour_reading import BehaviourReading
from deep_alpha.reporting.blocks import Picture, pictures_of
from deep_alpha.reporting.figures.look import DARK, LIGHT, NARROW, WIDE, Look
from deep_alpha.reporting.figures.sensitivity import sensitivity_dots
from deep_alpha.reporting.palette import Hue
from deep_alpha.reporting.sections.behaviour import behaviour_sections

HUE = Hue("#0068ad", "#56b4f2")
OF_A_MODEL = ("ic", "ic-histogram", "growth", "drawdown")
OF_THE_BEST = ("scores", "scatter")
SHAP = ("mean", "directed", "groups")


def pictures(inputs: BehaviourInputs) -> list[Picture]:
    sections = behaviour_sections(BehaviourReading(inputs))
    return [picture for section in sections for picture in pictures_of(section.blocks)]


def test_every_counterpart_has_its_pictures(behaviour_inputs: BehaviourInputs) -> None:
    names = {picture.name for picture in pictures(behaviour_inputs)}
    models = ("mlp", "cnn", "cnn-dual", "svr")
    best = {model.name for model in BehaviourReading(behaviour_inputs).best_of.values()}
    assert names == {
        *(f"{kind}-{model}" for kind in OF_A_MODEL for model in models),
        *(f"{kind}-{model.replace('_', '-')}" for kind in OF_THE_BEST for model in best),
        *(f"learning-{model}" for model in ("mlp", "cnn", "cnn-dual", "gru")),
        *(f"shap-{kind}-{model}" for kind in SHAP for model in ("mlp", "cnn")),
        "network-mlp", "network-cnn", "factors", "scores-all", "returns-all", "sensitivity",
    }  # fmt: skip
    assert len(names) == len(pictures(behaviour_inputs))


def test_figures_have_the_papers_numbers(behaviour_inputs: BehaviourInputs) -> None:
    captions = {picture.name: picture.caption for picture in pictures(behaviour_inputs)}
    numbers = {
        "network-mlp": 1, "ic-mlp": 2, "ic-cnn-dual": 3, "ic-svr": 4, "growth-mlp": 5,
        "growth-cnn": 6, "growth-svr": 7, "shap-mean-mlp": 8,
    }  # fmt: skip
    for name, number in numbers.items():
        assert captions[name].startswith(f"Figure {number}. "), name


def test_networks_with_the_same_layers_share_a_diagram(behaviour_inputs: BehaviourInputs) -> None:
    captions = [p.caption for p in pictures(behaviour_inputs) if p.name == "network-mlp"]
    assert captions[0].startswith("Figure 1. mlp and mlp_twin as fitted")


def test_a_constant_prediction_has_no_picture(behaviour_inputs: BehaviourInputs) -> None:
    assert not [p.name for p in pictures(behaviour_inputs) if "svr-raw" in p.name]


def test_the_pages_own_pictures_can_be_drawn(behaviour_inputs: BehaviourInputs) -> None:
    own = [p for p in pictures(behaviour_inputs) if p.name.startswith(("network", "shap", "sens"))]
    for place, picture in enumerate(own):
        look = Look((LIGHT, DARK)[place % 2], WIDE if picture.wide and place % 3 else NARROW)
        with look.style():
            picture.draw(look).draw_without_rendering()


@pytest.mark.parametrize("look", [Look(LIGHT, WIDE), Look(DARK, NARROW)], ids=["wide", "narrow"])
def test_variants_are_dots_under_their_axis(look: Look) -> None:
    variants = pd.DataFrame(
        [("set", "a", True, False, 0.05), ("set", "b", False, False, 0.04),
         ("split", "paper", False, True, 0.09)],
        columns=["axis", "variant", "base", "leaks", "rank_ic"],
    )  # fmt: skip
    with look.style():
        axis = sensitivity_dots(variants, HUE, look).axes[0]
    assert [t.get_text() for t in axis.get_yticklabels()] == ["set", "a", "b", "split", "paper"]
    assert [t.get_fontweight() for t in axis.get_yticklabels()] == [
        "bold", "normal", "normal", "bold", "normal",
    ]  # fmt: skip
    dots = [line for line in axis.lines if line.get_marker() == "o"]
    assert [(line.get_xdata()[0], line.get_ydata()[0]) for line in dots] == [
        (0.05, 1), (0.04, 2), (0.09, 4),
    ]  # fmt: skip
    full, hollow, leaking = dots
    assert to_hex(full.get_markerfacecolor()) == look.colour(HUE)
    assert to_hex(hollow.get_markerfacecolor()) == look.theme.card
    assert to_hex(leaking.get_markeredgecolor()) == look.theme.muted
    assert [text.get_text() for text in axis.texts] == ["0.050", "0.040", "0.090"]
    low, high = axis.get_xlim()
    assert 0 < low < 0.04 < 0.09 < high
