"""How signals are judged."""

from __future__ import annotations

from datetime import date

from pydantic import BaseModel, ConfigDict, Field, NonNegativeFloat, NonNegativeInt, PositiveInt


class EvaluationSettings(BaseModel):
    """What the judgement shows.

    Args:
        top_k: Names in the top and in the bottom portfolio.
        costs_bps: Costs a side in basis points; 0 is always shown as gross.
        annual_days: Trading days of a year.
        without: Periods that are left out of one more IC row each, by name.
        quantiles: Quantiles and layers that names are sorted into.
        decay_days: Ends of the windows of the IC's decay, market days.
        blends: Signals that are means of others' daily ranks, by name.
        against: Signals that all others are compared with in pairs.
        draws: Resamples of each interval.
        null_seed: Of the random score that stands beside the signals.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    top_k: PositiveInt = 5
    costs_bps: tuple[NonNegativeFloat, ...] = (5, 10, 20)
    annual_days: PositiveInt = 252
    without: dict[str, tuple[date, date]] = Field(default_factory=dict)
    quantiles: PositiveInt = 5
    decay_days: tuple[PositiveInt, ...] = (1, 5, 10, 20, 40, 60)
    blends: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    against: tuple[str, ...] = ("composite",)
    draws: PositiveInt = 2000
    null_seed: NonNegativeInt = 0
