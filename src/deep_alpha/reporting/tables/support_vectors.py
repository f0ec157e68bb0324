"""How the linear support vector regressions were solved."""

from __future__ import annotations

from deep_alpha.reporting.behaviour_reading import BehaviourReading
from deep_alpha.reporting.blocks import Cell, Column, Row, Table
from deep_alpha.reporting.formats import anything, count, decimal, duration, percent, scientific


def support_vector_table(reading: BehaviourReading) -> Table:
    """A row a fit under its model: solver, certified gap, share of support vectors."""
    rows: list[Row] = []
    for name, own in reading.tables.support_vectors.groupby("model", sort=False):
        rows.append(Row(str(name), hue=reading.hue(str(name)), style="group"))
        for fit in own.to_dict("records"):
            texts = [
                decimal(fit["seed"], 0),
                _rows(fit["rows"], fit["train_rows"]),
                anything(fit["solver"]),
                scientific(fit["gap"]),
                percent(fit["support_share"]),
                "constant" if fit["degenerate"] else "varies",
                duration(fit["seconds"]),
            ]
            rows.append(Row(str(fit["fold"]), [Cell(text) for text in texts]))
    return Table(
        [
            Column("fold", numeric=False),
            Column("seed"),
            Column("rows", hint="Train rows fitted, of those there where they were drawn"),
            Column("solver", numeric=False),
            Column("gap", hint="(P − P*)/P*, P* by a dual lower bound"),
            Column("support", hint="Share of fitted rows outside the ε-tube"),
            Column("prediction", numeric=False),
            Column("time"),
        ],
        rows,
        "Fits of SVR with a linear kernel, C = 1 and ε = 0.1 in units of its target. Gap: how far "
        "the objective may lie above its optimum, relative to it.",
        f"{reading.paper.inputs.market.name} · {reading.paper.horizon_words}",
    )


def _rows(fitted: int, there: int) -> str:
    return count(fitted) if fitted == there else f"{count(fitted)} of {count(there)}"
