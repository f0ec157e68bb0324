"""Section 5: signals and learning."""

from __future__ import annotations

from functools import partial

from deep_alpha.reporting.blocks import Block, Cell, Picture, Pictures, Prose, Row, Section
from deep_alpha.reporting.figures.learning import learning_curves
from deep_alpha.reporting.figures.signals import score_against_return, score_distribution
from deep_alpha.reporting.formats import count, decimal, known
from deep_alpha.reporting.inputs import ModelResult
from deep_alpha.reporting.prose.sections import signal_sentence
from deep_alpha.reporting.reading import Reading
from deep_alpha.reporting.records import FIT_BASIS
from deep_alpha.reporting.sections.names import file_name
from deep_alpha.reporting.tables.frames import fit_table

_FEWEST_ROWS = 100
_SHOWN = 3


def signal_section(reading: Reading) -> Section:
    """Distribution of scores and what followed them, learning curves, the fits."""
    blocks: list[Block] = []
    shown = [m for m in reading.detailed if len(m.scores) >= _FEWEST_ROWS][:_SHOWN]
    sentences = [sentence for model in shown if (sentence := signal_sentence(model))]
    if sentences:
        blocks.append(Prose(sentences))
    blocks.extend(Pictures(_of_model(reading, model)) for model in shown)
    if not shown:
        blocks.append(Prose(["No sample of scores was kept."]))
    learned = [model for model in reading.inputs.models if len(model.history)]
    blocks.extend(Pictures([_curves(reading, model)]) for model in learned)
    rows = _fit_rows(reading)
    if rows:
        blocks.append(fit_table(rows, reading.provenance()))
    return Section("signals", "Signals and learning", "Signals", blocks)


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
        wide=True,
    )


def _fit_rows(reading: Reading) -> list[Row]:
    rows = []
    for model in reading.ordered:
        ic, epoch, samples, seconds = (
            reading.metrics.value("fit", model.name, column, FIT_BASIS)
            for column in ("valid_ic", "best_epoch", "train_samples", "seconds")
        )
        if not any(known(value) for value in (ic, epoch, samples, seconds)):
            continue
        texts = [decimal(ic), decimal(epoch, 1), count(samples), decimal(seconds, 1)]
        rows.append(Row(model.name, [Cell(t) for t in texts], hue=reading.hues[model.name]))
    return rows
