"""The scoreboard: every signal in one row, judged in the same way."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from deep_alpha.reporting.blocks import Cell, Column, Row, Table
from deep_alpha.reporting.formats import MISSING, count, decimal, known, p_phrase, percent, plural
from deep_alpha.reporting.judged_reading import spread
from deep_alpha.reporting.scoreboard_reading import ScoreboardReading
from deep_alpha.reporting.tables.marks import best_positions

KIND_NOTES = {"model": "", "oracle": "knows what was planted"}
NO_IC = "no IC: constant scores, or no label is known"

_Text = Callable[[ScoreboardReading, str], str]

_three = partial(decimal, places=3)
_two = partial(decimal, places=2)
_signed_percent = partial(percent, places=1, signed=True)


@dataclass(frozen=True)
class BoardColumn:
    """A column of the scoreboard.

    Args:
        heading: Its heading.
        text: What a signal's cell says.
        note: The smaller line below it, empty for none.
        best_by: Column of the board whose highest value is marked; empty for none.
    """

    heading: Column
    text: _Text
    note: _Text
    best_by: str = ""


def _number(
    column: str, show: Callable[[float], str], words: str = "", gap: str = MISSING
) -> _Text:
    """Prints a column of the board, ``gap`` where it is unknown."""

    def text(reading: ScoreboardReading, signal: str) -> str:
        value = reading.value(signal, column)
        return f"{words}{show(value)}" if known(value) else gap

    return text


def _range(low: str, high: str, places: int, gap: str = "") -> _Text:
    def text(reading: ScoreboardReading, signal: str) -> str:
        return spread(reading.value(signal, low), reading.value(signal, high), places) or gap

    return text


def _nothing(_reading: ScoreboardReading, _signal: str) -> str:
    return ""


def _column(
    title: str,
    group: str,
    column: str,
    show: Callable[[float], str],
    note: _Text = _nothing,
    *,
    hint: str = "",
    higher_is_better: bool = True,
) -> BoardColumn:
    heading = Column(title, group, hint=hint)
    return BoardColumn(heading, _number(column, show), note, column if higher_is_better else "")


def _icir(column: str) -> _Text:
    return _number(column, _two, gap="")


_RANK, _LEFT, _SIZE = "Rank IC", "Rank IC on other bases, ICIR below", "Rank IC by size"
_LAYERS, _SHARPE, _PEARSON, _JUDGED = (
    "Excess a year", "Long–short Sharpe", "Pearson IC", "Judged on",
)  # fmt: skip
_MAIN = (
    _column("mean", _RANK, "rank_ic", _three, _number("rank_ic_sd", _three, "sd ", "")),
    _column("ICIR", _RANK, "icir", _two, _range("icir_min", "icir_max", 2),
            hint="Mean over the offsets of the grid, and their range"),
    BoardColumn(Column("95 % interval", _RANK, hint="Of the mean, for labels that overlap"),
                _range("low", "high", 3, MISSING), _number("p", p_phrase, gap="")),
    _column("tradable", _LEFT, "tradable_ic", _three, _icir("tradable_icir"),
            hint="Entered at the next day’s vwap, on names that can be bought"),
    _column("residual", _LEFT, "residual_ic", _three, _icir("residual_icir"),
            hint="Against residual returns"),
    _column("5 neutral", _LEFT, "neutral_five_ic", _three, _icir("neutral_five_icir"),
            hint="Score neutralised by five factors"),
    _column("all neutral", _LEFT, "neutral_ic", _three, _icir("neutral_icir"),
            hint="Score neutralised by the whole risk model"),
    _column("bottom", _LAYERS, "layer_first", _signed_percent,
            hint="Layer of the lowest scores", higher_is_better=False),
    _column("top", _LAYERS, "layer_last", _signed_percent, hint="Layer of the highest scores"),
    _column("gross", _SHARPE, "ls_sharpe_gross", _two),
    _column("net", _SHARPE, "ls_sharpe_net", _two),
)  # fmt: skip
_MORE = (
    _column("raw", _PEARSON, "pearson_ic", _three, hint="Mean daily Pearson correlation"),
    _column("residual", _PEARSON, "residual_pearson", _three, hint="Against residual returns"),
    _column("large", _SIZE, "large_ic", _three),
    _column("middle", _SIZE, "middle_ic", _three),
    _column("small", _SIZE, "small_ic", _three),
    _column("first half year left out", _RANK, "without_ic", _three),
    _column("days", _JUDGED, "days", count, higher_is_better=False),
    _column("names a day", _JUDGED, "names", count, higher_is_better=False),
)


def scoreboard_table(reading: ScoreboardReading) -> Table:
    """Every signal by rank IC; references and the oracle stand apart and do not compete."""
    competing = len(reading.competing) == len(reading.ordered)
    apart = "" if competing else "; references and the oracle stand apart"
    case = reading.inputs.headline_cost
    return _table(
        reading,
        _MAIN,
        f"Table 1. Every signal on the same names, days and labels, by mean rank IC; the best of "
        f"a column is marked{apart}. ICIR = mean ÷ sd, not annualised, mean over the "
        f"{plural(reading.inputs.horizon, 'offset')} of the grid with its range below. Excess of "
        "the bottom and top layer over the equal-weight universe, net of costs.",
        reading.provenance(f"layers and net Sharpe: costs {case}" if case else ""),
    )


def spread_table(reading: ScoreboardReading) -> Table:
    """The same signals in Pearson's IC, by size, and without the first half year."""
    caption = (
        "Table 2. The same signals: Pearson correlation, the rank IC among the large, the middle "
        "and the small names only, and without the first half year."
    )
    return _table(reading, _MORE, caption, reading.provenance())


def _table(
    reading: ScoreboardReading, columns: Sequence[BoardColumn], caption: str, provenance: str
) -> Table:
    rivals = reading.competing
    best = {
        (rivals[place], column.best_by)
        for column in columns
        if column.best_by
        for place in best_positions([reading.value(name, column.best_by) for name in rivals])
    }
    rows = []
    for signal in reading.ordered:
        kind = reading.kinds[signal]
        cells = [
            Cell(
                column.text(reading, signal),
                column.note(reading, signal),
                best=(signal, column.best_by) in best,
            )
            for column in columns
        ]
        is_known = known(reading.value(signal, "rank_ic"))
        rows.append(
            Row(
                signal, cells if is_known else (), KIND_NOTES.get(kind, kind),
                reading.hues[signal], reading.style(signal), "" if is_known else NO_IC,
            )
        )  # fmt: skip
    headings = [Column("signal", numeric=False), *(column.heading for column in columns)]
    return Table(headings, rows, caption, provenance)
