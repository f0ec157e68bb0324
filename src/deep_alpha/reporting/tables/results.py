"""The table of results: every model at the headline horizon."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from deep_alpha.reporting.blocks import Cell, Column, Row, Table
from deep_alpha.reporting.formats import decimal, known, p_value, percent
from deep_alpha.reporting.inputs import ModelResult
from deep_alpha.reporting.reading import Reading
from deep_alpha.reporting.tables.marks import best_positions

KIND_NOTES = {"model": "", "yardstick": "yardstick", "oracle": "knows what was planted"}
DEGENERATE = "constant prediction: no IC"


@dataclass(frozen=True)
class ResultColumn:
    """A column of the table of results: where its value comes from and how it is printed."""

    heading: Column
    table: str
    column: str
    basis: str
    show: Callable[[float], str]
    higher_is_better: bool = False


def result_columns(top_k: int) -> list[ResultColumn]:
    """The columns of the table of results, in order."""
    two, three = partial(decimal, places=2), partial(decimal, places=3)
    ls_gross, ls_net = "long_short / gross", "long_short / net 10 bp"
    ic, port = "Information coefficient", "Portfolios"

    def ic_column(
        title: str, column: str, show: Callable[[float], str], hint: str, better: bool = False
    ) -> ResultColumn:
        return ResultColumn(Column(title, ic, hint=hint), "ic", column, "all", show, better)

    def portfolio_column(
        title: str, column: str, basis: str, show: Callable[[float], str], better: bool = True
    ) -> ResultColumn:
        return ResultColumn(Column(title, port), "portfolio", column, basis, show, better)

    return [
        ic_column("rank IC", "rank_ic", three, "Mean daily Spearman correlation", True),
        ic_column("IC sd", "rank_ic_sd", three, "Standard deviation of the daily rank IC"),
        ic_column("ICIR", "icir", two, "rank IC ÷ its sd, not annualised", True),
        ic_column("HAC t", "hac_t", two, "Newey–West t, lag h−1", True),
        ic_column("p", "hac_p", p_value, "p value of HAC t, corrected for overlapping labels"),
        ic_column("Pearson IC", "pearson_ic", three, "Mean daily Pearson correlation", True),
        ic_column("seeds’ sd", "seed_sd", three, "sd of the mean rank IC over seeds"),
        ic_column("days IC>0", "hit_rate", partial(percent, places=0), "Share of days", True),
        ic_column("null sd", "null_sd", three, "1/√(N−1): IC sd of a worthless signal"),
        portfolio_column(f"top {top_k} return", "annual_return", "top / gross", percent),
        portfolio_column("L/S Sharpe", "sharpe", ls_gross, two),
        portfolio_column("net 10 bp", "sharpe", ls_net, two),
        portfolio_column("turnover", "turnover", ls_gross, percent, False),
    ]


def results_table(reading: Reading) -> Table:
    """The table of results; the best of a column is marked among models and yardsticks.

    A model with constant scores says so instead of numbers. The oracle, which knows what
    the simulation planted, stands apart and does not compete.
    """
    columns = result_columns(reading.inputs.top_k)
    competing = [
        model
        for model in reading.ordered
        if model.kind != "oracle" and model.name not in reading.degenerate
    ]
    values = {
        model.name: [_value(reading, column, model.name) for column in columns]
        for model in reading.ordered
    }
    best = {
        (competing[place].name, position)
        for position, column in enumerate(columns)
        if column.higher_is_better
        for place in best_positions([values[model.name][position] for model in competing])
    }
    planted = any(model.kind == "oracle" for model in reading.ordered)
    oracle = "; the oracle does not compete" if planted else ""
    return Table(
        columns=[Column("model", numeric=False), *(column.heading for column in columns)],
        rows=[_row(reading, model, columns, values[model.name], best) for model in reading.ordered],
        caption=(
            f"All models on {reading.horizon_words}, out of sample. The best of a column "
            f"is marked{oracle}. Returns are annualised geometrically, Sharpe "
            "ratios are annualised, of the long–short portfolio held in "
            f"{reading.inputs.horizon} tranches; turnover is one-sided, mean of a day."
        ),
        provenance=reading.provenance("gross, and net of 10 bp a side where stated"),
    )


def _value(reading: Reading, column: ResultColumn, name: str) -> float:
    return reading.metrics.value(column.table, name, column.column, column.basis)


def _row(
    reading: Reading,
    model: ModelResult,
    columns: list[ResultColumn],
    values: list[float],
    best: set[tuple[str, int]],
) -> Row:
    style = "oracle" if model.kind == "oracle" else ""
    note, hue = KIND_NOTES.get(model.kind, model.kind), reading.hues[model.name]
    if model.name in reading.degenerate:
        return Row(model.name, note=note, hue=hue, style=style, message=DEGENERATE)
    cells = [
        Cell(column.show(value), best=(model.name, position) in best)
        for position, (column, value) in enumerate(zip(columns, values, strict=True))
    ]
    if not any(known(value) for value in values):
        return Row(model.name, note=note, hue=hue, style=style, message="no results recorded")
    return Row(model.name, cells, note, hue, style)
