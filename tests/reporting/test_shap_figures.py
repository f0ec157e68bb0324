"""The SHAP map and the group bars show what they were given."""

from __future__ import annotations

import numpy as np
import pytest
from matplotlib.colors import to_hex, to_rgb
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from deep_alpha.explain import ShapMap, shap_map
from deep_alpha.factors.catalogue import BEHAVIOURAL_FACTORS, factor_set
from deep_alpha.reporting.figures.factors import GROUP_HUES
from deep_alpha.reporting.figures.look import DARK, LIGHT, NARROW, WIDE, Look
from deep_alpha.reporting.figures.shap_groups import shap_group_bars
from deep_alpha.reporting.figures.shap_map import broken_name, shap_cells

LOOKS = [Look(theme, width) for theme in (LIGHT, DARK) for width in (WIDE, NARROW)]
TABLE40 = factor_set("table40")


def made(names=TABLE40, scale=0.01) -> ShapMap:
    random = np.random.default_rng(0)
    features = random.normal(size=(60, len(names))).astype(np.float32)
    slopes = np.linspace(-scale, scale, len(names))
    return shap_map(names, features * slopes + scale / 10, features)


def drawn(result: ShapMap, column: str = "directed", look: Look = LOOKS[0]) -> Figure:
    with look.style():
        return shap_cells(result.factors, result.shape, column, "mlp", look)


def cells(figure: Figure) -> list[tuple[str, str]]:
    """Name and value of each cell, as it is read."""
    texts = [text.get_text() for text in figure.axes[0].texts]
    return list(zip(texts[0::2], texts[1::2], strict=True))


def boxes(figure: Figure) -> list[Rectangle]:
    return [patch for patch in figure.axes[0].patches if patch.get_width() > 0.5]


@pytest.mark.parametrize("look", LOOKS, ids=lambda look: f"{look.theme.name} {look.width}")
def test_every_factor_has_its_cell_in_order(look) -> None:
    result = made()
    names = [name.replace("\n", "") for name, _ in cells(drawn(result, look=look))]
    assert ["alpha_" + name for name in names] == result.factors["factor"].tolist()
    corners = [(round(box.get_y()), round(box.get_x())) for box in boxes(drawn(result, look=look))]
    assert corners == [divmod(number, 5) for number in range(40)]


def test_values_are_printed_in_the_unit_of_the_legend() -> None:
    result = made()
    figure = drawn(result, "mean")
    values = [float(value.replace("−", "-")) for _, value in cells(figure)]
    assert figure.legends[0].get_texts()[-1].get_text() == "in units of 0.001"
    np.testing.assert_allclose(values, result.factors["mean"] / 0.001, atol=0.005)
    assert "mlp: mean SHAP value" in figure.get_suptitle()


def test_shades_say_sign_and_size() -> None:
    result = made()
    shades = [to_rgb(box.get_facecolor()) for box in boxes(drawn(result))]
    for value, (red, _, blue) in zip(result.factors["directed"], shades, strict=True):
        assert (blue > red) == (value > 0)
    whiteness = np.array(shades).sum(axis=1)
    size = result.factors["directed"].abs().to_numpy()
    positive = (result.factors["directed"] > 0).to_numpy()
    assert np.argmin(whiteness[positive]) == np.argmax(size[positive])


@pytest.mark.parametrize(("name", "blanks"), [("table40", 0), ("table43", 2), ("all44", 1)])
def test_blanks_are_hatched(name, blanks) -> None:
    figure = drawn(made(factor_set(name)))
    hatched = [box.get_hatch() is not None for box in boxes(figure)]
    assert hatched == [False] * (len(hatched) - blanks) + [True] * blanks
    assert len(hatched) % 5 == 0


def test_a_strip_says_the_group() -> None:
    result = made()
    strips = [patch for patch in drawn(result).axes[0].patches if patch.get_width() < 0.1]
    colours = [to_hex(strip.get_facecolor()) for strip in strips]
    assert colours == [LOOKS[0].colour(GROUP_HUES[group]) for group in result.factors["group"]]


def test_a_value_without_direction_is_a_dash() -> None:
    result = made()
    result.factors.loc[3, "directed"] = np.nan
    assert cells(drawn(result))[3][1] == "–"
    result.factors["directed"] = np.nan
    assert {value for _, value in cells(drawn(result))} == {"–"}


def test_scores_in_tiny_units_are_readable() -> None:
    figure = drawn(made(scale=2e-5))
    assert figure.legends[0].get_texts()[-1].get_text() == "in units of 0.00001"
    assert max(abs(float(value.replace("−", "-"))) for _, value in cells(figure)) >= 1


@pytest.mark.parametrize("look", LOOKS, ids=lambda look: f"{look.theme.name} {look.width}")
def test_names_stay_within_their_cells(look) -> None:
    names = [factor.name for factor in BEHAVIOURAL_FACTORS]
    figure = drawn(made(names), look=look)
    with look.style():
        figure.canvas.draw()
    axis = figure.axes[0]
    renderer = figure.canvas.get_renderer()
    inverse = axis.transData.inverted()
    for number, text in enumerate(axis.texts):
        row, column = divmod(number // 2, 5)
        (left, low), (right, high) = inverse.transform(text.get_window_extent(renderer))
        assert column - 0.5 < left < right < column + 0.5, text.get_text()
        assert row - 0.5 < min(low, high) < max(low, high) < row + 0.5, text.get_text()


def test_names_break_after_underscores() -> None:
    assert broken_name("alpha_macd_rank_times_price", 13) == "macd_rank_\ntimes_price"
    assert broken_name("alpha_macd_rank_times_price", 30) == "macd_rank_times_price"
    assert broken_name("unbreakable-name", 5) == "unbreakable-name"


def test_group_bars_are_totals_with_their_shares() -> None:
    result = made()
    figure = shap_group_bars(result.groups, "mlp", LOOKS[1])
    axis = figure.axes[0]
    widths = [bar.get_width() for bar in axis.patches]
    assert widths == pytest.approx(result.groups["total"].tolist())
    shown = [label.get_text().split("(")[1] for label in axis.texts]
    assert shown == [f"{100 * share:.0f}\u202f%)" for share in result.groups["share"]]
    words = [tick.get_text() for tick in axis.get_yticklabels()]
    assert words[0] == "Momentum and herding\n17 factors"
