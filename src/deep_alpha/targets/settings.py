"""How a target is defined."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

Entry = Literal["close", "next_open", "next_vwap"]
Kind = Literal["raw", "residual", "compound", "single"]


class TargetSettings(BaseModel):
    """The label: how far ahead, and from which price on.

    Args:
        horizon: Market days from entry to exit.
        entry: ``close`` is the papers' C(t+h) / C(t) - 1. ``next_open`` and
            ``next_vwap`` enter and leave one day later, as an order could.
        kind: ``raw`` is the return itself. Of the others, the part that the risk model's
            factors do not explain (SPEC 001-F1), ``residual`` sums the daily specific
            returns of t + 1 … t + h, ``compound`` compounds them, and ``single`` is the
            residual of one regression of the h-day return on the exposures at t.
        max_suspended: A label whose window holds more suspended days is unknown.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    horizon: int = Field(5, ge=1, le=250)
    entry: Entry = "close"
    max_suspended: int = Field(5, ge=0)
    kind: Kind = "raw"

    @model_validator(mode="after")
    def _daily_kinds_enter_at_the_close(self) -> Self:
        if self.kind in ("residual", "compound") and self.entry != "close":
            raise ValueError(
                f"kind={self.kind} is made of close-to-close days: entry must be close, "
                f"not {self.entry} (kind=single allows every entry)"
            )
        return self

    @property
    def entry_lag(self) -> int:
        """Days between the score and the entry."""
        return 0 if self.entry == "close" else 1

    @property
    def reach(self) -> int:
        """Days after t at which the label of t is known: the purge, always derived."""
        return self.horizon + self.entry_lag
