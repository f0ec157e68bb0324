"""Nodes that put every signal on the scoreboard."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import xarray as xr

from deep_alpha import __version__
from deep_alpha.backtest.layer_result import UNIVERSE
from deep_alpha.errors import ConfigurationError
from deep_alpha.evaluation.judge import is_degenerate
from deep_alpha.evaluation.label_book import LabelBook
from deep_alpha.evaluation.overfitting import search_statistics
from deep_alpha.evaluation.relations import double_sort
from deep_alpha.evaluation.scoreboard import (
    REFERENCES,
    blend,
    board_of,
    compare_in_pairs,
    relations,
)
from deep_alpha.evaluation.settings import EvaluationSettings
from deep_alpha.evaluation.signal_tables import MarketFrames, join_tables, signal_tables
from deep_alpha.market.identity import MarketRecord
from deep_alpha.market.universe import UniversePolicy, eligible
from deep_alpha.pipelines.factors.nodes import target_settings
from deep_alpha.pipelines.gathering import KINDS
from deep_alpha.reporting import ScoreboardInputs, write_scoreboard_page
from deep_alpha.reporting.names import PAGES
from deep_alpha.risk.model import RiskModel
from deep_alpha.signals import Signal, check_comparable
from deep_alpha.training.plan import RunPlan

Scores = dict[str, pd.DataFrame]
_log = logging.getLogger(__name__)


def lay_out_scores(signals: Mapping[str, Signal], evaluation: EvaluationSettings) -> Scores:
    """Every signal's test scores as a date × asset frame, blends of them included.

    A signal whose scores are constant ranks nothing: it is left out, and the run says so.

    Raises:
        ConfigurationError: A blend has the name of a signal, or names one that is not there;
            or a signal has the name of a reference.
    """
    present = {name: signal for name, signal in signals.items() if len(signal.scores)}
    check_comparable(present)
    for name in REFERENCES:
        if name in present:
            raise ConfigurationError(
                f"a signal is called {name}, as is a reference that stands beside all signals: "
                "give it another name"
            )
    frames = {name: signal.wide() for name, signal in present.items()}
    scores = {name: frame for name, frame in frames.items() if not is_degenerate(frame)}
    for name in frames.keys() - scores.keys():
        _log.warning("%s: its scores are constant, so that it is judged nowhere", name)
    blends = {}
    for name, parts in evaluation.blends.items():
        unknown = [part for part in parts if part not in scores]
        reason = ""
        if not parts:
            reason = "it has no parts"
        elif unknown:
            reason = f"there is no signal {unknown[0]}"
        elif name in scores or name in REFERENCES:
            reason = "its name is taken"
        if reason:
            raise ConfigurationError(
                f"evaluation.blends.{name}: {reason}; signals are {', '.join(scores)}"
            )
        blends[name] = blend([scores[part] for part in parts])
    return {**scores, **blends}


def open_label_book(
    panel: xr.Dataset,
    exposures: xr.Dataset,
    returns: xr.Dataset,
    scores: Scores,
    target: dict[str, Any],
    run_plan: RunPlan,
) -> LabelBook:
    """Everything that judging needs and that no score changes."""
    dates = pd.DatetimeIndex(sorted(set().union(*(frame.index for frame in scores.values()))))
    settings = target_settings(target, run_plan)[0]
    return LabelBook.of(
        panel, RiskModel(exposures, returns), settings.horizon, dates, settings.max_suspended
    )


def fill_scoreboard(
    scores: Scores,
    book: LabelBook,
    panel: xr.Dataset,
    ledger: pd.DataFrame,
    daily_portfolios: pd.DataFrame,
    layer_tables: Mapping[str, Callable[[], pd.DataFrame]],
    universe: UniversePolicy,
    target: dict[str, Any],
    evaluation: EvaluationSettings,
    run_plan: RunPlan,
    headline_model: str,
) -> dict[str, pd.DataFrame]:
    """Every table of the scoreboard's page, by name."""
    settings = target_settings(target, run_plan)[0]
    frames = MarketFrames.of(panel, eligible(panel, universe), settings, evaluation.annual_days)
    kinds = {name: KINDS.get(name, "model") for name in scores}
    kinds |= dict.fromkeys(evaluation.blends, "blend")
    # References stand on the names of the first.
    ordered = dict(sorted(scores.items(), key=lambda signal: signal[0] != headline_model))
    board, bases = board_of(
        ordered, kinds, book, frames.returns, evaluation.draws, evaluation.null_seed
    )
    decay_days = sorted({*evaluation.decay_days, settings.horizon})
    described = [
        signal_tables(name, frame, frames, evaluation.quantiles, decay_days)
        for name, frame in scores.items()
    ]
    pairs = compare_in_pairs(
        scores, evaluation.against, frames.returns, settings.horizon, evaluation.draws
    )
    board = board.join(_long_short(daily_portfolios, evaluation)).join(
        _outer_layers(layer_tables["layers"]())
    )
    return {
        "board": board.reset_index(),
        "bases": bases,
        "paired": pairs,
        **join_tables(described),
        **{
            name: table.reset_index(names="signal")
            for name, table in relations(scores, frames.returns).items()
        },
        "double_sort": _double_sorts(scores, headline_model, evaluation, frames.returns),
        "search": _search(ledger, daily_portfolios, settings.horizon, evaluation.annual_days),
    }


def draw_scoreboard(
    tables: Mapping[str, Callable[[], pd.DataFrame]],
    market_record: MarketRecord,
    evaluation: EvaluationSettings,
    universe: UniversePolicy,
    target: dict[str, Any],
    run_plan: RunPlan,
    headline_model: str,
    folder: str,
) -> str:
    """Draw the scoreboard and return its HTML."""
    read = {name: table() for name, table in tables.items()}
    board = read["board"].set_index("signal")
    order = [headline_model, *board.index.drop(headline_model, errors="ignore")]
    curves = read["quantile_curves"]
    days = pd.DatetimeIndex(curves["date"])
    inputs = ScoreboardInputs(
        title="Deep Alpha: scoreboard",
        generated=f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, version {__version__}",
        market=Path(market_record.source).name,
        digest=market_record.digest,
        first=days.min(),
        last=days.max(),
        horizon=run_plan.horizon,
        annual_days=evaluation.annual_days,
        watermark=run_plan.watermark,
        switches={"universe": universe.describe(), "label": target["entry"]},
        pages=PAGES,
        board=board,
        paired=read["paired"],
        monthly=_by_signal(read["monthly"], order, "year", "month", "rank_ic"),
        decay=read["decay"],
        quantiles=read["quantiles"],
        quantile_curves=_by_signal(curves, order, "date", "quantile", "value"),
        industries=read["industries"],
        sizes=read["sizes"],
        years=read["years"],
        events=read["events"],
        stability=read["stability"].set_index("signal"),
        alpha_beta=read["alpha_beta"].set_index("signal"),
        correlation=read["correlation"].set_index("signal"),
        ic_correlation=read["ic_correlation"].set_index("signal"),
        double_sort={
            str(title): table.pivot(index="row", columns="column", values="mean")
            for title, table in read["double_sort"].groupby("title", sort=False)
        },
        search=read["search"],
    )
    return write_scoreboard_page(inputs, Path(folder)).read_text(encoding="utf-8")


def _double_sorts(
    scores: Scores, headline: str, evaluation: EvaluationSettings, returns: pd.DataFrame
) -> pd.DataFrame:
    """Does the headline model still pay inside the quantiles of the yardsticks?"""
    parts = []
    for yardstick in evaluation.against:
        if yardstick in scores and headline in scores and yardstick != headline:
            n = evaluation.quantiles
            cells = double_sort(scores[yardstick], scores[headline], returns, n, n).excess
            cells.columns = cells.columns.astype(str)
            table = cells.rename_axis("row").reset_index()
            parts.append(
                table.melt("row", var_name="column", value_name="mean").assign(
                    title=f"{headline} inside {yardstick}"
                )
            )
    empty = pd.DataFrame(columns=["row", "column", "mean", "title"])
    return pd.concat(parts, ignore_index=True) if parts else empty


def _long_short(daily_portfolios: pd.DataFrame, evaluation: EvaluationSettings) -> pd.DataFrame:
    """Sharpe ratios of the top-k minus bottom-k portfolios, gross and net, by model."""
    net = f"long_short_net_{evaluation.costs_bps[len(evaluation.costs_bps) // 2]:g}"
    held = daily_portfolios.groupby("model")[["long_short", net]]
    sharpe: pd.DataFrame = held.mean() / held.std() * evaluation.annual_days**0.5
    return sharpe.set_axis(["ls_sharpe_gross", "ls_sharpe_net"], axis=1)


def _outer_layers(layers: pd.DataFrame) -> pd.DataFrame:
    """Annual excess of the bottom and the top layer in the headline case of costs."""
    own = layers[(layers["cost"] == layers["cost"].iloc[0]) & (layers["leg"] != UNIVERSE)]
    ends: pd.DataFrame = own.groupby("signal")["return_difference"].agg(["first", "last"])
    return ends.set_axis(["layer_first", "layer_last"], axis=1)


def _search(
    ledger: pd.DataFrame, daily_portfolios: pd.DataFrame, horizon: int, annual_days: int
) -> pd.DataFrame:
    """Statistics of the search, over the long-short returns of what is stored.

    The first h days, while the tranches fill, are no part of them.
    """
    stored = daily_portfolios.pivot(index="date", columns="model", values="long_short")
    kept = stored.drop(columns="oracle", errors="ignore").iloc[horizon:]
    return search_statistics(ledger, {str(name): kept[name] for name in kept}, annual_days)


def _by_signal(
    table: pd.DataFrame, order: list[str], row: str, column: str, value: str
) -> dict[str, pd.DataFrame]:
    """A long table as one wide table a signal."""
    found = {}
    for name in order:
        own = table[table["signal"] == name]
        if len(own):
            wide = own.pivot(index=row, columns=column, values=value)
            numbers = pd.to_numeric(pd.Series(wide.columns), errors="coerce")
            wide.columns = pd.Index(
                [int(n) if n == n else c for n, c in zip(numbers, wide.columns, strict=True)]
            )
            found[name] = wide[sorted(wide.columns, key=lambda c: (isinstance(c, str), c))]
    return found
