"""The catalogue of paper 000's open points is whole, and the documentation prints it."""

from __future__ import annotations

import re

from deep_alpha.evaluation.conformance_000 import QUESTIONS
from tests.test_docs import page, table_with

COUNTS = {"P": 6, "F": 5, "M": 11, "E": 8}
"""How many points each part of SPEC section 1 has; M1b comes on top."""


def plain(cell):
    """Text of a cell of the documentation, without its markup."""
    return re.sub(r"\[([^]]+)\]\([^)]*\)", r"\1", cell).replace("`", "").replace("*", "")


def test_every_point_is_there_once_and_in_order():
    numbered = [f"000-{part}{n + 1}" for part, many in COUNTS.items() for n in range(many)]
    numbered.insert(numbered.index("000-M1") + 1, "000-M1b")
    assert [question.id for question in QUESTIONS] == numbered


def test_every_point_says_what_is_done():
    assert all(question.says and question.decision for question in QUESTIONS)


def test_the_documentation_prints_the_catalogue():
    rows = table_with(page("paper-000.md"), "Id", "The paper says", "Problem", "Done here")
    documented = [tuple(map(plain, row.values())) for row in rows]
    assert documented == [
        (question.id, question.says, question.problem, question.decision) for question in QUESTIONS
    ]
