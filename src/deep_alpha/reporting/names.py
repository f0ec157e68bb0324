"""What the pages are called, and where each one lies beside the others."""

from __future__ import annotations

from collections.abc import Mapping

RESULTS, BEHAVIOUR, ALPHANET = "index", "behaviour", "alphanet"
SCOREBOARD, PORTFOLIOS, RISK = "scoreboard", "portfolios", "risk"
"""File names of the pages without their ending."""

PAGES: Mapping[str, str] = {
    "Results": f"{RESULTS}.html",
    "Paper 000": f"{BEHAVIOUR}.html",
    "AlphaNet": f"{ALPHANET}.html",
    "Scoreboard": f"{SCOREBOARD}.html",
    "Portfolios": f"{PORTFOLIOS}.html",
    "Risk model": f"{RISK}.html",
}
"""Title and address of each page of a full run, for the navigation."""

PAPERS: Mapping[str, str] = {
    "Paper 000, behavioural factors: every table and figure": PAGES["Paper 000"],
    "Paper 001, AlphaNet V1 to V4: every table and figure": PAGES["AlphaNet"],
}
"""What the pages of the papers show, and their addresses."""
