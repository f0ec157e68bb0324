"""Counterpart of paper 000's Table 2: what the portfolios earned, and what trading leaves."""

from __future__ import annotations

from deep_alpha.reporting.blocks import Cell, Column, Row, Table
from deep_alpha.reporting.formats import MISSING, count, decimal, known, large_percent, percent
from deep_alpha.reporting.inputs import ModelResult
from deep_alpha.reporting.printed import PRINTED, family_of
from deep_alpha.reporting.reading import Reading
from deep_alpha.reporting.tables.results import DEGENERATE

PORTFOLIOS = ("top", "bottom", "long_short")
COSTS = {"gross": "0 bp", "net 5 bp": "5 bp", "net 10 bp": "10 bp", "net 20 bp": "20 bp"}
_RETURN, _RISK = "Annual return net of", "Gross"
_SHARPE, _TRADING, _NAIVE = "Sharpe net of", "Trading", "Naive, for comparison"


def portfolio_table(reading: Reading) -> Table:
    """Return, risk and trading of each model's portfolios, and the paper's naive reading.

    What the paper prints stands below its kind of models, in the columns of the same meaning.
    """
    rows: list[Row] = []
    last_of = {family_of(model.name): model.name for model in reading.ordered}
    for model in reading.ordered:
        rows += _model_rows(reading, model)
        family = family_of(model.name)
        if rows and family and last_of[family] == model.name:
            rows.append(_printed_row(family))
    return Table(
        _columns(),
        [*rows, *_universe_rows(reading)],
        f"Table 2. Equal-weight portfolios of the {reading.inputs.top_k} highest and lowest "
        f"scores, held in {reading.inputs.horizon} overlapping tranches; costs are per side. An "
        "order that suspension or a limit stops is not filled: the weight stays in cash, or in "
        "the name, until its tranche’s next turn. "
        "Naive is the paper’s overlapping compounding of whole-label returns every day: it "
        f"counts each move about {reading.inputs.horizon} times and can not be traded.",
        reading.provenance("net of 0, 5, 10 and 20 bp a side"),
    )


def _columns() -> list[Column]:
    return [
        Column("portfolio", numeric=False),
        *(Column(words, _RETURN) for words in COSTS.values()),
        *(Column(words, _SHARPE) for words in COSTS.values()),
        Column("arithmetic", _RISK, hint="Mean daily return × days a year"),
        Column("volatility", _RISK),
        Column("drawdown", _RISK, hint="Maximum, on compounded value"),
        Column("turnover", _TRADING, hint="One-sided, mean of a day"),
        Column("unfilled", _TRADING, hint="Orders of all days that the exchange stopped"),
        Column("unsold", _TRADING, hint="Sales among them"),
        Column("return", _NAIVE),
        Column("Sharpe", _NAIVE),
    ]


def _model_rows(reading: Reading, model: ModelResult) -> list[Row]:
    hue = reading.hues[model.name]
    if model.name in reading.degenerate:
        return [Row(model.name, hue=hue, message=DEGENERATE)]
    rows = [
        row
        for portfolio in PORTFOLIOS
        if (row := _portfolio_row(reading, model.name, portfolio)) is not None
    ]
    note = "knows what was planted" if model.kind == "oracle" else ""
    head = Row(model.name, note=note, hue=hue, style="group")
    return [head, *rows] if rows else []


def _printed_row(family: str) -> Row:
    printed = PRINTED[family]
    shown = {
        (_RETURN, "0 bp"): percent(printed.annual_return, 2),
        (_SHARPE, "0 bp"): decimal(printed.sharpe, 4),
        (_RISK, "volatility"): percent(printed.volatility, 2),
    }
    cells = [Cell(shown.get((column.group, column.title), MISSING)) for column in _columns()[1:]]
    return Row(f"{family}, paper as printed", cells, "portfolio not named", style="reference")


def _universe_rows(reading: Reading) -> list[Row]:
    """The universe is the same for every model that traded all of it: show the first."""
    for model in reading.inputs.models:
        row = _portfolio_row(reading, model.name, "universe")
        if row is not None:
            return [Row("all names", style="group"), row]
    return []


def _portfolio_row(reading: Reading, model: str, portfolio: str) -> Row | None:
    def value(column: str, basis: str) -> float:
        return reading.metrics.value("portfolio", model, column, f"{portfolio} / {basis}")

    returns = [value("annual_return", cost) for cost in COSTS]
    if not any(known(number) for number in returns):
        return None
    texts = [percent(number) for number in returns]
    texts += [decimal(value("sharpe", cost), 2) for cost in COSTS]
    texts += [
        percent(value("annual_return_arithmetic", "gross")),
        percent(value("volatility", "gross")),
        percent(value("max_drawdown", "gross")),
        percent(value("turnover", "gross")),
        count(value("unfilled", "gross")),
        count(value("unsold", "gross")),
        large_percent(value("annual_return", "naive")),
        decimal(value("sharpe", "naive"), 2),
    ]
    return Row(reading.label(portfolio), [Cell(text) for text in texts])
