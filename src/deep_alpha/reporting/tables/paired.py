"""Signals against each other on the same days."""

from __future__ import annotations

from deep_alpha.reporting.blocks import Cell, Column, Row, Table
from deep_alpha.reporting.formats import MISSING, decimal, known, p_value
from deep_alpha.reporting.judged_reading import spread
from deep_alpha.reporting.prose.headline import SIGNIFICANT
from deep_alpha.reporting.scoreboard_reading import ScoreboardReading


def verdict(difference: float, p: float) -> str:
    """``ahead``, ``behind`` or ``level`` at the 5 % level; a dash where p is unknown."""
    if not (known(difference) and known(p)):
        return MISSING
    if p >= SIGNIFICANT:
        return "level"
    return "ahead" if difference > 0 else "behind"


def paired_table(reading: ScoreboardReading) -> Table:
    """Difference of the mean rank ICs of each pair, and whether it differs from zero."""
    rows = []
    for pair in reading.inputs.paired.to_dict("records"):
        signal, difference, p = str(pair["signal"]), pair["difference"], pair["p"]
        interval = spread(pair["low"], pair["high"], 3) or MISSING
        cells = [
            Cell(str(pair["against"])),
            Cell(decimal(difference, signed=True)),
            Cell(interval),
            Cell(decimal(pair["hac_t"], 2)),
            Cell(p_value(p)),
            Cell(verdict(difference, p)),
        ]
        rows.append(Row(signal, cells, hue=reading.hues[signal]))
    return Table(
        [
            Column("signal", numeric=False),
            Column("against", numeric=False),
            Column("difference", hint="Of the mean daily rank IC"),
            Column("95 % interval"),
            Column("HAC t", hint="Newey–West t of the daily differences, lag h−1"),
            Column("p", hint="Corrected for overlapping labels"),
            Column("result", numeric=False, hint=f"At p < {SIGNIFICANT}"),
        ],
        rows,
        f"Paired tests: daily rank IC of the one signal minus that of the other on their common "
        f"days. Level: the difference can not be told from zero (p ≥ {SIGNIFICANT}). The p values "
        "are of one pair each, not corrected for the number of pairs.",
        reading.provenance(),
    )
