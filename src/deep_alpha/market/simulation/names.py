"""The listed companies: code, board, industry, listing day and what they are like."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from deep_alpha.market.simulation.arrays import (
    AnyArray,
    BoolArray,
    DateArray,
    FloatArray,
    IntArray,
)
from deep_alpha.market.simulation.draws import Component, generator
from deep_alpha.market.simulation.settings import SimulationSettings

INDUSTRIES = (
    "Banks",
    "Chemicals",
    "Computers",
    "Construction",
    "Electronics",
    "Food and Beverages",
    "Health Care",
    "Machinery",
    "Media",
    "Mining and Metals",
    "Power Equipment",
    "Real Estate",
    "Transport",
    "Utilities",
    "Automobiles",
    "Retail",
)
STAR_OPENING = np.datetime64("2019-07-22")
CHINEXT_REFORM = np.datetime64("2020-08-24")

# board -> (first code, number of codes, share of the names)
_BOARDS = {
    "shanghai": (600000, 6000, 0.45),
    "shenzhen": (1, 3999, 0.33),
    "chinext": (300001, 1999, 0.22),
    "star": (688001, 999, 0.0),
}


@dataclass(frozen=True)
class Names:
    """What is fixed about each name; every array is (asset,), sorted by code.

    Args:
        asset: Six-digit codes.
        board: ``shanghai``, ``shenzhen``, ``chinext`` or ``star``.
        industry: Position in ``INDUSTRIES``.
        listing_day: Day number of the first bar; 0 or less for names that are listed at
            the start.
        list_date: Calendar date of the listing; NaT where it is not simulated.
        traits: Standard normal or natural-unit characteristics by name.
    """

    asset: AnyArray
    board: AnyArray
    industry: IntArray
    listing_day: IntArray
    list_date: DateArray
    traits: dict[str, FloatArray]


def make_names(settings: SimulationSettings, days: DateArray) -> Names:
    """Draw the names. ``days`` are the trading days, (date,)."""
    rng = generator(settings.seed, Component.NAMES)
    n = settings.n_assets
    late = rng.random(n) < settings.listing_share
    listing_day = np.where(late, 20 + rng.exponential(250.0, n).astype("int64"), 0)
    age = 200 + rng.exponential(2500.0, n).astype("int64")
    list_date = np.where(late, np.datetime64("NaT"), days[0] - age.astype("timedelta64[D]"))
    simulated = late & (listing_day < len(days))
    list_date[simulated] = days[listing_day[simulated]]

    asset, board = _codes(rng, n, late, listing_day, days)
    popularity = rng.dirichlet(np.full(settings.n_industries, 8.0))
    industry = rng.choice(settings.n_industries, n, p=popularity)
    traits = _traits(rng, settings)
    order = np.argsort(asset)
    return Names(
        asset[order],
        board[order],
        industry[order].astype("int64"),
        listing_day[order],
        list_date[order],
        {name: values[order] for name, values in traits.items()},
    )


def _codes(
    rng: np.random.Generator, n: int, late: BoolArray, listing_day: IntArray, days: DateArray
) -> tuple[AnyArray, AnyArray]:
    shares = np.array([share for _, _, share in _BOARDS.values()])
    boards = np.array(list(_BOARDS))
    board = rng.choice(boards, n, p=shares / shares.sum())
    # the technology board opened in 2019: only names that list later can be on it; calendar
    # days stand in for trading days here, so that the answer does not depend on n_days
    about = days[0] + (listing_day * 365 // 244).astype("timedelta64[D]")
    on_star = late & (rng.random(n) < 0.5) & (about > STAR_OPENING + 10)
    board = np.where(on_star, "star", board)
    codes = np.empty(n, dtype="<U6")
    for name, (first, count, _) in _BOARDS.items():
        members = np.flatnonzero(board == name)
        drawn = first + rng.permutation(count)[: len(members)]
        codes[members] = [f"{code:06d}" for code in drawn]
    return codes, board


def _traits(rng: np.random.Generator, settings: SimulationSettings) -> dict[str, FloatArray]:
    n = settings.n_assets
    normal = {
        name: rng.standard_normal(n)
        for name in ("size", "beta", "liquidity", "volatility", "momentum", "growth", "book")
    }
    traits: dict[str, FloatArray] = dict(normal)
    traits["total_cap"] = np.clip(np.exp(np.log(1.2e10) + 1.1 * normal["size"]), 1e9, 5e11)
    traits["price"] = np.clip(np.exp(np.log(20.0) + 0.5 * rng.standard_normal(n)), 8.0, 150.0)
    # small names trade more of their float
    traits["liquidity"] = 0.9 * normal["liquidity"] - 0.4 * normal["size"]
    traits["float_share"] = rng.uniform(0.35, 1.0, n)
    traits["free_share"] = rng.uniform(0.4, 0.95, n)
    traits["book_to_price"] = np.exp(np.log(0.4) + 0.5 * normal["book"])
    traits["margin"] = 0.09 + 0.06 * rng.standard_normal(n)
    traits["asset_turn"] = np.exp(0.5 * rng.standard_normal(n))
    traits["debt"] = np.clip(0.45 + 0.18 * rng.standard_normal(n), 0.05, 0.92)
    traits["payout"] = np.clip(rng.normal(0.3, 0.15, n), 0.0, 0.8)
    factor: FloatArray = np.exp(np.abs(0.4 * rng.standard_normal(n)))
    traits["adj_factor"] = factor.round(6)
    return traits


def assets_table(names: Names, present: BoolArray) -> pd.DataFrame:
    """The ``assets`` table of the names that have bars."""
    return pd.DataFrame(
        {
            "asset": pd.Series(names.asset[present], dtype="str"),
            "industry": pd.Series(np.array(INDUSTRIES)[names.industry[present]], dtype="str"),
            "list_date": names.list_date[present].astype("datetime64[s]"),
        }
    )
