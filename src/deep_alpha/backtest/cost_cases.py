"""What trading costs as fractions of the value traded: the cases of SPEC 001-J1."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

from deep_alpha.errors import ConfigurationError


class DatedRate(BaseModel):
    """A rate that holds from a date on, until the next one does.

    Args:
        first_date: Its first day.
        rate: Fraction of the value.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    first_date: date
    rate: float = Field(ge=0, lt=1)


class CostCase(BaseModel):
    """One assumption about costs.

    Args:
        name: What tables call it.
        buy: Fraction of the value bought.
        sell: Fraction of the value sold, without stamp duty that depends on the date.
        stamp_duty: Added to ``sell``, by date.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    buy: float = Field(ge=0, lt=1)
    sell: float = Field(ge=0, lt=1)
    stamp_duty: tuple[DatedRate, ...] = ()

    def sell_rates(self, dates: pd.DatetimeIndex) -> NDArray[np.float64]:
        """Cost of selling on each date, shape (T,), a fraction of the value sold.

        Raises:
            ConfigurationError: A date lies before the first stamp duty.
        """
        rates = np.full(len(dates), self.sell)
        if not self.stamp_duty:
            return rates
        duties = sorted(self.stamp_duty, key=lambda duty: duty.first_date)
        starts = pd.DatetimeIndex([duty.first_date for duty in duties])
        place = starts.searchsorted(dates, side="right") - 1
        if (place < 0).any():
            raise ConfigurationError(
                f"costs {self.name}: there is no stamp duty before {duties[0].first_date}, "
                f"and the dates begin on {dates.min():%Y-%m-%d}: add the rate of that time"
            )
        with_duty: NDArray[np.float64] = rates + np.array([duty.rate for duty in duties])[place]
        return with_duty


FREE = CostCase(name="free", buy=0, sell=0)

_MARKET_CN = CostCase(
    name="market_cn",
    buy=0.0003 + 0.0005,  # commission and slippage
    sell=0.0003 + 0.0005,
    stamp_duty=(
        DatedRate(first_date=date(2008, 9, 19), rate=0.001),
        DatedRate(first_date=date(2023, 8, 28), rate=0.0005),
    ),
)

COST_CASES: Mapping[str, CostCase] = MappingProxyType(
    {
        "paper_literal": CostCase(name="paper_literal", buy=0.00002, sell=0.00002 + 0.00015),
        "paper_x10": CostCase(name="paper_x10", buy=0.0002, sell=0.0002 + 0.0015),
        "decimal": CostCase(name="decimal", buy=0.002, sell=0.002 + 0.0015),
        "market_cn": _MARKET_CN,
        "market_us": CostCase(name="market_us", buy=0.0005, sell=0.0005),
    }
)
"""``paper_x10`` is the counterpart of the paper's table; ``market_*`` is what a market takes."""
