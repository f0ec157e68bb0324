"""What goes on inside of V4's fits, and how much style the scores carry."""

from __future__ import annotations

import math

from deep_alpha.reporting.alphanet_reading import AlphaNetReading
from deep_alpha.reporting.blocks import Cell, Column, Row, Table
from deep_alpha.reporting.formats import decimal, percent, significant
from deep_alpha.reporting.judged_reading import cell_value, cross_table
from deep_alpha.reporting.tables.marks import tint


def diagnostics_table(reading: AlphaNetReading) -> Table:
    """A row a fit: both parts of the sum before the norm, and the attention's entropy."""
    rows: list[Row] = []
    for model, own in reading.tables.diagnostics.groupby("model", sort=False):
        rows.append(Row(str(model), hue=reading.hue(str(model)), style="group"))
        for fit in own.to_dict("records"):
            hidden, encoded = fit["hidden_variance"], fit["encoded_variance"]
            uniform = math.log(fit["steps"]) if fit["steps"] > 1 else float("nan")
            texts = [
                decimal(fit["seed"], 0),
                significant(hidden),
                significant(encoded),
                percent(hidden / (hidden + encoded)),
                decimal(fit["attention_entropy"], 3),
                percent(fit["attention_entropy"] / uniform),
            ]
            rows.append(Row(str(fit["fold"]), [Cell(text) for text in texts]))
    variance, entropy = "Variance before any norm", "Attention’s entropy"
    return Table(
        [
            Column("fold", numeric=False),
            Column("seed"),
            Column("Bi-LSTM", variance, hint="Of its states H"),
            Column("encoders", variance, hint="Of the sum of their outputs ΣT"),
            Column("share of Bi-LSTM", variance),
            Column("nats", entropy, hint="Mean over samples"),
            Column("of uniform", entropy, hint="100 %: every step counts alike"),
        ],
        rows,
        "What the sum in V4 is made of before norms (001-E6): where the share of the Bi-LSTM is "
        "tiny and h_norm is off, the encoders alone are seen. An attention that looks at every "
        "step alike has the entropy of log(steps).",
        reading.provenance(),
    )


def style_exposure_table(reading: AlphaNetReading) -> Table:
    """Mean correlation of score and style, and the mean of its absolute value below."""
    styles = reading.tables.styles
    signed = cross_table(styles, "model", "style", "correlation")
    size = cross_table(styles, "model", "style", "mean_abs")
    scale = float(signed.abs().max().max())
    rows = []
    for model in map(str, signed.index):
        own = [cell_value(signed, model, style) for style in signed.columns]
        cells = [
            Cell(
                decimal(value, 2),
                decimal(cell_value(size, model, style), 2),
                tint=tint(value, scale),
            )
            for style, value in zip(signed.columns, own, strict=True)
        ]
        total = Cell(decimal(size.loc[model].mean(), 2))
        rows.append(Row(model, [*cells, total], hue=reading.hue(model)))
    return Table(
        [
            Column("model", numeric=False),
            *(Column(str(style).lower(), "Correlation of score and style") for style in signed),
            Column("mean |·|", "All", hint="Mean of the mean absolute correlations"),
        ],
        rows,
        "Style exposures: mean over test days of the correlation of score and style, and below it "
        "the mean of its absolute value. Volatility is that of 20 days. The paper says that its "
        "neutralised loss lowers them and shows no number.",
        reading.provenance(),
    )
