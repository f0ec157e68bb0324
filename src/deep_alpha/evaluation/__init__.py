"""Judgement of signals: information coefficients and how sure they are."""

from deep_alpha.evaluation.ic import joint_names, pearson_ic, rank_ic
from deep_alpha.evaluation.summary import IcSummary, OffsetSummary, ic_summary, offset_grid

__all__ = [
    "IcSummary",
    "OffsetSummary",
    "ic_summary",
    "joint_names",
    "offset_grid",
    "pearson_ic",
    "rank_ic",
]
