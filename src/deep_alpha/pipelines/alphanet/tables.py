"""Nodes that fill the tables of paper 001's page, and draw it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd

from deep_alpha.imports import load_object
from deep_alpha.models.alphanet.config import AlphaNetConfig
from deep_alpha.pipelines.alphanet.models import PAPER, YARDSTICKS
from deep_alpha.reporting import AlphaNetInputs, AlphaNetTables, ReportInputs, write_alphanet_page
from deep_alpha.reporting.prose.alphanet_findings import AlphaNetFindings, alphanet_conformance
from deep_alpha.training.plan import ModelSpec, RunPlan

Tables = Mapping[str, Callable[[], pd.DataFrame]]

HEADLINE = "alphanet_v4"
RIVALS = (*YARDSTICKS, "gru32", "composite")
"""Those that AlphaNets are compared with (SPEC 001-I3)."""


def tabulate_paper_001(
    inside: Tables,
    ablation: pd.DataFrame,
    ablation_history: pd.DataFrame,
    scoreboard_tables: Tables,
    layer_tables: Tables,
    enhancement_tables: Tables,
) -> dict[str, pd.DataFrame]:
    """All tables of the paper's page, by the names of ``AlphaNetTables``.

    What was not run leaves its tables empty.
    """
    board = scoreboard_tables["board"]()
    references = board.loc[board["kind"] == "reference", "signal"]
    compared = (*PAPER, *RIVALS, *references)
    paired = _of_signals(scoreboard_tables["paired"](), tuple(PAPER))
    found = {
        "ablation": ablation,
        "ablation_history": ablation_history,
        "board": board,
        "bases": _of_signals(scoreboard_tables["bases"](), compared),
        "paired": paired[paired["against"].isin(RIVALS)],
        **{
            name: _of_signals(layer_tables[name](), tuple(PAPER))
            for name in ("layers", "layer_curves", "monotonicity")
        },
        **{
            name: _of_signals(enhancement_tables[name](), tuple(PAPER))
            for name in ("enhancement", "enhancement_curves")
        },
    }
    others = (name for name in AlphaNetTables.names() if name not in found)
    looks = {name: inside[name]() if name in inside else pd.DataFrame() for name in others}
    tables = AlphaNetTables(**looks, **found)
    sheet = alphanet_conformance(AlphaNetFindings(tables, tuple(PAPER), RIVALS, HEADLINE))
    whole = replace(tables, conformance=sheet)
    return {name: getattr(whole, name) for name in AlphaNetTables.names()}


def draw_alphanet(
    results: ReportInputs,
    tables: Tables,
    run_plan: RunPlan,
    models: dict[str, Any],
    folder: str,
) -> str:
    """Draw the page of paper 001 and return its HTML."""
    read = AlphaNetTables(**{name: tables[name]() for name in AlphaNetTables.names()})
    inputs = AlphaNetInputs(
        results=results,
        tables=read,
        paper=tuple(PAPER),
        yardsticks=RIVALS,
        headline=HEADLINE,
        branches={name: _branches(name, models[name], run_plan) for name in PAPER},
    )
    return write_alphanet_page(inputs, Path(folder)).read_text(encoding="utf-8")


def _of_signals(table: pd.DataFrame, signals: tuple[str, ...]) -> pd.DataFrame:
    """The rows of some signals, in their order."""
    own = table[table["signal"].isin(signals)]
    place = {name: position for position, name in enumerate(signals)}
    return own.sort_values(
        "signal", key=lambda names: names.map(place), kind="stable", ignore_index=True
    )


def _branches(
    name: str, content: dict[str, Any], run_plan: RunPlan
) -> tuple[tuple[int, int, int], ...]:
    """Window, steps and stride of each branch of a model as it is run."""
    spec = run_plan.profile.reduced(name, ModelSpec.model_validate(content))
    schema: type[AlphaNetConfig] = load_object(spec.model_class).config_type
    config = schema.model_validate(spec.config_for(run_plan.profile, name))
    return tuple((branch.window, branch.steps, branch.stride) for branch in config.branches)
