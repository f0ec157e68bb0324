"""What the pages that judge signals have in common: the run they are about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd


def empty_frame() -> pd.DataFrame:
    """A frame of something that was not computed."""
    return pd.DataFrame()


@dataclass(frozen=True, kw_only=True)
class JudgedInputs:
    """The run that a page is about.

    Args:
        title: Page title.
        generated: When and by which version.
        market: The market's short name.
        digest: Short digest of the bars.
        first, last: First and last day that signals are judged on.
        horizon: Label horizon in market days.
        annual_days: Trading days of a year, for what is annualised.
        switches: Settings that change results; captions repeat them.
        headline_cost: The case of trading costs behind a number that names none; empty if
            the run has no layers.
        watermark: Text laid over the page when results leak by design, else empty.
        pages: Title and address of each page of the report, for the navigation.
    """

    title: str
    generated: str
    market: str
    digest: str
    first: pd.Timestamp
    last: pd.Timestamp
    horizon: int
    annual_days: int
    switches: Mapping[str, str]
    headline_cost: str = ""
    watermark: str = ""
    pages: Mapping[str, str] = field(default_factory=dict)
