"""The 36 scale-free columns as a reader of their catalogue would write them in pandas.

Slow, one asset after another over its traded days, windows by ``rolling`` or by a loop.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import xarray as xr

from deep_alpha.factors.extended_catalogue import EXTENDED_NAMES
from deep_alpha.market.universe import eligible
from deep_alpha.panel import raw_price
from deep_alpha.risk.returns import daily_risk_free
from deep_alpha.risk.settings import RiskSettings

FIELDS = ("open", "high", "low", "close", "vwap", "volume", "turnover", "amount", "total_cap")


def log(values):
    return np.log(values.where(values > 0))


def deviation(values: pd.Series, days: int) -> pd.Series:
    """Not rolling().std(): its running sums leave 1e-8 behind where prices come to rest."""
    return values.rolling(days).apply(lambda window: window.std(ddof=1), raw=False)


def correlation(first: pd.Series, second: pd.Series, days: int) -> pd.Series:
    found = pd.Series(np.nan, index=first.index)
    for row in range(days - 1, len(first)):
        x, y = (side.to_numpy()[row - days + 1 : row + 1] for side in (first, second))
        if np.isnan(x).any() or np.isnan(y).any() or constant(x) or constant(y):
            continue
        found.iloc[row] = np.corrcoef(x, y)[0, 1]
    return found


def constant(values: np.ndarray) -> bool:
    reach = 1e-9 * np.maximum(1.0, np.maximum(np.abs(values), np.abs(values[-1])))
    return bool((np.abs(values - values[-1]) <= reach).all())


def of_bars(own: pd.DataFrame) -> pd.DataFrame:
    """The columns that bars alone give, over the traded days of one asset."""
    c, o, h, low, w = (own[name] for name in ("close", "open", "high", "low", "vwap"))
    v, turnover, amount = own["volume"], own["turnover"], own["amount"]
    r = np.log(c / c.shift())
    f = pd.DataFrame(index=own.index)
    for days in (1, 5, 10, 20, 60):
        f[f"log_return_{days}"] = np.log(c / c.shift(days))
    f["log_return_231_lag_21"] = np.log(c.shift(21) / c.shift(252))
    for days in (5, 20, 60):
        f[f"return_deviation_{days}"] = deviation(r, days)
        f[f"log_turnover_{days}"] = log(turnover.rolling(days).mean())
    f["log_turnover_5_to_60"] = f["log_turnover_5"] - f["log_turnover_60"]
    f["log_turnover_to_20"] = log(turnover) - f["log_turnover_20"]
    f["log_turnover_deviation_20"] = deviation(log(turnover), 20)
    f["close_volume_correlation_10"] = correlation(c, v, 10)
    f["close_volume_correlation_20"] = correlation(c, v, 20)
    f["return_log_volume_correlation_20"] = correlation(r, log(v), 20)
    f["high_volume_correlation_10"] = correlation(h, v, 10)
    f["vwap_to_close_volume_correlation_10"] = correlation(w / c, v, 10)
    f["maximum_return_20"] = r.rolling(20).max()
    per_money = (c / c.shift() - 1).abs() / amount.where(amount > 0)
    f["log_illiquidity_20"] = log(per_money.rolling(20).mean())
    f["overnight_return_20"] = np.log(o / c.shift()).rolling(20).mean()
    f["intraday_return_20"] = np.log(c / o).rolling(20).mean()
    f["log_high_to_low_20"] = np.log(h / low).rolling(20).mean()
    f["log_vwap_to_close"] = np.log(w / c)
    f["log_vwap_to_close_20"] = np.log(w / c).rolling(20).mean()
    f["log_close_to_high_240"] = np.log(c / h.rolling(240).max())
    body = own[["open", "close"]]
    f["upper_shadow_20"] = np.log(h / body.max(axis=1)).rolling(20).mean()
    f["lower_shadow_20"] = np.log(body.min(axis=1) / low).rolling(20).mean()
    shares = (own["total_cap"].where(own["total_cap"] > 0) / own["raw_close"]).ffill()
    f["log_total_cap"] = np.log(shares * own["raw_close"])
    f["log_raw_price"] = np.log(own["raw_close"])
    return f


def of_market(own: pd.DataFrame, market: pd.Series, idle: pd.Series) -> pd.DataFrame:
    """Slope on the market and deviation of what is left: 252 returns, the newest weighing most.

    Args:
        own: The closes of one asset's traded days.
        market: What one unit held in the market since the first date is worth at each close.
        idle: The same of one unit at the risk-free rate.
    """
    f = pd.DataFrame(np.nan, own.index, ["beta_252", "idiosyncratic_deviation_252"])
    grown, free = market[own.index].pct_change(), idle[own.index].pct_change()
    # Over a suspension the market's return and the risk-free one are those of all its days.
    y = (own["close"].pct_change() - free).to_numpy()[1:]
    x = (grown - free).to_numpy()[1:]
    for row in range(63, len(own)):
        xs, ys = (side[max(row - 252, 0) : row] for side in (x, y))
        weights = 0.5 ** (np.arange(len(xs))[::-1] / 63)
        (spread, shared), _ = np.cov(xs, ys, aweights=weights, ddof=0)
        slope = shared / spread
        left = ys - np.average(ys, weights=weights) - slope * (xs - np.average(xs, weights=weights))
        f.iloc[row] = slope, np.sqrt(np.average(left**2, weights=weights))
    return f


def market_of(panel: xr.Dataset, settings: RiskSettings) -> pd.Series:
    """The worth of one unit in the float-cap weighted estimation universe of the day before."""
    traded = panel["traded"].to_pandas()
    close = panel["close"].to_pandas().where(traded)
    raw, cap = (each.to_pandas() for each in (raw_price(panel), panel["float_cap"]))
    cap = ((cap.where(cap > 0) / raw).ffill() * raw).where(traded)
    weight = cap.where(eligible(panel, settings.estimation).to_pandas()).shift()
    one_day = (close / close.shift() - 1).where(weight.notna())
    weight = weight.where(one_day.notna())
    earned = (weight * one_day).sum(axis=1) / weight.sum(axis=1)
    return (1 + earned.fillna(0.0)).cumprod()


def oracle(
    panel: xr.Dataset, rates: pd.DataFrame | None = None, settings: RiskSettings | None = None
) -> xr.DataArray:
    """Every column but the two yields; (date, factor, asset)."""
    settings = settings or RiskSettings()
    wide = {name: panel[name].to_pandas().astype(float) for name in FIELDS}
    wide["raw_close"] = raw_price(panel).to_pandas()
    traded = panel["traded"].to_pandas()
    market = market_of(panel, settings)
    free = daily_risk_free(rates, panel["date"].to_numpy(), settings.annual_days)
    idle = pd.Series(free, market.index).add(1).cumprod()
    names = [name for name in EXTENDED_NAMES if name not in ("earnings_yield", "book_to_price")]
    values = np.full((len(traded), len(names), traded.shape[1]), np.nan)
    for place, asset in enumerate(traded.columns):
        own = pd.DataFrame({name: grid[asset] for name, grid in wide.items()})[traded[asset]]
        if len(own):
            found = pd.concat([of_bars(own), of_market(own, market, idle)], axis=1)
            values[traded[asset].to_numpy(), :, place] = found[names].to_numpy()
    return xr.DataArray(
        values,
        dims=("date", "factor", "asset"),
        coords={"date": panel["date"], "factor": names, "asset": panel["asset"]},
    )
