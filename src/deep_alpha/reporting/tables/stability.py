"""How steady a signal is, what it loses, and its beta."""

from __future__ import annotations

from deep_alpha.reporting.blocks import Cell, Column, Row, Table
from deep_alpha.reporting.formats import decimal, percent, small_percent
from deep_alpha.reporting.judged_reading import cell_value
from deep_alpha.reporting.scoreboard_reading import ScoreboardReading

_LOSS = "loss_"


def stability_table(reading: ScoreboardReading) -> Table:
    """Autocorrelation, turnover, coverage, hit rate and lost names of each signal."""
    table, horizon = reading.inputs.stability, reading.inputs.horizon
    losses = [str(column) for column in table.columns if str(column).startswith(_LOSS)]
    autocorrelations = [f"autocorrelation_{lag}" for lag in ("1", "5", "h")]
    rows = []
    for signal in reading.in_order([str(name) for name in table.index]):
        cells = [
            *(Cell(decimal(cell_value(table, signal, name), 3)) for name in autocorrelations),
            Cell(percent(cell_value(table, signal, "turnover_top"))),
            Cell(percent(cell_value(table, signal, "turnover_bottom"))),
            Cell(percent(cell_value(table, signal, "coverage"))),
            Cell(percent(cell_value(table, signal, "hit_rate"))),
            *(Cell(small_percent(cell_value(table, signal, name))) for name in losses),
        ]
        hue, style = reading.hues[signal], reading.style(signal)
        rows.append(Row(signal, cells, hue=hue, style=style))
    ranks, turnover, lost = "Autocorrelation after", "Names replaced", "Lost labels"
    return Table(
        [
            Column("signal", numeric=False),
            Column("1 day", ranks),
            Column("5 days", ranks),
            Column(f"{horizon} days", ranks),
            Column("top", turnover, hint=f"Of the top quantile, after {horizon} days"),
            Column("bottom", turnover, hint=f"Of the bottom quantile, after {horizon} days"),
            Column("coverage", hint="Share of the eligible names that are scored"),
            Column("hit rate", hint="Names whose score and return lie on one side of the medians"),
            *(Column(name.removeprefix(_LOSS).replace("_", " "), lost) for name in losses),
        ],
        rows,
        f"Rank autocorrelation of the scores after 1, 5 and {horizon} days; share of the top and "
        f"bottom quantile that {horizon} days later is not in it any more; share of eligible names "
        "that are scored; scored names without a known return, as a share of the scored ones, by "
        "reason.",
        reading.provenance(),
    )


def alpha_table(reading: ScoreboardReading) -> Table:
    """Alpha and beta of the portfolio weighted by the score."""
    table = reading.inputs.alpha_beta
    rows = []
    for signal in reading.in_order([str(name) for name in table.index]):
        cells = [
            Cell(percent(cell_value(table, signal, "alpha"), 1, signed=True)),
            Cell(decimal(cell_value(table, signal, "alpha_t"), 2)),
            Cell(decimal(cell_value(table, signal, "beta"), 2, signed=True)),
            Cell(percent(cell_value(table, signal, "factor_return_annual"), 1, signed=True)),
            Cell(decimal(cell_value(table, signal, "factor_sharpe"), 2)),
        ]
        hue, style = reading.hues[signal], reading.style(signal)
        rows.append(Row(signal, cells, hue=hue, style=style))
    regression, portfolio = "Against the universe", "Portfolio weighted by the score"
    return Table(
        [
            Column("signal", numeric=False),
            Column("alpha a year", regression),
            Column("t", regression, hint="With HAC errors"),
            Column("beta", regression),
            Column("return a year", portfolio),
            Column("Sharpe", portfolio),
        ],
        rows,
        "Returns of a portfolio whose weights are the demeaned score, long and short together "
        "100 % of the capital, and their regression on the universe’s mean return. Gross of costs: "
        "a measurement, no product.",
        reading.provenance("gross of costs"),
    )
