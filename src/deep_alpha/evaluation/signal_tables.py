"""All that is known of one signal, as tables with a column ``signal``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from deep_alpha.evaluation.decay import ic_decay
from deep_alpha.evaluation.events import event_study
from deep_alpha.evaluation.factor_returns import alpha_beta, factor_returns
from deep_alpha.evaluation.ic import joint_names, rank_ic
from deep_alpha.evaluation.quantiles import quantile_returns
from deep_alpha.evaluation.slices import ic_by_group, ic_by_size, ic_by_year, monthly_ic
from deep_alpha.evaluation.stability import (
    coverage,
    hit_rate,
    label_loss,
    quantile_turnover,
    rank_autocorrelation,
)
from deep_alpha.signals import wide_frame
from deep_alpha.targets import TargetSettings, forward_return

_MARGIN = 25
"""Days around the scores that an event study looks at."""


@dataclass(frozen=True)
class MarketFrames:
    """What all signals of a market are described with; frames are date × asset.

    Args:
        panel: The market panel.
        target: The label: raw, at the headline horizon.
        returns: Raw forward returns.
        close: Adjusted closes.
        float_cap: Float cap at the close.
        traded: Whether a name trades.
        eligible: The universe.
        industry: Label of each asset.
        annual_days: Trading days of a year.
    """

    panel: xr.Dataset
    target: TargetSettings
    returns: pd.DataFrame
    close: pd.DataFrame
    float_cap: pd.DataFrame
    traded: pd.DataFrame
    eligible: pd.DataFrame
    industry: pd.Series
    annual_days: int

    @classmethod
    def of(
        cls,
        panel: xr.Dataset,
        eligible: xr.DataArray,
        target: TargetSettings,
        annual_days: int,
    ) -> MarketFrames:
        """Lay a panel out as frames."""
        raw = TargetSettings(**{**target.model_dump(), "kind": "raw"})
        assets = pd.Index(panel["asset"].to_numpy().astype(str))
        return cls(
            panel=panel,
            target=raw,
            returns=wide_frame(forward_return(panel, raw)),
            close=wide_frame(panel["close"]),
            float_cap=wide_frame(panel["float_cap"]),
            traded=wide_frame(panel["traded"]),
            eligible=wide_frame(eligible),
            industry=pd.Series(panel["industry"].to_numpy().astype(str), index=assets),
            annual_days=annual_days,
        )


def signal_tables(
    name: str,
    scores: pd.DataFrame,
    frames: MarketFrames,
    quantiles: int,
    decay_days: Sequence[int],
) -> dict[str, pd.DataFrame]:
    """Describe one signal.

    Args:
        name: The signal's name, the value of the tables' column ``signal``.
        scores: Date × asset, one row for each test date.
        frames: Its market.
        quantiles: Number of quantiles.
        decay_days: Ends of the windows of the decay, market days.

    Returns:
        Long tables: monthly, decay, quantiles, quantile_curves, industries, sizes, years,
        events, stability, alpha_beta.
    """
    horizon = frames.target.horizon
    returns = frames.returns.loc[scores.index]
    ic, names = rank_ic(scores, returns), joint_names(scores, returns)
    sorted_names = quantile_returns(scores, returns, horizon, quantiles)
    quantile_table = sorted_names.table.drop(index="universe", errors="ignore")
    earned = factor_returns(scores, returns)
    weighted = alpha_beta(earned, horizon, frames.annual_days)
    tables = {
        "monthly": _long(monthly_ic(ic).mean, "year", "month", "rank_ic"),
        "decay": _decay(scores, frames, decay_days),
        "quantiles": quantile_table.rename(columns={"error": "standard_error"})
        .rename_axis("quantile")
        .reset_index(),
        "quantile_curves": _long(sorted_names.cumulative, "date", "quantile", "value"),
        "industries": ic_by_group(scores, returns, frames.industry, horizon)
        .rename_axis("industry")
        .reset_index(),
        "sizes": ic_by_size(scores, returns, frames.float_cap, horizon)
        .rename_axis("band")
        .reset_index(),
        "years": ic_by_year(ic, horizon, names).rename_axis("year").reset_index(),
        "events": event_study(scores, _around(frames.close, scores), quantiles)
        .table.rename_axis("day")
        .reset_index(),
        "stability": pd.DataFrame([_stability(scores, returns, frames, quantiles)]),
        "alpha_beta": pd.DataFrame(
            [
                {
                    "alpha": weighted.alpha_annual,
                    "alpha_t": weighted.alpha_t,
                    "beta": weighted.beta,
                    **_factor_figures(earned["factor"], frames),
                }
            ]
        ),
    }
    return {key: table.assign(signal=name) for key, table in tables.items()}


def join_tables(parts: Sequence[Mapping[str, pd.DataFrame]]) -> dict[str, pd.DataFrame]:
    """The tables of several signals, one below the other."""
    return {key: pd.concat([part[key] for part in parts], ignore_index=True) for key in parts[0]}


def _long(table: pd.DataFrame, row: str, column: str, value: str) -> pd.DataFrame:
    """A table with one row a cell; cells without a value have none."""
    named = table.rename_axis(index=row).reset_index()
    named.columns = named.columns.astype(str)
    return named.melt(row, var_name=column, value_name=value).dropna(subset=value)


def _decay(scores: pd.DataFrame, frames: MarketFrames, decay_days: Sequence[int]) -> pd.DataFrame:
    known = [days for days in sorted(set(decay_days)) if days < len(scores)]
    rules: dict[str, Any] = {
        "entry": frames.target.entry,
        "max_suspended": frames.target.max_suspended,
    }
    decay = partial(ic_decay, scores, frames.panel, known, **rules)
    apart, cumulative = decay(), decay(disjoint=False)
    return apart.assign(cumulative_ic=cumulative["rank_ic"]).reset_index(drop=True)


def _stability(
    scores: pd.DataFrame, returns: pd.DataFrame, frames: MarketFrames, quantiles: int
) -> dict[str, float]:
    horizon = frames.target.horizon
    turnover = quantile_turnover(scores, horizon, quantiles).mean()
    loss = label_loss(scores, returns, frames.traded, frames.target)
    scored = max(float(loss["scored"].sum()), 1.0)
    reasons = loss.drop(columns=["scored", "known"]).sum() / scored
    return {
        "autocorrelation_1": float(rank_autocorrelation(scores, 1).mean()),
        "autocorrelation_5": float(rank_autocorrelation(scores, 5).mean()),
        "autocorrelation_h": float(rank_autocorrelation(scores, horizon).mean()),
        "turnover_top": float(turnover["top"]),
        "turnover_bottom": float(turnover["bottom"]),
        "coverage": float(coverage(scores, frames.eligible).mean()),
        "hit_rate": float(hit_rate(scores, returns).mean()),
        **{f"loss_{reason}": float(share) for reason, share in reasons.items()},
    }


def _factor_figures(earned: pd.Series, frames: MarketFrames) -> dict[str, float]:
    """Return and Sharpe ratio a year, from the mean and sd of daily h-day returns."""
    known = earned.dropna()
    if len(known) < 2:
        return {"factor_return_annual": np.nan, "factor_sharpe": np.nan}
    periods = frames.annual_days / frames.target.horizon
    mean, deviation = float(known.mean()), float(known.std())
    return {
        "factor_return_annual": mean * periods,
        "factor_sharpe": mean / deviation * periods**0.5 if deviation > 0 else np.nan,
    }


def _around(close: pd.DataFrame, scores: pd.DataFrame) -> pd.DataFrame:
    first = int(close.index.searchsorted(scores.index[0]))
    last = int(close.index.searchsorted(scores.index[-1]))
    return close.iloc[max(first - _MARGIN, 0) : last + _MARGIN + 1]
