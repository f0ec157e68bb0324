"""AlphaNet's operators as readers see them."""

from __future__ import annotations

from deep_alpha.factors.alphanet_columns import OPERATOR_FORMULAS, OPERATORS


def test_every_operator_has_its_formula():
    assert tuple(OPERATOR_FORMULAS) == OPERATORS
