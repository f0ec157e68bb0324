"""Pictures side by side, and the words for what is not there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from deep_alpha.reporting.blocks import Picture, Pictures, Prose


def beside(pictures: Sequence[Picture]) -> list[Pictures]:
    """A block of pictures side by side; one alone takes the whole width, none is no block."""
    if len(pictures) == 1:
        pictures = [replace(pictures[0], wide=True)]
    return [Pictures(pictures)] if pictures else []


def in_pairs(pictures: Sequence[Picture]) -> list[Pictures]:
    """Blocks of two pictures side by side; the last one alone takes the whole width."""
    return [
        block
        for first in range(0, len(pictures), 2)
        for block in beside(pictures[first : first + 2])
    ]


def not_computed(what: str) -> Prose:
    """Says that something is not there, such as ``The event study was`` not computed."""
    return Prose([f"{what} not computed."])


def opening(*sentences: str) -> list[Prose]:
    """A paragraph of the sentences that are not empty; no block where all are."""
    text = " ".join(sentence for sentence in sentences if sentence)
    return [Prose([text])] if text else []
