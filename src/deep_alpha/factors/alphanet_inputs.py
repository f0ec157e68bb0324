"""AlphaNet's daily inputs, and the table of "data images" that its windows are cut from.

SPEC 2.1 and 2.10. V1 and V2 share quantities with V4's table under other words; one
quantity has one name here, V4's: ``return`` is V1's return1, ``turnover`` its turn,
``div_close_freeturn`` V2's close/free_turn, and so on.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from deep_alpha.errors import PanelError
from deep_alpha.feature_table import FeatureTable, make_feature_table

_log = logging.getLogger(__name__)

Column = NDArray[np.float64]

_PAPER = (
    "div_open_close",
    "div_high_close",
    "div_low_close",
    "close",
    "div_vwap_close",
    "volume_sqrt",
    "return",
    "turnover",
    "div_close_freeturn",
    "div_price_turnover",
    "div_volume_low",
    "div_low_high",
    "div_vwap_close_2",
)
_V1 = ("open", "high", "low", "close", "vwap", "volume", "return", "turnover", "free_turn")
_V2 = (
    *_V1,
    "div_close_freeturn",
    "div_open_turn",
    "div_volume_low",
    "div_vwap_high",
    "div_low_high",
    "div_vwap_close_2",
)
_DUPLICATES = ("div_price_turnover", "div_vwap_close_2")
"""A multiple of open / close while the share structure stands still, and vwap / close
again (001-A4)."""

INPUT_SETS: Mapping[str, tuple[str, ...]] = {
    "paper13": _PAPER,
    "dedup11": tuple(name for name in _PAPER if name not in _DUPLICATES),
    "v1": _V1,
    "v2": _V2,
}
"""The inputs of V4 (``paper13``, or ``dedup11`` without its two duplicates), of V1, and of
V2 and V3, each in the order of its table."""

ALL_INPUTS = (*_PAPER, *(name for name in _V2 if name not in _PAPER))
"""Every input of every set, once."""

HISTORY_DAYS = 43
"""Closes behind one sample: 20 steps of a window of 22 days, one more day for its
``ts_return``, and one for the first ``return`` (001-C2)."""


class _Formula(NamedTuple):
    """How an input is made of fields of the panel.

    Args:
        fields: The fields, or ``previous_close``.
        text: The formula as a reader sees it.
        compute: The formula, of these fields' columns.
    """

    fields: tuple[str, ...]
    text: str
    compute: Callable[..., Column]


_FORMULAS: Mapping[str, _Formula] = {
    "div_open_close": _Formula(
        ("open", "close"), "(open − close) / close", lambda opened, close: (opened - close) / close
    ),
    "div_high_close": _Formula(
        ("high", "close"), "(high − close) / close", lambda high, close: (high - close) / close
    ),
    "div_low_close": _Formula(
        ("low", "close"), "(low − close) / close", lambda low, close: (low - close) / close
    ),
    "close": _Formula(("close",), "close", lambda close: close),
    "div_vwap_close": _Formula(
        ("vwap", "close"), "(vwap − close) / close", lambda vwap, close: (vwap - close) / close
    ),
    # The root that the table prints, not the power of the text (001-A1).
    "volume_sqrt": _Formula(("volume",), "volume^(1/8)", lambda volume: volume**0.125),
    "return": _Formula(
        ("close", "previous_close"),
        "close / previous close − 1",
        lambda close, before: close / before - 1.0,
    ),
    "turnover": _Formula(("turnover",), "turnover", lambda turnover: turnover),
    "div_close_freeturn": _Formula(
        ("close", "free_turnover"), "close / free turnover", lambda close, free: close / free
    ),
    # (open / turnover) / (close / free turnover), as the text says (001-A3).
    "div_price_turnover": _Formula(
        ("open", "free_turnover", "turnover", "close"),
        "(open · free turnover) / (turnover · close)",
        lambda opened, free, turnover, close: (opened * free) / (turnover * close),
    ),
    "div_volume_low": _Formula(("volume", "low"), "volume / low", lambda volume, low: volume / low),
    "div_low_high": _Formula(("low", "high"), "low / high", lambda low, high: low / high),
    "div_vwap_close_2": _Formula(
        ("vwap", "close"), "vwap / close", lambda vwap, close: vwap / close
    ),
    "open": _Formula(("open",), "open", lambda opened: opened),
    "high": _Formula(("high",), "high", lambda high: high),
    "low": _Formula(("low",), "low", lambda low: low),
    "vwap": _Formula(("vwap",), "vwap", lambda vwap: vwap),
    "volume": _Formula(("volume",), "volume", lambda volume: volume),
    "free_turn": _Formula(("free_turnover",), "free turnover", lambda free: free),
    "div_open_turn": _Formula(
        ("open", "turnover"), "open / turnover", lambda opened, turnover: opened / turnover
    ),
    "div_vwap_high": _Formula(("vwap", "high"), "vwap / high", lambda vwap, high: vwap / high),
}
"""The one place that says what each input is."""

INPUT_FORMULAS: Mapping[str, str] = {name: formula.text for name, formula in _FORMULAS.items()}
"""Each input's formula for readers; prices are adjusted, and volume inversely."""


def alphanet_inputs(panel: xr.Dataset) -> xr.DataArray:
    """The 13 inputs of AlphaNetV4, raw; see :func:`image_inputs`."""
    return image_inputs(panel, INPUT_SETS["paper13"])


def image_inputs(panel: xr.Dataset, names: tuple[str, ...] = ALL_INPUTS) -> xr.DataArray:
    """Compute daily inputs, raw, from adjusted prices and volumes.

    Args:
        panel: Dims (date, asset) with ``traded`` and what the inputs need of adjusted
            ``open high low close vwap volume``, ``turnover`` and ``free_turnover``. A
            warning is logged where free turnover is another field's stand-in (001-A4).
        names: Some of ``ALL_INPUTS``.

    Returns:
        Dims (date, input, asset), float64; NaN on days without trading and where a value
        is missing or not finite. ``return`` is that over the asset's previous traded day.

    Raises:
        PanelError: A variable is missing.
    """
    date_index, asset_index = np.nonzero(_matrix(panel, "traded"))
    shape = (panel.sizes["date"], len(names), panel.sizes["asset"])
    grid = np.full(shape, np.nan)
    _warn_of_proxies(panel, names)
    for place, values in enumerate(_columns(panel, names, date_index, asset_index)):
        grid[date_index, place, asset_index] = values
    return xr.DataArray(
        grid,
        dims=("date", "input", "asset"),
        coords={
            "date": panel["date"],
            "input": np.array(names, dtype=object),
            "asset": panel["asset"],
        },
        name="alphanet_inputs",
    )


def build_images(
    panel: xr.Dataset,
    eligible: xr.DataArray,
    extra: Mapping[str, NDArray[Any]] | None = None,
) -> FeatureTable:
    """Lay out all inputs of each traded day of each asset, raw, as rows.

    A day with a missing input has no row, and neither has an asset's first day, which has
    no return: how many there are is logged. A window over such a day is not whole.

    Args:
        panel: As for :func:`image_inputs`.
        eligible: Who may be fitted on and scored, known at the close, (date, asset).
        extra: Further columns by name, (date, asset), as risk exposures; 0 where they have
            no value.

    Returns:
        Rows of ``ALL_INPUTS`` and then the further columns, finite. Samples are the
        eligible ones.

    Raises:
        PanelError: A variable is missing, the panel has fewer than 43 days or no turnover at
            all, a further column does not fit it, or no row or no sample is left.
    """
    if panel.sizes["date"] < HISTORY_DAYS:
        raise PanelError(
            f"AlphaNet's windows reach back over {HISTORY_DAYS} closes; the market has "
            f"{panel.sizes['date']} days: give it a longer history"
        )
    further = _further_columns(panel, extra or {})
    date_index, asset_index = np.nonzero(_matrix(panel, "traded"))
    _require_turnover(panel)
    _warn_of_proxies(panel, ALL_INPUTS)
    values = np.empty((len(date_index), len(ALL_INPUTS) + len(further)), dtype=np.float32)
    with np.errstate(over="ignore"):
        for place, column in enumerate(_columns(panel, ALL_INPUTS, date_index, asset_index)):
            values[:, place] = column
    whole = np.asarray(np.isfinite(values[:, : len(ALL_INPUTS)]).all(axis=1))
    _log_left_out(values[:, : len(ALL_INPUTS)], whole, asset_index)
    for place, grid in enumerate(further.values(), start=len(ALL_INPUTS)):
        own = grid[date_index, asset_index]
        values[:, place] = np.where(np.isfinite(own), own, 0.0)
    sample = eligible.transpose("date", "asset").to_numpy()[date_index, asset_index] & whole
    if not sample.any():
        raise PanelError(
            f"none of {len(whole)} traded (date, asset) rows is eligible and has all "
            f"{len(ALL_INPUTS)} inputs; {int(whole.sum())} have them: look at the panel's "
            "vwap, turnover and free_turnover, and at the universe policy"
        )
    names = (*ALL_INPUTS, *further)
    index = date_index[whole], asset_index[whole]
    return make_feature_table(values[whole], names, *index, panel, sample[whole])


def input_coverage(panel: xr.Dataset, eligible: xr.DataArray) -> dict[str, float]:
    """Share of the eligible (date, asset) rows that have a value of each of ``ALL_INPUTS``.

    Args:
        panel: As for :func:`image_inputs`.
        eligible: Who may be fitted on and scored, (date, asset); none that did not trade.
    """
    date_index, asset_index = np.nonzero(_matrix(panel, "traded"))
    chosen = eligible.transpose("date", "asset").to_numpy()[date_index, asset_index]
    columns = _columns(panel, ALL_INPUTS, date_index, asset_index)
    return {
        name: float(np.isfinite(values[chosen]).mean())
        for name, values in zip(ALL_INPUTS, columns, strict=True)
    }


def _columns(
    panel: xr.Dataset,
    names: tuple[str, ...],
    date_index: NDArray[np.int64],
    asset_index: NDArray[np.int64],
) -> Iterator[Column]:
    """One input after the other at the given rows, NaN where it is not finite."""
    fields: dict[str, Column] = {}

    def field(name: str) -> Column:
        if name not in fields:
            if name == "previous_close":
                fields[name] = _previous(field("close"), asset_index)
            else:
                fields[name] = _matrix(panel, name)[date_index, asset_index].astype(np.float64)
        return fields[name]

    for name in names:
        formula = _FORMULAS[name]
        with np.errstate(divide="ignore", invalid="ignore"):
            values = formula.compute(*(field(own) for own in formula.fields))
        yield np.where(np.isfinite(values), values, np.nan)


def _previous(values: Column, asset_index: NDArray[np.int64]) -> Column:
    """The value in the same asset's row before; NaN in its first row."""
    order = np.argsort(asset_index, kind="stable")
    same = np.diff(asset_index[order]) == 0
    previous = np.full(len(values), np.nan)
    previous[order[1:][same]] = values[order[:-1][same]]
    return previous


def _matrix(panel: xr.Dataset, name: str) -> NDArray[Any]:
    if name not in panel:
        raise PanelError(
            f"the panel has no variable {name!r}, which AlphaNet's inputs need; "
            "build it with deep_alpha.panel.build_panel"
        )
    values: NDArray[Any] = panel[name].transpose("date", "asset").to_numpy()
    return values


def _warn_of_proxies(panel: xr.Dataset, names: tuple[str, ...]) -> None:
    """Free turnover that is turnover itself makes two inputs say less than their names."""
    proxy = panel.attrs.get("free_turnover_is_proxy")
    if proxy is not None and "div_price_turnover" in names:
        _log.warning(
            "the market has no free float: %s stands for free turnover, and the input "
            "div_price_turnover is exactly open / close",
            proxy,
        )


def _require_turnover(panel: xr.Dataset) -> None:
    for name in ("turnover", "free_turnover"):
        if not (_matrix(panel, name) > 0.0).any():
            raise PanelError(
                f"the panel's {name} is missing or 0 everywhere, but AlphaNet divides by it: "
                "give the bars a turnover column, or leave it out to have it estimated"
            )


def _further_columns(
    panel: xr.Dataset, extra: Mapping[str, NDArray[Any]]
) -> Mapping[str, NDArray[Any]]:
    shape = (panel.sizes["date"], panel.sizes["asset"])
    for name, grid in extra.items():
        if name in ALL_INPUTS:
            raise PanelError(f"extra column '{name}' has the name of an input: call it otherwise")
        if grid.shape != shape:
            raise PanelError(
                f"extra column '{name}' has shape {grid.shape}; it must be the panel's, {shape}"
            )
    return extra


def _log_left_out(
    values: NDArray[np.float32], whole: NDArray[np.bool_], asset_index: NDArray[np.int64]
) -> None:
    firsts = len(np.unique(asset_index))
    known = np.isfinite(values).sum(axis=0)
    rarest = int(known.argmin())
    _log.info(
        "images: %d of %d traded rows have all inputs; %d are the first rows of an asset, "
        "and '%s' is missing most often, in %d",
        int(whole.sum()),
        len(whole),
        firsts,
        ALL_INPUTS[rarest],
        len(whole) - int(known[rarest]),
    )
