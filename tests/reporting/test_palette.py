from __future__ import annotations

from deep_alpha.reporting.inputs import ReportInputs
from deep_alpha.reporting.palette import model_hues, signal_hues, style_hues
from deep_alpha.risk.catalogue import STYLES


def test_colours_do_not_depend_on_the_order_of_merit(inputs: ReportInputs) -> None:
    assert model_hues(inputs.models) == model_hues(list(reversed(inputs.models)))


def test_ten_models_have_ten_colours_on_either_page(inputs: ReportInputs) -> None:
    hues = model_hues(inputs.models)
    assert len(hues) == 10
    assert len({hue.light for hue in hues.values()}) == 10
    assert len({hue.dark for hue in hues.values()}) == 10


def test_yardsticks_and_the_oracle_are_known_without_colour(inputs: ReportInputs) -> None:
    hues = model_hues(inputs.models)
    assert hues["mlp"].dash == "-"
    assert len({hues[name].dash for name in ("mlp", "ridge", "oracle")}) == 3


def test_ten_styles_have_ten_colours_on_either_page() -> None:
    hues = style_hues(STYLES).values()
    assert len({hue.light for hue in hues}) == len({hue.dark for hue in hues}) == 10


def test_a_style_keeps_its_colour_where_others_are_absent() -> None:
    assert style_hues(["LIQUIDTY", "SIZE"])["LIQUIDTY"] == style_hues(STYLES)["LIQUIDTY"]
    assert set(style_hues(["a style of its own"])) == {"a style of its own"}


def test_a_signal_has_the_colour_that_it_has_as_a_model(inputs: ReportInputs) -> None:
    kinds = {model.name: model.kind for model in inputs.models}
    more = signal_hues(kinds | {"blend": "blend", "random": "reference"})
    assert {name: more[name] for name in kinds} == model_hues(inputs.models)


def test_references_are_grey_and_told_apart_by_their_dashes() -> None:
    hues = signal_hues({"random": "reference", "minus_volatility": "reference", "mlp": "model"})
    assert hues["random"].light == hues["minus_volatility"].light != hues["mlp"].light
    assert hues["random"].dash != hues["minus_volatility"].dash
