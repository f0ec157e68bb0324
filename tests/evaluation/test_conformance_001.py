"""The catalogue of paper 001's open points is whole."""

from __future__ import annotations

from deep_alpha.evaluation.conformance_001 import QUESTIONS

COUNTS = {"A": 5, "B": 2, "C": 3, "D": 2, "E": 6, "F": 4, "G": 1, "H": 3, "I": 3, "J": 3, "K": 6}
"""How many points each part of SPEC section 2 has, with those that have no mark there."""


def test_every_point_is_there_once_and_in_order() -> None:
    numbered = [f"001-{part}{n + 1}" for part, many in COUNTS.items() for n in range(many)]
    assert [question.id for question in QUESTIONS] == numbered


def test_every_point_says_what_is_done() -> None:
    assert all(question.says and question.decision for question in QUESTIONS)


def test_what_contradicts_itself_says_where() -> None:
    contradictions = [question for question in QUESTIONS if question.id.startswith("001-K")]
    assert all(question.problem for question in contradictions)
