"""One colour a signal or a style, the same in every figure and table.

The hues follow Okabe and Ito's set, which readers with any common colour blindness can
tell apart, darkened for a white page and lightened for a dark one. Yardsticks and blends
are dashed and the oracle is dotted ink, so that colour is never the only sign.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from deep_alpha.reporting.inputs import ModelResult
from deep_alpha.risk.catalogue import STYLES

Dash = str | tuple[int, tuple[float, ...]]

_HUES = (
    ("#0068ad", "#56b4f2"),
    ("#cf4f00", "#ff8f5a"),
    ("#00866a", "#3ecfa3"),
    ("#ad4f8f", "#e79acb"),
    ("#a87400", "#eebf4d"),
    ("#3c9fd6", "#a5d8fb"),
    ("#7a5a2c", "#c9aa78"),
    ("#6a4fb3", "#b3a0f0"),
    ("#b3164f", "#ff86ac"),
    ("#667a00", "#bccf55"),
)
_INK = ("#33373d", "#d9dde4")
_GREY = ("#5d6570", "#9ba4b0")
_MODEL_DASHES: tuple[Dash, ...] = ("-", (0, (7, 1.5, 1.5, 1.5)))
_YARDSTICK_DASHES: tuple[Dash, ...] = ((0, (5, 1.6)), (0, (2.6, 1.6)))
_BLEND_DASHES: tuple[Dash, ...] = ((0, (9, 1.4)), (0, (9, 1.4, 2.5, 1.4)))
_REFERENCE_DASHES: tuple[Dash, ...] = ((0, (3.5, 1.2, 1.2, 1.2)), (0, (2, 1)), "-")
_ORACLE_DASH: Dash = (0, (1.2, 1.4))
_COLOURED: Mapping[str, tuple[Dash, ...]] = {
    "model": _MODEL_DASHES,
    "yardstick": _YARDSTICK_DASHES,
    "blend": _BLEND_DASHES,
}


@dataclass(frozen=True)
class Hue:
    """A model's or style's colour on a light and on a dark page, and its line."""

    light: str
    dark: str
    dash: Dash = "-"


INK = Hue(*_INK)


def model_hues(models: Sequence[ModelResult]) -> dict[str, Hue]:
    """Give each model a colour that does not depend on its results."""
    return signal_hues({model.name: model.kind for model in models})


def signal_hues(kinds: Mapping[str, str]) -> dict[str, Hue]:
    """Give each signal a colour that does not depend on its results.

    Names are taken in alphabetical order, models before yardsticks before blends: a run in
    which the order of merit changes keeps its colours. After ten names the colours return
    with another dash. References are grey, the oracle is dotted ink.

    Args:
        kinds: Each signal's kind; one that is not known counts as a yardstick.
    """
    rank = {kind: place for place, kind in enumerate(_COLOURED)}
    references = sorted(name for name, kind in kinds.items() if kind == "reference")
    hues = {name: Hue(*_INK, dash=_ORACLE_DASH) for name, kind in kinds.items() if kind == "oracle"}
    for position, name in enumerate(references):
        hues[name] = Hue(*_GREY, dash=_REFERENCE_DASHES[position % len(_REFERENCE_DASHES)])
    coloured = sorted(kinds.keys() - hues.keys(), key=lambda name: (rank.get(kinds[name], 3), name))
    for position, name in enumerate(coloured):
        light, dark = _HUES[position % len(_HUES)]
        dashes = _COLOURED.get(kinds[name], _YARDSTICK_DASHES)
        hues[name] = Hue(light, dark, dashes[position // len(_HUES) % len(dashes)])
    return hues


def style_hues(styles: Sequence[str]) -> dict[str, Hue]:
    """Give each style a colour that does not depend on which others a market has.

    Styles that the catalogue does not know come after its own.
    """
    order = list(dict.fromkeys([*STYLES, *styles]))
    return {style: Hue(*_HUES[order.index(style) % len(_HUES)]) for style in styles}


def hues_in_order(names: Sequence[str]) -> dict[str, Hue]:
    """Colours for names that are in one figure only."""
    return {name: Hue(*_HUES[place % len(_HUES)]) for place, name in enumerate(names)}
