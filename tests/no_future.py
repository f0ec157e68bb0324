"""The one test that every feature, exposure, mask and label is put through.

A value at date t may depend on nothing after t. Two ways to see it:

- *cut*: the panel up to t gives the values that the whole panel gives;
- *noise*: all data after t replaced by noise changes nothing at or before t.

Both are compared bit for bit. A scaler fitted on the whole history, a centred window, a
running sum that starts at the end: each fails one of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np
import xarray as xr

Result = xr.DataArray | xr.Dataset


def assert_no_future(
    function: Callable[[xr.Dataset], Result],
    panel: xr.Dataset,
    cuts: Iterable[int] | None = None,
    seed: int = 0,
) -> None:
    """Assert that ``function`` uses nothing from the future.

    Args:
        function: From a panel to something with a dimension ``date``.
        panel: Data to try it on, long enough to get past the warm-up.
        cuts: Positions of the dates t; by default four, spread over the panel.
        seed: Seed of the noise.

    Raises:
        AssertionError: Names the way, the date t and the first value that changed.
    """
    dates = panel.sizes["date"]
    whole = function(panel)
    for cut in cuts if cuts is not None else (dates // 4, dates // 2, 3 * dates // 4, dates - 2):
        date = panel["date"].to_numpy()[cut]
        known = _until(whole, date)
        _assert_same(_until(function(panel.isel(date=slice(0, cut + 1))), date), known, "cut", date)
        _assert_same(_until(function(replace_future(panel, cut, seed)), date), known, "noise", date)


def replace_future(panel: xr.Dataset, cut: int, seed: int = 0) -> xr.Dataset:
    """The panel with every number and flag after position ``cut`` replaced by noise."""
    random = np.random.default_rng(seed)
    noisy = panel.copy(deep=True)
    for name, variable in noisy.data_vars.items():
        if "date" not in variable.dims or variable.dtype.kind not in "fb":
            continue
        values = variable.transpose("date", ...).to_numpy().copy()
        future = values[cut + 1 :]
        if variable.dtype.kind == "b":
            future[...] = random.random(future.shape) < 0.5
        else:
            future[...] = np.exp(random.normal(2.0, 2.0, future.shape))
            future[random.random(future.shape) < 0.1] = np.nan
        dims = ("date", *(dim for dim in variable.dims if dim != "date"))
        noisy[name] = (dims, values, variable.attrs)
    return noisy


def _until(result: Result, date: np.datetime64) -> Result:
    return result.sel(date=result["date"] <= date)


def _assert_same(found: Result, expected: Result, way: str, date: np.datetime64) -> None:
    if isinstance(expected, xr.Dataset):
        assert isinstance(found, xr.Dataset)
        assert set(found) == set(expected), f"{way} after {_day(date)}: other variables"
        for name in expected:
            _assert_same(found[name], expected[name], f"{name}: {way}", date)
        return
    assert found.dims == expected.dims, f"{way} after {_day(date)}: other dimensions"
    assert found.dtype == expected.dtype, f"{way} after {_day(date)}: another type"
    for dim in expected.dims:
        same = np.array_equal(found[dim].to_numpy(), expected[dim].to_numpy())
        assert same, f"{way} after {_day(date)}: other labels along {dim}"
    left, right = found.to_numpy(), expected.to_numpy()
    differs = left != right
    if right.dtype.kind == "f":
        differs &= ~(np.isnan(left) & np.isnan(right))
    if differs.any():
        place = tuple(np.argwhere(differs)[0])
        where = ", ".join(
            f"{dim}={_label(expected[dim].to_numpy()[k])}"
            for dim, k in zip(expected.dims, place, strict=True)
        )
        raise AssertionError(
            f"{way} after {_day(date)}: {int(differs.sum())} values at or before it change, "
            f"the first at {where}: {right[place]} became {left[place]}"
        )


def _day(date: np.datetime64) -> str:
    return str(date.astype("datetime64[D]"))


def _label(value: object) -> str:
    return _day(value) if isinstance(value, np.datetime64) else str(value)
