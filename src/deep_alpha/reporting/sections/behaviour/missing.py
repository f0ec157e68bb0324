"""What a section says that has nothing to show: what is missing, and what makes it."""

from __future__ import annotations

from collections.abc import Mapping

from deep_alpha.reporting.blocks import Prose

_COMMANDS: Mapping[str, str] = {
    "architectures": "behaviour",
    "shap": "behaviour",
    "sensitivity": "sensitivity",
    "crash": "behaviour",
    "with_training": "behaviour",
    "support_vectors": "behaviour",
    "scenarios": "scenarios",
    "conformance": "behaviour",
    "beyond": "backtest",
}
"""The pipeline that fills each table."""


def missing(table: str, what: str) -> Prose:
    """Says that something is not there.

    Args:
        table: Name of the table of :class:`BehaviourTables`.
        what: Subject and verb, such as ``The networks were``.
    """
    command = f"kedro run --pipelines={_COMMANDS[table]}"
    return Prose([f"{what} not computed; “{command}” fills the table {table}."])
