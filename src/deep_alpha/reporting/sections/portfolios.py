"""Section 4: portfolios."""

from __future__ import annotations

from functools import partial

import pandas as pd

from deep_alpha.reporting.blocks import Block, Picture, Pictures, Prose, Section
from deep_alpha.reporting.figures.portfolios import all_long_short, drawdowns, portfolio_growth
from deep_alpha.reporting.inputs import ModelResult
from deep_alpha.reporting.prose.sections import naive_sentence, portfolio_sentence
from deep_alpha.reporting.reading import Reading
from deep_alpha.reporting.sections.names import file_name
from deep_alpha.reporting.tables.portfolios import PORTFOLIOS, portfolio_table


def portfolio_section(reading: Reading) -> Section:
    """The table of portfolios, all long-short portfolios, and each paper model's own."""
    opening = [portfolio_sentence(reading), naive_sentence(reading)]
    blocks: list[Block] = [Prose([" ".join(filter(None, opening))])] if any(opening) else []
    table = portfolio_table(reading)
    if table.rows:
        blocks.append(table)
    series = {
        model.name: model.portfolios["long_short"]
        for model in reading.ordered
        if "long_short" in model.portfolios and model.portfolios["long_short"].notna().any()
    }
    if series:
        blocks.append(Pictures([_all_models(reading, pd.DataFrame(series))]))
    drawn = [model for model in reading.detailed if model.name in series]
    blocks.extend(Pictures(_of_model(reading, model)) for model in drawn)
    if not blocks:
        blocks.append(Prose(["No portfolio was formed."]))
    return Section("portfolios", "Portfolios", "Portfolios", blocks)


def _all_models(reading: Reading, series: pd.DataFrame) -> Picture:
    return Picture(
        "long-short",
        partial(all_long_short, series, reading.hues, reading.test_starts),
        "Lines of the growth of every model's long-short portfolio",
        f"Long–short portfolios of all models ({reading.label('top')} against "
        f"{reading.label('bottom')}), logarithmic scale.",
        reading.provenance("gross of costs"),
        wide=True,
    )


def _of_model(reading: Reading, model: ModelResult) -> list[Picture]:
    labels = {name: reading.label(name) for name in (*PORTFOLIOS, "universe")}
    hue = reading.hues[model.name]
    starts = reading.test_starts
    return [
        Picture(
            file_name("growth", model.name),
            partial(portfolio_growth, model.portfolios, model.name, hue, labels, starts),
            f"Growth of the portfolios of {model.name}",
            f"Growth of 1 in the portfolios of {model.name}, logarithmic scale. Dashed: the naive "
            "overlapping version with its final value, which may leave the frame: for comparison "
            "only, it can not be traded.",
            reading.provenance("gross of costs"),
        ),
        Picture(
            file_name("drawdown", model.name),
            partial(drawdowns, model.portfolios, model.name, hue, labels),
            f"Drawdowns of the portfolios of {model.name}",
            "Loss from the highest value so far.",
            reading.provenance("gross of costs"),
        ),
    ]
