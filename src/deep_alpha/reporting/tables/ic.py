"""IC by year, on the label's own grid, and at other horizons."""

from __future__ import annotations

from collections.abc import Sequence

from deep_alpha.reporting.blocks import Cell, Column, Row, Table
from deep_alpha.reporting.formats import decimal, known, plural
from deep_alpha.reporting.reading import Reading
from deep_alpha.reporting.tables.marks import best_positions, tint

YEAR, WITHOUT, OFFSETS = "year ", "without ", "offsets"


def by_period_table(reading: Reading) -> Table | None:
    """Mean rank IC with ICIR by calendar year, and without periods that flatter.

    Returns:
        The table, or None where no year was recorded.
    """
    years = reading.metrics.bases("ic", YEAR)
    bases = [*years, "all", *reading.metrics.bases("ic", WITHOUT)]
    if not years:
        return None
    titles = [base.removeprefix(YEAR) for base in bases]
    return Table(
        [Column("model", numeric=False), *(Column(title) for title in titles)],
        _tinted_rows(reading, [(base, None) for base in bases]),
        "Mean rank IC by calendar year of the test dates, ICIR below it.",
        reading.provenance(),
    )


def horizon_table(reading: Reading) -> Table | None:
    """Mean rank IC with ICIR by length of the labels; None where there is but one."""
    horizons = reading.metrics.horizons("ic")
    if len(horizons) < 2:
        return None
    return Table(
        [Column("model", numeric=False), *(Column(plural(days, "day")) for days in horizons)],
        _tinted_rows(reading, [("all", days) for days in horizons]),
        "Mean rank IC by the length of the labels, ICIR below it. Models were fitted and judged on "
        "labels of that length.",
        reading.provenance(),
    )


def offsets_table(reading: Reading) -> Table | None:
    """IC on the h-day grid, where labels do not overlap: mean over all h offsets and range.

    Returns:
        The table, or None where no such record exists.
    """
    horizon, metrics = reading.inputs.horizon, reading.metrics
    if not metrics.bases("ic", OFFSETS):
        return None
    models = [model for model in reading.ordered if known(reading.rank_ic(model.name))]
    columns = ("rank_ic", "rank_ic_sd", "icir", "icir_min", "icir_max")
    values = [[metrics.value("ic", m.name, c, OFFSETS) for c in columns] for m in models]
    # The oracle stands last, so that the others keep their places.
    best = best_positions(
        [row[2] for row, m in zip(values, models, strict=True) if m.kind != "oracle"]
    )
    rows = []
    for place, (model, (mean, sd, ratio, low, high)) in enumerate(zip(models, values, strict=True)):
        span = f"{decimal(low, 2)} … {decimal(high, 2)}" if known(low) else decimal(low)
        cells = [
            Cell(decimal(mean)),
            Cell(decimal(sd)),
            Cell(decimal(ratio, 2), best=place in best),
            Cell(span),
        ]
        style = "oracle" if model.kind == "oracle" else ""
        rows.append(Row(model.name, cells, hue=reading.hues[model.name], style=style))
    headings = ("rank IC", "IC sd", "ICIR", "range of ICIR")
    return Table(
        [Column("model", numeric=False), *(Column(title) for title in headings)],
        rows,
        f"Every {horizon}th day only, so that labels do not overlap: means over all {horizon} "
        "offsets, and the lowest and highest ICIR that a choice of offset could have shown.",
        reading.provenance(),
    )


def _tinted_rows(reading: Reading, bases: Sequence[tuple[str, int | None]]) -> list[Row]:
    models = [model for model in reading.ordered if known(reading.rank_ic(model.name))]
    means = {
        model.name: [reading.metrics.value("ic", model.name, "rank_ic", *base) for base in bases]
        for model in models
    }
    scale = max((abs(v) for row in means.values() for v in row if known(v)), default=0.0)
    rows = []
    for model in models:
        cells = []
        for base, mean in zip(bases, means[model.name], strict=True):
            ratio = reading.metrics.value("ic", model.name, "icir", *base)
            note = decimal(ratio, 2) if known(ratio) else ""
            cells.append(Cell(decimal(mean), note, tint=tint(mean, scale)))
        style = "oracle" if model.kind == "oracle" else ""
        rows.append(Row(model.name, cells, hue=reading.hues[model.name], style=style))
    return rows
