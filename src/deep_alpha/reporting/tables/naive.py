"""What the paper's accounting of overlapping returns makes of the same portfolios."""

from __future__ import annotations

from deep_alpha.reporting.behaviour_reading import BehaviourReading
from deep_alpha.reporting.blocks import Cell, Column, Row, Table
from deep_alpha.reporting.figures.portfolios import growth_of_one
from deep_alpha.reporting.formats import decimal, known, large_percent, multiple
from deep_alpha.reporting.inputs import ModelResult

LEGS = ("top", "long_short")


def naive_table(reading: BehaviourReading) -> Table | None:
    """Sharpe ratio, annual return and final value in tranches and naively, and how much more.

    Returns:
        The table, or None where no model has both.
    """
    rows: list[Row] = []
    for model in reading.scored:
        legs = [row for leg in LEGS if (row := _row(reading, model, leg)) is not None]
        if legs:
            rows += [Row(model.name, hue=reading.hue(model.name), style="group"), *legs]
    if not rows:
        return None
    horizon = reading.paper.inputs.horizon
    both = ("tranches", "naive")
    return Table(
        [
            Column("portfolio", numeric=False),
            *(Column(title, "Sharpe") for title in (*both, "ratio")),
            *(Column(title, "Annual return") for title in both),
            *(Column(title, "Final value of 1") for title in both),
        ],
        rows,
        f"The same choices counted twice: in {horizon} tranches, as they can be held, and "
        f"naively, each day credited with its whole {horizon}-day return. The naive way "
        f"multiplies exposure by {horizon} and, were days independent, the Sharpe ratio by "
        f"√{horizon} = {decimal(horizon**0.5, 2)}.",
        reading.paper.provenance("gross of costs"),
    )


def inflation(reading: BehaviourReading, model: str, leg: str) -> float:
    """Naive Sharpe ratio ÷ that in tranches; NaN where the latter is not above zero."""
    proper, naive = (_value(reading, model, leg, "sharpe", basis) for basis in ("gross", "naive"))
    return naive / proper if known(naive) and known(proper) and proper > 0 else float("nan")


def _row(reading: BehaviourReading, model: ModelResult, leg: str) -> Row | None:
    bases = ("gross", "naive")
    sharpe = [_value(reading, model.name, leg, "sharpe", basis) for basis in bases]
    if not all(known(value) for value in sharpe):
        return None
    annual = [_value(reading, model.name, leg, "annual_return", basis) for basis in bases]
    final = [_final_value(model, prefix + leg) for prefix in ("", "naive_")]
    ratio = inflation(reading, model.name, leg)
    texts = [
        *(decimal(value, 2) for value in sharpe),
        multiple(ratio),
        *(large_percent(value) for value in annual),
        *(multiple(value) for value in final),
    ]
    return Row(reading.paper.label(leg), [Cell(text) for text in texts])


def _value(reading: BehaviourReading, model: str, leg: str, column: str, basis: str) -> float:
    return reading.paper.metrics.value("portfolio", model, column, f"{leg} / {basis}")


def _final_value(model: ModelResult, column: str) -> float:
    if column not in model.portfolios or model.portfolios[column].isna().all():
        return float("nan")
    return float(growth_of_one(model.portfolios[column]).iloc[-1])
