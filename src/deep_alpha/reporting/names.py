"""What the pages are called, and where each one lies beside the others."""

from __future__ import annotations

from collections.abc import Mapping

RESULTS, SCOREBOARD, PORTFOLIOS, RISK = "index", "scoreboard", "portfolios", "risk"
"""File names of the pages without their ending."""

PAGES: Mapping[str, str] = {
    "Results": f"{RESULTS}.html",
    "Scoreboard": f"{SCOREBOARD}.html",
    "Portfolios": f"{PORTFOLIOS}.html",
    "Risk model": f"{RISK}.html",
}
"""Title and address of each page of a full run, for the navigation."""
