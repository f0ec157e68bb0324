"""Settings of the simulated market, with units and bounds."""

from __future__ import annotations

from datetime import date

from pydantic import BaseModel, ConfigDict, Field


class SimulationSettings(BaseModel):
    """What the simulated market looks like.

    Two simulations that differ in ``n_days`` only agree on the days they share.

    Args:
        n_assets: Names that are ever listed; a name whose listing day lies behind the
            last simulated day appears in no table.
        n_days: Trading days.
        start: First calendar day; the first trading day on or after it is day 0.
        seed: Seed of every random number.
        alpha_strength: Scale of the planted expected returns; 0 gives a null market, in
            which nothing known at a close predicts the rank of a later return.
        horizon_scale: Scale of the planted effects' half-lives; what an effect pays over
            its whole life does not depend on it.
        oracle_horizon: Days that the oracle score looks ahead.
        n_industries: Industries.
        country_volatility: Daily standard deviation of the country factor (log return).
        industry_volatility: Daily standard deviation of one industry factor.
        style_volatility: Scale of the ten style factors' volatilities; 1 is typical.
        specific_volatility: Median over names of the daily specific standard deviation.
        tail_degrees_of_freedom: Student-t degrees of freedom of every return shock.
        daily_turnover: Median over names of the daily turnover, fraction of float shares.
        suspensions_per_year: Suspension spells for each name and year.
        st_spells_per_year: Special-treatment spells for each name and year.
        delisting_share: Share of the special-treatment spells that end in a delisting.
        listing_share: Share of the names that list after the first day.
        index_share: Index members as a fraction of ``n_assets``.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    n_assets: int = Field(300, ge=10, le=5000)
    n_days: int = Field(1200, ge=1, le=10000)
    start: date = date(2019, 1, 2)
    seed: int = Field(2019, ge=0)
    alpha_strength: float = Field(1.0, ge=0, le=10)
    horizon_scale: float = Field(1.0, gt=0, le=20)
    oracle_horizon: int = Field(5, ge=1, le=60)
    n_industries: int = Field(14, ge=1, le=16)
    country_volatility: float = Field(0.011, ge=0, le=0.1)
    industry_volatility: float = Field(0.006, ge=0, le=0.1)
    style_volatility: float = Field(1.0, ge=0, le=10)
    specific_volatility: float = Field(0.021, gt=0, le=0.1)
    tail_degrees_of_freedom: float = Field(5.0, gt=2, le=100)
    daily_turnover: float = Field(0.012, gt=0, le=0.2)
    suspensions_per_year: float = Field(0.35, ge=0, le=10)
    st_spells_per_year: float = Field(0.04, ge=0, le=2)
    delisting_share: float = Field(0.15, ge=0, le=1)
    listing_share: float = Field(0.06, ge=0, lt=1)
    index_share: float = Field(1 / 3, gt=0, le=1)
