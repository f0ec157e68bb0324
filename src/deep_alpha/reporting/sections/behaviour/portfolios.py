"""Section 3: Table 2 and Figures 5 to 7, and what the paper's accounting adds."""

from __future__ import annotations

from functools import partial

from deep_alpha.reporting.behaviour_reading import BehaviourReading
from deep_alpha.reporting.blocks import Block, Heading, Picture, Pictures, Prose, Section
from deep_alpha.reporting.figures.portfolios import drawdowns, portfolio_growth
from deep_alpha.reporting.inputs import ModelResult
from deep_alpha.reporting.printed import PRINTED, family_of
from deep_alpha.reporting.prose.behaviour_portfolios import (
    inflation_sentence,
    sharpe_sentence,
    training_sentence,
)
from deep_alpha.reporting.prose.sections import portfolio_sentence
from deep_alpha.reporting.sections.behaviour.missing import missing
from deep_alpha.reporting.sections.beside import opening
from deep_alpha.reporting.sections.names import file_name
from deep_alpha.reporting.tables.naive import naive_table
from deep_alpha.reporting.tables.portfolios import PORTFOLIOS, portfolio_table
from deep_alpha.reporting.tables.with_training import training_table


def paper_portfolio_section(reading: BehaviourReading) -> Section:
    """The table of portfolios, each model's growth, the naive account, training included."""
    blocks: list[Block] = [*opening(portfolio_sentence(reading.paper), sharpe_sentence(reading))]
    table = portfolio_table(reading.paper)
    blocks.append(table if table.rows else Prose(["No portfolio was formed."]))
    drawn = [m for m in reading.paper.detailed if "long_short" in m.portfolios]
    blocks.extend(Pictures(_of_model(reading, model)) for model in drawn)
    naive = naive_table(reading)
    if naive is not None:
        blocks.append(Heading("Naive accounting against tranches"))
        blocks += [*opening(inflation_sentence(reading)), naive]
    blocks.append(Heading("With training dates, as the paper’s five years must have"))
    if reading.tables.with_training.empty:
        blocks.append(missing("with_training", "The sample that contains training was"))
    else:
        blocks += [*opening(training_sentence(reading)), training_table(reading)]
    return Section("portfolios", "Portfolios", "Portfolios", blocks)


def _of_model(reading: BehaviourReading, model: ModelResult) -> list[Picture]:
    paper = reading.paper
    labels = {name: paper.label(name) for name in (*PORTFOLIOS, "universe")}
    hue, provenance = reading.hue(model.name), paper.provenance("gross of costs")
    printed = PRINTED.get(family_of(model.name))
    figure = f"Figure {printed.growth_figure}. " if printed else ""
    return [
        Picture(
            file_name("growth", model.name),
            partial(portfolio_growth, model.portfolios, model.name, hue, labels, paper.test_starts),
            f"Growth of the portfolios of {model.name}",
            f"{figure}Growth of 1 in the portfolios of {model.name}, logarithmic scale, all days "
            "tests. Dashed: the naive overlapping version with its final value, which may leave "
            "the frame: for comparison only, it can not be traded.",
            provenance,
        ),
        Picture(
            file_name("drawdown", model.name),
            partial(drawdowns, model.portfolios, model.name, hue, labels),
            f"Drawdowns of the portfolios of {model.name}",
            "Loss from the highest value so far.",
            provenance,
        ),
    ]
