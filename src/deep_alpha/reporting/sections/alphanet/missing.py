"""What a section says that has nothing to show: what is missing, and what makes it."""

from __future__ import annotations

from deep_alpha.reporting.blocks import Prose

_ABLATION = ("ablation", "ablation_history")


def missing(table: str, what: str) -> Prose:
    """Says that something is not there.

    Args:
        table: Name of the table of :class:`AlphaNetTables`.
        what: Subject and verb, such as ``The networks were``.
    """
    pipeline = "ablation" if table in _ABLATION else "alphanet"
    command = f"kedro run --pipelines={pipeline}"
    return Prose([f"{what} not computed; “{command}” fills the table {table}."])


def not_among_axes(axis: str) -> Prose:
    """Says that the ablation was run without an axis."""
    command = "kedro run --pipelines=ablation,report '--params=ablation.only=[]'"
    return Prose(
        [f"The axis {axis} is not among those that were run; “{command}” runs all of them."]
    )


def not_enhanced_yet(models: list[str]) -> Prose:
    """Says which models have no enhanced index, and which setting gives them one."""
    listed = ", ".join(models)
    return Prose(
        [
            f"Without an enhanced index: {listed}. Name them in portfolios.enhance of "
            "conf/base/parameters/backtest.yml, and “kedro run --pipelines=backtest,report” fills "
            "the table enhancement."
        ]
    )
