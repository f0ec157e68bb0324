"""How many features Spearman dropout keeps, fit by fit."""

from __future__ import annotations

import pandas as pd

from deep_alpha.reporting.alphanet_reading import AlphaNetReading
from deep_alpha.reporting.blocks import Cell, Column, Row, Table
from deep_alpha.reporting.formats import count, decimal
from deep_alpha.reporting.printed_alphanet import FEATURES, KEPT


def dropped_fits(kept: pd.DataFrame) -> pd.DataFrame:
    """The fits of models that drop features."""
    drops = (kept["kept"] < kept["features"]).groupby(kept["model"]).transform("any")
    return kept[drops]


def kept_table(reading: AlphaNetReading) -> Table:
    """A row a fold under each model, a column a seed: features kept, and how alike the sets are."""
    kept = dropped_fits(reading.tables.kept)
    seeds = sorted(kept["seed"].unique())
    rows: list[Row] = []
    for model, own in kept.groupby("model", sort=False):
        note = f"of {count(own['features'].iloc[0])}"
        rows.append(Row(str(model), note=note, hue=reading.hue(str(model)), style="group"))
        for fold, fits in own.groupby("fold", sort=False):
            by_seed = fits.set_index("seed")
            rows.append(Row(str(fold), [_cell(by_seed, seed) for seed in seeds]))
    return Table(
        [
            Column("fold", numeric=False),
            *(Column(f"seed {seed}", "Features kept, Jaccard below") for seed in seeds),
        ],
        rows,
        "Features that each fit keeps of the main window, and the Jaccard similarity of its set "
        f"with the first fit’s: 1 if both keep the same. The paper keeps {KEPT} of {FEATURES} in "
        "the one fit that it tells of.",
        reading.provenance(),
    )


def _cell(by_seed: pd.DataFrame, seed: int) -> Cell:
    if seed not in by_seed.index:
        return Cell("–")
    fit = by_seed.loc[seed]
    return Cell(count(fit["kept"]), decimal(fit["jaccard"], 2))
