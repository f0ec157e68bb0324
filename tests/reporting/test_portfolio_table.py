"""The table of portfolios: which orders the exchange stopped stands beside what was earned."""

from __future__ import annotations

from dataclasses import replace

from deep_alpha.reporting.inputs import ReportInputs
from deep_alpha.reporting.reading import Reading
from deep_alpha.reporting.tables.portfolios import portfolio_table

from .fake import changed, fake_inputs


def row_of(inputs: ReportInputs, place: int) -> dict[str, str]:
    """Texts of a row's columns; first comes the row that names the model."""
    table = portfolio_table(Reading(inputs))
    titles = [column.title for column in table.columns[1:]]
    return dict(zip(titles, (cell.text for cell in table.rows[place].cells), strict=True))


def test_stopped_orders_and_the_sales_among_them_are_counted() -> None:
    some = fake_inputs(models=1)
    some = changed(some, "portfolio", "mlp", "unfilled", 66.0, "top / gross")
    some = changed(some, "portfolio", "mlp", "unsold", 48.0, "top / gross")
    row = row_of(some, 1)
    assert (row["unfilled"], row["unsold"]) == ("66", "48")


def test_records_of_an_earlier_version_leave_the_column_open() -> None:
    inputs = fake_inputs(models=1)
    known = [record for record in inputs.metrics if record["column"] != "unsold"]
    row = row_of(replace(inputs, metrics=known), 1)
    assert row["unfilled"] == "123"
    assert row["unsold"] == "–"
