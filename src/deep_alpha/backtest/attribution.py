"""Where an excess return came from: weighting, market, industry, style, specific, costs.

The risk model says of every name n with exposures known at the close of t − 1 (SPEC 2.7)

    r_n,t = r_f + f_country + f_industry(n) + Σ_q X_nq f_q + u_n,

so that the return of any weights splits into the same parts. They are taken of the *active*
weights, the portfolio's less those of a reference; what the reference itself earns over the
benchmark is a part of its own:

    excess = [Σ (w − w_reference) r] + [Σ (w_reference − w_benchmark) r] + [trading] − [costs]

With the benchmark's names in equal weights as reference, the second bracket is the
*weighting mismatch*: what an equal-weighted choice of names earns over a cap-weighted index
before any name is chosen. It is no skill, and easily taken for it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import xarray as xr

from deep_alpha.backtest.factor_split import FactorSplit, FloatArray
from deep_alpha.errors import PanelError
from deep_alpha.risk.model import RiskModel
from deep_alpha.signals import wide_frame

PARTS = (
    "weighting",
    "market",
    "industry",
    "style",
    "specific",
    "not_modelled",
    "trading",
    "cost",
    "remainder",
)
"""In the order of the tables; they sum to ``excess``."""


@dataclass(frozen=True)
class Attribution:
    """A portfolio's daily excess returns, split.

    Args:
        daily: By date, :data:`PARTS` and ``excess``, fractions of the day's start.

            - ``weighting``: the reference less the benchmark;
            - ``market``: active weights that do not sum to 0 (cash) × country factor and
              risk-free rate; ``industry`` and ``style``: active exposures × factor returns;
              ``specific``: active weights × specific returns;
            - ``not_modelled``: active names without exposures or without a specific return;
            - ``trading``: what was earned beyond holding the weights from close to close,
              by orders filled at prices of the day;
            - ``cost``: costs, negative;
            - ``remainder``: what is left, no more than the single precision of the model's
              specific returns if returns and risk-free rates are those that it was fitted to.
        industries: ``industry`` by industry, date × industry.
        styles: ``style`` by style, date × style.
    """

    daily: pd.DataFrame
    industries: pd.DataFrame
    styles: pd.DataFrame

    def summary(self, ann_days: int = 252) -> pd.DataFrame:
        """Annualised contributions, which sum as the daily ones do.

        Args:
            ann_days: Trading days a year.

        Returns:
            By part, then ``style: SIZE`` … and ``industry: …``, the largest size first:
            ``contribution``, mean × ann_days; ``volatility``, sd × √ann_days; ``t``, of the
            mean; ``share`` of the excess. ``within`` names the part that a row is a piece of.
        """
        excess = float(self.daily["excess"].mean()) * ann_days
        tables = []
        for whole, pieces in (
            ("", self.daily),
            ("style", self.styles),
            ("industry", self.industries),
        ):
            mean, sd = pieces.mean(), pieces.std(ddof=1)
            table = pd.DataFrame(
                {
                    "within": whole,
                    "contribution": mean * ann_days,
                    "volatility": sd * np.sqrt(ann_days),
                    "t": (mean / sd * np.sqrt(len(pieces))).where(sd > 0),
                    "share": mean * ann_days / excess if excess else np.nan,
                }
            )
            if whole:
                table = table.sort_values("contribution", key=np.abs, ascending=False)
                table.index = pd.Index([f"{whole}: {name}" for name in table.index])
            tables.append(table)
        return pd.concat(tables).rename_axis("part")


def attribute(
    weights: pd.DataFrame,
    returns: pd.DataFrame,
    benchmark: pd.DataFrame,
    risk: RiskModel,
    *,
    reference: pd.DataFrame | None = None,
    earned: pd.Series | None = None,
    costs: pd.Series | None = None,
    risk_free: pd.Series | None = None,
) -> Attribution:
    """Split a portfolio's excess return over a benchmark, day by day.

    Args:
        weights: (T, N), fractions of the net asset value held over each date: the closing
            weights of the day before. NaN = 0; what is missing to 1 is cash.
        returns: (T, N), simple returns from close to close as a position is marked, 0 while
            suspended (:func:`marked_returns`).
        benchmark: (T, N), the benchmark's weights over each date, likewise.
        risk: The fitted risk model; exposures are those of the date before.
        reference: (T, N), what the portfolio's choice starts from, as
            :func:`equal_weights`; None for the benchmark itself, without a mismatch then.
        earned: (T,), gross return of each date as the accounts have it; None for
            Σ weights × returns.
        costs: (T,), costs of each date as fractions of its start; None for 0.
        risk_free: (T,), the daily risk-free returns of the risk model; None for 0.

    Returns:
        The parts of every date.

    Raises:
        PanelError: Frames differ in dates or assets, the risk model does not cover a date,
            or a name with a weight has no return.
    """
    frames = {"returns": returns, "benchmark": benchmark}
    if reference is not None:
        frames["reference"] = reference
    for name, frame in frames.items():
        if not (frame.index.equals(weights.index) and frame.columns.equals(weights.columns)):
            raise PanelError(
                f"{name} and weights have different dates or assets: reindex one like the other"
            )
    own, against = _filled(weights), _filled(benchmark)
    start = against if reference is None else _filled(reference)
    gained = returns.to_numpy(dtype=np.float64)
    held = (own != 0) | (against != 0) | (start != 0)
    unknown = np.argwhere(held & np.isnan(gained))
    if len(unknown):
        day, name = unknown[0]
        raise PanelError(
            f"{weights.columns[name]} has a weight but no return on "
            f"{weights.index[day]:%Y-%m-%d}: mark suspended names at their last close"
        )
    gained = np.where(held, gained, 0.0)
    series = {
        name: _series(given, weights.index, name)
        for name, given in (("costs", costs), ("risk_free", risk_free), ("earned", earned))
    }
    whole = (own * gained).sum(axis=1)
    actual = whole if earned is None else series["earned"]
    active = pd.DataFrame(own - start, weights.index, weights.columns)
    split = FactorSplit.of(active, gained, risk, series["risk_free"])
    parts = {
        "weighting": ((start - against) * gained).sum(axis=1),
        "market": split.market,
        "industry": split.industries.sum(axis=1),
        "style": split.styles.sum(axis=1),
        "specific": split.specific,
        "not_modelled": split.not_modelled,
        "trading": actual - whole,
        "cost": -series["costs"],
    }
    excess = actual - series["costs"] - (against * gained).sum(axis=1)
    parts["remainder"] = excess - np.sum(list(parts.values()), axis=0)
    parts["excess"] = excess
    names = risk.exposures["industry_name"].to_numpy(), risk.exposures["style"].to_numpy()
    return Attribution(
        pd.DataFrame(parts, weights.index),
        pd.DataFrame(split.industries, weights.index, pd.Index(names[0])),
        pd.DataFrame(split.styles, weights.index, pd.Index(names[1])),
    )


def equal_weights(benchmark: pd.DataFrame) -> pd.DataFrame:
    """The benchmark's names of each date in equal weights."""
    inside = benchmark > 0
    return inside.div(inside.sum(axis=1).clip(lower=1), axis=0)


def marked_returns(panel: xr.Dataset) -> pd.DataFrame:
    """Simple returns as a position is marked: 0 while suspended, the whole move afterwards.

    Returns:
        Date × asset; NaN until the day after an asset first trades.
    """
    close = np.where(panel["traded"].to_numpy(), panel["close"].to_numpy(), np.nan)
    marks = wide_frame(panel["close"].copy(data=close)).ffill()
    return marks / marks.shift(1) - 1.0


def _filled(frame: pd.DataFrame) -> FloatArray:
    values: FloatArray = np.nan_to_num(frame.to_numpy(dtype=np.float64))
    return values


def _series(given: pd.Series | None, dates: pd.Index, name: str) -> FloatArray:
    if given is None:
        return np.zeros(len(dates))
    values: FloatArray = given.reindex(dates).to_numpy(dtype=np.float64)
    if np.isnan(values).any():
        raise PanelError(f"{name} has no value on {dates[np.isnan(values)][0]:%Y-%m-%d}")
    return values
