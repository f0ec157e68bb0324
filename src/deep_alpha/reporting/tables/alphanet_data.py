"""Counterparts of paper 001's Tables 3-1, 3-3 and 3-4: inputs, operators, configuration."""

from __future__ import annotations

from deep_alpha.reporting.alphanet_reading import AlphaNetReading
from deep_alpha.reporting.blocks import Cell, Column, Row, Table
from deep_alpha.reporting.formats import anything, count, percent, significant

_SETS = {"v1": "V1", "v2": "V2, V3", "paper13": "V4", "dedup11": "dedup11"}


def inputs_table(reading: AlphaNetReading) -> Table:
    """Every daily input, its place in each version's set, and what its values are like."""
    rows = [
        Row(
            str(entry["name"]),
            [
                Cell(anything(entry["formula"])),
                *(Cell(count(entry[chosen])) for chosen in _SETS),
                Cell(percent(entry["coverage"], 2)),
                *(Cell(significant(entry[figure])) for figure in ("median", "low", "high")),
            ],
        )
        for entry in reading.tables.inputs.to_dict("records")
    ]
    values = "Values on train rows"
    return Table(
        [
            Column("input", numeric=False),
            Column("formula", numeric=False),
            *(Column(words, "Place in the set of") for words in _SETS.values()),
            Column("coverage", values, hint="Share of eligible rows that have it"),
            Column("median", values),
            Column("1 %", values),
            Column("99 %", values),
        ],
        rows,
        "Table 3-1. Daily inputs of all versions, and their places in each one’s set; dedup11 is "
        "V4’s without its two structural duplicates. Prices and volumes are adjusted.",
        reading.provenance(seeds=False),
    )


def operators_table(reading: AlphaNetReading) -> Table:
    """The operators as computed, with how many of their features the headline keeps."""
    rows = [
        Row(
            str(entry["operator"]),
            [
                Cell(anything(entry["formula"])),
                Cell(count(entry["features"])),
                Cell(count(entry["kept"])),
                Cell(percent(entry["kept"] / entry["features"], 0)),
            ],
            hue=reading.operator_hues.get(str(entry["operator"])),
        )
        for entry in reading.tables.operators.to_dict("records")
    ]
    total = reading.tables.operators[["features", "kept"]].sum(min_count=1)
    cells = [Cell(""), Cell(count(total["features"])), Cell(count(total["kept"]))]
    share = percent(total["kept"] / total["features"], 0)
    rows.append(Row("all", [*cells, Cell(share)], style="total"))
    kept = f"Kept by {reading.headline}"
    return Table(
        [
            Column("operator", numeric=False),
            Column("formula", numeric=False),
            Column("features", "In a window"),
            Column("number", kept),
            Column("share", kept),
        ],
        rows,
        "Table 3-3. Operators over windows of d days, as computed: ts_zscore is the mean over the "
        "standard deviation, and ts_return is without the further −1 that the paper prints.",
        reading.provenance(seeds=False),
    )


def configuration_table(reading: AlphaNetReading) -> Table:
    """Settings as run, a column a model."""
    table = reading.tables.configuration
    models = [str(column) for column in table.columns if column != "setting"]
    rows = [
        Row(str(entry["setting"]), [Cell(anything(entry[model])) for model in models])
        for entry in table.to_dict("records")
    ]
    return Table(
        [
            Column("setting", numeric=False),
            *(Column(model, numeric=False) for model in models),
        ],
        rows,
        "Table 3-4. Construction and training as run, after what the profile makes cheaper.",
        reading.provenance(),
    )
