"""One signal's IC on every basis that a reader should see beside the plain one.

A high IC on close-to-close returns may be entered at prices that nobody gets, may be known
styles under another name, or may come from names too small to hold. Each basis takes one of
these away. Specific returns are skewed, so that a calm name's median is above a volatile one's
though their means agree: each basis has a Spearman and a Pearson IC, and low volatility and a
random score stand beside the signal, on the same names (SPEC 0.3).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from deep_alpha.errors import PanelError
from deep_alpha.evaluation.label_book import Exposures, LabelBook
from deep_alpha.evaluation.null_score import NULL, random_scores
from deep_alpha.evaluation.summary import offset_grid
from deep_alpha.kernels.correlation import daily_names, daily_pearson_ic, daily_rank_ic
from deep_alpha.kernels.cross_section import COLLINEAR
from deep_alpha.kernels.ranking import TIE_TOLERANCE
from deep_alpha.risk import neutralise

LARGEST = 300

BASES: Mapping[str, str] = MappingProxyType(
    {
        "raw": "score against the return from close to close",
        "tradable": "score against the return from the next day's vwap, names that can be bought",
        "residual": "score against the sum of the days' specific returns",
        "compound": "score against the compounded specific returns",
        "single": "score against the residual of one regression of the whole return",
        "five_factor": "score less industry, cap, return, volatility and turnover, against raw",
        "five_factor_tradable": "the same against the single residual from the next day's vwap, "
        "names that can be bought",
        "cne5": "score less country, industries and ten styles, against raw",
        "cne5_tradable": "the same against the single residual from the next day's vwap, names "
        "that can be bought",
        "largest_300": "raw, the 300 largest float caps among the scored names of the day",
        "middle": "raw, the larger half of the others",
        "small": "raw, the smaller half",
    }
)
"""What each basis is."""

_FloatArray = NDArray[np.float64]


def signal_bases(
    scores: pd.DataFrame, book: LabelBook, *, references: bool = True, seed: int = 0
) -> pd.DataFrame:
    """The IC of one signal on every basis, with and without its first half-year.

    Scores are neutralised by regression with equal weights, as the IC weighs names. A score
    that its exposures explain wholly, as low volatility is by the five factors, has no IC.

    Args:
        scores: Date × asset, higher = better, NaN = not scored; dates of the book.
        book: The market's labels.
        references: Whether minus 20-day volatility and a random score are judged too.
        seed: Of the random score.

    Returns:
        Indexed by score (``signal``, ``low_volatility``, ``random``), basis
        (:data:`BASES`) and period (``all``, ``later``: without the first half-year).
        rank_ic and pearson_ic are means over all days; sd, icir, icir_min and icir_max are
        those of the rank IC sampled every h-th day, mean and range over the h offsets, not
        annualised; names is the mean number a day, days those with an IC. Bases that need
        a risk model are left out without one.

    Raises:
        PanelError: A score has a date or an asset that the book does not have.
    """
    rows, judged = _placed(scores, book)
    candidates = {"signal": judged}
    if references:
        calm = -book.volatility[rows]
        candidates["low_volatility"] = np.where(np.isnan(judged), np.nan, calm)
        candidates[NULL] = _placed(random_scores(scores, seed), book)[1]
    dates = book.dates[rows]
    later = dates >= half_year_end(dates)
    table = {}
    for name, values in candidates.items():
        for basis, score, label in _pairs(values, book, rows):
            daily = pd.DataFrame(
                {
                    "rank_ic": daily_rank_ic(score, label),
                    "pearson_ic": daily_pearson_ic(score, label),
                    "names": daily_names(score, label),
                },
                dates,
            )
            table[name, basis, "all"] = _figures(daily, book.horizon)
            if later.any():
                table[name, basis, "later"] = _figures(daily[later], book.horizon)
    return pd.DataFrame.from_dict(table, orient="index").rename_axis(["score", "basis", "period"])


def half_year_end(dates: pd.DatetimeIndex) -> pd.Timestamp:
    """The first day after the first six calendar months, counted from their first month."""
    return dates[0].to_period("M").start_time + pd.DateOffset(months=6)


def _pairs(
    values: _FloatArray, book: LabelBook, rows: NDArray[np.intp]
) -> Iterator[tuple[str, _FloatArray, _FloatArray]]:
    """Basis, scores and labels of every basis."""
    labels = {name: label[rows] for name, label in book.labels.items()}
    for name in ("raw", "tradable", "residual", "compound", "single"):
        if name in labels:
            yield name, values, labels[name]
    for name, exposures in (("five_factor", book.five_factors), ("cne5", book.cne5)):
        if exposures is not None:
            pure = _neutral(values, exposures, rows)
            yield name, pure, labels["raw"]
            if "tradable_single" in labels:
                yield f"{name}_tradable", pure, labels["tradable_single"]
    for name, inside in size_bands(values, book.cap[rows]).items():
        yield name, np.where(inside, values, np.nan), labels["raw"]


def size_bands(scores: _FloatArray, cap: _FloatArray) -> dict[str, NDArray[np.bool_]]:
    """Who belongs to the largest, the middle and the small names among those with a score.

    Args:
        scores: Shape (T, N), NaN = not scored.
        cap: Shape (T, N), float cap at the close; names without one are in no band.

    Returns:
        Booleans (T, N) for ``largest_300``, ``middle`` and ``small``; of equal caps, the
        asset that comes first is the larger.
    """
    known = ~np.isnan(scores) & (cap > 0)
    order = np.argsort(np.where(known, -cap, np.inf), axis=1, kind="stable")
    place = np.empty_like(order)
    np.put_along_axis(place, order, np.arange(cap.shape[1])[None], axis=1)
    count = known.sum(axis=1, keepdims=True)
    edge = LARGEST + (np.maximum(count - LARGEST, 0) + 1) // 2
    return {
        "largest_300": known & (place < LARGEST),
        "middle": known & (place >= LARGEST) & (place < edge),
        "small": known & (place >= edge),
    }


def _neutral(values: _FloatArray, exposures: Exposures, rows: NDArray[np.intp]) -> _FloatArray:
    """What the exposures leave of the scores; NaN on days on which that is rounding alone."""
    industry = exposures.industry if exposures.industry.ndim == 1 else exposures.industry[rows]
    pure: _FloatArray = neutralise(values, exposures.styles[rows], industry)
    known = ~np.isnan(pure)
    count = np.maximum(known.sum(axis=1, keepdims=True), 1)
    given = np.where(known, values, 0.0)
    given -= np.where(known, given.sum(axis=1, keepdims=True) / count, 0.0)
    squares = (given**2).sum(axis=1)
    pure[np.where(known, pure**2, 0.0).sum(axis=1) <= COLLINEAR * squares] = np.nan
    # The only name of an industry keeps 0 ± rounding, by which the IC would rank it.
    spread = np.sqrt(squares / count[:, 0])[:, None]
    return np.where(np.abs(pure) <= TIE_TOLERANCE * spread, 0.0, pure)


def _figures(daily: pd.DataFrame, horizon: int) -> dict[str, float]:
    grid = offset_grid(daily["rank_ic"], horizon)
    return {
        "rank_ic": float(daily["rank_ic"].mean()),
        "pearson_ic": float(daily["pearson_ic"].mean()),
        "sd": grid.sd,
        "icir": grid.icir,
        "icir_min": grid.icir_min,
        "icir_max": grid.icir_max,
        "names": float(daily["names"].mean()),
        "days": grid.n_days,
    }


def _placed(scores: pd.DataFrame, book: LabelBook) -> tuple[NDArray[np.intp], _FloatArray]:
    """The book's rows that the scores are of, and the scores on its assets."""
    rows = book.dates.get_indexer(pd.DatetimeIndex(scores.index))
    for kind, unknown in (
        ("date", scores.index[rows < 0]),
        ("asset", scores.columns.difference(book.assets)),
    ):
        if len(unknown):
            raise PanelError(
                f"scores: the {kind} {unknown[0]} is not in the label book, which must be made "
                "of the same market and dates"
            )
    return rows, scores.reindex(columns=book.assets).to_numpy(dtype=np.float64)
