"""The 44 behavioural factors of a panel (Luan 2025; SPEC 1.1 and 1.2)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import DTypeLike, NDArray

from deep_alpha.errors import PanelError
from deep_alpha.factors.catalogue import FACTOR_NAMES
from deep_alpha.kernels import behavioural as kernel
from deep_alpha.kernels.ranking import index_bits_for

TILE_DAYS = 8
"""Days computed at a time, so that a tile stays in the processor's cache."""

_PRICES = ("open", "high", "low", "close", "vwap")

Share = Callable[[int, int], None]
Spread = Callable[[Share, int], None]


def behavioural_factors(
    panel: xr.Dataset,
    *,
    scale_free: bool = False,
    dtype: DTypeLike = np.float32,
    out: NDArray[Any] | None = None,
    threads: int = 1,
) -> xr.DataArray:
    """Compute all 44 factors, as raw values: no winsorising, z-score or filling.

    Windows and recursive averages run over an asset's own traded rows, those with a
    close; on other days all of its factors are NaN. Ranks are taken among the assets that
    have a value on that day. Values closer than 1e-9 (relative, or absolute below 1) are
    equal in ranks and comparisons. A factor is NaN until its windows are full, and where
    an input that it needs is NaN.

    The literal formulas mix currencies: a price difference, a standard deviation of prices
    and the MACD are larger for a dear share, and the price itself enters three of them. The
    **scale-free** version is the same formulas with every price measured in the asset's close
    of that day (000-P6), its MACD histogram in the close of its own day, and 0.001 in the
    candle's ratios replaced by 1e-6 (000-P5). The close itself is then 1: rows 31, 32 and 40
    become rank(macd_diff), rank(rsi) and the event. Volumes stay in shares.

    Args:
        panel: Dims (date, asset) with adjusted ``open high low close vwap`` and
            ``volume`` (SPEC 0.1; see the panel contract).
        scale_free: Whether an asset's price level enters no factor.
        dtype: float32 or float64 of the result; sums are float64 in either case.
        out: Shape (dates, 44, assets), C-contiguous, to be overwritten: reusing one
            saves the operating system's first touch of fresh memory. Its type replaces
            ``dtype``.
        threads: Threads to use; the result is the same to the last bit.

    Returns:
        Dims (date, factor, asset), named ``behavioural_factors``, with the attribute
        ``scale_free``. A shorter panel gives the same bits for the dates that it has.

    Raises:
        PanelError: A variable is missing, or ``out`` does not fit.
    """
    fields = tuple(_matrix(panel, name, np.float64) for name in _PRICES)
    volume = _matrix(panel, "volume", None)
    shape = (volume.shape[0], len(FACTOR_NAMES), volume.shape[1])
    values = np.empty(shape, dtype=_result_type(dtype)) if out is None else out
    if out is not None:
        _check_out(out, shape)
    with _spread_over(threads) as spread:
        _fill(fields, volume, scale_free, values, spread)
    return xr.DataArray(
        values,
        dims=("date", "factor", "asset"),
        coords={
            "date": panel["date"],
            "factor": np.array(FACTOR_NAMES, dtype=object),
            "asset": panel["asset"],
        },
        name="behavioural_factors",
        attrs={"scale_free": scale_free},
    )


def _fill(
    fields: tuple[NDArray[np.float64], ...],
    volume: NDArray[Any],
    scale_free: bool,
    values: NDArray[Any],
    spread: Spread,
) -> None:
    """Run both passes over the panel, tile by tile."""
    dates, _, assets = values.shape
    close = fields[3]
    state = kernel.new_state(assets, TILE_DAYS)
    ranked = np.empty((TILE_DAYS, kernel.RANKED_SERIES, assets))
    keys = np.empty((TILE_DAYS, kernel.SORTED_SERIES, assets), dtype=np.uint64)
    bits = index_bits_for(assets)
    blocks = -(-assets // kernel.LANES)
    for start in range(0, dates, TILE_DAYS):
        stop = min(start + TILE_DAYS, dates)

        def advance(first: int, last: int, start: int = start, stop: int = stop) -> None:
            kernel.advance(
                fields, volume, start, stop, first, last, scale_free, state, ranked, values
            )

        def rank(first: int, last: int, start: int = start) -> None:
            kernel.pack(ranked, keys, bits, first, last)
            keys[first:last].sort(axis=2)
            kernel.finish(close, start, first, last, scale_free, ranked, keys, bits, values)

        spread(advance, blocks)
        spread(rank, stop - start)


@contextmanager
def _spread_over(threads: int) -> Iterator[Spread]:
    """A function that runs ``share(first, last)`` over all items, split among threads."""
    if threads <= 1:
        yield lambda share, items: share(0, items)
        return
    with ThreadPoolExecutor(threads) as pool:

        def spread(share: Share, items: int) -> None:
            bounds = np.linspace(0, items, min(threads, items) + 1).astype(int).tolist()
            list(pool.map(share, bounds[:-1], bounds[1:]))

        yield spread


def _matrix(panel: xr.Dataset, name: str, dtype: DTypeLike | None) -> NDArray[Any]:
    if name not in panel:
        raise PanelError(
            f"the panel has no variable {name!r}, which the behavioural factors need; "
            "build it with deep_alpha.panel.build_panel"
        )
    values = panel[name].transpose("date", "asset").to_numpy()
    if dtype is None and values.dtype != np.float32:
        dtype = np.float64
    # One kernel for writeable and read-only panels: all inputs are passed as read-only.
    view = np.ascontiguousarray(values, dtype=dtype).view()
    view.flags.writeable = False
    return view


def _result_type(dtype: DTypeLike) -> np.dtype[Any]:
    result = np.dtype(dtype)
    if result not in (np.dtype(np.float32), np.dtype(np.float64)):
        raise ValueError(f"dtype must be float32 or float64, not {result}")
    return result


def _check_out(out: NDArray[Any], shape: tuple[int, ...]) -> None:
    _result_type(out.dtype)
    if out.shape != shape or not out.flags.c_contiguous:
        raise PanelError(
            f"out must be a C-contiguous array of shape {shape}, not one of shape {out.shape}"
        )
