"""What paper 001 prints beside what comes out here, and why the two differ."""

from __future__ import annotations

from deep_alpha.reporting.alphanet_figures import LADDER, lowest_row
from deep_alpha.reporting.alphanet_reading import AlphaNetReading
from deep_alpha.reporting.blocks import Cell, Column, Row, Table
from deep_alpha.reporting.formats import MISSING, count, decimal, known, percent
from deep_alpha.reporting.judged_reading import cell_value, rows_of
from deep_alpha.reporting.portfolio_inputs import WHOLE
from deep_alpha.reporting.printed_alphanet import (
    FEATURES,
    KEPT,
    PRINTED_ENHANCEMENT,
    PRINTED_IC,
    PRINTED_LAYERS,
    TIME_LEFT,
    version_of,
)

_IC = "raw 10-day returns or residuals, neutralised score or not: the paper does not say"
_LAYERS = "fee and stamp duty are printed at a hundredth of any market’s; the text has another fee"
_INDEX = "which day’s weights, and how constraints that fail are relaxed, is not said"
_KEPT = "depends on the data, on order, sign and pooled days: never a constant"
_TIME = "seconds an epoch on this machine, features computed beforehand"
_LOSS = "0.1 would be an R² of 0.9, which an IC of 8 % rules out: a training loss on another scale"


def printed_table(reading: AlphaNetReading) -> Table:
    """A row a printed number: the paper's, ours, and what makes them not comparable."""
    rows = [
        *_ic_rows(reading),
        *_layer_rows(reading),
        *_index_row(reading),
        Row(
            "features kept",
            [Cell(f"{KEPT} of {FEATURES}"), Cell(_kept(reading)), Cell(_KEPT)],
        ),
        Row(
            "training time with Spearman dropout",
            [
                Cell(f"{percent(TIME_LEFT, 0)} of that without"),
                Cell(percent(reading.time_left, 0)),
                Cell(_TIME),
            ],
        ),
        Row("last loss", [Cell("below 0.1"), Cell(_loss(reading)), Cell(_LOSS)]),
    ]
    return Table(
        [
            Column("number", numeric=False),
            Column("paper, as printed"),
            Column("here"),
            Column("what keeps them from being compared", numeric=False),
        ],
        rows,
        "What the paper prints, beside what comes out here, model by model. Of V2 it prints no "
        "number.",
        reading.provenance(f"costs {reading.costs[0]}" if reading.costs else ""),
    )


def _ic_rows(reading: AlphaNetReading) -> list[Row]:
    rows = []
    for model in reading.models:
        printed = PRINTED_IC.get(version_of(model))
        if printed is None:
            continue
        ic, ratio = (reading.basis(model, "raw", figure) for figure in ("rank_ic", "icir"))
        here = f"{decimal(ic, 4)}, IR {decimal(ratio, 2)}" if known(ic) else MISSING
        paper = f"{decimal(printed.ic, 4)}, IR {decimal(printed.ratio, 2)}"
        rows.append(
            Row(f"IC of {model}", [Cell(paper), Cell(here), Cell(_IC)], hue=reading.hue(model))
        )
    return rows


def _layer_rows(reading: AlphaNetReading) -> list[Row]:
    headline = reading.headline
    printed = PRINTED_LAYERS.get(version_of(headline))
    if printed is None:
        return []
    table = reading.layers(reading.costs[0] if reading.costs else "")
    rows = []
    for name, place, leg in (("top", 0, -1), ("bottom", -1, 0)):
        known_leg = table.columns[leg] if len(table.columns) else ""
        value = cell_value(table, headline, known_leg)
        texts = [percent(printed[place], 2, signed=True), percent(value, signed=True), _LAYERS]
        rows.append(
            Row(
                f"excess a year, {name} layer of {headline}",
                [Cell(text) for text in texts],
                hue=reading.hue(headline),
            )
        )
    return rows


def _index_row(reading: AlphaNetReading) -> list[Row]:
    headline = reading.headline
    printed = PRINTED_ENHANCEMENT.get(version_of(headline))
    if printed is None:
        return []
    ends = [period.sharpe for period in printed.values()]
    own = rows_of(reading.tables.enhancement, signal=headline, period=WHOLE)
    here = decimal(own["sharpe"].iloc[0], 2) if len(own) else MISSING
    paper = f"{decimal(min(ends), 2)} to {decimal(max(ends), 2)} by period"
    name = f"Sharpe of the enhanced index, {headline}"
    cells = [Cell(paper), Cell(here), Cell(_INDEX)]
    return [Row(name, cells, hue=reading.hue(headline))]


def _kept(reading: AlphaNetReading) -> str:
    own = reading.dropped
    if own.empty:
        return MISSING
    low, high = own["kept"].min(), own["kept"].max()
    span = count(low) if low == high else f"{count(low)} to {count(high)}"
    return f"{span} of {count(own['features'].iloc[0])}"


def _loss(reading: AlphaNetReading) -> str:
    """Errors of the ladder's network before weights and other targets of stopping."""
    rungs = reading.of_axis(LADDER)
    if rungs.empty or rungs["valid_error"].isna().all():
        return MISSING
    best = lowest_row(rungs, "valid_error")
    return f"train {decimal(best['train_error'], 3)}, validation {decimal(best['valid_error'], 3)}"
