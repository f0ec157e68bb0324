"""Section 4: what moves the networks' scores, counterpart of Figure 8."""

from __future__ import annotations

from functools import partial

import pandas as pd

from deep_alpha.reporting.behaviour_reading import BehaviourReading
from deep_alpha.reporting.blocks import Block, Picture, Pictures, Prose, Section
from deep_alpha.reporting.figures.shap_groups import shap_group_bars
from deep_alpha.reporting.figures.shap_map import shap_cells
from deep_alpha.reporting.formats import count
from deep_alpha.reporting.prose.behaviour_tables import shap_sentences
from deep_alpha.reporting.sections.behaviour.missing import missing
from deep_alpha.reporting.sections.beside import beside
from deep_alpha.reporting.sections.names import file_name

_CAPTIONS = {
    "mean": (
        "Figure 8. Mean signed SHAP value of each factor, as the paper maps it. Features are "
        "z-scores, so that it is near zero by construction and depends on the background rows."
    ),
    "directed": (
        "Companion of Figure 8. Mean absolute SHAP value with the sign of the correlation of "
        "factor and value: blue raises the score where the factor is high."
    ),
}


def explanation_section(reading: BehaviourReading) -> Section:
    """By model a map of signed means, a companion map, and the groups' totals."""
    shap, groups = reading.tables.shap, reading.tables.shap_groups
    if shap.empty:
        blocks: list[Block] = [missing("shap", "The scores were not explained: SHAP values were")]
        return Section("shap", "What moves the scores", "SHAP", blocks)
    blocks = [Prose(shap_sentences(shap, groups))]
    bars = []
    for name, own in shap.groupby("model", sort=False):
        blocks.extend(_map(reading, str(name), own, column) for column in _CAPTIONS)
        of_model = groups[groups["model"] == name]
        if len(of_model):
            bars.append(_bars(reading, str(name), own, of_model))
    blocks += beside(bars)
    return Section("shap", "What moves the scores", "SHAP", blocks)


def _map(reading: BehaviourReading, name: str, shap: pd.DataFrame, column: str) -> Pictures:
    cells = shap.sort_values(["row", "column"]).rename(columns={"direction": "directed"})
    shape = (int(cells["row"].max()) + 1, int(cells["column"].max()) + 1)
    picture = Picture(
        file_name("shap", column, name),
        partial(shap_cells, cells, shape, column, name),
        f"Map of SHAP values of {name}, {column}",
        f"{_CAPTIONS[column]} Groups in the order of the legend, factors of a group by mean "
        "absolute value.",
        _provenance(reading, shap),
        wide=True,
    )
    return Pictures([picture])


def _bars(
    reading: BehaviourReading, name: str, shap: pd.DataFrame, groups: pd.DataFrame
) -> Picture:
    members = shap.groupby("group")["factor"].size()
    totals = groups.rename(columns={"mean_abs": "total"}).assign(
        factors=groups["group"].map(members)
    )
    return Picture(
        file_name("shap-groups", name),
        partial(shap_group_bars, totals, name),
        f"Bars of each group’s share in the scores of {name}",
        f"Sums of mean absolute SHAP values of {name} by group; a group of more factors has more "
        "to add up.",
        _provenance(reading, shap),
    )


def _provenance(reading: BehaviourReading, shap: pd.DataFrame) -> str:
    rows = f"{count(shap['rows'].iloc[0])} test rows drawn at random"
    return f"{reading.paper.provenance()} · {rows}"
