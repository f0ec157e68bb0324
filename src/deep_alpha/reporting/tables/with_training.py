"""Portfolios on a sample that contains training dates, as the paper's five years must."""

from __future__ import annotations

from deep_alpha.reporting.behaviour_reading import BehaviourReading
from deep_alpha.reporting.blocks import Cell, Column, Row, Table
from deep_alpha.reporting.formats import MISSING, count, decimal, multiple, percent
from deep_alpha.reporting.printed import PRINTED, family_of

_NAIVE = "naive_"


def training_table(reading: BehaviourReading) -> Table:
    """Return, risk and final value by model and portfolio, greyed; the paper's numbers below."""
    rows: list[Row] = []
    for name, own in reading.tables.with_training.groupby("model", sort=False):
        rows.append(Row(str(name), hue=reading.hue(str(name)), style="group"))
        for leg in own.to_dict("records"):
            texts = [
                percent(leg["annual_return"]),
                percent(leg["volatility"]),
                decimal(leg["sharpe"], 2),
                multiple(leg["final_value"]),
                count(leg["days"]),
            ]
            rows.append(
                Row(_words(reading, str(leg["leg"])), [Cell(t) for t in texts], style="absent")
            )
        printed = PRINTED.get(family_of(str(name)))
        if printed:
            texts = [
                percent(printed.annual_return, 2),
                percent(printed.volatility, 2),
                decimal(printed.sharpe, 4),
                MISSING,
                MISSING,
            ]
            rows.append(
                Row(
                    "paper, as printed",
                    [Cell(t) for t in texts],
                    "portfolio not named",
                    style="absent",
                )
            )
    titles = ("annual return", "volatility", "Sharpe", "final value of 1", "days")
    return Table(
        [Column("portfolio", numeric=False), *(Column(title) for title in titles)],
        rows,
        "Contains training: train, validation and test dates scored by one fitted model. The "
        "paper shows five years although its test begins in 2023, so its sample must contain "
        "training too. These rows enter no other table.",
        f"{reading.paper.inputs.market.name} · contains training dates · gross of costs",
    )


def _words(reading: BehaviourReading, leg: str) -> str:
    words = reading.paper.label(leg.removeprefix(_NAIVE))
    return f"{words}, naive" if leg.startswith(_NAIVE) else words
