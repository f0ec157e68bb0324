"""Section 6: signals and learning, the plots that the paper's text mentions."""

from __future__ import annotations

from functools import partial

from deep_alpha.reporting.behaviour_reading import BehaviourReading
from deep_alpha.reporting.blocks import Block, Picture, Pictures, Prose, Section
from deep_alpha.reporting.figures.diagnostics import returns_by_score, score_distributions
from deep_alpha.reporting.figures.learning import learning_curves
from deep_alpha.reporting.figures.signals import score_against_return, score_distribution
from deep_alpha.reporting.formats import count
from deep_alpha.reporting.inputs import ModelResult
from deep_alpha.reporting.prose.sections import signal_sentence
from deep_alpha.reporting.reading import Reading
from deep_alpha.reporting.sections.beside import in_pairs, opening
from deep_alpha.reporting.sections.names import file_name
from deep_alpha.reporting.tables.fits import fit_rows
from deep_alpha.reporting.tables.frames import fit_table

_FEWEST_ROWS = 100


def signal_section(reading: BehaviourReading) -> Section:
    """Distributions of scores and what followed them, learning curves, the fits."""
    paper = reading.paper
    blocks: list[Block] = []
    shown = [model for model in paper.detailed if len(model.scores) >= _FEWEST_ROWS]
    blocks += opening(signal_sentence(shown))
    if len(shown) > 1:
        blocks.extend(Pictures([picture]) for picture in _all_models(paper, shown))
    named = [model.name for model in reading.best_of.values()]
    blocks.extend(Pictures(_of_model(paper, model)) for model in shown if model.name in named)
    if not shown:
        blocks.append(Prose(["No sample of scores was kept."]))
    learned = [model for model in paper.inputs.models if len(model.history)]
    blocks += in_pairs([_curves(paper, model) for model in learned])
    rows = fit_rows(paper)
    if rows:
        blocks.append(fit_table(rows, paper.provenance()))
    return Section("signals", "Signals and learning", "Signals", blocks)


def _all_models(reading: Reading, models: list[ModelResult]) -> list[Picture]:
    return [
        Picture(
            "scores-all",
            partial(score_distributions, {m.name: m.scores["score"] for m in models}, reading.hues),
            "Histograms of the scores of each model",
            "Scores of each model on test rows drawn at random, in units of their own standard "
            "deviation.",
            reading.provenance(),
            wide=True,
        ),
        Picture(
            "returns-all",
            partial(returns_by_score, {m.name: m.scores for m in models}, reading.hues),
            "Mean forward returns by twentieths of each model’s score",
            "Mean forward return by twentieths of each model’s score.",
            reading.provenance(),
            wide=True,
        ),
    ]


def _of_model(reading: Reading, model: ModelResult) -> list[Picture]:
    hue = reading.hues[model.name]
    rows = f"{count(len(model.scores))} test rows drawn at random"
    return [
        Picture(
            file_name("scores", model.name),
            partial(score_distribution, model.scores["score"], model.name, hue),
            f"Histogram of the scores of {model.name}",
            f"Scores of {model.name} on the test dates, without the outer 0.1 %; {rows}.",
            reading.provenance(),
        ),
        Picture(
            file_name("scatter", model.name),
            partial(score_against_return, model.scores, model.name, hue),
            f"Forward returns over the scores of {model.name}",
            f"Forward return over score: density of rows (logarithmic) and means by twentieths "
            f"of the score; the frame ends at the outer 0.5 %; {rows}.",
            reading.provenance(),
        ),
    ]


def _curves(reading: Reading, model: ModelResult) -> Picture:
    runs = len(model.history[["fold", "seed"]].drop_duplicates())
    return Picture(
        file_name("learning", model.name),
        partial(learning_curves, model.history, model.name, reading.hues[model.name]),
        f"Learning curves of {model.name}",
        f"Learning curves of {model.name}, one thin line for each of {runs} fits (folds × seeds), "
        "their median in ink; dots mark each fit’s best validation IC.",
        reading.provenance(),
    )
