"""All models' portfolios in a line each."""

from __future__ import annotations

from deep_alpha.reporting.blocks import Cell, Column, Row, Table
from deep_alpha.reporting.formats import decimal, known, percent
from deep_alpha.reporting.inputs import ModelResult
from deep_alpha.reporting.reading import Reading

_COSTS = ("gross", "net 10 bp")


def brief_portfolio_table(reading: Reading) -> Table | None:
    """Top return and long-short Sharpe ratio of each model, before and after costs.

    Returns:
        The table, or None where no portfolio was formed.
    """
    models = [model for model in reading.ordered if model.name not in reading.degenerate]
    rows = [row for model in models if (row := _row(reading, model)) is not None]
    if not rows:
        return None
    rows += _universe(reading)
    group = f"{reading.label('top').capitalize()}, a year"
    return Table(
        [
            Column("model", numeric=False),
            *(Column(title, group) for title in _COSTS),
            *(Column(title, "Long–short Sharpe") for title in _COSTS),
        ],
        rows,
        f"Portfolios of the {reading.inputs.top_k} highest and lowest scores in "
        f"{reading.inputs.horizon} overlapping tranches; costs are per side.",
        reading.provenance("gross, and net of 10 bp a side"),
    )


def _row(reading: Reading, model: ModelResult) -> Row | None:
    values = [_value(reading, model.name, "annual_return", "top", cost) for cost in _COSTS]
    ratios = [_value(reading, model.name, "sharpe", "long_short", cost) for cost in _COSTS]
    if not any(known(value) for value in [*values, *ratios]):
        return None
    texts = [*(percent(value) for value in values), *(decimal(ratio, 2) for ratio in ratios)]
    style = "oracle" if model.kind == "oracle" else ""
    return Row(model.name, [Cell(t) for t in texts], hue=reading.hues[model.name], style=style)


def _universe(reading: Reading) -> list[Row]:
    """The universe is the same for every model that traded all of it: show the first."""
    for model in reading.inputs.models:
        values = [_value(reading, model.name, "annual_return", "universe", cost) for cost in _COSTS]
        if known(values[0]):
            texts = [*(percent(value) for value in values), "", ""]
            return [Row(reading.label("universe"), [Cell(t) for t in texts], style="reference")]
    return []


def _value(reading: Reading, model: str, column: str, portfolio: str, cost: str) -> float:
    return reading.metrics.value("portfolio", model, column, f"{portfolio} / {cost}")
