"""What a table marks: the best value of a column, the strength of a tint."""

from __future__ import annotations

from collections.abc import Sequence

from deep_alpha.reporting.formats import known


def best_positions(values: Sequence[float]) -> set[int]:
    """Positions of the highest value; none where fewer than two values compete."""
    finite = [value for value in values if known(value)]
    if len(finite) < 2:
        return set()
    return {place for place, value in enumerate(values) if known(value) and value == max(finite)}


def tint(value: float, scale: float) -> float:
    """A value's share of the largest absolute value of its table, −1 … 1; 0 if unknown."""
    if not known(value) or not known(scale) or scale <= 0:
        return 0.0
    return round(max(-1.0, min(1.0, value / scale)), 2)
