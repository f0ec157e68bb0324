"""What a cross-sectional regression is given: checked arrays, and labels for its results."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from deep_alpha.errors import PanelError

Array: TypeAlias = NDArray[Any] | xr.DataArray

MOST_INDUSTRIES = 10_000
"""Beyond it, codes are taken for names of industries (a GICS code) that need numbering."""


@dataclass(frozen=True)
class Labels:
    """Coordinates of the results.

    Args:
        labelled: Whether results are DataArrays, as the returns were, or plain arrays.
        coords: Labels along ``date`` and ``asset``, where there are any.
        style_dim: Name of the exposures' third dimension.
        styles: Name of each style.
    """

    labelled: bool
    coords: Mapping[str, NDArray[Any]]
    style_dim: str
    styles: tuple[str, ...]

    def day(self, position: int) -> Any:
        """Date of a day; its position where dates have no labels."""
        return self.coords["date"][position] if "date" in self.coords else position

    def wrap(self, values: NDArray[Any], name: str | None, **dims: Sequence[Any] | None) -> Any:
        """Values as a DataArray, with the labels given for each dimension or known of it."""
        if not self.labelled:
            return values
        coords: dict[str, Any] = {dim: list(own) for dim, own in dims.items() if own is not None}
        coords |= {dim: own for dim, own in self.coords.items() if dim in dims}
        return xr.DataArray(values, coords, tuple(dims), name)


@dataclass(frozen=True)
class CrossSectionInputs:
    """Read-only arrays; a day of all but the exposures lies side by side in memory.

    Args:
        returns: Shape (T, N), float64.
        exposures: Shape (T, N, Q), float32 or float64, of any layout in memory.
        industry: Shape (T, N), codes from 0; -1 = none.
        cap: Shape (T, N), float64.
        estimation: Shape (T, N), booleans.
        industries: Number of industry codes, P.
        labels: For the results.
    """

    returns: NDArray[np.float64]
    exposures: NDArray[Any]
    industry: NDArray[np.int64]
    cap: NDArray[np.float64]
    estimation: NDArray[np.bool_]
    industries: int
    labels: Labels

    def place(self, day: int, name: int) -> str:
        """A day and a name in words, by label where there is one."""
        words = []
        for dim, word, position in (("date", "day", day), ("asset", "name", name)):
            own = self.labels.coords.get(dim)
            label = None if own is None else own[position]
            if isinstance(label, np.datetime64):
                label = np.datetime_as_string(label, "D")
            words.append(f"{word} {position}" + ("" if label is None else f" ({label})"))
        return ", ".join(words)


def read_inputs(
    returns: Array,
    exposures: Array,
    industry: Array,
    cap: Array | None,
    estimation: Array | None,
    industries: int | None = None,
) -> CrossSectionInputs:
    """Check the arguments of a cross-sectional regression.

    Args:
        returns: Dims (date, asset), in any order if it is a DataArray; so with the others.
        exposures: Dims (date, asset, style), whatever the third dimension is called.
        industry: Dims (asset,) or (date, asset); NaN = -1 = none.
        cap: Dims (date, asset).
        estimation: Dims (date, asset), booleans; None for everyone.
        industries: Number of industry codes; None for the largest code + 1.

    Raises:
        PanelError: Shapes or labels do not agree, codes are no codes, there is no cap.
    """
    if cap is None:
        raise PanelError("no capitalisation: pass cap, or ones for equal weights")
    grid = ("date", "asset")
    style_dims = _third_dim(exposures) if isinstance(exposures, xr.DataArray) else ("style",)
    given = {
        "returns": _numbers("returns", returns, grid),
        "exposures": _numbers("exposures", exposures, grid + style_dims),
        "cap": _numbers("cap", cap, grid),
        "industry": _numbers("industry", industry, grid if np.ndim(industry) == 2 else grid[1:]),
    }
    if estimation is not None:
        given["estimation"] = _numbers("estimation", estimation, grid)
        if given["estimation"].dtype != np.bool_:
            raise PanelError(f"estimation must be boolean, not {given['estimation'].dtype}")
    shape = given["returns"].shape
    _check_shapes(given, shape)
    _check_labels(returns, exposures=exposures, cap=cap, industry=industry, estimation=estimation)
    if given["cap"].size and np.isnan(given["cap"]).all():
        raise PanelError("no capitalisation: cap is NaN throughout; pass ones for equal weights")
    codes = _codes(given["industry"])
    found = int(codes.max(initial=-1)) + 1
    if industries is not None and found > industries:
        raise PanelError(f"industry code {found - 1} is not below the {industries} industries")
    everyone = np.ones(shape[1:], dtype=np.bool_)
    labelled = isinstance(returns, xr.DataArray)
    return CrossSectionInputs(
        returns=_by_day(given["returns"], np.float64, shape),
        exposures=_floats(given["exposures"]),
        industry=_by_day(codes, np.int64, shape),
        cap=_by_day(given["cap"], np.float64, shape),
        estimation=_by_day(given.get("estimation", everyone), np.bool_, shape),
        industries=found if industries is None else industries,
        labels=Labels(
            labelled=labelled,
            coords=_coords(returns) if isinstance(returns, xr.DataArray) else {},
            style_dim=style_dims[0],
            styles=_style_names(exposures, style_dims[0], given["exposures"].shape[2]),
        ),
    )


def _third_dim(exposures: xr.DataArray) -> tuple[str, ...]:
    rest = [str(dim) for dim in exposures.dims if dim not in ("date", "asset")]
    if exposures.ndim != 3 or len(rest) != 1:
        raise PanelError(f"exposures must have dims date, asset and one more, not {exposures.dims}")
    return (rest[0],)


def _numbers(name: str, values: Array, dims: tuple[str, ...]) -> NDArray[Any]:
    if isinstance(values, xr.DataArray):
        if set(values.dims) != set(dims):
            raise PanelError(f"{name} must have dims {', '.join(dims)}, not {values.dims}")
        plain = values.transpose(*dims).to_numpy()
    else:
        plain = np.asarray(values)
    if plain.dtype.kind not in "biuf":
        hint = "; numpy.unique(names, return_inverse=True) gives codes"
        raise PanelError(
            f"{name} must be numbers, not {plain.dtype}{hint if name == 'industry' else ''}"
        )
    return plain


def _check_shapes(given: Mapping[str, NDArray[Any]], shape: tuple[int, ...]) -> None:
    if len(shape) != 2:
        raise PanelError(f"returns must be (days, names), not of shape {shape}")
    for name, values in given.items():
        found = values.shape
        if name == "exposures":
            if len(found) != 3 or found[:2] != shape:
                raise PanelError(f"exposures must be {shape} × styles as returns, not {found}")
        elif found != shape and (name != "industry" or found != shape[1:]):
            own = f"{shape} or {shape[1:]}" if name == "industry" else shape
            raise PanelError(f"{name} must be of shape {own} as returns, not {found}")


def _check_labels(returns: Array, **others: Array | None) -> None:
    """Refuse labels that differ from those of the returns: nothing is aligned in silence."""
    if not isinstance(returns, xr.DataArray):
        return
    own = _coords(returns)
    for name, values in others.items():
        if isinstance(values, xr.DataArray):
            for dim, labels in _coords(values).items():
                if dim in own and not np.array_equal(own[dim], labels):
                    raise PanelError(
                        f"{name} has other labels along {dim!r} than returns; xarray.align helps"
                    )


def _coords(values: xr.DataArray) -> dict[str, NDArray[Any]]:
    return {dim: values[dim].to_numpy() for dim in ("date", "asset") if dim in values.coords}


def _style_names(exposures: Array, dim: str, count: int) -> tuple[str, ...]:
    if isinstance(exposures, xr.DataArray) and dim in exposures.coords:
        return tuple(str(name) for name in exposures[dim].to_numpy())
    return tuple(f"style_{position}" for position in range(count))


def _codes(industry: NDArray[Any]) -> NDArray[np.int64]:
    known = ~np.isnan(industry)
    codes = np.where(known, industry, -1)
    if not np.all(codes == np.floor(codes)) or industry.dtype.kind == "b":
        raise PanelError("industry must hold integer codes, with -1 or NaN for none")
    if codes.size and codes.min() < -1:
        raise PanelError(f"industry codes start at 0, with -1 or NaN for none, not {codes.min():g}")
    if codes.size and codes.max() >= MOST_INDUSTRIES:
        raise PanelError(
            f"industry code {codes.max():g}: number the industries 0, 1, …; "
            "numpy.unique(codes, return_inverse=True) does"
        )
    return codes.astype(np.int64)


def _by_day(values: NDArray[Any], dtype: type[Any], shape: tuple[int, ...]) -> NDArray[Any]:
    """Values (T, N), or (N,) for every day, without a copy where they are right already."""
    return np.broadcast_to(np.ascontiguousarray(values, dtype=dtype), shape)


def _floats(exposures: NDArray[Any]) -> NDArray[Any]:
    if exposures.dtype not in (np.dtype(np.float32), np.dtype(np.float64)):
        exposures = exposures.astype(np.float64)
    # Read-only, as what is broadcast: one compiled kernel for all that may come.
    view = exposures.view()
    view.flags.writeable = False
    return view
