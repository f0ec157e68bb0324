"""How long a score stays right: its IC with returns that lie further and further ahead."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import xarray as xr

from deep_alpha.errors import DeepAlphaError
from deep_alpha.evaluation.frames import aligned
from deep_alpha.evaluation.summary import ic_summary
from deep_alpha.kernels.correlation import daily_names, daily_rank_ic
from deep_alpha.targets import TargetSettings, forward_return
from deep_alpha.targets.settings import Entry

HORIZONS = (5, 10, 15, 20, 40, 60)


def ic_decay(
    scores: pd.DataFrame,
    panel: xr.Dataset,
    horizons: Sequence[int] = HORIZONS,
    *,
    entry: Entry = "close",
    max_suspended: int = 5,
    disjoint: bool = True,
) -> pd.DataFrame:
    """Rank IC of scores with the returns of later and later windows.

    With ``disjoint``, horizons 5, 10, 20 give the windows of days 1–5, 6–10 and 11–20
    after the entry; without, the cumulative 1–5, 1–10 and 1–20. The position of every
    window is entered at the same time and price, as SPEC 0.3 has it: the name trades at t
    and at t + 1, and is held through suspensions at its last close. A window's return is
    what the position gains over its days, ``(1 + r(1…b)) / (1 + r(1…a)) − 1``.

    Every window is judged on the same days: those on which all of them have an IC. The
    last days, whose longest window is not over, would otherwise tilt the curve.

    Args:
        scores: Date × asset, higher = better, NaN = not scored; one row for each trading
            day in time order.
        panel: The market panel.
        horizons: Ends of the windows in market days after the entry, ascending.
        entry: Price at which the position is entered, as of ``TargetSettings``.
        max_suspended: Suspended days between t and a window's end above which the name has
            no return there.
        disjoint: Whether a window begins where the one before ends.

    Returns:
        Indexed by horizon; columns first_day and last_day of the window, rank_ic, sd,
        hac_t and hac_p (labels that overlap by the window's length), names, days,
        days_skipped.

    Raises:
        DeepAlphaError: Horizons do not ascend from 1 on, or scores and panel share no
            date or no asset.
    """
    ends = [int(horizon) for horizon in horizons]
    if not ends or ends[0] < 1 or any(np.diff(ends) < 1):
        raise DeepAlphaError(f"horizons {ends} must be whole days that ascend from 1 on")
    targets = [
        TargetSettings(horizon=end, entry=entry, max_suspended=max_suspended) for end in ends
    ]
    part = _part_of_panel(scores, panel, targets[-1].reach)
    windows = []
    before: pd.DataFrame | float = 0.0
    for target in targets:
        held = _wide(forward_return(part, target))
        windows.append((1 + held) / (1 + before) - 1)
        before = held if disjoint else 0.0
    first_days = [1, *(end + 1 for end in ends[:-1])] if disjoint else [1] * len(ends)
    return _table(scores, windows, first_days, ends)


def _part_of_panel(scores: pd.DataFrame, panel: xr.Dataset, reach: int) -> xr.Dataset:
    """The scores' dates and assets, and the days after them that labels reach."""
    dates = pd.DatetimeIndex(panel["date"].to_numpy())
    rows = np.flatnonzero(dates.isin(scores.index))
    columns = np.flatnonzero(np.isin(panel["asset"].to_numpy().astype(str), list(scores.columns)))
    if not len(rows) or not len(columns):
        raise DeepAlphaError("scores and panel share no date or no asset: check their labels")
    fields = ["close", "traded"] + [name for name in ("open", "vwap") if name in panel]
    return panel[fields].isel(date=slice(rows[0], rows[-1] + reach + 1), asset=columns)


def _wide(returns: xr.DataArray) -> pd.DataFrame:
    assets = pd.Index(returns["asset"].to_numpy().astype(str))
    return pd.DataFrame(
        returns.to_numpy().astype(np.float64), pd.DatetimeIndex(returns["date"].to_numpy()), assets
    )


def _table(
    scores: pd.DataFrame, windows: list[pd.DataFrame], first_days: list[int], ends: list[int]
) -> pd.DataFrame:
    series, names = [], []
    for window in windows:
        dates, _, (ranked, returns) = aligned(scores=scores, panel=window)
        series.append(pd.Series(daily_rank_ic(ranked, returns), dates))
        names.append(pd.Series(daily_names(ranked, returns), dates))
    everywhere = pd.concat(series, axis=1).notna().all(axis=1)
    rows = []
    for ic, count, first, last in zip(series, names, first_days, ends, strict=True):
        figures = ic_summary(ic.where(everywhere), last - first + 1, count)
        rows.append(
            {
                "first_day": first,
                "last_day": last,
                "rank_ic": figures.mean,
                "sd": figures.sd,
                "hac_t": figures.hac_t,
                "hac_p": figures.hac_p,
                "names": figures.names,
                "days": figures.n_days,
                "days_skipped": figures.n_skipped,
            }
        )
    return pd.DataFrame(rows, pd.Index(ends, name="horizon"))
