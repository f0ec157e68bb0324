"""Settings of the risk model, with units and bounds."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from deep_alpha.market.universe import UniversePolicy

AskedLevel = Literal["auto", "full", "no_analyst", "price_only"]
Outliers = Literal["clip", "three_zone"]


class RiskSettings(BaseModel):
    """How exposures and factor returns are computed (SPEC 2.7, switches of SPEC 5).

    Args:
        barra_level: Which descriptors there are. ``auto`` takes what the folder's tables
            allow: ``full`` with analyst forecasts, ``no_analyst`` with accounts,
            ``price_only`` with bars alone. Asking for more than the tables hold is an error.
        estimation: Who standardises exposures and estimates factor returns. Everybody else
            with exposures gets specific returns all the same.
        outliers: ``clip`` moves values beyond 3 sd to 3 sd; ``three_zone`` also forgets
            those beyond 10 sd.
        resvol_orth: What RESVOL is orthogonalised to.
        liq_orth: Whether LIQUIDTY is orthogonalised to SIZE.
        cmra: ``diff`` is max Z − min Z, ``log`` ln(1 + max Z) − ln(1 + min Z).
        min_style_share: Share of the estimation universe that must have a style of its own;
            with fewer the style is left out that day instead of being filled for nearly all.
        min_industry: Members below which an industry joins another that day.
        accounts_days: Calendar days after its announcement for which a report is current.
        valuation_days: Calendar days for which a row of ``valuation`` is current.
        forecasts_days: Calendar days for which a forecast is current.
        growth_years: Fiscal years in the slopes of SGRO and EGRO.
        growth_min_years: Fewest of them.
        carry_days: Market days for which a suspended asset keeps its last descriptors.
        annual_days: Trading days in a year: what an annual risk-free rate is spread over.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    barra_level: AskedLevel = "auto"
    estimation: UniversePolicy = UniversePolicy(min_bars=60, exclude_at_limit=False, min_price=0.0)
    outliers: Outliers = "clip"
    resvol_orth: Literal["beta", "beta_size"] = "beta"
    liq_orth: bool = False
    cmra: Literal["diff", "log"] = "diff"
    min_style_share: float = Field(0.1, ge=0, le=1)
    min_industry: int = Field(5, ge=2)
    accounts_days: int = Field(400, ge=1)
    valuation_days: int = Field(120, ge=1)
    forecasts_days: int = Field(180, ge=1)
    growth_years: int = Field(5, ge=2, le=20)
    growth_min_years: int = Field(3, ge=2, le=20)
    carry_days: int = Field(250, ge=0)
    annual_days: int = Field(252, ge=200, le=366)

    @model_validator(mode="after")
    def _years_fit(self) -> Self:
        if self.growth_min_years > self.growth_years:
            raise ValueError(
                f"growth_min_years={self.growth_min_years} is more than "
                f"growth_years={self.growth_years}: no trend could ever be known"
            )
        return self
