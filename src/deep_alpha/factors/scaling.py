"""From raw factors to the feature table: clip, z-score, keep rows (SPEC 000-P3, 000-M6).

:func:`winsorise` and :func:`zscore` are the steps one by one, for reading and for small
panels. :func:`scale_day_rows` does all of them at once for a whole market.
"""

from __future__ import annotations

from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from deep_alpha.kernels import scaling as kernel

Winsor = Literal["mad5", "none"]

SMALLEST_DAY = 10
"""A day with fewer assets has no cross-section worth standardising and is dropped."""


class DayRows(NamedTuple):
    """A compact feature table: one row for each kept (date, asset), by date, then asset."""

    rows: NDArray[np.float32]
    date_index: NDArray[np.int64]
    asset_index: NDArray[np.int64]


def winsorise(
    values: NDArray[Any], mask: NDArray[np.bool_], method: Winsor = "mad5"
) -> NDArray[np.float64]:
    """Clip each factor, day by day, at its median ± 5 × 1.4826 × MAD.

    One asset can flatten a day's whole z-scored cross-section (factors with a pole).
    Where the median absolute deviation (MAD) is 0, as for events on most days, nothing is
    clipped: else the factor would become constant.

    Args:
        values: Shape (dates, factors, assets).
        mask: Shape (dates, assets), the universe of each day.
        method: ``mad5``, or ``none`` to leave the values as they are.

    Returns:
        Shape of ``values``; NaN outside the mask and where the value is NaN.
    """
    _check_method(method)
    _check_shapes(values, mask)
    inside = _inside(values, mask)
    if method == "none":
        return inside
    for cross_section in inside.reshape(-1, inside.shape[2]):
        present = cross_section[~np.isnan(cross_section)]
        if not len(present):
            continue
        median = np.median(present)
        deviation = np.median(np.abs(present - median))
        if deviation > 0.0:
            reach = kernel.CLIP_DEVIATIONS * kernel.NORMAL_CONSISTENCY * deviation
            np.clip(cross_section, median - reach, median + reach, out=cross_section)
    return inside


def zscore(values: NDArray[Any], mask: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Standardise each factor, day by day: (x - mean) / sd with the population sd.

    Args:
        values: Shape (dates, factors, assets).
        mask: Shape (dates, assets), the universe of each day.

    Returns:
        Shape of ``values``; 0 where sd < 1e-12, NaN outside the mask and where the value
        is NaN.
    """
    _check_shapes(values, mask)
    inside = _inside(values, mask)
    for cross_section in inside.reshape(-1, inside.shape[2]):
        present = cross_section[~np.isnan(cross_section)]
        if not len(present):
            continue
        deviation = present.std()
        varies = deviation >= kernel.SMALLEST_DEVIATION
        cross_section -= present.mean()
        cross_section *= 1.0 / deviation if varies else 0.0
    return inside


def keep_rows(
    raw: NDArray[Any],
    eligible: NDArray[np.bool_],
    minimum_present: int,
    columns: NDArray[np.integer] | None = None,
) -> NDArray[np.bool_]:
    """Which (date, asset) get a row in the feature table.

    Args:
        raw: Shape (dates, factors, assets).
        eligible: Shape (dates, assets), the universe.
        minimum_present: Factors that must have a value (36 of the paper's 40).
        columns: Positions of the factors that count; None for all.

    Returns:
        Shape (dates, assets): eligible with enough factors, on days with at least ten
        such assets.
    """
    _check_shapes(raw, eligible)
    chosen = _positions(raw, columns)
    kept = np.zeros(eligible.shape, dtype=np.bool_)
    counts = np.empty(eligible.shape[1], dtype=np.int64)
    for day in range(len(raw)):
        if np.count_nonzero(eligible[day]) < SMALLEST_DAY:
            continue
        kernel.count_present(_readable(raw[day]), chosen, counts)
        kept[day] = eligible[day] & (counts >= minimum_present)
        if np.count_nonzero(kept[day]) < SMALLEST_DAY:
            kept[day] = False
    return kept


def scale_day_rows(
    raw: NDArray[Any],
    eligible: NDArray[np.bool_],
    minimum_present: int,
    *,
    columns: NDArray[np.integer] | None = None,
    winsor: Winsor = "mad5",
    out: NDArray[np.float32] | None = None,
) -> DayRows:
    """Winsorise, z-score and fill the raw factors of a market into one feature table.

    For each day: keep the rows of :func:`keep_rows`; clip and standardise each factor
    over the kept assets that have a value; then missing values become 0, the mean.
    Statistics are float64.

    Args:
        raw: Shape (dates, factors, assets), float32 or float64; may be memory-mapped.
        eligible: Shape (dates, assets), the universe known at each day's close.
        minimum_present: Factors an asset must have on a day to get a row.
        columns: Positions of the factors to use, in the order of the result's columns;
            None for all.
        winsor: ``mad5`` or ``none``.
        out: Shape (at least as many rows as are kept, columns), float32, to be
            overwritten; may be memory-mapped. ``keep_rows(...).sum()`` is the number of
            rows, ``eligible.sum()`` is always enough.

    Returns:
        Rows, and the position of each row's date and asset; sorted by date, then asset.

    Raises:
        ValueError: Shapes do not fit, or ``out`` is too small.
    """
    _check_method(winsor)
    chosen = _positions(raw, columns)
    kept = keep_rows(raw, eligible, minimum_present, columns)
    date_index, asset_index = (index.astype(np.int64, copy=False) for index in np.nonzero(kept))
    shape = (len(date_index), len(chosen))
    rows = np.empty(shape, dtype=np.float32) if out is None else _fitting(out, shape)
    starts = np.concatenate(([0], np.cumsum(kept.sum(axis=1))))
    for day in np.flatnonzero(np.diff(starts)):
        span = slice(starts[day], starts[day + 1])
        assets = asset_index[span]
        gathered = np.empty((len(chosen), len(assets)), dtype=raw.dtype)
        kernel.gather(_readable(raw[day]), chosen, assets, gathered)
        kernel.standardise(gathered, np.sort(gathered, axis=1), winsor == "mad5", rows[span])
    return DayRows(rows, date_index, asset_index)


def _fitting(out: NDArray[np.float32], shape: tuple[int, int]) -> NDArray[np.float32]:
    if out.dtype != np.float32 or out.ndim != 2 or len(out) < shape[0] or out.shape[1] != shape[1]:
        raise ValueError(
            f"out must be float32 with at least {shape[0]} rows and exactly {shape[1]} columns, "
            f"not {out.dtype} of shape {out.shape}"
        )
    return out[: shape[0]]


def _readable(day: NDArray[Any]) -> NDArray[Any]:
    """A plain read-only array, so that memory maps share the compiled kernel."""
    view = np.ascontiguousarray(day).view(np.ndarray)
    view.flags.writeable = False
    return view


def _positions(raw: NDArray[Any], columns: NDArray[np.integer] | None) -> NDArray[np.int64]:
    return np.arange(raw.shape[1]) if columns is None else np.asarray(columns, dtype=np.int64)


def _inside(values: NDArray[Any], mask: NDArray[np.bool_]) -> NDArray[np.float64]:
    """The values within the mask, else NaN; in C order, so that each day can be edited in place."""
    return np.where(mask[:, None, :], values, np.nan).astype(np.float64, order="C")


def _check_shapes(raw: NDArray[Any], eligible: NDArray[np.bool_]) -> None:
    if raw.ndim != 3 or eligible.shape != (raw.shape[0], raw.shape[2]):
        raise ValueError(
            "raw must be (dates, factors, assets) and eligible (dates, assets) of the same "
            f"dates and assets, not {raw.shape} and {eligible.shape}"
        )


def _check_method(method: str) -> None:
    if method not in ("mad5", "none"):
        raise ValueError(f"winsor must be 'mad5' or 'none', not {method!r}")
