"""Configurations of our own beside the paper's, on one scoreboard (SPEC 000-F5)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass

import pandas as pd

FIGURES = (
    "rank_ic",
    "rank_ic_sd",
    "icir",
    "tradable_ic",
    "residual_ic",
    "neutral_ic",
    "layer_last",
    "ls_sharpe_net",
)
COLUMNS = ("model", "inputs", "target", "loss", *FIGURES)


@dataclass(frozen=True)
class Configuration:
    """What a model was given, in words.

    Args:
        inputs: What it sees.
        target: What it is fitted to.
        loss: What the fit makes small.
    """

    inputs: str
    target: str
    loss: str


def beyond_table(board: pd.DataFrame, configurations: Mapping[str, Configuration]) -> pd.DataFrame:
    """The configurations' rows of the scoreboard.

    Args:
        board: The scoreboard: column signal, and :data:`FIGURES` as far as there are any.
        configurations: By model; one that is not on the board, or whose scores are constant
            and have no rank IC, is left out.

    Returns:
        Columns :data:`COLUMNS`, in the order of the configurations.
    """
    found = board.set_index("signal").reindex(columns=list(FIGURES))
    known = found[found["rank_ic"].notna()]
    rows = [
        {"model": name, **asdict(words), **known.loc[name].to_dict()}
        for name, words in configurations.items()
        if name in known.index
    ]
    return pd.DataFrame(rows, columns=list(COLUMNS))
