"""What a model is fitted on, by the names of datasets."""

from __future__ import annotations

from typing import NamedTuple


class Source(NamedTuple):
    """Datasets that a model is fitted on.

    Args:
        table: Its feature table.
        labels: The labels of the table's rows.
    """

    table: str
    labels: str
