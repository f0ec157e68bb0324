"""Thresholds of the quality gate."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class GateSettings(BaseModel):
    """What the quality gate tolerates; the defaults suit daily bars of listed shares."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    tick: float = Field(default=0.01, gt=0, description="smallest price step, currency")
    max_quarantine_share: float = Field(
        default=0.01,
        ge=0,
        le=1,
        description="largest share of a table's rows that may be quarantined",
    )
    vwap_tolerance: float = Field(
        default=0.002,
        ge=0,
        lt=1,
        description="how far vwap may leave [low, high], as a fraction of it",
    )
    extreme_move: float = Field(
        default=0.5, gt=0, description="adjusted close-to-close return to list, fraction"
    )
    gap_days: int = Field(default=60, ge=2, description="market days without a bar to list")
    factor_jump: float = Field(
        default=0.05,
        gt=0,
        description="change of adj_factor that the raw price must answer, fraction",
    )
    factor_answer: float = Field(
        default=0.2,
        gt=0,
        lt=1,
        description="least share of a factor jump that the raw price must move",
    )
    factor_fall: float = Field(
        default=0.01, gt=0, lt=1, description="fall of adj_factor in one step to list, fraction"
    )
    stale_bars: int = Field(default=5, ge=2, description="identical bars in a row to list")
    turnover_tolerance: float = Field(
        default=0.25,
        gt=0,
        description="difference of turnover from volume × close ÷ float_cap, fraction",
    )
    max_weight_sum: float = Field(
        default=1.01, gt=0, description="largest plausible sum of an index's weights on one date"
    )
