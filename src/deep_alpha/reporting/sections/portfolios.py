"""Section 4: portfolios."""

from __future__ import annotations

from functools import partial

import pandas as pd

from deep_alpha.reporting.blocks import Block, Picture, Pictures, Prose, Section
from deep_alpha.reporting.figures.portfolios import all_long_short
from deep_alpha.reporting.prose.sections import naive_sentence, portfolio_sentence
from deep_alpha.reporting.reading import Reading
from deep_alpha.reporting.sections.beside import opening
from deep_alpha.reporting.tables.brief_portfolios import brief_portfolio_table


def portfolio_section(reading: Reading) -> Section:
    """A line a model, and all long-short portfolios."""
    blocks: list[Block] = [*opening(portfolio_sentence(reading), naive_sentence(reading))]
    table = brief_portfolio_table(reading)
    if table is not None:
        blocks.append(table)
    series = {
        model.name: model.portfolios["long_short"]
        for model in reading.ordered
        if "long_short" in model.portfolios and model.portfolios["long_short"].notna().any()
    }
    if series:
        blocks.append(Pictures([_all_models(reading, pd.DataFrame(series))]))
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
