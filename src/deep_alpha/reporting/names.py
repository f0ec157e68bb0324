"""What the pages are called, and where each one lies beside the others."""

from __future__ import annotations

from collections.abc import Mapping

RESULTS, RISK = "index", "risk"
"""File names of the pages without their ending."""

PAGES: Mapping[str, str] = {"Results": f"{RESULTS}.html", "Risk model": f"{RISK}.html"}
"""Title and address of each page, for the navigation of a report that has both."""
