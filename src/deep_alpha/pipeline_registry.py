"""The project's pipelines by name."""

from collections.abc import Iterable

from kedro.pipeline import Pipeline

from deep_alpha.pipelines import (
    ablation,
    alphanet,
    backtest,
    behaviour,
    export,
    factors,
    ingest,
    report,
    risk,
    scenarios,
    score,
    sensitivity,
    simulate,
)

_BEHAVIOUR = ("behaviour_fits", "scenarios", "sensitivity", "backtest", "score", "report")
_ALPHANET = ("alphanet_fits", "ablation", "backtest", "score", "report")


def register_pipelines() -> dict[str, Pipeline]:
    """Every pipeline that ``kedro run --pipeline=NAME`` knows.

    Returns:
        Pipelines by name; ``__default__`` is the whole way from market to report.
    """
    parts = {
        "ingest": ingest.create_pipeline(),
        "factors": factors.create_pipeline(),
        "risk": risk.create_pipeline(),
        "behaviour_fits": behaviour.create_pipeline(),
        "alphanet_fits": alphanet.create_pipeline(),
        "ablation": ablation.create_pipeline(),
        "scenarios": scenarios.create_pipeline(),
        "sensitivity": sensitivity.create_pipeline(),
        "backtest": backtest.create_pipeline(),
        "score": score.create_pipeline(),
        "report": report.create_pipeline(),
    }
    return {
        "__default__": _joined(parts.values()),
        **parts,
        # Paper 000 whole, from the feature table to its page.
        "behaviour": _joined(parts[name] for name in _BEHAVIOUR),
        # Paper 001 whole, from the panel to its page.
        "alphanet": _joined(parts[name] for name in _ALPHANET),
        "export": export.create_pipeline(),
        "simulate": simulate.create_pipeline(),
    }


def _joined(pipelines: Iterable[Pipeline]) -> Pipeline:
    """A sum, because pipelines share nodes and Pipeline([...]) refuses duplicates."""
    return sum(pipelines, start=Pipeline([]))
