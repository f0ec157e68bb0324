"""Section 2: the walk-forward split."""

from __future__ import annotations

from functools import partial

from deep_alpha.reporting.blocks import Block, Details, Picture, Pictures, Prose, Section
from deep_alpha.reporting.figures.folds import fold_timeline
from deep_alpha.reporting.prose.sections import split_sentence
from deep_alpha.reporting.reading import Reading
from deep_alpha.reporting.tables.frames import folds_table


def split_section(reading: Reading) -> Section:
    """The folds to scale, and their dates."""
    manifest = reading.inputs.folds
    provenance = (
        f"{reading.inputs.market.name} · {reading.horizon_words} · "
        f"purge {manifest['purge_days']} days"
    )
    timeline = Picture(
        "folds",
        partial(fold_timeline, manifest),
        "Bars of the train, purge, validation and test dates of each fold",
        "Each fold is fitted on train, stopped on validation and scored on test. The test "
        "of the live fold is open: its labels are not known yet.",
        provenance,
        wide=True,
    )
    blocks: list[Block] = [
        Prose([split_sentence(reading)]),
        Pictures([timeline]),
        Details("Dates of every segment", [folds_table(manifest, provenance)]),
    ]
    return Section("split", "The split", "Split", blocks)
