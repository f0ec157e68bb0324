"""A table that need not be there."""

from __future__ import annotations

import pandas as pd

from deep_alpha.datasets import OptionalTable


def test_a_table_that_was_never_made_is_empty(tmp_path):
    assert OptionalTable(filepath=str(tmp_path / "none.parquet")).load().empty


def test_a_table_comes_back_as_it_was_saved(tmp_path):
    table = pd.DataFrame({"axis": ["ladder"], "rank_ic": [0.05], "days": [86]})
    dataset = OptionalTable(filepath=str(tmp_path / "table.parquet"))
    dataset.save(table)
    pd.testing.assert_frame_equal(dataset.load(), table)
